"""`/validasi/pengecualian/`: what could not be recorded, for the section head to look at afterwards (fact F5.4)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications import lifecycle, recording
from applications.models import Application, Capture
from applications.views.access import StaffRequest, permitted

PER_PAGE = 25


@permitted("applications.review_exceptions")
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """Files with exceptions that nobody has looked at yet, oldest first."""
    page = Paginator(lifecycle.files_to_review(), PER_PAGE).get_page(request.GET.get("page"))
    rows = rows_of([each["application"] for each in page])
    return render(request, "applications/exceptions/index.html", {"page_obj": page, "rows": rows})


def rows_of(numbers: list[int]) -> list[dict[str, Any]]:
    """The files of one page with what is to be looked at, in this order."""
    files = Application.objects.with_resident().in_bulk(numbers)
    captures: dict[int, list[Capture]] = {pk: [] for pk in numbers}
    for each in Capture.objects.to_review().filter(application__in=numbers).select_related("captured_by"):
        captures[each.application_id].append(each)
    return [{"application": files[pk], "captures": recording.in_order(captures[pk])} for pk in numbers]
