"""`/blanko/`: what is in the box, the book of blanks, what is written into it, and its print."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_http_methods

from applications import blank_book, blank_documents, blank_story, blanks, closing, stock
from applications.forms.blanks import (
    BlankForm,
    BookFilter,
    CorrectForm,
    LoseForm,
    ReceiveForm,
    ReturnForm,
    SpoilForm,
)
from applications.models import BlankEntry
from applications.refusals import Refused
from applications.views.access import StaffRequest, permitted
from applications.views.desk import PAGE
from applications.views.files import as_pdf
from office.calendar import midnight

Verb = BlankEntry.Verb
MONTHS = 24
FIRST_YEAR = 2000
TODAY = "hari-ini"


@permitted("applications.view_blanks")
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """What is in the box, what is open, and the book, newest first; kind and period stand in the address."""
    now = stock.today()
    periods = periods_since(now.opened)
    form = BookFilter(request.GET, kinds=[(v.value, str(v.label)) for v in Verb], periods=periods)
    kind, period = form.chosen("jenis"), form.chosen("masa")
    page_obj = Paginator(entries_of(kind, period), PAGE).get_page(request.GET.get("page"))
    may_keep = request.user.has_perm(blanks.KEEP)
    context = {
        "now": now, "form": form, "page_obj": page_obj, "chosen": bool(kind or period),
        "rows": [
            blank_story.told(each, correctable=may_keep and blanks.correctable(each)) for each in page_obj.object_list
        ],
        "month": month_or_this(period), "may_keep": may_keep, **of_the_close(request),
    }
    return render(request, "applications/blanks/index.html", context)


def of_the_close(request: StaffRequest) -> dict[str, Any]:
    """A close that waits, and who may do what about it."""
    waiting = closing.waiting()
    mine = waiting is not None and waiting.closed_by_id == request.user.pk
    return {
        "waiting": waiting, "may_close": request.user.has_perm(closing.CLOSE),
        "may_sign": waiting is not None and not mine and request.user.has_perm(closing.SIGN),
    }


def periods_since(opened: date | None) -> list[tuple[str, str]]:
    """Today, and the months since the book was opened, newest first."""
    first, found = (opened or timezone.localdate()).replace(day=1), [(TODAY, "Hari ini")]
    month = timezone.localdate().replace(day=1)
    while month >= first and len(found) <= MONTHS:
        found.append((f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")))
        month = (month.replace(day=1) - date.resolution).replace(day=1)
    return found


def entries_of(kind: str, period: str) -> QuerySet[BlankEntry]:
    found = BlankEntry.objects.select_related(*blank_story.BESIDE).order_by("-seq")
    if kind:
        found = found.filter(verb=kind)
    if not period:
        return found
    since, until = span(period)
    found = found.filter(occurred_at__gte=since)
    return found.filter(occurred_at__lt=until) if until else found


def span(period: str) -> tuple[datetime, datetime | None]:
    if period == TODAY:
        return midnight(timezone.localdate()), None
    first = date.fromisoformat(f"{period}-01")
    return midnight(first), midnight(blank_book.following(first))


def month_or_this(period: str) -> date:
    """The month whose book is printed: the chosen one, else this."""
    return date.fromisoformat(f"{period}-01") if period and period != TODAY else timezone.localdate().replace(day=1)


@permitted("applications.view_blanks")
@require_GET
def book(request: StaffRequest, year: int, month: int) -> HttpResponse:
    """The book of a month as PDF."""
    if not (FIRST_YEAR <= year <= timezone.localdate().year and 1 <= month <= 12):
        raise Http404("no such month")
    first = date(year, month, 1)
    if first > timezone.localdate():
        raise Http404("no such month")
    return as_pdf(blank_documents.book(blank_book.month_of(first)), f"buku-blangko-{first:%Y-%m}")


# -- what is written down ------------------------------------------------------------------------


@permitted("applications.keep_blanks")
@require_http_methods(["GET", "POST"])
def receive(request: StaffRequest) -> HttpResponse:
    def said(entry: BlankEntry) -> str:
        return f"{entry.on_hand} blangko diterima dan dicatat. Di kotak sekarang {entry.facts['box']}."

    return written(request, ReceiveForm, blanks.receive, said, "Terima blangko", "Catat penerimaan")


@permitted("applications.keep_blanks")
@require_http_methods(["GET", "POST"])
def spoil(request: StaffRequest) -> HttpResponse:
    def said(entry: BlankEntry) -> str:
        return "Blangko rusak dicatat dan masuk simpanan untuk dikembalikan."

    intro = "Satu lembar yang rusak sebelum dicetak. Yang rusak saat dicetak dicatat di halaman pencetakan."
    return written(request, SpoilForm, blanks.spoil, said, "Blangko rusak", "Catat satu lembar rusak", intro=intro)


@permitted("applications.keep_blanks")
@require_http_methods(["GET", "POST"])
def give_back(request: StaffRequest) -> HttpResponse:
    def said(entry: BlankEntry) -> str:
        return f"{-entry.on_hand} blangko dicatat dikembalikan. Di kotak sekarang {entry.facts['box']}."

    return written(request, ReturnForm, blanks.give_back, said, "Kembalikan blangko", "Catat pengembalian")


@permitted("applications.keep_blanks")
@require_http_methods(["GET", "POST"])
def lose(request: StaffRequest) -> HttpResponse:
    def said(entry: BlankEntry) -> str:
        return f"{-entry.on_hand} blangko dicatat hilang. Sekretaris melihatnya."

    intro = "Blangko yang tidak ditemukan lagi. Catatan ini langsung terlihat oleh Sekretaris."
    ask = "Blangko dicatat hilang dan Sekretaris melihatnya."
    return written(request, LoseForm, blanks.lose, said, "Blangko hilang", "Catat hilang", intro=intro, ask=ask)


def written(
    request: StaffRequest, form_class: type[BlankForm], verb: Callable[..., BlankEntry],
    said: Callable[[BlankEntry], str], title: str, label: str, *, intro: str = "", ask: str = "",
) -> HttpResponse:
    """A page that asks for one entry of the book: sent twice, the second time says that it is there already."""
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, said(verb(by=request.user, **form.arguments())))
            return redirect("applications:blanks")
        except blanks.AlreadyWritten as twice:
            messages.info(request, twice.sentence)
            return redirect("applications:blanks")
        except Refused as no:
            form.add_error(no.field or None, no.sentence)
    context = {"form": form, "title": title, "label": label, "intro": intro, "ask": ask,
               "side_by_side": form_class is ReceiveForm}
    return render(request, "applications/blanks/write.html", context)


@permitted("applications.keep_blanks")
@require_http_methods(["GET", "POST"])
def correct(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks once on a page of its own: a correction stays in the book for good."""
    found = BlankEntry.objects.select_related(*blank_story.BESIDE)
    entry = get_object_or_404(found, pk=pk, verb__in=blanks.CORRECTABLE)
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = blanks.correct(by=request.user, entry=entry, reason=form.cleaned_data["reason"])
            messages.success(request, f"Catatan {entry.seq} dibalik. Di kotak sekarang {done.facts['box']}.")
            return redirect("applications:blanks")
        except blanks.AlreadyWritten as twice:
            messages.info(request, twice.sentence)
            return redirect("applications:blanks")
        except Refused as no:
            form.add_error(None, no.sentence)
    row = blank_story.told(entry, correctable=blanks.correctable(entry))
    return render(request, "applications/blanks/correct.html", {"form": form, "row": row})
