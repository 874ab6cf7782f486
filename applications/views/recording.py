"""`/perekaman/`: record biometrics once, and watch what the centre makes of them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from applications import capturing, lifecycle, recording, story
from applications.models import Application
from applications.refusals import NotAllowed, Refused
from applications.states import State
from applications.views import desk
from applications.views.access import StaffRequest, application_at_desk, application_or_404, permitted
from applications.waiting import waiting_by_state
from devices.capture import LABELS, Modality, Position, modality_of
from devices.errors import DeviceError
from devices.registry import UnknownDevice
from office import vault
from office.models import VaultFile

TAKE = {
    Modality.FACE: "Rekam foto", Modality.SIGNATURE: "Rekam tanda tangan",
    Modality.FINGER: "Rekam sidik jari", Modality.IRIS: "Rekam iris",
}
TABS = [
    (State.AWAITING_RECORDING, "Menunggu rekam"),
    (State.AWAITING_CENTRAL, "Menunggu pusat"),
    (State.AWAITING_AGE, "Menunggu usia"),
    (State.REFERRED, "Dirujuk"),
]


@permitted("applications.view_recording")
def queue(request: StaffRequest) -> HttpResponse:
    tab = tab_of(request) or State.AWAITING_RECORDING
    return page(request, desk.first_of("recording", tab), tab)


@permitted("applications.view_recording")
def station(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_at_desk(number, "recording")
    if application is None:
        return desk.moved_on(request, number, "recording")
    return page(request, application, State(application.state))


def tab_of(request: StaffRequest) -> State | None:
    asked = request.GET.get("tab", "")
    return State(asked) if asked in dict(TABS) else None


def page(request: StaffRequest, application: Application | None, tab: State) -> HttpResponse:
    counts = waiting_by_state(request)
    tabs = [{"state": state, "label": label, "count": counts.get(state, 0)} for state, label in TABS]
    more: dict[str, Any] = {"tabs": tabs}
    if application:
        desk.note_read(request, "nik", application.resident)
        more |= {"known": lifecycle.known_of(application.resident)}
    if application and application.state == State.REFERRED:
        more |= {"told": story.worth_knowing(application)}
    if application and application.state == State.AWAITING_RECORDING:
        steps = recording.steps(application)
        following = recording.first_open(steps)
        more |= {"steps": steps, "next_position": following, "excusable": capturing.excusable(steps)}
        more["first_move"] = take_button(application, following) if following else None
    return desk.show(request, "recording", application, "applications/recording/station.html", tab=tab, **more)


def take_button(application: Application, position: Position) -> desk.Button:
    """While positions are open, capturing the next ones is the main thing to do."""
    return desk.Button(
        name="take", label=TAKE[modality_of(position)], key="R", method="post", main=True, refusal="", confirm="",
        url=reverse("applications:recording-take", args=[application.slug, position]),
    )


@permitted("applications.record")
@require_POST
def take(request: StaffRequest, number: tuple[int, int], position: str) -> HttpResponse:
    """Capture a position and those that the same device takes with it."""
    application = application_or_404(number)
    positions = capturing.open_positions_like(application, position_or_404(position))
    try:
        if not positions:
            raise Refused("Posisi ini sudah direkam. Tidak ada yang diganti.")
        capturing.capture(application, positions, by=request.user)
    except DeviceError as error:
        messages.error(request, f"{error.sentence} {error.hint} Tidak ada yang tersimpan dari percobaan ini.")
    except UnknownDevice:
        messages.error(request, "Perangkat untuk posisi ini belum dipasang. Hubungi Administrator.")
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect("applications:recording-station", application.slug)


@permitted("applications.record")
@require_POST
def exempt(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """Note that a position cannot be captured."""
    application = application_or_404(number)
    position = position_or_404(request.POST.get("position", ""))
    try:
        capturing.exempt(application, position, request.POST.get("reason", "")[:120], by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect("applications:recording-station", application.slug)


def position_or_404(text: str) -> Position:
    if text not in LABELS:
        raise Http404(text)
    return Position(text)


@permitted("applications.view_captures")
def picture(request: StaffRequest, number: tuple[int, int], position: str) -> HttpResponse:
    """A captured picture out of the vault: to the operator only while recording, to the section head afterwards."""
    application = application_or_404(number)
    decides = request.user.has_perm("applications.view_validation")
    if not decides and application.state != State.AWAITING_RECORDING:
        raise NotAllowed("Perekaman sudah selesai; gambarnya tidak ditampilkan lagi.")
    files = VaultFile.objects.filter(capture__application=application, capture__position=position)
    if not decides:
        files = files.filter(capture__recording=None)  # nor those of a recording that is superseded now
    file = get_object_or_404(files.order_by("-pk")[:1])
    desk.note_read(request, "capture", application.resident)
    response = HttpResponse(vault.read(file.name), content_type=file.mime)
    response["Cache-Control"] = "no-store"
    return response
