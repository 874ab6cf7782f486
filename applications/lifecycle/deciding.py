"""The section head's moves: return, decide, validate, refer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from applications import papers
from applications.lifecycle.beginning import check_age
from applications.lifecycle.cards import CardFault
from applications.lifecycle.following import next_of
from applications.lifecycle.writing import WHY, Deviation, Outcome, change
from applications.models import Application, Capture, Recording, Referral, ResidentEntry
from applications.moves import MOVES
from applications.refusals import NotAllowed, Refused, WrongState
from applications.states import Kind, State
from office import counters


def check_other_person(application: Application, user: User) -> str:
    """Who submitted or recorded a file does not validate it, unless nobody else who may was there that day.

    Returns the deviation to note. Raises NotAllowed when another person signed in today and should do it.
    """
    own = application.entries.filter(by=user, verb__in=("register_incomplete", "submit", "resubmit", "record"))
    if not own.exists():
        return ""
    today = timezone.localdate()
    others = User.objects.holding(MOVES["validate"].permission).exclude(pk=user.pk).signed_in_on(today)
    if others.exists():
        raise NotAllowed("Anda sendiri yang mengajukan atau merekam berkas ini; pejabat lain yang memvalidasinya.")
    return Deviation.MAKER_IS_CHECKER


def validation_rule(application: Application, user: User) -> str:
    """The deviation that approving would be now. Raises Refused or NotAllowed where it cannot be."""
    papers.check_decided(application)
    if any(not change.shown_on_kk for change in papers.changes_of(application)):
        raise Refused("Perubahan data belum tercantum di Kartu Keluarga. Rujuk pemohon ke Disdukcapil lebih dahulu.")
    own_work = check_other_person(application, user)
    if own_work:
        return own_work
    if unchanged_since_rejection(application):
        return Deviation.UNCHANGED
    return Deviation.FLAWED_NIK if application.resident.nik_flaws() else ""


MOVES_TO_A_CARD = 3  # at least: validated, sent to the printer, printed


def unchanged_since_rejection(application: Application) -> bool:
    """Whether the data that a card was rejected for still stands as it did, and nothing of it will change now.

    One query, and none for a file that cannot have had a card yet.
    """
    if application.version <= MOVES_TO_A_CARD or any(c.applied_at is None for c in papers.changes_of(application)):
        return False
    corrected = ResidentEntry.objects.filter(
        resident=application.resident_id, verb="correct", written_at__gt=OuterRef("written_at")
    )
    passed = application.entries.filter(verb__in=("validate", "reject_card")).order_by("-seq")
    last = passed.annotate(corrected=Exists(corrected)).first()
    return last is not None and last.facts.get("fault") in CardFault.DATA and not last.corrected


def return_to_applicant(
    application: Application, *, by: User, reasons: Mapping[str, str],
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """Give the file back with a reason for every paper that fails (paper code -> words)."""

    def work(app: Application, at: datetime) -> Outcome:
        if not reasons:
            raise Refused("Sebutkan paling sedikit satu persyaratan yang tidak memenuhi dan sebabnya.")
        papers.fail(app, reasons)
        app.waits_in_room = False
        return Outcome(State.RETURNED, facts={"failed": sorted(reasons)}, words={"reasons": dict(reasons)})

    return change("return_to_applicant", application, by=by, at=at, version=version, work=work)


def decide_waiver(
    application: Application, *, by: User, paper: str, granted: bool,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """Grant or refuse the waiver of one paper; a granted one is listed to the Sekretaris."""

    def work(app: Application, at: datetime) -> Outcome:
        papers.decide_waiver(app, paper, granted, by=by)
        return Outcome(deviation=Deviation.WAIVER if granted else "", facts={"paper": paper, "granted": granted})

    return change("decide_waiver", application, by=by, at=at, version=version, work=work)


def validate(
    application: Application, *, by: User, reason: str = "", at: datetime | None = None, version: int | None = None
) -> Application:
    """The papers and data are right: on to where the file has to go; changed data enters the record now.

    `reason` is needed where the same person submitted or recorded the file and nobody else was there, where the NIK
    holds numbers that cannot be (fact F2.4: the section head decides), and where a card was rejected for wrong data
    and nothing was corrected since. Each is listed to the Sekretaris.
    """

    def work(app: Application, at: datetime) -> Outcome:
        deviation = validation_rule(app, by)
        if deviation and not reason.strip():
            raise Refused(WHY[deviation])
        papers.apply_changes(app, at)
        check_age(app.resident, Kind.NEW, at)
        to = next_of(app, at)
        app.waits_in_room = app.waits_in_room and to == State.AWAITING_RECORDING
        return Outcome(to, deviation=deviation, words={"reason": reason} if deviation else {})

    return change("validate", application, by=by, at=at, version=version, work=work)


def allow_rerecord(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """After the deletion at the centre was seen, the recording is superseded and made anew (facts F1.24, F1.25)."""

    def work(app: Application, at: datetime) -> Outcome:
        Recording.objects.filter(resident=app.resident, superseded_at=None).update(
            superseded_at=at, superseded_by=by
        )
        return Outcome(State.AWAITING_RECORDING, words={"reason": reason})

    return change("allow_rerecord", application, by=by, at=at, version=version, work=work)


def to_review(application: Application) -> QuerySet[Capture]:
    """What was recorded partly or not at all, and no section head has looked at yet (fact F5.4)."""
    return application.captures.to_review()


def files_to_review() -> QuerySet[Any, Any]:
    """The files with such captures, as `application` and `since`, oldest first."""
    by_file = Capture.objects.to_review().order_by().values("application").annotate(since=Min("captured_at"))
    return by_file.order_by("since", "application")


def recorded_since(application: Application, version: int) -> bool:
    """Whether a recording was finished after the file had this version."""
    newer = max(0, application.version - version)
    return "record" in application.entries.order_by("-seq").values_list("verb", flat=True)[:newer]


def review_exceptions(
    application: Application, *, by: User, confirmed: bool, reason: str = "",
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """The section head looks at what could not be recorded: agrees, or doubts it with a reason (then it is listed).

    It does not depend on the state: what others did meanwhile does not matter, unless it was a new recording.
    """

    def work(app: Application, at: datetime) -> Outcome:
        if version is not None and recorded_since(app, version):
            raise WrongState(f"{app.number} direkam ulang sejak halaman ini dibuka. Periksa yang sekarang.")
        captures = to_review(app)
        positions = sorted(captures.values_list("position", flat=True))
        if not positions:
            raise WrongState("Tidak ada pengecualian yang menunggu persetujuan. Tidak ada yang diubah.")
        if not confirmed and not reason.strip():
            raise Refused("Isi alasan mengapa pengecualian ini diragukan.")
        review = Capture.Review.CONFIRMED if confirmed else Capture.Review.DOUBTED
        captures.update(review=review, reviewed_at=at, reviewed_by=by)
        deviation = "" if confirmed else Deviation.DOUBTED
        facts = {"positions": positions, "confirmed": confirmed}
        return Outcome(deviation=deviation, facts=facts, words={"reason": reason} if reason else {})

    return change("review_exceptions", application, by=by, at=at, version=version, work=work)


def refer(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """Send the file to Disdukcapil with a numbered letter."""

    def work(app: Application, at: datetime) -> Outcome:
        year = timezone.localtime(at).year
        referral = Referral.objects.create(
            application=app, year=year, serial=counters.next_number(Referral.SERIES, year), reason=reason, at=at, by=by
        )
        app.waits_in_room = False
        return Outcome(State.REFERRED, facts={"referral": referral.pk}, words={"reason": reason})

    return change("refer", application, by=by, at=at, version=version, work=work)
