"""`manage.py vault_sweep`: take away files of the vault that no row names; `--dry-run` only counts them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from office.sweep import sweep


class Command(BaseCommand):
    help = "Hapus berkas brankas yang lebih tua dari satu jam dan tidak disebut baris mana pun."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Hitung saja, jangan hapus.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        swept = sweep(dry_run=dry_run)
        done = "akan dihapus" if dry_run else "dihapus"
        self.stdout.write(f"Tanpa baris, {done}: {swept.files}")
        self.stdout.write(f"Tidak selesai ditulis, {done}: {swept.unfinished}")
        self.stdout.write(f"Ada barisnya, tetap: {swept.old}")
        self.stdout.write(f"Belum satu jam, belum diperiksa: {swept.young}")
        if swept.busy:
            self.stdout.write(f"Basis data sibuk, ditunda: {swept.busy}")
