"""The life of an application: one verb for each move of applications.moves (design.md, sections 2 and 3).

Every verb takes `by` (a person, or SYSTEM for the calendar) and `at` (when it happened; now if left out) and returns
the application as it is afterwards. A verb raises WrongState when the file is not where the move starts (somebody was
faster), NotAllowed when the person has no right to it, and Refused with a sentence for every other rule.
Only `writing.change` and the beginnings write `Application.state`.
"""

from applications.lifecycle.beginning import Brought, Intake, objection, open_application, register_incomplete, submit
from applications.lifecycle.cards import (
    CardFault,
    confirm_print,
    fail_print,
    hand_over,
    reject_card,
    start_print,
    withdraw_card,
)
from applications.lifecycle.counter import (
    CANCEL_REASONS,
    DAYS_KEPT,
    came_back,
    cancel,
    cancel_reasons,
    is_away,
    left,
    not_brought_back_since,
    resubmit,
    return_again,
)
from applications.lifecycle.deciding import (
    WHY,
    allow_rerecord,
    decide_waiver,
    refer,
    return_to_applicant,
    validate,
)
from applications.lifecycle.following import Known, after_validation, known_of
from applications.lifecycle.offers import Standing, available_moves, outdated, pointless, refusal, standing
from applications.lifecycle.recording import (
    answer_referral,
    back_to_central,
    mark_print_ready,
    note_status,
    record,
    release_by_age,
    send_back,
)
from applications.lifecycle.writing import SYSTEM, Actor, Deviation, System

__all__ = [
    "CANCEL_REASONS", "DAYS_KEPT", "SYSTEM", "WHY", "Actor", "Brought", "CardFault", "Deviation", "Intake", "Known",
    "Standing", "System", "after_validation", "allow_rerecord", "answer_referral", "available_moves", "back_to_central",
    "came_back", "cancel", "cancel_reasons", "confirm_print", "decide_waiver", "fail_print", "hand_over", "is_away",
    "known_of", "left", "mark_print_ready", "not_brought_back_since", "note_status", "objection", "open_application",
    "outdated", "pointless", "record", "refer", "refusal", "register_incomplete", "reject_card", "release_by_age",
    "resubmit", "return_again", "return_to_applicant", "send_back", "standing", "start_print", "submit", "validate",
    "withdraw_card",
]
