"""Pictures of papers: whatever arrives, a plain JPEG is kept or nothing at all; who may see it; when it goes."""

import logging
import os
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import User
from applications import drafts, scans
from applications.models import Application, Draft, Resident, Scan
from applications.refusals import Refused, WrongState
from applications.states import Kind, State
from office import vault
from office.models import Parameter, Read, VaultFile
from tests.applications import hostile
from tests.applications.hostile import jpeg, opened, paper, saved
from tests.applications.test_intake import draft_of, form, papers, person
from tests.factories import application_in, make_person, scan_of
from tests.pages import text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]

NOT_A_PICTURE = "Berkas ini bukan gambar atau PDF yang dapat dibaca."
TOO_MANY_PIXELS = "Gambar terlalu besar untuk dibuka."
SCRIPT_INSIDE = "PDF ini memuat skrip atau lampiran, bukan hasil pindai."
SPOILED_PDF = "PDF ini rusak atau dikunci kata sandi."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def empty_vault() -> None:
    for file in stored():
        file.unlink()


@pytest.fixture
def counter(client_of: Browser) -> Client:
    return client_of("counter")


@pytest.fixture
def draft(counter: Client) -> Draft:
    draft_of(counter)
    return Draft.objects.get()


def stored() -> list[Path]:
    return [path for path in Path(settings.VAULT_DIR).rglob("*") if path.is_file()]


def url(draft: Draft) -> str:
    return f"/loket/konsep/{draft.pk}/"


def upload(client: Client, draft: Draft, content: bytes, name: str = "kk.jpg", code: str = "kk", **more: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(url(draft), {"langkah": "pindai", f"pindaian-{code}": file} | more)


def assert_nothing_stored() -> None:
    assert not Scan.objects.exists() and not VaultFile.objects.exists() and stored() == []


def kept(draft: Draft, content: bytes) -> Image.Image:
    """The one picture that an upload became."""
    (scan,) = scans.add(draft, "kk", content, by=draft.owner)
    return opened(scans.image_of(scan))


# -- what is refused -----------------------------------------------------------------------------

OPEN_ACTION, NAMES = b"/OpenAction 4 0 R", b"/Names<</JavaScript<</Names[(a)4 0 R]>>>>"
HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a shell script": ("kk.jpg", lambda: b"#!/bin/sh\nrm -rf /\n", NOT_A_PICTURE),
    "a page of HTML": ("kk.html", lambda: b"<!doctype html><script>alert(1)</script>", NOT_A_PICTURE),
    "an SVG with a script": ("kk.svg", lambda: SVG, NOT_A_PICTURE),
    "an SVG named .jpg": ("kk.jpg", lambda: SVG, NOT_A_PICTURE),
    "a GIF": ("kk.gif", lambda: saved(paper(), "GIF"), NOT_A_PICTURE),
    "a GIF named .jpg": ("kk.jpg", lambda: saved(paper(), "GIF"), NOT_A_PICTURE),
    "an archive": ("kk.zip", lambda: hostile.jpeg_and_zip()[len(jpeg()):], NOT_A_PICTURE),
    "a program": ("kk.exe", lambda: b"MZ" + os.urandom(4000), NOT_A_PICTURE),
    "noise": ("kk.jpg", lambda: os.urandom(5000), NOT_A_PICTURE),
    "an empty file": ("kk.jpg", lambda: b"", "Berkas kosong."),
    "a JPEG that was cut off": ("kk.jpg", lambda: noisy_jpeg()[:2000], NOT_A_PICTURE),
    "the head of a JPEG": ("kk.jpg", lambda: jpeg()[:20], NOT_A_PICTURE),
    "a TIFF that tells no size": ("kk.tif", lambda: b"II*\0\x08\0\0\0\0\0\0\0\0\0", NOT_A_PICTURE),
    "a picture that unpacks to 900 million points": (
        "kk.png", lambda: hostile.png_bomb(30000, 30000, 8), TOO_MANY_PIXELS
    ),
    "the same in black and white": ("kk.png", lambda: hostile.png_bomb(30000, 30000, 1), TOO_MANY_PIXELS),
    "a picture just beyond the bound": ("kk.png", lambda: hostile.png_bomb(10000, 6001, 1), TOO_MANY_PIXELS),
    "25 MB of nothing": ("kk.jpg", lambda: bytes(25 * 1024 * 1024), "Berkas lebih besar dari 10 MB."),
    "a PDF with a script on opening": ("kk.pdf", hostile.pdf_script_on_opening, SCRIPT_INSIDE),
    "a PDF with a script by name": ("kk.pdf", hostile.pdf_script_by_name, SCRIPT_INSIDE),
    "a PDF with a script on a page": ("kk.pdf", hostile.pdf_script_on_a_page, SCRIPT_INSIDE),
    "a script on opening in a compressed part": (
        "kk.pdf", lambda: hostile.pdf_in_compressed_objects(OPEN_ACTION), SCRIPT_INSIDE
    ),
    "a script by name in a compressed part": (
        "kk.pdf", lambda: hostile.pdf_in_compressed_objects(NAMES), SCRIPT_INSIDE
    ),
    "a program started by a compressed part": (
        "kk.pdf", lambda: hostile.pdf_in_compressed_objects(b"/OpenAction<</S/Launch/F(calc.exe)>>"), SCRIPT_INSIDE
    ),
    "a script whose name is written in numbers": (
        "kk.pdf", lambda: hostile.pdf_script_on_opening().replace(b"/JavaScript", b"/J#61vaScr#69pt"), SCRIPT_INSIDE
    ),
    "a PDF with an attachment": ("kk.pdf", hostile.pdf_with_attachment, SCRIPT_INSIDE),
    "a PDF with a password": ("kk.pdf", hostile.pdf_encrypted, SPOILED_PDF),
    "a PDF that was cut off": ("kk.pdf", lambda: hostile.written(hostile.pdf_of())[:250], SPOILED_PDF),
    "a PDF of 30 pages": ("kk.pdf", lambda: hostile.written(hostile.pdf_of(30)), "PDF ini lebih dari 6 halaman."),
    "a PDF without a page": ("kk.pdf", lambda: hostile.written(hostile.pdf_of(0)), "PDF ini"),
    "a TIFF of 7 pages": (
        "kk.tif", lambda: saved(paper(9, 9), "TIFF", save_all=True, append_images=[paper(9, 9)] * 6),
        "Gambar ini lebih dari 6 halaman.",
    ),
}


