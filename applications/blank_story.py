"""The book of blanks told to people: each entry with its change, what it left, its document and its sentence."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from applications.models import BlankEntry, BlankFault, BlankReceipt, HeldCard

Verb = BlankEntry.Verb
TONES = {
    Verb.RECEIVE: "go", Verb.USE: "rest", Verb.SPOIL: "warn", Verb.LOSE: "stop", Verb.CORRECT: "warn",
    Verb.RETURN: "wait", Verb.CLOSE: "go",
}
ERASED = "(keterangan dihapus menurut ketentuan)"
BESIDE = ("by", "detail", "receipt", "print__application", "print__held_card", "reverses", "reversed_by")


@dataclass(frozen=True)
class Told:
    """One line of the book. `change` is that of the box; `number` and `slug` name the file that a card belongs to."""

    pk: int
    at: datetime
    by: str
    label: str
    tone: str
    change: str
    box: int | None
    printing: int | None
    sentence: str
    number: str
    slug: str
    corrected: bool
    correctable: bool
    seq: int
    close: int | None


def told(entry: BlankEntry, *, correctable: bool) -> Told:
    """An entry in words; `correctable` where it is of those that may be put right, by who reads it."""
    facts, corrected = entry.facts, hasattr(entry, "reversed_by")
    application = entry.print.application if entry.print else None
    return Told(
        pk=entry.pk, seq=entry.seq, at=entry.occurred_at, by=entry.by.name if entry.by else "Sistem",
        label=str(Verb(entry.verb).label), tone=TONES.get(Verb(entry.verb), "rest"), change=signed(entry.on_hand),
        box=facts.get("box"), printing=facts.get("printing"), sentence=sentence(entry),
        number=application.number if application else "", slug=application.slug if application else "",
        corrected=corrected, correctable=correctable and not corrected, close=facts.get("close"),
    )


def signed(change: int) -> str:
    """`+50`, `−1`, or nothing where the box stays as it was."""
    return f"{change:+d}".replace("-", "−") if change else ""


def sentence(entry: BlankEntry) -> str:
    """What else there is to say of an entry."""
    parts = {
        Verb.RECEIVE: of_delivery, Verb.SPOIL: of_spoiled, Verb.RETURN: of_return, Verb.LOSE: words_of,
        Verb.USE: of_used, Verb.CORRECT: of_correction, Verb.COUNT: of_count, Verb.CLOSE: of_count,
    }
    tell = parts.get(Verb(entry.verb))
    return tell(entry) if tell else ""


def of_delivery(entry: BlankEntry) -> str:
    receipt = entry.receipt
    if receipt is None:
        return ""
    late = receipt.received_on != timezone.localdate(entry.occurred_at)
    return delivery(receipt) + (f", diterima {receipt.received_on:%d-%m-%Y}" if late else "")


def delivery(receipt: BlankReceipt) -> str:
    """Document, source, and the serial numbers where they are known."""
    serials = f", nomor seri {receipt.serial_from} sampai {receipt.serial_to}" if receipt.serial_from else ""
    return f"{receipt.document}, dari {receipt.source}{serials}"


def of_spoiled(entry: BlankEntry) -> str:
    """Cause, serial number and note; those of a blank spoiled in the printer stand with its card."""
    cause, card = dict(BlankFault.choices).get(entry.cause, ""), entry.print
    held: HeldCard | None = getattr(card, "held_card", None)
    serial = card.blank_serial if card else entry.facts.get("serial", "")
    note = held.note if held else words_of(entry)
    numbered = f"{cause}, nomor seri {serial}" if serial else cause
    return f"{numbered}: {note}" if note else numbered


def of_used(entry: BlankEntry) -> str:
    return f"nomor seri {entry.print.blank_serial}" if entry.print and entry.print.blank_serial else ""


def of_return(entry: BlankEntry) -> str:
    document = words_of(entry)
    return f"Surat {document}" if document else ""


def of_correction(entry: BlankEntry) -> str:
    what = entry.reverses
    which = f"Membalik {Verb(what.verb).label.lower()} {abs(what.on_hand)} (catatan {what.seq}). " if what else ""
    return f"{which}{words_of(entry)}"


def of_count(entry: BlankEntry) -> str:
    facts = entry.facts
    numbers = (
        f"hitung {facts['counted']}, buku {facts['book']}; terpakai {facts['used']}, "
        f"dinyatakan baik {facts['confirmed']}, stasiun SIAK {facts['station_prints']}"
    )
    words = words_of(entry)
    return f"{numbers}. {words}" if words else numbers


def words_of(entry: BlankEntry) -> str:
    """The free words beside an entry; erased ones say so."""
    detail = getattr(entry, "detail", None)
    if detail is None:
        return ""
    if detail.erased_at:
        return ERASED
    words = detail.words
    return str(words.get("reason") or words.get("document") or words.get("note") or "")
