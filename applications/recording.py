"""The positions of a recording: what is captured, what is excepted, what is still open (facts F5.1, F5.2, F5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from applications.models import Application, Capture
from applications.refusals import Refused
from devices.capture import LABELS, RECORDING_ORDER, Position


@dataclass(frozen=True)
class Step:
    """One position in the order of recording, with its capture if there is one."""

    position: Position
    label: str
    capture: Capture | None


def steps(application: Application) -> list[Step]:
    made = {c.position: c for c in application.captures.filter(recording=None).select_related("file")}
    return [Step(position, LABELS[position], made.get(position)) for position in RECORDING_ORDER]


def next_position(application: Application) -> Position | None:
    return first_open(steps(application))


def first_open(steps: Sequence[Step]) -> Position | None:
    """The first position that is neither captured nor excepted: an interrupted recording goes on there."""
    return next((step.position for step in steps if step.capture is None), None)


def check_complete(application: Application) -> None:
    open_steps = [step.label for step in steps(application) if step.capture is None]
    if open_steps:
        raise Refused(f"Perekaman belum lengkap: {len(open_steps)} posisi lagi, berikutnya {open_steps[0]}.")