def noisy_jpeg() -> bytes:
    return saved(Image.effect_noise((640, 480), 60))


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_of_a_paper_gets_its_sentence_and_nothing_is_kept(
    name: str, draft: Draft, counter: Client
) -> None:
    file, make, sentence = HOSTILE[name]
    response = upload(counter, draft, make(), file)
    assert response["Location"] == url(draft) + "#persyaratan"
    assert sentence in told(response)
    assert_nothing_stored()


def test_the_sentence_of_a_refused_file_stands_on_the_page_and_what_was_typed_stays(
    draft: Draft, counter: Client
) -> None:
    upload(counter, draft, b"#!/bin/sh", birth_place="Kota Lumajang")
    text = text_of(counter.get(url(draft)))
    assert NOT_A_PICTURE in text and "Kota Lumajang" in text


def test_a_file_that_is_refused_while_sending_stops_the_sending(draft: Draft, counter: Client) -> None:
    file = SimpleUploadedFile("kk.jpg", b"#!/bin/sh")
    response = counter.post(url(draft), form() | person() | papers() | {"pindaian-kk": file})
    assert NOT_A_PICTURE in text_of(response)
    assert not Application.objects.exists()
    assert_nothing_stored()


def test_a_file_for_a_paper_that_nobody_asks_for_is_not_kept(draft: Draft, counter: Client) -> None:
    upload(counter, draft, jpeg(), code="karangan")
    assert_nothing_stored()


