"""`/perekaman/`: positions one after the other, exceptions with a reason, devices that fail, pictures kept close."""

from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from applications import capturing, lifecycle
from applications.models import Application, Capture, Recording
from applications.states import State
from devices.capture import LABELS, RECORDING_ORDER, Modality, Position, modality_of
from office.models import Read, VaultFile
from tests.factories import application_in, capture_all
from tests.pages import text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
SIMULATED = "devices.backends.simulated.SimulatedDriver"


@pytest.fixture
def operator(client_of: Browser) -> Client:
    return client_of("operator")


@pytest.fixture
def waiting(people: People) -> Application:
    return application_in(State.AWAITING_RECORDING, people)


def address(name: str, application: Application, *more: str) -> str:
    return reverse(f"applications:recording-{name}", args=[application.slug, *more])


def take(client: Client, application: Application, position: str) -> Any:
    return client.post(address("take", application, position))


def exempt(client: Client, application: Application, position: str, reason: str) -> Any:
    return client.post(address("exempt", application), {"position": position, "reason": reason})


def faulty(fault: str) -> Any:
    """Every device plays the same fault."""
    modalities = {modality_of(position) for position in RECORDING_ORDER}
    return override_settings(
        DEVICES={
            str(each): {"BACKEND": SIMULATED, "OPTIONS": {"modality": str(each), "fault": fault}}
            for each in modalities
        }
    )


def sealed_files() -> set[FilePath]:
    return {path for path in FilePath(settings.VAULT_DIR).rglob("*") if path.is_file()}


# -- taking --------------------------------------------------------------------------------------


def test_station_lists_every_position_and_offers_the_first(waiting: Application, operator: Client) -> None:
    text = text_of(operator.get(address("station", waiting)))
    assert all(LABELS[position] in text for position in RECORDING_ORDER)
    assert f'action="{address("take", waiting, RECORDING_ORDER[0])}"' in text
    assert "Rekam foto" in text


def test_a_press_takes_the_position_and_comes_back_to_the_station(waiting: Application, operator: Client) -> None:
    response = take(operator, waiting, Position.FACE)
    assert response["Location"] == address("station", waiting)
    capture = Capture.objects.get()
    assert capture.position == Position.FACE and capture.file is not None and capture.score is not None
    assert f'src="{address("picture", waiting, "face")}"' in text_of(operator.get(address("station", waiting)))


def test_ten_fingers_are_taken_with_one_press(waiting: Application, operator: Client) -> None:
    fingers = [position for position in RECORDING_ORDER if modality_of(position) is Modality.FINGER]
    take(operator, waiting, fingers[0])
    assert set(waiting.captures.values_list("position", flat=True)) == set(fingers)


def test_a_whole_recording_by_presses_ends_at_the_centre(waiting: Application, operator: Client) -> None:
    for position in RECORDING_ORDER:
        if not waiting.captures.filter(position=position).exists():
            take(operator, waiting, position)
    assert "Semua posisi sudah ada." in text_of(operator.get(address("station", waiting)))
    url = reverse("applications:dossier-move", args=[waiting.slug, "record"]) + "?dari=recording"
    response = operator.post(url, {"version": str(waiting.version)})
    assert "Direkam. Sekarang “Terekam, menunggu pusat”" in told(response)
    recording = Recording.objects.get()
    assert recording.captures.count() == len(RECORDING_ORDER)
    assert VaultFile.objects.count() == len(RECORDING_ORDER)


def test_an_unfinished_recording_is_not_closed(waiting: Application, operator: Client) -> None:
    take(operator, waiting, Position.FACE)
    url = reverse("applications:dossier-move", args=[waiting.slug, "record"])
    assert "Perekaman belum lengkap" in told(operator.post(url, {"version": str(waiting.version)}))
    waiting.refresh_from_db()
    assert waiting.state == State.AWAITING_RECORDING


