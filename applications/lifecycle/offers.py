"""What may be done with a file now, and what speaks against it: for buttons, tooltips and error pages."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from applications.lifecycle.cards import in_the_box_rule, printing_rule, proof_rule
from applications.lifecycle.deciding import to_review, validation_rule
from applications.lifecycle.pickup import with_a_village_rule
from applications.lifecycle.recording import recording_rule, status_rule
from applications.lifecycle.writing import WHY, check_source
from applications.models import Application, Handover
from applications.moves import AFTER_RECORDING, Move, from_state
from applications.recording import is_away
from applications.refusals import NotAllowed, Refused, WrongState
from applications.states import State

# What is checked on the file itself, beside state and right; the answer is the deviation that the move would be.
OBJECT_RULES: dict[str, Callable[[Application, User], str]] = {
    "validate": validation_rule,
    "record": recording_rule,
    "mark_print_ready": status_rule,
    "start_print": printing_rule,
    "hand_over": in_the_box_rule,
    "reject_card": in_the_box_rule,
    "withdraw_card": in_the_box_rule,
    "keep_proof": proof_rule,
    "send_to_village": in_the_box_rule,
    "back_from_village": with_a_village_rule,
}


def available_moves(application: Application, user: User) -> list[Move]:
    """The moves that this person may make from the state that the file is in."""
    return [move for move in from_state(application.state) if user.has_perm(move.permission)]


@dataclass(frozen=True)
class Standing:
    """How a move stands for one person and one file: refused with a sentence, or possible with a reason only."""

    refusal: str = ""
    needs_reason: bool = False
    why: str = ""


def standing(application: Application, move: Move, user: User) -> Standing:
    """What speaks against an available move on this file now."""
    check = OBJECT_RULES.get(move.name)
    try:
        deviation = check(application, user) if check else ""
    except (Refused, NotAllowed) as no:
        return Standing(refusal=no.sentence)
    return Standing(needs_reason=bool(deviation), why=WHY.get(deviation, ""))


def refusal(application: Application, move: Move, user: User) -> str:
    """Why this person cannot make an available move on this file now; empty when nothing speaks against it."""
    return standing(application, move, user).refusal


def outdated(application: Application, move: Move, version: int | None) -> str:
    """Why a page made at `version` speaks of another state of this file; empty while it still fits.

    Asked before a form is judged, without the lock; the verb asks again under it.
    """
    try:
        check_source(move, application, version)
    except WrongState as stale:
        return stale.sentence
    return ""


def pointless(application: Application) -> set[str]:
    """Moves that the state allows but for which there is nothing to do on this file: they are not offered."""
    # A noted status makes the first itself, the counter's page the second, the village's list the last two.
    found = {"mark_print_ready", "return_again", "send_to_village", "back_from_village"}
    if State(application.state) in AFTER_RECORDING and not to_review(application).exists():
        found.add("review_exceptions")
    if application.state == State.READY_TO_PRINT:
        found.add("postpone" if application.postponed else "resume")
    if application.state == State.HANDED_OVER and not Handover.objects.to_scan().of(application).exists():
        found.add("keep_proof")
    if application.state == State.SUBMITTED and not any(p.waiver_undecided for p in application.papers.all()):
        found.add("decide_waiver")
    if application.state == State.AWAITING_RECORDING:
        found.add("left" if is_away(application) else "came_back")
    return found
