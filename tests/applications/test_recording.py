"""`/perekaman/`: positions one after the other, exceptions with a reason, devices that fail, pictures kept close."""

from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import capturing, lifecycle
from applications.models import Application, Capture, Recording, Resident
from applications.states import State
from devices.capture import LABELS, RECORDING_ORDER, Modality, Position, modality_of
from office.models import Office, Read, Station, VaultFile
from tests.factories import ROLES, Path, application_in, capture_all, make_resident
from tests.pages import fields_of, pdf_pages, pdf_text, text_of, told

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


def take_again(client: Client, application: Application, position: str, number: int) -> Any:
    return client.post(f"{address('take', application, position)}?ke={number}")


def confirm(client: Client, application: Application, means: str) -> Any:
    """As the page of the confirmation sends it."""
    url = address("confirm", application)
    return client.post(url, fields_of(client.get(url)) | {"cara": means})


def faulty(fault: str) -> Any:
    """Every device plays the same fault."""
    return devices(fault=fault)


def devices(**options: Any) -> Any:
    """Every device is made with these options."""
    modalities = {modality_of(position) for position in RECORDING_ORDER}
    return override_settings(
        DEVICES={
            str(each): {"BACKEND": SIMULATED, "OPTIONS": {"modality": str(each), **options}} for each in modalities
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
    confirm(operator, waiting, "screen")
    url = reverse("applications:dossier-move", args=[waiting.slug, "record"]) + "?dari=recording"
    response = operator.post(url, {"version": str(waiting.version)})
    assert "Direkam. Sekarang “Terekam, menunggu pusat”" in told(response)
    recording = Recording.objects.get()
    assert recording.captures.count() == len(RECORDING_ORDER)
    assert VaultFile.objects.filter(purpose="capture").count() == len(RECORDING_ORDER)


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
    assert Capture.objects.get().reason == "luka bakar"
    assert Capture.objects.get().outcome == "exception"
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


# -- tries ---------------------------------------------------------------------------------------


def test_a_weak_picture_stays_open_and_the_page_says_what_to_do(waiting: Application, operator: Client) -> None:
    with devices(low_first=1):
        take(operator, waiting, Position.FACE)
        text = text_of(operator.get(address("station", waiting)))
    assert "Nilai 5</strong>, cukup mulai 40. Percobaan 1 dari 3." in text
    assert "Bersihkan perangkat dan bagian tubuh itu, lalu ulangi." in text
    assert f'action="{address("take", waiting, "face")}?ke=2"' in text and "Ulangi foto" in text


def test_three_tries_keep_the_best_and_end_with_a_choice(waiting: Application, operator: Client) -> None:
    with devices(low_first=3):
        take(operator, waiting, Position.FACE)
        assert "percobaan ke-2: nilai 10, dipakai." in told(take_again(operator, waiting, Position.FACE, 2))
        take_again(operator, waiting, Position.FACE, 3)
        refused = take_again(operator, waiting, Position.FACE, 4)
    assert "Foto sudah dicoba 3 kali." in told(refused)
    text = text_of(operator.get(address("station", waiting)))
    assert "Sudah dicoba 3 kali" in text and 'form="accept-partial"' in text and "Ulangi foto" not in text
    sent = {"position": "face", "reason": "Mutu tetap rendah setelah diulang"}
    operator.post(address("partial", waiting), sent)
    made = Capture.objects.get()
    assert (made.outcome, made.score, made.scores) == ("partial", 15, [5, 10, 15])
    assert "sebagian: Mutu tetap rendah" in text_of(operator.get(address("station", waiting)))


def test_a_worse_try_is_told_and_not_kept(waiting: Application, operator: Client) -> None:
    with devices(score=90):
        take(operator, waiting, Position.FACE)
    with devices(score=50):
        said = told(take_again(operator, waiting, Position.FACE, 2))
    assert said == "Foto, percobaan ke-2: nilai 50, tidak lebih baik; gambar dengan nilai 90 tetap dipakai."
    with devices(score=90):
        assert "tidak lebih baik" in told(take_again(operator, waiting, Position.FACE, 3))


def test_the_button_of_a_try_pressed_twice_takes_one_try(waiting: Application, operator: Client) -> None:
    with devices(low_first=3):
        take(operator, waiting, Position.FACE)
        take_again(operator, waiting, Position.FACE, 2)
        assert "di halaman lain" in told(take_again(operator, waiting, Position.FACE, 2))
    assert Capture.objects.get().scores == [5, 10]


def test_one_finger_of_ten_can_be_chosen_and_taken_again(waiting: Application, operator: Client) -> None:
    take(operator, waiting, Position.RIGHT_THUMB)
    text = text_of(operator.get(address("station", waiting) + "?posisi=left_ring"))
    assert f'action="{address("take", waiting, "left_ring")}?ke=2"' in text
    take_again(operator, waiting, Position.LEFT_RING, 2)
    counted = {each.position: len(each.scores) for each in waiting.captures.all()}
    assert counted.pop("left_ring") == 2 and set(counted.values()) == {1}


@pytest.mark.parametrize("asked", ["?posisi=toe", "?posisi=", "?posisi=exception_photo"])
def test_an_unknown_position_in_the_address_shows_the_next_one(
    asked: str, waiting: Application, operator: Client
) -> None:
    assert '<h2 id="now">Foto</h2>' in text_of(operator.get(address("station", waiting) + asked))


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "99999999", "²"])
def test_a_try_that_is_no_number_is_the_first(number: str, waiting: Application, operator: Client) -> None:
    assert operator.post(f"{address('take', waiting, 'face')}?ke={number}").status_code == 302
    assert Capture.objects.get().scores != []


