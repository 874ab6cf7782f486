"""Whoever still has the password that the Administrator chose, chooses another before anything else."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

OPEN = {"accounts:password-change", "accounts:sign-out"}


class OwnPasswordMiddleware:
    """Leads to `/kata-sandi/`; public pages stay open. Stands after the middleware that asks for the sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        known = request.resolver_match
        public = not getattr(view, "login_required", True) and not getattr(view, "for_staff", False)
        if public or (known and known.view_name in OPEN):
            return None
        return redirect("accounts:password-change") if getattr(request.user, "must_change_password", False) else None
