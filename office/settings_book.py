"""The one writer of the book of settings: what the administrator keeps is changed here, or not at all.

Every change locks the office's row first, so two administrators wait for each other; then it looks whether what the
person saw is still so (`version`), and writes old and new into the book within the same transaction. Codes, numbers
and yes/no stand in the facts that are hashed; free text (labels, reasons, the letterhead, names) in the words beside
them (design.md, section 3, Books).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format

from office import ledger
from office.models import Office, Official, Parameter, SettingEntry

PERMISSION = "office.manage_settings"
Check = Callable[[Any], None]


class Stale(Exception):
    """The page was opened before somebody else's change; `sentence` says so. Nothing was saved."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Table:
    """A table that the administrator keeps: what is told of a row, and how rows are found and ordered.

    `code` stands in the book, `key` and `name` give a row's code and words for people. `within` names the field that
    parts an ordered table into lists of their own; `says` the field by which a row is named within its list.
    """

    code: str
    title: str
    model: Any
    fields: tuple[str, ...]
    key: Callable[[Any], str]
    name: Callable[[Any], str]
    within: str = ""
    says: str = "label"

    def values(self, row: Any) -> dict[str, Any]:
        return {field: getattr(row, field) for field in self.fields}

    def beside(self, row: Any) -> Any:
        """The rows of the list that a row stands in, in order."""
        rows = self.model.objects.order_by("position", "pk")
        return rows.filter(**{self.within: getattr(row, self.within)}) if self.within else rows

    def texts(self) -> set[str]:
        """The fields that hold free text: whatever may be typed, and is not a code from a list."""
        kept = (self.model._meta.get_field(field) for field in self.fields)
        return {
            field.name for field in kept
            if isinstance(field, models.CharField | models.TextField)
            and not field.choices and not isinstance(field, models.SlugField)
        }


def version_of(table: Table, row: Any) -> str:
    """A short digest of a row as it is, to recognise a page that was opened before a change."""
    return shortened([table.key(row), table.values(row)])


def version_of_list(table: Table, rows: Iterable[Any]) -> str:
    """The same of a list: its rows, what they say and their order."""
    return shortened([[table.key(row), table.values(row)] for row in rows])


def shortened(value: Any) -> str:
    return ledger.digest(ledger.canonical(value))[:16]


@transaction.atomic
def add(table: Table, row: Any, *, version: str, by: Any, check: Check, at: datetime | None = None) -> Any:
    """A new row at the end of its list. Raises Stale if the list is not as it was shown, and what `check` raises."""
    office = locked(by)
    others = list(table.beside(row))
    fresh_or_stale(table, version_of_list(table, others), version)
    row.position = max((other.position for other in others), default=0) + 1
    check(row)
    row.save(force_insert=True)
    write(table, office, "add", row, by=by, at=at, after=table.values(row))
    return row


@transaction.atomic
def change(
    table: Table, row: Any, values: Mapping[str, Any], *, version: str, by: Any, check: Check,
    at: datetime | None = None,
) -> bool:
    """New values for a row; whether anything is different now. Raises Stale, and what `check` raises."""
    office = locked(by)
    row = there(table, row)
    fresh_or_stale(table, version_of(table, row), version)
    before = table.values(row)
    for field, value in values.items():
        setattr(row, field, value)
    check(row)
    after = table.values(row)
    if before == after:
        return False
    row.save(update_fields=list(values))
    different = [field for field in after if before[field] != after[field]]
    write(
        table, office, "change", row, by=by, at=at,
        before={field: before[field] for field in different}, after={field: after[field] for field in different},
    )
    return True


@transaction.atomic
def remove(table: Table, row: Any, *, version: str, by: Any, check: Check, at: datetime | None = None) -> None:
    """Take a row away; the book keeps what it said. Raises Stale, and what `check` raises."""
    office = locked(by)
    row = there(table, row)
    fresh_or_stale(table, version_of(table, row), version)
    check(row)
    write(table, office, "remove", row, by=by, at=at, before=table.values(row))
    row.delete()


@transaction.atomic
def move(table: Table, row: Any, step: int, *, version: str, by: Any, at: datetime | None = None) -> bool:
    """One place up (-1) or down (+1) in its list; False at the end of it. Raises Stale."""
    office = locked(by)
    row = there(table, row)
    rows = list(table.beside(row))
    fresh_or_stale(table, version_of_list(table, rows), version)
    place = next(i for i, other in enumerate(rows) if other.pk == row.pk)
    if not 0 <= place + step < len(rows):
        return False
    ordered = [*rows]
    ordered[place], ordered[place + step] = ordered[place + step], ordered[place]
    for position, other in enumerate(ordered, start=1):
        other.position = position
    table.model.objects.bulk_update(ordered, ["position"])
    write(table, office, "reorder", row, by=by, at=at, before=order(table, rows), after=order(table, ordered))
    return True


def order(table: Table, rows: list[Any]) -> dict[str, Any]:
    return {"order": [(table.key(row), getattr(row, table.says)) for row in rows]}