def test_an_exception_taken_by_mistake_is_taken_back(waiting: Application, operator: Client) -> None:
    exempt(operator, waiting, Position.LEFT_RING, "salah")
    page = operator.get(address("station", waiting) + "?posisi=left_ring")
    assert "Batalkan pengecualian" in text_of(page)
    operator.post(address("reopen", waiting), {"position": "left_ring"})
    assert not Capture.objects.exists()
    assert "bukan" not in told(page) and "tidak berupa pengecualian" in told(
        operator.post(address("reopen", waiting), {"position": "left_ring"})
    )


# -- interrupted and taken up --------------------------------------------------------------------


def test_after_sign_out_the_recording_goes_on_at_the_same_position(
    waiting: Application, operator: Client, client_of: Browser
) -> None:
    take(operator, waiting, Position.FACE)
    operator.post(reverse("accounts:sign-out"))
    text = text_of(client_of("operator").get(address("station", waiting)))
    assert '<h2 id="now">Tanda tangan</h2>' in text and "Rekam tanda tangan" in text


def test_after_the_power_failed_between_vault_and_row_the_same_position_is_next(
    waiting: Application, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(operator, waiting, Position.FACE)
    operator.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(capturing, "vault_row", lambda *_: 1 / 0)
        assert take(operator, waiting, Position.SIGNATURE).status_code == 500
    assert '<h2 id="now">Tanda tangan</h2>' in text_of(operator.get(address("station", waiting)))
    take(operator, waiting, Position.SIGNATURE)
    assert set(waiting.captures.values_list("position", flat=True)) == {"face", "signature"}


def test_a_file_sent_back_for_its_data_keeps_its_pictures(
    people: People, waiting: Application, operator: Client
) -> None:
    take(operator, waiting, Position.FACE)
    lifecycle.send_back(waiting, by=people["operator"], reason="nama salah")
    lifecycle.validate(waiting, by=people["section_head"])
    assert '<h2 id="now">Tanda tangan</h2>' in text_of(operator.get(address("station", waiting)))


# -- the resident confirms the data ---------------------------------------------------------------


@pytest.fixture
def settled(waiting: Application, people: People) -> Application:
    """Every position is settled, with a signature; the data is not confirmed."""
    capture_all(waiting, people["operator"])
    waiting.captures.filter(position=Position.SIGNATURE).update(outcome="captured", reason="", station=Station.SIAK)
    waiting.confirmations.all().delete()
    return waiting


def test_when_all_positions_are_there_the_data_is_next(settled: Application, operator: Client) -> None:
    text = text_of(operator.get(address("station", settled)))
    assert "Semua posisi sudah ada." in text and f'href="{address("confirm", settled)}"' in text
    assert "Selesai merekam" not in text


def test_the_page_of_the_confirmation_shows_the_data_and_no_picture(settled: Application, operator: Client) -> None:
    text = text_of(operator.get(address("confirm", settled)))
    person = settled.resident
    assert person.name in text and person.birth_place in text and "15 Maret 1990" in text
    assert "<img" not in text.split("<main")[1] and person.nik not in text and "Selesai merekam" not in text
    assert f"/permohonan/{settled.slug}/send_back/?dari=recording" in text


def test_the_confirmation_waits_for_the_last_position(waiting: Application, operator: Client) -> None:
    response = operator.get(address("confirm", waiting))
    assert response["Location"] == address("station", waiting) and "belum lengkap" in told(response)


@pytest.mark.parametrize("means", ["screen", "sheet"])
def test_after_the_signature_the_recording_can_be_finished(
    means: str, settled: Application, operator: Client
) -> None:
    assert confirm(operator, settled, means)["Location"] == address("confirm", settled)
    made = settled.confirmations.get()
    assert made.means == means and (made.file is not None) == (means == "screen")
    assert "Selesai merekam" in text_of(operator.get(address("confirm", settled)))


def test_data_corrected_meanwhile_is_read_again(settled: Application, operator: Client) -> None:
    page = fields_of(operator.get(address("confirm", settled)))
    Resident.objects.filter(pk=settled.resident_id).update(name="Nama Baru")
    response = operator.post(address("confirm", settled), page | {"cara": "sheet"})
    assert "Data berubah sejak halaman ini dibuka." in told(response) and not settled.confirmations.exists()


def test_data_corrected_after_the_signature_stops_the_end(settled: Application, operator: Client) -> None:
    confirm(operator, settled, "sheet")
    Resident.objects.filter(pk=settled.resident_id).update(name="Nama Baru")
    url = reverse("applications:dossier-move", args=[settled.slug, "record"])
    assert "Data berubah setelah dicocokkan." in told(operator.post(url, {"version": str(settled.version)}))
    assert not Recording.objects.exists()


def test_a_direct_post_without_what_was_shown_confirms_nothing(settled: Application, operator: Client) -> None:
    assert "Data berubah" in told(operator.post(address("confirm", settled), {"cara": "sheet"}))
    assert not settled.confirmations.exists()


def test_without_a_pad_the_sheet_is_what_is_offered(settled: Application, operator: Client) -> None:
    with override_settings(DEVICES={}):
        text = text_of(operator.get(address("confirm", settled)))
        assert "tanda tangan di papan" not in text and "Lembar sudah ditandatangani" in text
        assert "Papan tanda tangan belum dipasang." in told(confirm(operator, settled, "screen"))
    assert not settled.confirmations.exists()


def test_a_pad_that_fails_says_what_to_do(settled: Application, operator: Client) -> None:
    with faulty("busy"):
        assert "Perangkat sedang dipakai." in told(confirm(operator, settled, "screen"))
    assert not settled.confirmations.exists() and not VaultFile.objects.exists()


def test_the_sheet_says_the_data_and_asks_for_a_signature(waiting: Application, operator: Client) -> None:
    response = operator.get(address("sheet", waiting))
    text = pdf_text(response)
    for words in (waiting.number, waiting.resident.name, "Lumajang", "15 Maret 1990", "Data ini benar,", "Operator"):
        assert words in text
    assert waiting.resident.nik not in text and len(pdf_pages(response)) == 1


# -- recorded at the SIAK station -------------------------------------------------------------------


@pytest.fixture
def at_siak(db: None) -> None:
    Office.objects.update(recording_at="siak")


@pytest.mark.usefixtures("at_siak")
def test_at_siak_one_press_notes_that_all_is_recorded(waiting: Application, operator: Client) -> None:
    page = operator.get(address("station", waiting))
    assert "Hasil di stasiun SIAK" in text_of(page) and "Rekam foto" not in text_of(page)
    response = operator.post(address("note", waiting), fields_of(page))
    assert response["Location"] == address("confirm", waiting)
    assert list(waiting.captures.values_list("outcome", "station").distinct()) == [("captured", "siak")]
    text = text_of(operator.get(address("confirm", waiting)))
    assert "tanda tangan di papan" not in text and "Lembar sudah ditandatangani" in text
    confirm(operator, waiting, "sheet")
    url = reverse("applications:dossier-move", args=[waiting.slug, "record"])
    operator.post(url, {"version": str(waiting.version)})
    waiting.refresh_from_db()
    assert waiting.state == State.AWAITING_CENTRAL and Recording.objects.get().captures.count() == 14


@pytest.mark.usefixtures("at_siak")
@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"hasil-left_iris": "exception"}, "Alasan Iris kiri: Isi alasannya."),
        ({"hasil-left_iris": "partial", "alasan-left_iris": "  "}, "Alasan Iris kiri: Isi alasannya."),
        ({"hasil-face": "exception", "alasan-face": "tidak mau"}, "tanpa foto tidak ada KTP"),
        ({"hasil-face": "lengkap"}, "Foto: Pilih hasilnya."),
        ({"hasil-face": ""}, "Foto: Pilih hasilnya."),
        ({"hasil-left_iris": "exception", "alasan-left_iris": "x" * 121}, "Paling banyak 120 huruf."),
    ],
)
def test_at_siak_a_wrong_form_is_told_and_what_was_typed_stays(
    sent: dict[str, str], sentence: str, waiting: Application, operator: Client
) -> None:
    page = fields_of(operator.get(address("station", waiting)))
    answer = operator.post(address("note", waiting), page | {"alasan-right_ring": "bekas luka"} | sent)
    text = text_of(answer)
    assert answer.status_code == 200 and sentence in text
    assert 'value="bekas luka"' in text and not Capture.objects.exists()


