"""The lock-out of django-axes counts passwords only (settings.AXES_HANDLER)."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.http import HttpRequest

from accounts.models import User

BY_PIN = "signed_in_by_pin"


class PasswordFailures(AxesDatabaseHandler):
    """Failed passwords are forgotten after a right password; a take-over by PIN proves less and forgets nothing."""

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        if not getattr(request, BY_PIN, False):
            super().user_logged_in(sender, request, user, **kwargs)


def is_locked(request: HttpRequest, person: User) -> bool:
    """Whether the account is closed for a while after too many wrong passwords."""
    return not AxesProxyHandler.is_allowed(request, {"username": person.username})
