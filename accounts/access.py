"""Who may come in: the outermost decorator of a view of this room."""

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


def permitted(permission: str) -> Callable[[View], View]:
    """Only for people who hold the permission now; others get the 403 page (Django's decorator would redirect)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied("Halaman ini bukan bagian dari tugas Anda.")
            return view(request, *args, **kwargs)

        return checked

    return decorate
