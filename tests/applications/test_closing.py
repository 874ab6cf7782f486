"""The close of the day: counted blind by one person, explained where it differs, signed by another (fact F6.12)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import RoleTerm, User
from applications import blanks, closing, lifecycle
from applications.models import Application, BlankClose, BlankEntry, Print
from applications.refusals import NotAllowed, Refused
from applications.states import State
from office.verification import verify
from tests.applications.test_blanks import delivery
from tests.factories import application_in
from tests.pages import pdf_pages, queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
AtTime = Callable[[str], Any]


@pytest.fixture
def day(people: People) -> People:
    """20 blanks came; two cards are good, one blank was spoiled, one card is in the printer: 17 can be counted."""
    delivery(people["operator"], 20)
    for _ in range(2):
        application_in(State.READY_FOR_PICKUP, people)
    spoiled = application_in(State.PRINTING, people)
    lifecycle.fail_print(spoiled, by=people["operator"], blank_used=True, fault="print")
    application_in(State.PRINTING, people)
    return people


def counted(people: People, blanks_there: int = 17, station: int = 2, who: str = "operator") -> BlankClose | None:
    return closing.count(by=people[who], counted=blanks_there, station=station)


def waiting(people: People, **more: Any) -> BlankClose:
    close = counted(people, **more)
    if close is None:
        found = closing.standing().count
        assert found
        close = closing.explain(by=people["operator"], entry=found, explanation="satu lembar terselip")
    return close


def signed(people: People, **more: Any) -> BlankClose:
    return closing.sign(by=people["counter"], close=waiting(people, **more))


# -- the figures -----------------------------------------------------------------------------------


def test_a_close_holds_the_figures_of_the_books_against_what_two_people_see(day: People) -> None:
    close = signed(day)
    assert (close.book, close.counted, close.used, close.confirmed, close.station_prints, close.spoiled) == (
        17, 17, 2, 2, 2, 1
    )
    assert close.adds_up and close.closed_by == day["operator"] and close.signed_by == day["counter"]
    entry = BlankEntry.objects.get(verb="close")
    assert (entry.on_hand, entry.reserved, entry.deviation, entry.by) == (0, 0, "", day["counter"])
    assert entry.facts["close"] == close.pk and entry.facts["counted_by"] == day["operator"].pk
    assert list(verify(BlankEntry)) == []


DIFFERING = [(16, 2), (18, 2), (17, 1), (17, 3), (0, 0)]


@pytest.mark.parametrize(("there", "station"), DIFFERING)
def test_a_close_that_differs_needs_words_and_is_listed(there: int, station: int, day: People) -> None:
    assert counted(day, there, station) is None
    assert not BlankClose.objects.exists()
    entry = closing.standing().count
    assert entry and entry.facts["counted"] == there
    with pytest.raises(Refused, match="Isi penjelasan"):
        closing.explain(by=day["operator"], entry=entry, explanation="  ")
    close = closing.explain(by=day["operator"], entry=entry, explanation="satu lembar terselip")
    closing.sign(by=day["counter"], close=close)
    [listed] = BlankEntry.objects.filter(deviation=blanks.Deviation.CLOSE_DIFFERS)
    assert listed.detail.words == {"reason": "satu lembar terselip", "counted_by": day["operator"].name}


def test_the_database_keeps_no_close_that_differs_without_words(day: People) -> None:
    close = waiting(day)
    close.counted = 3
    with pytest.raises(IntegrityError), transaction.atomic():
        close.save()


def test_a_card_that_took_no_blank_of_the_book_is_seen(people: People) -> None:
    """Sent to the printer before the book was opened: the card is good, but no blank was used up for it."""
    application, operator = application_in(State.READY_TO_PRINT, people), people["operator"]
    Print.objects.create(application=application, started_at=timezone.now(), started_by=operator)
    Application.objects.filter(pk=application.pk).update(state=State.PRINTING)
    delivery(operator, 5)
    lifecycle.confirm_print(application, by=operator)
    assert counted(people, 5, 1) is None
    entry = closing.standing().count
    assert entry and (entry.facts["used"], entry.facts["confirmed"], entry.facts["book"]) == (0, 1, 5)


def test_the_next_close_begins_where_the_last_one_ended(day: People) -> None:
    first = signed(day)
    application_in(State.READY_FOR_PICKUP, day)
    second = signed(day, blanks_there=16, station=1)
    assert second.through_seq > first.through_seq
    assert (second.used, second.confirmed, second.spoiled, second.book) == (1, 1, 0, 16)


def test_a_close_may_cover_several_days(people: People, at_time: AtTime) -> None:
    with at_time("2026-01-05 09:00"):
        delivery(people["operator"], 20)
    with at_time("2026-01-06 09:00"):
        blanks.lose(by=people["operator"], count=1, reason="x")
    with at_time("2026-01-07 08:00"):
        close = signed(people, blanks_there=19, station=0)
    assert (close.since_day, close.through_day) == (date(2026, 1, 5), date(2026, 1, 6))


# -- who and when ----------------------------------------------------------------------------------


def test_nothing_that_moved_is_nothing_to_close(people: People) -> None:
    with pytest.raises(Refused, match="Belum ada pergerakan"):
        counted(people)
    delivery(people["operator"], 17)
    signed(people, station=0)
    with pytest.raises(Refused, match="Belum ada pergerakan"):
        counted(people)


def test_who_counted_does_not_sign(day: People) -> None:
    close = waiting(day)
    with pytest.raises(Refused, match="Anda yang menghitung"):
        closing.sign(by=day["operator"], close=close)
    assert not BlankEntry.objects.filter(verb="close").exists()


def test_the_database_lets_nobody_sign_their_own_count(day: People) -> None:
    close = waiting(day)
    close.signed_at, close.signed_by = timezone.now(), day["operator"]
    with pytest.raises(IntegrityError), transaction.atomic():
        close.save()


def test_a_close_is_signed_once(day: People) -> None:
    close = signed(day)
    with pytest.raises(Refused, match="sudah ditandatangani"):
        closing.sign(by=day["secretary"], close=close)
    assert BlankEntry.objects.filter(verb="close").count() == 1


@pytest.mark.parametrize("move", ["confirm_print", "lose", "receive"])
def test_what_moved_since_the_count_has_to_be_counted_again(move: str, day: People) -> None:
    close, operator = waiting(day), day["operator"]
    if move == "confirm_print":
        lifecycle.confirm_print(printing(), by=operator)
    elif move == "lose":
        blanks.lose(by=operator, count=1, reason="x")
    else:
        delivery(operator, 5, "BA-2")
    with pytest.raises(Refused, match="Hitung sekali lagi"):
        closing.sign(by=day["counter"], close=close)
    assert closing.standing().stale
    there, station = {"confirm_print": (16, 3), "lose": (16, 2), "receive": (22, 2)}[move]
    again = waiting(day, blanks_there=there, station=station)
    assert again.adds_up and list(BlankClose.objects.all()) == [again]
    with pytest.raises(Refused, match="sudah diganti"):
        closing.sign(by=day["counter"], close=close)
    closing.sign(by=day["counter"], close=again)


def printing() -> Application:
    return Application.objects.get(state=State.PRINTING)


def test_counting_again_replaces_what_waits_and_stays_in_the_book(day: People) -> None:
    waiting(day, blanks_there=15)
    close = waiting(day)
    assert list(BlankClose.objects.all()) == [close] and close.explanation == ""
    assert [e.facts["counted"] for e in BlankEntry.objects.filter(verb="count")] == [15, 17]


def test_an_old_count_and_that_of_another_person_are_not_explained(day: People) -> None:
    counted(day, 15)
    old = closing.standing().count
    counted(day, 16)
    assert old
    with pytest.raises(Refused, match="sudah diganti"):
        closing.explain(by=day["operator"], entry=old, explanation="x")
    also_operator(day["counter"])
    new = closing.standing().count
    assert new
    with pytest.raises(Refused, match="Yang menghitung juga yang menjelaskan"):
        closing.explain(by=day["counter"], entry=new, explanation="x")
    blanks.lose(by=day["operator"], count=1, reason="x")
    with pytest.raises(Refused, match="Hitung sekali lagi"):
        closing.explain(by=day["operator"], entry=new, explanation="x")


def also_operator(user: User) -> None:
    RoleTerm.objects.create(user=user, role="operator", valid_from=timezone.now() - timedelta(days=1), reason="uji")


def test_rights_are_asked_under_the_lock(day: People) -> None:
    with pytest.raises(NotAllowed):
        closing.count(by=day["counter"], counted=1, station=1)
    with pytest.raises(NotAllowed):
        closing.sign(by=day["camat"], close=waiting(day))
    counted(day, 3)
    found = closing.standing().count
    assert found
    with pytest.raises(NotAllowed):
        closing.explain(by=day["secretary"], entry=found, explanation="x")


# -- an open close ---------------------------------------------------------------------------------


def test_a_close_is_open_from_the_next_day_on_until_both_signed(people: People, at_time: AtTime) -> None:
    with at_time("2026-01-05 09:00"):
        assert closing.open_since() is None
        delivery(people["operator"], 10)
        assert closing.open_since() is None
    with at_time("2026-01-06 09:00"):
        assert closing.open_since() == date(2026, 1, 5)
        close = waiting(people, blanks_there=10, station=0)
        assert closing.open_since() == date(2026, 1, 5)
        closing.sign(by=people["counter"], close=close)
        assert closing.open_since() is None
        blanks.lose(by=people["operator"], count=1, reason="x")
        assert closing.open_since() is None
    with at_time("2026-01-08 09:00"):
        assert closing.open_since() == date(2026, 1, 6)


def test_asking_for_an_open_close_is_one_query(day: People, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        closing.open_since()


def test_an_open_close_stands_on_the_page(people: People, client_of: Browser) -> None:
    delivery(people["operator"], 10)
    assert "belum ditutup" not in text_of(client_of("operator").get("/blanko/"))
    yesterday = timezone.now() - timedelta(days=1)
    delivery(people["operator"], 10, "BA-2", at=yesterday)
    assert "belum ditutup" in text_of(client_of("operator").get("/blanko/"))


# -- the pages -------------------------------------------------------------------------------------


def test_the_page_asks_before_it_tells(day: People, client_of: Browser) -> None:
    text = text_of(client_of("operator").get("/blanko/tutup/"))
    main = text.split("<main")[1]
    assert "17" not in main and "Bandingkan dengan buku" in main


def test_a_count_that_agrees_waits_for_the_second_person(day: People, client_of: Browser) -> None:
    client = client_of("operator")
    done = client.post("/blanko/tutup/", {"counted": "17", "station": "2"})
    close = BlankClose.objects.get()
    assert done["Location"] == f"/blanko/penutupan/{close.pk}/" and told(done) == (
        "Hitungan cocok dengan buku. Sekarang orang kedua menandatangani dengan akunnya sendiri."
    )
    own = text_of(client.get(done["Location"]))
    assert "Anda yang menghitung" in own and "Tandatangani</button>" not in own
    assert "menunggu tanda tangan Anda" in text_of(client_of("counter").get("/blanko/"))
    second = client_of("counter")
    assert "Tandatangani</button>" in text_of(second.get(done["Location"]))
    url = f"{done['Location']}tanda-tangan/"
    assert "ditandatangani" in told(second.post(url))
    assert told(second.post(url)).endswith("Tutup hari ini sudah ditandatangani. Tidak ada yang dicatat dua kali.")
    assert BlankEntry.objects.filter(verb="close").count() == 1


def test_a_count_that_differs_leads_to_its_explanation(day: People, client_of: Browser) -> None:
    client = client_of("operator")
    done = client.post("/blanko/tutup/", {"counted": "16", "station": "2"})
    assert done["Location"] == "/blanko/tutup/penjelasan/"
    assert "selisih −1" in text_of(client.get(done["Location"]))
    assert "Isi penjelasan selisihnya" in text_of(client.post(done["Location"], {"explanation": " "}))
    client.post(done["Location"], {"explanation": "satu lembar terselip"})
    close = BlankClose.objects.get()
    assert close.explanation == "satu lembar terselip"
    again = client.post(done["Location"], {"explanation": "lagi"})
    assert again["Location"] == f"/blanko/penutupan/{close.pk}/" and BlankClose.objects.count() == 1
    assert "satu lembar terselip" in text_of(client_of("secretary").get(again["Location"]))


@pytest.mark.parametrize("value", ["", "abc", "-1", "1.5", "99999999999999999999", "\x00"])
def test_a_count_typed_wrongly_is_asked_again(value: str, day: People, client_of: Browser) -> None:
    response = client_of("operator").post("/blanko/tutup/", {"counted": value, "station": "0"})
    assert response.status_code == 200 and "error-summary" in text_of(response)
    assert not BlankEntry.objects.filter(verb="count").exists()


def test_without_a_count_there_is_nothing_to_explain(day: People, client_of: Browser) -> None:
    done = client_of("operator").get("/blanko/tutup/penjelasan/")
    assert done["Location"] == "/blanko/tutup/" and "Hitung lebih dahulu" in told(done)


def test_a_close_that_was_replaced_is_said_so_and_not_found(day: People, client_of: Browser) -> None:
    old = waiting(day)
    waiting(day)
    client = client_of("counter")
    assert client.get(f"/blanko/penutupan/{old.pk}/").status_code == 404
    done = client.post(f"/blanko/penutupan/{old.pk}/tanda-tangan/")
    assert done["Location"] == "/blanko/penutupan/" and "sudah diganti" in told(done)


def test_the_list_of_closes_names_both_and_keeps_its_budget(people: People, client_of: Browser) -> None:
    client = client_of("secretary")
    assert "Belum ada hari yang ditutup" in text_of(client.get("/blanko/penutupan/"))
    for number in range(3):
        delivery(people["operator"], 1, f"A-{number}")
        signed(people, blanks_there=number + 1, station=0)
    few = queries_of(client, "/blanko/penutupan/")
    for number in range(3, 30):
        delivery(people["operator"], 1, f"A-{number}")
        signed(people, blanks_there=number + 1, station=0)
    text = text_of(client.get("/blanko/penutupan/"))
    assert text.count("Cocok</span>") == 25 and "Halaman 1 dari 2 · 30 baris" in text
    assert text.count(f"<td>{people['operator'].name}</td><td>{people['counter'].name}</td>") == 25
    assert queries_of(client, "/blanko/penutupan/") == few <= 13


def test_the_record_has_both_names_and_the_explanation(day: People, client_of: Browser) -> None:
    close = waiting(day, blanks_there=16)
    client = client_of("secretary")
    address = f"/blanko/penutupan/{close.pk}/berita-acara.pdf"
    assert client.get(address).status_code == 404
    closing.sign(by=day["counter"], close=close)
    [page] = pdf_pages(client.get(address))
    assert day["operator"].name in page and day["counter"].name in page
    assert "selisih −1" in page and "satu lembar terselip" in page


@pytest.mark.parametrize("address", ["tutup/", "tutup/penjelasan/"])
def test_the_pages_of_a_close_keep_their_budget(address: str, day: People, client_of: Browser) -> None:
    counted(day, 3)
    client = client_of("operator")
    client.get(f"/blanko/{address}")
    assert queries_of(client, f"/blanko/{address}") <= 13


def test_a_late_paper_sheet_opens_its_day_again(people: People, at_time: AtTime) -> None:
    with at_time("2026-01-06 09:00"):
        delivery(people["operator"], 10)
        signed(people, blanks_there=10, station=0)
        late = datetime(2026, 1, 5, 10, tzinfo=timezone.get_current_timezone())
        blanks.lose(by=people["operator"], count=1, reason="x", at=late)
        assert closing.open_since() == date(2026, 1, 5)
