"""Public pages that join apps."""

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from applications.models import PaperRule
from applications.states import Kind
from office.models import WEEKDAYS, ServiceInterval


@login_not_required
def service(request: HttpRequest) -> HttpResponse:
    """`/layanan/`: what to bring, how long it takes, that it is free, when the office is open."""
    return render(request, "supervision/service.html", {"kinds": requirements(), "hours": opening_hours()})


def requirements() -> list[dict[str, Any]]:
    rules = groupby(PaperRule.objects.order_by("kind", "position"), key=lambda rule: rule.kind)
    by_kind = {kind: list(group) for kind, group in rules}
    return [{"label": kind.label, "papers": by_kind.get(kind, [])} for kind in Kind]


def opening_hours() -> list[dict[str, str]]:
    days = groupby(ServiceInterval.objects.order_by("weekday", "opens"), key=lambda interval: interval.weekday)
    known = {day: ", ".join(f"{i.opens:%H.%M}–{i.closes:%H.%M}" for i in group) for day, group in days}
    return [{"label": label, "value": known.get(day, "tutup")} for day, label in WEEKDAYS]
