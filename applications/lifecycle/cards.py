"""The card: printed, looked at, rejected, handed over, withdrawn."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from applications.lifecycle.writing import Outcome, change
from applications.models import Application, Handover, Print
from applications.refusals import Refused
from applications.states import Kind, State


def start_print(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """The card is sent to the printer: a fact of its own, before a person has looked."""

    def work(app: Application, at: datetime) -> Outcome:
        card = Print.objects.create(application=app, started_at=at, started_by=by)
        return Outcome(State.PRINTING, facts={"print": card.pk})

    return change("start_print", application, by=by, at=at, version=version, work=work)


def confirm_print(
    application: Application, *, by: User, blank_serial: str = "",
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """A person looked at the card and it is good: this ends the clock and binds the blank."""

    def work(app: Application, at: datetime) -> Outcome:
        card = card_in_work(app)
        card.confirmed_at, card.confirmed_by = at, by
        card.blank_serial, card.blank_used = blank_serial, True
        try:
            # Asked of the database alone: two cards may be confirmed with one serial at the same moment.
            with transaction.atomic():
                card.save(update_fields=["confirmed_at", "confirmed_by", "blank_serial", "blank_used"])
        except IntegrityError as error:
            raise Refused(
                "Blangko dengan nomor seri ini sudah dipakai untuk kartu lain. Periksa nomornya."
            ) from error
        return Outcome(State.READY_FOR_PICKUP, facts={"print": card.pk})

    return change("confirm_print", application, by=by, at=at, version=version, work=work)


def fail_print(
    application: Application, *, by: User, blank_used: bool, reason: str = "",
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """The print failed; whether a blank was used up is asked, because every blank is accounted for."""

    def work(app: Application, at: datetime) -> Outcome:
        card = card_in_work(app)
        card.failed_at, card.failed_by, card.blank_used = at, by, blank_used
        card.save(update_fields=["failed_at", "failed_by", "blank_used"])
        facts = {"print": card.pk, "blank_used": blank_used}
        return Outcome(State.READY_TO_PRINT, facts=facts, words={"reason": reason} if reason else {})

    return change("fail_print", application, by=by, at=at, version=version, work=work)


class CardFault:
    """Whose cause a rejected card is, and where the file goes: a bad card is printed again, wrong data validated."""

    TARGETS = {"card": State.READY_TO_PRINT, "data": State.SUBMITTED}
    LABELS = {"card": "Kartu cacat atau salah cetak", "data": "Data pada kartu salah"}


def reject_card(
    application: Application, *, by: User, fault: str, reason: str,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """The card in the box is wrong: booked spoiled, printed again or validated again."""

    def work(app: Application, at: datetime) -> Outcome:
        card = card_in_work(app)
        card.rejected_at, card.rejected_by, card.rejected_cause = at, by, fault
        card.save(update_fields=["rejected_at", "rejected_by", "rejected_cause"])
        facts = {"fault": fault, "print": card.pk}
        return Outcome(CardFault.TARGETS[fault], facts=facts, words={"reason": reason})

    return change("reject_card", application, by=by, at=at, version=version, work=work)


def hand_over(
    application: Application, *, by: User, collector: str, collector_name: str = "", relation: str = "",
    authority_seen: bool = False, old_card_surrendered: bool = False,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """Give the card into a hand, once. The old card is surrendered first, where the kind needs it."""

    def work(app: Application, at: datetime) -> Outcome:
        other = collector == Handover.Collector.OTHER
        if other and not (collector_name and relation and authority_seen):
            raise Refused("Kartu diambil orang lain: isi nama dan hubungannya, dan lihat surat kuasa serta KTP-nya.")
        if app.kind in (Kind.DAMAGED, Kind.DATA_CHANGE) and not old_card_surrendered:
            raise Refused("KTP lama diserahkan dan dipotong sudutnya lebih dahulu.")
        Handover.objects.create(
            application=app, at=at, by=by, collector=collector, authority_seen=other and authority_seen,
            collector_name=collector_name if other else "", relation=relation if other else "",
            old_card_surrendered=old_card_surrendered,
        )
        facts = {"collector": collector, "old_card": old_card_surrendered}
        return Outcome(State.HANDED_OVER, facts=facts, words={"name": collector_name} if other else {})

    return change("hand_over", application, by=by, at=at, version=version, work=work)


def withdraw_card(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """Take a finished card back that nobody will collect: the holder died, or never came."""

    def work(app: Application, at: datetime) -> Outcome:
        return Outcome(State.WITHDRAWN, words={"reason": reason})

    return change("withdraw_card", application, by=by, at=at, version=version, work=work)


def card_in_work(application: Application) -> Print:
    """The card that is printed or lies ready: one that neither failed nor was rejected."""
    return application.prints.get(failed_at=None, rejected_at=None)
