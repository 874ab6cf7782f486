"""Deviations from the usual way, for the Sekretaris: entries of several books with a deviation code, as one list.

A book feeds the list by a row in SOURCES. The list is merged, sorted and cut into pages by the database; only the
entries of one page are loaded.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import RoleEntry
from accounts.roles import Role
from applications import blanks
from applications.lifecycle import Deviation
from applications.models import BlankEntry, Entry
from office import ledger
from office.calendar import midnight

PAGE = 25
OTHER = "Penyimpangan lain"
ERASED = "(keterangan dihapus menurut ketentuan)"
DEPUTY = "deputy"
PERIODS = {"triwulan": "Triwulan ini", "bulan": "Bulan ini", "semua": "Semua"}


@dataclass(frozen=True)
class Row:
    """One deviation as people tell it; `url` leads to what it was done to, `subject` names that."""

    at: datetime
    kind: str
    told: str
    by: str
    reason: str
    subject: str
    url: str


@dataclass(frozen=True)
class Source:
    """A book that feeds the list: the names of its codes, what to load beside an entry, and how to tell it."""

    model: type[ledger.Entry]
    kinds: Mapping[str, str]
    beside: tuple[str, ...]
    tell: Callable[[Any], tuple[str, str]]  # what happened, and why where the entry has no words
    subject: Callable[[Any], tuple[str, str]]  # its name and its address
    many: tuple[str, ...] = ()

    def entries(self, since: datetime | None, kind: str = "") -> QuerySet[Any]:
        # Said as the index says it, so that a database takes the partial one.
        found: QuerySet[Any] = self.model.objects.exclude(deviation="")
        if kind:
            found = found.filter(deviation=kind)
        return found.filter(occurred_at__gte=since) if since else found

    def row(self, entry: Any) -> Row:
        told, why = self.tell(entry)
        subject, url = self.subject(entry)
        by = entry.by.name if entry.by else "Sistem"
        return Row(entry.occurred_at, self.kinds.get(entry.deviation, OTHER), told, by, reason(entry) or why, subject,
                   url)


def reason(entry: Any) -> str:
    """The words of an entry; erased ones say so."""
    detail = getattr(entry, "detail", None)
    if detail is None:
        return ""
    return ERASED if detail.erased_at else str(detail.words.get("reason", ""))


# What can be told of a file without looking at it.
PLAIN = {
    Deviation.UNCHANGED: "Kartu ditolak karena datanya salah; berkas disetujui lagi tanpa perubahan data.",
    Deviation.OUT_OF_TURN: "Kartu dicetak mendahului berkas yang lebih dulu lengkap.",
    Deviation.POSTPONED: "Pencetakan ditunda; berkas lain boleh mendahului.",
    Deviation.WITHOUT_PAPERS: "Kartu diserahkan kepada orang lain tanpa surat kuasa dan KTP pengambil dilihat.",
    Deviation.DOUBTED: "Pengecualian perekaman diragukan oleh yang memeriksanya.",
}


# -- the books -----------------------------------------------------------------------------------


def tell_of_application(entry: Entry) -> tuple[str, str]:
    if entry.deviation == Deviation.WAIVER:
        code = entry.facts.get("paper", "")
        paper = next((each for each in entry.application.papers.all() if each.code == code), None)
        asked = f"Alasan permintaan: {paper.waiver_reason}" if paper and paper.waiver_reason else ""
        return f"Keringanan diberikan untuk {paper.label if paper else code}.", asked
    if entry.deviation == Deviation.FLAWED_NIK:
        return "Berkas disetujui walaupun angka dalam NIK tidak mungkin.", ""
    if entry.deviation == Deviation.MAKER_IS_CHECKER:
        return "Yang mengajukan atau merekam berkas ini memvalidasinya sendiri.", ""
    if entry.deviation in PLAIN:
        return PLAIN[entry.deviation], ""
    return "Langkah ini menyimpang dari kebiasaan.", ""


def application_of(entry: Entry) -> tuple[str, str]:
    application = entry.application
    return application.number, reverse("applications:dossier-show", args=[application.slug])


def tell_of_role(entry: RoleEntry) -> tuple[str, str]:
    facts = entry.facts
    role = dict(Role.choices).get(facts.get("role", ""), "peran lain")
    ends = datetime.fromisoformat(facts["until"]) if facts.get("until") else None
    until = f" sampai {date_format(timezone.localtime(ends), 'DATETIME_FORMAT')}" if ends else ""
    if entry.deviation == DEPUTY:
        return f"{entry.person.name} bertugas sebagai Plh {role}{until}.", ""
    return f"Peran {role} milik {entry.person.name} diubah{until}.", ""


def tell_of_blanks(entry: BlankEntry) -> tuple[str, str]:
    if entry.deviation == blanks.Deviation.LOST:
        return f"{-entry.on_hand} blangko dicatat hilang.", ""
    if entry.deviation == blanks.Deviation.CORRECTED:
        reversed_one = entry.reverses
        what = BlankEntry.Verb(reversed_one.verb).label.lower() if reversed_one else "catatan"
        return f"Catatan {what} {abs(entry.on_hand)} blangko dibalik.", ""
    facts = entry.facts
    return (
        f"Tutup hari berselisih: hitung {facts['counted']}, buku {facts['book']}; terpakai {facts['used']}, "
        f"dinyatakan baik {facts['confirmed']}, stasiun SIAK {facts['station_prints']}. "
        f"Dihitung {entry.detail.words.get('counted_by', 'orang lain')}, ditandatangani yang tersebut."
    ), ""


def blanks_of(entry: BlankEntry) -> tuple[str, str]:
    close = entry.facts.get("close")
    url = reverse("applications:blanks-close", args=[close]) if close else reverse("applications:blanks")
    return "Tutup hari blangko" if close else f"Buku blangko, catatan {entry.seq}", url


def person_of(entry: RoleEntry) -> tuple[str, str]:
    return entry.person.name, ""


SOURCES = (
    Source(
        Entry,
        {
            Deviation.MAKER_IS_CHECKER: "Memvalidasi berkas sendiri",
            Deviation.WAIVER: "Keringanan persyaratan",
            Deviation.FLAWED_NIK: "NIK tidak wajar disetujui",
            Deviation.UNCHANGED: "Data salah tidak diperbaiki",
            Deviation.OUT_OF_TURN: "Kartu didahulukan",
            Deviation.POSTPONED: "Pencetakan ditunda",
            Deviation.WITHOUT_PAPERS: "Diserahkan tanpa surat kuasa",
            Deviation.DOUBTED: "Perekaman diragukan",
        },
        ("by", "detail", "application"), tell_of_application, application_of, ("application__papers",),
    ),
    Source(
        BlankEntry,
        {
            blanks.Deviation.LOST: "Blangko hilang",
            blanks.Deviation.CORRECTED: "Koreksi buku blangko",
            blanks.Deviation.CLOSE_DIFFERS: "Tutup hari berselisih",
        },
        ("by", "detail", "reverses"), tell_of_blanks, blanks_of,
    ),
    Source(RoleEntry, {DEPUTY: "Pelaksana harian (Plh)"}, ("by", "detail", "person"), tell_of_role, person_of),
)


# -- the list ------------------------------------------------------------------------------------


def beginning(period: str, today: date) -> datetime | None:
    """From when on a period counts; None for all."""
    if period == "semua":
        return None
    month = today.month if period == "bulan" else today.month - (today.month - 1) % 3
    return midnight(date(today.year, month, 1))


def names_of_kinds() -> dict[str, str]:
    return {code: name for source in SOURCES for code, name in source.kinds.items()}


def counts(since: datetime | None) -> dict[str, int]:
    """How many of each code there are since a moment: every named one, and others that a book holds."""
    found = dict.fromkeys(names_of_kinds(), 0)
    for source in SOURCES:
        per_code = source.entries(since).order_by().values_list("deviation").annotate(Count("pk"))
        for code, count in per_code:
            found[code] = found.get(code, 0) + count
    return found


class Merged(Paginator):
    """Pages of (time, place in SOURCES, key), newest first, whose number is known already."""

    count = 0

    def __init__(self, since: datetime | None, kind: str, count: int) -> None:
        super().__init__(merged(since, kind), PAGE)
        self.count = count


def merged(since: datetime | None, kind: str) -> QuerySet[Any]:
    first, *others = (
        source.entries(since, kind).order_by().annotate(place=Value(place)).values_list("occurred_at", "place", "id")
        for place, source in enumerate(SOURCES)
    )
    return first.union(*others, all=True).order_by("-occurred_at", "place", "-id")


def page(since: datetime | None, kind: str, number: str | None, counted: Mapping[str, int]) -> tuple[Page, list[Row]]:
    """One page of the list, and its rows."""
    found = Merged(since, kind, counted.get(kind, 0) if kind else sum(counted.values())).get_page(number)
    keys = [(place, pk) for _, place, pk in found.object_list]
    rows = {key: row for place in range(len(SOURCES)) for key, row in loaded(place, keys)}
    return found, [rows[key] for key in keys]


def loaded(place: int, keys: Iterable[tuple[int, int]]) -> Iterable[tuple[tuple[int, int], Row]]:
    source, wanted = SOURCES[place], [pk for each, pk in keys if each == place]
    if not wanted:
        return
    entries: QuerySet[Any] = source.model.objects.filter(pk__in=wanted)
    for entry in entries.select_related(*source.beside).prefetch_related(*source.many):
        yield (place, entry.pk), source.row(entry)
