"""Residents, applications and everything on the way to the card."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "Permohonan KTP"

    def ready(self) -> None:
        post_migrate.connect(fill_defaults, sender=self)


def fill_defaults(using: str = "default", **kwargs: Any) -> None:
    from applications.defaults import fill

    fill(using)
