"""`/validasi/`: approve a file, or give it back with a reason."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from applications import lifecycle, papers, story
from applications.models import Application
from applications.states import State
from applications.views import desk
from applications.views.access import StaffRequest, application_at_desk, permitted
from applications.waiting import EXCEPTIONS, waiting_by_state

AFTER = {
    State.AWAITING_RECORDING: "Setelah disetujui: ke perekaman, karena belum direkam.",
    State.AWAITING_CENTRAL: "Setelah disetujui: menunggu status pusat.",
    State.AWAITING_AGE: "Setelah disetujui: menunggu ulang tahun ke-17.",
    State.READY_TO_PRINT: "Setelah disetujui: langsung ke pencetakan, karena sudah direkam.",
}


@permitted("applications.view_validation")
def queue(request: StaffRequest) -> HttpResponse:
    return page(request, desk.first_of("validation"))


@permitted("applications.view_validation")
def review(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_at_desk(number, "validation")
    if application is None:
        return desk.moved_on(request, number, "validation")
    return page(request, application)


def page(request: StaffRequest, application: Application | None, **asked: Any) -> HttpResponse:
    """The desk with one file open; `asked` holds the form of a move, shown above the file it decides on."""
    more: dict[str, Any] = {"exceptions": waiting_by_state(request).get(EXCEPTIONS, 0)}
    if application:
        prefetch_related_objects([application], "papers__scans")
        desk.note_read(request, "nik", application.resident)
        known, told = lifecycle.known_of(application.resident), story.worth_knowing(application)
        more |= {
            "papers": application.papers.all(),
            "scanned": [paper for paper in application.papers.all() if paper.scans.all()],
            "trips": story.trips(application) if application.trips > 1 else [],
            "data_changes": papers.changes_of(application),
            "known": known,
            "told": told,
            "correct_url": correct_url(request, application, told),
            "age": application.resident.age_on(timezone.localdate()),
            "flaws": application.resident.nik_flaws(),
            "doubts": application.resident.nik_doubts(),
            "after": AFTER[lifecycle.after_validation(application, known)],
        }
    return desk.show(request, "validation", application, "applications/validation/review.html", **more, **asked)


def correct_url(request: StaffRequest, application: Application, told: story.Step | None) -> str:
    """Where the data is put right that a card was rejected for; empty for any other file, and for who may not."""
    if told is None or not told.wrong_data or not request.user.has_perm("applications.correct_resident"):
        return ""
    return reverse("applications:residents-correct", args=[application.resident_id])