@pytest.mark.usefixtures("at_siak")
def test_at_siak_what_could_not_be_recorded_has_its_reason(waiting: Application, operator: Client) -> None:
    page = fields_of(operator.get(address("station", waiting)))
    different = {"hasil-left_iris": "exception", "alasan-left_iris": "Tunanetra"}
    operator.post(address("note", waiting), page | different)
    assert waiting.captures.get(outcome="exception").reason == "Tunanetra"
    assert 'value="Tunanetra"' in text_of(operator.get(address("station", waiting)))


def test_at_siak_a_weak_picture_taken_before_is_accepted_there(waiting: Application, operator: Client) -> None:
    with devices(low_first=1):
        take(operator, waiting, Position.FACE)
    Office.objects.update(recording_at="siak")
    page = operator.get(address("station", waiting))
    assert "hasil-face" not in text_of(page) and 'form="outcomes"' in text_of(page)
    assert operator.post(address("note", waiting), fields_of(page))["Location"] == address("confirm", waiting)
    text = text_of(operator.get(address("station", waiting)))
    assert 'form="accept-partial"' in text and "Ulangi foto" not in text
    operator.post(address("partial", waiting), {"position": "face", "reason": "Mutu rendah"})
    assert "Semua posisi sudah ada." in text_of(operator.get(address("station", waiting)))