def test_a_position_taken_already_is_not_replaced(waiting: Application, operator: Client) -> None:
    take(operator, waiting, Position.FACE)
    first = Capture.objects.get().file_id
    response = take(operator, waiting, Position.FACE)
    assert told(response).endswith("Posisi ini sudah direkam. Tidak ada yang diganti.")
    assert Capture.objects.get().file_id == first


def test_a_file_that_moved_on_is_not_recorded(people: People, operator: Client) -> None:
    application = application_in(State.SUBMITTED, people)
    response = take(operator, application, Position.FACE)
    assert "tidak lagi menunggu perekaman. Tidak ada yang disimpan." in told(response)
    assert not Capture.objects.exists() and not VaultFile.objects.exists()


def test_a_position_that_does_not_exist_is_not_found(waiting: Application, operator: Client) -> None:
    assert take(operator, waiting, "toe").status_code == 404
    assert exempt(operator, waiting, "toe", "tidak ada").status_code == 404


# -- exceptions ----------------------------------------------------------------------------------


def test_a_position_that_cannot_be_taken_is_noted_with_its_reason(waiting: Application, operator: Client) -> None:
    exempt(operator, waiting, Position.LEFT_RING, "  luka bakar ")
    assert Capture.objects.get().exception_reason == "luka bakar"
    assert "tidak dapat: luka bakar" in text_of(operator.get(address("station", waiting)))


@pytest.mark.parametrize("reason", ["", "   "])
def test_an_exception_without_a_reason_is_refused(reason: str, waiting: Application, operator: Client) -> None:
    assert "Isi alasan" in told(exempt(operator, waiting, Position.FACE, reason))
    assert not Capture.objects.exists()


def test_a_position_is_captured_or_excepted_never_both(waiting: Application, operator: Client) -> None:
    take(operator, waiting, Position.SIGNATURE)
    assert "Posisi ini sudah direkam." in told(exempt(operator, waiting, Position.SIGNATURE, "luka"))
    assert Capture.objects.count() == 1


# -- devices that fail ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("unplugged", "Perangkat tidak tersambung. Periksa kabel dan daya perangkat"),
        ("busy", "Perangkat sedang dipakai."),
        ("timeout", "Waktu perekaman habis."),
        ("low_score", "Tidak ada yang tersimpan dari percobaan ini."),
        ("garbage", "Tidak ada yang tersimpan dari percobaan ini."),
    ],
)
def test_a_device_that_fails_says_what_to_do_and_nothing_is_half_stored(
    fault: str, sentence: str, waiting: Application, operator: Client
) -> None:
    before = sealed_files()
    with faulty(fault):
        response = take(operator, waiting, Position.RIGHT_THUMB)
    assert response["Location"] == address("station", waiting)
    assert sentence in told(response)
    assert not Capture.objects.exists() and not VaultFile.objects.exists()
    assert sealed_files() == before
    assert operator.get(address("station", waiting)).status_code == 200


def test_after_a_fault_the_same_press_works(waiting: Application, operator: Client) -> None:
    with faulty("unplugged"):
        take(operator, waiting, Position.FACE)
    take(operator, waiting, Position.FACE)
    assert Capture.objects.count() == 1


def test_an_office_without_the_device_is_told_so(waiting: Application, operator: Client) -> None:
    with override_settings(DEVICES={}):
        assert "belum dipasang" in told(take(operator, waiting, Position.FACE))
    assert not Capture.objects.exists()


# -- pictures ------------------------------------------------------------------------------------


@pytest.fixture
def pictured(waiting: Application, people: People) -> Application:
    capturing.capture(waiting, (Position.FACE,), by=people["operator"])
    return waiting


def finished(application: Application, people: People) -> Application:
    capture_all(application, people["operator"])
    return lifecycle.record(application, by=people["operator"])


def test_a_picture_comes_out_of_the_vault_as_it_was_taken(pictured: Application, operator: Client) -> None:
    response = operator.get(address("picture", pictured, "face"))
    magic = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG"}
    assert response.content.startswith(magic[response["Content-Type"]])
    assert response["Cache-Control"] == "no-store"


