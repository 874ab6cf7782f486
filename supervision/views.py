"""Pages that join apps: the public one on the service, the dashboard of the Sekretaris."""

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from applications import stock
from applications.models import PaperRule
from applications.states import Kind
from applications.views.access import StaffRequest, permitted
from office.models import WEEKDAYS, ServiceInterval
from supervision import deviations


@login_not_required
def service(request: HttpRequest) -> HttpResponse:
    """`/layanan/`: what to bring, how long it takes, that it is free, when the office is open, blanks left today."""
    context = {"kinds": requirements(), "hours": opening_hours(), "blanks": stock.published(), "now": timezone.now()}
    return render(request, "supervision/service.html", context)


def requirements() -> list[dict[str, Any]]:
    rules = groupby(PaperRule.objects.order_by("kind", "position"), key=lambda rule: rule.kind)
    by_kind = {kind: list(group) for kind, group in rules}
    return [{"label": kind.label, "papers": by_kind.get(kind, [])} for kind in Kind]


def opening_hours() -> list[dict[str, str]]:
    days = groupby(ServiceInterval.objects.order_by("weekday", "opens"), key=lambda interval: interval.weekday)
    known = {day: ", ".join(f"{i.opens:%H.%M}–{i.closes:%H.%M}" for i in group) for day, group in days}
    return [{"label": label, "value": known.get(day, "tutup")} for day, label in WEEKDAYS]


@permitted("supervision.view_deviations")
def dashboard(request: StaffRequest) -> HttpResponse:
    """`/dasbor/`: deviations of a period, newest first, of one kind if the address says so."""
    period = request.GET.get("masa", "")
    period = period if period in deviations.PERIODS else next(iter(deviations.PERIODS))
    since = deviations.beginning(period, timezone.localdate())
    counted, names = deviations.counts(since), deviations.names_of_kinds()
    kind = request.GET.get("jenis", "")
    kind = kind if kind in counted else ""
    page_obj, rows = deviations.page(since, kind, request.GET.get("page"), counted)
    context = {
        "page_obj": page_obj, "rows": rows, "since": since, "kind": names.get(kind, deviations.OTHER) if kind else "",
        "total": sum(counted.values()),
        "kinds": [
            {"code": code, "label": names.get(code, deviations.OTHER), "count": count, "selected": code == kind}
            for code, count in counted.items()
        ],
        "periods": [
            {"code": code, "label": label, "selected": code == period} for code, label in deviations.PERIODS.items()
        ],
    }
    return render(request, "supervision/dashboard.html", context)
