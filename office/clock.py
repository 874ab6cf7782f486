"""The clock of the promise: service time, the deadline and what stood still (design section 1).

The office promises a card within one service day of complete papers (seed 5.1). Everything here is a pure
function of its arguments: no model, no setting and no reading of the time of day.

Every moment is cut to its whole minute first. The resident reads minutes on the slip, and only sums of whole
minutes stay exact: office time and the minutes of each cause add up to the elapsed time, always. Moments must
carry a time zone; results are in WIB (Asia/Jakarta), which has had no daylight saving time since 1964, so
that a difference of wall clocks is a difference of time. Hours are half open: a clerk is there at the
opening, no longer at the closing.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")
SEARCH_DAYS = 400  # more than a year: a calendar without a service day in it has been set up wrongly
_DAY = 24 * 60  # minutes


class NeverOpen(Exception):
    """The calendar has no service day within SEARCH_DAYS; the text is a sentence for the page."""

    def __init__(self, after: date) -> None:
        super().__init__(
            f"Tidak ada hari layanan dalam {SEARCH_DAYS} hari sejak {after:%d-%m-%Y}. "
            "Periksa jam layanan dan hari libur pada halaman Pengaturan."
        )
        self.after = after


class Cause(StrEnum):
    """Why a clock stands still. Minutes under two causes go to the one that stands first here."""

    AGE = "age"
    RESIDENT = "resident"
    CENTRAL = "central"
    BLANK = "blank"
    OUTAGE = "outage"


_CAUSES = tuple(Cause)
_RANK = {cause: rank for rank, cause in enumerate(_CAUSES)}


def _cut(moment: datetime) -> datetime:
    """`moment` in WIB without its seconds; ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("The clock needs moments with a time zone.")
    return moment.astimezone(WIB).replace(second=0, microsecond=0)


def _number(moment: datetime) -> int:
    """A moment, already cut, as a count of minutes: plain numbers compare and subtract many times faster."""
    return moment.toordinal() * _DAY + moment.hour * 60 + moment.minute


def _check_hours(intervals: Iterable[tuple[time, time]]) -> None:
    edges = [edge for interval in intervals for edge in interval]
    if any(edge.second or edge.microsecond or edge.tzinfo for edge in edges):
        raise ValueError("Service hours are whole minutes of local time.")
    openings, closings = edges[::2], edges[1::2]
    if any(a >= b for a, b in zip(openings, closings, strict=True)):
        raise ValueError("A service interval opens before it closes, on the same day.")
    if any(a > b for a, b in zip(closings, openings[1:], strict=False)):
        raise ValueError("Service intervals of a weekday are in order and do not overlap.")


