"""`/pencetakan/`: send a card to the printer in its turn, then look at it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from applications import blanks, card_face, closing, lifecycle
from applications.forms.moves import ConfirmPrintForm
from applications.models import Application
from applications.refusals import WrongState
from applications.states import State
from applications.views import desk
from applications.views.access import StaffRequest, application_at_desk, application_or_404, permitted
from applications.views.files import as_pdf
from applications.waiting import waiting_by_state
from office import vault
from office.models import Office, Station

AFTER = {
    State.READY_TO_PRINT: "Setelah dikirim ke pencetak: lihat kartunya, lalu catat hasilnya.",
    State.PRINTING: "Setelah dinyatakan baik: siap diserahkan, dan janji satu hari selesai dihitung.",
}
IN_PRINTER, IN_TURN, PUT_OFF = "Di pencetak", "Menurut urutan lengkap", "Ditunda"


@permitted("applications.view_printing")
def queue(request: StaffRequest) -> HttpResponse:
    return page(request, desk.first_of("printing"))


@permitted("applications.view_printing")
def job(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_at_desk(number, "printing")
    if application is None:
        return desk.moved_on(request, number, "printing")
    return page(request, application)


def page(request: StaffRequest, application: Application | None, **asked: Any) -> HttpResponse:
    """The desk with one file open; `asked` holds the form of a move, shown above the file it decides on."""
    office = Office.objects.current()
    more: dict[str, Any] = {
        "office": office, "here": office.printing_at == Station.HERE,
        "open_close": closing.open_since(),
    }
    if application:
        desk.note_read(request, "nik", application.resident)
        more |= of_file(application)
    else:
        more["on_hand"] = blanks.current().on_hand
    if application and application.state == State.PRINTING and not asked:
        form = ConfirmPrintForm(application=application)
        more |= {"confirm_form": form, "form_id": "confirm-print-form"}
    return desk.show(
        request, "printing", application, "applications/printing/job.html", dress=in_turn(request), **more, **asked
    )


def of_file(application: Application) -> dict[str, Any]:
    """What the page says of the open file: whose turn it is, why it is put off, its prints so far."""
    ready = application.state == State.READY_TO_PRINT
    stands = lifecycle.turn(application) if ready else None
    prints = list(application.prints.select_related("started_by", "face_shown_by").order_by("-pk"))
    return {
        "after": AFTER[State(application.state)],
        "on_hand": stands.blanks if stands else blanks.current().on_hand,
        "first": stands.first if stands else None,
        "prints": prints,
        "card": None if ready else next((each for each in prints if not each.failed_at and not each.rejected_at), None),
    }


def in_turn(request: StaffRequest) -> Callable[[Page, list[desk.Row]], list[desk.Row]]:
    """Each row with its place in the order, or why and since when it is put off."""

    def dress(page: Page, rows: list[desk.Row]) -> list[desk.Row]:
        in_printer = waiting_by_state(request).get(State.PRINTING, 0)
        first = page.start_index() - in_printer
        return [dressed(row, each, first + i) for i, (row, each) in enumerate(zip(rows, page.object_list, strict=True))]

    return dress


def dressed(row: desk.Row, application: Application, place: int) -> desk.Row:
    if application.state == State.PRINTING:
        return replace(row, group=IN_PRINTER)
    if not application.postponed:
        return replace(row, group=IN_TURN, place=place)
    since: Any = getattr(application, "postponed_since", None)
    when = f"sejak {date_format(timezone.localtime(since), 'j M H.i')}: " if since else ""
    return replace(row, group=PUT_OFF, note=f"{when}{application.postponed_reason}")


# -- the face of the card --------------------------------------------------------------------------


@permitted("applications.start_print")
@require_POST
def face(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """The face, for the printer. By POST, because it is shown once: nothing that looks ahead may use that up."""
    application = application_or_404(number)
    try:
        made = card_face.show(application, by=request.user)
    except WrongState as refused:
        messages.warning(request, refused.sentence)
        return redirect(desk.file_url(application))
    except vault.VaultError as error:
        messages.error(request, error.sentence)
        return redirect(desk.file_url(application))
    desk.note_read(request, "card_face", application.resident)
    response = as_pdf(made, f"kartu-{application.slug}")
    response["Cache-Control"] = "no-store"
    return response


@permitted("applications.view_printing")
def calibration(request: StaffRequest) -> HttpResponse:
    """The sheet to adjust the card printer by: nobody's data."""
    return as_pdf(card_face.calibration(), "kalibrasi")
