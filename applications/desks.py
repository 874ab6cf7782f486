"""The desks and what waits at each: every open application is in exactly one desk's list."""

from dataclasses import dataclass

from applications.states import State


@dataclass(frozen=True)
class Desk:
    """A place of work: its page, the right to see it, and the states that wait there, oldest first."""

    code: str
    label: str
    url_name: str
    permission: str
    states: tuple[State, ...]


DESKS = (
    Desk("intake", "Loket", "applications:intake-queue", "applications.view_intake", (State.RETURNED,)),
    Desk("validation", "Validasi", "applications:validation-queue", "applications.view_validation",
         (State.SUBMITTED,)),
    Desk("recording", "Perekaman", "applications:recording-queue", "applications.view_recording",
         (State.AWAITING_RECORDING, State.AWAITING_CENTRAL, State.AWAITING_AGE, State.REFERRED)),
    Desk("printing", "Pencetakan", "applications:printing-queue", "applications.view_printing",
         (State.READY_TO_PRINT, State.PRINTING)),
    Desk("handover", "Penyerahan", "applications:handover-queue", "applications.view_handover",
         (State.READY_FOR_PICKUP,)),
)
BY_CODE = {desk.code: desk for desk in DESKS}
BY_STATE = {state: desk for desk in DESKS for state in desk.states}
