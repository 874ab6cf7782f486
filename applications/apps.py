"""Residents, applications and everything on the way to the card."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "Permohonan KTP"

    def ready(self) -> None:
        post_migrate.connect(fill_defaults, sender=self)
        from applications import drafts, imports
        from office import housekeeping

        housekeeping.register("Daftar penduduk yang tertinggal dihapus", imports.discard_old)
        housekeeping.register("Konsep yang tidak disentuh dihapus", drafts.give_up_old)


def fill_defaults(using: str = "default", **kwargs: Any) -> None:
    from applications.defaults import fill

    fill(using)
