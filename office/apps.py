"""The room that every desk shares."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class OfficeConfig(AppConfig):
    name = "office"
    verbose_name = "Kantor"

    def ready(self) -> None:
        from office import housekeeping, ledger, triggers

        checks.register(triggers.check_triggers, checks.Tags.database)
        post_migrate.connect(fill_defaults, sender=self)
        # For every app, not only ours: a migration of any app may have remade one of the tables.
        post_migrate.connect(triggers.install_after_migrate)
        post_migrate.connect(ledger.open_after_migrate)
        housekeeping.register_own()


def fill_defaults(using: str = "default", **kwargs: Any) -> None:
    from office.defaults import fill

    fill(using)