@pytest.mark.usefixtures("at_siak")
def test_at_siak_no_device_is_asked_by_a_direct_post(waiting: Application, operator: Client) -> None:
    for response in (take(operator, waiting, Position.FACE), exempt(operator, waiting, Position.LEFT_IRIS, "x")):
        assert "Kantor ini merekam di stasiun SIAK." in told(response)
    assert not Capture.objects.exists()


def test_an_office_without_devices_is_told_plainly_what_to_do(waiting: Application, operator: Client) -> None:
    with override_settings(DEVICES={}):
        text = text_of(operator.get(address("station", waiting)))
    assert "Belum dipasang: kamera, papan tanda tangan, pemindai sidik jari, pemindai iris." in text
    assert "minta Administrator memilihnya di Pengaturan" in text
    assert "Belum dipasang" not in text_of(operator.get(address("station", waiting)))


# -- a resident is recorded once --------------------------------------------------------------------


def posts(application: Application) -> list[tuple[str, dict[str, str]]]:
    """Every address that changes a recording, with what its button sends."""
    return [
        (address("take", application, "face"), {}),
        (address("take", application, "face") + "?ke=2", {}),
        (address("exempt", application), {"position": "left_iris", "reason": "x"}),
        (address("partial", application), {"position": "face", "reason": "x"}),
        (address("reopen", application), {"position": "left_iris"}),
        (address("note", application), {}),
        (address("confirm", application), {"cara": "screen"}),
        (address("confirm", application), {"cara": "sheet"}),
        (reverse("applications:dossier-move", args=[application.slug, "record"]), {}),
    ]


@pytest.mark.parametrize("at", ["here", "siak"])
def test_a_resident_who_is_recorded_cannot_be_recorded_by_a_direct_post(
    at: str, people: People, operator: Client
) -> None:
    Office.objects.update(recording_at=at)
    recorded = application_in(State.AWAITING_CENTRAL, people)
    before = list(Capture.objects.order_by("pk").values())
    for url, sent in posts(recorded):
        assert operator.post(url, sent).status_code == 302, url
    assert list(Capture.objects.order_by("pk").values()) == before
    assert Recording.objects.count() == 1 and not VaultFile.objects.exists()


def test_a_living_recording_stops_every_post_even_where_the_file_still_waits(
    people: People, waiting: Application, operator: Client
) -> None:
    Recording.objects.create(
        resident=waiting.resident, application=waiting, recorded_at=timezone.now(), recorded_by=people["operator"]
    )
    said = [told(operator.post(url, sent)) for url, sent in posts(waiting)]
    assert not Capture.objects.exists() and not VaultFile.objects.exists()
    assert sum("sudah pernah direkam" in each for each in said) >= 7, said


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


