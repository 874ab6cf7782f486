"""The books: one unbroken chain whoever writes at once, nothing changed, nothing personal hashed."""

import json
import threading
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.db.models.query import QuerySet
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from accounts.models import RoleDetail, RoleEntry, User
from accounts.roles import Role
from accounts.terms import give_role
from applications import lifecycle
from applications.models import Entry as ApplicationEntry
from office import ledger
from office.clock import WIB
from office.ledger import BookClosed, EntryIsFinal, open_after_migrate
from office.models import BookHead
from tests import factories
from tests.office.books import at_a_barrier, found, sql, tamper, write, write_some


class Thrown(Exception):
    pass


@pytest.fixture
def only_on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


@pytest.fixture
def only_on_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("needs SQLite")


@pytest.fixture
def head_lock_taken_out(monkeypatch):
    """The same program without the lock on the head of a book."""
    original = QuerySet.select_for_update

    def without(self, *args, **kwargs):
        return self if self.model is BookHead else original(self, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", without)


def chain() -> list[tuple[int, str, str]]:
    return list(RoleEntry.objects.values_list("seq", "previous_hash", "hash"))


def assert_unbroken(count: int) -> None:
    """Entries 1 to `count`, each naming the one before, the last in the head; nothing to find."""
    links = chain()
    assert [seq for seq, _, _ in links] == list(range(1, count + 1))
    hashes = [own for _, _, own in links]
    assert [previous for _, previous, _ in links] == ["", *hashes[:-1]]
    head = BookHead.objects.get(pk=RoleEntry.BOOK)
    assert (head.seq, head.hash) == (count, hashes[-1])
    assert found() == []


# -- many at once --------------------------------------------------------------------------------


def append_in_threads(threads: int, each: int) -> list[Exception]:
    """Threads with a connection of their own append about a person of their own; what they failed with."""
    barrier, failures = threading.Barrier(threads), []
    people = [factories.make_person(f"pencatat_{number}") for number in range(threads)]

    def work(person) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            for _ in range(each):
                try:
                    write(person, words={"reason": "bersama"})
                except DatabaseError as error:
                    failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(person,)) for person in people]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return failures


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_threads_of_a_hundred_entries_give_one_unbroken_chain(only_on_postgresql):
    assert append_in_threads(8, 100) == []
    assert_unbroken(800)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_with_the_head_lock_taken_out_entries_are_lost(only_on_postgresql, head_lock_taken_out):
    failures = append_in_threads(8, 100)
    assert failures
    assert {type(error) for error in failures} == {IntegrityError}  # the unique number of the second
    assert RoleEntry.objects.count() == 800 - len(failures)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_with_the_head_lock_and_the_unique_number_taken_out_the_chain_forks_and_is_named(
    only_on_postgresql, head_lock_taken_out
):
    table = RoleEntry._meta.db_table
    sql(f"ALTER TABLE {table} DROP CONSTRAINT {table}_seq_key")
    try:
        append_in_threads(8, 100)
        seqs = [seq for seq, _, _ in chain()]
        forked = {seq for seq in seqs if seqs.count(seq) > 1}
        assert forked
        assert forked <= {seq for seq, _ in found()}
    finally:
        tamper("DELETE FROM accounts_roledetail")
        tamper(f"DELETE FROM {table}")
        sql(f"ALTER TABLE {table} ADD CONSTRAINT {table}_seq_key UNIQUE (seq)")


@pytest.mark.django_db(transaction=True)
def test_four_processes_give_one_unbroken_chain():
    people = [factories.make_person(f"pencatat_{number}") for number in range(4)]
    done = at_a_barrier([("append", person.pk, 60) for person in people])
    assert [(process.returncode, process.stderr) for process in done] == [(0, "")] * 4
    assert_unbroken(240)
    by_person = RoleEntry.objects.values_list("person_id", flat=True)
    assert sorted(by_person) == sorted([person.pk for person in people] * 60)
    assert list(by_person) != sorted(by_person)  # they did write at the same time


@pytest.mark.django_db(transaction=True)
def test_with_the_write_lock_at_begin_taken_out_processes_on_sqlite_fail(only_on_sqlite):
    people = [factories.make_person(f"pencatat_{number}") for number in range(4)]
    done = at_a_barrier([("append", person.pk, 60, "DEFERRED") for person in people])
    assert any(process.returncode for process in done)
    assert all("database is locked" in process.stderr for process in done if process.returncode)
    assert RoleEntry.objects.count() < 240


