"""`/cari/`: by number, code, NIK or name; what is searched for travels by POST and is counted in the reading log."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from applications.models import Application
from applications.states import State
from applications.views.search import MOST
from office import tokens
from office.models import Read
from tests.factories import application_in, crowd, make_resident
from tests.pages import queries_of, text_of

Browser = Callable[[str], Client]
People = dict[str, User]
BUDGET = 9


@pytest.fixture
def secretary(client_of: Browser) -> Client:
    return client_of("secretary")


def find(client: Client, text: str) -> Any:
    return client.post("/cari/", {"q": text})


def named(people: People, name: str, state: str = State.SUBMITTED) -> Application:
    return application_in(state, people, resident=make_resident(name=name))


def dossier(application: Application) -> str:
    return reverse("applications:dossier-show", args=[application.slug])


def test_a_sign_that_no_text_holds_is_passed_over(people: People, secretary: Client) -> None:
    # PostgreSQL would refuse it, and SQLite would find everybody.
    application, _ = named(people, "Budi Santoso"), named(people, "Siti Aminah")
    assert leads_to(find(secretary, "\0Budi\0"), application)


def leads_to(response: Any, application: Application) -> bool:
    return response.status_code == 302 and response["Location"] == dossier(application)


@pytest.mark.parametrize(
    "typed",
    [
        lambda a: a.number,
        lambda a: a.slug,
        lambda a: a.number.lower(),
        lambda a: str(a.serial),
        lambda a: f" {a.serial:06d} ",
        lambda a: a.tracking_code,
        lambda a: tokens.shown(a.tracking_code),
        lambda a: tokens.shown(a.tracking_code).lower(),
        lambda a: a.resident.nik,
        lambda a: a.resident.nik_grouped,
        lambda a: a.resident.name,
        lambda a: a.resident.name.upper()[2:9],
    ],
    ids=[
        "number", "slug", "lower", "serial", "padded", "code", "shown", "shown-lower", "nik", "grouped", "name",
        "part",
    ],
)
def test_one_file_that_is_found_opens_at_once(
    typed: Callable[[Application], str], people: People, secretary: Client
) -> None:
    wanted = named(people, "Qomariyah Uji")
    named(people, "Orang Lain")
    assert leads_to(find(secretary, typed(wanted)), wanted)


def test_one_file_that_waits_at_the_own_desk_opens_there(people: People, client_of: Browser) -> None:
    wanted = named(people, "Qomariyah")
    response = find(client_of("section_head"), "Qomariyah")
    assert response["Location"] == reverse("applications:validation-review", args=[wanted.slug])


def test_several_files_are_listed_newest_first_with_a_masked_nik(people: People, secretary: Client) -> None:
    older, newer = named(people, "Siti Satu"), named(people, "Siti Dua")
    text = text_of(find(secretary, "siti"))
    assert text.index(f'href="{dossier(newer)}"') < text.index(f'href="{dossier(older)}"')
    assert newer.resident.nik_masked in text
    assert newer.resident.nik not in text and newer.resident.nik_grouped not in text
    assert 'value="siti"' in text


def test_nothing_found_says_so_and_keeps_what_was_typed(people: People, secretary: Client) -> None:
    text = text_of(find(secretary, "tidak ada <orang>"))
    assert "Tidak ditemukan" in text
    assert 'value="tidak ada &lt;orang&gt;"' in text


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_search_finds_nothing_and_is_not_logged(typed: str, people: People, secretary: Client) -> None:
    named(people, "Siti")
    response = find(secretary, typed)
    assert response.status_code == 200 and "Siti" not in text_of(response)
    assert not Read.objects.exists()


def test_a_search_in_the_address_finds_nothing(people: People, secretary: Client) -> None:
    named(people, "Qomariyah")
    response = secretary.get("/cari/", {"q": "Qomariyah"})
    assert response.status_code == 200 and "Qomariyah" not in text_of(response)
    assert not Read.objects.exists()


def test_the_form_sends_by_post(secretary: Client) -> None:
    text = text_of(secretary.get("/cari/"))
    assert 'role="search" method="post" action="/cari/"' in text
    assert 'method="get"' not in text


@pytest.mark.parametrize(("typed", "count"), [("siti", 2), ("satu", 1), ("tidak-ada", 0)])
def test_a_search_is_logged_with_its_count_and_without_its_words(
    typed: str, count: int, people: People, secretary: Client
) -> None:
    named(people, "Siti Satu")
    named(people, "Siti Dua")
    find(secretary, typed)
    read = Read.objects.get()
    assert (read.what, read.count, read.subject, read.by_id) == ("search", count, "", people["secretary"].pk)


@pytest.mark.parametrize("typed", ["%", "_", "'; DROP TABLE", "\\", "KTP/2026/999999", "9" * 16, "K" * 12, "x" * 500])
def test_odd_words_find_nothing_and_break_nothing(typed: str, people: People, secretary: Client) -> None:
    named(people, "Siti Satu")
    response = find(secretary, typed)
    assert response.status_code == 200 and "Tidak ditemukan" in text_of(response)


def test_a_name_with_an_apostrophe_is_found(people: People, secretary: Client) -> None:
    wanted = named(people, "Moh. Rofi'i")
    assert leads_to(find(secretary, "rofi'i"), wanted)


def test_a_name_that_looks_like_a_code_is_found(people: People, secretary: Client) -> None:
    wanted = named(people, "Kartikasariw")  # K and eleven letters
    assert leads_to(find(secretary, "Kartikasariw"), wanted)


def test_a_long_list_is_cut_and_says_so(people: People, secretary: Client) -> None:
    crowd(State.SUBMITTED, people, MOST + 5)
    text = text_of(find(secretary, "Warga"))
    assert text.count("<tr><td>") == MOST
    assert f"Hanya {MOST} yang terbaru ditampilkan." in text


def test_a_search_keeps_its_budget_of_queries(people: People, client_of: Browser) -> None:
    client = client_of("counter")
    counts = []
    for many in (3, 40):
        crowd(State.SUBMITTED, people, many)
        find(client, "Warga")
        with CaptureQueriesContext(connection) as captured:
            find(client, "Warga")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= BUDGET
    assert queries_of(client, "/cari/") < BUDGET
