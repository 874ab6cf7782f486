"""Blanks in a browser: an empty box closes the printing, a delivery opens it, two people close the day."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from accounts.models import User
from applications import blanks
from applications.models import Application, BlankClose, BlankEntry
from applications.states import State
from office.verification import verify
from tests.e2e.browsing import check, pdf_text
from tests.e2e.steps import button, then_the_page_says, when_blanks_are_delivered
from tests.factories import Path, make_resident, receive_blanks

Opened = Callable[..., Page]
NAMES = ["Wahyuni Setyowati", "Hadi Purnomo", "Siti Aminah"]


def waiting_for_a_card(staff: dict[str, User]) -> list[Application]:
    """Three files ready to print, in the order in which they were complete."""
    desks = {"counter": staff["loket"], "operator": staff["operator"], "section_head": staff["kasi"]}
    return [Path(desks, resident=make_resident(name=name)).ready_to_print() for name in NAMES]


def printed_first(page: Page) -> str:
    """Print the file that the desk opens by itself, look at the card, and say whose it was."""
    page.goto("/pencetakan/")
    button(page, "Cetak").click()
    expect(button(page, "Hasil cetak baik")).to_be_visible()
    name = Application.objects.select_related("resident").get(state=State.PRINTING).resident.name
    button(page, "Hasil cetak baik").click()
    expect(button(page, "Hasil cetak baik")).to_have_count(0)
    return name


def test_an_empty_box_closes_the_printing_until_blanks_are_delivered(
    person: Opened, staff: dict[str, User], visitor: Opened
) -> None:
    waiting_for_a_card(staff)
    receive_blanks(staff["operator"], 1)
    blanks.lose(by=staff["operator"], count=1, reason="uji")
    page, public = person("operator"), visitor()

    page.goto("/pencetakan/")
    then_the_page_says(page, "Blangko: 0", "Blangko habis, pencetakan ditutup.", blanks.EMPTY)
    expect(button(page, "Cetak")).to_have_attribute("aria-disabled", "true")
    check(page)
    public.goto("/layanan/")
    then_the_page_says(public, "Blangko KTP hari ini: habis, kartu dicetak lagi setelah kiriman datang.")
    check(public)
    page.goto("/blanko/")
    then_the_page_says(page, "di kotak: habis")
    check(page)

    page.get_by_role("link", name="Terima blangko", exact=True).click()
    button(page, "Catat penerimaan").click()
    then_the_page_says(page, "Isi Nomor berita acara.", "Isi jumlah lembar yang diterima.")
    check(page)
    when_blanks_are_delivered(page, 50)
    then_the_page_says(page, "Di kotak sekarang 50.", "470/118/BA")
    check(page)
    public.reload()
    then_the_page_says(public, "Blangko KTP hari ini: 50 lembar.")

    assert [printed_first(page) for _ in NAMES] == NAMES
    assert (blanks.current().on_hand, blanks.current().reserved) == (47, 0)
    assert list(verify(BlankEntry)) == []


def test_a_close_that_does_not_add_up_is_explained_and_signed_by_two_people(
    person: Opened, staff: dict[str, User]
) -> None:
    receive_blanks(staff["operator"], 50)
    first, second = person("operator"), person("loket")

    first.goto("/blanko/")
    first.get_by_role("link", name="Tutup hari", exact=True).click()
    check(first)
    first.get_by_label("Blangko terhitung", exact=True).fill("49")
    first.get_by_label("Kartu tercetak menurut stasiun SIAK", exact=True).fill("0")
    button(first, "Bandingkan dengan buku").click()
    then_the_page_says(first, "Tutup hari: ada selisih", "selisih −1")
    check(first)
    button(first, "Simpan penjelasan").click()
    then_the_page_says(first, "Isi penjelasan selisihnya, atau hitung ulang.")
    first.get_by_label("Penjelasan selisih", exact=True).fill("Satu lembar tidak ditemukan di kotak.")
    button(first, "Simpan penjelasan").click()
    then_the_page_says(first, "Menunggu tanda tangan orang kedua.", "Anda yang menghitung.")
    expect(button(first, "Tandatangani")).to_have_count(0)
    check(first)

    second.goto("/blanko/")
    then_the_page_says(second, "menunggu tanda tangan Anda")
    second.get_by_role("link", name="Periksa tutup hari", exact=True).click()
    then_the_page_says(second, "Satu lembar tidak ditemukan di kotak.")
    button(second, "Tandatangani").click()
    dialog = second.get_by_role("dialog")
    expect(dialog).to_contain_text("dengan selisih dan penjelasannya")
    button(dialog, "Tandatangani").click()
    then_the_page_says(second, "Sudah ditandatangani dua orang.")
    check(second)

    close = BlankClose.objects.get()
    assert (close.closed_by, close.signed_by) == (staff["operator"], staff["loket"])
    record = second.get_by_role("link", name="Cetak berita acara", exact=True).get_attribute("href")
    text = pdf_text(second, str(record))
    assert staff["operator"].name in text and staff["loket"].name in text and "selisih −1" in text
    second.goto("/blanko/penutupan/")
    then_the_page_says(second, "Selisih", staff["operator"].name)
    check(second)

    watching = person("sekcam")
    then_the_page_says(watching, "Tutup hari berselisih", "Satu lembar tidak ditemukan di kotak.")


def test_an_entry_is_corrected_after_asking_and_a_double_click_writes_once(
    person: Opened, staff: dict[str, User]
) -> None:
    page = person("operator", at="/blanko/terima/")
    page.get_by_label("Nomor berita acara", exact=True).fill("BA-1")
    page.get_by_label("Asal", exact=True).fill("Disdukcapil")
    page.get_by_label("Nomor seri pertama", exact=True).fill("A0001")
    page.get_by_label("Nomor seri terakhir", exact=True).fill("A0120")
    button(page, "Catat penerimaan").dblclick()
    then_the_page_says(page, "120 blangko diterima")
    assert BlankEntry.objects.count() == 1

    page.get_by_role("link", name="Koreksi catatan 1").click()
    check(page)
    page.get_by_label("Alasan koreksi", exact=True).fill("jumlahnya keliru")
    button(page, "Koreksi catatan").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Catatan 1 dibalik seluruhnya. Ini tidak dapat dibatalkan.")
    button(dialog, "Koreksi catatan").click()
    then_the_page_says(page, "Catatan 1 dibalik. Di kotak sekarang 0.", "sudah dikoreksi")
    assert blanks.current().on_hand == 0


def test_without_javascript_a_blank_is_lost_and_an_open_close_is_seen(person: Opened, staff: dict[str, User]) -> None:
    receive_blanks(staff["operator"], 5)
    entry = BlankEntry.objects.get()
    blanks.give_back(by=staff["operator"], count=1, document="S-1", at=entry.occurred_at - timedelta(days=2))
    page = person("operator", at="/blanko/hilang/", java_script_enabled=False)
    page.get_by_label("Jumlah lembar", exact=True).fill("2")
    page.get_by_label("Keterangan", exact=True).fill("tidak ada di kotak")
    button(page, "Catat hilang").click()
    then_the_page_says(page, "2 blangko dicatat hilang. Sekretaris melihatnya.", "belum ditutup")
    assert blanks.current().on_hand == 2
