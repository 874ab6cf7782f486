"""The clock of the promise for one application, read from the book (design.md, section 1).

It starts at the last submit before the validation that passes and ends when a person confirms the printed card. The
columns on Application are derived: `rewrite` makes them from the book, the statuses and the outages on every entry.
They hold good as of the last thing that happened, so that making them anew gives the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from applications.models import Application, CentralStatus, Entry, Recording, Resident, StockOut
from applications.routing import birthday
from applications.states import State
from office import clock
from office.calendar import current_calendar
from office.clock import Calendar, Cause, Pause
from office.models import Outage

SUBMITS = frozenset({"submit", "resubmit"})
# What each outage stops (design.md: electricity every desk; network and centre the wait for the centre and the print).
PRINTING = frozenset({State.READY_TO_PRINT, State.PRINTING})
STOPPED_BY: dict[str, frozenset[State]] = {
    Outage.Dependency.POWER: PRINTING
    | {State.SUBMITTED, State.AWAITING_RECORDING, State.AWAITING_CENTRAL, State.AWAITING_AGE, State.REFERRED},
    Outage.Dependency.NETWORK: PRINTING | {State.AWAITING_CENTRAL},
    Outage.Dependency.CENTRAL: PRINTING | {State.AWAITING_CENTRAL},
    Outage.Dependency.CAPTURE: frozenset({State.AWAITING_RECORDING}),
    Outage.Dependency.PRINTER: PRINTING,
}


@dataclass(frozen=True)
class Stay:
    """How long the file was in a state; `until` is None while it still is."""

    state: State
    since: datetime
    until: datetime | None


def stays(entries: Sequence[Entry]) -> list[Stay]:
    changes = [e for e in entries if e.from_state != e.to_state]
    ends = [e.occurred_at for e in changes[1:]] + [None]
    return [Stay(State(e.to_state), e.occurred_at, end) for e, end in zip(changes, ends, strict=True)]


def started_at(entries: Sequence[Entry]) -> datetime | None:
    """The last submit that no return followed: the one before the validation that passed or has yet to pass.

    None while the file is with the resident to be completed, and for one that ended there. A file sent back keeps
    its start.
    """
    start = None
    for entry in entries:
        if entry.verb in SUBMITS:
            start = entry.occurred_at
        elif entry.to_state == State.RETURNED:
            start = None
    return start


def ended_at(entries: Sequence[Entry]) -> datetime | None:
    """The last confirmed print, unless that card was rejected."""
    for entry in reversed(entries):
        if entry.verb == "reject_card":
            return None
        if entry.verb == "confirm_print":
            return entry.occurred_at
    return None


def pauses(
    resident: Resident,
    entries: Sequence[Entry],
    *,
    known_since: datetime | None,
    outages: Iterable[Outage],
    stock_outs: Iterable[StockOut] = (),
    calendar: Calendar,
) -> list[Pause]:
    """Every stretch in which the file waited for what the office cannot give; they may overlap."""
    spent = stays(entries)
    found = [Pause(Cause.AGE, s.since, age_pause_end(resident, s, calendar)) for s in spent
             if s.state == State.AWAITING_AGE]
    found += away(entries)
    found += central(spent, known_since)
    found += [
        Pause(Cause.BLANK, max(stay.since, out.since), earlier(stay.until, out.until))
        for out in stock_outs
        for stay in spent
        if stay.state == State.READY_TO_PRINT and overlap(stay, out)
    ]
    found += [
        Pause(Cause.OUTAGE, max(stay.since, outage.since), earlier(stay.until, outage.until))
        for outage in outages
        for stay in spent
        if stay.state in STOPPED_BY[outage.dependency] and overlap(stay, outage)
    ]
    return found


def age_pause_end(resident: Resident, stay: Stay, calendar: Calendar) -> datetime | None:
    """The 17th birthday's first opening, or earlier when the file went on before (marriage)."""
    of_age = max(clock.age_pause_end(calendar, birthday(resident.birth_date, 17)), stay.since)
    return earlier(stay.until, of_age)


