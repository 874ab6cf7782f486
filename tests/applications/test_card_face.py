"""The face of a card: its size, what stands on it and where, its colours, and that it is shown once for each print."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import combinations
from typing import Any

import pypdfium2
import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import User
from applications import card_face, lifecycle
from applications.models import Application, Capture, Print, Resident
from applications.refusals import NotAllowed, WrongState
from applications.states import State
from devices.backends.simulated_pictures import png
from devices.capture import Modality, Position
from office import vault
from office.models import Office, Read, Station, VaultFile
from tests.applications.racers import Racer, race
from tests.factories import Path, application_in, capture_all, make_resident, receive_blanks
from tests.pages import text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
MM = 25.4 / 72
LONGEST = "Raden Ajeng Siti Nurhaliza Kusumaningrum Wijayanti Prameswar"
FOUR_LINES = (
    "Perumahan Griya Jatiroto Permai Indah Blok C Nomor 123 Gang Mawar Melati Dusun Krajan Kidul Sebelah Utara Balai "
    "Desa Lama"
)[:120]


@pytest.fixture
def operator(client_of: Browser) -> Client:
    return client_of("operator")


def address(application: Application) -> str:
    return reverse("applications:printing-face", args=[application.slug])


def printing(people: People, **fields: Any) -> Application:
    return application_in(State.PRINTING, people, resident=make_resident(**fields))


def photographed(people: People, photo: bytes, **fields: Any) -> Application:
    """A card in the printer whose resident was recorded here, with this photo and a signature."""
    path = Path(people, resident=make_resident(**fields))
    application, by = path.awaiting_recording(), people["operator"]
    for position, picture in ((Position.FACE, photo), (Position.SIGNATURE, png(Modality.SIGNATURE, b"x"))):
        file = VaultFile.objects.keep(vault.write(picture), purpose="capture", mime="image/png", by=by,
                                      at=timezone.now())
        Capture.objects.create(application=application, position=position, file=file, captured_at=timezone.now(),
                               captured_by=by, score=80)
    capture_all(application, by)
    ready = path.status(lifecycle.record(application, by=by), "PRINT_READY_RECORD")
    receive_blanks(by)
    return lifecycle.start_print(ready, by=by, reason="uji")


def made(application: Application) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(card_face.face(application, lifecycle.card_in_work(application)))


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", page.get_textpage().get_text_bounded())


def boxes(page: Any) -> Iterator[tuple[str, float, float, float, float]]:
    """Each line of text with its left, top, right and bottom in mm from the upper left corner."""
    text, height = page.get_textpage(), page.get_height()
    for number in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(number)
        yield (text.get_text_bounded(left, bottom, right, top), left * MM, (height - top) * MM, right * MM,
               (height - bottom) * MM)


def colour_at(page: Any, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place in mm."""
    image = page.render(scale=10).to_pil().convert("RGB")
    return image.getpixel((round(x / MM * 10), round(y / MM * 10)))


# -- what stands where -----------------------------------------------------------------------------


def test_the_face_is_one_page_of_exactly_the_size_of_a_card(people: People) -> None:
    document = made(printing(people))
    assert len(document) == 1
    width, height = document[0].get_size()
    assert (round(width * MM, 2), round(height * MM, 2)) == (85.60, 53.98)


def test_the_face_says_all_that_a_card_says(people: People) -> None:
    application = printing(
        people, name="Moh. Rofi'i", birth=date(1991, 4, 12), birth_place="Probolinggo", religion="1", blood_type="AB+",
        occupation="Petani/Pekebun", marital_status="married", address="Dusun Krajan", rt="3", rw="001",
    )
    text = words(made(application)[0])
    for said in (
        "PROVINSI JAWA TIMUR", "KABUPATEN LUMAJANG", application.resident.nik, "MOH. ROFI'I",
        "PROBOLINGGO, 12-04-1991", "LAKI-LAKI", "Gol. Darah : AB+", "DUSUN KRAJAN", "003/001",
        application.resident.village.name.upper(), "JATIROTO", "ISLAM", "KAWIN", "PETANI/PEKEBUN", "WNI",
        "SEUMUR HIDUP", "LUMAJANG", f"{timezone.localdate():%d-%m-%Y}", "foto di SIAK",
    ):
        assert said in text


