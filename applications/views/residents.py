"""`/penduduk/`: the register of residents, searched by POST; the record, its history, and putting it right."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import resident_story, residents, values
from applications.forms.residents import ApartForm, CorrectionForm, SearchForm
from applications.models import Application, Resident, Visit
from applications.refusals import Refused, WrongState
from applications.views.access import StaffRequest, permitted
from office.reading import log_read

MOST = 25
STEPS = 50
CORRECT, IMPORT = "applications.correct_resident", "applications.import_residents"


@permitted("applications.view_residents")
@require_http_methods(["GET", "POST"])
def index(request: StaffRequest) -> HttpResponse:
    context = {"may_import": request.user.has_perm(IMPORT), **found(request)}
    return render(request, "applications/residents/index.html", context)


@permitted("applications.view_residents")
@require_POST
def search(request: StaffRequest) -> HttpResponse:
    """The results alone, while one types."""
    return render(request, "applications/residents/found.html", found(request))


def found(request: StaffRequest) -> dict[str, Any]:
    form = SearchForm(request.POST or None)
    text = form.cleaned_data["q"].strip()[:80] if form.is_valid() else ""
    people = residents.find(text, MOST + 1) if text else []
    typed = text or values.tidy(form.data.get("q", ""))[:80]  # what could be read of it stays in the field
    if text:
        log_read(by=request.user, what="search", count=len(people))
    return {"search_form": form, "q": typed, "residents": people[:MOST], "more": len(people) > MOST, "most": MOST}


def resident_or_404(pk: int) -> Resident:
    return get_object_or_404(Resident.objects.select_related("village"), pk=pk)


@permitted("applications.view_residents")
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    resident = resident_or_404(pk)
    log_read(by=request.user, what="nik", subject=f"resident {resident.pk}")
    return page(request, resident)


def page(request: StaffRequest, resident: Resident, refused: str = "") -> HttpResponse:
    corrects = request.user.has_perm(CORRECT)
    doubles = residents.doubles_of(resident)
    context = {
        "resident": resident,
        "facts": resident_story.facts(resident),
        "doubts": resident.nik_flaws() + resident.nik_doubts(),
        "applications": applications_of(resident) if request.user.has_perm("applications.view_application") else [],
        "visits": visits_of(resident) if request.user.has_perm("applications.view_visits") else [],
        "steps": resident_story.steps(resident, STEPS),
        "doubles": doubles,
        "apart_forms": [(each, ApartForm(initial={"other": each.pk}, prefix=f"d{each.pk}")) for each in doubles],
        "may_correct": corrects,
        "refused": refused,
    }
    return render(request, "applications/residents/show.html", context)


def applications_of(resident: Resident) -> QuerySet[Application]:
    return Application.objects.filter(resident=resident).order_by("-year", "-serial")[:MOST]


def visits_of(resident: Resident) -> QuerySet[Visit]:
    return Visit.objects.filter(resident=resident).order_by("-at", "-pk")[:MOST]


@permitted("applications.correct_resident")
@require_http_methods(["GET", "POST"])
def correct(request: StaffRequest, pk: int) -> HttpResponse:
    resident = resident_or_404(pk)
    seen = residents.fingerprint(resident)
    # The form writes into its instance while it checks; the record itself is left as the database has it.
    form = CorrectionForm(request.POST or None, instance=resident_or_404(pk))
    if request.method == "GET":
        log_read(by=request.user, what="nik", subject=f"resident {resident.pk}")
    elif form.is_valid():
        return put_right(request, resident, form)
    return ask(request, resident, form, seen)


def ask(request: StaffRequest, resident: Resident, form: CorrectionForm, seen: str) -> HttpResponse:
    context = {"resident": resident, "form": form, "seen": request.POST.get("seen", seen)}
    return render(request, "applications/residents/correct.html", context)


def put_right(request: StaffRequest, resident: Resident, form: CorrectionForm) -> HttpResponse:
    try:
        changed = residents.correct(
            resident, form.changes(), by=request.user, reason=form.cleaned_data["reason"],
            seen=request.POST.get("seen", ""),
        )
    except WrongState as refused:
        messages.warning(request, refused.sentence)
        return redirect("applications:residents-correct", resident.pk)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return ask(request, resident, form, residents.fingerprint(resident))
    told = "; ".join(resident_story.changed_text(name, old, new) for name, (old, new) in changed.items())
    if told:
        messages.success(request, f"Data diperbaiki. {told}.")
    else:
        messages.info(request, "Tidak ada yang berubah.")
    return redirect("applications:residents-show", resident.pk)


@permitted("applications.correct_resident")
@require_POST
def apart(request: StaffRequest, pk: int) -> HttpResponse:
    """Decided: the likely double beside this person is somebody else."""
    resident = resident_or_404(pk)
    form = ApartForm(request.POST, prefix=request.POST.get("form", "")[:20])
    if not form.is_valid():
        return page(request, resident, refused="Isi alasannya; yang membaca riwayat ini perlu tahu.")
    other = get_object_or_404(Resident, pk=form.cleaned_data["other"])
    try:
        residents.tell_apart(resident, other, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refused:
        return page(request, resident, refused=refused.sentence)
    messages.success(request, f"{resident.name} dan {other.name} dicatat sebagai orang yang berbeda.")
    return redirect("applications:residents-show", resident.pk)
