"""The keyboard alone is enough: signing in, moving in the queue, approving, recording, finding."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.demo import PASSWORD
from applications.states import State
from tests.e2e.browsing import check, focus_is_visible, focused
from tests.e2e.steps import (
    entries,
    saved,
    then_the_page_says,
    then_the_state_is,
    when_the_card_is_found,
)

Opened = Callable[..., Page]
OLDER, NEWER = "Dewi Kartikasari", "Siti Maimunah"  # both wait for validation


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def opened(page: Page) -> str:
    """The name on the file that is open."""
    return page.get_by_role("heading", level=1).inner_text()


@pytest.mark.usefixtures("files")
def test_signing_in_needs_no_mouse(visitor: Opened) -> None:
    page = visitor()
    page.goto("/masuk/")

    expect(page.get_by_label("Nama pengguna", exact=True)).to_be_focused()
    page.keyboard.type("kasi")
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(OLDER)


@pytest.mark.usefixtures("files")
def test_the_section_head_moves_in_the_queue_and_approves(person: Opened) -> None:
    page = person("kasi")
    expect(page.get_by_role("heading", level=1)).to_have_text(OLDER)

    press(page, "j")
    expect(page.get_by_role("heading", level=1)).to_have_text(NEWER)
    press(page, "j")  # the end of the queue stays the end
    press(page, "l")
    expect(page.get_by_role("heading", level=1)).to_have_text(OLDER)
    press(page, "s")

    then_the_page_says(page, f"{saved(OLDER).number}: Disetujui")
    expect(page.get_by_role("heading", level=1)).to_have_text(NEWER)
    then_the_state_is(State.AWAITING_CENTRAL, OLDER)
    then_the_state_is(State.SUBMITTED, NEWER)


@pytest.mark.usefixtures("files")
def test_the_operator_records_with_one_key(person: Opened) -> None:
    page = person("operator")

    for so_far in (1, 2, 12, 14):
        press(page, "r")
        expect(page.locator(".capture .tone-go")).to_have_count(so_far)
    press(page, "c")
    then_the_page_says(page, "Minta membaca huruf demi huruf.")
    press(page, "t")
    then_the_page_says(page, "Rekaman siap diselesaikan.")
    press(page, "s")

    then_the_page_says(page, "Terekam, menunggu pusat")
    then_the_state_is(State.AWAITING_CENTRAL, "Hasan Basri Mulyono")


@pytest.mark.usefixtures("files")
def test_the_counter_hands_over_and_the_question_starts_on_no(person: Opened) -> None:
    page = person("loket", at="/penyerahan/")
    when_the_card_is_found(page, name="Rizki Aditya Pratama")
    before = entries("hand_over")

    press(page, "s")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("button", name="Batal")).to_be_focused()
    press(page, "s", "Enter")  # keys do nothing behind the question; Enter is Batal
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert entries("hand_over") == before
    press(page, "s", "Shift+Tab", "Enter")

    then_the_page_says(page, "Bukti penyerahan")
    assert entries("hand_over") == before + 1


@pytest.mark.usefixtures("files")
def test_a_slash_goes_to_the_search_and_there_letters_are_letters(person: Opened) -> None:
    page = person("kasi")

    press(page, "/")
    expect(page.get_by_label("Cari berkas", exact=True)).to_be_focused()
    page.keyboard.type("sjs?/")

    expect(page.get_by_label("Cari berkas", exact=True)).to_have_value("sjs?/")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert (opened(page), entries("validate", saved(OLDER))) == (OLDER, 0)


@pytest.mark.usefixtures("files")
def test_a_question_mark_lists_the_keys_of_the_page(person: Opened) -> None:
    page = person("kasi")

    press(page, "?")

    dialog = page.get_by_role("dialog", name="Pintasan keyboard di halaman ini")
    for words in ("Baris berikutnya", "Baris sebelumnya", "Setujui", "Kembalikan dengan alasan", "Cari berkas"):
        expect(dialog).to_contain_text(words)
    check(page)
    press(page, "s", "Escape")
    expect(dialog).to_be_hidden()
    assert entries("validate", saved(OLDER)) == 0


@pytest.mark.usefixtures("files")
def test_the_keys_can_be_switched_off_and_stay_off(person: Opened) -> None:
    page = person("kasi")
    page.locator(".menu summary").focus()
    press(page, "Enter", *["Tab"] * 6)
    assert focused(page) == "Pintasan keyboard: nyala"
    check(page)

    press(page, "Enter")
    assert focused(page) == "Pintasan keyboard: mati"
    press(page, "Escape")
    assert page.locator(".menu[open]").count() == 0
    press(page, "j", "s", "?")
    page.reload()
    press(page, "j", "s", "?")

    assert (opened(page), entries("validate", saved(OLDER))) == (OLDER, 0)
    expect(page.locator(".bar .key").first).to_be_hidden()


@pytest.mark.usefixtures("files")
def test_the_first_stops_lead_past_the_navigation(person: Opened) -> None:
    page = person("kasi")

    press(page, "Tab")
    assert focused(page) == "Langsung ke antrean" and focus_is_visible(page)
    press(page, "Tab")
    assert focused(page) == "Langsung ke berkas" and focus_is_visible(page)
    press(page, "Enter", "Tab")

    assert page.evaluate("document.activeElement.closest('#file') !== null")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("username", "path"),
    [("kasi", "/validasi/"), ("loket", "/penyerahan/"), ("operator", "/perekaman/"), ("loket", "/cari/")],
)
def test_every_stop_of_the_tab_key_can_be_seen(person: Opened, username: str, path: str) -> None:
    page = person(username, at=path)
    if path == "/penyerahan/":  # no file is open there by itself, and the focus begins in the search
        when_the_card_is_found(page, name="Rizki Aditya Pratama")
    seen = []

    for _ in range(60):
        press(page, "Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        assert focus_is_visible(page), focused(page)
        seen.append(focused(page))

    assert len(seen) > 8
