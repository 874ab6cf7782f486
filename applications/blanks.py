"""The ledger of blank cards: received, reserved, used, spoiled, returned, lost (facts F6.1–F6.12).

Every verb locks the one row of the stock first, before any application: order of locks is stock, subject, number
counter, head. The balance is never negative and never edited; a mistake is put right once by `correct`.
All counts are single blanks. Raises Refused with a sentence, NotAllowed for who may not keep blanks.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from applications import blank_serials, clocks, custody
from applications.models import (
    Application,
    BlankEntry,
    BlankFault,
    BlankReceipt,
    BlankStock,
    Entry,
    HeldCard,
    Print,
    StockOut,
)
from applications.refusals import NotAllowed, Refused
from applications.serials import Range, plain
from applications.states import State
from office import ledger

KEEP = "applications.keep_blanks"
Verb = BlankEntry.Verb
EMPTY = "Blangko habis. Pencetakan dibuka lagi setelah kiriman blangko diterima dan dicatat."
USED_UP = (
    "Blangko di kotak tinggal {left}; dari {count} lembar kiriman ini sebagian sudah keluar. Catat dahulu kiriman yang "
    "benar, dengan tambahan “perbaikan” pada nomor berita acaranya, lalu koreksi yang ini."
)
NOT_CORRECTABLE = (
    "Hanya penerimaan, pengembalian, kehilangan, dan blangko rusak sebelum dicetak yang dapat dikoreksi; "
    "yang rusak saat dicetak tidak."
)
ALREADY = "Pencatatan ini sudah tersimpan. Tidak ada yang dicatat dua kali."


class AlreadyWritten(Refused):
    """The page was sent twice: what it says stands in the book already."""

    def __init__(self) -> None:
        super().__init__(ALREADY)


class Deviation:
    """Codes of what the Sekretaris should see."""

    LOST = "blanks_lost"
    CORRECTED = "blanks_corrected"
    CLOSE_DIFFERS = "close_differs"


def current() -> BlankStock:
    """The stock as it is now, without a lock."""
    return BlankStock.objects.get(pk=1)


def lock() -> BlankStock:
    """The stock, held until the transaction ends: taken before any application is locked."""
    return BlankStock.objects.select_for_update().get(pk=1)


def locked_by_keeper(by: User) -> BlankStock:
    """The stock, held, after the right was asked for under the lock."""
    stock = lock()
    if not User.objects.filter(pk=by.pk).holding(KEEP).exists():
        raise NotAllowed("Anda tidak berwenang mencatat blangko.")
    return stock


# -- what the operator writes down ---------------------------------------------------------------


def receive(
    *, by: User, document: str, source: str, received_on: date, count: int, serial_from: str = "", serial_to: str = "",
    at: datetime | None = None, once: UUID | None = None,
) -> BlankEntry:
    """A delivery with its document. Raises Refused for a document that is there already and serials that do not fit."""
    at = at or timezone.now()
    with transaction.atomic():
        stock = locked_by_keeper(by)
        refuse_twice(once)
        serial_from, serial_to = plain(serial_from), plain(serial_to)
        check_delivery(document, received_on, count, serial_from, serial_to, at)
        receipt = BlankReceipt.objects.create(
            document=document, source=source, received_on=received_on, count=count,
            serial_from=serial_from, serial_to=serial_to,
        )
        return move(stock, Verb.RECEIVE, on_hand=count, by=by, at=at, receipt=receipt, once=once)


def check_delivery(document: str, received_on: date, count: int, first: str, last: str, at: datetime) -> None:
    """Raises Refused for a delivery that cannot be as it was written."""
    if count < 1:
        raise Refused("Isi jumlah blangko yang diterima.")
    if received_on > timezone.localdate(at):
        raise Refused("Tanggal diterima belum tiba. Periksa tanggalnya.")
    if BlankReceipt.objects.filter(document=document, reversed=False).exists():
        raise Refused(f"Kiriman dengan nomor {document} sudah dicatat. Periksa nomor berita acaranya.")
    if not (first or last):
        return
    serials = Range.read(first, last)
    if serials.count != count:
        raise Refused(f"Nomor seri {first} sampai {last} berjumlah {serials.count}, bukan {count}. Periksa keduanya.")
    for other in BlankReceipt.objects.filter(reversed=False).exclude(serial_from=""):
        if serials.overlaps(Range.read(other.serial_from, other.serial_to)):
            raise Refused(f"Nomor seri itu sudah ada dalam kiriman {other.document}. Periksa kedua nomornya.")


def spoil(
    *, by: User, cause: str, note: str = "", serial: str = "", at: datetime | None = None, once: UUID | None = None,
) -> BlankEntry:
    """A blank that was found faulty before anything was printed on it: into custody, to go back (fact F6.9)."""
    at = at or timezone.now()
    with transaction.atomic():
        stock = locked_by_keeper(by)
        refuse_twice(once)
        if cause not in BlankFault.values:
            raise Refused("Pilih sebab rusaknya blangko.")
        serial = blank_serials.checked(serial, field="serial")
        held = custody.take_in(
            source=HeldCard.Source.BLANK, cause=cause, serial=serial, note=note, by=by, at=at, corner_cut=False
        )
        return move(stock, Verb.SPOIL, on_hand=-1, by=by, at=at, cause=cause, once=once,
                    facts={"held": held.pk, "serial": serial}, words={"note": note} if note else {})


def give_back(
    *, by: User, count: int, document: str, at: datetime | None = None, once: UUID | None = None
) -> BlankEntry:
    """Good blanks that go back to where they came from, or are lent to another office, with their letter."""
    at = at or timezone.now()
    with transaction.atomic():
        stock = locked_by_keeper(by)
        refuse_twice(once)
        if count < 1 or not document.strip():
            raise Refused("Isi jumlah dan nomor surat pengembalian.")
        return move(stock, Verb.RETURN, on_hand=-count, by=by, at=at, once=once, words={"document": document})


def lose(*, by: User, count: int, reason: str, at: datetime | None = None, once: UUID | None = None) -> BlankEntry:
    """Blanks that cannot be found: listed to the Sekretaris."""
    at = at or timezone.now()
    with transaction.atomic():
        stock = locked_by_keeper(by)
        refuse_twice(once)
        if count < 1 or not reason.strip():
            raise Refused("Isi jumlah yang hilang dan keterangannya.")
        return move(stock, Verb.LOSE, on_hand=-count, by=by, at=at, once=once, deviation=Deviation.LOST,
                    words={"reason": reason})


CORRECTABLE = frozenset({Verb.RECEIVE, Verb.RETURN, Verb.LOSE, Verb.SPOIL})


def correctable(entry: BlankEntry) -> bool:
    """Whether this kind of entry may be put right: of the spoiled only a blank that was not in the printer."""
    return entry.verb in CORRECTABLE and entry.print_id is None


def correct(*, by: User, entry: BlankEntry, reason: str, at: datetime | None = None) -> BlankEntry:
    """Reverse a delivery, a return, a loss or a spoiled blank that was written down wrongly: once, whole, never below
    zero. A spoiled blank comes out of custody into the box, as long as it lies there.
    """
    at = at or timezone.now()
    with transaction.atomic():
        stock = locked_by_keeper(by)
        entry = BlankEntry.objects.select_related("receipt").get(pk=entry.pk)
        if not correctable(entry):
            raise Refused(NOT_CORRECTABLE)
        if not reason.strip():
            raise Refused("Isi alasan koreksi.")
        if BlankEntry.objects.filter(reverses=entry).exists():
            raise Refused("Catatan ini sudah dikoreksi. Tidak ada yang dikoreksi dua kali.")
        if stock.on_hand < entry.on_hand:
            raise Refused(USED_UP.format(left=stock.on_hand, count=entry.on_hand))
        if entry.verb == Verb.SPOIL:
            custody.put_right(entry.facts["held"], by=by, at=at)
        if entry.receipt:
            entry.receipt.reversed = True
            entry.receipt.save(update_fields=["reversed"])
        return move(stock, Verb.CORRECT, on_hand=-entry.on_hand, by=by, at=at, reverses=entry, receipt=entry.receipt,
                    deviation=Deviation.CORRECTED, words={"reason": reason})


# -- what printing does, within the transaction of its move ---------------------------------------


def reserve(stock: BlankStock, card: Print, *, by: User, at: datetime) -> None:
    """One blank leaves the box for this card. Raises Refused when there is none."""
    if stock.on_hand == 0:
        raise Refused(EMPTY)
    move(stock, Verb.RESERVE, on_hand=-1, reserved=1, by=by, at=at, print=card)


def release(stock: BlankStock, card: Print, *, by: User, at: datetime) -> None:
    """The print failed and the blank is whole: back into the box."""
    if is_reserved(card):
        move(stock, Verb.RELEASE, on_hand=1, reserved=-1, by=by, at=at, print=card)


def use(stock: BlankStock, card: Print, *, by: User, at: datetime) -> None:
    """The card on this blank is good."""
    if is_reserved(card):
        move(stock, Verb.USE, reserved=-1, by=by, at=at, print=card)


def spoil_reserved(stock: BlankStock, card: Print, *, by: User, at: datetime) -> None:
    """The print failed and took the blank with it."""
    if is_reserved(card):
        move(stock, Verb.SPOIL, reserved=-1, by=by, at=at, print=card, cause=card.blank_fault)


def is_reserved(card: Print) -> bool:
    """Whether a blank is held for this card; one sent before the book was opened has none."""
    return BlankEntry.objects.filter(print=card, verb=Verb.RESERVE).exists()


# -- the one writer ------------------------------------------------------------------------------


def refuse_twice(once: UUID | None) -> None:
    """Raises Refused where this page was sent before."""
    if once and BlankEntry.objects.filter(once=str(once)).exists():
        raise AlreadyWritten()


def move(
    stock: BlankStock, verb: str, *, by: User, at: datetime, on_hand: int = 0, reserved: int = 0, deviation: str = "",
    facts: dict[str, Any] | None = None, words: dict[str, Any] | None = None,
    once: UUID | None = None, **columns: Any,
) -> BlankEntry:
    """One entry with its change of the two balances. The stock is locked already.

    Its facts tell what is in the box and in the printer after it, so that the book can be read line by line.
    """
    if at > timezone.now() + ledger.CLOCKS_DIFFER:
        raise Refused("Waktu kejadian belum tiba. Periksa tanggal dan jamnya.")
    before = stock.on_hand
    stock.on_hand, stock.reserved = stock.on_hand + on_hand, stock.reserved + reserved
    if stock.on_hand < 0:
        raise Refused(f"Blangko di kotak tinggal {before}. Periksa jumlahnya.")
    stock.save(update_fields=["on_hand", "reserved"])
    left = {"box": stock.on_hand, "printing": stock.reserved}
    try:
        entry = ledger.append(
            BlankEntry, subject=stock, verb=verb, by=by, occurred_at=at, deviation=deviation,
            facts=(facts or {}) | left, words=words, on_hand=on_hand, reserved=reserved,
            once=str(once) if once else None, **columns,
        )
    except IntegrityError as error:
        raise AlreadyWritten() from error
    note_stock_out(before, stock.on_hand, at)
    return entry


def note_stock_out(before: int, after: int, at: datetime) -> None:
    """Where the box became empty or is filled again, the clocks of what waits for a blank are made anew."""
    if (before > 0) == (after > 0):
        return
    if after == 0:
        StockOut.objects.create(since=at)
    else:
        for out in StockOut.objects.filter(until=None):
            out.until = max(at, out.since)
            out.save(update_fields=["until"])
    clocks.recompute(touched(at).order_by("pk").select_for_update())


def touched(at: datetime) -> QuerySet[Application]:
    """The files whose clock a change of the box at `at` may move: those that wait for a blank now, and, where it is
    written down late, those that waited then and have gone on since."""
    found = Q(state=State.READY_TO_PRINT)
    if at < timezone.now() - ledger.CLOCKS_DIFFER:
        gone_on = Entry.objects.filter(from_state=State.READY_TO_PRINT, occurred_at__gt=at)
        found |= Q(pk__in=gone_on.order_by().values("application"))
    return Application.objects.filter(found)
