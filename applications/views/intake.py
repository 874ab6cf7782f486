"""`/loket/`: take applications in, complete returned ones."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from applications import lifecycle, papers
from applications import nik as niks
from applications.forms.intake import (
    ChangeFormSet,
    KindForm,
    NikForm,
    PapersForm,
    ResidentForm,
    changes,
)
from applications.models import Application, PaperRule, Resident
from applications.refusals import Refused, WrongState
from applications.states import State
from applications.views import desk
from applications.views.access import StaffRequest, application_at_desk, permitted
from applications.views.dossier import dossier_url

VERBS = {"ajukan": lifecycle.submit, "kembalikan": lifecycle.register_incomplete}
DONE = {
    "ajukan": "{number} sudah diajukan. Berikan tanda terima kepada pemohon.",
    "kembalikan": "{number} dicatat belum lengkap. Berikan surat kekurangan kepada pemohon.",
}
KNOWN_MEANWHILE = "NIK ini sudah ada di register, atas nama berikut. Cocokkan orangnya, lalu kirim sekali lagi."


@permitted("applications.view_intake")
def queue(request: StaffRequest) -> HttpResponse:
    return desk.show(request, "intake", None, "applications/intake/queue.html", nik_form=NikForm())


@permitted("applications.submit")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """One page: first the NIK, then the person, the kind and the papers."""
    if request.method == "GET":
        return render(request, "applications/intake/new.html", {"nik_form": NikForm()})
    nik_form, step = NikForm(request.POST), request.POST.get("langkah", "")
    if not nik_form.is_valid() and step in VERBS:
        return page(request, None, **forms_for(None, request.POST))
    if not nik_form.is_valid():
        return render(request, "applications/intake/new.html", {"nik_form": nik_form})
    resident = Resident.objects.select_related("village").filter(nik=nik_form.cleaned_data["nik"]).first()
    other = lifecycle.open_application(resident) if resident else None
    if other:
        return to_the_open_one(request, other)
    if step not in VERBS:
        return page(request, resident, **forms_for(resident, nik=nik_form.cleaned_data["nik"]))
    if resident and "kk_number" in request.POST:
        # The form was made for an unknown person: nobody has compared this one with the family card yet.
        return page(request, resident, refused=KNOWN_MEANWHILE, **forms_for(resident, request.POST))
    return take_in(request, resident, step)


def to_the_open_one(request: StaffRequest, other: Application) -> HttpResponse:
    label = State(other.state).label
    messages.warning(request, f"Pemohon masih mempunyai permohonan {other.number} (“{label}”). Ini berkasnya.")
    return redirect(dossier_url(other))


def take_in(request: StaffRequest, resident: Resident | None, step: str) -> HttpResponse:
    forms = forms_for(resident, request.POST)
    if not all(form.is_valid() for form in forms.values() if form is not None):
        return page(request, resident, **forms)
    try:
        with transaction.atomic():  # a refused application leaves no half-known person behind
            person = resident or forms["resident_form"].save()
            application = VERBS[step](person, by=request.user, intake=intake_of(forms))
    except WrongState as refused:
        messages.warning(request, refused.sentence)
        return redirect("applications:intake-queue")
    except Refused as refused:
        return page(request, resident, refused=refused.sentence, **forms)
    except IntegrityError:
        # Another counter entered the same NIK at the same moment; now the register knows the person.
        messages.warning(request, "NIK ini baru saja didaftarkan di loket lain. Cari NIK itu sekali lagi.")
        return redirect("applications:intake-new")
    messages.success(request, DONE[step].format(number=application.number))
    return redirect(dossier_url(application))


def forms_for(resident: Resident | None, sent: QueryDict | None = None, nik: str = "") -> dict[str, Any]:
    """The forms of the page, with what was sent; empty ones offer what the NIK says of birth and sex."""
    return {
        "resident_form": None if resident else ResidentForm(sent, initial=offered(nik) if nik else None),
        "kind_form": KindForm(sent),
        "papers_form": PapersForm(sent, papers=list(PaperRule.objects.order_by("position", "code"))),
        "change_forms": ChangeFormSet(sent, prefix="unsur"),
    }


def offered(nik: str) -> dict[str, Any]:
    read = niks.parse(nik)
    birth = niks.likely_birth(read, timezone.localdate())
    return {"nik": read.grouped, "sex": "P" if read.female else "L", "birth_date": birth}


def intake_of(forms: dict[str, Any]) -> lifecycle.Intake:
    kind = forms["kind_form"].cleaned_data
    return lifecycle.Intake(
        kind=kind["kind"], also_data_change=kind["also_data_change"], waits_in_room=kind["waits_in_room"],
        ticks=forms["papers_form"].ticks(), waivers=forms["papers_form"].waivers(),
        changes=changes(forms["change_forms"]),
    )


def page(request: StaffRequest, resident: Resident | None, refused: str = "", **forms: Any) -> HttpResponse:
    context = {"resident": resident, "refused": refused, "nik_form": None, **forms}
    if resident:
        desk.note_read(request, "nik", resident)
    return render(request, "applications/intake/new.html", context)


@permitted("applications.resubmit")
@require_http_methods(["GET", "POST"])
def returned(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """A file that came back to the resident: tick what was missing, hand it in again."""
    application = application_at_desk(number, "intake")
    if application is None:
        return desk.moved_on(request, number, "intake")
    form = PapersForm(request.POST or None, papers=list(application.papers.all()))
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.resubmit(
                application, by=request.user, ticks=form.ticks(), waivers=form.waivers(),
                waits_in_room="waits_in_room" in request.POST, version=desk.version_of(request),
            )
        except WrongState as error:
            messages.warning(request, error.sentence)
            return redirect("applications:intake-queue")
        except Refused as error:
            refused = error.sentence
        else:
            messages.success(request, f"{application.number} sudah diajukan kembali.")
            return redirect(dossier_url(application))
    return desk.show(
        request, "intake", application, "applications/intake/returned.html",
        papers_form=form, refused=refused, missing=papers.missing(application), form_id="resubmit-form",
    )
