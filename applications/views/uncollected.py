"""`/belum-diambil/`: finished cards that nobody collects, reminders, and the sheets for the villages' notice boards."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from applications import bundles, documents, lifecycle, uncollected
from applications.forms.moves import RemindForm
from applications.models import Application, Reminder, Village
from applications.refusals import Refused
from applications.states import State
from applications.views import desk
from applications.views.access import StaffRequest, application_or_404, permitted
from applications.views.files import as_pdf
from office import parameters

FROM_LIST = "daftar"


class Counted(Paginator):
    """Pages of a list that was counted already."""

    def __init__(self, *args: Any, known: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    @cached_property
    def count(self) -> int:
        return self.known


@permitted("applications.view_uncollected")
def index(request: StaffRequest) -> HttpResponse:
    """Those that wait longest first; of one step and one village where the address says so."""
    now, villages = timezone.now(), list(Village.objects.all())
    limits = parameters.numbers(*uncollected.STEPS, bundles.DAYS_OUT)
    steps = uncollected.steps(limits)
    village = next((each for each in villages if each.code == request.GET.get("desa")), None)
    step = next((each for each in steps if each.code == request.GET.get("lama")), None)
    found = uncollected.cards(village.code if village else "")
    counts = uncollected.counted(found, steps, now)
    wanted = uncollected.with_last_reminder(found.filter(step.lies(now)) if step else found)
    page = Counted(wanted, desk.PAGE, known=counts[step.code if step else ""]).get_page(request.GET.get("page"))
    can = may(request)
    notice = uncollected.notice() if can["may_remind"] else None
    context: dict[str, Any] = can | {
        "page_obj": page, "village": village, "step": step, "villages": villages, "here": here(request),
        "rows": [row(each, notice, now, limits[lifecycle.DAYS_UNCOLLECTED]) for each in page.object_list],
        "tabs": [{"step": each, "count": counts[each.code], "selected": each == step} for each in steps],
        "total": counts[""], "means": Reminder.Means.choices,
        "overdue": list(bundles.overdue(now, limits[bundles.DAYS_OUT]).select_related("village")[:5]),
    }
    if notice:
        context["office"] = notice.office  # the page's head names it as well: it is looked up once
    return render(request, "applications/uncollected/index.html", context)


def row(application: Application, notice: uncollected.Notice | None, now: datetime, limit: int) -> dict[str, Any]:
    """One card: how long it lies, what was tried, and the text that says where to come."""
    out = application.out[0].bundle if application.out else None  # type: ignore[attr-defined]
    reminders, days = application.reminders.all(), uncollected.days(application, now)
    return {
        "application": application, "days": days, "out": out, "nobody_came": days >= limit and not out,
        "last": reminders[0] if reminders else None,
        # A card that is out is not at the office: nobody is asked to come there for it.
        "whatsapp": notice.link(application) if notice and not out else "",
        "means": Reminder.Means.WHATSAPP if application.resident.phone else Reminder.Means.VILLAGE,
    }


def may(request: StaffRequest) -> dict[str, bool]:
    return {
        "may_remind": request.user.has_perm("applications.remind"),
        "may_withdraw": request.user.has_perm("applications.withdraw_card"),
        "may_send": request.user.has_perm("applications.send_to_village"),
    }


def here(request: StaffRequest) -> str:
    """The list as it is filtered now, for the address that a row sends to."""
    kept = {name: request.GET[name] for name in ("lama", "desa", "page") if request.GET.get(name)}
    return urlencode(kept | {"dari": FROM_LIST})


@permitted("applications.view_uncollected")
def card(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = uncollected_or_none(number)
    if application is None:
        return gone(request, number)
    return page_of(request, application, RemindForm(application=application))


@permitted("applications.remind")
@require_POST
def remind(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    """One try, noted from a row of the list or from the page of the card."""
    application = uncollected_or_none(number)
    if application is None:
        return gone(request, number)
    form = RemindForm(request.POST, application=application)
    if not form.is_valid():
        return page_of(request, application, form)
    try:
        lifecycle.remind(application, by=request.user, version=desk.version_of(request), **form.arguments())
    except Refused as no:
        messages.warning(request, no.sentence)
    else:
        said = "sudah diberi tahu" if form.arguments()["informed"] else "belum berhasil diberi tahu"
        messages.success(request, f"{application.number}, {application.resident.name}: {said}. Tercatat.")
    return redirect(after(request, application))


def after(request: StaffRequest, application: Application) -> str:
    """Back to the row of the list, as it was filtered, or to the page of the card."""
    if request.GET.get("dari") != FROM_LIST:
        return reverse("applications:uncollected-card", args=[application.slug])
    kept = {name: request.GET[name] for name in ("lama", "desa", "page") if request.GET.get(name)}
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{reverse('applications:uncollected')}{query}#{application.slug}"


def uncollected_or_none(number: tuple[int, int]) -> Application | None:
    """The finished card that still waits; None when it has been handed over or withdrawn meanwhile."""
    found = uncollected.with_last_reminder(Application.objects.numbered(*number))
    application = get_object_or_404(found)
    return application if application.state == State.READY_FOR_PICKUP else None


def gone(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_or_404(number)
    messages.info(request, f"{application.number} tidak lagi menunggu diambil: sekarang “{application.badge.label}”.")
    return redirect("applications:uncollected")


def page_of(request: StaffRequest, application: Application, form: RemindForm) -> HttpResponse:
    notice = uncollected.notice()
    limit = parameters.number(lifecycle.DAYS_UNCOLLECTED)
    context = may(request) | row(application, notice, timezone.now(), limit) | {
        "form": form, "reminders": application.reminders.select_related("by"), "text": notice.text(application),
        "version": application.version, "query": f"?{request.GET.urlencode()}" if request.GET else "",
        "back": after(request, application) if request.GET.get("dari") == FROM_LIST else reverse(
            "applications:uncollected"
        ),
    }
    return render(request, "applications/uncollected/card.html", context)


# -- sheets for the notice boards --------------------------------------------------------------------


@permitted("applications.view_uncollected")
def sheet(request: StaffRequest, code: str) -> HttpResponse:
    village = get_object_or_404(Village, code=code)
    return as_pdf(documents.village_sheets([village]), f"lembar-desa-{village.code}")


@permitted("applications.view_uncollected")
def sheets(request: StaffRequest) -> HttpResponse:
    return as_pdf(documents.village_sheets(Village.objects.all()), "lembar-desa")
