"""What every desk page does: empty and full, first file open, pages of 25, and a budget of queries that stays."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from applications.models import Application
from applications.states import State
from applications.views.desk import PAGE
from tests.factories import application_in, crowd
from tests.pages import queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
FEW, MANY = 3, 60


@dataclass(frozen=True)
class Place:
    """A desk as a test walks up to it: who works there, what waits, what is said when nothing does."""

    role: str
    state: str
    url: str
    page: str
    empty: str
    opens_first: bool = True


PLACES = {
    "intake": Place("counter", State.RETURNED, "/loket/", "applications:intake-returned",
                    "Tidak ada yang dikembalikan", opens_first=False),
    "validation": Place("section_head", State.SUBMITTED, "/validasi/", "applications:validation-review",
                        "Semua sudah divalidasi"),
    "recording": Place("operator", State.AWAITING_RECORDING, "/perekaman/", "applications:recording-station",
                       "Tidak ada di bagian ini"),
    "printing": Place("operator", State.READY_TO_PRINT, "/pencetakan/", "applications:printing-job",
                      "Tidak ada kartu yang menunggu"),
    "handover": Place("counter", State.READY_FOR_PICKUP, "/penyerahan/", "applications:handover-card",
                      "Tidak ada kartu yang menunggu", opens_first=False),
}
TABS = [State.AWAITING_RECORDING, State.AWAITING_CENTRAL, State.AWAITING_AGE, State.REFERRED]
# Where a file can be after it left the desk.
ELSEWHERE = {
    "validation": State.AWAITING_RECORDING, "recording": State.READY_TO_PRINT, "printing": State.READY_FOR_PICKUP,
    "handover": State.HANDED_OVER, "intake": State.SUBMITTED,
}
# The most queries that a page may take, session, person and reading log included; never more than 13.
BUDGETS = {
    "/loket/": 7, "/validasi/": 13, "/perekaman/": 13, "/pencetakan/": 13, "/penyerahan/": 8,
    "applications:intake-returned": 13, "applications:validation-review": 13,
    "applications:recording-station": 13, "applications:printing-job": 13, "applications:handover-card": 12,
}
each_desk = pytest.mark.parametrize("name", PLACES)


def file_url(place: Place, application: Application) -> str:
    return reverse(place.page, args=[application.slug])


def current(place: Place, application: Application) -> str:
    return f'href="{file_url(place, application)}" aria-current="true"'


@each_desk
def test_an_empty_desk_says_so(name: str, client_of: Browser) -> None:
    place = PLACES[name]
    response = client_of(place.role).get(place.url)
    assert response.status_code == 200
    assert place.empty in text_of(response)
    assert 'class="queue-row"' not in text_of(response)


@each_desk
def test_a_desk_lists_its_files_and_only_those(name: str, people: People, client_of: Browser) -> None:
    place = PLACES[name]
    here, away = application_in(place.state, people), application_in(ELSEWHERE[name], people)
    text = text_of(client_of(place.role).get(place.url))
    assert f'href="{file_url(place, here)}"' in text and here.resident.name in text
    assert away.resident.name not in text


@each_desk
def test_a_desk_opens_the_first_file_by_itself(name: str, people: People, client_of: Browser) -> None:
    place = PLACES[name]
    first = application_in(place.state, people)
    application_in(place.state, people)
    text = text_of(client_of(place.role).get(place.url))
    assert (current(place, first) in text) == place.opens_first
    assert text.count('aria-current="true"') == place.opens_first + (name == "recording")  # its tab too


@each_desk
def test_a_file_opens_beside_the_queue_and_is_marked_in_it(name: str, people: People, client_of: Browser) -> None:
    place = PLACES[name]
    application_in(place.state, people)
    second = application_in(place.state, people)
    text = text_of(client_of(place.role).get(file_url(place, second)))
    assert current(place, second) in text
    assert f"<h1>{second.resident.name}</h1>" in text


@each_desk
def test_opening_a_file_that_moved_on_says_where_it_is(name: str, people: People, client_of: Browser) -> None:
    place = PLACES[name]
    gone = application_in(ELSEWHERE[name], people)
    response = client_of(place.role).get(file_url(place, gone))
    assert response.status_code == 302 and response["Location"] == place.url
    assert told(response) == (
        f"{gone.number} tidak lagi menunggu di sini: sekarang “{State(ELSEWHERE[name]).label}”."
    )


@each_desk
def test_a_number_that_nobody_has_is_not_found_at_a_desk(name: str, client_of: Browser) -> None:
    place = PLACES[name]
    assert client_of(place.role).get(reverse(place.page, args=["KTP-2026-999999"])).status_code == 404


@each_desk
def test_a_desk_shows_the_number_that_waits_in_the_navigation(
    name: str, people: People, client_of: Browser
) -> None:
    place = PLACES[name]
    crowd(place.state, people, FEW)
    text = text_of(client_of(place.role).get(place.url))
    assert f'href="{place.url}" aria-current="page"' in text
    assert f'<span class="count">{FEW}</span>' in text


# -- pages of a queue ----------------------------------------------------------------------------


@each_desk
def test_a_long_queue_is_cut_into_pages(name: str, people: People, client_of: Browser) -> None:
    place = PLACES[name]
    files = crowd(place.state, people, MANY)
    client = client_of(place.role)
    pages = [text_of(client.get(place.url, {"page": number})) for number in (1, 2, 3)]
    assert [page.count('class="queue-row"') for page in pages] == [PAGE, PAGE, MANY - 2 * PAGE]
    assert f"Halaman 2 dari 3 · {MANY} baris" in pages[1]
    assert files[0].resident.name in pages[0] and files[-1].resident.name in pages[2]
    assert 'rel="prev"' not in pages[0] and 'rel="next"' not in pages[2]


@each_desk
def test_a_page_that_does_not_exist_shows_one_that_does(name: str, people: People, client_of: Browser) -> None:
    place = PLACES[name]
    waiting, client = application_in(place.state, people), client_of(place.role)
    for page in ("0", "99", "-1", "abc", "1' OR 1=1"):
        response = client.get(place.url, {"page": page})
        assert response.status_code == 200 and waiting.resident.name in text_of(response)


@each_desk
def test_a_file_opened_from_a_later_page_keeps_that_page(name: str, people: People, client_of: Browser) -> None:
    place = PLACES[name]
    files, client = crowd(place.state, people, MANY), client_of(place.role)
    link = f"{file_url(place, files[30])}?page=2"
    assert f'href="{link}"' in text_of(client.get(place.url, {"page": 2}))
    opened = text_of(client.get(link))
    assert "Halaman 2 dari 3" in opened
    assert f'href="{link}" aria-current="true"' in opened


def test_a_tab_of_the_recording_keeps_its_tab_on_the_next_page(people: People, client_of: Browser) -> None:
    crowd(State.AWAITING_CENTRAL, people, MANY)
    application_in(State.AWAITING_RECORDING, people)
    text = text_of(client_of("operator").get("/perekaman/", {"tab": State.AWAITING_CENTRAL, "page": 2}))
    assert 'href="?tab=awaiting_central&amp;page=3"' in text
    assert f"{MANY} baris" in text


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_of_the_recording_holds_its_state_only(tab: str, people: People, client_of: Browser) -> None:
    files = {state: application_in(state, people) for state in TABS}
    text = text_of(client_of("operator").get("/perekaman/", {"tab": tab}))
    rows = text.split('class="queue"')[1].split("</ol>")[0]
    assert files[tab].resident.name in rows
    assert not any(files[other].resident.name in rows for other in TABS if other != tab)


def test_an_unknown_tab_of_the_recording_shows_the_first(people: People, client_of: Browser) -> None:
    waiting = application_in(State.AWAITING_RECORDING, people)
    for tab in ("handed_over", "x", ""):
        assert waiting.resident.name in text_of(client_of("operator").get("/perekaman/", {"tab": tab}))


# -- queries -------------------------------------------------------------------------------------


def counted(place: Place, address: str, files: list[Application], client: Client) -> int:
    url = file_url(place, files[0]) if ":" in address else address
    client.get(url)  # what is loaded once for a process is not counted
    return queries_of(client, url)


@pytest.mark.parametrize("address", BUDGETS)
def test_a_page_of_a_desk_keeps_its_budget_however_many_wait(
    address: str, people: People, client_of: Browser
) -> None:
    place = next(each for each in PLACES.values() if address in (each.url, each.page))
    client = client_of(place.role)
    few = counted(place, address, crowd(place.state, people, FEW), client)
    many = counted(place, address, crowd(place.state, people, MANY), client)
    assert few == many
    assert many <= BUDGETS[address] <= 13


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_of_the_recording_keeps_the_budget(tab: str, people: People, client_of: Browser) -> None:
    client, url = client_of("operator"), f"/perekaman/?tab={tab}"
    crowd(tab, people, FEW)
    client.get(url)
    few = queries_of(client, url)
    crowd(tab, people, MANY)
    assert queries_of(client, url) == few <= BUDGETS["/perekaman/"]
