"""How many files wait in each state: counted once a request, for the navigation and the desk."""

from django.db.models import Count, Value
from django.http import HttpRequest

from applications.models import Application, Capture

EXCEPTIONS = "exceptions"  # beside the states: captures that wait for the section head


def waiting_by_state(request: HttpRequest) -> dict[str, int]:
    if not hasattr(request, "waiting_by_state"):
        reviews = request.user.has_perm("applications.review_exceptions")
        request.waiting_by_state = counted(reviews)  # type: ignore[attr-defined]
    return request.waiting_by_state  # type: ignore[attr-defined]


def counted(reviews: bool) -> dict[str, int]:
    """With the exceptions for whoever reviews them, in the same query."""
    if not reviews:
        return Application.objects.counted_by_state()
    files = Application.objects.open().order_by().values_list("state").annotate(number=Count("pk"))
    captures = Capture.objects.to_review().order_by().annotate(state=Value(EXCEPTIONS)).values_list("state")
    return dict(files.union(captures.annotate(number=Count("pk")), all=True))
