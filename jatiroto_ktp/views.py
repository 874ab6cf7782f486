"""The door: where each person begins, the health of the program, and the pages for what went wrong."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jatiroto_ktp import navigation


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """`/`: the first page of one's navigation; a stranger sees what the office offers."""
    return redirect(navigation.first_page(request))


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers 200 when the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long or in two places: nothing was lost, load it anew."""
    return render(request, "403_csrf.html", status=403)