@pytest.mark.parametrize(
    "fields",
    [
        {"name": LONGEST, "address": FOUR_LINES, "religion": "7", "blood_type": "AB+", "sex": "P",
         "birth_place": "Kabupaten Administrasi Kepulauan Seribu", "occupation": "Anggota Lembaga Tinggi Lainnya"},
        {"name": "W" * 60, "address": "W" * 120, "birth_place": "W" * 60, "occupation": "W" * 60, "sex": "P"},
        {"name": "M'" * 30, "address": "I " * 60, "religion": "7"},
        {"name": "Buasan"},
    ],
    ids=["longest", "widest", "odd", "one word"],
)
def test_every_line_lies_inside_its_box_and_none_upon_another(people: People, fields: dict[str, str]) -> None:
    document = made(printing(people, **fields))
    assert len(document) == 1
    lines = [each for each in boxes(document[0]) if each[0].strip()]
    data = [each for each in lines if each[1] > 23.5 and each[3] < 62.4 and each[2] > 13.5]
    assert len(data) >= 12
    for text, left, top, right, bottom in lines:
        assert left >= 2 and top >= 2 and right <= 83.6 and bottom <= 51.98, text
    for text, left, _, right, bottom in data:
        assert left >= 24.1 and right <= 61.5 and bottom <= 51.8, text
    for one, other in combinations(data, 2):
        across = min(one[3], other[3]) - max(one[1], other[1])
        down = min(one[4], other[4]) - max(one[2], other[2])
        assert across <= 0 or down <= 0.3, (one, other)
    shown = re.sub(r"\s", "", words(document[0]))
    for value in fields.values():
        if len(value) > 2:
            assert re.sub(r"\s", "", value).upper() in shown


def test_a_line_is_as_wide_as_it_was_measured(people: People) -> None:
    """So the font that is measured is the one that is embedded."""
    name = "SITI MAIMUNAH AVWATO"
    text = made(printing(people, name=name))[0].get_textpage()
    start, count = text.search(name).get_next()
    left, right = text.get_charbox(start, loose=True)[0], text.get_charbox(start + count - 1, loose=True)[2]
    assert (right - left) * MM == pytest.approx(card_face.measure(name) * 6.4 * MM, abs=0.02)


@pytest.mark.parametrize(("born", "colour"), [(date(1991, 1, 1), card_face.RED), (date(1990, 1, 1), card_face.BLUE)])
def test_the_photo_stands_on_red_for_an_odd_and_on_blue_for_an_even_year(
    people: People, born: date, colour: tuple[int, int, int]
) -> None:
    photo = png(Modality.FACE, b"somebody")
    for application in (photographed(people, photo, birth=born), printing(people, birth=born)):
        page = made(application)[0]
        found = colour_at(page, 81.5, 14.5)
        assert max(abs(a - b) for a, b in zip(found, colour, strict=True)) <= 3
    assert "foto di SIAK" in words(page)


