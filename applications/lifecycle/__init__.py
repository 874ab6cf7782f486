"""The life of an application: one verb for each move of applications.moves (design.md, sections 2 and 3).

Every verb takes `by` (a person, or SYSTEM for the calendar) and `at` (when it happened; now if left out) and returns
the application as it is afterwards. A verb raises WrongState when the file is not where the move starts (somebody was
faster), NotAllowed when the person has no right to it, and Refused with a sentence for every other rule.
Only `writing.change` and the beginnings write `Application.state`.
"""

from applications.lifecycle.beginning import Brought, Intake, objection, open_application, register_incomplete, submit
from applications.lifecycle.cards import (
    DAYS_UNCOLLECTED,
    WITHDRAWAL_CAUSES,
    CardFault,
    bundled,
    card_in_work,
    confirm_print,
    fail_print,
    goes_before,
    hand_over,
    keep_proof,
    postpone,
    reject_card,
    resume,
    start_print,
    turn,
    withdraw_card,
    withdrawal_causes,
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
    allow_rerecord,
    decide_waiver,
    files_to_review,
    refer,
    return_to_applicant,
    review_exceptions,
    to_review,
    validate,
)
from applications.lifecycle.faces import check_face, show_face
from applications.lifecycle.following import Known, after_validation, known_of
from applications.lifecycle.offers import Standing, available_moves, outdated, pointless, refusal, standing
from applications.lifecycle.pickup import back_from_village, remind, send_to_village
from applications.lifecycle.recording import (
    answer_referral,
    back_to_central,
    mark_print_ready,
    note_status,
    record,
    release_by_age,
    send_back,
)
from applications.lifecycle.writing import SYSTEM, WHY, Actor, Deviation, System

__all__ = [
    "CANCEL_REASONS", "DAYS_KEPT", "DAYS_UNCOLLECTED", "SYSTEM", "WHY", "WITHDRAWAL_CAUSES",
    "Actor", "Brought", "CardFault", "Deviation", "Intake", "Known", "Standing", "System", "after_validation",
    "allow_rerecord", "answer_referral", "available_moves", "back_from_village", "back_to_central", "bundled",
    "came_back", "cancel", "cancel_reasons", "card_in_work", "check_face", "confirm_print", "decide_waiver",
    "fail_print",
    "goes_before", "hand_over", "is_away", "keep_proof", "known_of", "left", "mark_print_ready",
    "not_brought_back_since", "note_status", "objection", "open_application", "outdated", "pointless", "postpone",
    "record", "refer", "refusal",
    "register_incomplete", "reject_card", "release_by_age", "remind", "resubmit", "resume", "return_again",
    "return_to_applicant", "review_exceptions", "send_back", "send_to_village", "show_face", "standing",
    "start_print", "submit",
    "files_to_review", "to_review", "turn", "validate", "withdraw_card", "withdrawal_causes",
]
