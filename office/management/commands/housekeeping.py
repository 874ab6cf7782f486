"""`manage.py housekeeping`: what the worker does once an hour, now; ends with an error when one task failed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office import housekeeping


class Command(BaseCommand):
    help = "Rapikan: pekerjaan dan antrean lama, berkas brankas tanpa baris, dan lain-lain."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = list(housekeeping.run())
        for label, count in counts:
            self.stdout.write(f"{label}: {'gagal' if count is None else count}")
        if any(count is None for _, count in counts):
            raise CommandError("Ada yang gagal; sebabnya ada di catatan program.")