# -- one transaction with the change -------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused():
    person = factories.make_person("pencatat")
    with pytest.raises(RuntimeError, match="in the transaction of the change"):
        ledger.append(RoleEntry, subject=person, verb="give_role", by=person, occurred_at=timezone.now())
    assert chain() == []


@pytest.mark.django_db
def test_a_rolled_back_change_leaves_no_gap_in_the_numbers():
    person = factories.make_person("pencatat")
    write(person)
    with pytest.raises(Thrown), transaction.atomic():
        write(person, words={"reason": "tidak jadi"})
        write(person)
        raise Thrown
    assert RoleDetail.objects.count() == 0
    write(person)
    assert_unbroken(2)


@pytest.mark.django_db
def test_a_book_without_a_head_takes_no_entry():
    write_some(2)
    BookHead.objects.filter(pk=RoleEntry.BOOK).delete()
    with pytest.raises(BookClosed, match="roles"):
        write_some(1, factories.make_person("lain"))


@pytest.mark.django_db
def test_a_new_book_is_opened_after_migrate():
    BookHead.objects.all().delete()
    open_after_migrate(sender=apps.get_app_config("accounts"))
    assert list(BookHead.objects.values_list("name", "seq", "hash")) == [("roles", 0, "")]


@pytest.mark.django_db
def test_a_lost_head_of_a_book_with_entries_is_not_brought_back():
    write_some(2)
    BookHead.objects.filter(pk=RoleEntry.BOOK).delete()
    open_after_migrate(sender=apps.get_app_config("accounts"))
    assert not BookHead.objects.filter(pk=RoleEntry.BOOK).exists()


@pytest.mark.django_db
def test_a_head_that_is_there_stays_as_it_is_after_migrate():
    write_some(2)
    before = BookHead.objects.values().get(pk=RoleEntry.BOOK)
    open_after_migrate(sender=apps.get_app_config("accounts"))
    assert BookHead.objects.values().get(pk=RoleEntry.BOOK) == before


@pytest.mark.django_db
def test_each_book_has_a_chain_of_its_own(people):
    factories.Path(people).validated()
    give_role(people["counter"], Role.OPERATOR, by=people["admin"], reason="Plh")
    assert [entry.seq for entry in ApplicationEntry.objects.all()] == [1, 2]
    assert [entry.seq for entry in RoleEntry.objects.all()] == [1]
    assert found(ApplicationEntry) == found(RoleEntry) == []


# -- entries are final ---------------------------------------------------------------------------

CHANGES = {
    "save": lambda entry: entry.save(),
    "save of one column": lambda entry: entry.save(update_fields=["verb"]),
    "delete": lambda entry: entry.delete(),
    "update of all": lambda entry: RoleEntry.objects.update(verb="lain"),
    "update of a selection": lambda entry: RoleEntry.objects.filter(pk=entry.pk).update(verb="lain"),
    "update through a person": lambda entry: entry.person.role_entries.update(verb="lain"),
    "delete of a selection": lambda entry: RoleEntry.objects.filter(pk=entry.pk).delete(),
    "bulk_update": lambda entry: RoleEntry.objects.bulk_update([entry], ["verb"]),
    "update_or_create": lambda entry: RoleEntry.objects.update_or_create({"verb": "lain"}, pk=entry.pk),
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_model_refuses_to_change_an_entry(change):
    entry = write_some(2)[0]
    entry.verb = "lain"
    with pytest.raises(EntryIsFinal):
        change(entry)
    assert set(RoleEntry.objects.values_list("verb", flat=True)) == {"give_role"}
    assert_unbroken(2)


@pytest.mark.django_db
def test_a_person_with_entries_is_not_deleted():
    entry = write_some(1)[0]
    with pytest.raises(ProtectedError):
        entry.person.delete()


# -- what an entry says --------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_whom_and_when_it_happened_and_was_written():
    person, happened = factories.make_person("pencatat"), datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    before = timezone.now()
    entry = write(person, verb="take_role_back", occurred_at=happened, deviation="late", facts={"term": 7})
    entry.refresh_from_db()
    assert (entry.person, entry.by, entry.verb, entry.deviation) == (person, person, "take_role_back", "late")
    assert entry.occurred_at == happened
    assert before <= entry.written_at <= timezone.now()
    assert entry.facts == {"term": 7}
    assert entry.format == 1


@pytest.mark.django_db
def test_the_system_itself_is_nobody():
    entry = write(factories.make_person("pencatat"), by=None)
    assert entry.by is None
    assert json.loads(entry.body)["by"] is None
    assert found() == []


@pytest.mark.django_db
def test_a_moment_is_hashed_in_utc_whatever_its_zone():
    new_year = datetime(2027, 1, 1, 0, 30, 0, 5, tzinfo=WIB)
    entry = write(factories.make_person("pencatat"), occurred_at=new_year)
    assert json.loads(entry.body)["occurred_at"] == "2026-12-31T17:30:00.000005+00:00"
    assert found() == []


@pytest.mark.django_db
def test_words_stand_beside_the_entry_and_only_where_there_are_any():
    person = factories.make_person("pencatat")
    with_words, without = write(person, words={"reason": "Cuti bu Rina"}), write(person, words={})
    assert with_words.detail.words == {"reason": "Cuti bu Rina"}
    assert RoleDetail.objects.get().entry == with_words
    assert json.loads(without.body)["words"] == ""


@pytest.mark.django_db
def test_the_same_words_have_another_digest_each_time():
    entries = [write(factories.make_person(name), words={"reason": "Cuti"}) for name in ("satu", "dua")]
    digests = {json.loads(entry.body)["words"] for entry in entries}
    assert len(digests) == 2
    assert ledger.digest(ledger.canonical({"reason": "Cuti"})) not in digests


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXT)
FACTS = st.dictionaries(TEXT, st.one_of(SCALARS, st.lists(SCALARS)))


