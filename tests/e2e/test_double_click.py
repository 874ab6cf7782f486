"""Two clicks, two tabs, a role taken away, the way back after sign-out: one effect and one clear message."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import RoleTerm, User
from accounts.terms import take_role_back
from applications.models import Application, BlankStock, Handover
from applications.states import State
from tests.e2e.browsing import check
from tests.e2e.steps import (
    NAME,
    button,
    entries,
    given_a_new_resident_at_the_counter,
    given_papers,
    saved,
    then_the_book_is_whole,
    then_the_page_says,
    then_the_state_is,
    when_the_card_is_found,
)

Opened = Callable[..., Page]
WITH_AND_WITHOUT = pytest.mark.parametrize("script", [True, False], ids=["javascript", "no javascript"])


@WITH_AND_WITHOUT
@pytest.mark.usefixtures("files")
def test_two_clicks_approve_once(person: Opened, script: bool) -> None:
    page = person("kasi", java_script_enabled=script)
    name = page.get_by_role("heading", level=1).inner_text()
    application = saved(name)

    button(page, "Setujui").dblclick()

    then_the_page_says(page, application.number)
    assert entries("validate", application) == 1
    then_the_book_is_whole()


@WITH_AND_WITHOUT
def test_two_clicks_take_one_application_in(person: Opened, script: bool) -> None:
    page = person("loket", java_script_enabled=script)
    given_a_new_resident_at_the_counter(page)
    given_papers(page)

    button(page, "Ajukan").dblclick()

    then_the_page_says(page, "KTP/", NAME)
    assert Application.objects.count() == entries("submit") == 1
    then_the_book_is_whole()


@WITH_AND_WITHOUT
@pytest.mark.usefixtures("files")
def test_two_clicks_confirm_one_print(person: Opened, script: bool) -> None:
    page = person("operator", at="/pencetakan/", java_script_enabled=script)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wahyu Nugroho")
    before, reserved = entries("confirm_print"), BlankStock.objects.get().reserved

    button(page, "Hasil cetak baik").dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text("Endah Purwaningsih")
    then_the_state_is(State.READY_FOR_PICKUP, "Wahyu Nugroho")
    then_the_state_is(State.READY_TO_PRINT, "Endah Purwaningsih")
    assert (entries("confirm_print"), BlankStock.objects.get().reserved) == (before + 1, reserved - 1)
    assert saved("Wahyu Nugroho").prints.count() == 1
    then_the_book_is_whole()


@WITH_AND_WITHOUT
@pytest.mark.usefixtures("files")
def test_two_clicks_hand_over_once(person: Opened, script: bool) -> None:
    """On the answer to the question, which is a dialog, or the same page once more."""
    page = person("loket", at="/penyerahan/", java_script_enabled=script)
    when_the_card_is_found(page, name="Rizki Aditya Pratama")

    button(page, "Serahkan").click()
    if script:
        button(page.get_by_role("dialog"), "Serahkan").dblclick()
        then_the_page_says(page, "Rizki Aditya Pratama", "Bukti penyerahan")
    else:
        then_the_page_says(page, "Ini tidak dapat dibatalkan.")
        button(page, "Serahkan").dblclick()

    then_the_page_says(page, saved("Rizki Aditya Pratama").number)
    assert entries("hand_over") == 1 == Handover.objects.count()
    then_the_book_is_whole()


@pytest.mark.usefixtures("files")
def test_a_second_tab_that_is_stale_gets_a_message_and_changes_nothing(person: Opened) -> None:
    application = saved("Dewi Kartikasari")
    first = person("kasi", at=f"/validasi/{application.slug}/")
    second = first.context.new_page()
    second.goto(first.url)

    button(first, "Setujui").click()
    then_the_page_says(first, "Disetujui")
    button(second, "Setujui").click()

    then_the_page_says(second, f"{application.number} sudah berpindah", "Tidak ada yang diubah.")
    check(second)
    assert entries("validate", application) == 1
    then_the_state_is(State.AWAITING_CENTRAL, "Dewi Kartikasari")


@pytest.mark.usefixtures("files")
def test_a_role_taken_away_counts_at_the_next_click(person: Opened, staff: dict[str, User]) -> None:
    page = person("kasi", allow=("status of 403",))
    name = page.get_by_role("heading", level=1).inner_text()

    take_role_back(RoleTerm.objects.get(user=staff["kasi"]), by=staff["admin"], reason="uji", at=timezone.now())
    button(page, "Setujui").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Halaman atau tindakan ini di luar wewenang Anda")
    then_the_page_says(page, "Tidak ada yang hilang.", "Tindakan ini tidak dijalankan dan tidak mengubah apa pun.")
    check(page)
    then_the_state_is(State.SUBMITTED, name)


@pytest.mark.usefixtures("files")
def test_after_sign_out_the_way_back_shows_nothing(person: Opened) -> None:
    page = person("kasi")
    answer = page.goto("/validasi/")
    name = page.get_by_role("heading", level=1).inner_text()

    page.locator(".menu summary").click()
    button(page, "Keluar").click()
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
    page.go_back()

    expect(page).to_have_url(re.compile("/masuk/"))
    assert name not in page.content()
    # Playwright keeps Chromium's own memory of whole pages switched off; in an office this header does.
    assert answer and "no-store" in answer.headers["cache-control"]
