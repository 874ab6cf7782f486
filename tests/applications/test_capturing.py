"""From the device into the vault and, last, into the database: what is kept when something goes wrong on the way."""

import contextlib
import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import RoleTerm
from applications import capturing, confirming, lifecycle, outcomes, recording
from applications.models import Application, Capture, DataConfirmation, Recording, Resident
from applications.refusals import NotAllowed, Refused, WrongState
from devices import registry
from devices.backends.simulated_device import Fault
from devices.capture import FINGERS, IRISES, RECORDING_ORDER, Modality, Position, modality_of
from devices.errors import (
    CaptureTimeout,
    DeviceBusy,
    DeviceError,
    DeviceGone,
    ProtocolError,
)
from devices.registry import UnknownDevice
from office import vault
from office.models import Office, Parameter, VaultFile
from tests.applications.acts import make
from tests.factories import application_in, capture_all, confirm_data, make_resident

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
    confirm_data(waiting, people["operator"])
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
        (Fault.GARBAGE, ProtocolError),
    ],
)
def test_when_the_device_fails_nothing_is_kept(fault, error, faulty, waiting, people, folder):
    faulty(fault)
    with pytest.raises(error) as failed:
        capturing.capture(waiting, FACE, by=people["operator"])
    assert failed.value.sentence.endswith(".") and failed.value.hint.endswith(".")
    assert kept(folder) == (0, 0, 0)


def test_every_fault_that_a_device_can_play_has_been_tried(faulty, waiting, people):
    for fault in set(Fault) - {Fault.NONE, Fault.LOW_SCORE}:  # a low score is a try, not a failure
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
    with pytest.raises(Refused, match="Tidak ada yang tersimpan"):
        capturing.capture(waiting, FACE, by=people["operator"])
    assert kept(folder) == (0, 0, 0)


def test_when_the_vault_fails_at_the_second_picture_the_first_is_not_left_behind(waiting, people, folder, monkeypatch):
    write, room = vault.write, iter([True, False])

    def soon_full(content: bytes) -> vault.Sealed:
        if not next(room):
            raise OSError("disk full")
        return write(content)

    monkeypatch.setattr(vault, "write", soon_full)
    with pytest.raises(Refused, match="Hubungi administrator"):
        capturing.capture(waiting, IRISES, by=people["operator"])
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
        outcomes.exempt(application, Position.FACE, "tidak dapat", by=people["operator"])
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
        outcomes.exempt(waiting, Position.FACE, "tidak dapat", by=people[who])
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
        outcomes.exempt(waiting, Position.LEFT_IRIS, reason, by=people["operator"])
    assert not Capture.objects.exists()


def test_an_exception_stands_in_place_of_the_picture(waiting, people, folder):
    outcomes.exempt(waiting, Position.LEFT_LITTLE, " jari tidak ada ", by=people["operator"])
    capture = Capture.objects.get()
    assert (capture.reason, capture.file, capture.captured_by) == ("jari tidak ada", None, people["operator"])
    assert Position.LEFT_LITTLE not in capturing.open_positions_like(waiting, Position.LEFT_RING)
    assert kept(folder) == (1, 0, 0)


def test_a_position_that_is_excepted_is_not_captured_and_the_other_way_round(waiting, people):
    outcomes.exempt(waiting, Position.RIGHT_THUMB, "tidak dapat", by=people["operator"])
    capturing.capture(waiting, [Position.SIGNATURE], by=people["operator"])
    with pytest.raises(WrongState):
        capturing.capture(waiting, [Position.RIGHT_THUMB], by=people["operator"])
    with pytest.raises(WrongState):
        outcomes.exempt(waiting, Position.SIGNATURE, "tidak dapat", by=people["operator"])
    there = Capture.objects.order_by("position").values_list("position", "reason")
    assert list(there) == [("right_thumb", "tidak dapat"), ("signature", "")]


def test_a_recording_may_consist_of_exceptions_and_pictures(waiting, people):
    for position in RECORDING_ORDER:
        if modality_of(position) in (Modality.FINGER, Modality.IRIS):
            outcomes.exempt(waiting, position, "tidak dapat", by=people["operator"])
        else:
            capturing.capture(waiting, [position], by=people["operator"])
    confirm_data(waiting, people["operator"])
    assert make("record", waiting, people["operator"]).state == "awaiting_central"


def test_the_photo_is_never_excepted(waiting, people):
    with pytest.raises(Refused, match="tanpa foto tidak ada KTP"):
        outcomes.exempt(waiting, Position.FACE, "wajah rusak", by=people["operator"])

    assert not waiting.captures.exists()


