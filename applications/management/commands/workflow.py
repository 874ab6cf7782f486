"""`manage.py workflow [--check]`: write docs/workflow.md from the table of moves, or see that it is up to date."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from applications.workflow import page


class Command(BaseCommand):
    help = "Write docs/workflow.md from the table of moves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the file is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        file = Path(settings.BASE_DIR) / "docs" / "workflow.md"
        if options["check"]:
            if not file.exists() or file.read_text(encoding="utf-8") != page():
                raise CommandError("docs/workflow.md is out of date: run ./dev manage workflow")
            return
        file.write_text(page(), encoding="utf-8")
