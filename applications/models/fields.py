"""Kinds of fields that several models share."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

DIGITS_16 = RegexValidator(r"^\d{16}$", "Harus 16 angka.")
DIGITS_3 = RegexValidator(r"^\d{1,3}$", "Paling banyak 3 angka.")


def actor(**more: Any) -> Any:
    """The person who did it; kept for as long as what was done."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **more)


class Numbered:
    """What bears a number of its series and year: KTP/2026/000123, in addresses KTP-2026-000123."""

    SERIES: ClassVar[str]
    year: Any
    serial: Any

    @property
    def number(self) -> str:
        return f"{self.SERIES}/{self.year}/{self.serial:06d}"

    @property
    def slug(self) -> str:
        return f"{self.SERIES}-{self.year}-{self.serial:06d}"