# -- tries: the better picture stays ---------------------------------------------------------------


@pytest.fixture
def camera_gives(settings: Any) -> Callable[[int], None]:
    """Every next picture of the camera has this score."""

    def gives(score: int) -> None:
        camera = settings.DEVICES["camera"]
        settings.DEVICES = settings.DEVICES | {"camera": camera | {"OPTIONS": {"modality": "face", "score": score}}}

    return gives


def tried(application: Application, people: Any, *scores: int, camera_gives: Callable[[int], None]) -> Capture:
    """The photo, taken as often as there are scores."""
    for number, score in enumerate(scores):
        camera_gives(score)
        capturing.take(application, Position.FACE, tries=number, by=people["operator"])
    return Capture.objects.select_related("file").get(position=Position.FACE)


@pytest.mark.parametrize(
    ("scores", "kept_score"), [((5, 30, 20), 30), ((5, 5), 5), ((30, 90), 90), ((90, 5, 6), 90), ((7, 8, 9), 9)]
)
def test_the_best_of_all_tries_is_kept_and_every_score_is_noted(
    scores, kept_score, camera_gives, waiting, people, folder
):
    made = tried(waiting, people, *scores, camera_gives=camera_gives)
    assert (made.score, made.scores) == (kept_score, list(scores))
    assert kept(folder) == (1, 1, 1)
    assert hashlib.sha256(vault.read(made.file.name)).hexdigest() == made.file.sha256


def test_a_weak_picture_is_a_try_and_stays_open(faulty, waiting, people, folder):
    faulty(Fault.LOW_SCORE)
    capturing.capture(waiting, FACE, by=people["operator"])
    step = recording.steps(waiting)[0]
    assert (step.weak, step.settled, step.tries, step.tries_left) == (True, False, 1, 2)
    assert kept(folder) == (1, 1, 1) and recording.next_position(waiting) == Position.FACE


def test_what_is_enough_and_how_many_tries_is_data(camera_gives, waiting, people):
    Parameter.objects.filter(pk="skor-rekam").update(value=95)
    Parameter.objects.filter(pk="percobaan-rekam").update(value=2)
    tried(waiting, people, 90, 94, camera_gives=camera_gives)
    step = recording.steps(waiting)[0]
    assert step.weak and step.tries_left == 0
    Parameter.objects.filter(pk="skor-rekam").update(value=94)
    assert recording.steps(waiting)[0].settled


def test_after_the_last_try_the_device_is_not_asked_again(camera_gives, waiting, people, folder, monkeypatch):
    tried(waiting, people, 5, 6, 7, camera_gives=camera_gives)
    monkeypatch.setattr(capturing, "from_device", lambda *_: pytest.fail("the device was asked"))
    with pytest.raises(Refused, match="Foto sudah dicoba 3 kali. Gambar terbaik tetap disimpan."):
        capturing.take(waiting, Position.FACE, tries=3, by=people["operator"])
    assert kept(folder) == (1, 1, 1)


def test_a_button_of_an_older_page_takes_no_further_try(camera_gives, waiting, people, folder):
    tried(waiting, people, 5, 6, camera_gives=camera_gives)
    with pytest.raises(WrongState, match="di halaman lain"):
        capturing.take(waiting, Position.FACE, tries=1, by=people["operator"])
    assert Capture.objects.get().scores == [5, 6] and kept(folder) == (1, 1, 1)


def test_a_try_that_was_overtaken_during_the_capture_leaves_nothing(camera_gives, waiting, people, folder, monkeypatch):
    tried(waiting, people, 5, camera_gives=camera_gives)
    scores = Capture.objects.filter(position=Position.FACE)
    meanwhile(monkeypatch, lambda: scores.update(scores=[5, 6]))
    with pytest.raises(WrongState, match="di halaman lain"):
        capturing.take(waiting, Position.FACE, tries=1, by=people["operator"])
    assert Capture.objects.get().scores == [5, 6] and kept(folder) == (1, 1, 1)


def test_one_finger_is_taken_again_without_the_other_nine(settings, waiting, people, folder):
    capturing.take(waiting, Position.RIGHT_THUMB, by=people["operator"])
    before = dict(Capture.objects.values_list("position", "file"))
    capturing.take(waiting, Position.LEFT_RING, tries=1, by=people["operator"])
    tries = {position: len(scores) for position, scores in Capture.objects.values_list("position", "scores")}
    assert tries == dict.fromkeys(map(str, FINGERS), 1) | {"left_ring": 2}
    after = dict(Capture.objects.values_list("position", "file"))
    assert {p for p in before if before[p] != after[p]} <= {"left_ring"} and kept(folder) == (10, 10, 10)


