"""The resident reads name, birth place and birth date as the card will show them, and signs (fact F5.3)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications import recording
from applications.capturing import (
    check_may_record,
    check_station,
    current,
    from_device,
    lock_for_recording,
    sealed,
    vault_row,
)
from applications.models import Application, DataConfirmation, Resident
from applications.refusals import NotAllowed, Refused, WrongState
from devices.capture import Position, Sample
from office import vault
from office.models import Station, VaultFile

CHANGED = "Data berubah sejak halaman ini dibuka. Minta pemohon membaca yang sekarang, lalu menandatangani."
Means = DataConfirmation.Means


def confirm(
    application: Application, *, by: User, means: str, shown: str | None = None, at: datetime | None = None
) -> DataConfirmation:
    """The resident agreed with what was shown. Raises a DeviceError when the pad fails: then nothing is kept.

    `shown` is the digest of what the page showed (recording.shown); None for what is in the record now.
    """
    if means == Means.SHEET:
        return write(application, None, None, by=by, means=means, shown=shown, at=at)
    check_station(Station.HERE)
    check_may_record(current(application), by)
    sample = from_device(application, (Position.SIGNATURE,)).samples[0]
    file = sealed(sample.image_bytes, "Tanda tangan belum tersimpan.")
    try:
        return write(application, sample, file, by=by, means=means, shown=shown, at=at)
    except (Refused, NotAllowed):
        vault.remove(file.name)
        raise


def write(
    application: Application, sample: Sample | None, file: vault.Sealed | None, *, by: User, means: str,
    shown: str | None, at: datetime | None,
) -> DataConfirmation:
    at = at or timezone.now()
    with transaction.atomic():
        locked = lock_for_recording(application, by)
        resident = Resident.objects.select_for_update().get(pk=locked.resident_id)
        check(locked, resident, shown)
        row: VaultFile | None = None
        if sample and file:
            row = vault_row(sample, file, by, at, purpose="confirmation")
        return DataConfirmation.objects.create(
            application=locked, name=resident.name, birth_place=resident.birth_place, birth_date=resident.birth_date,
            means=means, file=row, at=at, by=by,
        )


def check(application: Application, resident: Resident, shown: str | None) -> None:
    recording.check_complete(application)
    if shown is not None and shown != recording.shown(resident):
        raise WrongState(CHANGED)
    if recording.confirmation(application, resident):
        raise WrongState("Data sudah dicocokkan. Tidak ada yang diubah.")
