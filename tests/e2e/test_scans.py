"""Pictures of papers at the counter: uploaded, taken with the document camera, sent by a phone; seen at validation."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from applications.models import Draft, Resident, Scan
from applications.scans import LONGEST_SIDE
from office import vault
from tests.e2e.browsing import PHONE, check, fits
from tests.e2e.steps import button, given_a_nik_at_the_counter, given_papers, then_the_page_says
from tests.factories import make_resident

Opened = Callable[..., Page]
NAME = "Sulastri Handayani"
KK, BIRTH = "Fotokopi Kartu Keluarga", "Fotokopi Akta Kelahiran"
PICTURE = "img[alt^='Pindaian']"


@pytest.fixture
def resident(staff: dict[str, User]) -> Resident:
    return make_resident(name=NAME)


def sheet() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 1200), "white").save(out, "JPEG")
    return out.getvalue()


def open_ways(page: Page, label: str) -> None:
    page.locator("summary", has_text=f"pindaian {label}").click()



def test_a_paper_is_uploaded_and_another_taken_with_the_camera_and_the_head_sees_both(
    resident: Resident, person: Opened
) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    given_papers(counter)
    open_ways(counter, KK)
    counter.get_by_label("Berkas JPG, PNG, atau PDF").first.set_input_files(
        {"name": "kk.jpg", "mimeType": "image/jpeg", "buffer": sheet()}
    )
    expect(counter.locator(PICTURE)).to_have_count(1)
    expect(counter.get_by_label(f"Asli dilihat: {KK}", exact=True)).to_be_checked()
    open_ways(counter, BIRTH)
    counter.get_by_role("row", name=re.compile(BIRTH)).get_by_role("button", name="Kamera").click()
    dialog = counter.get_by_role("dialog")
    expect(button(dialog, "Ambil")).to_be_enabled()
    check(counter)
    button(dialog, "Ambil").click()
    expect(counter.locator(PICTURE)).to_have_count(2)
    check(counter)
    button(counter, "Ajukan").click()
    then_the_page_says(counter, "sudah diajukan")

    head = person("kasi")
    then_the_page_says(head, NAME, "Pindaian")
    expect(head.locator(f".scan-view {PICTURE}")).to_have_count(2)
    head.locator(PICTURE).last.scroll_into_view_if_needed()
    expect(head.locator(PICTURE).last).to_have_js_property("naturalWidth", LONGEST_SIDE)
    check(head)
    assert not Draft.objects.exists()
    assert {scan.paper.code for scan in Scan.objects.select_related("paper")} == {"kk", "akta-kelahiran"}


def test_what_is_no_picture_gets_a_sentence_and_the_page_stays_as_it_was(resident: Resident, person: Opened) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    given_papers(counter, KK)
    open_ways(counter, KK)
    counter.get_by_label("Berkas JPG, PNG, atau PDF").first.set_input_files(
        {"name": "kk.jpg", "mimeType": "image/jpeg", "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}
    )
    then_the_page_says(counter, "Berkas ini bukan gambar atau PDF yang dapat dibaca.")
    expect(counter.get_by_label(f"Asli dilihat: {KK}", exact=True)).to_be_checked()
    assert not Scan.objects.exists()
    check(counter)


def test_a_picture_can_be_taken_away_again(resident: Resident, person: Opened) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    open_ways(counter, KK)
    counter.get_by_label("Berkas JPG, PNG, atau PDF").first.set_input_files(
        {"name": "kk.jpg", "mimeType": "image/jpeg", "buffer": sheet()}
    )
    expect(counter.locator(PICTURE)).to_have_count(1)
    name = Scan.objects.get().file.name
    counter.get_by_role("button", name=f"Hapus pindaian {KK}, gambar 1", exact=True).click()
    expect(counter.locator(PICTURE)).to_have_count(0)
    with pytest.raises(vault.FileMissing):
        vault.read(name)


def test_a_phone_sends_a_picture_to_the_open_draft(resident: Resident, person: Opened, visitor: Opened) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    open_ways(counter, KK)
    button(counter.get_by_role("row", name=re.compile(KK)), "Ponsel").click()
    then_the_page_says(counter, "Foto dengan ponsel", KK, "0 gambar sudah diterima.")
    check(counter)
    address = counter.get_by_role("link", name="alamat ini").get_attribute("href")
    phone = visitor(viewport=PHONE, is_mobile=True, has_touch=True)
    phone.goto(address)
    then_the_page_says(phone, KK)
    assert NAME not in phone.content() and resident.nik not in phone.content()
    fits(phone, PHONE)
    check(phone)
    phone.get_by_label("Foto", exact=True).set_input_files(
        {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": sheet()}
    )
    button(phone, "Kirim foto").click()
    then_the_page_says(phone, "Foto terkirim.")
    then_the_page_says(counter, "1 gambar sudah diterima.")
    counter.get_by_role("link", name="Selesai", exact=True).click()
    expect(counter.locator(PICTURE)).to_have_count(1)
    assert Draft.objects.get().nik == resident.nik
