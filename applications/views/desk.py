"""What all desks share: the queue on the left, the file with its moves on the right."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from applications import lifecycle
from applications.desks import BY_CODE, BY_STATE, Desk
from applications.forms.moves import form_class
from applications.models import Application
from applications.moves import Move
from applications.states import Badge, State
from applications.views.access import StaffRequest
from applications.waiting import waiting_by_state
from office.durations import told
from office.reading import log_read

PAGE = 25
FILE_PAGES = {
    "intake": "applications:intake-returned",
    "validation": "applications:validation-review",
    "recording": "applications:recording-station",
    "printing": "applications:printing-job",
    "handover": "applications:handover-card",
}
# Moves with a page of their own in place of the one form.
OWN_PAGES = {"resubmit": "applications:intake-returned", "remind": "applications:uncollected-card",
             "keep_proof": "applications:handover-proof"}
# The one main move of a file in each state; all others stand beside it.
MAIN = {
    State.RETURNED: "resubmit", State.SUBMITTED: "validate", State.AWAITING_RECORDING: "record",
    State.AWAITING_CENTRAL: "note_status", State.READY_TO_PRINT: "start_print", State.PRINTING: "confirm_print",
    State.READY_FOR_PICKUP: "hand_over", State.REFERRED: "answer_referral",
}


@dataclass(frozen=True)
class Row:
    """One file in a queue; `place` is its turn, `group` the heading it stands under, `note` a line of its own."""

    url: str
    name: str
    line: str
    waiting: str
    badge: Badge | None
    selected: bool
    place: int = 0
    group: str = ""
    note: str = ""


@dataclass(frozen=True)
class Button:
    """One move as it is offered; `form` is the id of the form on the page that the button sends."""

    name: str
    label: str
    url: str
    key: str
    method: str
    main: bool
    refusal: str
    confirm: str
    form: str = ""


class QueuePages(Paginator):
    """Pages of a queue, counted by what the navigation has counted already."""

    def __init__(self, *args: Any, request: StaffRequest, states: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.states = request, states

    @cached_property
    def count(self) -> int:
        counts = waiting_by_state(self.request)
        return sum(counts.get(state, 0) for state in self.states)


def states_of(desk: Desk, tab: str) -> list[str]:
    return [tab] if tab in desk.states else list(desk.states)


def queue_of(desk: Desk, tab: str = "") -> Any:
    waiting = Application.objects.filter(state__in=states_of(desk, tab)).with_resident()
    if desk.code == "printing":
        return waiting.in_order_of_printing()
    return waiting.room_first() if desk.code == "validation" else waiting.oldest_first()


def show(
    request: StaffRequest, code: str, application: Application | None, template: str, *, tab: str = "",
    dress: Callable[[Page, list[Row]], list[Row]] | None = None, **more: Any,
) -> HttpResponse:
    """The page of a desk with one file open, or none; `dress` adds to the rows what only this desk says of them."""
    desk, now = BY_CODE[code], timezone.now()
    page = QueuePages(queue_of(desk, tab), PAGE, request=request, states=states_of(desk, tab)).get_page(
        request.GET.get("page")
    )
    rows = [row(each, desk, now, application, page.number) for each in page.object_list]
    context: dict[str, Any] = {
        "desk": desk, "page_obj": page, "application": application, "tab": tab,
        "rows": dress(page, rows) if dress else rows,
        "moves": offered(application, request, desk, more) if application else [],
        "version": application.version if application else "",
    }
    context["offers"] = {each.name for each in context["moves"]}
    return render(request, template, context | more)


def offered(application: Application, request: StaffRequest, desk: Desk, more: dict[str, Any]) -> list[Button]:
    """The moves of the file; a desk may put work of its own first, while no other move has to come before it."""
    first = more.pop("first_move", None)
    found = buttons(application, request, desk, form=more.pop("form_id", ""), without_main=bool(first))
    return [first, *found] if first and not any(each.main for each in found) else found


def row(application: Application, desk: Desk, now: datetime, selected: Application | None, page: int) -> Row:
    resident, url = application.resident, file_url(application, desk)
    # The file opens beside the page of the queue that it was found on.
    beside = ("&" if "?" in url else "?") + f"page={page}" if page > 1 else ""
    return Row(
        url=url + beside,
        name=resident.name,
        line=f"{application.serial:06d} · {application.kind_label} · {resident.village.name}",
        waiting=told(now - application.state_since),
        badge=notice(application, now),
        selected=selected is not None and selected.pk == application.pk,
    )


def notice(application: Application, now: datetime) -> Badge | None:
    """The one thing to know before opening: a person in the room, a broken promise, a second visit, a pause."""
    if application.waits_in_room:
        return Badge("●", "pemohon menunggu", "stop")
    if application.postponed:
        return Badge("◇", "ditunda", "wait")
    if application.late(now) and not application.ready_at:
        return Badge("▲", "lewat janji", "stop")
    if application.trips > 1 and application.state == State.SUBMITTED:
        return Badge("◆", f"kembali, kunjungan ke-{application.trips}", "warn")
    if application.state == State.REFERRED:
        return Badge("◇", "menunggu Disdukcapil", "wait")
    if application.state == State.AWAITING_CENTRAL and not application.paused_by:
        return Badge("◆", "lihat status di SIAK", "warn")
    if application.paused_by:
        return Badge("◇", f"menunggu {application.waits_for}", "wait")
    return None


def file_url(application: Application, desk: Desk | None = None) -> str:
    """The file at the desk where it waits, or its own page when it waits nowhere.

    Past the recording it has another address than before: the way back after *next* shows nobody who is recorded.
    """
    desk = desk or BY_STATE.get(State(application.state))
    name = FILE_PAGES[desk.code] if desk else "applications:dossier-show"
    past = desk is not None and desk.code == "recording" and application.state != State.AWAITING_RECORDING
    return reverse(name, args=[application.slug]) + (f"?tab={application.state}" if past else "")


def buttons(
    application: Application, request: StaffRequest, desk: Desk | None = None, *, form: str = "",
    without_main: bool = False,
) -> list[Button]:
    """The moves that this person may make, the main one first."""
    main, pointless = MAIN.get(State(application.state)), lifecycle.pointless(application)
    if without_main and main:
        pointless.add(main)
    if main == "record" and "came_back" not in pointless:
        main = "came_back"  # who went home is recorded when they are here again
    moves = [m for m in lifecycle.available_moves(application, request.user) if m.name not in pointless]
    if "decide_waiver" in (m.name for m in moves):
        main = "decide_waiver"  # nothing else goes before it
    found = [button(application, move, request, desk, main=move.name == main, form=form) for move in moves]
    return sorted(found, key=lambda each: not each.main)


def button(
    application: Application, move: Move, request: StaffRequest, desk: Desk | None, *, main: bool, form: str
) -> Button:
    own_form = form if main else ""
    stands = lifecycle.standing(application, move, request.user)
    needs = form_class(move, stands) is not None
    own_page = OWN_PAGES.get(move.name)
    url = reverse(own_page, args=[application.slug]) if own_page else (
        reverse("applications:dossier-move", args=[application.slug, move.name])
        + (f"?dari={desk.code}" if desk else "")
    )
    return Button(
        name=move.name, label=move.label, url=url, key=move.key, main=main, form=own_form,
        method="form" if own_form else "get" if needs else "post",
        refusal=stands.refusal, confirm="" if needs else move.confirm,
    )


def first_of(code: str, tab: str = "") -> Application | None:
    return queue_of(BY_CODE[code], tab).first()


LONGEST_VERSION = 18
FAR = 200  # rows of a queue in which the one behind a file is looked for


def tab_of(application: Application, code: str) -> str:
    """The tab of the recording that this file stands in, unless it is the first; other desks have none."""
    return "" if code != "recording" or application.state == State.AWAITING_RECORDING else application.state


def queue_url(code: str, tab: str) -> str:
    return reverse(BY_CODE[code].url_name) + (f"?tab={tab}" if tab else "")


def following(application: Application, code: str) -> str:
    """The address of the file that stands behind this one at validation or in a later tab of the recording.

    Empty when there is none. Who waits to be recorded is not opened unasked: they sit down first.
    """
    tab = tab_of(application, code)
    if code != "validation" and not tab:
        return ""
    rows = list(queue_of(BY_CODE[code], tab).values_list("pk", "year", "serial")[:FAR])
    here = next((place for place, row in enumerate(rows) if row[0] == application.pk), len(rows))
    if here + 1 >= len(rows):
        return ""
    _, year, serial = rows[here + 1]
    return reverse(FILE_PAGES[code], args=[f"KTP-{year}-{serial:06d}"]) + (f"?tab={tab}" if tab else "")


def moved_on(request: StaffRequest, number: tuple[int, int], code: str) -> HttpResponse:
    """The file is no longer at this desk: say where it is, and show what waits here."""
    application = Application.objects.numbered(*number).first()
    if application:
        label = State(application.state).label
        messages.info(request, f"{application.number} tidak lagi menunggu di sini: sekarang “{label}”.")
    return redirect(BY_CODE[code].url_name)


def note_read(request: StaffRequest, what: str, resident: Any) -> None:
    """Write into the reading log that this person saw a whole NIK or a picture of the resident."""
    log_read(by=request.user, what=what, subject=f"resident:{resident.pk}")


def version_of(request: StaffRequest) -> int | None:
    """The version that the page was made from; a stale one is refused by the verb."""
    text = request.POST.get("version", "")
    # A longer one is of no page of ours, and fits no file: Python reads no number of thousands of digits at all.
    return int(text[:LONGEST_VERSION]) if text.isascii() and text.isdigit() else None