def test_a_vault_that_fails_is_told_and_keeps_nothing(
    pictured: Application, people: People, operator: Client, settings: Any
) -> None:
    settings.VAULT_KEYS = {}
    assert operator.get(address("picture", pictured, "face")).status_code == 503
    said = [told(take(operator, pictured, "signature")), told(take_again(operator, pictured, "face", 2))]
    capture_all(pictured, people["operator"])
    pictured.confirmations.all().delete()
    said.append(told(confirm(operator, pictured, "screen")))
    assert all("VAULT_KEYS" in each and "tersimpan" in each for each in said), said
    assert VaultFile.objects.count() == 1 and not pictured.confirmations.exists()


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


PICTURE_READERS = {"recording": {"operator", "section_head"}, "recorded": {"section_head"}}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("when", PICTURE_READERS)
def test_a_picture_opens_for_nobody_else(
    when: str, role: str, pictured: Application, people: People, client_of: Browser
) -> None:
    if when == "recorded":
        finished(pictured, people)
    answer = client_of(role).get(address("picture", pictured, "face"))
    assert (answer.status_code == 200) == (role in PICTURE_READERS[when]), answer.status_code
    assert answer.status_code in (200, 403) and "no-store" in answer["Cache-Control"]


def test_the_signature_under_the_data_has_no_address(
    people: People, waiting: Application, operator: Client, client_of: Browser
) -> None:
    capture_all(waiting, people["operator"])
    waiting.confirmations.all().delete()
    confirm(operator, waiting, "screen")
    for who in ("operator", "section_head"):
        for position in RECORDING_ORDER:
            assert client_of(who).get(address("picture", waiting, position)).status_code == 404


def test_after_next_the_page_shows_nothing_of_the_person_before(people: People, operator: Client) -> None:
    marked = Path(people, resident=make_resident(name="Bertanda Zulkarnain", birth_place="Kotabertanda"))
    first = marked.awaiting_recording()
    other = application_in(State.AWAITING_RECORDING, people)
    for position in (Position.FACE, Position.SIGNATURE):
        take(operator, first, position)
    capture_all(first, people["operator"])
    url = reverse("applications:dossier-move", args=[first.slug, "record"]) + "?dari=recording"
    after = operator.post(url, {"version": str(first.version)}, follow=True)
    back = operator.get(address("confirm", first), follow=True)
    for page in (after, operator.get(address("station", other)), back):
        text = text_of(page)
        assert other.resident.name in text and first.slug not in text
        for mark in ("Bertanda", first.resident.nik, first.resident.nik_grouped):
            assert mark not in text
        assert "no-store" in page["Cache-Control"]


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
    assert "Lihat status di SIAK" in text_of(operator.get(address("station", application) + "?tab=awaiting_central"))


def test_a_recorded_file_opens_from_its_own_tab_and_not_from_the_address_of_its_recording(
    people: People, operator: Client
) -> None:
    """The way back after *next* leads to that address."""
    recorded = application_in(State.AWAITING_CENTRAL, people)
    former = operator.get(address("station", recorded))
    assert (former.status_code, former["Location"]) == (302, "/perekaman/")
    assert operator.get(address("station", recorded) + "?tab=referred").status_code == 302
    row = operator.get("/perekaman/?tab=awaiting_central").context["rows"][0]
    assert recorded.resident.name in text_of(operator.get(row.url))


def test_a_noted_status_is_shown_with_its_task(people: People, operator: Client) -> None:
    application = application_in(State.AWAITING_CENTRAL, people)
    url = reverse("applications:dossier-move", args=[application.slug, "note_status"]) + "?dari=recording"
    sent = {"version": str(application.version), "status": "DUPLICATE_RECORD", "seen_at": "2026-01-05T09:00"}
    operator.post(url, sent)
    text = text_of(operator.get(address("station", application) + "?tab=awaiting_central"))
    assert "DUPLICATE RECORD" in text and "Laporkan ke Disdukcapil" in text


def test_a_good_status_sends_the_file_to_the_printer(people: People, operator: Client) -> None:
    application = application_in(State.AWAITING_CENTRAL, people)
    url = reverse("applications:dossier-move", args=[application.slug, "note_status"]) + "?dari=recording"
    sent = {"version": str(application.version), "status": "PRINT_READY_RECORD", "seen_at": "2026-01-05T09:00"}
    response = operator.post(url, sent)
    application.refresh_from_db()
    assert application.state == State.READY_TO_PRINT
    assert response["Location"] == "/perekaman/?tab=awaiting_central"
