"""Serial numbers of blanks: read the same however typed, used once, asked for where every delivery has them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import blank_serials, blanks, custody, lifecycle
from applications.models import Application, BlankReceipt, Entry, HeldCard, Print
from applications.refusals import Refused
from applications.states import State
from tests.factories import application_in, receive_blanks
from tests.pages import text_of

Browser = Callable[[str], Client]
People = dict[str, User]
ASKED = "Isi nomor seri blangko, atau beri tanda bahwa nomornya tidak terbaca."


def delivery(by: User, first: str, last: str, count: int, **more: Any) -> None:
    blanks.receive(
        by=by, document=f"BA-{first}", source="Disdukcapil", received_on=more.pop("on", timezone.localdate()),
        count=count, serial_from=first, serial_to=last, **more,
    )


def confirm(client: Client, application: Application, **sent: str) -> Any:
    application.refresh_from_db()
    url = reverse("applications:dossier-move", args=[application.slug, "confirm_print"]) + "?dari=printing"
    return client.post(url, {"version": str(application.version)} | sent)


# -- one number, however it is typed ---------------------------------------------------------------


@pytest.mark.parametrize("typed", ["a 002", " A002 ", "a\t0 0 2", "A\u00a0002"])
def test_small_letters_and_spaces_make_no_other_number(people: People, typed: str) -> None:
    operator = people["operator"]
    delivery(operator, "a 001", "A0 09", 9)
    assert [*BlankReceipt.objects.values_list("serial_from", "serial_to")] == [("A001", "A009")]
    card = lifecycle.confirm_print(application_in(State.PRINTING, people), by=operator, blank_serial=typed)
    assert Print.objects.get(application=card).blank_serial == "A002"
    with pytest.raises(Refused, match=f"A002 sudah dipakai untuk {card.number}"):
        blanks.spoil(by=operator, cause="factory", serial=typed)
    with pytest.raises(Refused, match="sudah ada dalam kiriman BA-a 001"):
        delivery(operator, " a009", "a010", 2)


def test_a_spoiled_blank_is_known_by_its_number_however_typed(people: People) -> None:
    operator = people["operator"]
    delivery(operator, "A001", "A009", 9)
    blanks.spoil(by=operator, cause="factory", serial="a 001")
    lifecycle.fail_print(application_in(State.PRINTING, people), by=operator, blank_used=True, fault="print",
                         blank_serial="a002")
    assert set(HeldCard.objects.values_list("serial", flat=True)) == {"A001", "A002"}
    for spoiled in ("A001", "a 002"):
        with pytest.raises(Refused, match="sudah dicatat rusak"):
            lifecycle.confirm_print(application_in(State.PRINTING, people), by=operator, blank_serial=spoiled)


# -- asked for ------------------------------------------------------------------------------------


def test_where_every_delivery_has_numbers_a_good_card_needs_one(people: People) -> None:
    delivery(people["operator"], "A001", "A009", 9)
    card = application_in(State.PRINTING, people)
    with pytest.raises(Refused, match=ASKED):
        lifecycle.confirm_print(card, by=people["operator"], blank_serial="  ")
    card.refresh_from_db()
    assert card.state == State.PRINTING


def test_a_number_that_cannot_be_read_is_noted_in_the_book(people: People) -> None:
    delivery(people["operator"], "A001", "A009", 9)
    card = application_in(State.PRINTING, people)
    lifecycle.confirm_print(card, by=people["operator"], serial_unreadable=True)
    assert Entry.objects.get(verb="confirm_print").facts["serial_unreadable"] is True
    other = application_in(State.PRINTING, people)
    lifecycle.confirm_print(other, by=people["operator"], blank_serial="A001", serial_unreadable=True)
    assert "serial_unreadable" not in Entry.objects.get(verb="confirm_print", application=other).facts


def test_one_delivery_without_numbers_makes_the_number_optional(people: People, client_of: Browser) -> None:
    receive_blanks(people["operator"])
    delivery(people["operator"], "A001", "A009", 9)
    card = application_in(State.PRINTING, people)
    text = text_of(client_of("operator").get(reverse("applications:printing-job", args=[card.slug])))
    assert "Nomor seri tidak terbaca" not in text and "A001" not in text
    lifecycle.confirm_print(card, by=people["operator"])


def test_the_page_names_the_next_number_and_keeps_the_field_empty(people: People, client_of: Browser) -> None:
    delivery(people["operator"], "A001", "A009", 9)
    lifecycle.confirm_print(application_in(State.PRINTING, people), by=people["operator"], blank_serial="A001")
    card = application_in(State.PRINTING, people)
    text = text_of(client_of("operator").get(reverse("applications:printing-job", args=[card.slug])))
    assert "Nomor seri tidak terbaca" in text and "Menurut urutan: A002" in text and 'value="A002"' not in text


def test_the_next_number_passes_what_is_used_and_spoiled_and_goes_on_in_the_next_box(people: People) -> None:
    operator = people["operator"]
    assert blank_serials.following() == ""
    delivery(operator, "A001", "A003", 3)
    delivery(operator, "B1", "B2", 2)
    assert blank_serials.following() == "A001"
    blanks.spoil(by=operator, cause="factory", serial="A001")
    assert blank_serials.following() == "A002"
    for serial, after in (("A002", "A003"), ("A003", "B1"), ("B2", "B1"), ("B1", "")):
        lifecycle.confirm_print(application_in(State.PRINTING, people), by=operator, blank_serial=serial)
        if serial != "B2":
            assert blank_serials.following() == after


def test_what_is_wrong_with_the_number_stands_beneath_the_field_and_in_the_summary(
    people: People, client_of: Browser
) -> None:
    delivery(people["operator"], "A001", "A009", 9)
    card = application_in(State.PRINTING, people)
    for sent, sentence in (({"blank_serial": ""}, ASKED), ({"blank_serial": "B7"}, "B7 tidak ada dalam kiriman")):
        text = text_of(confirm(client_of("operator"), card, **sent))
        assert '<a href="#id_blank_serial">' in text and text.count(sentence) == 2
        assert 'id="error_1_id_blank_serial"' in text
    text = text_of(client_of("operator").post("/blanko/rusak/", {
        "cause": "factory", "serial": "B7", "once": "5d9b5d0e-2f39-4d3f-9f0e-0b6f6b0a1c11"}))
    assert '<a href="#id_serial">' in text and text.count("B7 tidak ada dalam kiriman") == 2


# -- a spoiled blank that was written down wrongly ------------------------------------------------


def test_a_spoiled_blank_in_custody_is_put_right_and_bears_a_card(people: People) -> None:
    operator = people["operator"]
    delivery(operator, "A001", "A003", 3)
    entry = blanks.spoil(by=operator, cause="factory", serial="A001")
    blanks.correct(by=operator, entry=entry, reason="ternyata baik")
    held = HeldCard.objects.get()
    assert blanks.current().on_hand == 3 and held.corrected_at
    assert [*held.entries.order_by("seq").values_list("verb", flat=True)] == ["take_in", "correct"]
    with pytest.raises(Refused, match="sudah dikoreksi"):
        blanks.correct(by=operator, entry=entry, reason="sekali lagi")
    lifecycle.confirm_print(application_in(State.PRINTING, people), by=operator, blank_serial="A001")


def test_a_spoiled_blank_that_went_back_is_not_put_right(people: People) -> None:
    operator = people["operator"]
    delivery(operator, "A001", "A003", 3)
    entry = blanks.spoil(by=operator, cause="factory", serial="A001")
    custody.send_back([entry.facts["held"]], by=operator, document="470/1")
    with pytest.raises(Refused, match="sudah dikembalikan ke pusat"):
        blanks.correct(by=operator, entry=entry, reason="salah")
    assert blanks.current().on_hand == 2 and HeldCard.objects.get().corrected_at is None


def test_a_card_put_right_goes_nowhere_else(people: People) -> None:
    operator = people["operator"]
    delivery(operator, "A001", "A003", 3)
    entry = blanks.spoil(by=operator, cause="factory")
    blanks.correct(by=operator, entry=entry, reason="ternyata baik")
    assert not custody.lying().exists()
    with pytest.raises(Refused, match="keluar dari penyimpanan"):
        custody.send_back([entry.facts["held"]], by=operator, document="470/1")


def test_a_blank_spoiled_in_the_printer_is_not_put_right(people: People) -> None:
    operator = people["operator"]
    receive_blanks(operator)
    lifecycle.fail_print(application_in(State.PRINTING, people), by=operator, blank_used=True, fault="print")
    entry = blanks.BlankEntry.objects.get(verb="spoil")
    with pytest.raises(Refused, match="saat dicetak"):
        blanks.correct(by=operator, entry=entry, reason="salah")


def test_the_pages_offer_and_show_the_correction(people: People, client_of: Browser) -> None:
    operator = people["operator"]
    delivery(operator, "A001", "A003", 3)
    entry = blanks.spoil(by=operator, cause="factory", serial="A002", note="tergores")
    client = client_of("operator")
    page = reverse("applications:blanks-correct", args=[entry.pk])
    assert page in text_of(client.get("/blanko/"))
    assert client.post(page, {"reason": "ternyata baik"}).status_code == 302
    text = text_of(client.get("/kartu-ditarik/keluar/"))
    assert "Dikoreksi" in text and "A002" in text
    assert page not in text_of(client.get("/blanko/"))


# -- the book tells the numbers --------------------------------------------------------------------


def test_the_book_tells_number_cause_and_note(people: People, client_of: Browser) -> None:
    operator = people["operator"]
    delivery(operator, "A001", "A009", 9, on=timezone.localdate() - timedelta(days=2))
    blanks.spoil(by=operator, cause="factory", serial="A002", note="tergores")
    lifecycle.confirm_print(application_in(State.PRINTING, people), by=operator, blank_serial="A003")
    lifecycle.fail_print(application_in(State.PRINTING, people), by=operator, blank_used=True, fault="encoding",
                         blank_serial="A004", reason="macet")
    text = text_of(client_of("operator").get("/blanko/"))
    day = timezone.localdate() - timedelta(days=2)
    for words in ("Cacat pabrik, nomor seri A002: tergores", "nomor seri A003",
                  "Chip tidak terbaca, nomor seri A004: macet", f"diterima {day:%d-%m-%Y}"):
        assert words in text, words


def test_a_delivery_of_long_ago_is_asked_about_once(client_of: Browser) -> None:
    client = client_of("operator")
    for days, asked in ((7, False), (8, True)):
        day = timezone.localdate() - timedelta(days=days)
        sent = {"document": f"BA-{days}", "source": "Disdukcapil", "received_on": f"{day:%d-%m-%Y}", "count": "5",
                "once": str(uuid4())}
        response = client.post("/blanko/terima/", sent)
        assert (response.status_code == 200) is asked
    text = text_of(response)
    assert "Kiriman ini diterima 8 hari yang lalu." in text and '<a href="#id_sure">' in text
    assert client.post("/blanko/terima/", sent | {"sure": "on"}).status_code == 302
    assert blanks.current().on_hand == 10
    assert 'type="checkbox"' not in text_of(client.get("/blanko/terima/"))
