"""Where a file goes next, and whom the office serves: pure rules."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from applications.states import Kind, State


@dataclass(frozen=True)
class Status:
    """What the centre's status means here; a row of the admin's table (facts F1.3–F1.18)."""

    code: str
    counts_as_recorded: bool
    printable_first: bool
    printable_replacement: bool

    def printable(self, kind: str) -> bool:
        return self.printable_first if kind == Kind.NEW else self.printable_replacement


def next_state(*, kind: str, recorded: bool, status: Status | None, age: int, married: bool) -> State:
    """Not recorded → recording; status not printable for this kind → centre; under 17 and never married → age;
    else printing. `recorded` is a living recording made here; a status can tell of one made elsewhere.

    Nothing known at all: a first card counts as not recorded; another kind waits until a status has been seen.
    """
    if not is_recorded(kind=kind, recorded=recorded, status=status):
        return State.AWAITING_RECORDING
    if status is None or not status.printable(kind):
        return State.AWAITING_CENTRAL
    if age < 17 and not married:
        return State.AWAITING_AGE
    return State.READY_TO_PRINT


def is_recorded(*, kind: str, recorded: bool, status: Status | None) -> bool:
    if recorded:
        return True
    return kind != Kind.NEW if status is None else status.counts_as_recorded


def age_on(birth: date, day: date) -> int:
    """Whole years; who was born on 29 February becomes a year older on 1 March of other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def birthday(birth: date, years: int) -> date:
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def age_refusal(*, kind: str, birth: date, married: bool, day: date) -> str:
    """Why a person is not served yet, as a sentence with the date to come; empty when served.

    Under 16 and unmarried: not yet; at 16 a first recording only (design.md section 2; facts F4.7, F5.6).
    """
    age = age_on(birth, day)
    if married or age >= 17 or (age == 16 and kind == Kind.NEW):
        return ""
    when = birthday(birth, 16 if kind == Kind.NEW else 17)
    if kind == Kind.NEW:
        return f"Pemohon belum berusia 16 tahun. Silakan datang mulai {date_format(when)} untuk perekaman."
    return (
        "Pemohon belum berusia 17 tahun dan belum pernah kawin; hanya permohonan baru yang dapat dilayani. "
        f"Silakan datang mulai {date_format(when)}."
    )
