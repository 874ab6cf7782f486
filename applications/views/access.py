"""Fetching with access: the first line of every view."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import StaffRequest, View, permitted
from applications import drafts
from applications.desks import BY_CODE
from applications.models import Application

__all__ = ["StaffRequest", "View", "application_at_desk", "application_or_404", "keep_draft", "permitted"]


def keep_draft(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The sign-in ran out while somebody was typing: keep the fields, then ask to sign in, then back to the page."""
    address = request.path
    if request.method == "POST" and drafts.keep_signed_out(request.POST):
        messages.warning(request, "Waktu masuk Anda habis. Isian Anda tersimpan; masuk lagi untuk meneruskan.")
        address += "?lanjut=1"
    return redirect_to_login(address)


def application_or_404(number: tuple[int, int]) -> Application:
    return get_object_or_404(Application.objects.with_resident().numbered(*number))


def application_at_desk(number: tuple[int, int], desk: str) -> Application | None:
    """The application if it waits at this desk; None when it has moved on meanwhile."""
    application = application_or_404(number)
    return application if application.state in BY_CODE[desk].states else None
