"""`/cari/`: find a file by number, tracking code, NIK or name. What is searched for travels by POST only."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from applications.finding import LONGEST, matching
from applications.story import at_a_desk_of
from applications.views.access import StaffRequest, permitted
from applications.views.desk import file_url
from applications.views.dossier import dossier_url
from office.reading import log_read

MOST = 25


@permitted("applications.view_application")
def search(request: StaffRequest) -> HttpResponse:
    text = request.POST.get("q", "").strip()[:LONGEST]
    found = list(matching(text)[: MOST + 1]) if text else []
    if text:
        log_read(by=request.user, what="search", count=len(found))
    if len(found) == 1:
        only = found[0]
        return redirect(file_url(only) if at_a_desk_of(only, request.user) else dossier_url(only))
    context = {"q": text, "applications": found[:MOST], "more": len(found) > MOST, "most": MOST}
    return render(request, "applications/search/search.html", context)
