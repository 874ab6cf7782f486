"""Bring a list of residents into the register (docs/adr/0014-import.md).

First the whole file is read and each row checked, without any lock; a file that cannot be read to its end changes
nothing. Then rows are written 1,000 at a time, each batch in a short transaction of its own: new people in one go,
differing ones, if asked for, by the verb `correct`. Run again, what is there already is
unchanged, so a run that was cut off is completed by the next.
"""

import csv
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, TextIO

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from applications import columns, names, values
from applications import nik as niks
from applications.models import Resident, ResidentEntry, ResidentImport, Village
from applications.refusals import Refused
from applications.residents import LABELS, correct, text_of
from applications.sheets import NotATable, Table
from office import ledger

BATCH = 1000
REASON = "Impor daftar penduduk"
# A text that a spreadsheet would take for a formula is none of these; a phone may begin with its +.
TEXTS = {"name", "birth_place", "address", "occupation"}
FORMULA = ("=", "+", "-", "@")
NO_ANSWER = {"", "-", "--", "#N/A", "NULL"}

TWICE = "NIK ini sudah ada pada baris {row} berkas yang sama. Hapus salah satu baris."
DIFFERENT = (
    "Berbeda dengan register ({fields}). Cocokkan dengan Kartu Keluarga; bila berkas ini yang benar, impor dengan "
    "pilihan memperbarui register."
)
TOO_MANY_CELLS = "Baris ini mempunyai lebih banyak sel daripada judul kolom. Periksa tanda pemisah di dalam isinya."


@dataclass(frozen=True)
class Line:
    """Why one row was refused: where, what stood there (shortened), what to do."""

    row: int
    column: str
    value: str
    sentence: str


