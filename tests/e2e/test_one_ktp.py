"""One card, from an unknown resident to the proof of handover; and the way round by a missing paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from applications.states import State
from tests.e2e.browsing import PHONE, background, check, fits, pdf_text
from tests.e2e.steps import (
    NAME,
    NIK,
    SERIAL,
    button,
    entries,
    given_a_new_resident_at_the_counter,
    given_papers,
    saved,
    sign_in,
    then_the_book_is_whole,
    then_the_page_says,
    then_the_state_is,
    when_all_positions_are_recorded,
    when_the_card_is_found,
    when_the_card_is_handed_over,
    when_the_centre_is_seen_to_answer,
    when_the_recording_is_finished,
)
from tests.factories import receive_blanks

Opened = Callable[..., Page]
BRAND, GO = "rgb(20, 83, 45)", "rgb(22, 101, 52)"


def test_one_card_goes_from_intake_into_a_hand(visitor: Opened) -> None:
    counter, head, operator = visitor(), visitor(), visitor()
    for page, username in ((counter, "loket"), (head, "kasi"), (operator, "operator")):
        sign_in(page, username)

    taken_in(counter)
    approved(head)
    recorded(operator)
    answered_by_the_centre(operator)
    printed(operator)
    handed_over(counter)
    told_as_a_whole(head)


def taken_in(counter: Page) -> None:
    assert background(counter, "header.top") == BRAND
    assert background(counter, "main .btn-primary") == GO
    check(counter)
    given_a_new_resident_at_the_counter(counter)
    given_papers(counter)
    check(counter)
    button(counter, "Ajukan").click()
    then_the_page_says(counter, "sudah diajukan. Berikan tanda terima kepada pemohon.", NAME)
    then_the_state_is(State.SUBMITTED)
    check(counter)
    receipt = pdf_text(counter, f"/permohonan/{saved().slug}/tanda-terima.pdf")
    for words in (saved().number, NAME, "Rina Wulandari", "Rp 0 (gratis)", "paling lambat"):
        assert words in receipt


def approved(head: Page) -> None:
    head.goto("/validasi/")
    then_the_page_says(head, NAME, "pemohon menunggu", "3508 1755 0390 0421")
    check(head)
    button(head, "Setujui").click()
    then_the_page_says(head, "Disetujui", "Menunggu perekaman", "Semua sudah divalidasi")
    then_the_state_is(State.AWAITING_RECORDING)
    check(head)


def recorded(operator: Page) -> None:
    operator.goto("/perekaman/")
    then_the_page_says(operator, NAME, "Posisi rekaman")
    check(operator)
    when_all_positions_are_recorded(operator)
    then_the_page_says(operator, "Semua posisi sudah ada.")
    check(operator)
    when_the_recording_is_finished(operator)
    then_the_page_says(operator, "Terekam, menunggu pusat")
    then_the_state_is(State.AWAITING_CENTRAL)


def answered_by_the_centre(operator: Page) -> None:
    operator.goto("/perekaman/?tab=awaiting_central")
    then_the_page_says(operator, NAME, "menunggu pusat")
    check(operator)
    operator.get_by_role("link", name="Catat status", exact=True).click()
    check(operator)
    operator.go_back()
    when_the_centre_is_seen_to_answer(operator, "PRINT_READY_RECORD")
    then_the_page_says(operator, "Siap cetak")
    then_the_state_is(State.READY_TO_PRINT)
    check(operator)


def printed(operator: Page) -> None:
    receive_blanks(User.objects.get(username="operator"))
    operator.goto("/pencetakan/")
    check(operator)
    button(operator, "Cetak").click()
    then_the_page_says(operator, "Sedang dicetak", "Lihat kartunya")
    check(operator)
    operator.get_by_label("Nomor seri blangko", exact=True).fill(SERIAL)
    button(operator, "Hasil cetak baik").click()
    then_the_page_says(operator, "Siap diserahkan")
    then_the_state_is(State.READY_FOR_PICKUP)
    check(operator)


def handed_over(counter: Page) -> None:
    counter.goto("/penyerahan/")
    check(counter)
    when_the_card_is_found(counter)
    check(counter)
    button(counter, "Serahkan").click()
    check(counter)
    then_the_state_is(State.READY_FOR_PICKUP)
    button(counter.get_by_role("dialog"), "Batal").click()
    when_the_card_is_handed_over(counter)
    then_the_page_says(counter, "Diserahkan", "Bukti penyerahan")
    then_the_state_is(State.HANDED_OVER)
    check(counter)
    proof = pdf_text(counter, f"/permohonan/{saved().slug}/bukti-penyerahan.pdf")
    for words in (saved().number, NAME, "Rina Wulandari", SERIAL, "Rp 0 (gratis)", "pemilik sendiri"):
        assert words in proof


def told_as_a_whole(head: Page) -> None:
    head.goto(f"/permohonan/{saved().slug}/")
    timeline = head.locator(".timeline")
    for name in ("Rina Wulandari", "Sutrisno Hadi", "Bagus Prasetyo"):
        expect(timeline).to_contain_text(name)
    expect(timeline.locator("li").last).to_contain_text("Kartu diserahkan")
    check(head)
    assert entries("hand_over") == 1
    then_the_book_is_whole()


def test_a_missing_paper_sends_the_resident_home_with_a_slip_and_comes_back_once(person: Opened) -> None:
    counter = person("loket")
    given_a_new_resident_at_the_counter(counter)
    given_papers(counter, "Fotokopi Kartu Keluarga")

    button(counter, "Ajukan").click()
    then_the_page_says(counter, "Belum diajukan", "Fotokopi Akta Kelahiran")
    assert entries("submit") == 0
    check(counter)
    button(counter, "Kembalikan sekarang").click()
    expect(counter.get_by_role("dialog")).to_contain_text("Berkas dicatat belum lengkap dan mendapat nomor.")
    button(counter.get_by_role("dialog"), "Kembalikan sekarang").click()
    then_the_page_says(counter, "dicatat belum lengkap. Berikan surat kekurangan kepada pemohon.")
    check(counter)

    then_the_slip_names_what_is_missing(counter)
    comes_back_with_the_paper(counter)
    then_the_state_is(State.SUBMITTED)
    head = person("kasi")
    then_the_page_says(head, NAME, "kembali, kunjungan ke-2")
    then_the_book_is_whole()


def then_the_slip_names_what_is_missing(counter: Page) -> None:
    slip = pdf_text(counter, f"/permohonan/{saved().slug}/surat-kekurangan.pdf")
    for words in (saved().number, NAME, "Fotokopi Akta Kelahiran", "Rina Wulandari", "Rp 0 (gratis)"):
        assert words in slip
    assert "Fotokopi Kartu Keluarga" not in slip


def comes_back_with_the_paper(counter: Page) -> None:
    counter.goto("/loket/")
    counter.get_by_role("link", name=NAME).click()
    then_the_page_says(counter, "Yang masih kurang", "Fotokopi Akta Kelahiran")
    then_the_page_says(counter, "Sudah diterima, tidak diminta lagi: Fotokopi Kartu Keluarga.")
    check(counter)
    button(counter, "Ajukan kembali").click()
    then_the_page_says(counter, "Belum diajukan")
    then_the_state_is(State.RETURNED)
    check(counter)
    given_papers(counter, "Fotokopi Akta Kelahiran")
    # Who waits in the room is asked for again at each visit.
    counter.get_by_label("Pemohon menunggu di ruang", exact=True).uncheck()
    button(counter, "Ajukan kembali").click()
    then_the_page_says(counter, "sudah diajukan kembali.")
    check(counter)


def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(person: Opened) -> None:
    counter = person("loket")
    given_a_new_resident_at_the_counter(counter)
    given_papers(counter)
    counter.get_by_label("Nomor KK", exact=True).fill("3508 17")

    button(counter, "Ajukan").click()

    summary = counter.get_by_role("alert")
    expect(summary).to_contain_text("Nomor KK harus 16 angka.")
    expect(summary).to_be_focused()
    expect(counter.locator("#div_id_kk_number")).to_contain_text("Nomor KK harus 16 angka.")
    expect(counter.get_by_label("Nomor KK", exact=True)).to_have_value("3508 17")
    expect(counter.get_by_label("Nama lengkap", exact=True)).to_have_value(NAME)
    expect(counter.get_by_label("Asli dilihat: Fotokopi Akta Kelahiran", exact=True)).to_be_checked()
    check(counter)
    summary.get_by_role("link", name="Nomor KK").click()
    expect(counter.get_by_label("Nomor KK", exact=True)).to_be_focused()
    assert entries("submit") == 0


@pytest.mark.parametrize("path", ["/layanan/", "/masuk/"])
def test_a_public_page_fits_a_phone(visitor: Opened, path: str) -> None:
    page = visitor(viewport=PHONE, is_mobile=True, has_touch=True)

    page.goto(path)

    fits(page, PHONE)
    check(page)


@pytest.mark.usefixtures("demo_office")
def test_every_desk_and_the_search_can_be_read_at_200_percent(person: Opened) -> None:
    for username, paths in {
        "loket": ["/loket/", "/penyerahan/", "/cari/", "/kata-sandi/", f"/permohonan/{saved('Fitriyah').slug}/"],
        "kasi": ["/validasi/"],
        "operator": ["/perekaman/", "/perekaman/?tab=awaiting_central", "/perekaman/?tab=awaiting_age", "/pencetakan/"],
    }.items():
        page = person(username)
        for path in paths:
            page.goto(path)
            check(page)


@pytest.mark.usefixtures("files")
def test_a_number_opens_the_file_and_a_part_of_a_name_lists_what_it_may_mean(person: Opened) -> None:
    page = person("kasi")
    search = page.get_by_label("Cari berkas", exact=True)

    search.fill("i")
    search.press("Enter")
    then_the_page_says(page, "Nomor", "Siti Maimunah", "Rizki Aditya Pratama")
    assert NIK not in page.content()
    check(page)

    search.fill(saved("Siti Maimunah").number)
    search.press("Enter")
    expect(page.get_by_role("heading", name="Siti Maimunah")).to_be_visible()
    expect(button(page, "Setujui")).to_be_visible()
