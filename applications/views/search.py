"""`/cari/`: find a file by number, tracking code, NIK or name. What is searched for travels by POST only."""

import re

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render

from applications.models import Application
from applications.story import at_a_desk_of
from applications.views.access import StaffRequest, permitted
from applications.views.desk import file_url
from applications.views.dossier import dossier_url
from office import tokens
from office.reading import log_read

MOST = 25


@permitted("applications.view_application")
def search(request: StaffRequest) -> HttpResponse:
    text = request.POST.get("q", "").strip()[:80]
    found = list(matching(text)[: MOST + 1]) if text else []
    if text:
        log_read(by=request.user, what="search", count=len(found))
    if len(found) == 1:
        only = found[0]
        return redirect(file_url(only) if at_a_desk_of(only, request.user) else dossier_url(only))
    context = {"q": text, "applications": found[:MOST], "more": len(found) > MOST, "most": MOST}
    return render(request, "applications/search/search.html", context)


def matching(text: str) -> QuerySet[Application]:
    """Newest first. A number is a register number or a NIK, by its length; other words are part of a name."""
    every = Application.objects.with_resident().order_by("-year", "-serial")
    compact = re.sub(r"[\s/-]", "", text).upper()
    if numbered := re.fullmatch(r"(?:KTP)?(\d{4})(\d{6})", compact):
        return every.numbered(int(numbered[1]), int(numbered[2]))
    if short := re.fullmatch(r"(?:KTP/)?(\d{4})/(\d{1,6})", text.upper().replace(" ", "")):
        return every.numbered(int(short[1]), int(short[2]))
    if re.fullmatch(r"\d{16}", compact):
        return every.filter(resident__nik=compact)
    if re.fullmatch(r"\d{1,6}", compact):
        return every.filter(serial=int(compact))
    if re.fullmatch(r"K[A-Z2-9]{11}", compact) and (code := tokens.typed(text)):
        by_code = every.filter(tracking_code=code)
        if by_code.exists():
            return by_code
    return every.filter(resident__name__icontains=text)