def test_who_looks_at_a_picture_is_written_down(pictured: Application, people: People, operator: Client) -> None:
    operator.get(address("picture", pictured, "face"))
    read = Read.objects.get()
    assert (read.what, read.subject, read.by_id) == (
        "capture", f"resident:{pictured.resident_id}", people["operator"].pk
    )


def test_after_the_recording_the_operator_sees_no_picture_and_the_section_head_does(
    pictured: Application, people: People, operator: Client, client_of: Browser
) -> None:
    finished(pictured, people)
    url = address("picture", pictured, "face")
    refused = operator.get(url)
    assert refused.status_code == 403
    assert "Perekaman sudah selesai; gambarnya tidak ditampilkan lagi." in text_of(refused)
    assert client_of("section_head").get(url).status_code == 200
    assert Read.objects.filter(by=people["operator"]).count() == 0


def test_the_pictures_of_a_superseded_recording_stay_hidden_from_the_operator(
    pictured: Application, people: People, operator: Client
) -> None:
    recorded = finished(pictured, people)
    lifecycle.allow_rerecord(recorded, by=people["section_head"], reason="penghapusan terlihat")
    assert operator.get(address("picture", pictured, "face")).status_code in (403, 404)
    assert "capture-empty" in text_of(operator.get(address("station", pictured)))


def test_an_excepted_position_has_no_picture(waiting: Application, people: People, operator: Client) -> None:
    capture_all(waiting, people["operator"])
    assert operator.get(address("picture", waiting, "face")).status_code == 404


def test_a_picture_of_another_file_is_not_found(pictured: Application, people: People, operator: Client) -> None:
    other = application_in(State.AWAITING_RECORDING, people)
    assert operator.get(address("picture", other, "face")).status_code == 404


# -- coming and going ----------------------------------------------------------------------------


def test_a_person_who_went_home_is_noted_and_comes_back(waiting: Application, operator: Client) -> None:
    def press(name: str) -> None:
        waiting.refresh_from_db()
        url = reverse("applications:dossier-move", args=[waiting.slug, name]) + "?dari=recording"
        assert operator.post(url, {"version": str(waiting.version)})["Location"] == address("station", waiting)

    press("left")
    assert "Pemohon dicatat pulang." in text_of(operator.get(address("station", waiting)))
    press("came_back")
    assert "Pemohon dicatat pulang." not in text_of(operator.get(address("station", waiting)))
    waiting.refresh_from_db()
    assert waiting.waits_in_room


# -- the centre ----------------------------------------------------------------------------------


def test_a_file_that_waits_for_the_centre_says_to_look_at_the_status(people: People, operator: Client) -> None:
    application = application_in(State.AWAITING_CENTRAL, people)
    assert "Lihat status di SIAK" in text_of(operator.get(address("station", application)))


def test_a_noted_status_is_shown_with_its_task(people: People, operator: Client) -> None:
    application = application_in(State.AWAITING_CENTRAL, people)
    url = reverse("applications:dossier-move", args=[application.slug, "note_status"]) + "?dari=recording"
    sent = {"version": str(application.version), "status": "DUPLICATE_RECORD", "seen_at": "2026-01-05T09:00"}
    operator.post(url, sent)
    text = text_of(operator.get(address("station", application)))
    assert "DUPLICATE RECORD" in text and "Laporkan ke Disdukcapil" in text


def test_a_good_status_sends_the_file_to_the_printer(people: People, operator: Client) -> None:
    application = application_in(State.AWAITING_CENTRAL, people)
    url = reverse("applications:dossier-move", args=[application.slug, "note_status"]) + "?dari=recording"
    sent = {"version": str(application.version), "status": "PRINT_READY_RECORD", "seen_at": "2026-01-05T09:00"}
    response = operator.post(url, sent)
    application.refresh_from_db()
    assert application.state == State.READY_TO_PRINT
    assert response["Location"] == "/perekaman/"
