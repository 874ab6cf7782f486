"""The close of the day by two people: used = printed here = printed at the SIAK station, book = counted (fact F6.12).

The first person counts before the page says what the book expects; the count is an entry of the book, so that
counting again hides nothing. Where the figures differ the counter explains; the second person signs under it. One close
covers every movement since the signed close before it. All counts are single blanks or cards.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from accounts.models import User
from applications import blanks, stock
from applications.models import BlankClose, BlankEntry, BlankStock, Entry
from applications.refusals import NotAllowed, Refused
from applications.stock import uncovered
from office.models import BookHead

CLOSE, SIGN = "applications.close_blanks", "applications.sign_close"
Verb = BlankEntry.Verb
NOTHING = "Belum ada pergerakan blangko sejak tutup hari terakhir. Tidak ada yang perlu ditutup."
MOVED = "Ada blangko yang bergerak sejak penghitungan ini. Hitung sekali lagi."
REPLACED = "Penghitungan ini sudah diganti. Buka tutup hari yang terbaru."
SIGNED = "Tutup hari ini sudah ditandatangani. Tidak ada yang dicatat dua kali."
SAME_PERSON = "Anda yang menghitung. Orang lain yang menandatangani, dengan akunnya sendiri."


@dataclass(frozen=True)
class Figures:
    """What the books say of everything since the signed close before; `through_seq` is the last movement covered."""

    through_seq: int
    applications_seq: int
    since_day: date
    through_day: date
    book: int
    used: int
    spoiled: int
    confirmed: int


@dataclass(frozen=True)
class Standing:
    """How far the close has come: a `count` that differs waits for its words, a `waiting` close for the signature.

    `since` is the first movement that nobody has closed.
    """

    moved: bool
    since: datetime | None = None
    count: BlankEntry | None = None
    waiting: BlankClose | None = None
    stale: bool = False


# -- what the books say ----------------------------------------------------------------------------


def open_since() -> date | None:
    """The first day before today whose movements nobody has closed; None when all is closed. One query."""
    return stock.before_today(uncovered().order_by("occurred_at").values_list("occurred_at", flat=True).first())


def figures(held: BlankStock) -> Figures | None:
    """The figures to hold a count against, with the stock locked; None where nothing moved."""
    found = uncovered().order_by().aggregate(
        last=Max("seq"), since=Min("occurred_at"), through=Max("occurred_at"),
        used=Count("pk", filter=Q(verb=Verb.USE)), spoiled=Count("pk", filter=Q(verb=Verb.SPOIL)),
    )
    if found["last"] is None:
        return None
    head = BookHead.objects.get(name=Entry.BOOK).seq
    return Figures(
        through_seq=found["last"], applications_seq=head, since_day=timezone.localdate(found["since"]),
        through_day=timezone.localdate(found["through"]), book=held.physical, used=found["used"],
        spoiled=found["spoiled"], confirmed=confirmed_through(head),
    )


def confirmed_through(head: int) -> int:
    """Cards found good since the close before, from the book of applications: it knows nothing of blanks.

    Who confirms a print holds the lock of the stock, so nothing is half written while it is held here.
    """
    found = Entry.objects.filter(verb="confirm_print", seq__lte=head)
    last = BlankEntry.objects.filter(verb=Verb.CLOSE).order_by("-seq").first()
    if last:
        return found.filter(seq__gt=last.facts["applications_seq"]).count()
    opened = BlankEntry.objects.order_by("seq").first()
    return found.filter(written_at__gte=opened.written_at).count() if opened else 0


def waiting() -> BlankClose | None:
    """The close that waits for the second person, if there is one."""
    return BlankClose.objects.filter(signed_at=None).select_related("closed_by").first()


def standing() -> Standing:
    """How far the close of what moved last has come; at most three queries."""
    found = uncovered().order_by().aggregate(last=Max("seq"), since=Min("occurred_at"))
    last, since = found["last"], found["since"]
    if last is None:
        return Standing(moved=False)
    close = waiting()
    if close:
        return Standing(True, since, waiting=close, stale=close.through_seq < last)
    counts = BlankEntry.objects.filter(verb=Verb.COUNT, seq__gt=last).select_related("by")
    return Standing(True, since, count=counts.order_by("-seq").first())


# -- first person ----------------------------------------------------------------------------------


def count(*, by: User, counted: int, station: int, at: datetime | None = None) -> BlankClose | None:
    """Write down what lies there and what the SIAK station reports, before the book is shown.

    Returns the close that waits for the second person where everything agrees, else None: then `explain` or count
    again. A close that waited is replaced. Raises Refused where nothing moved, NotAllowed without the right.
    """
    at = at or timezone.now()
    with transaction.atomic():
        held = blanks.lock()
        check_right(by, CLOSE, "Anda tidak berwenang menghitung blangko untuk tutup hari.")
        if counted < 0 or station < 0:
            raise Refused("Isi hasil hitungan dengan angka 0 atau lebih.")
        found = figures(held)
        if found is None:
            raise Refused(NOTHING)
        BlankClose.objects.filter(signed_at=None).delete()
        facts = {**asdict(found), "since_day": str(found.since_day), "through_day": str(found.through_day),
                 "counted": counted, "station_prints": station}
        entry = blanks.move(held, Verb.COUNT, by=by, at=at, facts=facts)
        close = close_of(entry)
        if not close.adds_up:
            return None
        close.save()
        return close


def explain(*, by: User, entry: BlankEntry, explanation: str) -> BlankClose:
    """The words for a count that differs, by who counted; then the close waits for the second person."""
    with transaction.atomic():
        blanks.lock()
        check_right(by, CLOSE, "Anda tidak berwenang menghitung blangko untuk tutup hari.")
        now = standing()
        if now.waiting or (now.count and now.count.pk != entry.pk):
            raise Refused(REPLACED)
        if now.count is None:
            raise Refused(MOVED)
        if entry.by_id != by.pk:
            raise Refused("Yang menghitung juga yang menjelaskan. Hitung sendiri, lalu isi penjelasannya.")
        if not explanation.strip():
            raise Refused("Isi penjelasan selisihnya.")
        close = close_of(entry)
        close.explanation = explanation.strip()
        close.save()
        return close


def close_of(entry: BlankEntry) -> BlankClose:
    """The close that a count makes, not saved."""
    facts = entry.facts
    same = ("through_seq", "book", "counted", "used", "spoiled", "confirmed", "station_prints")
    return BlankClose(
        **{name: facts[name] for name in same}, since_day=date.fromisoformat(facts["since_day"]),
        through_day=date.fromisoformat(facts["through_day"]), closed_at=entry.occurred_at, closed_by=entry.by,
    )


# -- second person ---------------------------------------------------------------------------------


def sign(*, by: User, close: BlankClose, at: datetime | None = None) -> BlankClose:
    """Another person signs, by their own account. Raises Refused where something moved since the count."""
    at = at or timezone.now()
    with transaction.atomic():
        held = blanks.lock()
        check_right(by, SIGN, "Anda tidak berwenang menandatangani tutup hari.")
        found = BlankClose.objects.filter(pk=close.pk).first()
        check_may_sign(found, by)
        assert found
        found.signed_at, found.signed_by = at, by
        found.save(update_fields=["signed_at", "signed_by"])
        blanks.move(
            held, Verb.CLOSE, by=by, at=at, facts=facts_of(found),
            deviation="" if found.adds_up else blanks.Deviation.CLOSE_DIFFERS,
            words={"reason": found.explanation, "counted_by": found.closed_by.name},
        )
        return found


def check_may_sign(close: BlankClose | None, by: User) -> None:
    """Raises Refused for a close that this person cannot sign now; `close` is None where it was replaced."""
    if close is None:
        raise Refused(REPLACED)
    if close.signed_at:
        raise Refused(SIGNED)
    if close.closed_by_id == by.pk:
        raise Refused(SAME_PERSON)
    if uncovered().filter(seq__gt=close.through_seq).exists():
        raise Refused(MOVED)


def facts_of(close: BlankClose) -> dict[str, Any]:
    """What the entry of a signed close says: its own columns, and how far the book of applications was read."""
    counted = BlankEntry.objects.filter(verb=Verb.COUNT).order_by("-seq")[0]
    same = ("through_seq", "book", "counted", "used", "spoiled", "confirmed", "station_prints")
    return {name: getattr(close, name) for name in same} | {
        "close": close.pk, "counted_by": close.closed_by_id, "applications_seq": counted.facts["applications_seq"],
        "since_day": str(close.since_day), "through_day": str(close.through_day),
    }


def check_right(by: User, permission: str, sentence: str) -> None:
    """Raises NotAllowed for who does not hold the right now; asked under the lock."""
    if not User.objects.filter(pk=by.pk).holding(permission).exists():
        raise NotAllowed(sentence)
