"""One way to make each move in a test: its arguments, and what has to be so before it can work.

`prepare` takes away every other obstacle, so that only the state and the right decide.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications import lifecycle
from applications.lifecycle import Actor
from applications.models import Application, Resident, StatusRule
from applications.states import State
from office import vault
from tests import factories

# Somebody who may make each move; section 2 of the design names all who may.
WHO = {
    "register_incomplete": "counter", "submit": "counter", "resubmit": "counter", "return_again": "counter",
    "hand_over": "counter",
    "reject_card": "counter", "left": "counter", "came_back": "counter", "cancel": "counter",
    "return_to_applicant": "section_head", "validate": "section_head", "decide_waiver": "section_head",
    "allow_rerecord": "section_head", "refer": "section_head", "withdraw_card": "section_head",
    "record": "operator", "note_status": "operator", "mark_print_ready": "operator", "back_to_central": "operator",
    "send_back": "operator", "start_print": "operator", "confirm_print": "operator", "fail_print": "operator",
    "answer_referral": "operator", "release_by_age": "system",
    "postpone": "operator", "resume": "operator", "review_exceptions": "section_head",
    "remind": "counter", "send_to_village": "counter", "back_from_village": "counter",
    "keep_proof": "counter",
}
UNPRINTABLE, PRINTABLE = "SENT_FOR_ENROLLMENT", "PRINT_READY_RECORD"


def status(code: str) -> StatusRule:
    return StatusRule.objects.get(pk=code)


def sealed() -> vault.Sealed:
    """A file in the vault, written also where a test plays a move within a transaction of its own."""
    return vault.write.__wrapped__(factories.PICTURE)  # type: ignore[attr-defined]


ARGUMENTS: dict[str, Callable[[Application], dict[str, Any]]] = {
    "resubmit": lambda a: {"ticks": factories.complete(a.kind)},
    "return_again": lambda a: {"ticks": {}},
    "return_to_applicant": lambda a: {"reasons": {"kk": "tidak terbaca"}},
    "validate": lambda a: {},
    "record": lambda a: {},
    "allow_rerecord": lambda a: {"reason": "penghapusan di pusat sudah terlihat"},
    "mark_print_ready": lambda a: {},
    "release_by_age": lambda a: {},
    "back_to_central": lambda a: {"reason": "status berubah"},
    "send_back": lambda a: {"reason": "nama tidak cocok"},
    "start_print": lambda a: {"reason": "mendesak"},
    "confirm_print": lambda a: {},
    "fail_print": lambda a: {"blank_used": True, "fault": "print"},
    "reject_card": lambda a: {"fault": "print", "reason": "buram"},
    "hand_over": lambda a: {"collector": "self", "old_card_surrendered": a.kind != "new"},
    "refer": lambda a: {"reason": "data ganda"},
    "answer_referral": lambda a: {"number": "470/1", "answered_on": date(2020, 1, 2), "continues": True},
    "cancel": lambda a: {"reason": "pemohon"},
    "withdraw_card": lambda a: {"cause": "deceased", "reason": "meninggal"},
    "postpone": lambda a: {"reason": "data sedang diperbaiki"},
    "resume": lambda a: {},
    "review_exceptions": lambda a: {"confirmed": True},
    "remind": lambda a: {"means": "phone", "informed": True},
    "send_to_village": lambda a: {"bundle": factories.bundle_for(a)},
    "back_from_village": lambda a: {},
    "keep_proof": lambda a: {"scan": sealed()},
    "left": lambda a: {},
    "came_back": lambda a: {},
    "note_status": lambda a: {"status": status(UNPRINTABLE)},
    "decide_waiver": lambda a: {"paper": "kk", "granted": True},
}


def make(
    name: str, application: Application, by: Actor, *,
    at: datetime | None = None, version: int | None = None, **more: Any,
) -> Application:
    """Make a move that is no beginning, with the arguments above unless `more` says otherwise."""
    arguments = ARGUMENTS[name](application) | more
    if name == "note_status":
        arguments.setdefault("seen_at", at or timezone.now())
    return getattr(lifecycle, name)(application, by=by, at=at, version=version, **arguments)


def begin(name: str, resident: Resident, by: Actor, *, kind: str = "new", at: datetime | None = None) -> Application:
    """`submit` a complete file or `register_incomplete` an incomplete one."""
    intake = factories.intake(kind) if name == "submit" else factories.incomplete(kind)
    return getattr(lifecycle, name)(resident, by=by, intake=intake, at=at)


def prepare(name: str, application: Application, people: dict[str, User]) -> None:
    if name == "decide_waiver":
        ask_waiver(application, people["counter"])
    elif name == "record" and application.state == State.AWAITING_RECORDING:
        factories.capture_all(application, people["operator"])
    elif name == "mark_print_ready":
        factories.note_central_status(application.resident, PRINTABLE, people["operator"])
    elif name == "release_by_age":
        Resident.objects.filter(pk=application.resident_id).update(birth_date=date(1990, 3, 15))
    elif name == "start_print":
        factories.receive_blanks(people["operator"])
    elif name == "resume" and application.state == State.READY_TO_PRINT:
        lifecycle.postpone(application, by=people["operator"], reason="uji")
    elif name == "back_from_village" and application.state == State.READY_FOR_PICKUP:
        lifecycle.send_to_village(application, by=people["counter"], bundle=factories.bundle_for(application))
    elif name == "came_back" and application.state == State.AWAITING_RECORDING:
        lifecycle.left(application, by=people["counter"])


def ask_waiver(application: Application, by: User) -> None:
    """The paper `kk` was not ticked: a waiver was asked for instead."""
    application.papers.filter(code="kk").update(
        original_seen_at=None, original_seen_by=None, copy_kept_at=None, copy_kept_by=None,
        waiver_reason="hilang karena banjir", waiver_asked_by=by, waiver_granted=None, waiver_decided_by=None,
    )


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back at the end: many tries on one application."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
