"""`/loket/konsep/…/`: the intake page of one draft: who, for what, brought by whom, with which papers."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from applications import drafts, lifecycle, papers, residents, rules, scans, visits
from applications import nik as niks
from applications.forms.intake import (
    BringerForm,
    ChangeFormSet,
    KindForm,
    NewResidentForm,
    PapersForm,
    changes,
    offered,
)
from applications.models import (
    CHOICES,
    Application,
    DataChange,
    Draft,
    PaperRule,
    Resident,
    Village,
    Visit,
    VisitReason,
)
from applications.refusals import Refused, TooYoung, WrongState
from applications.views import desk
from applications.views.access import StaffRequest, keep_draft, permitted
from applications.views.dossier import dossier_url
from applications.views.intake import to_the_open_one
from applications.views.scans import attach, handled

VERBS = {"ajukan": lifecycle.submit, "kembalikan": lifecycle.register_incomplete}
DONE = {
    "ajukan": "{number} sudah diajukan. Berikan tanda terima kepada pemohon.",
    "kembalikan": "{number} dicatat belum lengkap. Berikan surat kekurangan kepada pemohon.",
}
KNOWN_MEANWHILE = "NIK ini sudah ada di register, atas nama berikut. Cocokkan orangnya, lalu kirim sekali lagi."
OWN_OTHER_DRAFT = "Anda sudah mempunyai konsep untuk NIK itu. Buka konsep itu di halaman Loket."
LIST_CHANGED = (
    "Daftar persyaratan atau jenis permohonan baru saja diubah oleh Administrator. Periksa lagi persyaratannya di "
    "bawah, lalu kirim; isian Anda masih ada."
)
MAYBE_KNOWN = "Orang ini mungkin sudah ada di register. Bandingkan di bawah, lalu putuskan."
NOT_YOURS = "Konsep itu sudah diajukan, dihapus, atau milik petugas lain."


@permitted("applications.submit", signed_out=keep_draft)
@require_http_methods(["GET", "POST"])
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    found = Draft.objects.select_related("resident__village").filter(
        pk=pk, owner=request.user, application=None
    ).first()
    if found is None and request.POST.get("langkah") == "simpan":
        return HttpResponse(status=410)  # an open page that keeps itself: nobody reads a message
    if found is None:
        return sent_already(request, request.POST.get("untuk", ""), NOT_YOURS)
    if request.method == "GET":
        return page(request, found, forms_for(found, drafts.fields_of(found), judged=False))
    try:
        return sent(request, found)
    except WrongState as no:  # the same draft in a second tab
        messages.warning(request, no.sentence)
        return redirect("applications:intake-queue")


def sent_already(request: StaffRequest, nik: str, sentence: str) -> HttpResponse:
    """A double click or a second tab: show what became of the draft, where that can be told."""
    messages.warning(request, sentence)
    nik = nik if nik.isascii() and nik.isdigit() else ""
    application = Application.objects.open().filter(resident__nik=nik).order_by("-pk").first() if nik else None
    return redirect(dossier_url(application)) if application else redirect("applications:intake-queue")


def sent(request: StaffRequest, found: Draft) -> HttpResponse:
    drafts.keep(found, request.POST)
    codes = set(PaperRule.objects.values_list("code", flat=True))
    refused = attach(request, found, codes)
    here = reverse("applications:intake-draft", args=[found.pk])
    if answer := handled(request, found, here, refused):
        return answer
    step, _, what = request.POST.get("langkah", "").partition(":")
    if step == "hapus-konsep":
        drafts.give_up(found)
        messages.success(request, "Konsep dihapus.")
        return redirect("applications:intake-queue")
    if step == "pakai":
        return recognise(request, found, what)
    if step == "tidak-dilayani":
        return visit(request, found, what or request.POST.get("sebab", ""))
    return judge(request, found, step, refused)


# -- judging and sending -------------------------------------------------------------------------


def judge(request: StaffRequest, found: Draft, step: str, refused: str = "") -> HttpResponse:
    """Check everything that was typed; send it where that was asked for and nothing speaks against it."""
    was_unknown = found.resident is None
    forms = forms_for(found, request.POST, judged=True)
    if was_unknown and (sentence := follow_nik(found, forms["resident_form"])):
        became_known = found.resident is not None
        forms = forms_for(found, request.POST, judged=True) if became_known else forms
        return page(request, found, forms, refused=sentence)
    if found.resident and (other := lifecycle.open_application(found.resident)):
        return to_the_open_one(request, other)
    whole = all(form.is_valid() for form in forms.values() if form is not None)
    if refused or not whole:
        return page(request, found, forms, refused=refused)
    if request.POST.get("daftar") != rules.papers_version():
        return page(request, found, forms, refused=LIST_CHANGED, checked=True)
    if step not in VERBS:
        return page(request, found, forms, checked=True)
    return take_in(request, found, forms, step)


def follow_nik(found: Draft, form: Any) -> str:
    """The NIK of an unknown person may be put right on the page, or become known meanwhile. A sentence if so."""
    form.is_valid()
    nik = form.cleaned_data.get("nik") or typed_nik(form) or found.nik
    resident = Resident.objects.select_related("village").filter(nik=nik).first()
    if not drafts.stands_for(found, nik, resident):
        return OWN_OTHER_DRAFT
    return KNOWN_MEANWHILE if resident else ""


def typed_nik(form: Any) -> str:
    """The digits of the field also when the form refuses them, because somebody has that NIK by now."""
    try:
        return niks.parse(form["nik"].value() or "").digits
    except niks.NotANik:
        return ""


def take_in(request: StaffRequest, found: Draft, forms: dict[str, Any], step: str) -> HttpResponse:
    doubles, reason = doubles_of(found, forms), request.POST.get("beda_alasan", "").strip()[:200]
    if doubles and not reason:
        return page(request, found, forms, refused=MAYBE_KNOWN, checked=True)
    intake = intake_of(forms)
    try:
        with transaction.atomic():  # a refused application leaves no half-known person behind
            locked = drafts.lock(found)
            residents.hold(doubles)
            person = found.resident or residents.enter(forms["resident_form"].cleaned_data, by=request.user)
            for other in doubles:
                residents.tell_apart(person, other, by=request.user, reason=reason)
            application = VERBS[step](person, by=request.user, intake=intake)
            scans.move_to_papers(locked, application)
            left = drafts.close(locked)
    except TooYoung as no:
        return page(request, found, forms, refused=no.sentence, too_young=True)
    except WrongState as no:
        return sent_already(request, found.nik, no.sentence)
    except Refused as no:
        return page(request, found, forms, refused=no.sentence, checked=True)
    except IntegrityError:
        messages.warning(request, "NIK ini baru saja didaftarkan di loket lain. Cari NIK itu sekali lagi.")
        return redirect("applications:intake-draft", found.pk)
    drafts.clear_away(left)
    messages.success(request, DONE[step].format(number=application.number))
    return redirect(dossier_url(application))


def doubles_of(found: Draft, forms: dict[str, Any]) -> list[Resident]:
    """Whom the register may know this new person as."""
    form = forms.get("resident_form")
    if found.resident or form is None or not form.is_valid():
        return []
    typed = form.cleaned_data
    return residents.likely_doubles(
        name=typed["name"], birth_date=typed["birth_date"], kk_number=typed["kk_number"], nik=typed["nik"]
    )


def recognise(request: StaffRequest, found: Draft, what: str) -> HttpResponse:
    """The new person is one of the register after all: the draft goes on with that record."""
    forms, reason = forms_for(found, request.POST, judged=True), request.POST.get("beda_alasan", "").strip()[:200]
    person = next((each for each in doubles_of(found, forms) if str(each.pk) == what), None)
    if person is None or not reason:
        return page(request, found, forms, refused="Isi alasan keputusan, lalu pilih orangnya.", checked=True)
    if other := lifecycle.open_application(person):
        return to_the_open_one(request, other)
    if not drafts.stands_for(found, person.nik, person):
        return page(request, found, forms, refused=OWN_OTHER_DRAFT)
    residents.recognise(person, by=request.user, reason=reason, typed=forms["resident_form"].cleaned_data)
    messages.success(request, "Data register dipakai. Bila NIK-nya salah ketik, perbaiki data penduduk lebih dahulu.")
    return redirect("applications:intake-draft", found.pk)


def visit(request: StaffRequest, found: Draft, code: str) -> HttpResponse:
    """Not served here: a numbered visit with its slip takes the place of the draft."""
    typed = forms_for(found, request.POST, judged=True)["resident_form"]
    forms = forms_for(found, request.POST, judged=False)  # nothing but the name is needed, so nothing else is judged
    reason = next((each for each in VisitReason.objects.all() if each.pk == code), None)
    if reason is None:
        return page(request, found, forms, refused="Pilih mengapa pemohon tidak dapat dilayani di sini.")
    person = found.resident
    if typed is not None:
        typed.is_valid()
    name = person.name if person else typed.cleaned_data.get("name", "")
    birth = person.birth_date if person else typed.cleaned_data.get("birth_date")
    advice = ""
    if code == Visit.UNDERAGE:
        kind = request.POST.get("kind", "")
        advice = visits.underage_advice(birth, kind, timezone.localdate()) if birth else ""
        if not advice:
            return page(request, found, forms, refused="Menurut tanggal lahirnya pemohon sudah cukup umur.")
    nik = found.nik if typed is None else typed.cleaned_data.get("nik") or found.nik
    try:
        with transaction.atomic():  # pressed twice it is one visit
            locked = drafts.lock(found)
            made = visits.register(by=request.user, reason=reason, resident=person, name=name, nik=nik, advice=advice)
            left = drafts.close(locked)
    except WrongState as no:
        messages.warning(request, no.sentence)
        return redirect("applications:intake-queue")
    except Refused as no:
        return page(request, found, forms, refused=no.sentence)
    drafts.clear_away(left)
    messages.success(request, f"Kunjungan {made.number} dicatat. Berikan suratnya kepada tamu.")
    return redirect("applications:visits-show", made.slug)


# -- the page ------------------------------------------------------------------------------------


def forms_for(found: Draft, fields: QueryDict | None, *, judged: bool) -> dict[str, Any]:
    """The forms of the page with what was typed; empty ones offer what the NIK says of birth and sex."""
    initial = offered(found.nik, timezone.localdate()) if found.nik else {}
    new = None if found.resident else NewResidentForm(fields, initial=initial, judged=judged)
    return {
        "resident_form": new,
        "kind_form": KindForm(fields, labels=rules.kind_labels(), judged=judged),
        "bringer_form": BringerForm(fields, judged=judged),
        "papers_form": PapersForm(
            fields, papers=list(PaperRule.objects.order_by("position", "code")), scans=list(found.scans.all()),
            judged=judged,
        ),
        "change_forms": change_forms(fields, judged=judged),
    }


def change_forms(fields: QueryDict | None, *, judged: bool) -> Any:
    formset = ChangeFormSet(
        fields if fields and "unsur-TOTAL_FORMS" in fields else None, prefix="unsur", form_kwargs={"judged": judged}
    )
    formset.judged = judged
    return formset


def intake_of(forms: dict[str, Any]) -> lifecycle.Intake:
    kind = forms["kind_form"].cleaned_data
    formset = forms["change_forms"]
    return lifecycle.Intake(
        kind=kind["kind"], also_data_change=kind["also_data_change"],
        waits_in_room=forms["bringer_form"].cleaned_data["waits_in_room"], brought=forms["bringer_form"].brought(),
        ticks=forms["papers_form"].ticks(), waivers=forms["papers_form"].waivers(),
        changes=changes(formset) if formset.is_bound else (),
    )


def page(
    request: StaffRequest, found: Draft, forms: dict[str, Any], *, refused: str = "", checked: bool = False,
    too_young: bool = False,
) -> HttpResponse:
    person = found.resident
    context: dict[str, Any] = {
        "draft": found, "resident": person, "refused": refused, "too_young": too_young,
        "papers_version": rules.papers_version(), "visit_reasons": served_elsewhere(), **forms,
        "doubts": doubts_of(found, forms), "doubles": doubles_of(found, forms) if checked else [],
        "underage": Visit.UNDERAGE, "element_values": element_values(),
        "nik_readable": bool(found.nik) and not niks.parse(found.nik).flaws,
    }
    if checked:
        context |= result_of(found, forms)
    if person:
        tell_old_values(person, forms["change_forms"])
    for shown in [person] if person else context["doubles"]:  # whose whole NIK stands on the page
        desk.note_read(request, "nik", shown)
    if person and request.user.has_perm("applications.correct_resident"):
        context["correct_url"] = reverse("applications:residents-correct", args=[person.pk])
    return render(request, "applications/intake/draft.html", context)


def tell_old_values(person: Resident, formset: Any) -> None:
    """Beside each changed element what the register says now."""
    for form in formset:
        element = form["element"].value() or ""
        if element in DataChange.Element.values:
            form.old = DataChange(element=element).in_words(str(getattr(person, element)))


def element_values() -> list[str]:
    """What may be chosen for elements with a list of values, offered while one types."""
    listed = [str(label) for choices in CHOICES.values() for _, label in choices]
    return [*dict.fromkeys(listed), *Village.objects.values_list("name", flat=True)]


def served_elsewhere() -> list[VisitReason]:
    return list(VisitReason.objects.exclude(pk__in=[Visit.UNDERAGE, "bertanya"]))


def doubts_of(found: Draft, forms: dict[str, Any]) -> list[str]:
    """What about the NIK should be looked at again: warnings, never a block (fact F2.4)."""
    if found.resident:
        return [*found.resident.nik_flaws(), *found.resident.nik_doubts()]
    if not found.nik:
        return []
    nik, form = niks.parse(found.nik), forms["resident_form"]
    typed = form.cleaned_data if form.is_bound and form.judged and form.is_valid() else {}
    sex = typed.get("sex")
    doubts = niks.warnings(nik, birth=typed.get("birth_date"), female=sex == "P" if sex else None)
    return [*(niks.FLAW_SENTENCES[flaw] for flaw in nik.flaws), *doubts]


def result_of(found: Draft, forms: dict[str, Any]) -> dict[str, Any]:
    """What *Periksa* says: what is missing, and what else speaks against it."""
    if not all(form.is_valid() for form in forms.values() if form is not None):
        return {}
    intake = intake_of(forms)
    missing = papers.lacking(intake.kind, intake.ticks, intake.waivers)
    forms["papers_form"].lacking = {paper.code for paper in missing}
    person = found.resident or forms["resident_form"].instance
    objection = lifecycle.objection(person, intake)
    return {
        "checked": True, "missing": missing, "objection": objection.sentence if objection else "",
        "too_young": isinstance(objection, TooYoung),
    }
