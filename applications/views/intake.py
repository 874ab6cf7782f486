"""`/loket/`: who applies; the drafts of this person; files that came back."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from applications import drafts, lifecycle, papers, residents, scans
from applications.forms.intake import BringerForm, PapersForm, SearchForm
from applications.models import Application, Draft, Paper, Resident
from applications.moves import MOVES
from applications.refusals import Refused, WrongState
from applications.states import State
from applications.views import desk
from applications.views.access import StaffRequest, application_at_desk, keep_draft, permitted
from applications.views.dossier import dossier_url
from applications.views.scans import as_pk, attach, handled
from office.reading import log_read

MOST = 12
DRAFTS = 50  # more than anybody leaves lying before they are given up
NEW_PERSON = "Tidak ada di register. Untuk orang baru, ketik NIK-nya, 16 angka."


@permitted("applications.view_intake")
def queue(request: StaffRequest) -> HttpResponse:
    own = Draft.objects.filter(owner=request.user, application=None).select_related("resident").order_by("-updated_at")
    return desk.show(
        request, "intake", None, "applications/intake/queue.html",
        search_form=SearchForm(), drafts=[drafts.shown(each) for each in own[:DRAFTS]], visit_url=visit_url(request),
    )


def visit_url(request: StaffRequest) -> str:
    """Where a visitor is noted who cannot be served; empty for who may not."""
    return reverse("applications:visits-new") if request.user.has_perm("applications.register_visit") else ""


@permitted("applications.submit")
@require_http_methods(["GET", "POST"])
def start(request: StaffRequest) -> HttpResponse:
    """Find the person: a NIK opens the draft, a KK number or a part of a name lists who it may be."""
    if request.method == "GET":
        context = {"search_form": SearchForm(), "visit_url": visit_url(request)}
        return render(request, "applications/intake/start.html", context)
    if chosen := request.POST.get("orang", ""):
        return begin(request, get_object_or_404(Resident, pk=as_pk(chosen)))
    form, typing = SearchForm(request.POST), "HX-Request" in request.headers
    if not form.is_valid():
        return found(request, form, [], typing)
    digits = form.digits()
    if len(digits) == 16 and not typing and (answer := by_nik(request, digits)):
        return answer
    people = residents.find(form.cleaned_data["q"], MOST + 1)
    log_read(by=request.user, what="search", count=len(people))
    if digits and len(digits) < 16 and not people and not typing:
        form.add_error("q", f"NIK dan nomor KK 16 angka; yang diketik {len(digits)} angka.")
    return found(request, form, people, typing)


def by_nik(request: StaffRequest, digits: str) -> HttpResponse | None:
    """The draft for a NIK, known or new; None when the digits are a KK number of the register."""
    resident = Resident.objects.filter(nik=digits).first()
    if resident is None and "nik_baru" not in request.POST and Resident.objects.filter(kk_number=digits).exists():
        return None
    return begin(request, resident, digits)


def found(request: StaffRequest, form: SearchForm, people: list[Resident], typing: bool) -> HttpResponse:
    digits = form.digits() if form.is_valid() else ""
    context = {
        "search_form": form, "people": people[:MOST], "more": len(people) > MOST, "most": MOST, "searched": True,
        "visit_url": visit_url(request), "new_nik": digits if len(digits) == 16 else "", "new_person": NEW_PERSON,
    }
    return render(request, "applications/intake/found.html" if typing else "applications/intake/start.html", context)


def begin(request: StaffRequest, resident: Resident | None, nik: str = "") -> HttpResponse:
    other = lifecycle.open_application(resident) if resident else None
    if other:
        return to_the_open_one(request, other)
    draft = drafts.begin(request.user, resident.nik if resident else nik, resident)
    return redirect("applications:intake-draft", draft.pk)


def to_the_open_one(request: StaffRequest, other: Application) -> HttpResponse:
    label = State(other.state).label
    messages.warning(request, f"Pemohon masih mempunyai permohonan {other.number} (“{label}”). Ini berkasnya.")
    if other.state == State.RETURNED:
        return redirect("applications:intake-returned", other.slug)
    return redirect(dossier_url(other))


# -- a file that came back -----------------------------------------------------------------------


@permitted("applications.resubmit", signed_out=keep_draft)
@require_http_methods(["GET", "POST"])
def returned(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """Only what failed is asked for again; the same file goes on."""
    application = application_at_desk(number, "intake")
    if application is None and request.POST.get("langkah") == "simpan":
        return HttpResponse(status=410)  # as in the draft of a new file
    if application is None:
        return desk.moved_on(request, number, "intake")
    draft = drafts.of_returned(request.user, application)
    if request.method == "GET":
        return returned_page(request, application, draft)
    drafts.keep(draft, request.POST)
    here = reverse("applications:intake-returned", args=[application.slug])
    missing = papers.missing(application)
    refused = attach(request, draft, {paper.code for paper in missing})
    if answer := handled(request, draft, here, refused):
        return answer
    return resubmit(request, application, draft, refused)


STEPS = {
    "": (lifecycle.resubmit, "{number} sudah diajukan kembali."),
    "masih-kurang": (lifecycle.return_again, "{number}: kedatangan dicatat. Berikan surat kekurangan yang baru."),
}


def resubmit(request: StaffRequest, application: Application, draft: Draft, refused: str) -> HttpResponse:
    """Hand the file in again, or note that something is missing still."""
    if stale := lifecycle.outdated(application, MOVES["resubmit"], desk.version_of(request)):
        messages.warning(request, stale)
        return redirect("applications:intake-returned", application.slug)
    verb, done = STEPS.get(request.POST.get("langkah", ""), STEPS[""])
    forms = returned_forms(application, draft, judged=True)
    if refused or not all(form.is_valid() for form in forms.values()):
        return returned_page(request, application, draft, refused, forms)
    more = {"waits_in_room": forms["bringer_form"].cleaned_data["waits_in_room"]} if verb is lifecycle.resubmit else {}
    try:
        with transaction.atomic():
            locked = drafts.lock(draft)
            verb(
                application, by=request.user, ticks=forms["papers_form"].ticks(),
                waivers=forms["papers_form"].waivers(), brought=forms["bringer_form"].brought(),
                version=desk.version_of(request), **more,
            )
            scans.move_to_papers(locked, application)
            left = drafts.close(locked)
    except WrongState as error:
        messages.warning(request, error.sentence)
        return redirect("applications:intake-queue")
    except Refused as error:
        return returned_page(request, application, draft, error.sentence, forms)
    drafts.clear_away(left)
    messages.success(request, done.format(number=application.number))
    return redirect(dossier_url(application))


def returned_forms(application: Application, draft: Draft, *, judged: bool) -> dict[str, Any]:
    sent = drafts.fields_of(draft)
    missing: list[Paper] = papers.missing(application)
    scans = list(draft.scans.all())
    return {
        "papers_form": PapersForm(sent, papers=missing, scans=scans, judged=judged),
        "bringer_form": BringerForm(sent, judged=judged),
    }


def returned_page(
    request: StaffRequest, application: Application, draft: Draft, refused: str = "",
    forms: dict[str, Any] | None = None,
) -> HttpResponse:
    forms = forms or returned_forms(application, draft, judged=False)
    there = [paper for paper in application.papers.all() if not paper.missing]
    return desk.show(
        request, "intake", application, "applications/intake/returned.html", draft=draft, refused=refused, there=there,
        form_id="intake-form", may_close_on=lifecycle.not_brought_back_since(application), **forms,
    )
