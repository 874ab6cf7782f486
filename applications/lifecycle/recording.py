"""The operator's moves before the print: record once, watch the centre, send back, note Disdukcapil's answer."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from applications import recording
from applications.lifecycle.beginning import already_open, open_application
from applications.lifecycle.following import next_of, of_age, printable_next
from applications.lifecycle.writing import SYSTEM, Actor, Outcome, change
from applications.models import Application, CentralStatus, Recording, Resident, StatusRule
from applications.refusals import Refused, WrongState
from applications.states import State
from office import ledger


def recording_rule(application: Application, user: User) -> str:
    """Raises Refused while the resident is away, a position is open, or the data as it is now is not confirmed."""
    recording.check_here(application)
    recording.check_complete(application)
    recording.check_confirmed(application, application.resident)
    return ""


def status_rule(application: Application, user: User) -> str:
    """Raises Refused while the known status leads nowhere."""
    printable_next(application, timezone.now())
    return ""


def record(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """All positions are settled and the resident confirmed the data: the one recording of this resident stands."""

    def work(app: Application, at: datetime) -> Outcome:
        recording.check_here(app)
        recording.check_complete(app)
        # Locked: nobody corrects the data between the comparison and the end of this move.
        app.resident = Resident.objects.select_for_update().get(pk=app.resident_id)
        confirmed = recording.check_confirmed(app, app.resident)
        try:
            with transaction.atomic():
                made = Recording.objects.create(
                    resident=app.resident, application=app, recorded_at=at, recorded_by=by
                )
        except IntegrityError as error:
            raise WrongState(recording.ONCE) from error
        app.captures.filter(recording=None).update(recording=made)
        app.waits_in_room = False
        return Outcome(next_of(app, at), facts={"recording": made.pk, "confirmation": confirmed.pk})

    return change("record", application, by=by, at=at, version=version, work=work)


def note_status(
    application: Application, *, by: User, status: StatusRule, seen_at: datetime,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """Write down what the centre shows; a status that settles the wait moves the file on in the same transaction."""
    with transaction.atomic():

        def work(app: Application, at: datetime) -> Outcome:
            if seen_at > at:
                raise Refused("Status tidak mungkin dilihat setelah dicatat. Periksa waktunya.")
            CentralStatus.objects.create(
                resident=app.resident, status=status, text=str(status), seen_at=seen_at, seen_by=by, entered_at=at
            )
            return Outcome(facts={"status": status.code, "seen_at": ledger.moment(seen_at)})

        # With the stock, because the next step may lead to the printer: it is locked before the file, or not at all.
        noted = change("note_status", application, by=by, at=at, version=version, work=work, with_blanks=True)
        if next_of(noted, at or timezone.now()) == State.AWAITING_CENTRAL:
            return noted
        return mark_print_ready(noted, by=by, at=at)


def mark_print_ready(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """The status known allows the next step: printing, or waiting for the birthday, or recording."""

    def work(app: Application, at: datetime) -> Outcome:
        return Outcome(printable_next(app, at))

    return change("mark_print_ready", application, by=by, at=at, version=version, work=work)


def release_by_age(
    application: Application, *, by: Actor = SYSTEM, at: datetime | None = None, version: int | None = None
) -> Application:
    """The resident became 17 (or proved a marriage): on to printing."""

    def work(app: Application, at: datetime) -> Outcome:
        return Outcome(of_age(app, at))

    return change("release_by_age", application, by=by, at=at, version=version, work=work)


def back_to_central(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """The status was not what it seemed: wait for the centre again."""

    def work(app: Application, at: datetime) -> Outcome:
        return Outcome(State.AWAITING_CENTRAL, words={"reason": reason})

    return change("back_to_central", application, by=by, at=at, version=version, work=work)


def send_back(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """Something in the file is wrong: back to the section head; the clock keeps its start."""

    def work(app: Application, at: datetime) -> Outcome:
        return Outcome(State.SUBMITTED, words={"reason": reason})

    return change("send_back", application, by=by, at=at, version=version, work=work)


def answer_referral(
    application: Application, *, by: User, number: str, answered_on: date, continues: bool, kk_updated: bool = False,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """Disdukcapil answered: the file goes on to validation, or ends.

    `kk_updated`: a new family card was seen that shows the changed data; only then can they be validated.
    """

    def work(app: Application, at: datetime) -> Outcome:
        if answered_on > timezone.localdate(at):
            raise Refused("Tanggal jawaban belum tiba. Periksa tanggalnya.")
        if continues:
            # The lock that `submit` takes: another counter may be taking the same resident in at this moment.
            resident = Resident.objects.select_for_update().get(pk=app.resident_id)
            if open_application(resident):
                raise already_open(resident)
            if kk_updated:
                app.data_changes.update(shown_on_kk=True)
        referral = app.referrals.get(answered_at=None)
        referral.answered_at, referral.answered_by = at, by
        referral.answer_number, referral.answer_date = number, answered_on
        referral.save()
        to = State.SUBMITTED if continues else State.CANCELLED
        facts = {"referral": referral.pk, "answered_on": answered_on.isoformat(), "kk_updated": kk_updated}
        return Outcome(to, facts=facts)

    return change("answer_referral", application, by=by, at=at, version=version, work=work)
