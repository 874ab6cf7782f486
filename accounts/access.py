"""Who may come in: the outermost decorator of a view."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.models import User

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request behind the sign-in."""

    user: User


def permitted(permission: str, *, signed_out: View | None = None) -> Callable[[View], View]:
    """Only for people who hold the permission now; others get the 403 page (Django's decorator would redirect).

    `signed_out` answers a request without a sign-in in place of the middleware: the open page of a draft hands over
    what was typed before its person signs in again.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if signed_out is not None and not request.user.is_authenticated:
                return signed_out(request, *args, **kwargs)
            if not request.user.has_perm(permission):
                raise PermissionDenied("Halaman ini bukan bagian dari tugas Anda.")
            return view(request, *args, **kwargs)

        checked.login_required = signed_out is None  # type: ignore[attr-defined]
        checked.for_staff = True  # type: ignore[attr-defined]
        return checked

    return decorate