def test_a_retry_that_fails_leaves_the_picture_as_it_was(faulty, waiting, people, folder):
    capturing.take(waiting, Position.FACE, by=people["operator"])
    first = Capture.objects.get()
    faulty(Fault.BUSY)
    with pytest.raises(DeviceBusy):
        capturing.take(waiting, Position.FACE, tries=1, by=people["operator"])
    assert Capture.objects.get().scores == first.scores and kept(folder) == (1, 1, 1)


def test_the_row_of_the_worse_picture_goes_before_its_file(camera_gives, waiting, people, folder, monkeypatch):
    seen: list[int] = []
    remove = vault.remove

    def looked(name: str) -> None:
        seen.append(VaultFile.objects.filter(name=name).count())
        remove(name)

    monkeypatch.setattr(vault, "remove", looked)
    tried(waiting, people, 5, 60, 7, camera_gives=camera_gives)
    assert seen == [0, 0]


def test_where_the_power_fails_before_the_file_goes_the_row_is_gone_and_the_better_picture_stands(
    camera_gives, waiting, people, folder, monkeypatch
):
    def cut(name: str) -> None:
        raise OSError("power cut")

    tried(waiting, people, 5, camera_gives=camera_gives)
    monkeypatch.setattr(vault, "remove", cut)
    camera_gives(60)
    with pytest.raises(OSError, match="power cut"):
        capturing.take(waiting, Position.FACE, tries=1, by=people["operator"])
    made = Capture.objects.select_related("file").get()
    assert (made.score, made.scores) == (60, [5, 60]) and kept(folder) == (1, 1, 2)  # the third is swept
    assert vault.read(made.file.name)


def test_a_picture_of_another_device_replaces_one_that_cannot_be_compared(camera_gives, waiting, people):
    tried(waiting, people, 90, camera_gives=camera_gives)
    Capture.objects.update(algorithm="other 2")
    camera_gives(50)
    capturing.take(waiting, Position.FACE, tries=1, by=people["operator"])
    assert Capture.objects.get().score == 50


# -- partial --------------------------------------------------------------------------------------


def test_a_weak_picture_accepted_with_a_reason_settles_the_position(camera_gives, waiting, people, folder):
    tried(waiting, people, 5, 6, 7, camera_gives=camera_gives)
    outcomes.accept_partial(waiting, Position.FACE, " mutu rendah ", by=people["operator"])
    made = Capture.objects.get()
    assert (made.outcome, made.reason, made.score) == ("partial", "mutu rendah", 7) and made.file is not None
    assert recording.next_position(waiting) == Position.SIGNATURE


def test_a_partial_picture_that_is_taken_again_better_is_whole(camera_gives, waiting, people):
    tried(waiting, people, 5, camera_gives=camera_gives)
    outcomes.accept_partial(waiting, Position.FACE, "mutu rendah", by=people["operator"])
    camera_gives(4)
    capturing.take(waiting, Position.FACE, tries=1, by=people["operator"])
    assert Capture.objects.get().outcome == "partial"
    camera_gives(80)
    capturing.take(waiting, Position.FACE, tries=2, by=people["operator"])
    made = Capture.objects.get()
    assert (made.outcome, made.reason, made.scores) == ("captured", "", [5, 4, 80])


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_partial_picture_needs_a_reason(reason, camera_gives, waiting, people):
    tried(waiting, people, 5, camera_gives=camera_gives)
    with pytest.raises(Refused, match="Isi alasan"):
        outcomes.accept_partial(waiting, Position.FACE, reason, by=people["operator"])
    assert Capture.objects.get().outcome == "captured"


def test_a_position_without_a_picture_is_not_partial(waiting, people):
    with pytest.raises(WrongState, match="belum mempunyai gambar"):
        outcomes.accept_partial(waiting, Position.FACE, "mutu rendah", by=people["operator"])


def test_a_weak_picture_that_nobody_accepted_keeps_the_recording_open(faulty, waiting, people):
    faulty(Fault.LOW_SCORE)
    capturing.capture(waiting, FACE, by=people["operator"])
    capture_all(waiting, people["operator"])
    with pytest.raises(Refused, match="1 posisi lagi, berikutnya Foto"):
        lifecycle.record(waiting, by=people["operator"])


