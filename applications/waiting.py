"""How many files wait in each state: counted once a request, for the navigation and the desk."""

from django.http import HttpRequest

from applications.models import Application


def waiting_by_state(request: HttpRequest) -> dict[str, int]:
    if not hasattr(request, "waiting_by_state"):
        request.waiting_by_state = Application.objects.counted_by_state()  # type: ignore[attr-defined]
    return request.waiting_by_state  # type: ignore[attr-defined]
