"""`/perekaman/`: record biometrics once, and watch what the centre makes of them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from applications import capturing, lifecycle, outcomes, recording, story
from applications.forms.recording import OutcomesForm
from applications.models import Application
from applications.recording import Step
from applications.refusals import NotAllowed, Refused
from applications.states import State
from applications.views import desk
from applications.views.access import StaffRequest, application_at_desk, application_or_404, permitted
from applications.views.files import picture as picture_of
from applications.waiting import waiting_by_state
from devices.capture import LABELS, Modality, Position, modality_of
from devices.errors import DeviceError
from devices.registry import UnknownDevice
from office import vault
from office.models import Office, Station, VaultFile

TAKE = {
    Modality.FACE: "Rekam foto", Modality.SIGNATURE: "Rekam tanda tangan",
    Modality.FINGER: "Rekam sidik jari", Modality.IRIS: "Rekam iris",
}
# What to say to the resident before the button is pressed (fact F5.5).
BEFORE = {
    Modality.FACE: "Tanpa kacamata, wajah tegak, mata terbuka.",
    Modality.SIGNATURE: "Tanda tangan di papan, seperti di KTP nanti.",
    Modality.FINGER: "Jari bersih dan kering. Sepuluh jari direkam sekali tekan.",
    Modality.IRIS: "Tanpa kacamata dan lensa kontak. Kedua mata direkam sekali tekan.",
}
DEVICES = {
    Modality.FACE: "kamera", Modality.SIGNATURE: "papan tanda tangan", Modality.FINGER: "pemindai sidik jari",
    Modality.IRIS: "pemindai iris",
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
    """One file. Recorded already, it opens only from its own part of the queue, which the address names."""
    application = application_at_desk(number, "recording")
    if application is None or application.state != (tab_of(request) or State.AWAITING_RECORDING):
        return desk.moved_on(request, number, "recording")
    return page(request, application, State(application.state))


def tab_of(request: StaffRequest) -> State | None:
    asked = request.GET.get("tab", "")
    return State(asked) if asked in dict(TABS) else None


def page(
    request: StaffRequest, application: Application | None, tab: State, form: OutcomesForm | None = None
) -> HttpResponse:
    counts = waiting_by_state(request)
    tabs = [{"state": state, "label": label, "count": counts.get(state, 0)} for state, label in TABS]
    more: dict[str, Any] = {"tabs": tabs}
    if application:
        desk.note_read(request, "nik", application.resident)
        more |= {"known": lifecycle.known_of(application.resident)}
    if application and application.state == State.REFERRED:
        more |= {"told": story.worth_knowing(application)}
    if application and application.state == State.AWAITING_RECORDING:
        more |= work_of(request, application, form)
    return desk.show(request, "recording", application, "applications/recording/station.html", tab=tab, **more)


# -- what there is to do on one file -------------------------------------------------------------------


def work_of(request: StaffRequest, application: Application, form: OutcomesForm | None) -> dict[str, Any]:
    """The positions, the one that it is about now, and the one button that comes next."""
    steps = recording.steps(application)
    office = Office.objects.current()
    at_siak = office.recording_at == Station.SIAK
    following = first_open(steps)
    confirmed = None if following else recording.confirmation(application, application.resident)
    now = chosen(request, steps) or following
    if now and at_siak and not pictured(now):
        now = None  # that one stands in the form
    return {
        "steps": steps, "now": now, "done": following is None, "at_siak": at_siak, "confirmed": confirmed,
        "form": (form or OutcomesForm(steps=steps)) if at_siak else None,
        "pictures": any(pictured(step) for step in steps),
        "before": BEFORE[modality_of(now.position)] if now else "",
        "again_url": take_url(application, now) if now and not at_siak else "",
        "must_accept": now is not None and must_accept(now, at_siak),
        "missing": [] if at_siak else [DEVICES[each] for each in capturing.missing_devices()],
        "office": office,  # looked up once: the head of the page names it too
        "usual_partial": outcomes.USUAL_PARTIAL, "usual_exception": outcomes.USUAL_EXCEPTION,
        "first_move": first_move(application, steps, now, at_siak=at_siak, confirmed=confirmed is not None),
    }


def first_open(steps: list[Step]) -> Step | None:
    position = recording.first_open(steps)
    return next((step for step in steps if step.position == position), None)


def pictured(step: Step) -> bool:
    return step.capture is not None and step.capture.file_id is not None


def must_accept(step: Step, at_siak: bool) -> bool:
    """A weak picture that no device of this office takes again."""
    return step.weak and (at_siak or not step.tries_left)


def chosen(request: StaffRequest, steps: list[Step]) -> Step | None:
    """The position that the address names."""
    asked = request.GET.get("posisi", "")
    return next((step for step in steps if step.position == asked), None)


def first_move(
    application: Application, steps: list[Step], now: Step | None, *, at_siak: bool, confirmed: bool
) -> desk.Button | None:
    """The one thing to do next: note, take the position, or, when all are settled, the confirmation and the end."""
    following = first_open(steps)
    if following is None:
        return confirm_button(application, confirmed)
    if at_siak and any(step.capture is None for step in steps):
        return outcomes_button()
    return step_button(application, now if now and not now.settled else following, at_siak)


def step_button(application: Application, step: Step, at_siak: bool) -> desk.Button:
    """Take it, take it again, or, after the last try, accept it with a reason."""
    if must_accept(step, at_siak):
        return button("partial", "Terima sebagian", key="R", method="form", form="accept-partial")
    label = f"Ulangi {step.label.lower()}" if step.capture else TAKE[modality_of(step.position)]
    return button("take", label, key="R", url=take_url(application, step))


def take_url(application: Application, step: Step) -> str:
    """`ke`: the try that the button makes, so that one pressed twice takes no two."""
    url = reverse("applications:recording-take", args=[application.slug, step.position])
    return f"{url}?ke={step.tries + 1}" if step.tries else url


def outcomes_button() -> desk.Button:
    return button("outcomes", "Simpan hasil", key="R", method="form", form="outcomes")


def confirm_button(application: Application, confirmed: bool) -> desk.Button:
    """On a page of its own, without pictures: none is still loading when the recording ends and hides them."""
    url = reverse("applications:recording-confirm", args=[application.slug])
    label = "Selesaikan perekaman" if confirmed else "Cocokkan data"
    return button("confirm", label, key="C", method="get", url=url)


def button(name: str, label: str, *, key: str, method: str = "post", url: str = "", form: str = "") -> desk.Button:
    return desk.Button(
        name=name, label=label, key=key, method=method, main=True, refusal="", confirm="", url=url, form=form,
    )


# -- what the buttons do -------------------------------------------------------------------------------


@permitted("applications.record")
@require_POST
def take(request: StaffRequest, number: tuple[int, int], position: str) -> HttpResponse:
    """Capture a position and those that the same device takes with it; again, only this one."""
    application, tries = application_or_404(number), tries_of(request)
    wanted = position_or_404(position)
    try:
        result = capturing.take(application, wanted, tries=tries, by=request.user)
    except DeviceError as error:
        messages.error(request, f"{error.sentence} {error.hint} Tidak ada yang tersimpan dari percobaan ini.")
    except UnknownDevice:
        messages.error(request, "Perangkat untuk posisi ini belum dipasang. Hubungi Administrator.")
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        if tries:
            tell_try(request, application, wanted, tries + 1, result.samples[0].quality.score)
    return redirect("applications:recording-station", application.slug)


def tries_of(request: StaffRequest) -> int:
    """How often the page knew the position to have been tried."""
    text = request.GET.get("ke", "")
    return max(0, int(text) - 1) if text.isascii() and text.isdigit() and len(text) < 3 else 0


def tell_try(request: StaffRequest, application: Application, position: Position, number: int, score: int) -> None:
    made = capturing.open_capture(application, position)
    if made and made.score == max(made.scores[:-1], default=-1) >= score:
        words = f"nilai {score}, tidak lebih baik; gambar dengan nilai {made.score} tetap dipakai"
    else:
        words = f"nilai {score}, dipakai"
    messages.info(request, f"{LABELS[position]}, percobaan ke-{number}: {words}.")


@permitted("applications.record")
@require_POST
def exempt(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """Note that a position cannot be captured."""
    return of_position(request, number, outcomes.exempt, "dicatat tidak dapat direkam")


@permitted("applications.record")
@require_POST
def partial(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """Keep the best picture of a position as partial."""
    return of_position(request, number, outcomes.accept_partial, "diterima sebagian")


def of_position(request: StaffRequest, number: tuple[int, int], verb: Any, done: str) -> HttpResponse:
    application = application_or_404(number)
    position = position_or_404(request.POST.get("position", ""))
    try:
        verb(application, position, request.POST.get("reason", "").replace("\0", "")[:120], by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, f"{LABELS[position]}: {done}.")
    return redirect("applications:recording-station", application.slug)


@permitted("applications.record")
@require_POST
def reopen(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """Take an exception or a partial picture back."""
    application, position = application_or_404(number), position_or_404(request.POST.get("position", ""))
    try:
        outcomes.reopen(application, position, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect(f"{reverse('applications:recording-station', args=[application.slug])}?posisi={position}")


@permitted("applications.record")
@require_POST
def note(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """What the SIAK station showed, for all positions at once."""
    application = application_or_404(number)
    form = OutcomesForm(request.POST, steps=recording.steps(application))
    if not form.is_valid() and application.state == State.AWAITING_RECORDING:
        return page(request, application, State.AWAITING_RECORDING, form)
    try:
        outcomes.note_at_station(application, form.noted() if form.is_valid() else {}, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect("applications:recording-station", application.slug)
    return redirect("applications:recording-confirm", application.slug)


def position_or_404(text: str) -> Position:
    if text not in recording.POSITIONS:
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
    return picture_of(lambda: vault.read(file.name), file.mime)
