"""`/kartu-ditarik/`: cards that are out of use: taken in, destroyed with a record, sent back, told upward."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, TextChoices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import custody, custody_documents, custody_report
from applications.forms.custody import DestructionForm, FoundForm, SendBackForm, witnesses_before
from applications.models import CustodyEntry, Destruction, HeldCard
from applications.refusals import Refused
from applications.views.access import StaffRequest, permitted
from applications.views.desk import PAGE
from applications.views.files import as_pdf, file
from office.models import Office

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABS = [
    ("index", "Di penyimpanan"), ("gone", "Sudah keluar"), ("records", "Berita acara"), ("report", "Laporan bulanan"),
]
ORDERS = {"lama": "taken_at", "baru": "-taken_at"}


def tabs(current: str) -> dict[str, Any]:
    """The four pages of custody as a row of links."""
    return {"tabs": [
        {"label": label, "url": reverse(f"applications:custody-{name}"), "selected": name == current}
        for name, label in TABS
    ]}


# -- what lies there, what left --------------------------------------------------------------------


@permitted("applications.view_custody")
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """What lies in custody now, the oldest first unless asked otherwise, with how many there are of each cause."""
    order = request.GET.get("urut", "")
    order = order if order in ORDERS else "lama"
    lying = custody.lying().select_related("application", "taken_by").order_by(ORDERS[order], "pk")
    chosen = filters(request)
    context = tabs("index") | chosen | {
        "page_obj": page_of(request, lying.filter(**chosen["wanted"])),
        "counts": counts(request), "order": order,
        "overdue": custody.overdue_since(timezone.now()),
        "may_destroy": request.user.has_perm(custody.DESTROY), "may_take_in": request.user.has_perm(custody.TAKE_IN),
        "may_send_back": request.user.has_perm(custody.SEND_BACK),
    }
    return render(request, "applications/custody/index.html", context)


@permitted("applications.view_custody")
@require_safe
def gone(request: StaffRequest) -> HttpResponse:
    """What left custody, the last first: the lines of the book."""
    left = CustodyEntry.objects.filter(verb__in=CustodyEntry.LEAVING).order_by("-seq")
    left = left.select_related("card__application", "card__destruction", "by")
    chosen = filters(request)
    wanted = {f"card__{name}" if name == "source" else name: value for name, value in chosen["wanted"].items()}
    context = tabs("gone") | chosen | {"page_obj": page_of(request, left.filter(**wanted))}
    return render(request, "applications/custody/gone.html", context)


def filters(request: StaffRequest) -> dict[str, Any]:
    """The source and the cause that the address asks for, and what there is to choose from."""
    asked = {"source": request.GET.get("asal", ""), "cause": request.GET.get("sebab", "")}
    known = {"source": HeldCard.Source, "cause": HeldCard.Cause}
    wanted = {name: value for name, value in asked.items() if value in known[name].values}
    return {
        "wanted": wanted, "sources": options(HeldCard.Source, wanted.get("source")),
        "causes": options(HeldCard.Cause, wanted.get("cause")),
    }


def options(known: type[TextChoices], chosen: str | None) -> list[dict[str, Any]]:
    return [{"code": code, "label": label, "selected": code == chosen} for code, label in known.choices]


def counts(request: StaffRequest) -> list[dict[str, Any]]:
    """Every cause that lies there, with its count, the most frequent first."""
    found = custody.lying().order_by().values("cause").annotate(count=Count("pk")).order_by("-count", "cause")
    asked, labels = request.GET.get("sebab", ""), custody_report.CAUSES
    return [{**each, "label": labels[each["cause"]], "selected": each["cause"] == asked} for each in found]


def page_of(request: StaffRequest, found: QuerySet) -> Any:
    return Paginator(found, PAGE).get_page(request.GET.get("page"))


# -- in ----------------------------------------------------------------------------------------------


@permitted("applications.take_in_card")
@require_http_methods(["GET", "POST"])
def found(request: StaffRequest) -> HttpResponse:
    """A card that somebody handed in at the office."""
    form = FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            card = custody.found(by=request.user, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, no.sentence)
        else:
            cut = "" if card.corner_cut else " Potong sudut kanan atasnya."
            messages.success(request, f"Kartu temuan tercatat.{cut} Simpan sampai dimusnahkan.")
            return redirect("applications:custody-index")
    return render(request, "applications/custody/found.html", {"form": form})


@permitted("applications.take_in_card")
@require_POST
def cut_corner(request: StaffRequest, pk: int) -> HttpResponse:
    """The corner of a card on the list is cut now."""
    try:
        card = custody.cut_corner(pk, by=request.user)
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        messages.success(request, f"Sudut kartu {card.holder or 'temuan'} tercatat sudah dipotong.")
    back = request.GET.urlencode()
    return redirect(reverse("applications:custody-index") + (f"?{back}" if back else ""))


# -- out ---------------------------------------------------------------------------------------------


@permitted("applications.destroy_cards")
@require_http_methods(["GET", "POST"])
def destroy(request: StaffRequest) -> HttpResponse:
    """A record of destruction: which cards, where, how, before whom; asked once before it is written."""
    form = DestructionForm(request.POST or None, by=request.user)
    asking = request.method == "POST" and form.is_valid() and "confirmed" not in request.POST
    if request.method == "POST" and form.is_valid() and not asking:
        try:
            record = custody.destroy(by=request.user, **form.arguments())
        except custody.AlreadyDestroyed as twice:
            messages.info(request, twice.sentence)
            return redirect("applications:custody-record", twice.record.slug)
        except Refused as no:
            form.add_error(None, no.sentence)
        else:
            messages.success(request, f"{record.number} tercatat: {record.count} kartu. Cetak, lalu tanda tangani.")
            return redirect("applications:custody-record", record.slug)
    context = {"form": form, "asking": asking, "before": witnesses_before()}
    return render(request, "applications/custody/destroy.html", context | choice(form, custody.to_destroy()))


@permitted("applications.keep_blanks")
@require_http_methods(["GET", "POST"])
def send_back(request: StaffRequest) -> HttpResponse:
    """Faulty blanks go back to the centre with a letter."""
    form = SendBackForm(request.POST or None)
    asking = request.method == "POST" and form.is_valid() and "confirmed" not in request.POST
    if request.method == "POST" and form.is_valid() and not asking:
        try:
            cards = custody.send_back(by=request.user, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, no.sentence)
        else:
            messages.success(request, f"{len(cards)} blangko rusak tercatat dikembalikan ke pusat.")
            return redirect("applications:custody-index")
    context = {"form": form, "asking": asking} | choice(form, custody.to_send_back())
    return render(request, "applications/custody/send_back.html", context)


def choice(form: Any, lying: QuerySet[HeldCard]) -> dict[str, Any]:
    """The cards to choose from, the oldest first, all ticked until somebody chose; no more than a record holds."""
    cards = list(lying.select_related("application").order_by("taken_at", "pk")[: custody.MOST + 1])
    sent = set(form.data.getlist("cards")) if form.is_bound else None
    rows = [{"card": card, "chosen": sent is None or str(card.pk) in sent} for card in cards[: custody.MOST]]
    return {"rows": rows, "count": len(sent or ()), "more": len(cards) > custody.MOST, "most": custody.MOST}


# -- records -----------------------------------------------------------------------------------------


@permitted("applications.view_custody")
@require_safe
def records(request: StaffRequest) -> HttpResponse:
    """Every record of destruction, the last first."""
    found = Destruction.objects.select_related("by")
    context = tabs("records") | {
        "page_obj": page_of(request, found), "may_destroy": request.user.has_perm(custody.DESTROY)
    }
    return render(request, "applications/custody/records.html", context)


@permitted("applications.view_custody")
@require_safe
def record(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """One record with its cards."""
    shown = record_or_404(number)
    cards = shown.cards.select_related("application").order_by("taken_at", "pk")
    context = {"record": shown, "page_obj": page_of(request, cards)}
    return render(request, "applications/custody/record.html", context)


@permitted("applications.view_custody")
@require_safe
def record_pdf(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """The record on A4, or on F4 if the address says so."""
    shown = record_or_404(number)
    content = custody_documents.record(shown, request.GET.get("kertas", ""))
    return as_pdf(content, f"berita-acara-{shown.slug}")


def record_or_404(number: tuple[int, int]) -> Destruction:
    year, serial = number
    return get_object_or_404(Destruction.objects.select_related("by"), year=year, serial=serial)


# -- the month ---------------------------------------------------------------------------------------


@permitted("applications.view_custody")
@require_safe
def report(request: StaffRequest) -> HttpResponse:
    """The month by cause, and its records of destruction."""
    told, today = report_of(request), timezone.localdate()
    later = told.month.after if told.until is None else None
    context = tabs("report") | {"report": told, "later": later, "headings": custody_report.HEADINGS, "today": today}
    return render(request, "applications/custody/report.html", context)


@permitted("applications.view_custody")
@require_safe
def report_pdf(request: StaffRequest) -> HttpResponse:
    told = report_of(request)
    content = custody_documents.month(told, request.GET.get("kertas", ""))
    return as_pdf(content, f"laporan-kartu-ditarik-{told.month.code}")


@permitted("applications.view_custody")
@require_safe
def report_xlsx(request: StaffRequest) -> HttpResponse:
    told, office = report_of(request), Office.objects.current()
    return file(
        custody_report.workbook(told, office.name), XLSX, f"laporan-kartu-ditarik-{told.month.code}.xlsx", "attachment"
    )


def report_of(request: StaffRequest) -> custody_report.Report:
    month = custody_report.Month.read(request.GET.get("bulan", ""), timezone.localdate())
    return custody_report.of(month, timezone.now())
