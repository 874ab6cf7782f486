"""A day of cards that are out of use: surrendered, rejected, found; burnt before two witnesses; nothing lies there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from applications import blanks, custody, lifecycle
from applications.models import CustodyEntry, Destruction, HeldCard
from applications.states import Kind, State
from office.verification import verify
from tests.e2e.browsing import check, pdf_text
from tests.e2e.steps import button, then_the_page_says, when_the_card_is_found, when_the_card_is_handed_over
from tests.factories import Path, application_in, destroyed, found_card, make_resident, receive_blanks

Opened = Callable[..., Page]
WORN, BLURRED = "Dewi Kartikasari", "Hasan Basri Mulyono"


def roles(staff: dict[str, User]) -> dict[str, User]:
    return {"counter": staff["loket"], "operator": staff["operator"], "section_head": staff["kasi"]}


@pytest.fixture
def ready(staff: dict[str, User]) -> None:
    """Two cards that lie ready: one in place of a worn card, one that came out blurred."""
    people = roles(staff)
    path = Path(people, kind=Kind.DAMAGED, resident=make_resident(name=WORN))
    file = path.status(path.validated(), "PRINT_READY_RECORD")
    receive_blanks(people["operator"])
    file = lifecycle.start_print(file, by=people["operator"], reason="uji")
    lifecycle.confirm_print(file, by=people["operator"])
    application_in(State.READY_FOR_PICKUP, people, resident=make_resident(name=BLURRED))


def surrendered_at_the_handover(counter: Page) -> None:
    """The new card is given only for the old one, whose corner is cut before the eyes of its owner."""
    when_the_card_is_found(counter, name=WORN)
    button(counter, "Serahkan").click()
    button(counter.get_by_role("dialog"), "Serahkan").click()
    then_the_page_says(counter, "Belum diserahkan", "Minta KTP lama dan potong sudutnya, lalu beri tanda.")
    assert not HeldCard.objects.exists()
    check(counter)
    counter.get_by_label("KTP lama diserahkan dan sudutnya sudah dipotong", exact=True).check()
    when_the_card_is_handed_over(counter, WORN)
    then_the_page_says(counter, "Bukti penyerahan")
    old = HeldCard.objects.get()
    assert (old.source, old.corner_cut, old.application.resident.name) == ("old", True, WORN)


def rejected_at_the_handover(counter: Page) -> None:
    when_the_card_is_found(counter, name=BLURRED)
    counter.get_by_role("link", name="Tolak kartu", exact=True).click()
    counter.get_by_label("Hasil cetak cacat", exact=True).check()
    counter.get_by_label("Keterangan", exact=True).fill("foto buram")
    button(counter, "Tolak kartu").click()
    then_the_page_says(counter, "Kartu ditolak. Sekarang “Siap cetak”.")


def when_the_witnesses_are_typed(page: Page, second: str = "Rini Astutik") -> None:
    page.get_by_label("Tempat", exact=True).fill("halaman kantor Kecamatan Jatiroto")
    page.get_by_label("Nama saksi pertama", exact=True).fill("Sugeng Prayitno")
    page.get_by_label("Jabatan dan instansi saksi pertama", exact=True).fill("Satpol PP Kecamatan Jatiroto")
    page.get_by_label("Nama saksi kedua", exact=True).fill(second)
    page.get_by_label("Jabatan dan instansi saksi kedua", exact=True).fill("Staf Seksi Pemerintahan")


@pytest.mark.usefixtures("ready")
def test_the_cards_of_a_day_end_in_one_record_of_destruction(person: Opened) -> None:
    counter = person("loket", at="/penyerahan/")
    surrendered_at_the_handover(counter)
    rejected_at_the_handover(counter)
    counter.goto("/kartu-ditarik/")
    then_the_page_says(counter, WORN, BLURRED, "foto buram")
    counter.get_by_role("link", name="Catat kartu temuan", exact=True).click()
    button(counter, "Simpan").click()
    then_the_page_says(counter, "Isi nama pada kartu.")
    check(counter)
    counter.get_by_label("Nama pada kartu", exact=True).fill("Kasiyem")
    counter.get_by_label("Keterangan", exact=True).fill("diserahkan penjaga pasar")
    counter.get_by_label("Sudut kanan atas kartu sudah dipotong", exact=True).check()
    button(counter, "Simpan").dblclick()
    then_the_page_says(counter, "Kartu temuan tercatat.", "Kasiyem", "diserahkan penjaga pasar")
    assert HeldCard.objects.filter(source="found").count() == 1
    check(counter)

    head = person("kasi")
    head.get_by_role("link", name="Kartu ditarik", exact=True).click()
    head.get_by_role("link", name="Buat berita acara pemusnahan", exact=True).click()
    expect(head.get_by_role("checkbox", checked=True)).to_have_count(3)
    check(head)
    when_the_witnesses_are_typed(head, second="sugeng prayitno")
    button(head, "Catat pemusnahan").click()
    button(head.get_by_role("dialog"), "Catat pemusnahan").click()
    then_the_page_says(head, "Kedua saksi harus orang yang berbeda.")
    check(head)
    head.get_by_label("Nama saksi kedua", exact=True).fill("Rini Astutik")
    button(head, "Catat pemusnahan").click()
    dialog = head.get_by_role("dialog")
    expect(dialog).to_contain_text("Ini tidak dapat dibatalkan.")
    button(dialog, "Batal").click()
    assert not Destruction.objects.exists()
    button(head, "Catat pemusnahan").click()
    button(dialog, "Catat pemusnahan").click()

    expect(head).to_have_url(re.compile("/kartu-ditarik/berita-acara/BAP-"))
    record = Destruction.objects.get()
    then_the_page_says(head, f"{record.number} tercatat: 3 kartu.", WORN, "Kasiyem", "Sugeng Prayitno")
    check(head)
    link = head.get_by_role("link", name="Cetak berita acara (A4)", exact=True).get_attribute("href")
    text = pdf_text(head, str(link))
    for words in (record.number, "3 (tiga) keping", WORN, BLURRED, "Kasiyem",
                  "Rusak karena pemakaian", "Hasil cetak cacat", "Saksi pertama,", "470.13/11176/SJ"):
        assert words in text, words

    head.goto("/kartu-ditarik/")
    then_the_page_says(head, "Tidak ada kartu di penyimpanan")
    check(head)
    assert not custody.lying().exists() and list(verify(CustodyEntry)) == []


def test_a_record_is_written_without_javascript(person: Opened, staff: dict[str, User]) -> None:
    for name in ("Kasiyem", "Slamet Riyadi"):
        found_card(roles(staff), name)
    page = person("kasi", at="/kartu-ditarik/pemusnahan/", java_script_enabled=False)
    page.get_by_role("checkbox", name=re.compile("Slamet Riyadi")).uncheck()
    when_the_witnesses_are_typed(page)
    button(page, "Catat pemusnahan").click()
    then_the_page_says(page, "Periksa sekali lagi.", "Rini Astutik, Staf Seksi Pemerintahan")
    assert not Destruction.objects.exists()
    button(page, "Catat pemusnahan").click()
    then_the_page_says(page, "tercatat: 1 kartu.", "Kasiyem")
    assert custody.lying().get().holder == "Slamet Riyadi"


def test_the_operator_sends_faulty_blanks_back(person: Opened, staff: dict[str, User]) -> None:
    receive_blanks(staff["operator"])
    blanks.spoil(by=staff["operator"], cause="factory", note="sobek di sudut")
    page = person("operator", at="/kartu-ditarik/")
    page.get_by_role("link", name="Kembalikan blangko rusak", exact=True).click()
    check(page)
    page.get_by_label("Nomor surat pengembalian", exact=True).fill("470/12/427.99/2026")
    button(page, "Catat pengembalian").click()
    button(page.get_by_role("dialog"), "Catat pengembalian").click()
    then_the_page_says(page, "1 blangko rusak tercatat dikembalikan ke pusat.", "Tidak ada kartu di penyimpanan")


def test_the_secretary_reads_what_left_and_the_month(person: Opened, staff: dict[str, User]) -> None:
    people = roles(staff)
    record = destroyed([found_card(people, "Kasiyem")], people)
    page = person("sekcam", at="/kartu-ditarik/")
    expect(page.get_by_role("link", name="Buat berita acara pemusnahan")).to_have_count(0)
    for tab, words in (("Sudah keluar", "Kasiyem"), ("Berita acara", record.number), ("Laporan bulanan", "Jumlah")):
        page.get_by_role("link", name=tab, exact=True).click()
        then_the_page_says(page, words)
        check(page)
    link = page.get_by_role("link", name="Cetak laporan (A4)", exact=True).get_attribute("href")
    assert "Hilang lalu ditemukan 0 1 1 0 0" in pdf_text(page, str(link))
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh XLSX", exact=True).click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("link", name=record.number, exact=True).click()
    then_the_page_says(page, "Kasiyem", "Sugeng Prayitno")
