"""With JavaScript off every page can be read and every move of a card's way made."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from applications.states import State
from tests.e2e.steps import (
    NAME,
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
    when_blanks_are_delivered,
    when_taken_in,
    when_the_card_is_found,
    when_the_centre_is_seen_to_answer,
    when_the_recording_is_finished,
)

Opened = Callable[..., Page]
IN_THE_PRINTER = "Wahyu Nugroho"  # a card to look at goes before all that still wait for their turn


@pytest.fixture
def plain(person: Opened) -> Opened:
    """`plain("loket")`: as `person`, in a browser without JavaScript."""
    return lambda username: person(username, java_script_enabled=False)


def test_a_card_is_made_and_handed_over(plain: Opened) -> None:
    counter, head, operator = plain("loket"), plain("kasi"), plain("operator")

    when_taken_in(counter)
    head.goto("/validasi/")
    button(head, "Setujui").click()
    then_the_page_says(head, "Disetujui")
    operator.goto("/perekaman/")
    when_all_positions_are_recorded(operator)
    when_the_recording_is_finished(operator)
    operator.goto("/perekaman/?tab=awaiting_central")
    when_the_centre_is_seen_to_answer(operator, "PRINT_READY_RECORD")
    printed(operator)
    handed_over_after_a_question_on_a_page(counter)

    then_the_book_is_whole()


def printed(operator: Page) -> None:
    """The box is empty on the first day: nothing is printed before a delivery is written down."""
    operator.goto("/pencetakan/")
    then_the_page_says(operator, "Blangko: 0", "Blangko habis, pencetakan ditutup.")
    when_blanks_are_delivered(operator, 50)
    operator.goto("/pencetakan/")
    then_the_page_says(operator, "Blangko: 50")
    button(operator, "Cetak").click()
    then_the_page_says(operator, "Blangko: 49", "Lihat kartunya")
    operator.get_by_label("Nomor seri blangko", exact=True).fill(SERIAL)
    button(operator, "Hasil cetak baik").click()
    then_the_page_says(operator, "Siap diserahkan")


def handed_over_after_a_question_on_a_page(counter: Page) -> None:
    """What was chosen on the desk is still chosen on the page that asks."""
    when_the_card_is_found(counter)
    counter.get_by_label("Orang lain", exact=True).check()
    counter.get_by_label("Nama pengambil", exact=True).fill("Sumiati")
    counter.get_by_label("Hubungan dengan pemohon", exact=True).fill("ibu")
    counter.get_by_label("Surat kuasa sudah dilihat", exact=True).check()
    counter.get_by_label("KTP pengambil sudah dilihat", exact=True).check()
    button(counter, "Serahkan").click()
    then_the_page_says(counter, NAME, "Ini tidak dapat dibatalkan.")
    then_the_state_is(State.READY_FOR_PICKUP)
    expect(counter.get_by_label("Nama pengambil", exact=True)).to_have_value("Sumiati")
    button(counter, "Serahkan").click()
    then_the_page_says(counter, "Bukti penyerahan")
    then_the_state_is(State.HANDED_OVER)
    assert saved().handover.collector_name == "Sumiati"


def test_a_missing_paper_sends_home_and_comes_back(plain: Opened) -> None:
    counter = plain("loket")
    given_a_new_resident_at_the_counter(counter)
    given_papers(counter, "Fotokopi Kartu Keluarga")

    button(counter, "Kembalikan sekarang").click()
    then_the_page_says(counter, "dicatat belum lengkap")
    counter.goto("/loket/")
    counter.get_by_role("link", name=NAME).click()
    given_papers(counter, "Fotokopi Akta Kelahiran")
    button(counter, "Ajukan kembali").click()

    then_the_page_says(counter, "sudah diajukan kembali.")
    assert entries("resubmit") == 1


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("username", "links"),
    [
        ("loket", {"Loket": "Permohonan baru", "Penyerahan": "Penyerahan", "Cari berkas": "Cari berkas"}),
        ("kasi", {"Validasi": "Dewi Kartikasari", "Cari berkas": "Cari berkas"}),
        ("operator", {"Perekaman": "Hasan Basri Mulyono", "Pencetakan": IN_THE_PRINTER}),
    ],
)
def test_every_page_of_the_navigation_can_be_read(plain: Opened, username: str, links: dict[str, str]) -> None:
    page = plain(username)

    for label, heading in links.items():
        page.get_by_role("navigation", name="Utama").get_by_role("link", name=label).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.mark.usefixtures("files")
def test_the_menu_opens_and_signs_out(visitor: Opened) -> None:
    page = visitor(java_script_enabled=False)
    sign_in(page, "kasi")

    page.locator(".menu summary").click()
    expect(page.get_by_role("button", name="Pintasan keyboard")).to_be_hidden()
    button(page, "Keluar").click()

    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
