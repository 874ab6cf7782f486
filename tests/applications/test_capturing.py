"""From the device into the vault and, last, into the database: what is kept when something goes wrong on the way."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import RoleTerm
from applications import capturing, lifecycle, recording
from applications.models import Application, Capture
from applications.refusals import NotAllowed, Refused, WrongState
from devices import registry
from devices.backends.simulated_device import Fault
from devices.capture import FINGERS, IRISES, RECORDING_ORDER, Modality, Position, modality_of
from devices.errors import (
    CaptureTimeout,
    DeviceBusy,
    DeviceError,
    DeviceGone,
    LowQuality,
    ProtocolError,
)
from devices.registry import UnknownDevice
from office import vault
from office.models import VaultFile
from tests.applications.acts import make
from tests.factories import application_in, capture_all, make_resident

FACE = [Position.FACE]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A vault of its own, so that its files can be counted."""
    settings.VAULT_DIR = tmp_path / "vault"
    return settings.VAULT_DIR


@pytest.fixture
def faulty(settings: Any) -> Callable[[Fault], None]:
    """Make the camera play a fault."""

    def broken(fault: Fault) -> None:
        camera = settings.DEVICES["camera"]
        options = camera["OPTIONS"] | {"fault": fault}
        settings.DEVICES = settings.DEVICES | {"camera": camera | {"OPTIONS": options}}

    return broken


@pytest.fixture
def waiting(people: Any) -> Application:
    return application_in("awaiting_recording", people)


