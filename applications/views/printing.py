"""`/pencetakan/`: send a card to the printer, then look at it."""

from typing import Any

from django.http import HttpResponse

from applications.forms.moves import ConfirmPrintForm
from applications.models import Application
from applications.states import State
from applications.views import desk
from applications.views.access import StaffRequest, application_at_desk, permitted

AFTER = {
    State.READY_TO_PRINT: "Setelah dikirim ke pencetak: lihat kartunya, lalu catat hasilnya.",
    State.PRINTING: "Setelah dinyatakan baik: siap diserahkan, dan janji satu hari terpenuhi.",
}


@permitted("applications.view_printing")
def queue(request: StaffRequest) -> HttpResponse:
    return page(request, desk.first_of("printing"))


@permitted("applications.view_printing")
def job(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_at_desk(number, "printing")
    if application is None:
        return desk.moved_on(request, number, "printing")
    return page(request, application)


def page(request: StaffRequest, application: Application | None) -> HttpResponse:
    more: dict[str, Any] = {}
    if application:
        desk.note_read(request, "nik", application.resident)
        more = {
            "after": AFTER[State(application.state)],
            "prints": application.prints.select_related("started_by").order_by("-pk"),
        }
    if application and application.state == State.PRINTING:
        form = ConfirmPrintForm(application=application)
        more |= {"confirm_form": form, "form_id": "confirm-print-form"}
    return desk.show(request, "printing", application, "applications/printing/job.html", **more)
