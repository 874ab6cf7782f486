"""`/penyerahan/`: the card goes into a hand once, asked once, to another person only with authority."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import lifecycle
from applications.models import Application, Handover
from applications.states import Kind, State
from tests.factories import Path, application_in, make_resident, note_central_status
from tests.pages import fields_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]


@pytest.fixture
def counter(client_of: Browser) -> Client:
    return client_of("counter")


@pytest.fixture
def card(people: People) -> Application:
    return application_in(State.READY_FOR_PICKUP, people)


def press(client: Client, application: Application, name: str, **sent: str) -> Any:
    url = reverse("applications:dossier-move", args=[application.slug, name]) + "?dari=handover"
    return client.post(url, {"version": str(application.version)} | sent)


def hand_over(client: Client, application: Application, **sent: str) -> Any:
    return press(client, application, "hand_over", **{"collector": "self", "confirmed": "1"} | sent)


def nothing_happened(application: Application) -> bool:
    application.refresh_from_db()
    return application.state == State.READY_FOR_PICKUP and not Handover.objects.exists()


def test_the_card_is_handed_over_and_the_proof_offered(card: Application, counter: Client) -> None:
    response = hand_over(counter, card)
    assert response["Location"] == reverse("applications:dossier-show", args=[card.slug])
    assert "Diserahkan" in told(response)
    assert reverse("applications:documents-proof", args=[card.slug]) in text_of(counter.get(response["Location"]))


def test_the_handover_asks_once_before_it_is_final(card: Application, counter: Client) -> None:
    url = reverse("applications:dossier-move", args=[card.slug, "hand_over"]) + "?dari=handover"
    response = counter.post(url, {"collector": "self", "version": str(card.version)})
    assert response.status_code == 200
    assert "Kartu dicatat sudah diserahkan. Ini tidak dapat dibatalkan." in text_of(response)
    assert nothing_happened(card)
    answered = fields_of(response)
    assert answered["confirmed"] == "1" and answered["collector"] == "self"
    assert counter.post(url, answered).status_code == 302
    assert Handover.objects.exists()


def test_a_second_handover_changes_nothing(card: Application, counter: Client) -> None:
    hand_over(counter, card)
    assert "sudah berpindah: sekarang “Diserahkan”" in told(hand_over(counter, card))
    assert Handover.objects.count() == 1


def test_a_stale_page_hands_nothing_over(card: Application, counter: Client) -> None:
    response = hand_over(counter, card, version=str(card.version + 1))
    assert "tidak ada yang diubah" in told(response)
    assert nothing_happened(card)


def test_a_stale_page_is_not_even_asked_the_question(card: Application, counter: Client) -> None:
    """Or the answer would be for the file as it is now, not for the one that was on the screen."""
    url = reverse("applications:dossier-move", args=[card.slug, "hand_over"])
    response = counter.post(url, {"collector": "self", "version": str(card.version + 1)})
    assert "tidak ada yang diubah" in told(response)
    assert nothing_happened(card)


NAME, RELATION, AUTHORITY = (
    "Isi nama orang yang mengambil.", "Isi hubungannya dengan pemohon.",
    "Lihat surat kuasa dan KTP pengambil, lalu beri tanda.",
)


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ({}, {NAME, RELATION, AUTHORITY}),
        ({"collector_name": "Ahmad", "relation": "suami"}, {AUTHORITY}),
        ({"collector_name": "Ahmad", "authority_seen": "on"}, {RELATION}),
        ({"relation": "suami", "authority_seen": "on"}, {NAME}),
    ],
)
def test_another_person_without_authority_gets_no_card(
    sent: dict[str, str], asked: set[str], card: Application, counter: Client
) -> None:
    response = hand_over(counter, card, collector="other", **sent)
    assert response.status_code == 200
    assert {each for each in (NAME, RELATION, AUTHORITY) if each in text_of(response)} == asked
    for value in sent.values():
        assert value == "on" or f'value="{value}"' in text_of(response)
    assert nothing_happened(card)


def test_another_person_with_authority_gets_the_card(card: Application, counter: Client) -> None:
    hand_over(counter, card, collector="other", collector_name="Ahmad", relation="suami", authority_seen="on")
    handover = Handover.objects.get()
    assert (handover.collector_name, handover.relation, handover.authority_seen) == ("Ahmad", "suami", True)


def test_nobody_collects_as_something_else(card: Application, counter: Client) -> None:
    response = hand_over(counter, card, collector="tetangga")
    assert response.status_code == 200 and "error-summary" in text_of(response)
    assert nothing_happened(card)


@pytest.mark.parametrize("kind", [Kind.DAMAGED, Kind.DATA_CHANGE])
def test_an_old_card_is_surrendered_first(kind: str, people: People, counter: Client) -> None:
    resident = make_resident()
    note_central_status(resident, "PRINT_READY_RECORD", people["operator"], timezone.now() - timedelta(days=1))
    application = replacement(Path(people, kind=kind, resident=resident), counter, people)
    response = hand_over(counter, application)
    assert "KTP lama diserahkan dan dipotong sudutnya lebih dahulu." in text_of(response)
    hand_over(counter, application, old_card_surrendered="on")
    assert Handover.objects.get().old_card_surrendered


def replacement(path: Path, counter: Client, people: People) -> Application:
    """A card that replaces another; the centre knows the resident, so nothing is recorded."""
    ready = path.validated()
    printing = lifecycle.start_print(ready, by=people["operator"])
    return lifecycle.confirm_print(printing, by=people["operator"])


def test_a_first_card_asks_for_no_old_one(card: Application, counter: Client) -> None:
    text = text_of(counter.get(reverse("applications:handover-card", args=[card.slug])))
    assert "old_card_surrendered" not in text
    assert card.resident.nik_masked in text and card.resident.nik not in text


@pytest.mark.parametrize(("fault", "goes_to"), [("card", State.READY_TO_PRINT), ("data", State.SUBMITTED)])
def test_a_wrong_card_goes_back_by_whose_fault_it_is(
    fault: str, goes_to: str, card: Application, counter: Client
) -> None:
    for wrong in ({}, {"fault": fault}, {"reason": "buram"}, {"fault": "x", "reason": "buram"}):
        response = press(counter, card, "reject_card", **wrong)
        assert response.status_code == 200 and "error-summary" in text_of(response)
    assert nothing_happened(card)
    press(counter, card, "reject_card", fault=fault, reason="buram")
    card.refresh_from_db()
    assert card.state == goes_to
