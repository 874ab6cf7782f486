"""Plh by one tap: who appoints whom, until when, how it is written, and that it ends by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import RoleEntry, RoleTerm, User
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.terms import DEPUTY, appoint_deputy, give_role
from applications import lifecycle
from applications.refusals import NotAllowed
from applications.states import State
from office.clock import WIB
from office.models import Section, ServiceInterval
from tests.factories import application_in, make_person
from tests.pages import fields_of, queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
HOUR = timedelta(hours=1)


def tap(client: Client, username: str, **more: str) -> Any:
    """The page as it comes, and one button on it."""
    page = client.get("/plh/")
    fields = {name: value for name, value in fields_of(page).items() if name in ("until", "reason")}
    return client.post("/plh/", fields | {"person": username} | more)


def deputy(people: People, until: timedelta = HOUR, who: str = "counter", by: str = "secretary") -> RoleTerm:
    return appoint_deputy(people[who], by=people[by], until=timezone.now() + until, reason="uji")


def test_when_the_head_came_in_today_the_reason_has_to_be_written(people: People, client_of: Browser) -> None:
    client = client_of("secretary")
    assert "sudah masuk hari ini" not in text_of(client.get("/plh/"))
    client_of("section_head").get("/")
    page = client.get("/plh/")
    assert "Section Head sudah masuk hari ini." in text_of(page) and fields_of(page)["reason"] == ""
    assert "Isi alasannya." in text_of(tap(client, "counter")) and not RoleEntry.objects.exists()
    assert tap(client, "counter", reason="Rapat di kabupaten").status_code == 302
    User.objects.filter(username="section_head").update(last_login=timezone.now() - timedelta(days=1))
    RoleTerm.objects.filter(user=people["counter"]).delete()
    assert fields_of(client.get("/plh/"))["reason"] == "Kepala Seksi tidak di tempat"


@pytest.mark.parametrize("by", ["secretary", "section_head"])
def test_one_tap_makes_a_colleague_plh_with_an_entry_that_the_secretary_sees(
    by: str, people: People, client_of: Browser
) -> None:
    response = tap(client_of(by), "counter", reason="Kepala Seksi tidak di tempat")
    assert response.status_code == 302 and "menjadi Plh" in told(response)
    entry = RoleEntry.objects.get()
    assert (entry.verb, entry.deviation, entry.by, entry.person) == (
        "give_role", DEPUTY, people[by], people["counter"],
    )
    assert entry.detail.words == {"reason": "Kepala Seksi tidak di tempat"}
    assert client_of("counter").get("/validasi/").status_code == 200


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-24 10:42", "closing"), ("2026-11-24 22:10", "2026-11-24T23:59"),  # a Tuesday
        ("2026-11-22 10:00", "2026-11-22T23:59"),  # a Sunday
    ],
)
def test_the_time_offered_is_the_closing_of_today_or_the_end_of_a_closed_day(
    now: str, until: str, client_of: Browser, at_time: Any
) -> None:
    client = client_of("secretary")
    closing = ServiceInterval.objects.filter(weekday=1).order_by("closes").last()
    assert closing
    with at_time(now):
        offered = fields_of(client.get("/plh/"))["until"]
    assert offered == (f"2026-11-24T{closing.closes:%H:%M}" if until == "closing" else until)


def test_the_page_says_who_validates_now_and_whether_they_came_in_today(people: People, client_of: Browser) -> None:
    client = client_of("secretary")
    text = text_of(client.get("/plh/"))
    assert "Section Head" in text and "Belum masuk hari ini" in text
    client_of("section_head").get("/")
    assert "Masuk hari ini" in text_of(client.get("/plh/"))


def test_the_page_keeps_to_its_budget_of_queries(people: People, client_of: Browser) -> None:
    client = client_of("secretary")
    few = queries_of(client, "/plh/")
    for number in range(20):
        make_person(f"orang_{number}", Role.COUNTER)
    assert queries_of(client, "/plh/") == few <= 12


def test_administrators_heads_the_inactive_and_people_without_a_role_are_not_offered(
    people: People, client_of: Browser
) -> None:
    make_person("tamu")
    User.objects.filter(username="operator").update(is_active=False)
    client = client_of("secretary")
    text = text_of(client.get("/plh/"))
    assert 'value="counter"' in text and 'value="information"' in text
    for username in ("admin", "section_head", "operator", "tamu", "secretary"):
        assert f'value="{username}"' not in text
        assert tap(client, username).status_code == 200
    assert not RoleEntry.objects.exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"until": "2020-01-01T08:00"}, "sudah lewat"), ({"until": ""}, "Isi sampai kapan."),
        ({"until": "besok"}, "Isi tanggal dan jam berakhir."), ({"reason": " "}, "Isi alasannya."),
        ({"until": "9999-12-31T23:59"}, "Paling lama satu tahun."),
        ({"person": ""}, "Pilih siapa"), ({"person": "x"}, "tidak dapat"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(sent: dict[str, str], sentence: str, client_of: Browser) -> None:
    response = tap(client_of("secretary"), "counter", **sent)
    assert response.status_code == 200 and sentence in text_of(response)
    assert not RoleEntry.objects.exists()


def test_a_second_tap_is_no_second_entry(people: People, client_of: Browser) -> None:
    client = client_of("secretary")
    answers = [tap(client, "counter").status_code for _ in range(2)]
    assert answers == [302, 200] and RoleEntry.objects.count() == 1


def test_nobody_appoints_oneself(people: People) -> None:
    with pytest.raises(Refused, match="diri sendiri"):
        deputy(people, who="secretary")


def test_a_deputy_appoints_nobody_for_longer_than_the_own_time(people: People) -> None:
    deputy(people, 2 * HOUR)
    with pytest.raises(Refused, match="Tugas Anda sendiri berakhir"):
        deputy(people, 3 * HOUR, who="operator", by="counter")
    assert deputy(people, HOUR, who="operator", by="counter").granted_by == people["counter"]


def test_a_deputy_validates_within_the_time_and_is_refused_after_it(people: People, at_time: Any) -> None:
    with at_time("2026-11-24 09:00") as now:
        early, late = (application_in(State.SUBMITTED, people) for _ in range(2))
        appoint_deputy(people["operator"], by=people["secretary"], until=now + 5 * HOUR, reason="uji")
    with at_time("2026-11-24 13:59"):
        lifecycle.validate(early, by=User.objects.get(pk=people["operator"].pk))
    with at_time("2026-11-24 14:00"), pytest.raises(NotAllowed):
        lifecycle.validate(late, by=User.objects.get(pk=people["operator"].pk))
    early.refresh_from_db()
    late.refresh_from_db()
    assert early.state != State.SUBMITTED == late.state


def test_a_deputy_of_another_section_is_not_a_head_of_this_one(people: People, client_of: Browser) -> None:
    other = Section.objects.exclude(serves_ktp=True).first()
    give_role(people["counter"], Role.SECTION_HEAD, by=people["admin"], reason="Plh", section=other)
    assert client_of("counter").get("/plh/").status_code == 403
    assert 'value="counter"' in text_of(client_of("secretary").get("/plh/"))


def test_the_history_tells_of_a_deputy_in_plain_words(people: People, client_of: Browser, at_time: Any) -> None:
    until = datetime(2027, 11, 24, 15, tzinfo=WIB)
    with at_time("2026-11-24 15:00"):
        appoint_deputy(people["counter"], by=people["secretary"], until=until, reason="Kepala Seksi tidak di tempat")
    text = text_of(client_of("admin").get("/pengguna/counter/"))
    assert "Ditunjuk sebagai Plh Kepala Seksi (Seksi Pelayanan Umum) sampai 24 November 2027 15.00" in text


@pytest.mark.parametrize(("who", "shown"), [("secretary", True), ("section_head", True), ("counter", False)])
def test_the_menu_shows_the_page_to_those_who_may(who: str, shown: bool, client_of: Browser) -> None:
    text = text_of(client_of(who).get("/kata-sandi/"))
    assert ('href="/plh/"' in text) == shown
    assert 'href="/ganti-orang/"' in text and 'href="/pin/"' in text
