"""Finished cards that nobody collects: how long they lie, and what a resident is told about them.

A text for a resident names no person and no NIK: it travels through other people's phones and hangs on notice boards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import quote

from django.db.models import Count, Prefetch, Q, QuerySet

from applications import values
from applications.models import Application, BundleCard, Village
from applications.models.applications import ApplicationQuerySet
from applications.states import Kind, State
from office.models import WEEKDAYS, Office, ServiceInterval

STEPS = ("hari-belum-diambil-1", "hari-belum-diambil-2", "hari-belum-diambil-3")
NEEDS_OLD_CARD = (Kind.DAMAGED, Kind.DATA_CHANGE)  # fact F6.8: the old card is surrendered for the new one


@dataclass(frozen=True)
class Step:
    """Cards that lie `since` days or longer, but not yet `until`; without `until`: and all older ones."""

    since: int
    until: int | None

    @property
    def code(self) -> str:
        return str(self.since)

    @property
    def label(self) -> str:
        if self.until is None:
            return f"{self.since} hari atau lebih"
        return f"{self.since}–{self.until - 1} hari" if self.since else f"Kurang dari {self.until} hari"

    def lies(self, now: datetime) -> Q:
        """The condition on a finished card; said on the column that its index holds."""
        # The first step has no end towards now: a card finished this very moment is in it, whatever clocks say.
        found = Q(state_since__lte=now - timedelta(days=self.since)) if self.since else Q()
        return found & Q(state_since__gt=now - timedelta(days=self.until)) if self.until else found


def steps(limits: Mapping[str, int]) -> list[Step]:
    """From the parameters, whatever order the administrator gave them; equal ones are one step."""
    bounds: list[int] = [0, *sorted({limits[code] for code in STEPS})]
    ends: list[int | None] = [*bounds[1:], None]
    return [Step(since, until) for since, until in zip(bounds, ends, strict=True)]


def cards(village: str = "") -> ApplicationQuerySet:
    """Finished cards, those that wait longest first; of one village by its code."""
    found = Application.objects.filter(state=State.READY_FOR_PICKUP).oldest_first()
    return found.filter(resident__village=village) if village else found


def in_the_box(village: str) -> QuerySet[Application]:
    """Finished cards of a village that no list of the village has taken out."""
    out = BundleCard.objects.filter(outcome="").values("application")
    return cards(village).exclude(pk__in=out)


def counted(found: QuerySet[Application], known: Iterable[Step], now: datetime) -> dict[str, int]:
    """How many cards there are by the code of their step; all of them under the empty code."""
    counts = {f"step_{step.code}": Count("pk", filter=step.lies(now)) for step in known}
    said = found.order_by().aggregate(step_=Count("pk"), **counts)
    return {name.removeprefix("step_"): count for name, count in said.items()}


def with_last_reminder(found: QuerySet[Application]) -> QuerySet[Application]:
    """Each with its resident, its reminders (`reminders.all()`, newest first) and the list it is out with (`out`)."""
    out = BundleCard.objects.filter(outcome="").select_related("bundle__village")
    return found.select_related("resident__village").prefetch_related(
        "reminders", Prefetch("bundle_cards", out, to_attr="out")
    )


def days(application: Application, now: datetime) -> int:
    """Whole days since the card was finished."""
    return max(0, (now - application.state_since).days)


# -- what a resident is told -------------------------------------------------------------------------


def service_hours() -> str:
    """`Senin–Kamis 07.30–15.00; Jumat 07.30–11.00 dan 13.00–14.30`; empty where no hours are set."""
    each_day: dict[int, list[str]] = {}
    for interval in ServiceInterval.objects.order_by("weekday", "opens"):
        each_day.setdefault(interval.weekday, []).append(f"{interval.opens:%H.%M}–{interval.closes:%H.%M}")
    told = [(day, " dan ".join(hours)) for day, hours in each_day.items()]
    # Days that follow each other and are open alike are said as one span.
    spans = [list(span) for _, span in groupby(enumerate(told), key=lambda row: (row[1][1], row[1][0] - row[0]))]
    return "; ".join(f"{weekdays(span[0][1][0], span[-1][1][0])} {span[0][1][1]}" for span in spans)


def weekdays(first: int, last: int) -> str:
    names = dict(WEEKDAYS)
    return names[first] if first == last else f"{names[first]}–{names[last]}"


def whatsapp_number(phone: str) -> str:
    """A mobile number as WhatsApp takes it, 62… with digits only; empty for anything that is none."""
    try:
        digits = values.phone(phone)
    except values.Unreadable:
        return ""
    return f"62{digits[1:]}" if digits else ""


@dataclass(frozen=True)
class Notice:
    """The ready text for residents of this office; made once for a page."""

    office: Office
    hours: str

    def text(self, application: Application) -> str:
        """Number, office, hours, what to bring, free of charge. No name, no NIK."""
        old = " dan KTP lama" if application.kind in NEEDS_OLD_CARD else ""
        hours = f" Jam layanan: {self.hours}." if self.hours else ""
        return (
            f"KTP dengan nomor register {application.number} sudah selesai dan dapat diambil di Kantor "
            f"{self.office.short_name}, {self.office.address}.{hours} Bawa tanda terima{old}. Bila diwakili: bawa "
            "surat kuasa dan KTP yang mengambil. Gratis, tidak dipungut biaya."
        )

    def link(self, application: Application) -> str:
        """The address that opens WhatsApp with the text, for the clerk to send; empty without a mobile number."""
        number = whatsapp_number(application.resident.phone)
        return f"https://wa.me/{number}?text={quote(self.text(application), safe='')}" if number else ""


def notice() -> Notice:
    return Notice(Office.objects.current(), service_hours())


# -- the sheet for the notice board of a village -----------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """The register numbers of one village: ready at the office, with the village, to be completed."""

    village: Village
    ready: list[str]
    out: list[str]
    incomplete: list[str]

    @property
    def empty(self) -> bool:
        return not (self.ready or self.out or self.incomplete)


def sheets(villages: Iterable[Village]) -> list[Sheet]:
    """A sheet for each village, in two queries however many there are."""
    known = list(villages)
    out = set(BundleCard.objects.filter(outcome="").values_list("application", flat=True))
    waiting = Application.objects.filter(
        state__in=(State.READY_FOR_PICKUP, State.RETURNED), resident__village__in=known
    ).order_by("year", "serial")
    found: dict[tuple[str, str], list[str]] = {}
    for pk, year, serial, state, village in waiting.values_list("pk", "year", "serial", "state", "resident__village"):
        place = "out" if pk in out else state
        found.setdefault((village, place), []).append(Application(year=year, serial=serial).number)
    return [
        Sheet(each, found.get((each.pk, State.READY_FOR_PICKUP), []), found.get((each.pk, "out"), []),
              found.get((each.pk, State.RETURNED), []))
        for each in known
    ]
