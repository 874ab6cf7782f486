"""Roles are held for a time: from, until, for a while, taken back; each giving and taking is in the book."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import RoleEntry, RoleTerm, User
from accounts.roles import GRANTS, Role
from accounts.terms import give_role, take_role_back
from office.clock import WIB
from office.ledger import BookClosed
from office.models import BookHead, Section
from tests import factories
from tests.office.books import found

SUBMIT, RECORD, VALIDATE = "applications.submit", "applications.record", "applications.validate"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def may(person: User, permission: str = SUBMIT) -> bool:
    """Asked anew, as the next request does."""
    return User.objects.get(pk=person.pk).has_perm(permission)


@pytest.fixture
def person(db) -> User:
    return factories.make_person("rina")


@pytest.fixture
def admin(db) -> User:
    return factories.make_person("yudi", Role.ADMIN)


def ktp() -> Section:
    return Section.objects.get(serves_ktp=True)


# -- in force ------------------------------------------------------------------------------------

BEGIN, END, REVOKED = "2026-11-02 08:00", "2026-11-06 15:00", "2026-11-04 10:00"
# Half open: in force at the very beginning, no longer at the very end.
MOMENTS = [
    ("2026-11-02 07:59", False, False), ("2026-11-02 08:00", True, True), ("2026-11-04 09:59", True, True),
    ("2026-11-04 10:00", True, False), ("2026-11-06 14:59", True, False), ("2026-11-06 15:00", False, False),
    ("2027-01-01 00:00", False, False),
]


@pytest.mark.parametrize(("at", "in_time", "before_revoked"), MOMENTS)
@pytest.mark.parametrize("revoked", [False, True])
def test_a_role_counts_from_its_beginning_to_its_end_or_to_its_taking_back(
    person, at_time, at, in_time, before_revoked, revoked
):
    RoleTerm.objects.create(
        user=person, role=Role.COUNTER, valid_from=moment(BEGIN), valid_until=moment(END),
        revoked_at=moment(REVOKED) if revoked else None,
    )
    expected = before_revoked if revoked else in_time
    with at_time(at):
        assert may(person) is expected
        assert User.objects.holding(SUBMIT).exists() is expected
    assert User.objects.holding(SUBMIT, at=moment(at)).exists() is expected


def test_a_role_without_an_end_counts_for_good(person, admin, at_time):
    give_role(person, Role.COUNTER, by=admin, reason="Tetap", at=moment(BEGIN))
    with at_time("2036-11-02 08:00"):
        assert may(person)


def test_a_deputy_holds_the_role_for_the_time_and_keeps_the_own_one(person, admin, at_time):
    give_role(person, Role.COUNTER, by=admin, reason="Tetap", at=moment("2026-01-05 07:30"))
    give_role(
        person, Role.SECTION_HEAD, by=admin, reason="Plh selama Kasi diklat", section=ktp(),
        at=moment(BEGIN), until=moment(END),
    )
    held = []
    for at in ("2026-11-02 07:59", "2026-11-03 09:00", "2026-11-06 15:00"):
        with at_time(at):
            held.append((may(person, SUBMIT), may(person, VALIDATE)))
    assert held == [(True, False), (True, True), (True, False)]


def test_a_role_given_for_later_does_not_count_yet(person, admin):
    give_role(person, Role.COUNTER, by=admin, reason="Mulai besok", at=timezone.now() + timedelta(days=1))
    assert not may(person)


@pytest.mark.parametrize("fields", [
    {"role": Role.SECTION_HEAD},
    {"role": Role.COUNTER, "section": True},
    {"role": Role.COUNTER, "until": timedelta()},
    {"role": Role.COUNTER, "until": timedelta(hours=-1)},
], ids=["head without section", "counter with section", "ends as it begins", "ends before it begins"])
def test_a_term_that_makes_no_sense_is_refused_and_leaves_no_entry(person, admin, fields):
    now = timezone.now()
    more = {"section": ktp() if "section" in fields else None}
    if "until" in fields:
        more["until"] = now + fields["until"]
    with pytest.raises(IntegrityError), transaction.atomic():
        give_role(person, fields["role"], by=admin, reason="keliru", at=now, **more)
    assert not person.terms.exists()
    assert not RoleEntry.objects.exists()


# -- taken back ----------------------------------------------------------------------------------


def test_a_role_taken_back_no_longer_counts_and_other_roles_stay(person, admin):
    term = give_role(person, Role.COUNTER, by=admin, reason="Tetap")
    give_role(person, Role.OPERATOR, by=admin, reason="Rangkap")
    take_role_back(term, by=admin, reason="Pindah meja")
    assert not may(person, SUBMIT)
    assert may(person, RECORD)


def test_a_role_taken_back_twice_is_one_entry_and_keeps_the_first_moment(person, admin):
    term = give_role(person, Role.COUNTER, by=admin, reason="Tetap", at=moment(BEGIN))
    take_role_back(term, by=admin, reason="Pindah", at=moment(REVOKED))
    take_role_back(term, by=admin, reason="Sekali lagi")
    term.refresh_from_db()
    assert (term.revoked_at, term.revoked_by) == (moment(REVOKED), admin)
    assert RoleEntry.objects.filter(verb="take_role_back").count() == 1


def test_a_role_that_was_to_end_later_can_be_taken_back_at_once(person, admin):
    term = give_role(person, Role.COUNTER, by=admin, reason="Tetap")
    take_role_back(term, by=admin, reason="Akhir bulan", at=timezone.now() + timedelta(days=20))
    assert may(person)
    take_role_back(term, by=admin, reason="Sekarang juga")
    assert not may(person)


def test_a_role_can_be_given_again_after_it_was_taken_back(person, admin):
    take_role_back(give_role(person, Role.COUNTER, by=admin, reason="Tetap"), by=admin, reason="Pindah")
    give_role(person, Role.COUNTER, by=admin, reason="Kembali")
    assert may(person)
    assert person.terms.count() == 2


def test_a_signed_in_browser_loses_the_page_with_its_next_request(people, client_of):
    browser, term = client_of("counter"), people["counter"].terms.get()
    assert browser.get("/loket/").status_code == 200
    take_role_back(term, by=people["admin"], reason="Pindah")
    assert browser.get("/loket/").status_code == 403
    assert "/loket/" not in browser.get("/layanan/").content.decode()


def test_a_signed_in_browser_gains_the_page_with_its_next_request(people, client_of):
    browser = client_of("information")
    assert browser.get("/loket/").status_code == 403
    give_role(people["information"], Role.COUNTER, by=people["admin"], reason="Plh")
    assert browser.get("/loket/").status_code == 200


def test_a_deputy_who_is_signed_in_loses_the_page_when_the_time_is_over(people, client_of, at_time):
    give_role(
        people["information"], Role.COUNTER, by=people["admin"], reason="Plh",
        at=moment(BEGIN), until=moment(END),
    )
    browser, answers = client_of("information"), []
    for at in ("2026-11-06 14:59", "2026-11-06 15:00"):
        with at_time(at):
            answers.append(browser.get("/loket/").status_code)
    assert answers == [200, 403]


def test_a_signed_in_person_who_is_made_inactive_is_signed_out(people, client_of):
    browser = client_of("counter")
    assert browser.get("/loket/").status_code == 200
    User.objects.filter(pk=people["counter"].pk).update(is_active=False)
    answer = browser.get("/loket/")
    assert (answer.status_code, answer["Location"]) == (302, "/masuk/?next=/loket/")


# -- the book of roles ---------------------------------------------------------------------------


def test_giving_a_role_is_an_entry_with_who_gave_what_to_whom_and_why(person, admin):
    term = give_role(
        person, Role.SECTION_HEAD, by=admin, reason="Plh selama Kasi diklat", section=ktp(),
        at=moment(BEGIN), until=moment(END),
    )
    entry = RoleEntry.objects.get()
    assert (entry.verb, entry.person, entry.by, entry.occurred_at) == ("give_role", person, admin, moment(BEGIN))
    assert entry.facts == {
        "term": term.pk, "role": "section_head", "section": ktp().code,
        "until": "2026-11-06T08:00:00.000000+00:00",
    }
    assert entry.detail.words == {"reason": "Plh selama Kasi diklat"}
    assert (term.granted_by, term.reason) == (admin, "Plh selama Kasi diklat")


def test_taking_a_role_back_is_an_entry_with_who_took_what_from_whom_and_why(person, admin):
    term = give_role(person, Role.COUNTER, by=admin, reason="Tetap", at=moment(BEGIN))
    take_role_back(term, by=admin, reason="Pindah ke desa", at=moment(REVOKED))
    entry = RoleEntry.objects.last()
    assert (entry.seq, entry.verb, entry.person, entry.by) == (2, "take_role_back", person, admin)
    assert entry.occurred_at == moment(REVOKED)
    assert entry.facts == {"term": term.pk, "role": "counter"}
    assert entry.detail.words == {"reason": "Pindah ke desa"}
    assert found() == []


def test_a_role_of_the_set_up_is_given_by_nobody(person):
    term = give_role(person, Role.ADMIN, by=None, reason="Pemasangan")
    assert term.granted_by is None
    assert RoleEntry.objects.get().by is None


def test_no_term_without_its_entry_and_no_entry_without_its_term(person, admin):
    BookHead.objects.filter(pk=RoleEntry.BOOK).delete()  # the book is closed
    with pytest.raises(BookClosed), transaction.atomic():
        give_role(person, Role.COUNTER, by=admin, reason="Tetap")
    assert not person.terms.exists()
    assert not may(person)


def test_a_term_is_not_ended_without_its_entry(person, admin):
    term = give_role(person, Role.COUNTER, by=admin, reason="Tetap")
    BookHead.objects.filter(pk=RoleEntry.BOOK).delete()
    with pytest.raises(BookClosed), transaction.atomic():
        take_role_back(term, by=admin, reason="Pindah")
    assert may(person)


def test_every_term_of_the_demo_people_is_in_the_book(db):
    from accounts import demo

    people = demo.fill()
    assert set(people) == {"loket", "operator", "kasi", "informasi", "sekcam", "camat", "admin"}
    assert RoleTerm.objects.count() == RoleEntry.objects.count() == 7
    assert {entry.facts["term"] for entry in RoleEntry.objects.all()} == {t.pk for t in RoleTerm.objects.all()}
    assert may(people["loket"], "applications.submit")
    assert people["admin"].get_all_permissions() == GRANTS[Role.ADMIN]
    assert found() == []
