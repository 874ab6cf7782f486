"""The counter's moves on a file that is there already: brought back, closed, gone home."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from applications import papers
from applications.lifecycle.beginning import Brought, check_completeness
from applications.lifecycle.writing import AT_ONCE, Outcome, change
from applications.models import Application
from applications.recording import is_away
from applications.refusals import Refused
from applications.states import State
from office import parameters


def resubmit(
    application: Application, *, by: User, ticks: Mapping[str, papers.Ticks],
    waivers: Mapping[str, str] | None = None, waits_in_room: bool = False, brought: Brought | None = None,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """The resident came back with what was missing; the visit is counted."""

    def work(app: Application, at: datetime) -> Outcome:
        papers.note(app, ticks, waivers or {}, by=by, at=at)
        check_completeness("resubmit", papers.missing(app))
        app.trips += 1
        app.waits_in_room = waits_in_room
        if brought:
            brought.note_on(app)
        return Outcome(State.SUBMITTED, facts={"trip": app.trips}, words=papers.waiver_words(app))

    return change("resubmit", application, by=by, at=at, version=version, work=work)


def return_again(
    application: Application, *, by: User, ticks: Mapping[str, papers.Ticks],
    waivers: Mapping[str, str] | None = None, brought: Brought | None = None,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """Somebody came with a part of what was missing: it is noted, the visit counted, the rest stands on a new slip."""

    def work(app: Application, at: datetime) -> Outcome:
        last = app.entries.order_by("-seq").first()
        if last and last.verb == "return_again" and at - last.occurred_at < AT_ONCE:
            raise Refused("Kedatangan ini baru saja dicatat. Tidak ada yang dicatat dua kali.")
        papers.note(app, ticks, waivers or {}, by=by, at=at)
        missing = papers.missing(app)
        if not missing:
            raise Refused("Semua persyaratan sudah ada. Pilih “Ajukan kembali”.")
        app.trips += 1
        if brought:
            brought.note_on(app)
        facts = {"missing": [paper.code for paper in missing], "trip": app.trips}
        return Outcome(facts=facts, words=papers.waiver_words(app))

    return change("return_again", application, by=by, at=at, version=version, work=work)


DAYS_KEPT = "hari-tidak-kembali"
CANCEL_REASONS = {"pemohon": "Permintaan pemohon", "meninggal": "Pemohon meninggal", "tidak_kembali": "Tidak kembali"}


def cancel_reasons(application: Application, at: datetime) -> list[str]:
    """Why this file may be cancelled now: nobody came back is a reason only after the days of the parameter."""
    waited = application.state == State.RETURNED and not_brought_back_since(application) <= at
    return [reason for reason in CANCEL_REASONS if reason != "tidak_kembali" or waited]


def not_brought_back_since(application: Application) -> datetime:
    """From when on a returned file that nobody brings back may be closed; a visit in vain begins the days anew."""
    visits = application.entries.filter(verb="return_again").order_by("-seq")
    last = visits.values_list("occurred_at", flat=True).first()
    return max(application.state_since, last or application.state_since) + parameters.days(DAYS_KEPT)


def cancel(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """Close a file for which no card exists. `tidak_kembali` only once it may be closed for that."""

    def work(app: Application, at: datetime) -> Outcome:
        if reason not in CANCEL_REASONS:
            raise Refused("Pilih alasan pembatalan.")
        if reason not in cancel_reasons(app, at):
            raise Refused(
                f"“Tidak kembali” hanya untuk berkas yang dikembalikan {parameters.number(DAYS_KEPT)} hari lalu "
                "atau lebih."
            )
        return Outcome(State.CANCELLED, facts={"reason": reason})

    return change("cancel", application, by=by, at=at, version=version, work=work)


def left(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """The resident went home before recording: the clock stands for them."""

    def work(app: Application, at: datetime) -> Outcome:
        if is_away(app):
            raise Refused("Pemohon sudah dicatat pulang.")
        app.waits_in_room = False
        return Outcome()

    return change("left", application, by=by, at=at, version=version, work=work)


def came_back(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """The resident is here again to be recorded."""

    def work(app: Application, at: datetime) -> Outcome:
        if not is_away(app):
            raise Refused("Pemohon tidak dicatat pulang.")
        app.waits_in_room = True
        return Outcome()

    return change("came_back", application, by=by, at=at, version=version, work=work)
