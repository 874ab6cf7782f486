"""After *next* a desk shows nothing of the person before: not in the whole source, and not on the way back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from applications.models import Resident
from applications.states import State
from tests.e2e.browsing import check
from tests.e2e.steps import (
    button,
    then_the_page_says,
    then_the_state_is,
    when_all_positions_are_recorded,
    when_blanks_are_delivered,
    when_the_card_is_found,
    when_the_card_is_handed_over,
    when_the_recording_is_finished,
)
from tests.factories import application_in, make_resident

Opened = Callable[..., Page]
MARKED, NEXT = "Bertanda Zulkarnain", "Lailatul Qomariyah"
FAR_BACK = 6  # more pages than a journey here leaves behind


@pytest.fixture
def two(staff: dict[str, User]) -> Callable[[State], Resident]:
    """Two files that wait at a desk: of a person whose every word is to be found again, and of another."""
    desks = {"counter": staff["loket"], "operator": staff["operator"], "section_head": staff["kasi"]}

    def wait(state: State) -> Resident:
        marked = make_resident(
            name=MARKED, birth_place="Kotabertanda", address="Dusun Tertanda", occupation="Penanda",
            phone="081299887766",
        )
        application_in(state, desks, resident=marked)
        application_in(state, desks, resident=make_resident(name=NEXT))
        return marked

    return wait


def marks(person: Resident) -> list[str]:
    """All that is this person's own. The number of the file is the office's, and says of nobody who it is."""
    return [
        person.name, person.nik, person.nik_grouped, person.nik_masked, person.kk_number, person.birth_place,
        person.address, person.occupation, person.phone, "/tangkapan/",
    ]


def shown(page: Page, person: Resident) -> list[str]:
    source = page.content()
    return [mark for mark in marks(person) if mark in source]


def then_nothing_is_left(page: Page, person: Resident) -> None:
    """Now, on each page on the way back, and when loaded anew."""
    assert shown(page, person) == []
    check(page)
    for _ in range(FAR_BACK):
        page.go_back(wait_until="load")
        if page.url == "about:blank":
            break
        assert shown(page, person) == [], page.url


def test_nothing_is_left_at_the_recording(person: Opened, two: Callable[[State], Resident]) -> None:
    marked = two(State.AWAITING_RECORDING)
    page = person("operator", at="/perekaman/")
    assert MARKED in page.content() and marked.nik_grouped in page.content()
    when_all_positions_are_recorded(page)
    assert "/tangkapan/" in page.content()
    when_the_recording_is_finished(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(NEXT)
    then_the_state_is(State.AWAITING_CENTRAL, MARKED)

    then_nothing_is_left(page, marked)


def test_nothing_is_left_at_the_printing(person: Opened, two: Callable[[State], Resident]) -> None:
    marked = two(State.READY_TO_PRINT)
    page = person("operator", at="/blanko/")
    when_blanks_are_delivered(page, 5)
    page.goto("/pencetakan/")
    assert MARKED in page.content() and marked.nik_grouped in page.content()
    button(page, "Cetak").click()
    then_the_page_says(page, "Sedang dicetak", marked.address)
    button(page, "Hasil cetak baik").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NEXT)
    then_the_state_is(State.READY_FOR_PICKUP, MARKED)

    then_nothing_is_left(page, marked)


def test_nothing_is_left_at_the_handover(person: Opened, two: Callable[[State], Resident]) -> None:
    marked = two(State.READY_FOR_PICKUP)
    page = person("loket", at="/penyerahan/")
    when_the_card_is_found(page, name=MARKED)
    assert marked.nik_masked in page.content() and marked.birth_place in page.content()
    when_the_card_is_handed_over(page, MARKED)
    then_the_page_says(page, "Bukti penyerahan", MARKED)
    page.get_by_role("link", name="Berikutnya").click()
    then_the_page_says(page, "Siapa yang mengambil kartu?", NEXT)

    then_nothing_is_left(page, marked)
