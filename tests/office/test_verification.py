"""Reading the books: every change behind their back is found and named with its entry; a whole book is silent."""

import hashlib
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from accounts.models import RoleDetail, RoleEntry
from applications.models import BlankStock, ResidentEntry
from applications.models import Entry as ApplicationEntry
from office.ledger import canonical, digest, entry_models
from office.models import BookHead, Office
from office.verification import Fault, Finding, fault_of, verify
from tests import factories
from tests.office.books import (
    TABLE,
    fill_every_book,
    found,
    lifted_triggers,
    manage,
    register,
    set_office,
    sql,
    tamper,
    write,
    write_some,
)

ROW = RoleEntry.objects.filter


def remove(*seqs: int) -> None:
    for entry in ROW(seq__in=seqs):
        tamper("DELETE FROM accounts_roledetail WHERE entry_id = %s", entry.pk)
        tamper(f"DELETE FROM {TABLE} WHERE id = %s", entry.pk)


def swap(first: int, second: int, *columns: str) -> None:
    """Exchange columns of two entries; the numbers by way of a free one, because they are unique."""
    one, two = ROW(seq=first).values().get(), ROW(seq=second).values().get()
    if "seq" in columns:
        tamper(f"UPDATE {TABLE} SET seq = 900000 WHERE id = %s", one["id"])
    for row, other in ((two, one), (one, two)):
        for column in columns:
            tamper(f"UPDATE {TABLE} SET {column} = %s WHERE id = %s", other[column], row["id"])


def rewrite(seq: int, **changes) -> None:
    """A forger who knows the form: the body says something else, and the hash and the columns agree with it."""
    entry = ROW(seq=seq).get()
    body = canonical(json.loads(entry.body) | changes)
    tamper(f"UPDATE {TABLE} SET body = %s, hash = %s WHERE seq = %s", body, digest(body), seq)
    for column, value in changes.items():
        tamper(f"UPDATE {TABLE} SET {column} = %s WHERE seq = %s", value, seq)


# -- nothing to find -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_empty_book_is_whole():
    assert {model.BOOK: list(verify(model)) for model in entry_models()} == {
        "roles": [], "applications": [], "residents": [], "settings": [], "blanks": [], "custody": [],
    }


@pytest.mark.django_db
def test_books_of_the_whole_life_of_an_application_are_whole(people):
    factories.Path(people).handed_over()
    factories.Path(people).withdrawn()
    assert ApplicationEntry.objects.count() > 10
    assert found(ApplicationEntry) == []


# -- one entry -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_altered_body_is_named(seq):
    write_some(5)
    tamper(f"UPDATE {TABLE} SET body = replace(body, 'counter', 'camat') WHERE seq = %s", seq)
    assert found() == [(seq, "ALTERED")]


@pytest.mark.django_db
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_altered_hash_is_named_once_and_not_the_entry_after_it(seq):
    write_some(5)
    tamper(f"UPDATE {TABLE} SET hash = %s WHERE seq = %s", "0" * 64, seq)
    assert found() == [(seq, "ALTERED")]


@pytest.mark.django_db
@pytest.mark.parametrize("seq", [1, 3, 4])
def test_an_entry_rewritten_with_its_hash_is_named_by_the_entry_after_it(seq):
    write_some(5)
    rewrite(seq, verb="take_role_back")
    assert found() == [(seq, "ALTERED")]


@pytest.mark.django_db
def test_the_last_entry_rewritten_with_its_hash_no_longer_fits_the_head():
    write_some(5)
    rewrite(5, verb="take_role_back")
    assert found() == [(5, "HEAD")]


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["bukan JSON", "[]", "{}", '{"facts": 1, "words": "", "seq": 3}', "null"])
def test_a_body_of_another_form_is_named_even_with_a_fitting_hash(body):
    write_some(5)
    tamper(f"UPDATE {TABLE} SET body = %s, hash = %s WHERE seq = 3", body, digest(body))
    assert found() == [(3, "ALTERED")]


@pytest.mark.django_db
@pytest.mark.parametrize("spaced", [", ", ",\n"])
def test_a_body_of_the_same_meaning_but_other_bytes_is_named(spaced):
    write_some(3)
    body = json.dumps(json.loads(ROW(seq=2).get().body), separators=(spaced, ": "))
    tamper(f"UPDATE {TABLE} SET body = %s, hash = %s WHERE seq = 2", body, digest(body))
    assert found() == [(2, "ALTERED")]


# -- every column --------------------------------------------------------------------------------


def columns() -> list:
    """Every column of every book but its own row number, so that a column added later cannot be forgotten.

    There is one office and one stock, so the database lets an entry name no other; a test below reads that column.
    """
    fields = [(model, field) for model in entry_models() for field in model._meta.concrete_fields]
    return [
        pytest.param(model, field, id=f"{model.BOOK}-{field.attname}")
        for model, field in fields
        if not field.primary_key and field.attname != "seq" and field.related_model not in (Office, BlankStock)
    ]