def kept(folder: Path) -> tuple[int, int, int]:
    """Captures, rows of files, files."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Capture.objects.count(), VaultFile.objects.count(), len(files)


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Any]) -> None:
    """While the device is at work, something else happens."""
    from_device = capturing.from_device

    def slow(*arguments: Any) -> Any:
        result = from_device(*arguments)
        happens()
        return result

    monkeypatch.setattr(capturing, "from_device", slow)


# -- as it should go ------------------------------------------------------------------------------


def test_a_picture_lies_sealed_in_the_vault_and_its_row_proves_it(waiting, people, folder):
    result = capturing.capture(waiting, FACE, by=people["operator"])
    sample, capture = result.samples[0], Capture.objects.select_related("file").get()
    assert kept(folder) == (1, 1, 1)
    assert vault.read(capture.file.name) == sample.image_bytes
    assert capture.file.sha256 == hashlib.sha256(sample.image_bytes).hexdigest()
    assert (capture.file.size, capture.file.mime) == (len(sample.image_bytes), "image/png")
    assert (capture.position, capture.score, capture.captured_by) == ("face", sample.quality.score, people["operator"])
    assert capture.device == "Perangkat simulasi SIM-FACE" and capture.recording is None


def test_what_a_device_takes_in_one_go_is_kept_in_one_go(waiting, people, folder):
    positions = capturing.open_positions_like(waiting, Position.LEFT_RING)
    assert positions == FINGERS
    capturing.capture(waiting, positions, by=people["operator"])
    assert kept(folder) == (10, 10, 10)
    assert capturing.open_positions_like(waiting, Position.RIGHT_IRIS) == IRISES
    assert capturing.open_positions_like(waiting, Position.LEFT_RING) == ()


def test_an_interrupted_recording_goes_on_with_the_first_open_position(waiting, people):
    assert recording.next_position(waiting) == Position.FACE
    capturing.capture(waiting, FACE, by=people["operator"])
    assert recording.next_position(Application.objects.get(pk=waiting.pk)) == Position.SIGNATURE


def test_fourteen_positions_make_a_recording(waiting, people, folder):
    while position := recording.next_position(waiting):
        capturing.capture(waiting, capturing.open_positions_like(waiting, position), by=people["operator"])
    assert kept(folder) == (14, 14, 14)
    assert make("record", waiting, people["operator"]).state == "awaiting_central"
    assert [step.position for step in recording.steps(waiting)] == list(RECORDING_ORDER)


def test_devices_know_the_resident_by_a_word_that_says_nothing(waiting, people):
    word = capturing.subject(waiting)
    assert waiting.resident.nik not in word and waiting.resident.name not in word
    same = Application(resident=waiting.resident)
    other = Application(resident=make_resident())
    assert capturing.subject(same) == word != capturing.subject(other)


# -- the device fails -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.UNPLUGGED, DeviceGone), (Fault.BUSY, DeviceBusy), (Fault.TIMEOUT, CaptureTimeout),
        (Fault.LOW_SCORE, LowQuality), (Fault.GARBAGE, ProtocolError),
    ],
)
def test_when_the_device_fails_nothing_is_kept(fault, error, faulty, waiting, people, folder):
    faulty(fault)
    with pytest.raises(error) as failed:
        capturing.capture(waiting, FACE, by=people["operator"])
    assert failed.value.sentence.endswith(".") and failed.value.hint.endswith(".")
    assert kept(folder) == (0, 0, 0)


def test_every_fault_that_a_device_can_play_has_been_tried(faulty, waiting, people):
    for fault in set(Fault) - {Fault.NONE}:
        faulty(fault)
        with pytest.raises(DeviceError):
            capturing.capture(waiting, FACE, by=people["operator"])


def test_after_a_failure_the_same_position_can_be_taken(faulty, waiting, people, folder):
    faulty(Fault.BUSY)
    with pytest.raises(DeviceBusy):
        capturing.capture(waiting, FACE, by=people["operator"])
    faulty(Fault.NONE)
    capturing.capture(waiting, FACE, by=people["operator"])
    assert kept(folder) == (1, 1, 1)


def test_where_no_device_is_configured_that_is_said(settings, waiting, people, folder):
    settings.DEVICES = {}
    with pytest.raises(UnknownDevice):
        capturing.capture(waiting, FACE, by=people["operator"])
    assert kept(folder) == (0, 0, 0)


# -- the vault or the database fails --------------------------------------------------------------


def test_when_the_vault_cannot_write_there_is_no_row(waiting, people, folder, monkeypatch):
    def full(content: bytes) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(vault, "write", full)
    with pytest.raises(OSError, match="disk full"):
        capturing.capture(waiting, FACE, by=people["operator"])
    assert kept(folder) == (0, 0, 0)


def test_when_the_last_row_fails_no_row_stands_and_the_files_wait_to_be_swept(waiting, people, folder, monkeypatch):
    keep, left_over = capturing.keep, iter([True, False])

    def fails(*arguments: Any) -> None:
        if not next(left_over):
            raise DatabaseError("connection lost")
        keep(*arguments)

    monkeypatch.setattr(capturing, "keep", fails)
    with pytest.raises(DatabaseError, match="connection lost"):
        capturing.capture(waiting, IRISES, by=people["operator"])
    assert kept(folder) == (0, 0, 2)


def test_every_file_is_on_the_disk_whole_before_its_row(waiting, people, folder, monkeypatch):
    seen: list[int] = []
    row = capturing.vault_row

    def looked(sample: Any, file: vault.Sealed, *more: Any) -> VaultFile:
        path = folder / file.name[:2] / file.name
        seen.append(path.stat().st_size - file.size)
        return row(sample, file, *more)

    monkeypatch.setattr(capturing, "vault_row", looked)
    capturing.capture(waiting, IRISES, by=people["operator"])
    assert len(seen) == 2 and all(more > 77 for more in seen)
    for file in VaultFile.objects.all():
        assert hashlib.sha256(vault.read(file.name)).hexdigest() == file.sha256


def test_no_device_works_and_nothing_is_sealed_inside_a_transaction(waiting, people, folder, monkeypatch):
    def touched(modality: Modality) -> None:
        raise AssertionError("the device was asked while rows were locked")

    monkeypatch.setattr(registry, "driver_for", touched)
    with transaction.atomic(), pytest.raises(RuntimeError, match="must not run inside"):
        capturing.capture(waiting, FACE, by=people["operator"])
    assert kept(folder) == (0, 0, 0)


# -- somebody was faster, or the right is gone ----------------------------------------------------


@pytest.mark.parametrize(("move", "who"), [("send_back", "operator"), ("refer", "section_head"), ("cancel", "counter")])
def test_a_file_that_moved_on_during_the_capture_keeps_nothing(move, who, waiting, people, folder, monkeypatch):
    meanwhile(monkeypatch, lambda: make(move, waiting, people[who]))
    with pytest.raises(WrongState, match="tidak lagi menunggu perekaman"):
        capturing.capture(waiting, FACE, by=people["operator"])
    assert kept(folder)[:2] == (0, 0)


def test_a_recording_that_was_finished_during_the_capture_gets_no_further_picture(waiting, people, monkeypatch):
    def finished() -> None:
        capture_all(waiting, people["operator"])
        lifecycle.record(waiting, by=people["operator"])

    meanwhile(monkeypatch, finished)
    with pytest.raises(WrongState):
        capturing.capture(waiting, FACE, by=people["operator"])
    assert Capture.objects.filter(application=waiting).exclude(file=None).count() == 0


@pytest.mark.parametrize("state", ["submitted", "awaiting_central", "ready_to_print", "handed_over", "cancelled"])
def test_only_a_file_that_waits_for_recording_is_captured(state, people):
    application = application_in(state, people)
    with pytest.raises(WrongState):
        capturing.capture(application, FACE, by=people["operator"])
    with pytest.raises(WrongState):
        capturing.exempt(application, Position.FACE, "tidak dapat", by=people["operator"])
    assert VaultFile.objects.count() == 0


def test_a_position_is_captured_once(waiting, people, folder):
    capturing.capture(waiting, FACE, by=people["operator"])
    first = Capture.objects.get()
    with pytest.raises(WrongState, match="sudah direkam"):
        capturing.capture(waiting, FACE, by=people["operator"])
    assert Capture.objects.get() == first and kept(folder)[:2] == (1, 1)


def test_where_one_of_several_positions_was_captured_already_none_is_kept(waiting, people, folder):
    capturing.capture(waiting, [Position.RIGHT_IRIS], by=people["operator"])
    with pytest.raises(WrongState):
        capturing.capture(waiting, IRISES, by=people["operator"])
    assert kept(folder)[:2] == (1, 1)


@pytest.mark.parametrize("who", ["counter", "section_head", "other_head", "information", "secretary", "camat", "admin"])
def test_only_the_operator_captures_and_excepts(who, waiting, people, folder):
    with pytest.raises(NotAllowed):
        capturing.capture(waiting, FACE, by=people[who])
    with pytest.raises(NotAllowed):
        capturing.exempt(waiting, Position.FACE, "tidak dapat", by=people[who])
    assert kept(folder)[:2] == (0, 0)


def test_a_role_that_was_taken_away_during_the_capture_keeps_nothing(waiting, people, folder, monkeypatch):
    terms = RoleTerm.objects.filter(user=people["operator"])
    meanwhile(monkeypatch, lambda: terms.update(revoked_at=timezone.now()))
    with pytest.raises(NotAllowed, match="tidak berwenang"):
        capturing.capture(waiting, FACE, by=people["operator"])
    assert kept(folder)[:2] == (0, 0)


# -- exceptions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_an_exception_needs_a_reason(reason, waiting, people):
    with pytest.raises(Refused, match="alasan"):
        capturing.exempt(waiting, Position.LEFT_IRIS, reason, by=people["operator"])
    assert not Capture.objects.exists()


def test_an_exception_stands_in_place_of_the_picture(waiting, people, folder):
    capturing.exempt(waiting, Position.LEFT_LITTLE, " jari tidak ada ", by=people["operator"])
    capture = Capture.objects.get()
    assert (capture.exception_reason, capture.file, capture.captured_by) == ("jari tidak ada", None, people["operator"])
    assert Position.LEFT_LITTLE not in capturing.open_positions_like(waiting, Position.LEFT_RING)
    assert kept(folder) == (1, 0, 0)


def test_a_position_that_is_excepted_is_not_captured_and_the_other_way_round(waiting, people):
    capturing.exempt(waiting, Position.RIGHT_THUMB, "tidak dapat", by=people["operator"])
    capturing.capture(waiting, [Position.SIGNATURE], by=people["operator"])
    with pytest.raises(WrongState):
        capturing.capture(waiting, [Position.RIGHT_THUMB], by=people["operator"])
    with pytest.raises(WrongState):
        capturing.exempt(waiting, Position.SIGNATURE, "tidak dapat", by=people["operator"])
    there = Capture.objects.order_by("position").values_list("position", "exception_reason")
    assert list(there) == [("right_thumb", "tidak dapat"), ("signature", "")]


def test_a_recording_may_consist_of_exceptions_and_pictures(waiting, people):
    for position in RECORDING_ORDER:
        if modality_of(position) in (Modality.FINGER, Modality.IRIS):
            capturing.exempt(waiting, position, "tidak dapat", by=people["operator"])
        else:
            capturing.capture(waiting, [position], by=people["operator"])
    assert make("record", waiting, people["operator"]).state == "awaiting_central"


def test_the_photo_is_never_excepted(waiting, people):
    with pytest.raises(Refused, match="tanpa foto tidak ada KTP"):
        capturing.exempt(waiting, Position.FACE, "wajah rusak", by=people["operator"])

    assert not waiting.captures.exists()
