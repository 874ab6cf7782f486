"""`manage.py import_residents FILE`: bring a list of residents (CSV or XLSX) into the register."""

import string
import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from applications import columns, importing
from applications.refusals import Refused
from applications.sheets import NotATable, Table

LOOKED_AT = 200


class Command(BaseCommand):
    help = "Impor daftar penduduk dari CSV atau XLSX; dijalankan dua kali tidak mengubah apa-apa."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="berkas CSV atau XLSX, baris pertama judul kolom")
        parser.add_argument("--dry-run", action="store_true", help="hitung saja, tidak ada yang disimpan")
        parser.add_argument("--update", action="store_true", help="perbarui register bila berkas berbeda")
        parser.add_argument("--mapping", nargs="*", default=[], metavar="KOLOM=ISI",
                            help="judul atau huruf kolom = " + ", ".join(columns.FIELDS))
        parser.add_argument("--report", type=Path, metavar="BERKAS.csv", help="tulis baris yang ditolak ke sini")
        parser.add_argument("--by", metavar="NAMA_PENGGUNA", help="atas nama siapa dicatat")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self.person(options["by"])
        try:
            content = options["file"].read_bytes()
            table = Table(content)
            mapping = self.mapping(table, options["mapping"])
            report = self.run(content, mapping, by, options)
        except OSError as error:
            raise CommandError(f"Berkas tidak dapat dibaca atau ditulis: {error.strerror}.") from error
        except (NotATable, Refused) as error:
            raise CommandError(str(error)) from error
        would = "akan " if options["dry_run"] else ""
        self.stdout.write(
            f"{report.rows} baris: {report.created} {would}ditambahkan, {report.updated} {would}diperbarui, "
            f"{report.unchanged} tidak berubah, {report.refused} ditolak."
        )

    def run(self, content: bytes, mapping: dict[int, str], by: User | None, options: Any) -> importing.Report:
        with ExitStack() as stack:
            note = self.say
            if options["report"]:
                stream = stack.enter_context(options["report"].open("w", encoding="utf-8-sig", newline=""))
                note = importing.ReportFile(stream).note
            return importing.run(
                content, mapping, by=by, dry_run=options["dry_run"], update=options["update"], note=note,
                progress=self.advance if sys.stderr.isatty() else None,
            )

    def say(self, line: importing.Line) -> None:
        self.stderr.write(f"Baris {line.row}, {line.column or 'baris'} “{line.value}”: {line.sentence}")

    def advance(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done} dari {total or '…'} baris", ending="")

    def person(self, username: str | None) -> User | None:
        if username is None:
            return None
        found = User.objects.filter(username=username).first()
        if found is None:
            raise CommandError(f"Tidak ada pengguna bernama {username}.")
        return found

    def mapping(self, table: Table, said: list[str]) -> dict[int, str]:
        """The guess, with what was said on the command line in its place."""
        guess = columns.guess(table.header, table.sample(LOOKED_AT))
        mapping = guess.mapping
        for pair in said:
            heading, _, name = pair.rpartition("=")
            column = column_of(table.header, heading)
            if column is None or name not in columns.FIELDS:
                known = ", ".join(table.header)
                raise CommandError(f"--mapping {pair}: kolom atau isinya tidak dikenal. Judul: {known}.")
            mapping = {place: known for place, known in mapping.items() if known != name} | {column: name}
        for warning in columns.doubts(table.header, table.sample(LOOKED_AT), mapping):
            self.stderr.write(self.style.WARNING(warning))
        return mapping


def column_of(header: list[str], said: str) -> int | None:
    """By its heading, else by its letter as in a spreadsheet (A to Z)."""
    wanted = columns.plain(said)
    found = next((place for place, heading in enumerate(header) if columns.plain(heading) == wanted), None)
    if found is None and len(wanted) == 1 and wanted in string.ascii_uppercase:
        letter = string.ascii_uppercase.index(wanted)
        found = letter if letter < len(header) else None
    return found