def another_value(entry, field):
    """A value for a column that it does not have yet and that the database takes."""
    old = getattr(entry, field.attname)
    if isinstance(field, models.ForeignKey):
        return field.related_model._base_manager.exclude(pk=old).first().pk
    if isinstance(field, models.DateTimeField):
        return old.replace(microsecond=(old.microsecond + 1) % 1_000_000)
    if old is None:
        return "x"
    return old + 1 if isinstance(old, int) else f"{old}x"[-64:] if len(old) < 64 else "x" + old[1:]


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "field"), columns())
def test_every_column_is_covered_by_the_hash(people, model, field):
    fill_every_book(people)
    assert found(model) == []
    entry = model.objects.get(seq=2)
    # Through the base manager, which turns a value into what the column holds; it is an UPDATE without the model.
    with lifted_triggers():
        changed = model._base_manager.filter(seq=2).update(**{field.attname: another_value(entry, field)})
    assert changed == 1
    assert found(model) == [(2, "ALTERED")]


@pytest.mark.django_db
def test_every_book_is_filled(people):
    fill_every_book(people)
    assert [model.BOOK for model in entry_models() if model.objects.count() < 2] == []


@pytest.mark.django_db
def test_the_office_that_a_setting_belongs_to_is_covered_by_the_hash(people):
    entry = set_office(people["admin"])
    assert fault_of(entry) is None
    entry.office_id = 2
    assert fault_of(entry) == Fault.ALTERED


@pytest.mark.django_db
def test_the_stock_that_a_movement_belongs_to_is_covered_by_the_hash(people):
    entry = factories.receive_blanks(people["operator"])
    assert fault_of(entry) is None
    entry.stock_id = 2
    assert fault_of(entry) == Fault.ALTERED


@pytest.mark.django_db
def test_an_import_names_no_resident_and_is_whole(people):
    register(people["admin"], None, words={"list": "Daftar desa"})
    register(people["admin"], factories.make_resident())
    assert found(ResidentEntry) == []
    assert json.loads(ResidentEntry.objects.get(seq=1).body)["subject"] is None


@pytest.mark.django_db
def test_a_resident_put_into_an_import_or_taken_out_of_a_correction_is_named(people):
    resident = factories.make_resident()
    for subject in (None, resident, None):
        register(people["admin"], subject)
    table = ResidentEntry._meta.db_table
    tamper(f"UPDATE {table} SET resident_id = %s WHERE seq = 1", resident.pk)
    tamper(f"UPDATE {table} SET resident_id = NULL WHERE seq = 2")
    assert found(ResidentEntry) == [(1, "ALTERED"), (2, "ALTERED")]


@pytest.mark.django_db
def test_the_actor_taken_out_of_an_entry_is_named():
    write_some(3)
    tamper(f"UPDATE {TABLE} SET by_id = NULL WHERE seq = 2")
    assert found() == [(2, "ALTERED")]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [7, 10**15])
def test_a_number_that_the_book_cannot_hold_is_named_and_its_own_place_is_missing(number):
    write_some(5)
    tamper(f"UPDATE {TABLE} SET seq = %s WHERE seq = 3", number)
    assert [(seq, fault) for seq, fault in found() if fault != "HEAD"] == [(3, "MISSING"), (number, "SWAPPED")]


# -- removed, swapped, cut off -------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("seqs", [(1,), (3,), (2, 3), (1, 4), (1, 2, 3, 4)], ids=str)
def test_removed_entries_are_named_one_by_one(seqs):
    write_some(5)
    remove(*seqs)
    assert found() == [(seq, "MISSING") for seq in seqs]


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 3), (2, 4), (4, 5), (1, 5)])
@pytest.mark.parametrize("what", [("seq",), ("seq", "previous_hash")], ids=str)
def test_swapped_entries_are_both_named_and_no_other(first, second, what):
    write_some(5)
    swap(first, second, *what)
    assert found() == [(first, "SWAPPED"), (second, "SWAPPED")]


@pytest.mark.django_db
def test_swapped_contents_are_named_at_both_places():
    write_some(5)
    swap(2, 4, "body", "hash", "previous_hash", "verb", "occurred_at", "written_at")
    assert found() == [(2, "SWAPPED"), (4, "SWAPPED")]


@pytest.mark.django_db
@pytest.mark.parametrize(("seqs", "named"), [((5,), 5), ((4, 5), 4), ((1, 2, 3, 4, 5), 1)], ids=str)
def test_a_cut_off_tail_is_named_from_its_first_entry(seqs, named):
    write_some(5)
    remove(*seqs)
    assert found() == [(named, "CUT_OFF")]


@pytest.mark.django_db
def test_a_forged_entry_added_at_the_end_does_not_fit_the_head():
    write_some(2)
    head = BookHead.objects.values().get(pk="roles")
    write(ROW(seq=1).get().person)
    BookHead.objects.filter(pk="roles").update(seq=head["seq"], hash=head["hash"])
    assert found() == [(3, "HEAD")]


# -- the head ------------------------------------------------------------------------------------

