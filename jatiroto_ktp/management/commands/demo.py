"""`manage.py demo`: fill an empty database with the demo office; any other is refused."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

import accounts.demo
import applications.demo
from applications.models import Application
from jatiroto_ktp.checks import is_untouched
from office.models import Office


class Command(BaseCommand):
    help = "Isi basis data kosong dengan kantor contoh: orang, penduduk, dan permohonan rekaan."
    # The check of the demo mark would refuse the very database that is about to be filled or refused here.
    requires_system_checks: list = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when the demo office is there already")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Kantor contoh hanya untuk mode demo: mulai dengan DEMO=1.")
        office = Office.objects.current()
        if office.demo and not is_untouched():
            if Application.objects.count() < applications.demo.APPLICATIONS:
                raise CommandError("Pengisian kantor contoh terputus di tengah. Hapus basis datanya, lalu mulai lagi.")
            self.stdout.write("Kantor contoh sudah ada.")
            return
        if not is_untouched():
            raise CommandError("Basis data ini berisi pekerjaan nyata. Kantor contoh tidak dibuat di sini.")
        office.demo = True
        office.save(update_fields=["demo"])
        applications.demo.fill(accounts.demo.fill())
        self.stdout.write("Kantor contoh siap: 7 orang, 30 penduduk, 10 permohonan.")
