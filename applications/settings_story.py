"""The book of settings told to people: when, by whom, what, and what it said before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications import rules
from office.models import SettingEntry
from office.settings_book import Table

VERBS = {"add": "ditambahkan", "change": "diubah", "remove": "dihapus", "reorder": "urutan diubah"}
SIGNS = {"add": "go", "change": "wait", "remove": "stop", "reorder": "rest"}
YES_NO = {True: "Ya", False: "Tidak"}
REQUIRED = {True: "Wajib", False: "Pendukung"}
LABELS = {"order": "Urutan", "required": "Kedudukan"}
ERASED = "(dihapus menurut ketentuan)"
EMPTY = "(kosong)"


@dataclass(frozen=True)
class Difference:
    """One field: what it said and what it says; both empty-handed where there was or is no row."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """One line of the history."""

    at: datetime
    by: str
    table: str
    name: str
    verb: str
    tone: str
    differences: list[Difference]


def told(entry: SettingEntry) -> Told:
    """An entry in words; texts that the law had erased are told as such."""
    facts, words = entry.facts, words_of(entry)
    table = rules.TABLES.get(entry.table)
    return Told(
        at=entry.occurred_at,
        by=entry.by.name if entry.by else "Sistem",
        table=table.title if table else entry.table,
        name=words.get("name", "" if words else ERASED),
        verb=VERBS.get(entry.verb, entry.verb),
        tone=SIGNS.get(entry.verb, "rest"),
        differences=list(differences(table, facts, words)),
    )


def words_of(entry: SettingEntry) -> dict[str, Any]:
    detail = getattr(entry, "detail", None)
    return detail.words if detail else {}


def differences(table: Table | None, facts: dict[str, Any], words: dict[str, Any]) -> Iterator[Difference]:
    """Each field that the entry names, in the order of the form."""
    before = facts.get("before", {}) | words.get("before", {})
    after = facts.get("after", {}) | words.get("after", {})
    named = [*(table.fields if table else ()), "order"]
    for field in sorted(before.keys() | after.keys(), key=lambda f: named.index(f) if f in named else len(named)):
        yield Difference(
            label_of(table, field), shown(table, field, before.get(field)), shown(table, field, after.get(field))
        )


def label_of(table: Table | None, field: str) -> str:
    if field in LABELS:
        return LABELS[field]
    return capital(str(table.model._meta.get_field(field).verbose_name)) if table else field


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def shown(table: Table | None, field: str, value: Any) -> str:
    """A value as people read it; None is a row that was not there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return (REQUIRED if field == "required" else YES_NO)[value]
    if isinstance(value, list):
        return " · ".join(map(str, value))
    if field == "paper_code":
        return paper_name(value)
    choices = dict(table.model._meta.get_field(field).flatchoices) if table and field != "order" else {}
    return str(choices.get(value, value)) or EMPTY


def paper_name(code: str) -> str:
    return code or "Semua persyaratan"