def test_photo_and_signature_come_from_the_recording(people: People) -> None:
    page = made(photographed(people, png(Modality.FACE, b"somebody")))[0]
    assert "foto di SIAK" not in words(page)
    pictures = [each for each in page.get_objects() if each.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    assert len(pictures) == 2
    left, bottom, right, top = pictures[0].get_bounds()
    assert (round((right - left) * MM, 1), round((top - bottom) * MM, 1)) == (20.2, 26.9)


def test_a_backdrop_that_is_not_plain_stays_as_it_was_taken() -> None:
    striped = Image.new("RGB", (480, 640), "white")
    ImageDraw.Draw(striped).rectangle((240, 0, 480, 640), fill="green")
    assert card_face.on_colour(striped, card_face.RED) is striped
    flat = Image.new("RGB", (480, 640), "white")
    assert card_face.on_colour(flat, card_face.RED) is flat, "nobody is on it"


def test_a_plain_backdrop_changes_and_the_face_does_not() -> None:
    photo = Image.new("RGB", (480, 640), (235, 238, 240))
    ImageDraw.Draw(photo).ellipse((120, 150, 360, 640), fill=(150, 100, 80))
    changed = card_face.on_colour(photo, card_face.BLUE)
    assert changed.getpixel((5, 5)) == changed.getpixel((475, 400)) == card_face.BLUE
    assert changed.getpixel((240, 400)) == (150, 100, 80)


def test_a_picture_that_is_damaged_uses_no_showing_up(people: People, operator: Client) -> None:
    application = photographed(people, png(Modality.FACE, b"somebody"))
    for capture in application.captures.filter(file__isnull=False):
        vault.remove(capture.file.name)
    response = operator.post(address(application))
    assert response.status_code == 302 and "Berkas tidak ditemukan" in told(response)
    assert not Print.objects.get().face_shown_at


def test_only_the_demo_prints_a_specimen(people: People) -> None:
    application = printing(people)
    with override_settings(DEMO=False):
        assert "CONTOH" not in words(made(application)[0])
    with override_settings(DEMO=True):
        assert "CONTOH" in words(made(application)[0])


def test_markup_in_a_name_is_printed_as_it_is(people: People) -> None:
    text = words(made(printing(people, name="<img src=http://x/>&", address="<b>Dusun</b>"))[0])
    assert "<IMG SRC=HTTP://X/>&" in text and "<B>DUSUN</B>" in text


# -- the sheet of the printer ----------------------------------------------------------------------


def test_the_calibration_sheet_has_the_size_the_colours_and_the_type_of_a_card(operator: Client) -> None:
    response = operator.get("/pencetakan/kalibrasi.pdf")
    assert response["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(io.BytesIO(response.content))
    page, [width, height] = document[0], document[0].get_size()
    assert len(document) == 1 and (round(width * MM, 2), round(height * MM, 2)) == (85.60, 53.98)
    for x, colour in ((53, card_face.RED), (65, card_face.BLUE), (77, card_face.BLACK)):
        assert colour_at(page, x, 12) == colour
    text = words(page)
    assert "200 16 16" in text and "0 72 168" in text and "6,4 pt" in text and "3,6 pt" in text
    assert colour_at(page, 20, 0.1) == colour_at(page, 50, 2) == (0, 0, 0), "frames at 0 and at 2 mm"


# -- once for each print ---------------------------------------------------------------------------


@override_settings(DEMO=False)
def test_the_face_is_shown_once_and_again_only_after_a_failed_print(people: People, operator: Client) -> None:
    application = printing(people)
    response = operator.post(address(application))
    assert response.status_code == 200 and response.content.startswith(b"%PDF-")
    assert response["Content-Disposition"] == f'inline; filename="kartu-{application.slug}.pdf"'
    assert response["Cache-Control"] == "no-store"
    card = Print.objects.get()
    assert card.face_shown_at and card.face_shown_by == people["operator"]
    assert Read.objects.filter(what="card_face", subject=f"resident:{application.resident_id}").count() == 1

    again = operator.post(address(application))
    assert again.status_code == 403 and "Muka kartu ini sudah dibuka sekali." in text_of(again)
    card.refresh_from_db()
    assert Read.objects.filter(what="card_face").count() == 1

    failed = lifecycle.fail_print(application, by=people["operator"], blank_used=False)
    lifecycle.start_print(failed, by=people["operator"])
    assert operator.post(address(application)).status_code == 200
    assert Print.objects.exclude(face_shown_at=None).count() == 2


@override_settings(DEMO=True)
def test_in_the_demo_the_face_may_be_opened_again(people: People, operator: Client) -> None:
    application = printing(people)
    assert [operator.post(address(application)).status_code for _ in range(2)] == [200, 200]


def test_the_face_is_never_fetched_by_something_that_looks_ahead(people: People, operator: Client) -> None:
    application = printing(people)
    assert operator.get(address(application)).status_code == operator.head(address(application)).status_code == 405
    assert not Print.objects.get().face_shown_at


@pytest.mark.parametrize("state", [State.READY_TO_PRINT, State.READY_FOR_PICKUP, State.HANDED_OVER])
def test_there_is_no_face_of_a_card_that_is_not_in_the_printer(state: str, people: People, operator: Client) -> None:
    application = application_in(state, people)
    response = operator.post(address(application))
    assert response.status_code == 302 and "tidak sedang dicetak. Muka kartunya tidak dibuka." in told(response)
    assert not Print.objects.exclude(face_shown_at=None).exists()


def test_at_the_siak_station_no_face_is_offered_or_given(people: People, operator: Client) -> None:
    Office.objects.update(printing_at=Station.SIAK)
    application = printing(people)
    page = text_of(operator.get(reverse("applications:printing-job", args=[application.slug])))
    assert "Cetak kartunya di stasiun SIAK" in page and "kartu.pdf" not in page and "kalibrasi" not in page
    response = operator.post(address(application))
    assert response.status_code == 403 and "Kartu dicetak di stasiun SIAK." in text_of(response)


def test_a_card_of_a_foreigner_is_not_printed_here(people: People, operator: Client) -> None:
    application = printing(people)
    Resident.objects.update(citizenship="WNA")
    response = operator.post(address(application))
    assert response.status_code == 403 and "Kartu WNA" in text_of(response)


def test_the_page_offers_the_face_until_it_was_shown(people: People, operator: Client) -> None:
    application = printing(people)
    url = reverse("applications:printing-job", args=[application.slug])
    assert f'action="{address(application)}"' in text_of(operator.get(url))
    operator.post(address(application))
    with override_settings(DEMO=False):
        page = text_of(operator.get(url))
    assert f'action="{address(application)}"' not in page and "Muka kartu dibuka" in page


def test_the_face_of_an_earlier_print_is_not_shown_for_a_later_one(people: People) -> None:
    application = printing(people)
    old = lifecycle.check_face(application, people["operator"])
    failed = lifecycle.fail_print(application, by=people["operator"], blank_used=False)
    lifecycle.start_print(failed, by=people["operator"])
    with pytest.raises(WrongState):
        lifecycle.show_face(application, card=old, by=people["operator"])


def test_who_lost_the_right_meanwhile_is_shown_nothing(people: People) -> None:
    application = printing(people)
    with pytest.raises(NotAllowed):
        card_face.show(application, by=people["counter"])
    assert not Print.objects.get().face_shown_at


def test_the_face_is_not_made_while_the_office_is_locked(people: People) -> None:
    application = printing(people)
    card = lifecycle.card_in_work(application)
    with pytest.raises(RuntimeError), transaction.atomic():
        card_face.face(application, card)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pair", ["racers", "unlocked"])
def test_of_two_who_open_the_face_at_once_one_sees_it(
    pair: str, request: pytest.FixtureRequest, people: People
) -> None:
    """The other is told why; with the lock taken out both see it (SQLite: one fails), so the lock is what decides."""
    application = printing(people)
    job = {"task": "face", "application": application.pk, "by": people["operator"].pk}
    both: list[Racer] = request.getfixturevalue(pair)
    race(both, job)  # both have begun to run
    Print.objects.update(face_shown_at=None, face_shown_by=None)
    results = race(both, job, window=0.15)
    one_of_two = sorted(each["outcome"] for each in results) == ["NotAllowed", "done"]
    assert one_of_two == (pair == "racers"), results