HEADS = {
    "hash": ("UPDATE office_bookhead SET hash = 'x' WHERE name = 'roles'", (5, "HEAD")),
    "set back": ("UPDATE office_bookhead SET seq = 4 WHERE name = 'roles'", (5, "HEAD")),
    "set forward": ("UPDATE office_bookhead SET seq = 6 WHERE name = 'roles'", (6, "CUT_OFF")),
    "taken away": ("DELETE FROM office_bookhead WHERE name = 'roles'", (5, "HEAD")),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("statement", "named"), HEADS.values(), ids=HEADS)
def test_a_tampered_head_is_named(statement, named):
    write_some(5)
    sql(statement)
    assert found() == [named]


@pytest.mark.django_db
def test_a_removed_entry_is_named_also_where_the_head_was_set_back():
    write_some(5)
    remove(4)
    sql("UPDATE office_bookhead SET seq = 2 WHERE name = 'roles'")
    assert found() == [(4, "MISSING"), (5, "HEAD")]


# -- words ---------------------------------------------------------------------------------------

WORDS = "UPDATE accounts_roledetail SET {} WHERE entry_id = (SELECT id FROM accounts_roleentry WHERE seq = 3)"


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["text = '{\"reason\":\"lain\"}'", "text = ''", "salt = 'x'"])
def test_altered_words_are_named(change):
    write_some(5)
    sql(WORDS.format(change))
    assert found() == [(3, "WORDS")]


@pytest.mark.django_db
def test_removed_words_are_named():
    write_some(5)
    RoleDetail.objects.filter(entry__seq=3).delete()
    assert found() == [(3, "WORDS")]


@pytest.mark.django_db
def test_words_put_beside_an_entry_that_had_none_are_named():
    entry = write(factories.make_person("pencatat"))
    RoleDetail.objects.create(entry=entry, salt="x", text='{"reason":"lain"}')
    assert found() == [(1, "WORDS")]


@pytest.mark.django_db
def test_words_erased_by_law_are_accepted_and_nothing_of_them_is_left():
    entries = write_some(5)
    sql(WORDS.format("text = '', salt = '', erased_at = '2026-11-24 03:00:00+00:00'"))
    assert found() == []
    assert ROW(seq=3).get().detail.words == {}
    assert ROW(seq=3).get().body == entries[2].body


@pytest.mark.django_db
def test_other_words_under_the_mark_of_erasure_are_named():
    write_some(5)
    sql(WORDS.format("text = '{\"reason\":\"lain\"}', erased_at = '2026-11-24 03:00:00+00:00'"))
    assert found() == [(3, "WORDS")]


# -- several at once, and the command ------------------------------------------------------------


@pytest.mark.django_db
def test_every_fault_is_named_and_not_only_the_first():
    write_some(9)
    tamper(f"UPDATE {TABLE} SET verb = 'lain' WHERE seq = 2")
    remove(4, 9)
    sql("UPDATE accounts_roledetail SET text = 'x' WHERE entry_id = (SELECT id FROM accounts_roleentry WHERE seq = 6)")
    swap(7, 8, "seq")
    assert found() == [
        (2, "ALTERED"), (4, "MISSING"), (6, "WORDS"), (7, "SWAPPED"), (8, "SWAPPED"), (9, "CUT_OFF")
    ]


def test_a_finding_reads_as_a_sentence_for_the_office():
    assert str(Finding("roles", 7, Fault.ALTERED)) == "Buku roles, entri 7: diubah"


@pytest.mark.django_db
def test_a_long_book_is_read_in_three_queries(django_assert_max_num_queries):
    write_some(30)
    with django_assert_max_num_queries(3):
        assert found() == []


@pytest.mark.django_db
def test_verify_books_counts_the_entries_of_each_whole_book():
    write_some(3)
    out, err = io.StringIO(), io.StringIO()
    call_command("verify_books", stdout=out, stderr=err)
    assert out.getvalue().splitlines() == [
        f"Buku {model.BOOK}: {3 if model is RoleEntry else 0} entri, 0 temuan" for model in entry_models()
    ]
    assert err.getvalue() == ""


@pytest.mark.django_db
def test_verify_books_names_what_it_finds_and_fails():
    write_some(3)
    remove(2)
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="1 temuan: buku tidak utuh"):
        call_command("verify_books", stdout=out, stderr=err)
    assert err.getvalue() == "Buku roles, entri 2: hilang\n"
    assert "Buku roles: 3 entri, 1 temuan" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_verify_books_ends_with_zero_for_whole_books_and_with_another_code_for_others():
    write_some(4)
    whole = manage("verify_books")
    tamper(f"UPDATE {TABLE} SET verb = 'lain' WHERE seq = 3")
    altered = manage("verify_books")
    assert (whole.returncode, whole.stderr) == (0, "")
    assert altered.returncode != 0
    assert "Buku roles, entri 3: diubah" in altered.stderr


@pytest.mark.django_db
def test_the_hash_of_an_entry_is_the_sha_256_of_its_text():
    for entry in write_some(2):
        assert entry.hash == hashlib.sha256(entry.body.encode()).hexdigest()
