"""The book of cards and blanks that are out of use, from taking in to the record of destruction (facts F6.8–F6.10).

A card leaves once: by one record of destruction, or, as a faulty blank, back to the centre with a letter or back into
the box where it was taken in by mistake. Order of locks: the stock of blanks where a blank goes back into the box, the
cards by their key, the number counter, the head of the book. Every verb raises NotAllowed for who has no right to it
now, and Refused with a sentence for every other rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from applications import names
from applications.models import Application, CustodyEntry, Destruction, HeldCard, Print
from applications.refusals import NotAllowed, Refused
from office import counters, ledger
from office.calendar import current_calendar
from office.clock import NeverOpen, one_service_day_after
from office.models import Official

Verb = CustodyEntry.Verb
TAKE_IN, DESTROY, SEND_BACK = "applications.take_in_card", "applications.destroy_cards", "applications.keep_blanks"
MOST = 100  # cards in one record: what people can check before burning; its PDF takes under 3 s on a slow machine


class AlreadyDestroyed(Refused):
    """The page was sent twice; `record` is what the first time made."""

    def __init__(self, record: Destruction) -> None:
        super().__init__(f"Pemusnahan ini sudah tercatat sebagai {record.number} dan tidak dicatat dua kali.")
        self.record = record


@dataclass(frozen=True)
class Witness:
    """Who saw the cards destroyed, with post and office."""

    name: str
    post: str


def lying() -> QuerySet[HeldCard]:
    """What is in custody now."""
    return HeldCard.objects.filter(destruction=None, returned_at=None, corrected_at=None)


def to_destroy() -> QuerySet[HeldCard]:
    """What is in custody now and is to be destroyed: all but the faulty blanks, which go back (fact F6.9)."""
    return lying().exclude(source=HeldCard.Source.BLANK)


def to_send_back() -> QuerySet[HeldCard]:
    """The faulty blanks in custody now."""
    return lying().filter(source=HeldCard.Source.BLANK)


def overdue_since(at: datetime) -> datetime | None:
    """Since when the oldest card waits for its destruction, once it is more than a service day; else None."""
    oldest = to_destroy().order_by("taken_at").values_list("taken_at", flat=True).first()
    if oldest is None:
        return None
    try:
        return oldest if one_service_day_after(current_calendar(), timezone.localtime(oldest)) < at else None
    except NeverOpen:
        return None


# -- into custody ----------------------------------------------------------------------------------


def take_in(
    *, source: str, cause: str, by: User, at: datetime, application: Application | None = None,
    print: Print | None = None, holder: str = "", serial: str = "", corner_cut: bool = True, note: str = "",
    once: UUID | None = None,
) -> HeldCard:
    """One card or blank goes into custody; within the transaction of what took it out of use."""
    card = HeldCard.objects.create(
        source=source, cause=cause, application=application, print=print, holder=holder, serial=serial,
        corner_cut=corner_cut, note=note, taken_at=at, taken_by=by, once=once,
    )
    ledger.append(
        CustodyEntry, subject=card, verb=Verb.TAKE_IN, by=by, occurred_at=at, cause=cause,
        facts={"source": source, "print": print.pk if print else None,
               "application": application.pk if application else None, "corner_cut": corner_cut},
        words={"holder": holder, "serial": serial, "note": note},
    )
    return card


def found(
    *, by: User, holder: str = "", corner_cut: bool, note: str = "", once: UUID | None = None,
    at: datetime | None = None,
) -> HeldCard:
    """A card that somebody handed in at the office. `once` is given by the page: a second card with it is refused."""
    at, holder, note = at or timezone.now(), holder.strip(), note.strip()
    try:
        with transaction.atomic():
            check_right(by, TAKE_IN, "mencatat kartu temuan")
            check_has_come(at)
            if not (holder or note):
                raise Refused("Isi nama pada kartu. Bila tidak terbaca, tulis dalam keterangan apa yang terlihat.")
            return take_in(
                source=HeldCard.Source.FOUND, cause=HeldCard.Cause.FOUND, holder=holder, corner_cut=corner_cut,
                note=note, by=by, at=at, once=once,
            )
    except IntegrityError as error:
        if once is None or not HeldCard.objects.filter(once=once).exists():
            raise
        raise Refused("Kartu temuan ini sudah tercatat dan tidak dicatat dua kali.") from error


def cut_corner(card: int, *, by: User, at: datetime | None = None) -> HeldCard:
    """The corner of a card that lies in custody was cut after it was taken in; a second time is refused."""
    with transaction.atomic():
        (held,) = locked([card])
        check_right(by, TAKE_IN, "mencatat sudut yang dipotong")
        at = at or timezone.now()
        check_lying([held], at)
        if held.corner_cut:
            raise Refused("Sudut kartu ini sudah tercatat dipotong.")
        held.corner_cut = True
        held.save(update_fields=["corner_cut"])
        ledger.append(CustodyEntry, subject=held, verb=Verb.CUT_CORNER, by=by, occurred_at=at, cause=held.cause)
    return held


# -- out of custody --------------------------------------------------------------------------------


def destroy(
    cards: Iterable[int], *, by: User, place: str, method: str, witnesses: Sequence[Witness], note: str = "",
    at: datetime | None = None,
) -> Destruction:
    """One record of destruction for cards that lie in custody, by their keys; before two witnesses (fact F6.8).

    Raises AlreadyDestroyed where this person has recorded exactly these cards before, and Refused where some of them
    have left meanwhile, are faulty blanks, are more than MOST, or the witnesses are not two other people.
    """
    with transaction.atomic():
        held = locked(cards)
        check_right(by, DESTROY, "mencatat pemusnahan")
        refuse_twice(held, by)
        at = at or timezone.now()
        check_lying(held, at)
        if any(card.source == HeldCard.Source.BLANK for card in held):
            raise Refused("Blangko rusak tidak dimusnahkan di sini; kembalikan ke pusat dengan surat.")
        for sentence in doubts(by=by, place=place, method=method, witnesses=witnesses).values():
            raise Refused(sentence)
        record = new_record(held, by=by, at=at, place=place, method=method, witnesses=witnesses, note=note)
        HeldCard.objects.filter(pk__in=[card.pk for card in held]).update(destruction=record)
        for card in held:
            facts = {"destruction": record.pk, "corner_cut": card.corner_cut}
            leave(card, Verb.DESTROY, by=by, at=at, facts=facts)
    return record


def new_record(
    held: Sequence[HeldCard], *, by: User, at: datetime, place: str, method: str, witnesses: Sequence[Witness],
    note: str,
) -> Destruction:
    """The numbered record, with the head of the section as of now."""
    first, second = witnesses
    head, camat, year = section_head(), in_post(Official.Post.CAMAT), timezone.localtime(at).year
    return Destruction.objects.create(
        year=year, serial=counters.next_number(Destruction.SERIES, year), at=at, by=by, place=place.strip(),
        method=method.strip(), note=note.strip(), count=len(held), witness1_name=first.name.strip(),
        witness1_post=first.post.strip(), witness2_name=second.name.strip(), witness2_post=second.post.strip(),
        head_name=head.name if head else "", head_nip=head.nip if head else "",
        camat_name=camat.name if camat else "", camat_nip=camat.nip if camat else "",
    )


def send_back(cards: Iterable[int], *, by: User, document: str, at: datetime | None = None) -> list[HeldCard]:
    """Faulty blanks go back to the centre with a letter, to be replaced (fact F6.9)."""
    with transaction.atomic():
        held = locked(cards)
        check_right(by, SEND_BACK, "mengembalikan blangko")
        at, document = at or timezone.now(), document.strip()
        check_lying(held, at)
        if not all(card.source == HeldCard.Source.BLANK for card in held):
            raise Refused("Hanya blangko yang rusak sebelum dicetak dikembalikan; kartu lain dimusnahkan.")
        if not document:
            raise Refused("Isi nomor surat pengembalian.")
        HeldCard.objects.filter(pk__in=[card.pk for card in held]).update(
            returned_at=at, returned_by=by, returned_with=document
        )
        for card in held:
            leave(card, Verb.SEND_BACK, by=by, at=at, words={"document": document})
    return held


def put_right(card: int, *, by: User, at: datetime) -> None:
    """A blank that was taken in by mistake leaves custody for the box; within the transaction of its correction."""
    held = locked([card])
    if left_already(held[0]):
        raise Refused("Blangko itu sudah dikembalikan ke pusat. Catatannya tidak dapat dikoreksi lagi.")
    check_lying(held, at)
    HeldCard.objects.filter(pk=card).update(corrected_at=at)
    leave(held[0], Verb.CORRECT, by=by, at=at)


# -- what they ask ---------------------------------------------------------------------------------


def doubts(*, by: User, place: str, method: str, witnesses: Sequence[Witness]) -> dict[str, str]:
    """What is wrong with a record before it is written: field → sentence. Empty where all is well."""
    wrong = {}
    if not place.strip():
        wrong["place"] = "Isi tempat pemusnahan."
    if not method.strip():
        wrong["method"] = "Isi cara pemusnahan."
    head = section_head()
    present = {person_of(by.name), person_of(head.name if head else by.name)}
    for number, witness in enumerate(witnesses, start=1):
        if not any(sign.isalpha() for sign in witness.name):
            wrong[f"witness{number}_name"] = "Isi nama saksi."
        elif person_of(witness.name) == person_of(by.name):
            wrong[f"witness{number}_name"] = "Yang mencatat tidak menjadi saksi. Isi orang lain."
        elif person_of(witness.name) in present:
            wrong[f"witness{number}_name"] = "Kepala seksi menandatangani sendiri. Isi orang lain sebagai saksi."
        if not any(sign.isalpha() for sign in witness.post):
            wrong[f"witness{number}_post"] = "Isi jabatan dan instansi saksi."
        present.add(person_of(witness.name))
    if len({person_of(witness.name) for witness in witnesses}) < 2:
        wrong["witness2_name"] = "Kedua saksi harus orang yang berbeda."
    return wrong


def person_of(name: str) -> str:
    """A name without the titles behind it, as it is compared."""
    return names.key(name.split(",")[0])


def section_head() -> Official | None:
    """Who stands for the section under its documents."""
    return in_post(Official.Post.SECTION_HEAD)


def in_post(post: str) -> Official | None:
    """Who holds this post, as the documents name them."""
    return Official.objects.filter(post=post).first()


def locked(cards: Iterable[int]) -> list[HeldCard]:
    """The cards, held until the transaction ends. Raises Refused for none, too many, or one that does not exist."""
    keys = set(cards)
    if not keys:
        raise Refused("Pilih paling sedikit satu kartu.")
    if len(keys) > MOST:
        raise Refused(f"Satu berita acara paling banyak {MOST} kartu. Buat berita acara berikutnya untuk sisanya.")
    held = list(HeldCard.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    if len(held) < len(keys):
        raise Refused("Ada kartu yang tidak dikenal. Muat ulang halaman ini.")
    return held


def refuse_twice(held: Sequence[HeldCard], by: User) -> None:
    """Raises AlreadyDestroyed where these cards are just what one record of this person holds."""
    record = held[0].destruction
    same = record and record.by_id == by.pk and record.count == len(held)
    if record and same and all(card.destruction_id == record.pk for card in held):
        raise AlreadyDestroyed(record)


def check_lying(held: Sequence[HeldCard], at: datetime) -> None:
    """Raises Refused where a card has left custody, or was taken in only after `at`."""
    check_has_come(at)
    gone = sum(map(left_already, held))
    if gone:
        raise Refused(
            f"{gone} dari {len(held)} kartu yang dipilih baru saja keluar dari penyimpanan. "
            "Tidak ada yang dicatat. Periksa lagi yang masih tersimpan, lalu kirim sekali lagi."
        )
    if any(card.taken_at > at for card in held):
        raise Refused("Ada kartu yang diterima setelah waktu itu. Periksa tanggal dan jamnya.")


def left_already(card: HeldCard) -> bool:
    """Whether it was destroyed, sent back or put right."""
    return card.destruction_id is not None or card.returned_at is not None or card.corrected_at is not None


def check_right(by: User, permission: str, what: str) -> None:
    """Raises NotAllowed for who may not do this now, asked of the database."""
    if not User.objects.filter(pk=by.pk).holding(permission).exists():
        raise NotAllowed(f"Anda tidak berwenang {what}.")


def check_has_come(at: datetime) -> None:
    """Raises Refused for a moment that lies ahead, a minute of another clock aside."""
    if at > timezone.now() + ledger.CLOCKS_DIFFER:
        raise Refused("Waktu kejadian belum tiba. Periksa tanggal dan jamnya.")


def leave(card: HeldCard, verb: str, *, by: User, at: datetime, **more: Any) -> None:
    """The entry of a card that leaves custody."""
    ledger.append(CustodyEntry, subject=card, verb=verb, by=by, occurred_at=at, cause=card.cause, **more)
