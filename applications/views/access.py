"""Fetching with access: the first line of every view."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.models import User
from applications.desks import BY_CODE
from applications.models import Application
from applications.refusals import NotAllowed

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request behind `permitted`: somebody is signed in."""

    user: User


def permitted(permission: str) -> Callable[[View], View]:
    """Only for people who hold the permission now; others get the 403 page (Django's decorator would redirect)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise NotAllowed("Halaman ini bukan bagian dari tugas Anda.")
            return view(request, *args, **kwargs)

        return checked

    return decorate


def application_or_404(number: tuple[int, int]) -> Application:
    return get_object_or_404(Application.objects.with_resident().numbered(*number))


def application_at_desk(number: tuple[int, int], desk: str) -> Application | None:
    """The application if it waits at this desk; None when it has moved on meanwhile."""
    application = application_or_404(number)
    return application if application.state in BY_CODE[desk].states else None
