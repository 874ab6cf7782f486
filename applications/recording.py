"""The positions of a recording: what is captured, partly, excepted or still open, and whether the data was confirmed.

Facts F5.1–F5.4: photo, signature, fingers, irises, one after the other; each has an outcome of its own.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from applications.models import Application, Capture, DataConfirmation, Outcome, Recording, Resident
from applications.refusals import Refused, WrongState
from devices.capture import LABELS, RECORDING_ORDER, Position
from office import parameters

POSITIONS = frozenset(map(str, RECORDING_ORDER))
ONCE = "Pemohon sudah pernah direkam; perekaman hanya satu kali."
UNREAD = "Pemohon belum mencocokkan nama, tempat lahir, dan tanggal lahir."
AWAY = "Pemohon dicatat pulang. Tekan “Pemohon datang” bila sudah kembali."
READ_AGAIN = "Data berubah setelah dicocokkan. Minta pemohon membaca dan menandatangani sekali lagi."


@dataclass(frozen=True)
class Limits:
    """How often a position may be tried, and the score (0 to 100) that is enough."""

    tries: int
    score: int


def limits() -> Limits:
    kept = parameters.numbers("percobaan-rekam", "skor-rekam")
    return Limits(tries=kept["percobaan-rekam"], score=kept["skor-rekam"])


@dataclass(frozen=True)
class Step:
    """One position in the order of recording, with its capture if there is one."""

    position: Position
    label: str
    capture: Capture | None
    limits: Limits

    @property
    def tries(self) -> int:
        return tries_of(self.capture) if self.capture else 0

    @property
    def tries_left(self) -> int:
        """How often it may still be taken; nothing is taken again where there is no picture."""
        if self.capture and not self.capture.file_id:
            return 0
        return max(0, self.limits.tries - self.tries)

    @property
    def weak(self) -> bool:
        """A picture below the bound that nobody has accepted as partial yet."""
        made = self.capture
        if made is None or not made.file_id or made.outcome != Outcome.CAPTURED:
            return False
        return made.score is not None and made.score < self.limits.score

    @property
    def settled(self) -> bool:
        return self.capture is not None and not self.weak

    @property
    def excusable(self) -> bool:
        """May be noted as impossible: an open position, all but the photo."""
        return self.capture is None and self.position is not Position.FACE


def tries_of(capture: Capture) -> int:
    return len(capture.scores) or (1 if capture.file_id else 0)


def in_order(captures: Iterable[Capture]) -> list[Capture]:
    """Captures in the order of recording."""
    place = {str(position): number for number, position in enumerate(RECORDING_ORDER)}
    return sorted(captures, key=lambda each: place[each.position])


def steps(application: Application) -> list[Step]:
    made = {c.position: c for c in application.captures.filter(recording=None)}
    bounds = limits()
    return [Step(position, LABELS[position], made.get(position), bounds) for position in RECORDING_ORDER]


def next_position(application: Application) -> Position | None:
    return first_open(steps(application))


def first_open(steps: Sequence[Step]) -> Position | None:
    """The first position that is not settled: an interrupted recording goes on there."""
    return next((step.position for step in steps if not step.settled), None)


def check_complete(application: Application) -> None:
    """Raises Refused while a position is open, or a weak picture is neither taken again nor accepted."""
    open_steps = [step.label for step in steps(application) if not step.settled]
    if open_steps:
        raise Refused(f"Perekaman belum lengkap: {len(open_steps)} posisi lagi, berikutnya {open_steps[0]}.")


def check_not_recorded(application: Application) -> None:
    """Raises WrongState for a resident with a living recording: it is made once."""
    if Recording.objects.filter(resident=application.resident_id, superseded_at=None).exists():
        raise WrongState(ONCE)


def is_away(application: Application) -> bool:
    """Whether the last of `left`, `came_back` and the state changes is `left`."""
    last = application.entries.order_by("-seq").values_list("verb", flat=True).first()
    return last == "left"


def check_here(application: Application) -> None:
    """Raises Refused while the resident is noted as gone home: the clock stands, so nobody is recorded."""
    if is_away(application):
        raise Refused(AWAY)


# -- what the resident read and signed -----------------------------------------------------------------


def signs_by_thumb(application: Application) -> bool:
    """Whether the signature is an exception of the recording under way: then the sheet takes a thumb print."""
    signature = application.captures.filter(recording=None, position=Position.SIGNATURE)
    return signature.filter(outcome=Outcome.EXCEPTION).exists()


def shown(resident: Resident) -> str:
    """A short digest of what the resident is asked to read, to recognise a page that is older than the data."""
    text = "\n".join((resident.name, resident.birth_place, resident.birth_date.isoformat()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def confirmation(application: Application, resident: Resident) -> DataConfirmation | None:
    """The newest confirmation of name, birth place and birth date as they are now."""
    return application.confirmations.filter(
        name=resident.name, birth_place=resident.birth_place, birth_date=resident.birth_date
    ).first()


def check_confirmed(application: Application, resident: Resident) -> DataConfirmation:
    """Raises Refused until the resident has confirmed the data as it is now."""
    found = confirmation(application, resident)
    if found is None:
        raise Refused(READ_AGAIN if application.confirmations.exists() else UNREAD)
    return found
