"""`/kunjungan/`: visits that did not become an application, each with its slip."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from applications import documents, visits
from applications.forms.visits import VisitForm
from applications.models import Visit, VisitReason
from applications.refusals import Refused
from applications.views.access import StaffRequest, permitted
from applications.views.desk import PAGE
from applications.views.files import as_pdf
from office.calendar import midnight

Number = tuple[int, int]


@permitted("applications.view_visits")
def index(request: StaffRequest) -> HttpResponse:
    """Newest first, of one reason if the address says so; the reasons of today with their count."""
    wanted = request.GET.get("sebab", "")
    reasons = reasons_of_today()
    known = dict(VisitReason.objects.values_list("code", "label")) | {each["code"]: each["label"] for each in reasons}
    found = Visit.objects.select_related("by").order_by("-at", "-pk")
    if wanted in known:
        found = found.filter(reason_code=wanted)
    context = {
        "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "reasons": [{**each, "selected": each["code"] == wanted} for each in reasons],
        "filters": [{"code": code, "label": label, "selected": code == wanted} for code, label in known.items()],
        "wanted": known.get(wanted, ""),
        "may_register": request.user.has_perm(visits.PERMISSION),
    }
    return render(request, "applications/visits/index.html", context)


def reasons_of_today() -> list[dict[str, Any]]:
    """Code, label and count of each reason noted today, the most frequent first."""
    today = Visit.objects.filter(at__gte=midnight(timezone.localdate())).order_by().values("reason_code")
    counted = today.annotate(label=Max("reason"), count=Count("pk")).order_by("-count", "reason_code")
    return [{"code": each["reason_code"], "label": each["label"], "count": each["count"]} for each in counted]


@permitted("applications.register_visit")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    form = VisitForm(request.POST or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            return shown(request, visits.register(by=request.user, **form.arguments()))
        except visits.AlreadyRegistered as twice:
            messages.info(request, twice.sentence)
            return redirect("applications:visits-show", twice.visit.slug)
        except Refused as no:
            refused = no.sentence
    return render(request, "applications/visits/new.html", {"form": form, "refused": refused})


def shown(request: StaffRequest, visit: Visit) -> HttpResponse:
    then = " Berikan surat rujukannya." if visit.has_slip else ""
    messages.success(request, f"Kunjungan {visit.number} tercatat.{then}")
    return redirect("applications:visits-show", visit.slug)


@permitted("applications.view_visits")
def show(request: StaffRequest, number: Number) -> HttpResponse:
    return render(request, "applications/visits/show.html", {"visit": visit_or_404(number)})


@permitted("applications.view_visits")
def slip(request: StaffRequest, number: Number) -> HttpResponse:
    visit = visit_or_404(number)
    if not visit.has_slip:
        raise Http404("a question has no slip")
    return as_pdf(documents.referral(visit), f"surat-rujukan-{visit.slug}")


def visit_or_404(number: Number) -> Visit:
    year, serial = number
    return get_object_or_404(Visit.objects.select_related("by"), year=year, serial=serial)
