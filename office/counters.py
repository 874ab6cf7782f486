"""Gapless numbers per year from a locked row: KTP/2026/000123."""

from office.models import NumberCounter


def next_number(series: str, year: int) -> int:
    """The next number of a series; given back by itself when the caller's transaction is rolled back."""
    NumberCounter.objects.get_or_create(series=series, year=year)
    counter = NumberCounter.objects.select_for_update().get(series=series, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
