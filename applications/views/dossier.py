"""`/permohonan/KTP-2026-000123/`: one application, whole, and the one form of every move."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from applications import handing, lifecycle, papers, recording, story
from applications.desks import BY_CODE, Desk
from applications.forms.moves import MoveForm, form_class
from applications.models import Application, Capture
from applications.moves import BEGINNINGS, MOVES, Move
from applications.refusals import NotAllowed, Refused, WrongState
from applications.states import State
from applications.views import desk, handover, printing, validation
from applications.views.access import StaffRequest, application_or_404, permitted
from office.durations import told

# At the counter's own page, on the card's page of reminders or of its proof, on the list of a village, by the calendar.
ELSEWHERE = {
    "resubmit", "return_again", "remind", "send_to_village", "back_from_village", "keep_proof", "release_by_age",
}
ON_THIS_PAGE = {each.name for each in MOVES.values() if each not in BEGINNINGS} - ELSEWHERE
# Verbs before which a device or the vault has its turn, outside the transaction.
WITH_A_DEVICE = {"hand_over": handing.hand_over}
# The desks that ask beside the open file, so that it stays in sight.
BESIDE = {"validation": validation.page, "printing": printing.page, "handover": handover.page}

# Lists beside the desks from which a move is made: URL name and permission.
LISTS = {
    "uncollected": ("applications:uncollected", "applications.view_uncollected"),
    "exceptions": ("applications:exceptions", "applications.review_exceptions"),
}


def dossier_url(application: Application) -> str:
    return reverse("applications:dossier-show", args=[application.slug])


@permitted("applications.view_application")
def show(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_or_404(number)
    prefetch_related_objects([application], "papers")
    now = timezone.now()
    context = {
        "application": application,
        "papers": application.papers.all(),
        "data_changes": papers.changes_of(application),
        "steps": story.steps(application),
        "documents": documents_of(application, request.user),
        "elapsed": told(timedelta(minutes=application.elapsed_minutes)),
        "office_time": told(timedelta(minutes=application.office_minutes)),
        "late": application.late(now),
        "moves": desk.buttons(application, request),
        "version": application.version,
        "next_url": reverse("applications:intake-queue") if request.user.has_perm("applications.submit") else "",
        "trips": story.trips(application),
        "desk_url": desk.file_url(application) if story.at_a_desk_of(application, request.user) else "",
    }
    return render(request, "applications/dossier/show.html", context)


def documents_of(application: Application, user: User) -> list[dict[str, str]]:
    """What can be printed now; what the resident needs at this moment first."""
    found = []
    if application.state == State.RETURNED:
        found.append(("documents-slip", "Surat kekurangan"))
    if application.state == State.HANDED_OVER:
        found.append(("documents-proof", "Bukti penyerahan"))
        if application.handover.proof_scan_id and user.has_perm("applications.view_scans"):
            found.append(("handover-scan", "Pindaian bukti"))
    if application.state != State.RETURNED:
        found.append(("documents-receipt", "Tanda terima"))
    return [{"url": reverse(f"applications:{name}", args=[application.slug]), "label": label} for name, label in found]


@permitted("applications.view_application")
@require_http_methods(["GET", "POST"])
def move(request: StaffRequest, number: tuple[int, int], name: str) -> HttpResponse:
    """Make one move: by POST; GET shows what it asks for, or asks once where it cannot be undone."""
    application, chosen = application_or_404(number), move_or_404(name)
    if not request.user.has_perm(chosen.permission):
        raise NotAllowed(f"Anda tidak berwenang untuk langkah “{chosen.label}”.")
    if stale := lifecycle.outdated(application, chosen, desk.version_of(request)):
        messages.warning(request, stale)
        return redirect(back(request, application))
    asks = form_class(chosen, lifecycle.standing(application, chosen, request.user))
    form = asks(request.POST or None, application=application) if asks else None
    answered = not chosen.confirm or "confirmed" in request.POST
    if request.method == "POST" and (form is None or form.is_valid()) and answered:
        return make(request, application, chosen, form)
    return ask(request, application, chosen, form)


def move_or_404(name: str) -> Move:
    if name not in ON_THIS_PAGE:
        raise Http404(name)
    return MOVES[name]


def make(request: StaffRequest, application: Application, chosen: Move, form: MoveForm | None) -> HttpResponse:
    verb = WITH_A_DEVICE.get(chosen.name) or getattr(lifecycle, chosen.name)
    code = request.GET.get("dari", "")
    tab, following = desk.tab_of(application, code), desk.following(application, code)
    try:
        done = verb(
            application, by=request.user, version=desk.version_of(request), **(form.arguments() if form else {})
        )
    except WrongState as refused:
        messages.warning(request, refused.sentence)
        return redirect(back(request, application))
    except Refused as refused:
        if form is None:
            messages.error(request, refused.sentence)
            return redirect(back(request, application))
        form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
        return ask(request, application, chosen, form)
    messages.success(request, f"{done.number}: {story.PAST[chosen.name]}. Sekarang “{State(done.state).label}”.")
    stays = done.state == application.state and chosen.name != "note_status"
    if tab and origin_of(request) and not stays:
        # The operator goes through a tab from file to file, also where what was noted moves nothing yet.
        return redirect(following or desk.queue_url(code, tab))
    return redirect(after(request, done, chosen, following))


def ask(request: StaffRequest, application: Application, chosen: Move, form: MoveForm | None) -> HttpResponse:
    why = lifecycle.standing(application, chosen, request.user).why
    context = {
        "application": application, "move": chosen, "form": form, "back": back(request, application),
        "version": application.version,
        "intro": f"{application.number}, {application.resident.name}. {chosen.confirm} {why}".strip(),
        "why": why, "captures": captures_of(application, chosen),
    }
    origin = origin_of(request)
    if origin and origin.code in BESIDE and application.state in origin.states:
        return BESIDE[origin.code](request, application, asked=context)
    return render(request, "applications/dossier/move.html", context)


def captures_of(application: Application, chosen: Move) -> list[Capture]:
    """What the section head is asked about: the positions that were recorded partly or not at all."""
    if chosen.name != "review_exceptions":
        return []
    return recording.in_order(lifecycle.to_review(application).select_related("captured_by"))


def origin_of(request: StaffRequest) -> Desk | None:
    """The desk that the person came from, if it is one of theirs."""
    origin = BY_CODE.get(request.GET.get("dari", ""))
    return origin if origin and request.user.has_perm(origin.permission) else None


def back(request: StaffRequest, application: Application) -> str:
    """The desk that the person came from, at this file while it waits there; else the file's own page."""
    listed, right = LISTS.get(request.GET.get("dari", ""), ("", ""))
    if listed and request.user.has_perm(right):
        return reverse(listed)
    origin = origin_of(request)
    if origin is None:
        return dossier_url(application)
    state = Application.objects.values_list("state", flat=True).get(pk=application.pk)
    return desk.file_url(application, origin) if State(state) in origin.states else reverse(origin.url_name)


def after(request: StaffRequest, application: Application, chosen: Move, following: str) -> str:
    """To the next file of the queue, or to the desk; after the handover to its proof."""
    if chosen.name == "hand_over":
        return reverse("applications:handover-proof", args=[application.slug])
    at_desk = back(request, application)
    origin = origin_of(request)
    if chosen.name == "record" and origin:
        return reverse(origin.url_name)  # who sits down next sees nothing of the person before
    # The file went on: what stood behind it in the queue is next, not what was left aside on purpose.
    return following if following and origin and at_desk == reverse(origin.url_name) else at_desk
