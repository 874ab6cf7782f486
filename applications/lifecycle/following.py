"""Where a file goes next, by what is known of its resident's record."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from applications.models import Application, CentralStatus, Recording, Resident
from applications.refusals import Refused
from applications.routing import birthday, next_state
from applications.states import State


@dataclass(frozen=True)
class Known:
    """What is known of a resident's record: the last status seen at the centre, and the recording made here."""

    status: CentralStatus | None
    recording: Recording | None


def known_of(resident: Resident) -> Known:
    """As it is now, read anew."""
    return Known(
        status=resident.statuses.select_related("status").first(),
        recording=resident.recordings.filter(superseded_at=None).first(),
    )


def next_of(application: Application, at: datetime, known: Known | None = None) -> State:
    """Where the file goes by what is known now."""
    resident = application.resident
    known = known or known_of(resident)
    return next_state(
        kind=application.kind,
        recorded=known.recording is not None,
        status=known.status.status.meaning_here if known.status else None,
        age=resident.age_on(timezone.localdate(at)),
        married=resident.ever_married,
    )


def after_validation(application: Application, known: Known) -> State:
    """Where the file would go if it were validated now: shown beside the button."""
    return next_of(application, timezone.now(), known)


def printable_next(application: Application, at: datetime) -> State:
    """The same; raises Refused where that is waiting for the centre."""
    to = next_of(application, at)
    if to == State.AWAITING_CENTRAL:
        raise Refused("Status pusat yang tercatat belum mengizinkan. Catat dahulu status yang terlihat di SIAK.")
    return to


def of_age(application: Application, at: datetime) -> State:
    """The same; raises Refused where that is waiting for the birthday."""
    to = next_of(application, at)
    if to == State.AWAITING_AGE:
        birthday_17 = birthday(application.resident.birth_date, 17)
        raise Refused(f"Pemohon baru berusia 17 tahun pada {date_format(birthday_17)}.")
    return to
