"""The documents of custody as PDF: the record of destruction, and the report of a month (fact F6.8)."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from applications.custody_report import CAUSES, Report
from applications.models import CustodyEntry, Destruction
from office import pdf
from office.models import Office, Official
from office.numerals import spelled

PAPERS = ("a4", "f4")
LEGAL_BASIS = "Surat Edaran Menteri Dalam Negeri Nomor 470.13/11176/SJ tanggal 13 Desember 2018"


def record(destruction: Destruction, paper: str = "a4") -> bytes:
    """Berita acara pemusnahan: day and date in words, place, method, every card, the sums, who signs."""
    cards = list(destruction.cards.select_related("application").order_by("taken_at", "pk"))
    last = CustodyEntry.objects.filter(card__destruction=destruction, verb=CustodyEntry.Verb.DESTROY).last()
    at = timezone.localtime(destruction.at)
    more = {
        "record": destruction, "cards": cards, "causes": sums(cards), "basis": LEGAL_BASIS,
        "day": in_words(at), "at": at, "count": spelled(destruction.count), "digest": last.hash[:12] if last else "",
        "witnesses": [
            {"above": "Saksi pertama,", "post": destruction.witness1_post, "name": destruction.witness1_name},
            {"above": "Saksi kedua,", "post": destruction.witness2_post, "name": destruction.witness2_name},
        ],
        "officials": officials(destruction),
    }
    return pdf.render("applications/documents/destruction.html", context(paper) | more)


def sums(cards: list[Any]) -> list[tuple[str, int]]:
    """How many cards of each cause, in the order of the causes."""
    counted = {label: sum(card.cause == code for card in cards) for code, label in CAUSES.items()}
    return [(label, count) for label, count in counted.items() if count]


def in_words(at: Any) -> str:
    """`Selasa, tanggal dua puluh empat bulan November tahun dua ribu dua puluh enam`."""
    day, month = date_format(at, "l"), date_format(at, "F")
    return f"{day}, tanggal {spelled(at.day)} bulan {month} tahun {spelled(at.year)}"


def officials(destruction: Destruction) -> list[dict[str, str]]:
    """Who records, the head of the section and the Camat as of that day; one block where two are one person."""
    by = destruction.by
    head = {"above": "Mengetahui,", "post": Official.Post.SECTION_HEAD.label, "name": destruction.head_name,
            "nip": destruction.head_nip}
    camat = {"above": "Mengetahui,", "post": Official.Post.CAMAT.label, "name": destruction.camat_name,
             "nip": destruction.camat_nip}
    signed = [{"above": "Yang memusnahkan,", "post": by.post, "name": by.name, "nip": by.nip}, head]
    if by.name.casefold() == destruction.head_name.casefold():
        signed = [head | {"above": "Yang memusnahkan,"}]
    return [*signed, camat] if destruction.camat_name else signed


def month(report: Report, paper: str = "a4") -> bytes:
    """The report of a month, signed by the Camat."""
    camat, office = Official.objects.filter(post=Official.Post.CAMAT).first(), Office.objects.current()
    today = timezone.localdate()
    more = {
        "report": report,
        "signatures": [{
            "place_date": f"{office.place}, {date_format(today, 'DATE_FORMAT')}", "post": Official.Post.CAMAT.label,
            "name": camat.name if camat else "", "nip": camat.nip if camat else "",
        }],
    }
    return pdf.render("applications/documents/custody_month.html", context(paper) | more)


def context(paper: str) -> dict[str, Any]:
    return {
        "office": Office.objects.current(), "paper": paper if paper in PAPERS else "a4",
        "printed_at": timezone.now(), "demo": settings.DEMO,
    }
