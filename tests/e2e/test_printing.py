"""The printing desk in a browser: prints that fail, a card before its turn, a file put off and taken up again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from applications.models import Application, BlankStock, Entry, HeldCard, Print
from applications.states import State
from tests.e2e.browsing import check
from tests.e2e.steps import button, entries, saved, then_the_book_is_whole, then_the_page_says, then_the_state_is
from tests.factories import application_in, make_resident, receive_blanks

Opened = Callable[..., Page]
FIRST, SECOND = "Endah Purwaningsih", "Wahyu Nugroho"


@pytest.fixture
def waiting(staff: dict[str, User]) -> list[Application]:
    """Two files that wait for the printer, and 50 blanks."""
    desks = {"counter": staff["loket"], "operator": staff["operator"], "section_head": staff["kasi"]}
    receive_blanks(staff["operator"], 50)
    return [application_in(State.READY_TO_PRINT, desks, resident=make_resident(name=name)) for name in (FIRST, SECOND)]


def job(name: str) -> str:
    return reverse("applications:printing-job", args=[saved(name).slug])


def opened(page: Page, name: str) -> None:
    page.goto(job(name))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def link(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def in_the_box() -> int:
    return BlankStock.objects.get().on_hand


@pytest.mark.usefixtures("waiting")
def test_a_print_fails_with_a_whole_blank_then_with_a_spoiled_one_and_then_it_is_good(person: Opened) -> None:
    page = person("operator", at=job(FIRST))
    then_the_page_says(page, "Blangko: 50", "Menurut urutan lengkap")
    check(page)
    button(page, "Cetak").click()
    then_the_page_says(page, "Sedang dicetak", "Blangko: 49", "Di pencetak")
    check(page)

    link(page, "Cetak gagal")
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST)
    expect(page.get_by_text("Sebab rusaknya blangko", exact=True)).to_be_hidden()
    page.get_by_label("Tidak", exact=True).check()
    page.get_by_label("Keterangan", exact=True).fill("pita habis")
    check(page)
    button(page, "Cetak gagal").click()
    then_the_page_says(page, "Blangko: 50", "gagal")
    assert in_the_box() == 50 and not HeldCard.objects.exists()

    button(page, "Cetak").click()
    link(page, "Cetak gagal")
    page.get_by_label("Ya", exact=True).check()
    button(page, "Cetak gagal").click()
    then_the_page_says(page, "Pilih sebab rusaknya blangko.")
    expect(page.get_by_label("Ya", exact=True)).to_be_checked()
    check(page)
    page.get_by_label("Hasil cetak cacat", exact=True).check()
    page.get_by_label("Nomor seri blangko yang rusak", exact=True).fill("BLK-0001")
    button(page, "Cetak gagal").click()
    then_the_page_says(page, "Blangko: 49", "gagal, blangko rusak")
    assert HeldCard.objects.get().serial == "BLK-0001"

    button(page, "Cetak").click()
    button(page, "Hasil cetak baik").dblclick()
    then_the_page_says(page, "Blangko: 48", SECOND)
    assert FIRST not in page.content() and saved(FIRST).resident.nik_grouped not in page.content()
    then_the_state_is(State.READY_FOR_PICKUP, FIRST)
    assert entries("confirm_print") == 1 and Print.objects.count() == 3
    assert (in_the_box(), BlankStock.objects.get().reserved) == (48, 0)
    then_the_book_is_whole()


@pytest.mark.usefixtures("waiting")
def test_a_card_before_its_turn_takes_a_reason(person: Opened) -> None:
    page = person("operator", at=job(SECOND))
    then_the_page_says(page, "Bukan gilirannya.", saved(FIRST).number)
    check(page)

    link(page, "Cetak")
    expect(page.get_by_role("heading", level=1)).to_have_text(SECOND)
    button(page, "Cetak").click()
    then_the_page_says(page, "Pilih alasan, atau tulis keterangannya.")
    then_the_state_is(State.READY_TO_PRINT, SECOND)
    check(page)
    page.get_by_label("Hamil atau membawa bayi", exact=True).check()
    button(page, "Cetak").click()

    then_the_page_says(page, "Sedang dicetak", SECOND)
    entry = Entry.objects.get(verb="start_print")
    assert (entry.deviation, entry.detail.words["reason"]) == ("out_of_turn", "Hamil atau membawa bayi")
    secretary = person("sekcam", at="/dasbor/")
    then_the_page_says(secretary, saved(SECOND).number, "Hamil atau membawa bayi")


@pytest.mark.usefixtures("waiting")
def test_a_file_is_put_off_passed_and_taken_up_again(person: Opened) -> None:
    page = person("operator", at=job(FIRST))
    link(page, "Tunda")
    check(page)
    page.get_by_label("Alasan", exact=True).fill("Nama diperiksa lagi di SIAK")
    button(page, "Tunda").click()
    then_the_page_says(page, "Ditunda: Nama diperiksa lagi di SIAK", "Bukan gilirannya.")
    check(page)

    opened(page, SECOND)
    button(page, "Cetak").click()
    then_the_page_says(page, "Sedang dicetak")
    assert Entry.objects.get(verb="start_print").deviation == ""

    opened(page, FIRST)
    button(page, "Kembali ke urutan").click()
    expect(page.locator("main")).not_to_contain_text("Nama diperiksa lagi di SIAK")
    assert not saved(FIRST).postponed
    then_the_book_is_whole()


@override_settings(DEMO=False)
@pytest.mark.usefixtures("waiting")
def test_the_face_opens_in_a_tab_of_its_own_and_not_a_second_time(person: Opened) -> None:
    """Sent as the button sends it; the browser's own window for a PDF is not a page of ours and is not watched."""
    page = person("operator", at=job(FIRST), allow=("status of 403",))
    button(page, "Cetak").click()
    then_the_page_says(page, "Hanya dapat dibuka sekali.")
    expect(page.locator("form.face-form")).to_have_attribute("target", "_blank")

    assert sent(page) == [200, "application/pdf"]
    assert sent(page)[0] == 403
    page.reload()
    then_the_page_says(page, "Muka kartu dibuka")
    expect(button(page, "Buka muka kartu")).to_have_count(0)
    check(page)


def sent(page: Page) -> list[Any]:
    return page.evaluate(
        """async () => {
            const form = document.querySelector("form.face-form");
            const answer = await fetch(form.action, {method: "POST", body: new FormData(form)});
            await answer.arrayBuffer();
            return [answer.status, answer.headers.get("Content-Type")];
        }"""
    )
