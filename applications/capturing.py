"""From the device into the vault and, last, into the database (design.md, section 3, Vault and transactions).

The device and the encryption run before the transaction begins; under the lock it is decided whether the pictures
still belong to a recording that this person may make. A position may be tried again: the better picture stays, the
other leaves the vault, its row first.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from applications.models import Application, Capture, Outcome
from applications.moves import MOVES
from applications.recording import check_here, check_not_recorded, limits, steps, tries_of
from applications.refusals import NotAllowed, Refused, WrongState
from applications.states import State
from devices import registry
from devices.capture import (
    LABELS,
    RECORDING_ORDER,
    CaptureRequest,
    CaptureResult,
    Modality,
    Position,
    Sample,
    modality_of,
)
from devices.errors import DeviceGone, LowQuality
from devices.registry import UnknownDevice
from office import vault
from office.models import Office, Station, VaultFile
from office.transactions import outside_transaction

TIMEOUT_S = 15.0
NOTHING_KEPT = "Tidak ada yang tersimpan dari percobaan ini."
TAKEN = "Posisi ini sudah direkam. Tidak ada yang diganti."
AT_SIAK = "Kantor ini merekam di stasiun SIAK. Catat hasilnya di halaman perekaman."


def open_positions_like(application: Application, position: Position) -> tuple[Position, ...]:
    """The positions never tried that the same device takes in one go: ten fingers, two irises."""
    return tuple(
        step.position
        for step in steps(application)
        if step.capture is None and modality_of(step.position) == modality_of(position)
    )


def missing_devices() -> list[Modality]:
    """The kinds of device that a recording needs and this office has not configured."""
    needed = dict.fromkeys(modality_of(position) for position in RECORDING_ORDER)
    return [modality for modality in needed if not configured(modality)]


def configured(modality: Modality) -> bool:
    try:
        registry.driver_for(modality)
    except UnknownDevice:
        return False
    return True


def take(
    application: Application, position: Position, *, tries: int = 0, by: User, at: datetime | None = None
) -> CaptureResult:
    """What the button of a position does. `tries`: how often the page knew it to have been tried.

    The first time the device takes all that it takes in one go; later only this position. Raises a DeviceError when
    the device fails, Refused when a rule says no; in both cases nothing changes.
    """
    if tries:
        return retry(application, position, tries=tries, by=by, at=at)
    positions = open_positions_like(application, position)
    if position not in positions:
        check_may_record(current(application), by)
        raise WrongState(TAKEN)
    return capture(application, positions, by=by, at=at)


def capture(
    application: Application, positions: Sequence[Position], *, by: User, at: datetime | None = None
) -> CaptureResult:
    """Take the positions for the first time and keep them, weak ones too: that is a try, and the best so far."""
    check_may_use_device(application, by)
    result = from_device(application, positions)
    files = all_sealed(result.samples)
    at = at or timezone.now()
    try:
        with transaction.atomic():
            locked = lock_for_recording(application, by)
            for sample, file in files:
                keep(locked, sample, vault_row(sample, file, by, at), by, at)
    except (Refused, NotAllowed):
        for _, file in files:
            vault.remove(file.name)
        raise
    return result


def all_sealed(samples: Iterable[Sample]) -> list[tuple[Sample, vault.Sealed]]:
    """Every picture in the vault, or, where it fails, none and Refused."""
    files: list[tuple[Sample, vault.Sealed]] = []
    try:
        for sample in samples:
            files.append((sample, sealed(sample.image_bytes, NOTHING_KEPT)))
    except Refused:
        for _, file in files:
            vault.remove(file.name)
        raise
    return files


def sealed(content: bytes, nothing_done: str) -> vault.Sealed:
    """The content in the vault. Raises Refused where the vault fails; the sentence ends with `nothing_done`."""
    try:
        return vault.write(content)
    except (vault.VaultError, OSError) as error:
        sentence = getattr(error, "sentence", "Berkas tidak dapat disimpan. Hubungi administrator.")
        raise Refused(f"{sentence} {nothing_done}") from error


def retry(
    application: Application, position: Position, *, tries: int, by: User, at: datetime | None = None
) -> CaptureResult:
    """Take one position once more and keep the better picture."""
    check_may_use_device(application, by)
    check_try(open_capture(application, position), tries)
    result = from_device(application, (position,))
    sample = result.samples[0]
    file = sealed(sample.image_bytes, NOTHING_KEPT)
    try:
        with transaction.atomic():
            locked = lock_for_recording(application, by)
            made = check_try(open_capture(locked, position), tries)
            dropped = keep_better(made, sample, file, by, at or timezone.now())
    except (Refused, NotAllowed):
        vault.remove(file.name)
        raise
    vault.remove(dropped)
    return result


def open_capture(application: Application, position: Position) -> Capture | None:
    """The capture of a position in the recording that is under way."""
    return application.captures.filter(recording=None, position=position).select_related("file").first()


def check_try(made: Capture | None, tries: int) -> Capture:
    """The capture that may be tried again. Raises WrongState for a stale page, Refused after the last try."""
    if made is None or made.file_id is None:
        raise WrongState("Posisi ini tidak mempunyai gambar untuk diulang. Tidak ada yang diubah.")
    if tries_of(made) != tries:
        raise WrongState("Posisi ini baru saja diulang di halaman lain. Tidak ada yang diubah.")
    most = limits().tries
    if tries >= most:
        raise Refused(f"{LABELS[Position(made.position)]} sudah dicoba {most} kali. Gambar terbaik tetap disimpan.")
    return made


def keep_better(made: Capture, sample: Sample, file: vault.Sealed, by: User, at: datetime) -> str:
    """Note the try and keep the better of both pictures. Returns the name of the file that has to go."""
    made.scores = [*(made.scores or [made.score]), sample.quality.score]
    # Scores of two measures do not compare: after a change of the device the newer picture stays.
    if made.algorithm == algorithm_of(sample) and sample.quality.score <= (made.score or 0):
        made.save(update_fields=["scores"])
        return file.name
    old = made.file
    assert old is not None
    describe(made, sample, vault_row(sample, file, by, at), by, at)
    made.outcome, made.reason = Outcome.CAPTURED, ""  # what was accepted was the picture before
    made.save()
    old.delete()
    return old.name


@outside_transaction
def from_device(application: Application, positions: Sequence[Position]) -> CaptureResult:
    """What the device gives, verified; a result below the bound too."""
    modality = modality_of(positions[0])
    driver = registry.driver_for(modality)
    found = driver.discover()
    if not found:
        raise DeviceGone(f"no {modality} device answers")
    request = CaptureRequest(
        ticket=secrets.token_hex(12), subject=subject(application), modality=modality,
        positions=tuple(positions), min_score=limits().score, timeout_s=TIMEOUT_S,
    )
    with driver.open(found[0]) as session:
        try:
            return session.capture(request)
        except LowQuality as low:
            return low.result


def subject(application: Application) -> str:
    """The resident as devices know them: an opaque word, the same each time."""
    return salted_hmac("applications.capturing", str(application.resident_id)).hexdigest()


# -- who may, and when ---------------------------------------------------------------------------------


def current(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def check_may_use_device(application: Application, by: User) -> None:
    """Before anybody is asked to put a finger on a device; the lock decides again."""
    check_station(Station.HERE)
    check_may_record(current(application), by)


def check_station(station: Station) -> None:
    """Raises Refused where the office records at the other place."""
    if Office.objects.current().recording_at != station:
        raise Refused(AT_SIAK if station == Station.HERE else "Kantor ini merekam dengan perangkat sendiri.")


def check_may_record(application: Application, by: User) -> None:
    if not User.objects.filter(pk=by.pk).holding(MOVES["record"].permission).exists():
        raise NotAllowed("Anda tidak berwenang merekam.")
    if application.state != State.AWAITING_RECORDING:
        raise WrongState(f"{application.number} tidak lagi menunggu perekaman. Tidak ada yang disimpan.")
    check_not_recorded(application)
    check_here(application)


def lock_for_recording(application: Application, by: User) -> Application:
    """The file, locked. Raises NotAllowed, WrongState where it is recorded, Refused while the resident is away."""
    locked = Application.objects.select_for_update().get(pk=application.pk)
    check_may_record(locked, by)
    return locked


# -- rows ----------------------------------------------------------------------------------------------


def vault_row(sample: Sample, file: vault.Sealed, by: User, at: datetime, purpose: str = "capture") -> VaultFile:
    return VaultFile.objects.keep(file, purpose=purpose, mime=sample.mime, by=by, at=at)


def keep(application: Application, sample: Sample, file: VaultFile, by: User, at: datetime) -> None:
    made = Capture(application=application, position=sample.position, scores=[sample.quality.score])
    describe(made, sample, file, by, at)
    add(made)


def describe(made: Capture, sample: Sample, file: VaultFile, by: User, at: datetime) -> None:
    made.file, made.score, made.algorithm = file, sample.quality.score, algorithm_of(sample)
    made.device = f"{sample.device.model} {sample.device.serial}"
    made.captured_at, made.captured_by = at, by


def algorithm_of(sample: Sample) -> str:
    return f"{sample.quality.algorithm} {sample.quality.version}"


def add(capture: Capture) -> None:
    """A row of its own savepoint. Raises WrongState where the position has one already."""
    try:
        with transaction.atomic():
            capture.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState(TAKEN) from error
