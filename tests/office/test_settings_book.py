"""The book of settings: one writer, old and new, nothing overwritten unseen, free text beside the hashed facts."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from office import settings_book as book
from office.models import Office, Parameter, SettingEntry
from office.verification import verify

People = dict[str, User]
DAYS = "hari-tidak-kembali"


def parameter() -> Parameter:
    return Parameter.objects.get(pk=DAYS)


def set_days(value: int, by: User, version: str | None = None) -> bool:
    row = parameter()
    seen = book.version_of(book.PARAMETERS, row) if version is None else version
    return book.change_parameter(row, value, version=seen, by=by)


def office_values(**different: str) -> dict[str, str]:
    return book.OFFICE.values(Office.objects.current()) | different


def set_office(by: User, **different: str) -> bool:
    seen = book.version_of(book.OFFICE, Office.objects.current())
    return book.change_office(office_values(**different), version=seen, by=by)


def test_a_change_is_saved_and_told_with_old_and_new_in_one_entry(people: People) -> None:
    assert set_days(45, people["admin"])
    entry = SettingEntry.objects.get()
    assert parameter().value == 45
    assert (entry.verb, entry.table, entry.by) == ("change", "parameter", people["admin"])
    assert entry.facts == {"table": "parameter", "key": DAYS, "before": {"value": 30}, "after": {"value": 45}}
    assert list(verify(SettingEntry)) == []


def test_saving_what_was_there_writes_nothing(people: People) -> None:
    assert not set_days(30, people["admin"])
    assert not SettingEntry.objects.exists()


@pytest.mark.parametrize("value", [6, 366])
def test_a_number_outside_its_bounds_is_refused_with_the_bounds(value: int, people: People) -> None:
    with pytest.raises(book.OutOfBounds, match="Isi angka dari 7 sampai 365 hari."):
        set_days(value, people["admin"])
    assert parameter().value == 30 and not SettingEntry.objects.exists()


@pytest.mark.parametrize("value", [7, 365])
def test_the_bounds_themselves_are_taken(value: int, people: People) -> None:
    assert set_days(value, people["admin"])
    assert parameter().value == value


def test_a_page_opened_before_a_change_is_refused_and_told_who_was_faster(people: People) -> None:
    seen = book.version_of(book.PARAMETERS, parameter())
    set_days(45, people["admin"])
    with pytest.raises(book.Stale, match=rf"Ketentuan sudah diubah oleh {people['admin'].name} pada .*, setelah"):
        set_days(60, people["admin"], version=seen)
    assert parameter().value == 45 and SettingEntry.objects.count() == 1


@pytest.mark.parametrize("who", ["counter", "operator", "section_head", "secretary", "camat"])
def test_only_who_keeps_the_settings_changes_them(who: str, people: People) -> None:
    with pytest.raises(PermissionDenied):
        set_days(45, people[who])
    assert parameter().value == 30 and not SettingEntry.objects.exists()


def test_words_of_the_letterhead_stand_beside_the_hashed_text(people: People) -> None:
    set_office(people["admin"], phone="(0334) 999999", slip_paper="roll80")
    entry = SettingEntry.objects.get()
    assert "999999" not in entry.body and "321465" not in entry.body
    assert entry.facts["before"] == {"slip_paper": "a5"} and entry.facts["after"] == {"slip_paper": "roll80"}
    assert json.loads(entry.detail.text)["before"] == {"phone": "(0334) 321465"}
    assert entry.detail.words["after"] == {"phone": "(0334) 999999"}


def test_where_is_recorded_and_printed_stands_in_the_hashed_text(people: People) -> None:
    set_office(people["admin"], recording_at="siak")
    entry = SettingEntry.objects.get()
    assert entry.facts["before"] == {"recording_at": "here"} and entry.facts["after"] == {"recording_at": "siak"}


def test_a_letterhead_that_the_fields_do_not_take_changes_nothing(people: People) -> None:
    with pytest.raises(ValidationError):
        set_office(people["admin"], slip_paper="folio")
    assert Office.objects.current().slip_paper == "a5" and not SettingEntry.objects.exists()


def test_the_entry_falls_with_the_change_that_it_records(people: People) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        set_days(45, people["admin"])
        raise RuntimeError
    assert parameter().value == 30 and not SettingEntry.objects.exists()


def test_the_office_is_locked_before_anything_is_read_or_written(people: People) -> None:
    with CaptureQueriesContext(connection) as captured:
        set_days(45, people["admin"])
    asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    tables = [sql.split("FROM ")[1].split()[0].strip('"') for sql in asked if sql.startswith("SELECT")]
    own = tables[tables.index("office_office") + 1:]
    assert "office_parameter" in own and "office_bookhead" in own
    assert own.index("office_parameter") < own.index("office_bookhead")


def test_the_last_change_of_each_table_is_found_with_two_tables_and_many_entries(people: People) -> None:
    for value in (40, 41, 42):
        set_days(value, people["admin"])
    set_office(people["admin"], phone="1")
    last = book.last_changes()
    assert set(last) == {"parameter", "office"}
    assert last["parameter"].facts["after"] == {"value": 42}
    assert set(book.last_changes(["office"])) == {"office"}
