"""The book of blanks of a month, day by day, with the columns that fact F6.12 proposes.

What is counted is what a person can hold: a blank in the printer still belongs to the office until its card is good or
spoiled. A day's book balance is that of the day before plus its movements.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from applications.models import BlankClose, BlankEntry, BlankFault, HeldCard
from office.calendar import midnight

Verb = BlankEntry.Verb
CAUSES = tuple(BlankFault.values)
# Verb -> the column that holds its number, and what one of its entries counts.
COLUMN = {Verb.RECEIVE: "received", Verb.RETURN: "returned", Verb.LOSE: "lost", Verb.CORRECT: "corrected"}


@dataclass
class Line:
    """One day: what came and went, what is left by the book, what was counted and by whom it was signed."""

    day: date
    received: int = 0
    used: int = 0
    spoiled: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CAUSES, 0))
    returned: int = 0
    lost: int = 0
    corrected: int = 0
    left: int = 0
    deliveries: list[str] = field(default_factory=list)
    destroyed: list[str] = field(default_factory=list)
    closes: list[BlankClose] = field(default_factory=list)

    def add(self, verb: str, change: int, cause: str) -> None:
        """One movement; `change` is that of box and printer together."""
        if verb == Verb.USE:
            self.used += 1
        elif verb == Verb.SPOIL:
            self.spoiled[cause if cause in self.spoiled else BlankFault.PRINT.value] += 1
        elif verb in COLUMN:
            name = COLUMN[Verb(verb)]
            size = change if verb == Verb.CORRECT else abs(change)
            setattr(self, name, getattr(self, name) + size)

    @property
    def all_spoiled(self) -> int:
        return sum(self.spoiled.values())

    @property
    def spoiled_told(self) -> list[str]:
        """Cause and number, for the causes that happened."""
        return [f"{BlankFault(cause).label}: {count}" for cause, count in self.spoiled.items() if count]

    @property
    def corrected_told(self) -> str:
        """`+7` or `−7`."""
        return f"{self.corrected:+d}".replace("-", "−") if self.corrected else ""

    @property
    def change(self) -> int:
        """What the day did to the balance."""
        return self.received + self.corrected - self.used - self.all_spoiled - self.returned - self.lost


@dataclass(frozen=True)
class Month:
    """The balance carried forward, the days on which something happened, and their totals."""

    first: date
    carried: int
    lines: list[Line]
    total: Line


def month_of(first: date) -> Month:
    """The book of the month that begins with `first`; four queries."""
    since, until = midnight(first), midnight(following(first))
    before = BlankEntry.objects.filter(occurred_at__lt=since).aggregate(box=Sum("on_hand"), printer=Sum("reserved"))
    carried = (before["box"] or 0) + (before["printer"] or 0)
    lines: dict[date, Line] = {}
    gather(lines, since, until)
    gather_destroyed(lines, since, until)
    gather_closes(lines, first, following(first))
    found, left = [lines[day] for day in sorted(lines)], carried
    total = Line(first)
    for line in found:
        left += line.change
        line.left = left
        include(total, line)
    total.left = left
    return Month(first, carried, found, total)


def following(first: date) -> date:
    """The first day of the next month."""
    return (first + timedelta(days=32)).replace(day=1)


def line_of(lines: dict[date, Line], day: date) -> Line:
    """The line of a day, begun where there is none."""
    return lines.setdefault(day, Line(day))


def gather(lines: dict[date, Line], since: datetime, until: datetime) -> None:
    """Every movement onto the line of its day."""
    entries = BlankEntry.objects.filter(occurred_at__gte=since, occurred_at__lt=until).select_related("receipt")
    for entry in entries.defer("body", "hash", "previous_hash").order_by("seq"):
        if entry.verb in (Verb.COUNT, Verb.CLOSE):
            continue
        line = line_of(lines, timezone.localdate(entry.occurred_at))
        line.add(entry.verb, entry.on_hand + entry.reserved, entry.cause)
        if entry.receipt and entry.verb == Verb.RECEIVE:
            line.deliveries.append(f"{entry.receipt.document}, {entry.receipt.source}")


def gather_destroyed(lines: dict[date, Line], since: datetime, until: datetime) -> None:
    """Spoiled blanks that were destroyed, with the record's number and its witnesses."""
    spoiled = (HeldCard.Source.BLANK, HeldCard.Source.SPOILED)
    cards = HeldCard.objects.filter(source__in=spoiled, destruction__at__gte=since, destruction__at__lt=until)
    counted: dict[tuple[date, str], int] = defaultdict(int)
    for card in cards.select_related("destruction").order_by("destruction__at", "pk"):
        record = card.destruction
        assert record
        witnesses = f"{record.witness1_name}, {record.witness2_name}"
        counted[timezone.localdate(record.at), f"{record.number}, saksi {witnesses}"] += 1
    for (day, told), count in counted.items():
        line_of(lines, day).destroyed.append(f"{count}: {told}")


def gather_closes(lines: dict[date, Line], first: date, after: date) -> None:
    """Signed closes onto the last day that they cover."""
    closes = BlankClose.objects.exclude(signed_at=None).filter(through_day__gte=first, through_day__lt=after)
    for close in closes.select_related("closed_by", "signed_by").order_by("pk"):
        line_of(lines, close.through_day).closes.append(close)


def include(total: Line, line: Line) -> None:
    """Add a day's numbers to the totals."""
    for name in ("received", "used", "returned", "lost", "corrected"):
        setattr(total, name, getattr(total, name) + getattr(line, name))
    for cause, count in line.spoiled.items():
        total.spoiled[cause] += count
