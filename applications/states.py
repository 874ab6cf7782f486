"""The states of an application and its kinds (design.md, section 2)."""

from dataclasses import dataclass

from django.db.models import TextChoices


class Kind(TextChoices):
    NEW = "new", "Baru"
    DAMAGED = "damaged", "Rusak"
    DATA_CHANGE = "data_change", "Perubahan data"
    LOST = "lost", "Hilang"


class State(TextChoices):
    RETURNED = "returned", "Dikembalikan untuk dilengkapi"
    SUBMITTED = "submitted", "Diajukan"
    AWAITING_RECORDING = "awaiting_recording", "Menunggu perekaman"
    AWAITING_CENTRAL = "awaiting_central", "Terekam, menunggu pusat"
    AWAITING_AGE = "awaiting_age", "Menunggu usia 17"
    READY_TO_PRINT = "ready_to_print", "Siap cetak"
    PRINTING = "printing", "Sedang dicetak"
    READY_FOR_PICKUP = "ready_for_pickup", "Siap diserahkan"
    HANDED_OVER = "handed_over", "Diserahkan"
    REFERRED = "referred", "Dirujuk ke Disdukcapil"
    CANCELLED = "cancelled", "Dibatalkan"
    WITHDRAWN = "withdrawn", "Ditarik"


ENDED = frozenset({State.HANDED_OVER, State.CANCELLED, State.WITHDRAWN})
OPEN = frozenset(State) - ENDED
# A referred file may wait for years; the resident may apply again meanwhile.
BLOCKS_ANOTHER = OPEN - {State.REFERRED}


@dataclass(frozen=True)
class Badge:
    """A state as it is shown: never by colour alone (look.md)."""

    sign: str
    label: str
    tone: str


SIGNS: dict[State, tuple[str, str]] = {
    State.RETURNED: ("◆", "warn"),
    State.SUBMITTED: ("○", "rest"),
    State.AWAITING_RECORDING: ("○", "rest"),
    State.AWAITING_CENTRAL: ("◇", "wait"),
    State.AWAITING_AGE: ("◇", "wait"),
    State.READY_TO_PRINT: ("○", "rest"),
    State.PRINTING: ("◐", "rest"),
    State.READY_FOR_PICKUP: ("✓", "go"),
    State.HANDED_OVER: ("✓", "go"),
    State.REFERRED: ("◇", "wait"),
    State.CANCELLED: ("–", "rest"),
    State.WITHDRAWN: ("–", "rest"),
}


def badge(state: str) -> Badge:
    sign, tone = SIGNS[State(state)]
    return Badge(sign, str(State(state).label), tone)
