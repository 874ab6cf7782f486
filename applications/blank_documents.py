"""The book of blanks on paper: a month with its balances, and the record of a day's close with both signatures."""

from typing import Any

from accounts.models import User
from applications import documents
from applications.blank_book import Month
from applications.models import BlankClose, BlankEntry
from office import pdf

WIDE = "a4-wide"


def book(month: Month) -> bytes:
    """Buku blangko of a month, A4 across."""
    last = BlankEntry.objects.order_by("-seq").first()
    more = {"month": month, "paper": WIDE, "digest": last.hash[:12] if last else ""}
    return pdf.render("applications/documents/blank_book.html", documents.context() | more)


def close(record: BlankClose) -> bytes:
    """Berita acara tutup hari of a signed close: what was compared, the explanation, who counted and who signed."""
    closes = BlankEntry.objects.filter(verb=BlankEntry.Verb.CLOSE, seq__gt=record.through_seq)
    entry = closes.order_by("seq").first()
    more = {
        "close": record, "paper": "a4", "digest": entry.hash[:12] if entry else "",
        "signatures": [
            signature("Yang menghitung,", record.closed_by), signature("Yang menyaksikan,", record.signed_by),
        ],
    }
    return pdf.render("applications/documents/blank_close.html", documents.context() | more)


def signature(above: str, person: User | None) -> dict[str, Any]:
    """One block of the table of signatures."""
    return {
        "above": above, "post": person.post if person else "", "name": person.name if person else "",
        "nip": person.nip if person else "",
    }
