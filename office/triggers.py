"""Database triggers that refuse to change or empty a book, whoever asks.

SQLite drops them when it remakes a table in a migration, so they are installed again after every `migrate`.
"""

from typing import Any

from django.core import checks
from django.db import connections

from office.ledger import Entry, entry_models

REFUSAL = "buku hanya dapat ditambah"
FUNCTION = f"""
CREATE OR REPLACE FUNCTION office_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
"""
REFUSED = {
    "postgresql": {"update": "UPDATE", "delete": "DELETE", "truncate": "TRUNCATE"},
    # INSERT OR REPLACE takes the row before away without asking the trigger on DELETE.
    "sqlite": {"update": "UPDATE", "delete": "DELETE", "replace": "INSERT"},
}


def names(model: type[Entry], vendor: str) -> dict[str, str]:
    """Trigger name -> the event that it refuses; on INSERT, only in the place of an entry that is there."""
    return {f"{model._meta.db_table}_no_{what}": event for what, event in REFUSED[vendor].items()}


def install_after_migrate(using: str = "default", **kwargs: Any) -> None:
    install(using)


def install(using: str = "default") -> None:
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for model in entry_models():
            if model._meta.db_table in tables:
                for name, event in names(model, connection.vendor).items():
                    cursor.execute(statement(connection.vendor, model._meta.db_table, name, event))


def statement(vendor: str, table: str, name: str, event: str) -> str:
    if vendor == "postgresql":
        level = "STATEMENT" if event == "TRUNCATE" else "ROW"
        return (
            f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH {level} EXECUTE FUNCTION office_refuse_change()"
        )
    # The names are those of our own tables, never somebody's input.
    taken = f'EXISTS (SELECT 1 FROM "{table}" WHERE id = NEW.id OR seq = NEW.seq)'  # nosec B608
    return (
        f'CREATE TRIGGER IF NOT EXISTS "{name}" BEFORE {event} ON "{table}" '
        f"{f'WHEN {taken} ' if event == 'INSERT' else ''}"
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def remove(using: str = "default") -> None:
    """Only for tests, which empty their own database."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for model in entry_models():
            for name in names(model, connection.vendor):
                on = f' ON "{model._meta.db_table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


def missing(using: str = "default") -> list[str]:
    connection = connections[using]
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        there = {row[0] for row in cursor.fetchall()}
    wanted = [n for m in entry_models() if m._meta.db_table in tables for n in names(m, connection.vendor)]
    return [name for name in wanted if name not in there]


def check_triggers(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(
            f"Trigger {name} is missing: the book can be altered without a trace.",
            hint="Run `manage.py migrate`, which installs it again.",
            id="office.E001",
        )
        for alias in databases or []
        for name in missing(alias)
    ]