def test_an_exception_is_taken_back_and_the_position_captured(waiting, people):
    outcomes.exempt(waiting, Position.SIGNATURE, "salah tekan", by=people["operator"])
    outcomes.reopen(waiting, Position.SIGNATURE, by=people["operator"])
    capturing.take(waiting, Position.SIGNATURE, by=people["operator"])
    assert Capture.objects.get().outcome == "captured"
    with pytest.raises(WrongState):
        outcomes.reopen(waiting, Position.SIGNATURE, by=people["operator"])


# -- a resident is recorded once -------------------------------------------------------------------


def test_nothing_is_taken_of_a_resident_with_a_living_recording(waiting, people, folder, monkeypatch):
    monkeypatch.setattr(capturing, "from_device", lambda *_: pytest.fail("the device was asked"))
    by = people["operator"]
    Recording.objects.create(resident=waiting.resident, application=waiting, recorded_at=timezone.now(), recorded_by=by)
    for act in (
        lambda: capturing.take(waiting, Position.FACE, by=by),
        lambda: capturing.take(waiting, Position.FACE, tries=1, by=by),
        lambda: outcomes.exempt(waiting, Position.LEFT_IRIS, "tidak dapat", by=by),
        lambda: outcomes.accept_partial(waiting, Position.FACE, "rendah", by=by),
        lambda: outcomes.reopen(waiting, Position.LEFT_IRIS, by=by),
        lambda: confirming.confirm(waiting, by=by, means="sheet"),
        lambda: confirming.confirm(waiting, by=by, means="screen"),
    ):
        with pytest.raises(WrongState, match="sudah pernah direkam; perekaman hanya satu kali"):
            act()
    capture_all(waiting, by)
    with pytest.raises(WrongState, match="sudah pernah direkam"):
        lifecycle.record(waiting, by=by)
    assert kept(folder)[1:] == (0, 0) and Recording.objects.count() == 1


# -- the resident confirms the data ----------------------------------------------------------------


@pytest.fixture
def settled(waiting: Application, people: Any) -> Application:
    """All positions are settled, the data is not confirmed yet."""
    capture_all(waiting, people["operator"])
    waiting.confirmations.all().delete()
    return waiting


def test_without_a_confirmation_the_recording_is_not_finished(settled, people):
    with pytest.raises(Refused, match="belum mencocokkan"):
        lifecycle.record(settled, by=people["operator"])
    confirming.confirm(settled, by=people["operator"], means="sheet")
    done = lifecycle.record(settled, by=people["operator"])
    assert done.entries.latest("seq").facts["confirmation"] == settled.confirmations.get().pk


@pytest.mark.parametrize("change", [{"name": "Lain"}, {"birth_place": "Malang"}, {"birth_date": date(1990, 3, 16)}])
def test_a_confirmation_counts_for_what_was_read(change, settled, people):
    confirming.confirm(settled, by=people["operator"], means="sheet")
    Resident.objects.filter(pk=settled.resident_id).update(**change)
    with pytest.raises(Refused, match="Data berubah setelah dicocokkan"):
        lifecycle.record(settled, by=people["operator"])
    confirming.confirm(settled, by=people["operator"], means="sheet")
    assert lifecycle.record(settled, by=people["operator"]).state == "awaiting_central"


def test_a_page_that_showed_other_data_confirms_nothing(settled, people, folder):
    seen = recording.shown(settled.resident)
    Resident.objects.filter(pk=settled.resident_id).update(name="Lain")
    for means in ("sheet", "screen"):
        with pytest.raises(WrongState, match="Data berubah sejak halaman ini dibuka"):
            confirming.confirm(settled, by=people["operator"], means=means, shown=seen)
    assert not DataConfirmation.objects.exists() and kept(folder)[1:] == (0, 0)


def test_a_signature_on_the_pad_lies_in_the_vault(settled, people, folder):
    made = confirming.confirm(settled, by=people["operator"], means="screen", shown=recording.shown(settled.resident))
    assert made.file and made.file.purpose == "confirmation" and vault.read(made.file.name)
    assert (made.name, made.birth_place) == (settled.resident.name, settled.resident.birth_place)


def test_data_is_confirmed_once(settled, people, folder):
    for _ in range(2):
        with contextlib.suppress(WrongState):
            confirming.confirm(settled, by=people["operator"], means="screen")
    assert DataConfirmation.objects.count() == 1 and kept(folder)[1:] == (1, 1)


def test_data_is_not_confirmed_while_a_position_is_open(waiting, people):
    with pytest.raises(Refused, match="belum lengkap"):
        confirming.confirm(waiting, by=people["operator"], means="sheet")


