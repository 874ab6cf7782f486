"""Kinds of fields that several models share."""

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

DIGITS_16 = RegexValidator(r"^\d{16}$", "Harus 16 angka.")
DIGITS_3 = RegexValidator(r"^\d{1,3}$", "Paling banyak 3 angka.")


def actor(**more: Any) -> Any:
    """The person who did it; kept for as long as what was done."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **more)
