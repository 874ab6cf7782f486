"""The handover desk in a browser: found by hand or scanner, to a relative, signed on the pad or by thumb, rejected."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from applications.models import BlankStock, Handover, HeldCard
from applications.states import State
from tests.applications.hostile import jpeg
from tests.e2e.browsing import check, focused, pdf_text
from tests.e2e.steps import (
    button,
    entries,
    saved,
    then_the_book_is_whole,
    then_the_page_says,
    then_the_state_is,
    when_the_card_is_found,
)

Opened = Callable[..., Page]
OWNER = "Rizki Aditya Pratama"
FAR_BACK = 4  # pages on the way back after a scan, until the desk where it began
WITH_AND_WITHOUT = pytest.mark.parametrize("script", [True, False], ids=["javascript", "no javascript"])
pytestmark = pytest.mark.usefixtures("files")


def label(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


def when_it_is_handed_over(page: Page, script: bool = True) -> None:
    """The question is answered in a dialog; without a script the page asks for a second press."""
    button(page, "Serahkan").click()
    if script:
        button(page.get_by_role("dialog"), "Serahkan").click()
    else:
        then_the_page_says(page, "Ini tidak dapat dibatalkan. Tekan “Serahkan” sekali lagi.")
        button(page, "Serahkan").click()


def accessible(page: Page, script: bool) -> None:
    """axe is a script itself."""
    if script:
        check(page)


def a_scan(tmp_path: Path) -> str:
    (tmp_path / "bukti.jpg").write_bytes(jpeg())
    return str(tmp_path / "bukti.jpg")


@WITH_AND_WITHOUT
def test_a_relative_with_both_papers_collects_the_card(person: Opened, script: bool) -> None:
    page = person("loket", at="/penyerahan/", java_script_enabled=script)
    when_the_card_is_found(page, name=OWNER)
    expect(label(page, "Nama pengambil")).to_be_hidden()
    label(page, "Orang lain").check()
    expect(label(page, "Alasan diserahkan tanpa surat kuasa atau KTP")).to_be_visible()
    label(page, "Nama pengambil").fill("Sumiati")
    label(page, "Hubungan dengan pemohon").fill("ibu")
    label(page, "Surat kuasa sudah dilihat").check()
    label(page, "KTP pengambil sudah dilihat").check()
    expect(label(page, "Alasan diserahkan tanpa surat kuasa atau KTP")).to_be_hidden()
    accessible(page, script)

    when_it_is_handed_over(page, script)

    then_the_page_says(page, OWNER, "kepada Sumiati (ibu)", "Bukti penyerahan")
    accessible(page, script)
    assert saved(OWNER).entries.get(verb="hand_over").deviation == ""
    if script:
        proof = pdf_text(page, f"/permohonan/{saved(OWNER).slug}/bukti-penyerahan.pdf")
        for words in ("Sumiati (ibu)", "surat kuasa dan KTP pengambil dilihat", "papan tanda tangan", "Kode survei"):
            assert words in proof
    then_the_book_is_whole()


@WITH_AND_WITHOUT
def test_a_relative_without_papers_needs_a_reason(person: Opened, script: bool) -> None:
    page = person("loket", at="/penyerahan/", java_script_enabled=script)
    when_the_card_is_found(page, name=OWNER)
    label(page, "Orang lain").check()
    label(page, "Nama pengambil").fill("Sumiati")
    label(page, "Hubungan dengan pemohon").fill("ibu")
    label(page, "Surat kuasa sudah dilihat").check()

    button(page, "Serahkan").click()
    if script:
        button(page.get_by_role("dialog"), "Serahkan").click()

    then_the_page_says(page, "Belum diserahkan", "Lihat surat kuasa dan KTP pengambil")
    expect(label(page, "Nama pengambil")).to_have_value("Sumiati")
    expect(label(page, "Surat kuasa sudah dilihat")).to_be_checked()
    accessible(page, script)
    then_the_state_is(State.READY_FOR_PICKUP, OWNER)
    label(page, "Alasan diserahkan tanpa surat kuasa atau KTP").fill("pemohon sakit, sudah ditelepon")
    when_it_is_handed_over(page, script)
    then_the_page_says(page, "kepada Sumiati (ibu)")
    assert saved(OWNER).entries.get(verb="hand_over").deviation == "without_papers"
    then_the_book_is_whole()


def test_signed_on_the_pad_nothing_is_left_to_do_and_the_next_sees_nothing_of_it(person: Opened) -> None:
    page = person("loket", at="/penyerahan/")
    when_the_card_is_found(page, name=OWNER)
    expect(label(page, "Di papan tanda tangan")).to_be_checked()

    when_it_is_handed_over(page)

    then_the_page_says(page, "Penerima sudah menandatangani di papan.")
    expect(page.locator("input[type=file]")).to_have_count(0)
    check(page)
    given = Handover.objects.get(application=saved(OWNER))
    assert given.signed == "pad" and given.signature
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/penyerahan/$"))
    then_the_page_says(page, "Siapa yang mengambil kartu?")
    check(page)
    for personal in (OWNER, saved(OWNER).number, saved(OWNER).resident.nik_masked):
        assert personal not in page.content()


def test_a_thumb_on_the_printed_proof_is_scanned_afterwards(person: Opened, tmp_path: Path) -> None:
    page = person("loket", at="/penyerahan/")
    when_the_card_is_found(page, name=OWNER)
    label(page, "Cap jempol di lembar bukti").check()
    when_it_is_handed_over(page)
    then_the_page_says(page, "satu dicap jempol penerima lalu dipindai")
    assert "cap jempol di lembar ini" in pdf_text(page, f"/permohonan/{saved(OWNER).slug}/bukti-penyerahan.pdf")
    page.get_by_role("link", name="Berikutnya").click()

    page.get_by_role("link", name="Bukti belum dipindai: 1").click()
    check(page)
    page.get_by_role("link", name=saved(OWNER).number).click()
    label(page, "Pindaian atau foto bukti yang sudah ditandatangani").set_input_files(a_scan(tmp_path))
    button(page, "Simpan pindaian").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Pindaian disimpan sebagai bukti dan tidak dapat diganti.")
    button(dialog, "Simpan pindaian").click()

    then_the_page_says(page, "bukti yang ditandatangani sudah disimpan", "Pindaian tidak diganti.")
    check(page)
    assert Handover.objects.get(application=saved(OWNER)).proof_scan
    page.get_by_role("link", name="Berikutnya").click()
    expect(page.get_by_role("link", name="Bukti belum dipindai")).to_have_count(0)
    for _ in range(FAR_BACK):
        expect(page.locator("body")).not_to_contain_text(OWNER)
        assert OWNER not in page.content(), page.url
        page.go_back()
    then_the_book_is_whole()


def test_a_proof_is_scanned_without_a_script_too(person: Opened, tmp_path: Path) -> None:
    page = person("loket", at="/penyerahan/", java_script_enabled=False)
    when_the_card_is_found(page, name=OWNER)
    label(page, "Di lembar bukti").check()
    when_it_is_handed_over(page, script=False)
    button(page, "Simpan pindaian").click()
    then_the_page_says(page, "Pilih berkas pindaiannya.")
    label(page, "Pindaian atau foto bukti yang sudah ditandatangani").set_input_files(a_scan(tmp_path))
    button(page, "Simpan pindaian").click()
    then_the_page_says(page, "bukti yang ditandatangani sudah disimpan")


def test_a_wrong_card_is_rejected_printed_again_and_handed_over(person: Opened) -> None:
    counter, operator = person("loket", at="/penyerahan/"), person("operator")
    when_the_card_is_found(counter, name=OWNER)
    counter.get_by_role("link", name="Tolak kartu", exact=True).click()
    then_the_page_says(counter, OWNER, "Pemohon menandatangani data ini pada", "Siap diserahkan")
    check(counter)
    button(counter, "Tolak kartu").click()
    then_the_page_says(counter, "Pilih apa yang salah: kartunya atau datanya.", "Tulis apa yang salah pada kartu")
    check(counter)
    label(counter, "Hasil cetak cacat").check()
    label(counter, "Keterangan").fill("foto bergaris")
    button(counter, "Tolak kartu").click()
    then_the_page_says(counter, "Kartu ditolak. Sekarang “Siap cetak”.")
    assert OWNER not in counter.content()

    operator.goto("/pencetakan/")
    printed_again(operator)
    then_the_state_is(State.READY_FOR_PICKUP, OWNER)
    when_the_card_is_found(counter, name=OWNER)
    when_it_is_handed_over(counter)

    then_the_state_is(State.HANDED_OVER, OWNER)
    assert [held.source for held in HeldCard.objects.all()] == ["rejected"]
    assert [each.blank_serial for each in saved(OWNER).prints.order_by("pk")] == ["", "BLK-0077"]
    assert saved(OWNER).entries.filter(verb="start_print").latest("pk").deviation == "out_of_turn"
    then_the_book_is_whole()


def printed_again(operator: Page) -> None:
    """On a new blank, before its turn because its owner stands at the counter; the desk says that it came back."""
    blanks = BlankStock.objects.get().on_hand
    operator.get_by_role("link", name=re.compile(OWNER)).click()
    then_the_page_says(operator, "ditolak", "Bukan gilirannya.", f"Blangko: {blanks}")
    check(operator)
    operator.get_by_role("link", name="Cetak", exact=True).click()
    label(operator, "Keterangan").fill("Kartunya ditolak, pemohon menunggu di loket")
    button(operator, "Cetak").click()
    then_the_page_says(operator, "Sedang dicetak", "Lihat kartunya")
    label(operator, "Nomor seri blangko").fill("BLK-0077")
    button(operator, "Hasil cetak baik").click()
    then_the_page_says(operator, f"Blangko: {blanks - 1}")
    assert OWNER not in operator.content()


def test_a_scanner_opens_the_card_from_the_empty_desk(person: Opened) -> None:
    page = person("loket", at="/penyerahan/")
    assert focused(page) == "find-card"
    page.keyboard.type(f"https://ktp.jatiroto.example/lacak/?kode={saved(OWNER).tracking_code}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(OWNER)


@pytest.mark.parametrize("behind", ["file", "question", "choice"])
def test_a_scanner_opens_the_next_card_while_another_file_is_open(person: Opened, behind: str) -> None:
    """Its letters are no shortcuts: none rejects, none hands over, wherever the focus is."""
    other = saved("Wahyu Nugroho")
    page = person("loket", at="/penyerahan/")
    when_the_card_is_found(page, name=OWNER)
    if behind == "question":
        button(page, "Serahkan").click()
        expect(page.get_by_role("dialog")).to_be_visible()
    elif behind == "choice":
        label(page, "Di papan tanda tangan").focus()

    page.keyboard.type(f"https://ktp.jatiroto.example/lacak/?kode={other.tracking_code}")
    page.keyboard.press("Enter")

    then_the_page_says(page, "Hasil pencarian", other.number, "belum selesai dicetak")
    check(page)
    assert entries("hand_over") == 0 and entries("reject_card") == 0


def test_a_single_letter_is_still_the_shortcut_that_it_was(person: Opened) -> None:
    page = person("loket", at="/penyerahan/")
    when_the_card_is_found(page, name=OWNER)
    page.keyboard.press("c")
    expect(label(page, "Nomor, kode, atau nama")).to_be_focused()
    expect(label(page, "Nomor, kode, atau nama")).to_have_value("")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Tolak kartu")).to_be_visible()


def test_several_of_one_name_are_listed_and_an_unknown_one_is_said(person: Opened) -> None:
    page = person("loket", at="/penyerahan/")
    field = label(page, "Nomor, kode, atau nama")
    field.fill("i")
    button(page, "Buka").click()
    then_the_page_says(page, "Hasil pencarian", OWNER, "siap diserahkan", "belum dicetak: sekarang “Siap cetak”")
    check(page)
    field.fill("tidak ada orang ini")
    button(page, "Buka").click()
    then_the_page_says(page, "Tidak ditemukan")
    expect(field).to_have_value("tidak ada orang ini")
    check(page)
