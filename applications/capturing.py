"""From the device into the vault and, last, into the database (design.md, section 3, Vault and transactions).

The device and the encryption run before the transaction begins; under the lock it is decided whether the pictures
still belong to a recording that this person may make.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from applications.models import Application, Capture
from applications.moves import MOVES
from applications.recording import Step, steps
from applications.refusals import NotAllowed, Refused, WrongState
from applications.states import State
from devices import registry
from devices.capture import CaptureRequest, CaptureResult, Position, Sample, modality_of
from devices.errors import DeviceGone
from office import vault
from office.models import VaultFile
from office.transactions import outside_transaction

MIN_SCORE = 40
TIMEOUT_S = 15.0


def open_positions_like(application: Application, position: Position) -> tuple[Position, ...]:
    """The positions still open that the same device takes in one go: ten fingers, two irises."""
    return tuple(
        step.position
        for step in steps(application)
        if step.capture is None and modality_of(step.position) == modality_of(position)
    )


def capture(
    application: Application, positions: Sequence[Position], *, by: User, at: datetime | None = None
) -> CaptureResult:
    """Take the positions and keep them. Raises a DeviceError when the device fails: then nothing is kept."""
    result = from_device(application, positions)
    sealed = [(sample, vault.write(sample.image_bytes)) for sample in result.samples]
    at = at or timezone.now()
    with transaction.atomic():
        locked = lock_for_recording(application, by)
        for sample, file in sealed:
            keep(locked, sample, vault_row(sample, file, by, at), by, at)
    return result


@outside_transaction
def from_device(application: Application, positions: Sequence[Position]) -> CaptureResult:
    modality = modality_of(positions[0])
    driver = registry.driver_for(modality)
    found = driver.discover()
    if not found:
        raise DeviceGone(f"no {modality} device answers")
    request = CaptureRequest(
        ticket=secrets.token_hex(12), subject=subject(application), modality=modality,
        positions=tuple(positions), min_score=MIN_SCORE, timeout_s=TIMEOUT_S,
    )
    with driver.open(found[0]) as session:
        return session.capture(request)


def subject(application: Application) -> str:
    """The resident as devices know them: an opaque word, the same each time."""
    return salted_hmac("applications.capturing", str(application.resident_id)).hexdigest()


def excusable(steps: Sequence[Step]) -> list[Step]:
    """The open positions that may be excepted: all but the photo."""
    return [step for step in steps if step.capture is None and step.position is not Position.FACE]


def exempt(application: Application, position: Position, reason: str, *, by: User) -> None:
    """Note that a position cannot be captured, and why; the section head confirms it afterwards (fact F5.4)."""
    if not reason.strip():
        raise Refused("Isi alasan mengapa posisi ini tidak dapat direkam.")
    with transaction.atomic():
        locked = lock_for_recording(application, by)
        if position is Position.FACE:
            raise Refused("Foto selalu direkam: tanpa foto tidak ada KTP.")
        add(Capture(
            application=locked, position=position, exception_reason=reason.strip(),
            captured_at=timezone.now(), captured_by=by,
        ))


def lock_for_recording(application: Application, by: User) -> Application:
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if not User.objects.filter(pk=by.pk).holding(MOVES["record"].permission).exists():
        raise NotAllowed("Anda tidak berwenang merekam.")
    if locked.state != State.AWAITING_RECORDING:
        raise WrongState(f"{locked.number} tidak lagi menunggu perekaman. Tidak ada yang disimpan.")
    return locked


def vault_row(sample: Sample, file: vault.Sealed, by: User, at: datetime) -> VaultFile:
    return VaultFile.objects.keep(file, purpose="capture", mime=sample.mime, by=by, at=at)


def keep(application: Application, sample: Sample, file: VaultFile, by: User, at: datetime) -> None:
    device = sample.device
    add(Capture(
        application=application, position=sample.position, file=file, score=sample.quality.score,
        algorithm=f"{sample.quality.algorithm} {sample.quality.version}", device=f"{device.model} {device.serial}",
        captured_at=at, captured_by=by,
    ))


def add(capture: Capture) -> None:
    try:
        with transaction.atomic():
            capture.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState("Posisi ini sudah direkam. Tidak ada yang diganti.") from error
