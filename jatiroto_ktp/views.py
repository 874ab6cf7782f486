"""The door: where each person begins, the health of the program, and the pages for what went wrong."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views import defaults

from jatiroto_ktp import navigation


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """`/`: the first page of one's navigation; a stranger sees what the office offers."""
    return redirect(navigation.first_page(request))


@login_not_required
def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("jatiroto/favicon.svg"))


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


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 where more was sent than we take: about that the person can do something."""
    if isinstance(exception, RequestDataTooBig):
        return HttpResponse(render_to_string("413.html"), status=413)
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 while the database does not answer: waiting and loading anew helps."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html"), status=503)
    return defaults.server_error(request)
