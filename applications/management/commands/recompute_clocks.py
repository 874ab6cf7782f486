"""`manage.py recompute_clocks`: make the derived clock columns of every application anew from the books."""

from typing import Any

from django.core.management.base import BaseCommand

from applications.clocks import recompute
from applications.models import Application


class Command(BaseCommand):
    help = "Hitung ulang waktu layanan semua permohonan dari buku."

    def handle(self, *args: Any, **options: Any) -> None:
        every = Application.objects.select_related("resident").order_by("pk").iterator(chunk_size=500)
        self.stdout.write(f"{recompute(every)} permohonan berbeda dan sudah diperbaiki.")
