"""`manage.py verify_books`: read every book against its chain and name what is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office.ledger import entry_models
from office.models import BookHead
from office.verification import verify


class Command(BaseCommand):
    help = "Periksa rantai semua buku; entri yang diubah, hilang, tertukar, atau terpotong disebut."

    def handle(self, *args: Any, **options: Any) -> None:
        heads = {head.name: head for head in BookHead.objects.all()}
        findings = 0
        for model in entry_models():
            faults = list(verify(model))
            findings += len(faults)
            for fault in faults:
                self.stderr.write(str(fault))
            head = heads.get(model.BOOK)
            self.stdout.write(f"Buku {model.BOOK}: {head.seq if head else 0} entri, {len(faults)} temuan")
        if findings:
            raise CommandError(f"{findings} temuan: buku tidak utuh.")
