"""The recording desk: tries and exceptions, taken up after an interruption, at the SIAK station; and what is left."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from accounts.models import User
from applications.models import Application, Capture, DataConfirmation, Recording
from applications.states import State
from office.models import Office
from tests.e2e.browsing import ZOOMED, check, fits, pdf_text
from tests.e2e.steps import (
    button,
    entries,
    saved,
    sign_in,
    then_the_book_is_whole,
    then_the_page_says,
    then_the_state_is,
    when_all_positions_are_recorded,
    when_the_recording_is_finished,
)
from tests.factories import application_in, make_resident

Opened = Callable[..., Page]
FIRST, SECOND = "Hasan Basri Mulyono", "Lailatul Qomariyah"
SIMULATED = "devices.backends.simulated.SimulatedDriver"


@pytest.fixture
def two_wait(staff: dict[str, User]) -> list[Application]:
    """Two residents who wait to be recorded, and nobody else in the office."""
    desks = {"counter": staff["loket"], "operator": staff["operator"], "section_head": staff["kasi"]}
    return [
        application_in(State.AWAITING_RECORDING, desks, resident=make_resident(name=name)) for name in (FIRST, SECOND)
    ]


@pytest.fixture
def poor_camera() -> Iterator[None]:
    """The camera succeeds only at the third try; all other devices at once."""
    kinds = {"camera": "face", "signature": "signature", "fingerprint": "finger", "iris": "iris"}
    options: dict[str, dict[str, Any]] = {alias: {"modality": kind} for alias, kind in kinds.items()}
    options["camera"]["low_first"] = 2
    with override_settings(DEVICES={alias: {"BACKEND": SIMULATED, "OPTIONS": each} for alias, each in options.items()}):
        yield


def then_it_is_about(page: Page, position: str) -> None:
    expect(page.locator("#now")).to_have_text(position)


@pytest.mark.usefixtures("two_wait", "poor_camera")
def test_two_retries_and_an_exception_that_the_section_head_confirms_afterwards(person: Opened) -> None:
    operator, head = person("operator"), person("kasi")
    operator.goto("/perekaman/")

    the_photo_takes_three_tries(operator)
    one_iris_cannot_be_recorded(operator)
    when_the_recording_is_finished(operator)
    then_the_page_says(operator, "Direkam")
    then_nothing_of_the_first_is_left(operator)
    the_section_head_confirms(head)

    then_the_state_is(State.AWAITING_CENTRAL, FIRST)
    then_the_book_is_whole()


def the_photo_takes_three_tries(page: Page) -> None:
    check(page)
    button(page, "Rekam foto").click()
    then_the_page_says(page, "Nilai 5, cukup mulai 40. Percobaan 1 dari 3.")
    check(page)
    button(page, "Ulangi foto").click()
    then_the_page_says(page, "percobaan ke-2: nilai 10, dipakai", "Percobaan 2 dari 3.")
    button(page, "Ulangi foto").click()
    then_it_is_about(page, "Tanda tangan")
    assert Capture.objects.get().scores[:2] == [5, 10] and Capture.objects.get().outcome == "captured"


def one_iris_cannot_be_recorded(page: Page) -> None:
    button(page, "Rekam tanda tangan").click()
    then_it_is_about(page, "Ibu jari kanan")
    button(page, "Rekam sidik jari").click()
    then_it_is_about(page, "Iris kiri")
    page.get_by_text("Posisi ini tidak dapat direkam", exact=True).click()
    page.get_by_label("Alasan", exact=True).fill("Tunanetra")
    check(page)
    button(page, "Catat pengecualian").click()
    then_it_is_about(page, "Iris kanan")
    button(page, "Rekam iris").click()
    then_the_page_says(page, "Semua posisi sudah ada.", "tidak dapat: Tunanetra")
    check(page)
    page.get_by_role("link", name="Telunjuk kanan").click()
    then_it_is_about(page, "Telunjuk kanan")
    check(page)


def then_nothing_of_the_first_is_left(page: Page) -> None:
    """The way back is in test_next.py."""
    first = saved(FIRST).resident
    expect(page.get_by_role("heading", level=1)).to_have_text(SECOND)
    assert not any(mark in page.content() for mark in (FIRST, first.nik, first.nik_grouped, saved(FIRST).slug))
    check(page)
    assert DataConfirmation.objects.get().means == "screen"


def the_section_head_confirms(page: Page) -> None:
    page.goto("/validasi/")
    page.get_by_role("link", name="1 pengecualian menunggu persetujuan", exact=True).click()
    then_the_page_says(page, FIRST, "Iris kiri", "Tidak dapat", "Tunanetra", "Bagus Prasetyo")
    check(page)
    page.get_by_role("link", name=re.compile("^Periksa")).click()
    then_the_page_says(page, "Iris kiri", "Tunanetra")
    check(page)
    page.get_by_label("Disetujui", exact=True).check()
    button(page, "Periksa pengecualian").click()
    then_the_page_says(page, "Pengecualian perekaman diperiksa", "Tidak ada pengecualian yang menunggu")
    check(page)
    assert entries("review_exceptions", saved(FIRST)) == 1
    assert set(Capture.objects.exclude(outcome="captured").values_list("review", flat=True)) == {"confirmed"}


@pytest.mark.usefixtures("two_wait")
def test_an_interrupted_recording_goes_on_at_the_same_position(person: Opened) -> None:
    page = person("operator", at="/perekaman/")
    button(page, "Rekam foto").click()
    then_it_is_about(page, "Tanda tangan")
    button(page, "Rekam tanda tangan").click()
    then_it_is_about(page, "Ibu jari kanan")

    page.goto("/pencetakan/")
    page.locator(".menu summary").click()
    button(page, "Keluar").click()
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
    sign_in(page, "operator")

    page.goto("/perekaman/")
    then_it_is_about(page, "Ibu jari kanan")
    expect(page.locator(".capture .tone-go")).to_have_count(2)
    check(page)
    button(page, "Rekam sidik jari").click()
    then_it_is_about(page, "Iris kiri")
    button(page, "Rekam iris").click()
    when_the_recording_is_finished(page)
    then_the_state_is(State.AWAITING_CENTRAL, FIRST)


@pytest.mark.usefixtures("two_wait")
def test_a_resident_who_finds_a_mistake_signs_the_sheet_after_it_was_put_right(person: Opened) -> None:
    page = person("operator", at="/perekaman/")
    when_all_positions_are_recorded(page)
    page.get_by_role("link", name="Cocokkan data", exact=True).click()
    then_the_page_says(page, FIRST, "Minta membaca huruf demi huruf.")
    check(page)
    fits(page, ZOOMED)
    sheet = pdf_text(page, f"/perekaman/{saved(FIRST).slug}/lembar.pdf")
    assert FIRST in sheet and "Data ini benar," in sheet

    page.get_by_role("link", name="Data salah", exact=True).click()
    page.get_by_label("Alasan").fill("Nama seharusnya Hasan Basri Mulyana.")
    check(page)
    button(page, "Kembalikan ke validasi").click()

    then_the_page_says(page, "Dikembalikan ke validasi", SECOND)
    then_the_state_is(State.SUBMITTED, FIRST)
    assert not Recording.objects.exists() and saved(FIRST).captures.count() == 14


@pytest.mark.usefixtures("two_wait")
def test_a_second_recording_from_another_tab_or_by_a_direct_post_is_refused(person: Opened) -> None:
    first = person("operator", at="/perekaman/")
    when_all_positions_are_recorded(first)
    still_open = first.context.new_page()
    still_open.goto(f"/perekaman/{saved(FIRST).slug}/?posisi=face")
    first.get_by_role("link", name="Cocokkan data", exact=True).click()
    button(first, "Benar, tanda tangan di papan").click()
    then_the_page_says(first, "Rekaman siap diselesaikan.")
    to_be_finished = first.context.new_page()
    to_be_finished.goto(first.url)
    written = dict(to_be_finished.evaluate(WHAT_THE_FORM_SENDS))
    button(first, "Selesai merekam").click()
    then_the_page_says(first, "Direkam")
    captures = list(Capture.objects.order_by("pk").values())

    button(to_be_finished, "Selesai merekam").click()
    then_the_page_says(to_be_finished, f"{saved(FIRST).number} sudah berpindah", "Tidak ada yang diubah.")
    button(still_open, "Ulangi foto").click()
    expect(still_open.get_by_role("heading", level=1)).to_have_text(SECOND)
    answer, page = posted(first, written | {"version": str(saved(FIRST).version)})

    assert answer == 200 and "Tidak ada yang diubah." in page
    assert Recording.objects.count() == 1 == entries("record", saved(FIRST))
    assert list(Capture.objects.order_by("pk").values()) == captures
    then_the_state_is(State.AWAITING_CENTRAL, FIRST)
    then_the_book_is_whole()


WHAT_THE_FORM_SENDS = """() => {
    const form = document.querySelector("form[action*='record']");
    return [["action", form.action], ...new FormData(form)];
}"""


def posted(page: Page, fields: dict[str, str]) -> list[Any]:
    """The same as the button sends, but by hand and as if nobody else had been there."""
    return page.evaluate(
        """async ({action, ...fields}) => {
            const answer = await fetch(action, {method: "POST", body: new URLSearchParams(fields)});
            return [answer.status, await answer.text()];
        }""",
        fields,
    )


@pytest.mark.usefixtures("two_wait")
def test_at_the_siak_station_outcomes_take_seconds(person: Opened) -> None:
    Office.objects.update(recording_at="siak")
    page = person("operator", at="/perekaman/")
    then_the_page_says(page, "Hasil di stasiun SIAK")
    check(page)
    page.get_by_role("group", name="Hasil Iris kiri").get_by_label("Tidak dapat").check()
    button(page, "Simpan hasil").click()
    expect(page.get_by_role("alert")).to_contain_text("Alasan Iris kiri: Isi alasannya.")
    check(page)
    page.get_by_label("Alasan Iris kiri", exact=True).fill("Tunanetra")
    button(page, "Simpan hasil").click()

    then_the_page_says(page, FIRST, "Cetak lembar pencocokan")
    check(page)
    button(page, "Lembar sudah ditandatangani").click()
    then_the_page_says(page, "Rekaman siap diselesaikan.")
    button(page, "Selesai merekam").click()

    then_the_page_says(page, SECOND, "Direkam")
    then_the_state_is(State.AWAITING_CENTRAL, FIRST)
    assert Recording.objects.get().captures.filter(station="siak", file=None).count() == 14
    then_the_book_is_whole()