@dataclass
class Report:
    """What came of a list. In a dry run: what would come of it."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0

    def as_facts(self) -> dict[str, int]:
        return asdict(self)


class Problem(Exception):
    """What is wrong with one cell."""

    def __init__(self, field: str, value: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.value, self.sentence = field, value, sentence


Note = Callable[[Line], None]
Advance = Callable[[int, int], Any]
Parsed = tuple[int, dict[str, str]]


def run(
    source: bytes,
    mapping: Mapping[int, str],
    *,
    by: User | None,
    dry_run: bool,
    update: bool,
    progress: Advance | None = None,
    note: Note | None = None,
    at: datetime | None = None,
) -> Report:
    """Read a file by `mapping` (column number -> field) and write it, or only say what would come of it.

    `note` is told of each refused row, `progress` of (rows done, rows in all; 0 while that is not known). `by` None is
    the command line. Raises NotATable for a file that cannot be read, Refused when a needed column is missing.
    """
    if lacking := columns.missing(dict(mapping)):
        raise Refused("Kolom ini belum ada: " + ", ".join(LABELS[name] for name in lacking) + ".")
    work = Import(by, dry_run, update, progress or ignore, note or ignore, at or timezone.now())
    table = Table(source)
    work.read(table, mapping)
    work.write(hashlib.sha256(source).hexdigest())
    return work.report


def ignore(*_: Any) -> None:
    """Nobody asked to be told."""


class Import:
    """One run. Checked rows are held packed between reading and writing: some 5 MB for 60,000."""

    def __init__(
        self, by: User | None, dry_run: bool, update: bool, progress: Advance, note: Note, at: datetime
    ) -> None:
        self.by, self.dry_run, self.update, self.at = by, dry_run, update, at
        self.progress, self.note = progress, note
        self.report = Report()
        self.packed: list[bytes] = []
        self.record: ResidentImport | None = None

    # -- reading -----------------------------------------------------------------------------------

    def read(self, table: Table, mapping: Mapping[int, str]) -> None:
        reader, seen = RowReader(mapping, timezone.localdate(self.at)), dict[str, int]()
        batch: list[Parsed] = []
        for row, cells in table.rows():
            self.report.rows += 1
            try:
                if len(cells) > len(table.header):
                    raise Problem("", cells[-1], TOO_MANY_CELLS)
                found = reader.read(cells)
                if first := seen.get(found["nik"]):
                    raise Problem("nik", found["nik"], TWICE.format(row=first))
            except Problem as problem:
                self.refuse(row, problem)
                continue
            seen[found["nik"]] = row
            batch.append((row, found))
            if len(batch) == BATCH:
                self.pack(batch)
                batch = []
        self.pack(batch)
        if not self.report.rows:
            raise NotATable("Di bawah judul kolom tidak ada baris data.")

    def refuse(self, row: int, problem: Problem) -> None:
        self.report.refused += 1
        label = LABELS.get(problem.field, "")
        self.note(Line(row, label, shortened(problem.value, problem.field), problem.sentence))

    def pack(self, batch: list[Parsed]) -> None:
        if batch:
            self.packed.append(zlib.compress(json.dumps(batch).encode(), 1))
            self.progress(self.report.rows, 0)

    # -- writing -----------------------------------------------------------------------------------

    def write(self, digest: str) -> None:
        done, total = self.report.refused, self.report.rows
        for packed in self.packed:
            batch: list[Parsed] = json.loads(zlib.decompress(packed))
            known = self.looked_up(batch) if self.dry_run else self.add(batch, digest)
            self.report.created += len(batch) - len(known)
            for row, found in batch:
                if resident := known.get(found["nik"]):
                    self.compare(row, resident, found, digest)
            done += len(batch)
            self.progress(done, total)
        self.close()

    def looked_up(self, batch: list[Parsed]) -> dict[str, Resident]:
        return Resident.objects.in_bulk([found["nik"] for _, found in batch], field_name="nik")

    def add(self, batch: list[Parsed], digest: str) -> dict[str, Resident]:
        """Add whom the register does not know, all of a batch or none; returns the others.

        A NIK that another desk enters at this very moment makes the batch start over.
        """
        if len(known := self.looked_up(batch)) == len(batch):
            return known
        record = self.begin(digest)
        for left in (2, 1, 0):
            try:
                with transaction.atomic():
                    known = self.looked_up(batch)
                    new = [made(found) for _, found in batch if found["nik"] not in known]
                    Resident.objects.bulk_create(new)
                    ResidentImport.objects.filter(pk=record.pk).update(created=F("created") + len(new))
                return known
            except IntegrityError:
                if not left:
                    raise
        return known

    def compare(self, row: int, resident: Resident, found: dict[str, str], digest: str) -> None:
        changed = [name for name, value in found.items() if text_of(resident, name) != value]
        if not changed:
            self.report.unchanged += 1
        elif not self.update:
            labels = ", ".join(LABELS[name] for name in changed)
            self.refuse(row, Problem("nik", found["nik"], DIFFERENT.format(fields=labels)))
        else:
            self.report.updated += 1
            if not self.dry_run:
                self.begin(digest)
                changes = {name: typed(name, found[name]) for name in changed}
                correct(resident, changes, by=self.by, reason=REASON, at=self.at)

    def begin(self, digest: str) -> ResidentImport:
        """The import's own row and entry, written before the first thing that it changes."""
        if self.record is None:
            with transaction.atomic():
                self.record = ResidentImport.objects.create(
                    at=self.at, by=self.by, digest=digest, rows=self.report.rows, refused=self.report.refused
                )
                self.enter_in_book("import", {"digest": digest, "rows": self.report.rows})
        return self.record

    def close(self) -> None:
        """What came of it, once the last batch is in. An import that changed nothing leaves no trace."""
        if self.record is None:
            return
        with transaction.atomic():
            for name, count in self.report.as_facts().items():
                setattr(self.record, name, count)
            self.record.save()
            self.enter_in_book("import_done", self.report.as_facts())

    def enter_in_book(self, verb: str, facts: dict[str, Any]) -> None:
        assert self.record is not None
        ledger.append(ResidentEntry, subject=None, verb=verb, by=self.by, occurred_at=self.at,
                      facts={"import": self.record.pk, **facts})


def made(found: dict[str, str]) -> Resident:
    """A new resident; `bulk_create` passes `save` by, so the key of the name is set here."""
    fields = {("village_id" if name == "village" else name): typed(name, value) for name, value in found.items()}
    return Resident(name_key=names.key(found["name"]), **fields)


