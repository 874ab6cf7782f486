"""A day of cards that are out of use: surrendered, rejected, found; burnt before two witnesses; nothing lies there."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from applications import blanks, custody, lifecycle
from applications.models import CustodyEntry, Destruction, HeldCard
from applications.states import Kind, State
from office.verification import verify
from tests.e2e.browsing import check, pdf_text
from tests.e2e.steps import button, then_the_page_says
from tests.factories import Path, application_in, destroyed, found_card, make_resident, receive_blanks

Opened = Callable[..., Page]


def roles(staff: dict[str, User]) -> dict[str, User]:
    return {"counter": staff["loket"], "operator": staff["operator"], "section_head": staff["kasi"]}


def given_an_old_card_and_a_rejected_one(people: dict[str, User]) -> None:
    """A worn card was surrendered at the handover of the new one; another new card came out blurred."""
    path = Path(people, kind=Kind.DAMAGED, resident=make_resident(name="Dewi Kartikasari"))
    file = path.status(path.validated(), "PRINT_READY_RECORD")
    receive_blanks(people["operator"])
    file = lifecycle.start_print(file, by=people["operator"], reason="uji")
    file = lifecycle.confirm_print(file, by=people["operator"], blank_serial="")
    lifecycle.hand_over(file, by=people["counter"], collector="self", old_card_surrendered=True)
    other = application_in(State.READY_FOR_PICKUP, people, resident=make_resident(name="Hasan Basri Mulyono"))
    lifecycle.reject_card(other, by=people["counter"], fault="print", reason="foto buram")


def when_the_witnesses_are_typed(page: Page, second: str = "Rini Astutik") -> None:
    page.get_by_label("Tempat", exact=True).fill("halaman kantor Kecamatan Jatiroto")
    page.get_by_label("Nama saksi pertama", exact=True).fill("Sugeng Prayitno")
    page.get_by_label("Jabatan dan instansi saksi pertama", exact=True).fill("Satpol PP Kecamatan Jatiroto")
    page.get_by_label("Nama saksi kedua", exact=True).fill(second)
    page.get_by_label("Jabatan dan instansi saksi kedua", exact=True).fill("Staf Seksi Pemerintahan")


def test_the_cards_of_a_day_end_in_one_record_of_destruction(person: Opened, staff: dict[str, User]) -> None:
    given_an_old_card_and_a_rejected_one(roles(staff))
    counter = person("loket")
    counter.goto("/kartu-ditarik/")
    then_the_page_says(counter, "Dewi Kartikasari", "Hasan Basri Mulyono", "foto buram")
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
    then_the_page_says(head, f"{record.number} tercatat: 3 kartu.", "Dewi Kartikasari", "Kasiyem", "Sugeng Prayitno")
    check(head)
    link = head.get_by_role("link", name="Cetak berita acara (A4)", exact=True).get_attribute("href")
    text = pdf_text(head, str(link))
    for words in (record.number, "3 (tiga) keping", "Dewi Kartikasari", "Hasan Basri Mulyono", "Kasiyem",
                  "Rusak karena pemakaian", "Hasil cetak cacat", "Saksi pertama,", "470.13/11176/SJ"):
        assert words in text, words

    head.goto("/kartu-ditarik/")
    then_the_page_says(head, "Tidak ada kartu di penyimpanan")
    check(head)
    assert not custody.lying().exists() and list(verify(CustodyEntry)) == []


def test_a_record_is_written_without_javascript(person: Opened, staff: dict[str, User]) -> None:
    for name in ("Kasiyem", "Slamet Riyadi"):
        found_card(roles(staff), name)
    page = person("kasi", java_script_enabled=False)
    page.goto("/kartu-ditarik/pemusnahan/")
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
    page = person("operator")
    page.goto("/kartu-ditarik/")
    page.get_by_role("link", name="Kembalikan blangko rusak", exact=True).click()
    check(page)
    page.get_by_label("Nomor surat pengembalian", exact=True).fill("470/12/427.99/2026")
    button(page, "Catat pengembalian").click()
    button(page.get_by_role("dialog"), "Catat pengembalian").click()
    then_the_page_says(page, "1 blangko rusak tercatat dikembalikan ke pusat.", "Tidak ada kartu di penyimpanan")


def test_the_secretary_reads_what_left_and_the_month(person: Opened, staff: dict[str, User]) -> None:
    people = roles(staff)
    record = destroyed([found_card(people, "Kasiyem")], people)
    page = person("sekcam")
    page.goto("/kartu-ditarik/")
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