def locked(by: Any) -> Office:
    """The office's row, locked: the first lock of every change. PermissionDenied for whoever may not change it."""
    if not by.has_perm(PERMISSION):
        raise PermissionDenied("Pengaturan bukan bagian dari tugas Anda.")
    return Office.objects.select_for_update().get(pk=1)


def there(table: Table, row: Any) -> Any:
    """The row as it is now; Stale when somebody took it away."""
    found = table.model.objects.filter(pk=row.pk).first()
    if found is None:
        raise Stale(f"{table.title}: baris ini sudah dihapus{told_of_last(table)}. Tidak ada yang diubah.")
    return found


def fresh_or_stale(table: Table, now: str, seen: str) -> None:
    if now != seen:
        raise Stale(
            f"{table.title} sudah diubah{told_of_last(table)}, setelah halaman ini dibuka. Belum ada yang disimpan; "
            "periksa isinya yang sekarang, lalu ulangi bila masih perlu."
        )


def told_of_last(table: Table) -> str:
    last = last_changes([table.code]).get(table.code)
    if last is None or last.by is None:
        return ""
    return f" oleh {last.by.name} pada {date_format(timezone.localtime(last.occurred_at), 'DATETIME_FORMAT')}"


def write(
    table: Table, office: Office, verb: str, row: Any, *, by: Any, at: datetime | None,
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None,
) -> None:
    """One entry: codes and numbers to be hashed, free text beside them."""
    texts = table.texts()
    sides = {"before": before or {}, "after": after or {}}
    facts = {side: {k: coded(v, k) for k, v in kept.items() if k not in texts} for side, kept in sides.items()}
    words = {side: {k: worded(v, k) for k, v in kept.items() if k in texts or k == "order"}
             for side, kept in sides.items()}
    ledger.append(
        SettingEntry, subject=office, verb=verb, by=by, occurred_at=at or timezone.now(), table=table.code,
        facts={"table": table.code, "key": table.key(row)} | facts, words={"name": table.name(row)} | words,
    )


def coded(value: Any, field: str) -> Any:
    """An order is hashed as the codes of its rows …"""
    return [code for code, _ in value] if field == "order" else value


def worded(value: Any, field: str) -> Any:
    """… and told by their names as they were."""
    return [name for _, name in value] if field == "order" else value


def last_changes(tables: Iterable[str] | None = None) -> dict[str, SettingEntry]:
    """The newest entry of each table that was ever changed, with who made it."""
    known = SettingEntry.objects.all() if tables is None else SettingEntry.objects.filter(table__in=tables)
    newest = known.order_by().values("table").annotate(last=models.Max("seq")).values("last")
    return {entry.table: entry for entry in SettingEntry.objects.filter(seq__in=newest).select_related("by")}


# -- the office's own tables ------------------------------------------------------------------------

PARAMETERS = Table(
    code="parameter", title="Ketentuan", model=Parameter, fields=("value",),
    key=lambda row: row.code, name=lambda row: f"{row.label} ({row.unit})",
)
OFFICE = Table(
    code="office", title="Kantor", model=Office,
    fields=("government", "name", "regency", "address", "place", "postcode", "phone", "email", "website",
            "slip_paper", "recording_at", "printing_at"),
    key=lambda row: "office", name=lambda row: "Kop surat, kertas, tempat merekam dan mencetak",
)

OFFICIALS = Table(
    code="official", title="Pejabat", model=Official, fields=("name", "nip"),
    key=lambda row: row.post, name=lambda row: row.get_post_display(),
)


class OutOfBounds(ValueError):
    """A number outside its bounds; `sentence` names them."""

    def __init__(self, parameter: Parameter) -> None:
        self.sentence = f"Isi angka dari {parameter.minimum} sampai {parameter.maximum} {parameter.unit}."
        super().__init__(self.sentence)


def change_parameter(
    parameter: Parameter, value: int, *, version: str, by: Any, at: datetime | None = None
) -> bool:
    """Raises OutOfBounds, Stale."""
    return change(PARAMETERS, parameter, {"value": value}, version=version, by=by, at=at, check=within_bounds)


def within_bounds(parameter: Parameter) -> None:
    if not parameter.minimum <= parameter.value <= parameter.maximum:
        raise OutOfBounds(parameter)


def change_office(values: Mapping[str, Any], *, version: str, by: Any, at: datetime | None = None) -> bool:
    """The letterhead, the paper of slips, where is recorded and printed.

    Raises ValidationError for what the fields do not take, and Stale.
    """
    return change(
        OFFICE, Office.objects.current(), values, version=version, by=by, at=at,
        check=lambda office: office.full_clean(),
    )


def change_official(
    official: Official, values: Mapping[str, Any], *, version: str, by: Any, at: datetime | None = None
) -> bool:
    """Who signs for the office from now on; ValidationError for what the fields do not take, Stale."""
    return change(
        OFFICIALS, official, values, version=version, by=by, at=at, check=lambda row: row.full_clean(),
    )