def test_spoiled_files_of_every_kind_are_kept_as_a_picture_or_refused_with_a_sentence(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    noise = Image.effect_noise((64, 48), 60).convert("RGB")
    seeds = [
        hostile.with_place(), hostile.turned(), saved(noise, "PNG"), saved(noise.convert("P"), "PNG", transparency=3),
        saved(noise, "TIFF", save_all=True, append_images=[noise]), saved(noise, "TIFF", compression="tiff_lzw"),
        saved(noise, "WEBP"), saved(noise, "BMP"), saved(noise, "PDF"), hostile.written(hostile.pdf_of()),
    ]
    chance, outcomes = random.Random(7), {"kept": 0, "refused": 0}
    for seed in seeds * 40:
        spoiled = bytearray(seed)
        for _ in range(chance.randint(1, 6)):
            spoiled[chance.randrange(chance.choice([min(200, len(spoiled)), len(spoiled)]))] = chance.randrange(256)
        try:
            assert all(opened(page).format == "JPEG" for page in scans.pages(bytes(spoiled)))
            outcomes["kept"] += 1
        except Refused:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 50


# -- what is kept --------------------------------------------------------------------------------

TAKEN: dict[str, Callable[[], bytes]] = {
    "JPEG": jpeg,
    "a phone's photo": lambda: saved(paper(4000, 3000)),
    "a long strip": lambda: saved(paper(9000, 20)),
    "a single point": lambda: saved(paper(1, 1), "PNG"),
    "PNG": lambda: saved(paper(), "PNG"),
    "PNG of 16 bits": hostile.sixteen_bits,
    "PNG with a palette": lambda: saved(paper().convert("P"), "PNG"),
    "transparent PNG": lambda: saved(paper(mode="RGBA", colour=(0, 0, 0, 0)), "PNG"),
    "grey with transparency": lambda: saved(paper(mode="LA", colour=(0, 0)), "PNG"),
    "JPEG for print (CMYK)": lambda: saved(paper(mode="CMYK", colour=(0, 0, 0, 0))),
    "WEBP": lambda: saved(paper(), "WEBP"),
    "BMP": lambda: saved(paper(), "BMP"),
    "TIFF": lambda: saved(paper(), "TIFF"),
    "TIFF of a scanner": lambda: saved(paper(2480, 3508, "1", 1), "TIFF", compression="group4"),
    "PDF": lambda: saved(paper(), "PDF"),
    "PDF of a blank page": lambda: hostile.written(hostile.pdf_of()),
    "PDF behind blank lines": lambda: b"\r\n\r\n" + hostile.written(hostile.pdf_of()),
    "a picture with an archive behind it": hostile.jpeg_and_zip,
    "a photo that tells its place": hostile.with_place,
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_picture_of_any_kind_is_kept_as_a_jpeg_of_bounded_size(name: str, draft: Draft, counter: Client) -> None:
    upload(counter, draft, TAKEN[name](), "apa saja.exe")
    scan = Scan.objects.get()
    content = scans.image_of(scan)
    image = opened(content)
    image.load()
    assert (image.format, image.mode) == ("JPEG", "RGB") and max(image.size) <= scans.LONGEST_SIDE == 2200
    assert (scan.draft, scan.paper, scan.code, scan.added_by) == (draft, None, "kk", draft.owner)
    assert (scan.file.mime, scan.file.purpose, scan.file.size) == ("image/jpeg", "scan", len(content))
    assert len(stored()) == 1 and content not in stored()[0].read_bytes()


def test_what_stands_behind_or_beside_a_picture_is_gone(draft: Draft) -> None:
    for source in (hostile.jpeg_and_zip(), hostile.with_place()):
        assert b"rahasia" in source
        (scan,) = scans.add(draft, "kk", source, by=draft.owner)
        content = scans.image_of(scan)
        assert b"rahasia" not in content and b"PK\x03\x04" not in content and b"xmpmeta" not in content
        assert not opened(content).getexif() and "comment" not in opened(content).info
        assert content.endswith(b"\xff\xd9")


def test_a_photo_of_an_upright_phone_is_turned(draft: Draft) -> None:
    image = kept(draft, hostile.turned())
    assert image.size == (200, 400)
    top, bottom = image.getpixel((100, 50)), image.getpixel((100, 350))
    assert top[0] > 200 and top[1] < 60, "the red edge, left in the file, stands on top"
    assert min(bottom) > 200


def test_what_lies_under_a_transparent_picture_is_white(draft: Draft) -> None:
    for mode, colour in (("RGBA", (0, 0, 0, 0)), ("LA", (0, 0))):
        assert min(kept(draft, saved(paper(mode=mode, colour=colour), "PNG")).getpixel((5, 5))) > 250


def test_colours_and_greys_stay_what_they_were(draft: Draft) -> None:
    red = kept(draft, saved(paper(mode="CMYK", colour=(0, 255, 255, 0)))).getpixel((5, 5))
    assert red[0] > 220 and max(red[1:]) < 40
    assert abs(kept(draft, hostile.sixteen_bits()).getpixel((5, 5))[0] - 128) <= 2


def test_thin_strokes_of_a_black_and_white_scan_survive_when_it_is_made_smaller(draft: Draft) -> None:
    page = paper(4400, 400, "1", 1)
    for column in range(0, 4400, 40):
        page.paste(0, (column + 1, 0, column + 2, 400))  # one point wide, where leaving out every second drops it
    image = kept(draft, saved(page, "TIFF", compression="group4")).convert("L")
    darkest = [min(image.getpixel((x, 100)) for x in range(at, at + 20)) for at in range(0, 2200, 20)]
    assert max(darkest) < 200, "every stroke is still darker than the paper"


def test_each_page_of_a_pdf_or_a_tiff_is_a_picture_in_its_order(draft: Draft) -> None:
    for kind in ("PDF", "TIFF"):
        pages = [paper(300, 400, colour=colour) for colour in ("red", "lime", "blue")]
        made = scans.add(draft, "kk", saved(pages[0], kind, save_all=True, append_images=pages[1:]), by=draft.owner)
        seen = [opened(scans.image_of(scan)).getpixel((50, 50)) for scan in made]
        assert [colour.index(max(colour)) for colour in seen] == [0, 1, 2], kind


def test_a_scanned_pdf_is_not_taken_for_one_with_a_script_by_chance(draft: Draft) -> None:
    """Compressed pictures hold every short name somewhere: of 5 MB of noise one in four holds `/JS`."""
    image = Image.effect_noise((300, 300), 60)
    pdf = saved(image, "PDF").replace(b"%%EOF", b"%" + b"/JS (x) /AA /JS" + b"\n%%EOF")
    assert len(scans.pages(pdf)) == 1
    writer = hostile.pdf_of()
    writer.pages[0][hostile.NameObject("/JS")] = hostile.TextStringObject("x")
    assert len(scans.pages(hostile.written(writer))) == 1


def test_the_bounds_are_the_administrators(draft: Draft) -> None:
    Parameter.objects.update_or_create(pk="pindaian-halaman", defaults={"value": 2, "label": "x", "unit": "x"})
    Parameter.objects.update_or_create(pk="pindaian-mb", defaults={"value": 1, "label": "y", "unit": "x"})
    with pytest.raises(Refused, match="lebih dari 2 halaman"):
        scans.pages(hostile.written(hostile.pdf_of(3)))
    with pytest.raises(Refused, match="lebih besar dari 1 MB"):
        scans.pages(bytes(1024 * 1024 + 1))


def test_a_vault_without_a_key_is_said_and_nothing_is_kept(draft: Draft, counter: Client, settings: Any) -> None:
    settings.VAULT_KEYS = {}
    assert vault.KeyMissing.sentence in told(upload(counter, draft, jpeg()))
    assert_nothing_stored()


# -- adding and taking out -----------------------------------------------------------------------


def test_a_paper_takes_so_many_pictures_and_no_more(draft: Draft, counter: Client) -> None:
    for _ in range(scans.PER_PAPER):
        scans.add(draft, "kk", jpeg(), by=draft.owner)
    assert f"paling banyak {scans.PER_PAPER} gambar" in told(upload(counter, draft, jpeg()))
    assert Scan.objects.count() == VaultFile.objects.count() == scans.PER_PAPER == len(stored())
    upload(counter, draft, jpeg(), code="akta-kelahiran")
    assert Scan.objects.filter(code="akta-kelahiran").count() == 1


def test_a_pdf_that_would_go_beyond_the_bound_is_not_kept_in_part(draft: Draft) -> None:
    for _ in range(scans.PER_PAPER - 1):
        scans.add(draft, "kk", jpeg(), by=draft.owner)
    with pytest.raises(Refused, match="paling banyak"):
        scans.add(draft, "kk", hostile.written(hostile.pdf_of(2)), by=draft.owner)
    assert Scan.objects.count() == VaultFile.objects.count() == scans.PER_PAPER - 1 == len(stored())


def test_files_of_several_papers_come_with_one_sending(draft: Draft, counter: Client) -> None:
    files = {f"pindaian-{code}": SimpleUploadedFile("a.jpg", jpeg()) for code in ("kk", "akta-kelahiran")}
    counter.post(url(draft), {"langkah": "pindai"} | files)
    assert sorted(Scan.objects.values_list("code", flat=True)) == ["akta-kelahiran", "kk"]


def test_a_picture_for_a_draft_that_was_just_sent_leaves_no_row(draft: Draft) -> None:
    drafts.give_up(Draft.objects.get())
    with pytest.raises(WrongState, match="sudah diajukan atau dihapus. Pindaian tidak disimpan."):
        scans.add(draft, "kk", jpeg(), by=draft.owner)
    assert_nothing_stored()


def test_a_second_tab_whose_draft_was_sent_while_it_uploads_is_told(
    draft: Draft, counter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other tab sends the draft between the look at it and the row of the picture."""
    pages = scans.pages

    def meanwhile(content: bytes) -> list[bytes]:
        monkeypatch.setattr(scans, "pages", pages)
        counter.post(url(draft), form() | person() | papers())
        return pages(content)

    monkeypatch.setattr(scans, "pages", meanwhile)
    assert "Pindaian tidak disimpan." in told(upload(counter, draft, jpeg()))
    assert Application.objects.count() == 1
    assert_nothing_stored()


def test_one_picture_is_taken_out_its_row_before_its_file(
    draft: Draft, counter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = (scans.add(draft, "kk", jpeg(), by=draft.owner)[0] for _ in range(2))
    removed = []
    remove = vault.remove

    def look(name: str) -> None:
        removed.append((name, VaultFile.objects.filter(name=name).exists()))
        remove(name)

    monkeypatch.setattr(vault, "remove", look)
    response = counter.post(url(draft), {"langkah": f"hapus-pindaian:{gone.pk}"})
    assert response["Location"] == url(draft) + "#persyaratan"
    assert removed == [(gone.file.name, False)]
    assert Scan.objects.get() == stays and len(stored()) == 1


def test_a_picture_of_another_draft_or_of_a_paper_is_not_taken_out(
    draft: Draft, counter: Client, people: People
) -> None:
    other = Draft.objects.create(
        owner=people["section_head"], nik="1", key="x", created_at=timezone.now(), updated_at=timezone.now()
    )
    (theirs,) = scans.add(other, "kk", jpeg(), by=other.owner)
    handed_in = scan_of(application_in(State.SUBMITTED, people).papers.get(code="kk"), people["counter"])
    for what in (theirs.pk, handed_in.pk, "", "x", "-1", "9" * 30, "9" * 5000, "²", "٣"):
        counter.post(url(draft), {"langkah": f"hapus-pindaian:{what}"})
    assert Scan.objects.count() == 2 == len(stored())


def test_taking_a_picture_out_that_went_to_the_papers_meanwhile_does_nothing(people: People) -> None:
    scan = scan_of(application_in(State.SUBMITTED, people).papers.get(code="kk"), people["counter"])
    scans.discard(scan)
    assert Scan.objects.filter(pk=scan.pk).exists() and len(stored()) == 1


def test_giving_up_a_draft_takes_its_pictures_along(draft: Draft, counter: Client) -> None:
    for code in ("kk", "kk", "akta-kelahiran"):
        scans.add(draft, code, jpeg(), by=draft.owner)
    counter.post(url(draft), {"langkah": "hapus-konsep"})
    assert not Draft.objects.exists()
    assert_nothing_stored()


# -- with the application ------------------------------------------------------------------------


def test_the_pictures_go_to_the_papers_and_those_of_other_kinds_go_away(draft: Draft, counter: Client) -> None:
    for code in ("kk", "akta-kelahiran", "kk", "surat-kehilangan"):
        scans.add(draft, code, jpeg(), by=draft.owner)
    assert len(stored()) == 4
    counter.post(url(draft), form() | person() | papers())
    application = Application.objects.get()
    assert application.kind == Kind.NEW
    assert {paper.code: paper.scans.count() for paper in application.papers.all()} == {"kk": 2, "akta-kelahiran": 1}
    assert not Scan.objects.filter(code="surat-kehilangan").exists() and not Draft.objects.exists()
    assert VaultFile.objects.count() == 3 == len(stored())
    assert all(opened(scans.image_of(scan)).format == "JPEG" for scan in Scan.objects.all())


def test_a_refused_sending_leaves_the_pictures_with_the_draft(draft: Draft, counter: Client) -> None:
    scans.add(draft, "kk", jpeg(), by=draft.owner)
    counter.post(url(draft), form() | person() | papers("kk"))
    assert not Application.objects.exists() and not Resident.objects.exists()
    assert Scan.objects.get().draft == draft and len(stored()) == 1


def test_a_file_that_came_back_takes_pictures_of_what_was_missing(people: People, counter: Client) -> None:
    returned = application_in(State.RETURNED, people)
    at = f"/loket/{returned.slug}/"
    counter.get(at)
    for code in ("akta-kelahiran", "kk"):  # the family card is there already: nobody asks for it
        response = counter.post(
            at, {"langkah": "pindai", f"pindaian-{code}": SimpleUploadedFile("a.jpg", jpeg())}
        )
        assert response["Location"] == at + "#persyaratan"
    assert Scan.objects.get().code == "akta-kelahiran" and Scan.objects.get().paper is None
    counter.post(at, papers("akta-kelahiran") | {"brought_by": "self", "version": str(returned.version)})
    returned.refresh_from_db()
    assert returned.state == State.SUBMITTED and not Draft.objects.exists()
    assert returned.papers.get(code="akta-kelahiran").scans.count() == 1


# -- seeing --------------------------------------------------------------------------------------


@pytest.fixture
def handed_in(people: People) -> Scan:
    paper = application_in(State.SUBMITTED, people).papers.get(code="kk")
    return scan_of(paper, people["counter"])


@pytest.fixture
def of_a_draft(draft: Draft) -> Scan:
    return scans.add(draft, "kk", jpeg(), by=draft.owner)[0]


def image(scan: Scan) -> str:
    return f"/pindaian/{scan.pk}/"


def test_the_picture_of_ones_own_draft_is_shown_as_a_picture_and_nothing_else(
    of_a_draft: Scan, counter: Client
) -> None:
    response = counter.get(image(of_a_draft))
    assert response.status_code == 200 and response.content == scans.image_of(of_a_draft)
    assert response["Content-Type"] == "image/jpeg" and response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert f'src="{image(of_a_draft)}"' in text_of(counter.get(url(of_a_draft.draft)))


@pytest.mark.parametrize("who", ["section_head", "another counter"])
def test_the_picture_of_another_persons_draft_is_not_found(
    who: str, of_a_draft: Scan, people: People, client_of: Browser
) -> None:
    if who == "another counter":
        people[who] = make_person("loket_2", "counter")
    assert client_of(who).get(image(of_a_draft)).status_code == 404
    assert not Read.objects.filter(what="scan").exists()


@pytest.mark.parametrize("who", ["counter", "section_head"])
def test_the_picture_of_a_paper_is_shown_to_its_desks_and_the_look_is_written_down(
    who: str, handed_in: Scan, people: People, client_of: Browser
) -> None:
    response = client_of(who).get(image(handed_in))
    assert response.status_code == 200 and response.content == scans.image_of(handed_in)
    read = Read.objects.get(what="scan")
    assert (read.by, read.subject) == (people[who], f"resident:{handed_in.paper.application.resident_id}")


@pytest.mark.parametrize("who", ["operator", "secretary", "camat", "admin", "information", "other_head"])
def test_the_picture_of_a_paper_is_refused_to_everybody_else(
    who: str, handed_in: Scan, client_of: Browser
) -> None:
    assert client_of(who).get(image(handed_in)).status_code == 403
    assert not Read.objects.filter(what="scan").exists()


def test_a_stranger_is_asked_to_sign_in_before_a_picture(handed_in: Scan) -> None:
    assert Client().get(image(handed_in))["Location"].startswith("/masuk/?next=/pindaian/")


def test_a_picture_that_nobody_has_is_not_found(counter: Client) -> None:
    for number in ("99999", "9" * 25):
        assert counter.get(f"/pindaian/{number}/").status_code == 404


def spoiled(file: Path) -> Iterator[tuple[str, Any]]:
    """The ways in which a file cannot be had, with its sentence."""
    whole = file.read_bytes()
    file.write_bytes(whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:])
    yield vault.Damaged.sentence, None
    file.write_bytes(whole)
    yield vault.KeyMissing.sentence, {}
    file.unlink()
    yield vault.FileMissing.sentence, None


def test_a_picture_that_cannot_be_had_is_a_sentence(handed_in: Scan, counter: Client, settings: Any) -> None:
    keys = settings.VAULT_KEYS
    for sentence, other_keys in spoiled(stored()[0]):
        settings.VAULT_KEYS = keys if other_keys is None else other_keys
        response = counter.get(image(handed_in))
        assert response.status_code == 503 and text_of(response) == sentence
        assert response["Content-Type"].startswith("text/plain")


def test_the_pictures_of_a_paper_stand_beside_the_file_on_the_page_of_validation(
    handed_in: Scan, client_of: Browser
) -> None:
    slug = handed_in.paper.application.slug
    text = text_of(client_of("section_head").get(f"/validasi/{slug}/"))
    assert f'src="{image(handed_in)}"' in text


def test_old_drafts_go_with_their_pictures(of_a_draft: Scan) -> None:
    draft = of_a_draft.draft
    Draft.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - timedelta(days=8))
    assert drafts.give_up_old() == 1
    assert_nothing_stored()
