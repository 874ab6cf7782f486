"""The database itself refuses to change a book, whoever asks; a migration that remakes the table changes nothing."""

import sys
from importlib import import_module

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import RoleEntry
from applications.models import Entry as ApplicationEntry
from office import triggers
from office.ledger import entry_models
from tests.office.books import TABLE, fill_every_book, found, sql, write_some

BOOKS = [pytest.param(model, id=model.BOOK) for model in entry_models()]
# A later migration of the accounts, as makemigrations would write it, that notes what stands right after it.
LATER = """
from django.db import migrations, models
from office import triggers

missing = []


def look(apps, schema_editor):
    missing.extend(triggers.missing())


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.AlterField("RoleEntry", "verb", models.CharField(max_length=41)),
        migrations.RunPython(look, migrations.RunPython.noop),
    ]
"""


@pytest.fixture
def filled(people):
    fill_every_book(people)


def rows(model) -> list[tuple]:
    return list(model.objects.values_list())


def all_names() -> set[str]:
    return {name for model in entry_models() for name in triggers.names(model, connection.vendor)}


def assert_refused(statement: str) -> None:
    with pytest.raises(DatabaseError, match=triggers.REFUSAL), transaction.atomic():
        sql(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("model", BOOKS)
@pytest.mark.parametrize("statement", [
    "UPDATE {} SET verb = 'lain'",
    "UPDATE {} SET deviation = '' WHERE seq = 1",
    "DELETE FROM {}",
    "DELETE FROM {} WHERE seq = 2",
])
def test_raw_sql_changes_no_entry(filled, model, statement):
    before = rows(model)
    assert len(before) >= 2
    assert_refused(statement.format(model._meta.db_table))
    assert rows(model) == before


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("model", BOOKS)
def test_raw_sql_does_not_empty_a_book(filled, model):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    before = rows(model)
    connection.check_constraints()
    assert_refused(f"TRUNCATE {model._meta.db_table} CASCADE")
    assert rows(model) == before


@pytest.mark.django_db
@pytest.mark.parametrize("model", BOOKS)
@pytest.mark.parametrize("key", ["id", "seq"])
def test_raw_sql_puts_no_entry_in_the_place_of_another(filled, model, key):
    """SQLite's INSERT OR REPLACE deletes without asking a trigger on DELETE; PostgreSQL's upsert is an UPDATE."""
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields]
    other = {'"verb"': "'lain'", '"id"' if key == "seq" else '"seq"': f'"{"id" if key == "seq" else "seq"}" + 1000'}
    values = [other.get(name, name) for name in columns]
    insert = "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
    end = "" if connection.vendor == "sqlite" else f" ON CONFLICT ({key}) DO UPDATE SET verb = 'lain'"
    before = rows(model)
    assert_refused(
        f"{insert} {model._meta.db_table} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM {model._meta.db_table} WHERE seq = 1{end}"
    )
    assert rows(model) == before


@pytest.mark.django_db
def test_ways_round_the_model_meet_the_triggers(filled):
    entry = RoleEntry.objects.get(seq=1)
    columns = {field.attname: getattr(entry, field.attname) for field in RoleEntry._meta.concrete_fields}
    ways = [
        lambda: RoleEntry._base_manager.update(verb="lain"),
        lambda: RoleEntry._base_manager.filter(pk=entry.pk)._raw_delete("default"),
        lambda: RoleEntry(**columns | {"verb": "lain"}).save(),
        lambda: RoleEntry.objects.bulk_create(
            [RoleEntry(**columns | {"verb": "lain"})], update_conflicts=True, unique_fields=["id"],
            update_fields=["verb"],
        ),
    ]
    for way in ways:
        with pytest.raises(DatabaseError, match=triggers.REFUSAL), transaction.atomic():
            way()
    assert found() == []


@pytest.mark.django_db
def test_every_book_has_its_triggers_after_migrate():
    assert triggers.missing() == []
    assert len(all_names()) == len(entry_models()) * 3


@pytest.mark.django_db
def test_installing_again_changes_nothing(filled):
    connection.check_constraints()
    triggers.install()
    assert triggers.missing() == []


# -- a migration that remakes the table ----------------------------------------------------------


@pytest.fixture
def later_migration(tmp_path, monkeypatch, settings):
    """The accounts with one migration more, in a folder of its own; afterwards it is taken back."""
    package = tmp_path / "later_accounts"
    package.mkdir()
    (package / "__init__.py").touch()
    first = settings.BASE_DIR / "accounts" / "migrations" / "0001_initial.py"
    (package / "0001_initial.py").write_text(first.read_text())
    (package / "0002_longer_verb.py").write_text(LATER)
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"accounts": "later_accounts"}
    yield "later_accounts.0002_longer_verb"
    call_command("migrate", "accounts", "0001", verbosity=0)
    for name in [name for name in sys.modules if name.startswith("later_accounts")]:
        del sys.modules[name]


@pytest.mark.django_db(transaction=True)
def test_triggers_stand_after_a_migration_that_remakes_the_table(later_migration, people):
    write_some(3, people["admin"])
    call_command("migrate", "accounts", verbosity=0)

    dropped = import_module(later_migration).missing
    if connection.vendor == "sqlite":  # it remakes the table, and its triggers are gone with the old one
        assert set(dropped) == set(triggers.names(RoleEntry, "sqlite"))
    else:
        assert dropped == []
    assert triggers.missing() == []
    assert_refused(f"UPDATE {TABLE} SET verb = 'lain'")
    assert_refused(f"DELETE FROM {TABLE}")
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_triggers_stand_also_after_the_migration_is_taken_back(later_migration, people):
    write_some(3, people["admin"])
    call_command("migrate", "accounts", verbosity=0)
    call_command("migrate", "accounts", "0001", verbosity=0)
    assert triggers.missing() == []
    assert_refused(f"DELETE FROM {TABLE}")
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_a_flush_of_a_test_gives_the_triggers_back(people):
    write_some(1, people["admin"])
    call_command("flush", verbosity=0, interactive=False)
    assert RoleEntry.objects.count() == 0
    assert triggers.missing() == []


# -- the system check ----------------------------------------------------------------------------


def errors() -> list[str]:
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    return [error.msg for error in found if error.id == "office.E001"]


@pytest.mark.django_db
def test_the_system_check_is_silent_where_all_triggers_stand():
    assert errors() == []


@pytest.mark.django_db
@pytest.mark.parametrize("what", [0, 1, 2])
def test_the_system_check_names_a_missing_trigger(what):
    name = sorted(triggers.names(ApplicationEntry, connection.vendor))[what]
    on = f' ON "{ApplicationEntry._meta.db_table}"' if connection.vendor == "postgresql" else ""
    sql(f'DROP TRIGGER "{name}"{on}')
    assert errors() == [f"Trigger {name} is missing: the book can be altered without a trace."]


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_system_check_names_a_trigger_that_was_switched_off():
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL can switch a trigger off")
    name = f"{TABLE}_no_update"
    sql(f'ALTER TABLE {TABLE} DISABLE TRIGGER "{name}"')
    assert errors() == [f"Trigger {name} is missing: the book can be altered without a trace."]


@pytest.mark.django_db
def test_the_system_check_asks_no_database_that_is_not_checked():
    triggers.remove()
    assert checks.run_checks(tags=[checks.Tags.database], databases=None) == []
    assert len(errors()) == len(all_names())


@pytest.mark.django_db
def test_migrate_brings_a_missing_trigger_back():
    triggers.remove()
    call_command("migrate", verbosity=0)
    assert errors() == []