@dataclass(frozen=True)
class Calendar:
    """When the office serves.

    `hours` maps a weekday (0 = Monday) to its service intervals in local time, in order and apart; a weekday
    that is not named has none. `closed` says of a date whether it is a holiday or another closed day.
    ValueError for hours that are not whole minutes, not in order, overlap or pass midnight.
    """

    hours: Mapping[int, tuple[tuple[time, time], ...]]
    closed: Callable[[date], bool]

    def __post_init__(self) -> None:
        for intervals in self.hours.values():
            _check_hours(intervals)

    def _hours_of(self, day: date) -> tuple[tuple[time, time], ...]:
        hours = self.hours.get(day.weekday(), ())
        return () if hours and self.closed(day) else hours

    def intervals(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The service intervals of one date as pairs of WIB moments; empty on a closed day."""
        return tuple(
            (datetime.combine(day, opening, WIB), datetime.combine(day, closing, WIB))
            for opening, closing in self._hours_of(day)
        )

    def is_service_day(self, day: date) -> bool:
        """Whether the office serves at any time on this date."""
        return bool(self._hours_of(day))

    def service_day_on_or_after(self, day: date) -> date:
        """The first service day from `day` on, itself included; NeverOpen if there is none in SEARCH_DAYS."""
        for count in range(SEARCH_DAYS):
            candidate = day + timedelta(days=count)
            if self.is_service_day(candidate):
                return candidate
        raise NeverOpen(day)

    def next_service_day(self, day: date) -> date:
        """The first service day after `day`; NeverOpen if there is none in SEARCH_DAYS."""
        return self.service_day_on_or_after(day + timedelta(days=1))

    def opening_on_or_after(self, at: datetime) -> datetime:
        """`at` (cut to its minute) when it lies inside service hours, else the next opening; NeverOpen."""
        at = _cut(at)
        for opening, closing in self.intervals(at.date()):
            if at < closing:
                return max(at, opening)
        return self.intervals(self.next_service_day(at.date()))[0][0]


@dataclass(frozen=True)
class Pause:
    """A span in which the clock stands still; `end` None: still going on. An end before the start: empty."""

    cause: Cause
    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class Reading:
    """What the clock of one application shows at one moment. Minutes are service minutes, moments are in WIB.

    `started_at` is the first service moment, `deadline_at` is already moved by the pauses so far.
    `elapsed_minutes` is `office_minutes` plus all of `paused`, which names every cause, also with 0.
    `paused_by` is the cause that holds the clock at the moment of reading, None when none does or the clock
    has ended.
    """

    started_at: datetime
    ended_at: datetime | None
    deadline_at: datetime
    elapsed_minutes: int
    office_minutes: int
    paused: Mapping[Cause, int]
    paused_by: Cause | None

    def late(self, now: datetime) -> bool:
        """Whether the promise is broken: ended after the deadline, or past it at `now`.

        A pause moves the deadline along with the reading, so it neither makes a file late nor hides one that was
        late before; `now` is the moment of the reading.
        """
        return (self.ended_at or _cut(now)) > self.deadline_at


class _Timeline:
    """The service minutes of a run of days as one rising count: a span is the difference of two look-ups."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.before: list[int] = []  # service minutes up to the opening beside it
        total = 0
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            for opening, closing in calendar._hours_of(date.fromordinal(ordinal)):
                self.opens.append(ordinal * _DAY + opening.hour * 60 + opening.minute)
                self.closes.append(ordinal * _DAY + closing.hour * 60 + closing.minute)
                self.before.append(total)
                total += self.closes[-1] - self.opens[-1]

    def count(self, minute: int) -> int:
        """Service minutes from the first day to `minute`."""
        index = bisect_right(self.opens, minute) - 1
        if index < 0:
            return 0
        return self.before[index] + min(minute, self.closes[index]) - self.opens[index]


def service_minutes(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Service minutes between two moments; 0 when `end` is not after `start`."""
    start, end = _cut(start), _cut(end)
    if end <= start:
        return 0
    timeline = _Timeline(calendar, start.date(), end.date())
    return timeline.count(_number(end)) - timeline.count(_number(start))


def add_service_minutes(calendar: Calendar, at: datetime, minutes: int) -> datetime:
    """The earliest moment that has `minutes` service minutes between `at` and itself.

    So a sum that uses up a day ends at its closing, not at the next opening, and 0 leaves `at` (cut to its
    minute) where it is, also outside hours. ValueError for a negative number, NeverOpen.
    """
    at = _cut(at)
    if minutes < 0:
        raise ValueError("Service minutes to add cannot be negative.")
    if minutes == 0:
        return at
    day, left = calendar.service_day_on_or_after(at.date()), minutes
    while True:
        for opening, closing in calendar.intervals(day):
            begin = max(at, opening)
            room = (closing - begin) // timedelta(minutes=1)
            if room >= left:
                return begin + timedelta(minutes=left)
            left -= max(room, 0)
        day = calendar.next_service_day(day)


def one_service_day_after(calendar: Calendar, start: datetime) -> datetime:
    """The same clock time on the next service day, not after that day's closing and not before its opening.

    A start outside service hours counts as the next opening. A clock time that falls into a break stays: no
    service minute lies between it and either end of the break. NeverOpen.
    """
    start = calendar.opening_on_or_after(start)
    day = calendar.next_service_day(start.date())
    intervals = calendar.intervals(day)
    return max(intervals[0][0], min(intervals[-1][1], datetime.combine(day, start.timetz())))


def age_pause_end(calendar: Calendar, birthday17: date) -> datetime:
    """When an `age` pause ends: the opening of the first service day from the 17th birthday on; NeverOpen."""
    return calendar.intervals(calendar.service_day_on_or_after(birthday17))[0][0]


def _minutes_by_cause(timeline: _Timeline, edges: Iterable[tuple[int, int, int]]) -> dict[Cause, int]:
    """Walk over the edges (minute, rank of the cause, +1 begins, -1 ends); each stretch goes to one cause."""
    minutes, going_on, reached = dict.fromkeys(_CAUSES, 0), [0] * len(_CAUSES), 0
    for minute, rank, step in sorted(edges):
        count = timeline.count(minute)
        if any(going_on):
            first = next(index for index, pauses in enumerate(going_on) if pauses)
            minutes[_CAUSES[first]] += count - reached
        going_on[rank] += step
        reached = count
    return minutes


def _edges(pauses: Iterable[Pause], first: int, last: int) -> Iterable[tuple[int, int, int]]:
    """The beginnings and ends of the pauses, cut to the span from `first` to `last`; empty ones fall out."""
    for pause in pauses:
        begin = max(first, _number(_cut(pause.start)))
        end = last if pause.end is None else min(last, _number(_cut(pause.end)))
        if begin < end:
            yield begin, _RANK[pause.cause], 1
            yield end, _RANK[pause.cause], -1


def _cause_at(pauses: Iterable[Pause], now: datetime) -> Cause | None:
    going_on = (p.cause for p in pauses if _cut(p.start) <= now and (p.end is None or now < _cut(p.end)))
    return min(going_on, key=_RANK.__getitem__, default=None)


def read(
    calendar: Calendar, *, start: datetime, end: datetime | None, pauses: Iterable[Pause], now: datetime
) -> Reading:
    """The clock of one application, read at `now` (design section 1).

    `start` is the last submit before the validation that passes, `end` the confirmed print or None while
    open. The deadline is one service day after the start, moved by the paused service minutes between the
    start and the end (or `now`). Minutes of two pauses at once count once, for the first cause in the order
    of `Cause`. A clock that ends before its first service moment has used no minute. NeverOpen.
    """
    pauses, now = tuple(pauses), _cut(now)
    started_at, ended_at = calendar.opening_on_or_after(start), None if end is None else _cut(end)
    until = max(started_at, ended_at or now)
    timeline = _Timeline(calendar, started_at.date(), until.date())
    first, last = _number(started_at), _number(until)
    elapsed = timeline.count(last) - timeline.count(first)
    paused = _minutes_by_cause(timeline, _edges(pauses, first, last))
    total = sum(paused.values())
    return Reading(
        started_at=started_at,
        ended_at=ended_at,
        deadline_at=add_service_minutes(calendar, one_service_day_after(calendar, started_at), total),
        elapsed_minutes=elapsed,
        office_minutes=elapsed - total,
        paused=paused,
        paused_by=_cause_at(pauses, now) if ended_at is None else None,
    )
