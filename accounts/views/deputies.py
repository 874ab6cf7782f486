"""`/plh/`: somebody acts for the head of the KTP section, from now until the office closes, by one tap."""

from datetime import datetime, time

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import StaffRequest, permitted
from accounts.forms.people import DeputyForm
from accounts.models import RoleTerm
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.terms import appoint_deputy
from office.calendar import current_calendar
from office.clock import WIB

REASON = "Kepala Seksi tidak di tempat"


@permitted("accounts.appoint_deputy")
def deputy(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    heads = list(heads_of_ktp(now))
    present = [term.user.name for term in heads if signed_in_today(term, now)]
    form = DeputyForm(
        request.POST if request.method == "POST" else None, by=request.user,
        initial={"until": end_of_service(now), "reason": "" if present else REASON},
    )
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            term = appoint_deputy(fields["person"], by=request.user, until=fields["until"], reason=fields["reason"])
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"{fields['person'].name} menjadi Plh {term.title} {term.span}.")
            return redirect("accounts:deputy")
    context = {
        "form": form,
        "heads": heads,
        "present": ", ".join(present),
        "today": timezone.localdate(now),
        "people": form.fields["person"].queryset.with_terms_in_force(now),  # type: ignore[attr-defined]
    }
    return render(request, "accounts/deputy.html", context)


def heads_of_ktp(now: datetime) -> QuerySet[RoleTerm]:
    heads = RoleTerm.objects.in_force(now).filter(
        role=Role.SECTION_HEAD, section__serves_ktp=True, user__is_active=True
    )
    return heads.select_related("user", "section").order_by("valid_from", "pk")


def signed_in_today(term: RoleTerm, now: datetime) -> bool:
    """Then nobody can say by one tap that the head is away: the reason has to be written."""
    seen = term.user.last_login
    return seen is not None and timezone.localdate(seen) == timezone.localdate(now)


def end_of_service(now: datetime) -> datetime:
    """When the office closes today; 23.59 on a closed day or after closing."""
    today = timezone.localtime(now, WIB).date()
    intervals = current_calendar().intervals(today)
    if intervals and intervals[-1][1] > now:
        return intervals[-1][1]
    return datetime.combine(today, time(23, 59), WIB)