def away(entries: Sequence[Entry]) -> list[Pause]:
    """From `left` until `came_back`, or until the file moved on."""
    found: list[Pause] = []
    left: datetime | None = None
    for entry in entries:
        if entry.verb == "left":
            left = left or entry.occurred_at
        elif left and (entry.verb == "came_back" or entry.from_state != entry.to_state):
            found.append(Pause(Cause.RESIDENT, left, entry.occurred_at))
            left = None
    return [*found, Pause(Cause.RESIDENT, left, None)] if left else found


def central(spent: Sequence[Stay], known_since: datetime | None) -> list[Pause]:
    """Waiting for the centre, and for Disdukcapil's answer. Where nothing is known of the record yet, looking its
    status up is the office's own work, and its clock runs (design.md, section 2)."""
    found = [Pause(Cause.CENTRAL, s.since, s.until) for s in spent if s.state == State.REFERRED]
    for stay in spent:
        if stay.state == State.AWAITING_CENTRAL and known_since:
            begins = max(stay.since, known_since)
            if stay.until is None or begins < stay.until:
                found.append(Pause(Cause.CENTRAL, begins, stay.until))
    return found


def overlap(stay: Stay, outage: Outage | StockOut) -> bool:
    return (stay.until is None or outage.since < stay.until) and (
        outage.until is None or outage.until > stay.since
    )


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


def known_since(resident: Resident) -> datetime | None:
    """When the office first knew how the record stands: recorded here, or a status entered."""
    recorded = Recording.objects.filter(resident=resident).order_by("recorded_at").values_list("recorded_at")[:1]
    entered = CentralStatus.objects.filter(resident=resident).order_by("entered_at").values_list("entered_at")[:1]
    return min((at for (at,) in [*recorded, *entered]), default=None)


def rewrite(application: Application, calendar: Calendar | None = None) -> None:
    """Set the derived columns of an application from the book; the caller saves it."""
    calendar = calendar or current_calendar()
    entries = list(application.entries.order_by("seq"))
    application.state_since = stays(entries)[-1].since
    start, end = started_at(entries), ended_at(entries)
    application.complete_at, application.ready_at = start, end
    if start is None:
        forget(application)
        return
    outages = list(Outage.objects.exclude(until__lt=start))
    waited = any(entry.to_state == State.READY_TO_PRINT for entry in entries)
    stock_outs = list(StockOut.objects.exclude(until__lt=start)) if waited else []
    waits = pauses(application.resident, entries, known_since=known_since(application.resident),
                   outages=outages, stock_outs=stock_outs, calendar=calendar)
    application.clocked_at = as_of(entries, waits)
    reading = clock.read(calendar, start=start, end=end, pauses=waits, now=application.clocked_at)
    application.deadline_at = reading.deadline_at
    application.paused_by = reading.paused_by or ""
    application.elapsed_minutes, application.office_minutes = reading.elapsed_minutes, reading.office_minutes
    for cause in Cause:
        setattr(application, f"minutes_{cause}", reading.paused[cause])


def as_of(entries: Sequence[Entry], waits: Iterable[Pause]) -> datetime:
    """The last thing that happened: an entry, or an edge of a pause up to it."""
    last = entries[-1].occurred_at
    starts = [wait.start for wait in waits if wait.start > last]
    ended = [w.end for w in waits if w.cause in (Cause.OUTAGE, Cause.BLANK) and w.end and w.end > last]
    return max([last, *starts, *ended])


def forget(application: Application) -> None:
    """No clock runs: the file is with the resident."""
    application.deadline_at, application.clocked_at, application.paused_by = None, None, ""
    application.elapsed_minutes = application.office_minutes = 0
    for cause in Cause:
        setattr(application, f"minutes_{cause}", 0)


DERIVED = (
    "state_since", "complete_at", "ready_at", "deadline_at", "paused_by", "clocked_at",
    "elapsed_minutes", "office_minutes",
    *(f"minutes_{cause}" for cause in Cause),
)


def recompute(applications: Iterable[Application]) -> int:
    """Make the derived columns anew; returns how many applications differed."""
    calendar, changed = current_calendar(), 0
    for application in applications:
        before = [getattr(application, name) for name in DERIVED]
        rewrite(application, calendar)
        if [getattr(application, name) for name in DERIVED] != before:
            application.save(update_fields=DERIVED)
            changed += 1
    return changed
