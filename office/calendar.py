"""The office's calendar from its data: service hours, national holidays, closed days."""

from datetime import date, datetime, time
from functools import lru_cache

import holidays
from django.utils import timezone

from office.clock import Calendar
from office.models import ClosedDay, ServiceInterval


@lru_cache(maxsize=16)
def national_holidays(year: int) -> dict[date, str]:
    """Public holidays and joint leave days (cuti bersama) of Indonesia, as the package `holidays` knows them.

    Later years hold estimates for the days that the moon decides; the admin corrects them with closed days.
    """
    known = holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id")
    return dict(known.items())


def midnight(day: date) -> datetime:
    """The moment in which a day of the office begins: midnight WIB."""
    return timezone.make_aware(datetime.combine(day, time.min))


def current_calendar() -> Calendar:
    """Two queries; load it once for the work at hand."""
    hours: dict[int, tuple] = {}
    for interval in ServiceInterval.objects.order_by("weekday", "opens"):
        hours[interval.weekday] = (*hours.get(interval.weekday, ()), (interval.opens, interval.closes))
    closed_days = set(ClosedDay.objects.values_list("day", flat=True))
    return Calendar(hours=hours, closed=lambda day: day in closed_days or day in national_holidays(day.year))