@pytest.mark.django_db
@hypothesis(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=FACTS)
def test_whatever_facts_an_entry_has_it_is_read_as_it_was_written(facts):
    with transaction.atomic():
        person = factories.make_person("pencatat")
        write(person, facts=facts)
        again = RoleEntry.objects.get()
        assert again.facts == json.loads(json.dumps(facts))
        assert found() == []
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_no_name_nik_or_free_word_is_in_what_is_hashed(people):
    resident = factories.make_resident(
        name="Tumenggung Wirorejo", birth_place="Purbalingga", address="Dusun Kalibendo",
        nik="3508174503900077", kk_number="3508171207010099",
    )
    User.objects.update(name="Raden Kusumaningrat")
    path = factories.Path(people, resident=resident)
    head, operator, counter = people["section_head"], people["operator"], people["counter"]
    application = lifecycle.return_to_applicant(path.submitted(), by=head, reasons={"kk": "Fotokopi buram"})
    application = lifecycle.resubmit(application, by=counter, ticks=factories.complete("new"))
    application = lifecycle.validate(application, by=head)
    factories.capture_all(application, operator)
    application = path.status(lifecycle.record(application, by=operator), "PRINT_READY_RECORD")
    application = lifecycle.send_back(application, by=operator, reason="Ejaan keliru di berkas")
    factories.receive_blanks(operator)
    application = lifecycle.start_print(lifecycle.validate(application, by=head), by=operator)
    application = lifecycle.fail_print(
        application, by=operator, blank_used=True, fault="print", reason="Pita tinta putus"
    )
    application = lifecycle.start_print(application, by=operator)
    application = lifecycle.confirm_print(application, by=operator, blank_serial="BLK-778899")
    lifecycle.hand_over(
        application, by=counter, collector="other", collector_name="Mbok Sarinem", relation="Bibi kandung",
        authority_seen=True, id_seen=True,
    )
    referred = lifecycle.refer(factories.Path(people).submitted(), by=head, reason="Kependudukan ganda")
    lifecycle.answer_referral(
        referred, by=operator, number="470/123/XYZ", answered_on=timezone.localdate(), continues=False
    )
    give_role(counter, Role.OPERATOR, by=people["admin"], reason="Menggantikan saudari Wulan")

    entries = [*ApplicationEntry.objects.all(), *RoleEntry.objects.all()]
    bodies = "\n".join(entry.body for entry in entries).casefold()
    beside = "\n".join(e.detail.text for e in entries if hasattr(e, "detail")).casefold()
    written = [
        "Fotokopi buram", "Ejaan keliru", "Pita tinta", "Mbok Sarinem", "Kependudukan ganda", "saudari Wulan"
    ]
    assert [words for words in written if words.casefold() not in beside] == []  # they were written at all
    never = [
        *written, "Tumenggung", "Purbalingga", "Kalibendo", "3508174503900077", "3508171207010099",
        "Bibi kandung", "1990-03-15", "470/123", "BLK-778899", "Kusumaningrat", "other_head",
    ]
    assert [words for words in never if words.casefold() in bodies] == []
