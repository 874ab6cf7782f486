"""How a position ends where no whole picture was taken: partly, not at all, or noted from the SIAK station (F5.4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications.capturing import TAKEN, add, check_station, lock_for_recording, open_capture
from applications.models import Application, Capture, Outcome
from applications.refusals import Refused, WrongState
from devices.capture import LABELS, Position
from office.models import Station

PHOTO_ALWAYS = "Foto selalu direkam: tanpa foto tidak ada KTP."
# Offered where a reason is typed; own words are as good.
USUAL_PARTIAL = ("Mutu tetap rendah setelah diulang", "Hanya sebagian yang terbaca", "Garis jari aus", "Bekas luka")
USUAL_EXCEPTION = ("Jari tidak ada", "Luka atau diperban", "Kusta", "Tunanetra", "Tidak dapat menandatangani")


@dataclass(frozen=True)
class Noted:
    """What the operator saw at the SIAK station for one position."""

    outcome: str = Outcome.CAPTURED
    reason: str = ""


def exempt(application: Application, position: Position, reason: str, *, by: User) -> None:
    """Note that a position cannot be captured, and why; the section head confirms it afterwards."""
    if not reason.strip():
        raise Refused("Isi alasan mengapa posisi ini tidak dapat direkam.")
    with transaction.atomic():
        locked = lock_for_recording(application, by)
        check_station(Station.HERE)
        if position is Position.FACE:
            raise Refused(PHOTO_ALWAYS)
        add(Capture(
            application=locked, position=position, outcome=Outcome.EXCEPTION, reason=reason.strip(),
            captured_at=timezone.now(), captured_by=by,
        ))


def accept_partial(application: Application, position: Position, reason: str, *, by: User) -> None:
    """Keep the best picture so far as partial, and say why it is not better."""
    if not reason.strip():
        raise Refused("Isi alasan mengapa gambar ini diterima sebagian.")
    with transaction.atomic():
        made = open_capture(lock_for_recording(application, by), position)
        if made is None or made.file_id is None:
            raise WrongState("Posisi ini belum mempunyai gambar. Tidak ada yang diubah.")
        made.outcome, made.reason = Outcome.PARTIAL, reason.strip()
        made.save(update_fields=["outcome", "reason"])


def reopen(application: Application, position: Position, *, by: User) -> None:
    """Take an exception back, so that the position can be captured after all, or a partial picture: it counts again
    by its score alone.
    """
    with transaction.atomic():
        locked = lock_for_recording(application, by)
        pictured = locked.captures.filter(recording=None, position=position, outcome=Outcome.PARTIAL)
        if pictured.exclude(file=None).update(outcome=Outcome.CAPTURED, reason=""):
            return
        check_station(Station.HERE)
        taken, _ = locked.captures.filter(recording=None, position=position, file=None).delete()
        if not taken:
            raise WrongState("Posisi ini tidak berupa pengecualian. Tidak ada yang diubah.")


def note_at_station(application: Application, noted: Mapping[Position, Noted], *, by: User) -> None:
    """What the SIAK station showed, for these positions; noted again, it replaces what was noted before."""
    for position, each in noted.items():
        check_noted(position, each)
    at = timezone.now()
    with transaction.atomic():
        locked = lock_for_recording(application, by)
        check_station(Station.SIAK)
        there = locked.captures.filter(recording=None, position__in=list(noted))
        if there.exclude(file=None).exists():
            raise WrongState(TAKEN)
        there.delete()
        Capture.objects.bulk_create(
            Capture(
                application=locked, position=position, station=Station.SIAK, outcome=each.outcome,
                reason=each.reason.strip(), captured_at=at, captured_by=by,
            )
            for position, each in noted.items()
        )


def check_noted(position: Position, noted: Noted) -> None:
    if noted.outcome == Outcome.EXCEPTION and position is Position.FACE:
        raise Refused(PHOTO_ALWAYS)
    if (noted.outcome == Outcome.CAPTURED) == bool(noted.reason.strip()):
        raise Refused(f"{LABELS[position]}: isi alasan hanya bila tidak direkam utuh.")