def typed(name: str, value: str) -> Any:
    return date.fromisoformat(value) if name == "birth_date" else value


# -- one row ---------------------------------------------------------------------------------------


class RowReader:
    """Reads the cells of a row by the mapping; an optional cell that says nothing is left out."""

    def __init__(self, mapping: Mapping[int, str], today: date) -> None:
        self.mapping = [(column, name, name in columns.REQUIRED) for column, name in sorted(mapping.items())]
        self.readers = readers(today)

    def read(self, cells: list[str]) -> dict[str, str]:
        """Field -> stored text. Raises Problem for the first cell that cannot be kept."""
        found = {}
        for column, name, needed in self.mapping:
            cell = cells[column] if column < len(cells) else ""
            if cell.strip().upper() in NO_ANSWER:
                if needed:
                    raise Problem(name, cell, f"{LABELS[name]} kosong. Isi selnya.")
                continue
            try:
                found[name] = self.readers[name](cell)
            except values.Unreadable as error:
                raise Problem(name, cell, str(error)) from error
        return found


def readers(today: date) -> dict[str, Callable[[str], str]]:
    def birth_date(text: str) -> str:
        return values.likely_birth_date(values.birth_date(text), today).isoformat()

    found: dict[str, Callable[[str], str]] = {
        "nik": values.nik, "kk_number": values.kk_number, "name": words(values.name), "birth_date": birth_date,
        "birth_place": words(partial(values.within, label=LABELS["birth_place"], most=60)),
        "address": words(partial(values.within, label=LABELS["address"], most=120)),
        "occupation": words(partial(values.within, label=LABELS["occupation"], most=60)),
        "rt": partial(values.three_digits, label="RT"), "rw": partial(values.three_digits, label="RW"),
        "village": villages(), "phone": values.phone,
    }
    for name in ("sex", "marital_status", "religion", "blood_type", "citizenship", "disability"):
        found[name] = lru_cache(256)(getattr(values, name))
    return found


def words(reader: Callable[[str], str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lstrip().startswith(FORMULA):
            raise values.Unreadable("Sel ini berisi rumus, bukan kata. Tulis isinya.")
        return reader(text)

    return read


def villages() -> Callable[[str], str]:
    """A desa by its name or its Kemendagri code, with or without dots."""
    known = {}
    for village in Village.objects.all():
        plain_code = village.code.replace(".", "")
        for written in (village.name, f"DESA {village.name}", village.code, plain_code, plain_code[-4:]):
            known[values.spoken(written)] = village.code

    @lru_cache(256)
    def read(text: str) -> str:
        if code := known.get(values.spoken(text)):
            return code
        raise values.Unreadable(
            "Desa tidak dikenal di Kecamatan Jatiroto. Tulis nama atau kodenya; penduduk desa lain hapus dari daftar."
        )

    return read


# -- the report ------------------------------------------------------------------------------------


def shortened(value: str, name: str) -> str:
    """Enough of a cell to find it by, too little to give a person away."""
    digits = values.compact(value)
    if len(digits) == 16 and digits.isdigit():
        return niks.masked(digits)
    text = values.tidy(value[:200])
    most = 4 if name in TEXTS else 20
    return text if len(text) <= most else text[:most] + "…"


def harmless(cell: str) -> str:
    """A cell of the report that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith((*FORMULA, "\t", "\r")) else cell


class ReportFile:
    """The report as CSV: one line for each refused row."""

    def __init__(self, stream: TextIO) -> None:
        self.writer = csv.writer(stream)
        self.writer.writerow(["Baris", "Kolom", "Isi", "Yang perlu dilakukan"])

    def note(self, line: Line) -> None:
        self.writer.writerow([line.row, *(harmless(cell) for cell in (line.column, line.value, line.sentence))])


EXAMPLE = [
    [LABELS[name] for name in columns.FIELDS],
    ["3508175503900421", "3508170101120042", "Contoh Nama", "Lumajang", "15-03-1990", "P", "Kawin", "Dusun Krajan",
     "003", "001", "Jatiroto", "Islam", "Petani/Pekebun", "O", "WNI", "Tidak", "081234567890"],
]
