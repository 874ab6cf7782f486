"""`/layanan/`: what a resident needs to know, from the data of the office, without signing in."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from applications import blanks
from applications.models import PaperRule
from applications.states import Kind, State
from office.models import Office, ServiceInterval
from tests.factories import application_in, receive_blanks
from tests.pages import queries_of, text_of

BUDGET = 5

pytestmark = pytest.mark.django_db


def page() -> str:
    return text_of(Client().get("/layanan/"))


def test_service_names_every_kind_and_every_paper_to_bring() -> None:
    text = page()
    assert all(f"<h3>{kind.label}</h3>" in text for kind in Kind)
    assert PaperRule.objects.exists()
    assert all(f"<li>{rule.label}</li>" in text for rule in PaperRule.objects.all())


def test_service_shows_a_paper_under_the_kind_that_needs_it_only() -> None:
    PaperRule.objects.create(kind=Kind.LOST, code="uji", label="Surat uji coba", position=99)
    lost = page().split(f"<h3>{Kind.LOST.label}</h3>")
    assert "Surat uji coba" in lost[1] and "Surat uji coba" not in lost[0]


def test_service_says_that_it_is_free_and_how_long_it_takes() -> None:
    text = page()
    assert "tidak dipungut biaya" in text
    assert "1 hari layanan" in text


def test_service_shows_the_hours_of_the_office() -> None:
    interval = ServiceInterval.objects.order_by("weekday", "opens").first()
    assert interval is not None
    assert f"{interval.opens:%H.%M}–" in page()


def test_service_says_closed_on_a_day_without_hours() -> None:
    ServiceInterval.objects.filter(weekday=0).delete()
    monday = page().split("<dt>Senin</dt>")[1]
    assert monday.startswith("<dd>tutup</dd>")


def test_service_says_where_to_ask_when_a_kind_has_no_papers() -> None:
    PaperRule.objects.filter(kind=Kind.LOST).delete()
    assert "Tanyakan di loket." in page()


def test_service_writes_the_name_of_the_office_as_text() -> None:
    Office.objects.update(name="<i>KANTOR</i>", address="Jalan <u>Uji</u> 1")
    text = page()
    assert "Jalan &lt;u&gt;Uji&lt;/u&gt; 1" in text
    assert "<u>" not in text and "<i>" not in text.lower()


def test_service_shows_a_signed_in_person_the_way_out(client_of: object) -> None:
    text = text_of(client_of("camat").get("/layanan/"))  # type: ignore[operator]
    assert 'action="/keluar/"' in text and "Camat" in text


def test_service_takes_few_queries() -> None:
    assert queries_of(Client(), "/layanan/") <= BUDGET


# -- the stock of the day (fact F6.5) --------------------------------------------------------------


def test_nothing_is_said_of_blanks_before_their_book_is_opened() -> None:
    assert "Blangko KTP hari ini" not in page()


def test_service_tells_the_blanks_of_the_day_with_the_time(people: dict[str, User], at_time: Any) -> None:
    receive_blanks(people["operator"], 214)
    with at_time("2026-11-24 10:42"):
        text = page()
    assert "Blangko KTP hari ini: <strong>214 lembar</strong>" in text and "Pukul 10.42, 24 November 2026." in text


def test_service_says_when_the_box_is_empty(people: dict[str, User]) -> None:
    receive_blanks(people["operator"], 2)
    blanks.give_back(by=people["operator"], count=2, document="S-1")
    assert "<strong>habis</strong>, kartu dicetak lagi setelah kiriman datang." in page()


def test_a_card_in_the_printer_is_no_blank_of_the_day(people: dict[str, User]) -> None:
    receive_blanks(people["operator"], 5)
    application_in(State.PRINTING, people)
    assert "<strong>4 lembar</strong>" in page()
