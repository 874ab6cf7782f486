"""`/pencetakan/`: first complete, first printed; a person looks before a card is good."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from applications import lifecycle
from applications.models import Application, Print
from applications.states import State
from tests.factories import Path, application_in
from tests.pages import text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]


@pytest.fixture
def operator(client_of: Browser) -> Client:
    return client_of("operator")


def press(client: Client, application: Application, name: str, **sent: str) -> Any:
    application.refresh_from_db()
    url = reverse("applications:dossier-move", args=[application.slug, name]) + "?dari=printing"
    return client.post(url, {"version": str(application.version)} | sent)


def job(application: Application) -> str:
    return reverse("applications:printing-job", args=[application.slug])


def test_what_was_complete_first_is_printed_first(people: People, operator: Client) -> None:
    """Not what became ready first: the second file was ready before the first (fact F9.13)."""
    early = Path(people)
    first = early.recorded()
    second = application_in(State.READY_TO_PRINT, people)
    early.status(first, "PRINT_READY_RECORD")
    text = text_of(operator.get("/pencetakan/"))
    assert text.index(f'href="{job(first)}"') < text.index(f'href="{job(second)}"')


def test_job_shows_the_whole_nik_and_what_to_do(people: People, operator: Client) -> None:
    application = application_in(State.READY_TO_PRINT, people)
    text = text_of(operator.get(job(application)))
    assert application.resident.nik_grouped in text
    assert "Setelah dikirim ke pencetak: lihat kartunya, lalu catat hasilnya." in text


def test_a_press_starts_the_print_and_the_same_card_asks_for_its_result(people: People, operator: Client) -> None:
    application = application_in(State.READY_TO_PRINT, people)
    assert press(operator, application, "start_print")["Location"] == job(application)
    text = text_of(operator.get(job(application)))
    assert "Nomor seri blangko" in text and "Sedang dicetak" in text


def test_a_good_card_goes_to_the_counter(people: People, operator: Client) -> None:
    application = application_in(State.PRINTING, people)
    response = press(operator, application, "confirm_print", blank_serial="A 0001")
    assert "Kartu dicetak baik. Sekarang “Siap diserahkan”" in told(response)
    assert Print.objects.get().blank_serial == "A 0001"


def test_a_blank_is_used_for_one_card_only(people: People, operator: Client) -> None:
    first, second = application_in(State.PRINTING, people), application_in(State.PRINTING, people)
    press(operator, first, "confirm_print", blank_serial="A0001")
    response = press(operator, second, "confirm_print", blank_serial="A0001")
    assert response.status_code == 200
    assert "Blangko dengan nomor seri ini sudah dipakai" in text_of(response)
    assert 'value="A0001"' in text_of(response)
    second.refresh_from_db()
    assert second.state == State.PRINTING


def test_a_failed_print_asks_whether_the_blank_is_lost(people: People, operator: Client) -> None:
    application = application_in(State.PRINTING, people)
    response = press(operator, application, "fail_print", reason="pita habis")
    assert response.status_code == 200
    assert "Apakah blangko terpakai atau rusak" in text_of(response) and "error-summary" in text_of(response)
    assert 'value="pita habis"' in text_of(response)
    press(operator, application, "fail_print", blank_used="ya", reason="pita habis")
    application.refresh_from_db()
    assert application.state == State.READY_TO_PRINT
    assert Print.objects.get().blank_used


def test_a_job_lists_the_attempts_before(people: People, operator: Client) -> None:
    application = application_in(State.PRINTING, people)
    press(operator, application, "fail_print", blank_used="tidak")
    press(operator, application, "start_print")
    text = text_of(operator.get(job(application)))
    assert text.count("oleh Operator") == 2 and ": gagal" in text


@pytest.mark.parametrize(
    ("name", "goes_to"), [("back_to_central", State.AWAITING_CENTRAL), ("send_back", State.SUBMITTED)]
)
def test_a_file_leaves_the_printer_with_a_reason_only(
    name: str, goes_to: str, people: People, operator: Client
) -> None:
    application = application_in(State.READY_TO_PRINT, people)
    response = press(operator, application, name, reason=" ")
    assert response.status_code == 200 and "Isi alasannya" in text_of(response)
    assert press(operator, application, name, reason="nama salah")["Location"] == "/pencetakan/"
    application.refresh_from_db()
    assert application.state == goes_to


def test_a_card_is_never_sent_back_while_it_is_in_the_printer(people: People, operator: Client) -> None:
    application = application_in(State.PRINTING, people)
    for name in ("send_back", "back_to_central"):
        assert "sudah berpindah: sekarang “Sedang dicetak”" in told(press(operator, application, name, reason="x"))
    offered = {move.name for move in lifecycle.available_moves(application, people["operator"])}
    assert offered == {"confirm_print", "fail_print"}
