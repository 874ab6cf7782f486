"""`/perekaman/…/cocokkan/`: the resident reads name, birth place and birth date in big print, and signs."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from applications import capturing, confirming, documents, recording
from applications.models import Application, DataConfirmation
from applications.refusals import Refused
from applications.states import State
from applications.views import desk
from applications.views.access import StaffRequest, application_or_404, permitted
from applications.views.files import as_pdf
from devices.capture import Modality
from devices.errors import DeviceError
from devices.registry import UnknownDevice
from office.models import Office, Station

NO_PAD = "Papan tanda tangan belum dipasang. Cetak lembarnya dan minta pemohon menandatangani di situ."


@permitted("applications.record")
@require_http_methods(["GET", "POST"])
def confirm(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """The page that is turned to the resident; afterwards the recording is finished here."""
    application = application_or_404(number)
    if application.state != State.AWAITING_RECORDING:
        return desk.moved_on(request, number, "recording")
    if request.method == "POST":
        return signed(request, application)
    try:
        recording.check_here(application)
        recording.check_complete(application)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect("applications:recording-station", application.slug)
    thumb = recording.signs_by_thumb(application)
    context = {
        "application": application, "resident": application.resident, "shown": recording.shown(application.resident),
        "confirmed": recording.confirmation(application, application.resident), "version": application.version,
        "thumb": thumb, "pad": not thumb and has_pad(), "urls": urls(application),
    }
    return render(request, "applications/confirming/confirm.html", context)


def has_pad() -> bool:
    return Office.objects.current().recording_at == Station.HERE and capturing.configured(Modality.SIGNATURE)


def urls(application: Application) -> dict[str, str]:
    def to(move: str) -> str:
        return reverse("applications:dossier-move", args=[application.slug, move]) + "?dari=recording"

    return {"record": to("record"), "send_back": to("send_back")}


def signed(request: StaffRequest, application: Application) -> HttpResponse:
    here = redirect("applications:recording-confirm", application.slug)
    screen = request.POST.get("cara") == DataConfirmation.Means.SCREEN
    means = DataConfirmation.Means.SCREEN if screen else DataConfirmation.Means.SHEET
    try:
        confirming.confirm(application, by=request.user, means=means, shown=request.POST.get("shown", ""))
    except DeviceError as error:
        messages.error(request, f"{error.sentence} {error.hint} Tanda tangan belum tersimpan.")
    except UnknownDevice:
        messages.error(request, NO_PAD)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return here


@permitted("applications.record")
@require_safe
def sheet(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """The same data in big print on paper, to be signed where there is no pad."""
    application = application_or_404(number)
    if application.state != State.AWAITING_RECORDING:
        return desk.moved_on(request, number, "recording")
    return as_pdf(documents.data_sheet(application, request.user), f"lembar-pencocokan-{application.slug}")
