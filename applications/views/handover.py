"""`/penyerahan/`: find the card, give it into a hand, once, and keep the proof that it was."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Prefetch, QuerySet, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from applications import handing, lifecycle
from applications.finding import LONGEST, matching
from applications.forms.moves import HandOverForm, KeepProofForm
from applications.models import Application, BundleCard, Handover
from applications.moves import MOVES
from applications.refusals import Refused
from applications.states import State
from applications.views import desk
from applications.views.access import StaffRequest, application_at_desk, application_or_404, permitted
from applications.views.files import picture as picture_of
from office import uploads
from office.reading import log_read

MOST = 25
TOO_LARGE = "Berkas terlalu besar dan tidak disimpan. Pindai dengan resolusi lebih rendah, lalu pilih lagi."


# -- the desk ------------------------------------------------------------------------------------


@permitted("applications.view_handover")
@require_http_methods(["GET", "POST"])
def queue(request: StaffRequest) -> HttpResponse:
    """What lies ready and the search; no file is open until somebody stands here and is asked for."""
    return find(request) if request.method == "POST" else page(request, None)


@permitted("applications.view_handover")
def card(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_at_desk(number, "handover")
    if application is None:
        return desk.moved_on(request, number, "handover")
    return page(request, application)


def page(
    request: StaffRequest, application: Application | None, asked: dict[str, Any] | None = None, **more: Any
) -> HttpResponse:
    """The desk with one file open or none; `asked` is the form of a move, as dossier.ask gathers it."""
    more |= {"to_scan": Handover.objects.to_scan().count(), "longest": LONGEST}
    if application:
        handing_over = asked is not None and asked["move"].name == "hand_over"
        form = asked["form"] if asked and handing_over else HandOverForm(application=application)
        more |= {
            "out": lifecycle.bundled(application),
            "hand_over_form": form,
            "question": question(application, form) if handing_over and not form.errors else "",
            "says_signed": HandOverForm.SAYS,
            "asked": None if handing_over else asked,
            "form_id": "hand-over-form",
            "after": "Setelah diserahkan: cetak bukti penyerahan.",
        }
    return desk.show(request, "handover", application, "applications/handover/card.html", **more)


def question(application: Application, form: HandOverForm) -> str:
    """What is asked before the card is given: to whom, and how they sign. The same words as the page's dialog."""
    said = form.cleaned_data
    itself = said["collector"] == Handover.Collector.SELF
    to = f"{application.resident.name} sendiri" if itself else f"{said['collector_name']}, {said['relation']}"
    return (
        f"Kartu {application.resident.name} diserahkan kepada {to}. {HandOverForm.SAYS[said['signed']]} "
        "Ini tidak dapat dibatalkan."
    )


# -- finding -------------------------------------------------------------------------------------


def find(request: StaffRequest) -> HttpResponse:
    """One card that lies ready opens at once; else what was found is listed, each with where its card is."""
    text = request.POST.get("q", "").strip()[:LONGEST]
    if not text:
        return redirect("applications:handover-queue")
    found = list(ready_first(matching(text))[: MOST + 1])
    log_read(by=request.user, what="search", count=len(found))
    ready = [each for each in found if each.state == State.READY_FOR_PICKUP]
    if len(ready) == 1 and len({each.resident_id for each in found}) == 1:
        return redirect("applications:handover-card", ready[0].slug)
    hits = [{"application": each, "url": desk_url(each), "said": where_the_card_is(each)} for each in found[:MOST]]
    return page(request, None, q=text, hits=hits, more=len(found) > MOST, most=MOST)


def ready_first(found: QuerySet[Application]) -> QuerySet[Application]:
    out = BundleCard.objects.filter(outcome="").select_related("bundle__village")
    first = Case(When(state=State.READY_FOR_PICKUP, then=Value(0)), default=Value(1))
    return (
        found.select_related("handover").prefetch_related(Prefetch("bundle_cards", queryset=out, to_attr="out_with"))
        .order_by(first, "-year", "-serial")
    )


