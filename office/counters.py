"""Gapless numbers per year from a locked row: KTP/2026/000123."""

from django.db import transaction

from office.models import NumberCounter


def next_number(series: str, year: int) -> int:
    """The next number of a series; given back by itself when the caller's transaction is rolled back.

    Raises RuntimeError outside a transaction: SQLite would not lock the row there, and two callers
    would get one number.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken in the transaction of what it numbers")
    NumberCounter.objects.get_or_create(series=series, year=year)
    counter = NumberCounter.objects.select_for_update().get(series=series, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