def test_a_signature_pad_that_fails_confirms_nothing(settings, settled, people, folder):
    pad = settings.DEVICES["signature"]
    settings.DEVICES = settings.DEVICES | {"signature": pad | {"OPTIONS": pad["OPTIONS"] | {"fault": "busy"}}}
    with pytest.raises(DeviceBusy):
        confirming.confirm(settled, by=people["operator"], means="screen")
    assert not DataConfirmation.objects.exists() and kept(folder)[1:] == (0, 0)


@pytest.mark.parametrize("who", ["counter", "section_head", "admin"])
def test_only_the_operator_has_the_data_confirmed(who, settled, people):
    for means in ("sheet", "screen"):
        with pytest.raises(NotAllowed):
            confirming.confirm(settled, by=people[who], means=means)


# -- recorded at the SIAK station --------------------------------------------------------------------


@pytest.fixture
def at_siak(db: None) -> None:
    Office.objects.update(recording_at="siak")


def all_of_them(**different: outcomes.Noted) -> dict[Position, outcomes.Noted]:
    return {position: different.get(position, outcomes.Noted()) for position in RECORDING_ORDER}


@pytest.mark.usefixtures("at_siak")
def test_at_siak_outcomes_are_noted_without_a_picture(waiting, people, folder):
    noted = all_of_them(left_iris=outcomes.Noted("exception", "Tunanetra"), left_ring=outcomes.Noted("partial", "aus"))
    outcomes.note_at_station(waiting, noted, by=people["operator"])
    assert kept(folder) == (14, 0, 0)
    assert set(Capture.objects.values_list("station", flat=True)) == {"siak"}
    assert dict(Capture.objects.exclude(reason="").values_list("position", "outcome")) == {
        "left_iris": "exception", "left_ring": "partial"
    }
    confirming.confirm(waiting, by=people["operator"], means="sheet")
    assert lifecycle.record(waiting, by=people["operator"]).state == "awaiting_central"


@pytest.mark.usefixtures("at_siak")
def test_at_siak_a_mistake_is_noted_again(waiting, people):
    outcomes.note_at_station(waiting, all_of_them(), by=people["operator"])
    noted = all_of_them(left_iris=outcomes.Noted("exception", "Tunanetra"))
    outcomes.note_at_station(waiting, noted, by=people["operator"])
    assert Capture.objects.count() == 14 and Capture.objects.get(outcome="exception").position == "left_iris"


@pytest.mark.usefixtures("at_siak")
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"face": outcomes.Noted("exception", "tidak dapat")}, "tanpa foto tidak ada KTP"),
        ({"left_iris": outcomes.Noted("exception")}, "Iris kiri: isi alasan"),
        ({"left_iris": outcomes.Noted("captured", "alasan")}, "Iris kiri: isi alasan"),
    ],
)
def test_at_siak_what_cannot_be_is_refused_and_nothing_is_noted(wrong, sentence, waiting, people):
    with pytest.raises(Refused, match=sentence):
        outcomes.note_at_station(waiting, all_of_them(**wrong), by=people["operator"])
    assert not Capture.objects.exists()


@pytest.mark.usefixtures("at_siak")
def test_at_siak_no_device_is_asked(waiting, people, monkeypatch):
    monkeypatch.setattr(registry, "driver_for", lambda _: pytest.fail("a device was asked"))
    for act in (
        lambda: capturing.take(waiting, Position.FACE, by=people["operator"]),
        lambda: confirming.confirm(waiting, by=people["operator"], means="screen"),
        lambda: outcomes.exempt(waiting, Position.LEFT_IRIS, "tidak dapat", by=people["operator"]),
    ):
        with pytest.raises(Refused, match="stasiun SIAK"):
            act()


def test_an_office_with_devices_notes_no_outcomes_without_them(waiting, people):
    with pytest.raises(Refused, match="dengan perangkat sendiri"):
        outcomes.note_at_station(waiting, all_of_them(), by=people["operator"])


def test_pictures_taken_before_the_office_changed_its_station_stay(waiting, people, folder):
    capturing.take(waiting, Position.FACE, by=people["operator"])
    Office.objects.update(recording_at="siak")
    with pytest.raises(WrongState):
        outcomes.note_at_station(waiting, all_of_them(), by=people["operator"])
    rest = {position: each for position, each in all_of_them().items() if position != Position.FACE}
    outcomes.note_at_station(waiting, rest, by=people["operator"])
    assert kept(folder) == (14, 1, 1) and recording.next_position(waiting) is None
