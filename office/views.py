"""Long work that one started oneself: `/pekerjaan/` and a page for each, which follows the work by itself."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from office import jobs as work
from office.models import Job

PAGE = 25
BADGES = {
    Job.State.WAITING: {"tone": "rest", "sign": "○"},
    Job.State.RUNNING: {"tone": "wait", "sign": "◐"},
    Job.State.DONE: {"tone": "go", "sign": "●"},
    Job.State.FAILED: {"tone": "stop", "sign": "✕"},
}


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """One's own work, the newest first; a result that was not seen yet is marked."""
    page = Paginator(Job.objects.filter(owner=request.user.pk).order_by("-created_at"), PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "jobs/list.html", {"page_obj": page, "rows": [shown(job) for job in page]})


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the work is, or its result. htmx asks for the moving part of the page only."""
    found = own_job(request.user, pk)
    work.see(found)
    row = shown(found)
    changed = request.GET.get("keadaan", row["code"]) != row["code"]
    template = "jobs/progress.html" if request.headers.get("HX-Request") else "jobs/show.html"
    return render(request, template, row | {"changed": changed})


@require_POST
def job_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = own_job(request.user, pk)
    try:
        again = work.start_again(found)
    except work.JobRefused as refused:
        messages.error(request, str(refused))
        return redirect("office:job", pk)
    return redirect("office:job", again.pk)


def own_job(user: AbstractBaseUser | AnonymousUser, pk: int) -> Job:
    return get_object_or_404(Job.objects.select_related("owner"), pk=pk, owner=user.pk)


def shown(job: Job) -> dict[str, Any]:
    """A job as its pages show it. Work that fell silent is shown as failed before anybody closes it."""
    interrupted = work.silent(job)
    state = Job.State.FAILED if interrupted else Job.State(job.state)
    result = json.loads(job.result)
    return {
        "job": job,
        "code": str(state),
        "badge": BADGES[state] | {"label": "Terputus" if interrupted else state.label},
        "going": state in (Job.State.WAITING, Job.State.RUNNING),
        "late": state == Job.State.WAITING and work.may_start_again(job),
        "again": work.may_start_again(job) and job.state != Job.State.DONE,
        "message": work.INTERRUPTED if interrupted else job.message or result.get("said", ""),
        "facts": result.get("facts", []),
        "url": result.get("url", ""),
        "link": result.get("link") or "Buka hasil",
        "unseen": job.finished_at is not None and job.seen_at is None,
    }