def desk_url(application: Application) -> str:
    """The file at this desk if it waits here, else its own page, which everybody at this desk may read."""
    waits = application.state == State.READY_FOR_PICKUP
    return reverse(f"applications:{'handover-card' if waits else 'dossier-show'}", args=[application.slug])


NO_CARD = {
    State.PRINTING: "belum selesai dicetak", State.CANCELLED: "dibatalkan, tidak ada kartu",
    State.WITHDRAWN: "kartunya sudah ditarik",
}


def where_the_card_is(application: Application) -> str:
    """In words, for the person at the counter; reads what `ready_first` has fetched."""
    state = State(application.state)
    if state == State.HANDED_OVER and hasattr(application, "handover"):
        given = application.handover
        return f"sudah diserahkan {date_format(timezone.localtime(given.at))} kepada {receiver_of(given)}"
    if state == State.READY_FOR_PICKUP:
        out = next(iter(application.out_with), None)  # type: ignore[attr-defined]
        return f"sedang dibawa Desa {out.bundle.village.name}, daftar {out.bundle.number}" if out else "siap diserahkan"
    return NO_CARD.get(state, f"belum dicetak: sekarang “{state.label}”")


def receiver_of(given: Handover) -> str:
    itself = given.collector == Handover.Collector.SELF
    return "pemohon sendiri" if itself else f"{given.collector_name} ({given.relation})"


# -- the proof -----------------------------------------------------------------------------------


@permitted("applications.view_handover")
@require_http_methods(["GET", "POST"])
def proof(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """After the handover: print the proof, keep its signed sheet, and on to the next."""
    application = application_or_404(number)
    given = Handover.objects.of(application).select_related("by", "proof_scanned_by").first()
    if given is None:
        at_desk = application_at_desk(number, "handover")
        return redirect(desk.file_url(at_desk)) if at_desk else desk.moved_on(request, number, "handover")
    if request.method == "POST":
        return keep(request, application, given)
    return proof_page(request, application, given, KeepProofForm(application=application))


def keep(request: StaffRequest, application: Application, given: Handover) -> HttpResponse:
    form = KeepProofForm(request.POST, request.FILES, application=application)
    if uploads.too_large(request):
        form.errors.clear()
        form.add_error("scan", TOO_LARGE)
    if not form.is_valid():
        return proof_page(request, application, given, form)
    try:
        handing.keep_proof(
            application, form.cleaned_data["scan"].read(), by=request.user, version=desk.version_of(request)
        )
    except Refused as refused:
        form.add_error("scan", refused.sentence)
        return proof_page(request, application, Handover.objects.of(application).first() or given, form)
    messages.success(request, f"{application.number}: bukti yang ditandatangani sudah disimpan.")
    return redirect("applications:handover-proof", application.slug)


def proof_page(
    request: StaffRequest, application: Application, given: Handover, form: KeepProofForm
) -> HttpResponse:
    delivered = application.bundle_cards.filter(outcome=BundleCard.Outcome.DELIVERED).select_related("bundle").first()
    context = {
        "bundle": delivered.bundle if delivered else None,
        "application": application, "given": given, "form": form, "version": application.version,
        "receiver": receiver_of(given), "on_paper": given.signed in Handover.ON_PAPER,
        "confirm": MOVES["keep_proof"].confirm,
        "sees_scans": request.user.has_perm("applications.view_scans"),
    }
    return render(request, "applications/handover/proof.html", context)


@permitted("applications.view_scans")
def picture(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """The signed proof as it was scanned; the reading is logged."""
    application = application_or_404(number)
    given = Handover.objects.of(application).select_related("proof_scan").first()
    if given is None or given.proof_scan is None:
        raise Http404("no proof scanned")
    desk.note_read(request, "scan", application.resident)
    scan = given.proof_scan
    return picture_of(lambda: handing.scan_of(scan), scan.mime)


@permitted("applications.view_handover")
def proofs(request: StaffRequest) -> HttpResponse:
    """Signed proofs that are still only paper, oldest first."""
    waiting = Handover.objects.to_scan().select_related("application__resident")
    context = {"page_obj": Paginator(waiting, desk.PAGE).get_page(request.GET.get("page"))}
    return render(request, "applications/handover/proofs.html", context)
