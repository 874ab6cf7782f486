"""What is in the box today and for how long it lasts: figures for the pages, nothing is written here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from applications.models import BlankClose, BlankEntry, BlankStock
from office import parameters
from office.calendar import current_calendar, midnight
from office.clock import SEARCH_DAYS, Calendar

Verb = BlankEntry.Verb
LOOKED_BACK_ON, LOW = "hari-ramalan-blangko", "hari-blangko-menipis"
# What a close writes itself; everything else moves a blank.
OF_A_CLOSE = (Verb.COUNT, Verb.CLOSE)
# A blank leaves for good with these; what is given back or lost says nothing about how many cards are made.
SPENT = Q(verb__in=(Verb.USE, Verb.SPOIL))


@dataclass(frozen=True)
class Forecast:
    """For how many service days the box lasts as it was used lately; None where that cannot be told yet."""

    days: int | None
    low: bool


@dataclass(frozen=True)
class Today:
    """The stock with what today took, and the forecast. Counts are single blanks.

    `opened` is the day of the first entry; None while the book was never opened. `open_since` is the first day before
    today whose movements nobody has closed; None when all is closed.
    """

    opened: date | None
    open_since: date | None
    on_hand: int
    reserved: int
    used: int
    spoiled: int
    forecast: Forecast


def uncovered() -> QuerySet[BlankEntry]:
    """Movements that no signed close covers yet."""
    signed = BlankClose.objects.exclude(signed_at=None).order_by("-pk").values("through_seq")[:1]
    return BlankEntry.objects.filter(seq__gt=Coalesce(Subquery(signed), 0)).exclude(verb__in=OF_A_CLOSE)


def before_today(at: datetime | None) -> date | None:
    """The day of a moment, if it is over."""
    day = timezone.localdate(at) if at else None
    return day if day and day < timezone.localdate() else None


def published() -> int | None:
    """How many blanks are in the box, for the public page (fact F6.5); None while the book was never opened.

    One query.
    """
    opened = Exists(BlankEntry.objects.filter(stock=OuterRef("pk")))
    return BlankStock.objects.filter(opened, pk=1).values_list("on_hand", flat=True).first()


def today() -> Today:
    """Five queries: stock, parameters, calendar (two), and one over the days that are looked back on."""
    first = BlankEntry.objects.filter(stock=OuterRef("pk")).order_by("occurred_at").values("occurred_at")[:1]
    still_open = uncovered().order_by("occurred_at").values("occurred_at")[:1]
    stock = BlankStock.objects.annotate(opened_at=Subquery(first), open_at=Subquery(still_open)).get(pk=1)
    limits = parameters.numbers(LOOKED_BACK_ON, LOW)
    day = timezone.localdate()
    opened = timezone.localdate(stock.opened_at) if stock.opened_at else None
    behind = service_days_before(current_calendar(), day, limits[LOOKED_BACK_ON], opened or day)
    start, this_morning = midnight(behind[-1] if behind else day), midnight(day)
    found = BlankEntry.objects.filter(occurred_at__gte=start).order_by().aggregate(
        used=Count("pk", filter=Q(verb=Verb.USE, occurred_at__gte=this_morning)),
        spoiled=Count("pk", filter=Q(verb=Verb.SPOIL, occurred_at__gte=this_morning)),
        before=Count("pk", filter=SPENT & Q(occurred_at__lt=this_morning)),
    )
    lasts = forecast(stock.on_hand, found["before"], len(behind), limits[LOW])
    return Today(
        opened, before_today(stock.open_at), stock.on_hand, stock.reserved, found["used"], found["spoiled"], lasts
    )


def forecast(on_hand: int, spent: int, days: int, low: int) -> Forecast:
    """`spent` blanks in `days` service days before today; whole days, rounded down. An empty box is low."""
    lasts = on_hand * days // spent if spent and days else None
    return Forecast(lasts, on_hand == 0 or (lasts is not None and lasts < low))


def service_days_before(calendar: Calendar, day: date, count: int, opened: date) -> list[date]:
    """Up to `count` service days before a day, newest first, none before the book was opened."""
    behind = (day - timedelta(days=back) for back in range(1, SEARCH_DAYS))
    found: list[date] = []
    for each in behind:
        if each < opened or len(found) == count:
            break
        if calendar.is_service_day(each):
            found.append(each)
    return found
