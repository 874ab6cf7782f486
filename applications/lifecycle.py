"""The life of an application: one verb for each move of applications.moves (design.md, sections 2 and 3).

Every verb takes `by` (a person, or SYSTEM for the calendar) and `at` (when it happened; now if left out) and returns
the application as it is afterwards. A verb raises WrongState when the file is not where the move starts (somebody was
faster), NotAllowed when the person has no right to it, and Refused with a sentence for every other rule.
Only `_change` writes `Application.state`: it locks, reads anew, decides under the lock, saves and writes the book.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from applications import clocks, papers, recording
from applications.models import (
    Application,
    Bringer,
    CentralStatus,
    Citizenship,
    DataChange,
    Entry,
    Handover,
    KindLabel,
    Print,
    Recording,
    Referral,
    Resident,
    StatusRule,
)
from applications.moves import MOVES, Move, from_state
from applications.refusals import NotAllowed, Refused, TooYoung, WrongState
from applications.routing import age_refusal, birthday, next_state
from applications.states import BLOCKS_ANOTHER, Kind, State
from office import counters, ledger, parameters, tokens


class System(Enum):
    """The calendar as an actor: the book names it `sistem`."""

    SYSTEM = "sistem"


SYSTEM = System.SYSTEM
Actor = User | System


class Deviation:
    """Codes of what the Sekretaris should see."""

    MAKER_IS_CHECKER = "maker_is_checker"
    FLAWED_NIK = "flawed_nik"
    WAIVER = "waiver"


@dataclass
class Outcome:
    """What a verb decided under the lock: where the file goes (None: stays) and what its entry says."""

    to: State | None = None
    deviation: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)


Work = Callable[[Application, datetime], Outcome]


# -- what may be done, and why not ---------------------------------------------------------------


def available_moves(application: Application, user: User) -> list[Move]:
    """The moves that this person may make from the state that the file is in."""
    return [move for move in from_state(application.state) if user.has_perm(move.permission)]


@dataclass(frozen=True)
class Standing:
    """How a move stands for one person and one file: refused with a sentence, or possible with a reason only."""

    refusal: str = ""
    needs_reason: bool = False
    why: str = ""


def standing(application: Application, move: Move, user: User) -> Standing:
    """What speaks against an available move on this file now."""
    check = OBJECT_RULES.get(move.name)
    try:
        deviation = check(application, user) if check else ""
    except (Refused, NotAllowed) as no:
        return Standing(refusal=no.sentence)
    return Standing(needs_reason=bool(deviation), why=WHY.get(deviation, ""))


def refusal(application: Application, move: Move, user: User) -> str:
    """Why this person cannot make an available move on this file now; empty when nothing speaks against it."""
    return standing(application, move, user).refusal


def outdated(application: Application, move: Move, version: int | None) -> str:
    """Why a page made at `version` speaks of another state of this file; empty while it still fits.

    Asked before a form is judged, without the lock; the verb asks again under it.
    """
    try:
        _check_source(move, application, version)
    except WrongState as stale:
        return stale.sentence
    return ""


def pointless(application: Application) -> set[str]:
    """Moves that the state allows but for which there is nothing to do on this file: they are not offered."""
    found = {"mark_print_ready", "return_again"}  # a noted status makes the one itself, the counter's page the other
    if application.state == State.SUBMITTED and not any(p.waiver_undecided for p in application.papers.all()):
        found.add("decide_waiver")
    if application.state == State.AWAITING_RECORDING:
        found.add("left" if is_away(application) else "came_back")
    return found


def _check_right(move: Move, by: Actor) -> None:
    if by is SYSTEM:
        if not move.system:
            raise NotAllowed(f"Langkah “{move.label}” tidak dilakukan oleh sistem.")
    elif not User.objects.filter(pk=by.pk).holding(move.permission).exists():
        # Asked from the database, under the lock: the right may have been taken away since the page was opened.
        raise NotAllowed(f"Anda tidak berwenang untuk langkah “{move.label}”.")


def _check_source(move: Move, application: Application, version: int | None) -> None:
    if State(application.state) not in move.sources:
        label = State(application.state).label
        raise WrongState(f"{application.number} sudah berpindah: sekarang “{label}”. Tidak ada yang diubah.")
    if version is not None and version != application.version:
        raise WrongState(
            f"{application.number} berubah sejak halaman ini dibuka. "
            "Periksa keadaannya sekarang; tidak ada yang diubah."
        )


def _check_has_come(at: datetime) -> None:
    if at > timezone.now() + timedelta(minutes=1):
        raise Refused("Waktu kejadian belum tiba. Periksa tanggal dan jamnya.")


def _check_time(application: Application, at: datetime) -> None:
    _check_has_come(at)
    last = application.entries.order_by("-seq").values_list("occurred_at", flat=True).first()
    if last and at < last:
        raise Refused("Waktu kejadian mendahului langkah sebelumnya. Periksa tanggal dan jamnya.")


def _check_other_person(application: Application, user: User) -> str:
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


def _validation_rule(application: Application, user: User) -> str:
    papers.check_decided(application)
    if any(not change.shown_on_kk for change in papers.changes_of(application)):
        raise Refused("Perubahan data belum tercantum di Kartu Keluarga. Rujuk pemohon ke Disdukcapil lebih dahulu.")
    own_work = _check_other_person(application, user)
    return own_work or (Deviation.FLAWED_NIK if application.resident.nik_flaws() else "")


WHY = {
    Deviation.MAKER_IS_CHECKER: "Berkas ini Anda ajukan atau rekam sendiri. Isi alasan mengapa Anda juga yang "
    "memvalidasi.",
    Deviation.FLAWED_NIK: "Angka dalam NIK ini tidak mungkin. Isi alasan mengapa NIK ini Anda anggap sah.",
}


def _recording_rule(application: Application, user: User) -> str:
    recording.check_complete(application)
    return ""


def _status_rule(application: Application, user: User) -> str:
    _printable_next(application, timezone.now())
    return ""


# What is checked on the file itself, beside state and right; the answer is the deviation that the move would be.
OBJECT_RULES: dict[str, Callable[[Application, User], str]] = {
    "validate": _validation_rule,
    "record": _recording_rule,
    "mark_print_ready": _status_rule,
}


# -- the one writer ------------------------------------------------------------------------------


def _change(
    name: str, application: Application, *, by: Actor, at: datetime | None, version: int | None, work: Work
) -> Application:
    """Make one move: lock, read anew, check source, right and time, do the work, save, write the entry."""
    move = MOVES[name]
    with transaction.atomic():
        locked = Application.objects.select_for_update().get(pk=application.pk)
        _check_right(move, by)
        _check_source(move, locked, version)
        at = at or timezone.now()
        _check_time(locked, at)
        before = locked.state
        outcome = work(locked, at)
        if outcome.to is not None and outcome.to not in move.targets:
            raise AssertionError(f"{name} does not lead to {outcome.to}")
        locked.state = outcome.to or State(before)
        locked.version += 1
        _write(locked, name, by, at, before, outcome)
    return locked


def _write(application: Application, verb: str, by: Actor, at: datetime, before: str, outcome: Outcome) -> None:
    ledger.append(
        Entry, subject=application, verb=verb, by=None if by is SYSTEM else by, occurred_at=at,
        deviation=outcome.deviation, facts=outcome.facts, words=outcome.words,
        from_state=before, to_state=application.state,
    )
    clocks.rewrite(application)
    application.save()


# -- beginnings ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Brought:
    """Who brings the file: the resident (no name), or another person with a name and a relation."""

    name: str = ""
    relation: str = ""

    def note_on(self, application: Application) -> None:
        application.brought_by = Bringer.OTHER if self.name else Bringer.SELF
        application.brought_name, application.brought_relation = self.name, self.relation


@dataclass(frozen=True)
class Intake:
    """What the counter has in hand: the kind, the ticks of the papers, asked waivers, changed elements, who came."""

    kind: str
    ticks: Mapping[str, papers.Ticks]
    waivers: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[papers.Change, ...] = ()
    also_data_change: bool = False
    waits_in_room: bool = False
    brought: Brought = Brought()


def submit(
    resident: Resident, *, by: User, intake: Intake, at: datetime | None = None
) -> Application:
    """Take a complete file in. Refused when a paper is missing: then it is `register_incomplete`."""
    return _take_in("submit", resident, by=by, intake=intake, at=at)


def register_incomplete(
    resident: Resident, *, by: User, intake: Intake, at: datetime | None = None
) -> Application:
    """Take note of an incomplete file and give it back with a slip that names each missing paper."""
    return _take_in("register_incomplete", resident, by=by, intake=intake, at=at)


def _take_in(name: str, resident: Resident, *, by: User, intake: Intake, at: datetime | None) -> Application:
    move = MOVES[name]
    try:
        with transaction.atomic():
            locked = Resident.objects.select_for_update().get(pk=resident.pk)
            _check_right(move, by)
            at = at or timezone.now()
            _check_has_come(at)
            _check_may_apply(locked, intake, at)
            application = _new_application(locked, intake, at)
            application.state, application.state_since = State.SUBMITTED, at
            if name == "register_incomplete":
                application.state, application.waits_in_room = State.RETURNED, False
            application.save(force_insert=True)
            papers.copy_rules(application)
            papers.note(application, intake.ticks, intake.waivers, by=by, at=at)
            papers.note_changes(application, intake.changes)
            missing = papers.missing(application)
            _check_completeness(name, missing)
            facts = {"kind": intake.kind, "missing": [paper.code for paper in missing]}
            _write(application, name, by, at, "", Outcome(facts=facts, words=papers.waiver_words(application)))
            return application
    except IntegrityError as error:
        # The other counter was faster by a moment; the constraint of the database said so.
        if open_application(resident) is None:
            raise
        raise _already_open(resident) from error


def _check_age(resident: Resident, kind: str, at: datetime) -> None:
    too_young = age_refusal(
        kind=kind, birth=resident.birth_date, married=resident.ever_married, day=timezone.localdate(at)
    )
    if too_young:
        raise TooYoung(too_young)


def _check_completeness(name: str, missing: list[Any]) -> None:
    labels = ", ".join(paper.label for paper in missing)
    if name == "submit" and missing:
        raise Refused(f"Berkas belum lengkap: {labels}. Lengkapi, atau pilih “Kembalikan sekarang”.")
    if name == "resubmit" and missing:
        raise Refused(f"Berkas belum lengkap: {labels}. Minta pemohon membawa yang masih kurang.")
    if name == "register_incomplete" and not missing:
        raise Refused("Semua persyaratan sudah ada. Pilih “Ajukan”.")


def _check_may_apply(resident: Resident, intake: Intake, at: datetime) -> None:
    if resident.pk and open_application(resident):
        raise _already_open(resident)
    if resident.citizenship == Citizenship.WNA:
        raise Refused("Warga negara asing dilayani Disdukcapil. Pilih “Tidak dapat dilayani di sini” untuk suratnya.")
    _check_age(resident, intake.kind, at)
    # A corrected birth date may show that there is no card to issue yet at all.
    _check_age(papers.as_it_will_be(resident, intake.changes), Kind.NEW, at)
    if intake.kind == Kind.NEW and _got_a_card_here(resident):
        raise Refused("Pemohon sudah pernah menerima KTP di sini. Pilih hilang, rusak, atau perubahan data.")
    wants_changes = intake.kind == Kind.DATA_CHANGE or intake.also_data_change
    if same := [c.element for c in intake.changes if str(getattr(resident, c.element)) == c.new]:
        labels = ", ".join(str(DataChange.Element(element).label) for element in same)
        raise Refused(f"{labels} sudah tercatat begitu; tidak ada yang berubah. Periksa unsur yang berubah.")
    if wants_changes and not intake.changes:
        raise Refused("Sebutkan paling sedikit satu unsur yang berubah beserta buktinya.")
    if len({change.element for change in intake.changes}) < len(intake.changes):
        raise Refused("Unsur yang sama disebut dua kali. Sebutkan setiap unsur yang berubah satu kali saja.")
    if intake.changes and not wants_changes:
        raise Refused("Unsur yang berubah hanya untuk perubahan data. Periksa jenis permohonan.")
    if intake.also_data_change and intake.kind not in (Kind.LOST, Kind.DAMAGED):
        raise Refused("“Sekaligus perubahan data” hanya untuk kartu hilang atau rusak.")


def _got_a_card_here(resident: Resident) -> bool:
    return bool(resident.pk) and resident.applications.filter(state=State.HANDED_OVER).exists()


def objection(resident: Resident, intake: Intake) -> Refused | None:
    """Why this resident (saved or not) cannot apply like this now, papers aside; None when they may."""
    try:
        _check_may_apply(resident, intake, timezone.now())
    except Refused as no:
        return no
    return None


def _new_application(resident: Resident, intake: Intake, at: datetime) -> Application:
    year = timezone.localtime(at).year
    application = Application(
        year=year,
        serial=counters.next_number("KTP", year),
        tracking_code=tokens.tracking_code("K"),
        resident=resident,
        kind=intake.kind,
        kind_name=KindLabel.objects.filter(pk=intake.kind).values_list("label", flat=True).first() or "",
        also_data_change=intake.also_data_change,
        waits_in_room=intake.waits_in_room,
    )
    intake.brought.note_on(application)
    return application


def open_application(resident: Resident) -> Application | None:
    """The application that keeps the resident from making another."""
    return resident.applications.filter(state__in=BLOCKS_ANOTHER).first()


def _already_open(resident: Resident) -> WrongState:
    other = open_application(resident)
    number = other.number if other else "lain"
    return WrongState(f"Pemohon masih mempunyai permohonan {number} yang belum selesai. Lanjutkan berkas itu.")


# -- counter -------------------------------------------------------------------------------------


def resubmit(
    application: Application, *, by: User, ticks: Mapping[str, papers.Ticks],
    waivers: Mapping[str, str] | None = None, waits_in_room: bool = False, brought: Brought | None = None,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """The resident came back with what was missing; the visit is counted."""

    def work(app: Application, at: datetime) -> Outcome:
        papers.note(app, ticks, waivers or {}, by=by, at=at)
        _check_completeness("resubmit", papers.missing(app))
        app.trips += 1
        app.waits_in_room = waits_in_room
        if brought:
            brought.note_on(app)
        return Outcome(State.SUBMITTED, facts={"trip": app.trips}, words=papers.waiver_words(app))

    return _change("resubmit", application, by=by, at=at, version=version, work=work)


AT_ONCE = timedelta(minutes=1)  # nobody comes twice within it: it is the same visit, sent twice


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

    return _change("return_again", application, by=by, at=at, version=version, work=work)


def hand_over(
    application: Application, *, by: User, collector: str, collector_name: str = "", relation: str = "",
    authority_seen: bool = False, old_card_surrendered: bool = False,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """Give the card into a hand, once. The old card is surrendered first, where the kind needs it."""

    def work(app: Application, at: datetime) -> Outcome:
        other = collector == Handover.Collector.OTHER
        if other and not (collector_name and relation and authority_seen):
            raise Refused("Kartu diambil orang lain: isi nama dan hubungannya, dan lihat surat kuasa serta KTP-nya.")
        if app.kind in (Kind.DAMAGED, Kind.DATA_CHANGE) and not old_card_surrendered:
            raise Refused("KTP lama diserahkan dan dipotong sudutnya lebih dahulu.")
        Handover.objects.create(
            application=app, at=at, by=by, collector=collector, authority_seen=other and authority_seen,
            collector_name=collector_name if other else "", relation=relation if other else "",
            old_card_surrendered=old_card_surrendered,
        )
        facts = {"collector": collector, "old_card": old_card_surrendered}
        return Outcome(State.HANDED_OVER, facts=facts, words={"name": collector_name} if other else {})

    return _change("hand_over", application, by=by, at=at, version=version, work=work)


class CardFault:
    """Whose cause a rejected card is, and where the file goes: a bad card is printed again, wrong data validated."""

    TARGETS = {"card": State.READY_TO_PRINT, "data": State.SUBMITTED}
    LABELS = {"card": "Kartu cacat atau salah cetak", "data": "Data pada kartu salah"}


def reject_card(
    application: Application, *, by: User, fault: str, reason: str,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """The card in the box is wrong: booked spoiled, printed again or validated again."""

    def work(app: Application, at: datetime) -> Outcome:
        card = _card_in_work(app)
        card.rejected_at, card.rejected_by, card.rejected_cause = at, by, fault
        card.save(update_fields=["rejected_at", "rejected_by", "rejected_cause"])
        facts = {"fault": fault, "print": card.pk}
        return Outcome(CardFault.TARGETS[fault], facts=facts, words={"reason": reason})

    return _change("reject_card", application, by=by, at=at, version=version, work=work)


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

    return _change("cancel", application, by=by, at=at, version=version, work=work)


def left(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """The resident went home before recording: the clock stands for them."""

    def work(app: Application, at: datetime) -> Outcome:
        if is_away(app):
            raise Refused("Pemohon sudah dicatat pulang.")
        app.waits_in_room = False
        return Outcome()

    return _change("left", application, by=by, at=at, version=version, work=work)


def came_back(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """The resident is here again to be recorded."""

    def work(app: Application, at: datetime) -> Outcome:
        if not is_away(app):
            raise Refused("Pemohon tidak dicatat pulang.")
        app.waits_in_room = True
        return Outcome()

    return _change("came_back", application, by=by, at=at, version=version, work=work)


def is_away(application: Application) -> bool:
    """Whether the last of `left`, `came_back` and the state changes is `left`."""
    last = application.entries.order_by("-seq").values_list("verb", flat=True).first()
    return last == "left"


# -- section head --------------------------------------------------------------------------------


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

    return _change("return_to_applicant", application, by=by, at=at, version=version, work=work)


def decide_waiver(
    application: Application, *, by: User, paper: str, granted: bool,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """Grant or refuse the waiver of one paper; a granted one is listed to the Sekretaris."""

    def work(app: Application, at: datetime) -> Outcome:
        papers.decide_waiver(app, paper, granted, by=by)
        return Outcome(deviation=Deviation.WAIVER if granted else "", facts={"paper": paper, "granted": granted})

    return _change("decide_waiver", application, by=by, at=at, version=version, work=work)


def validate(
    application: Application, *, by: User, reason: str = "", at: datetime | None = None, version: int | None = None
) -> Application:
    """The papers and data are right: on to where the file has to go; changed data enters the record now.

    `reason` is needed where the same person submitted or recorded the file and nobody else was there, and where the
    NIK holds numbers that cannot be (fact F2.4: the section head decides). Both are listed to the Sekretaris.
    """

    def work(app: Application, at: datetime) -> Outcome:
        deviation = _validation_rule(app, by)
        if deviation and not reason.strip():
            raise Refused(WHY[deviation])
        papers.apply_changes(app, at)
        _check_age(app.resident, Kind.NEW, at)
        to = _next(app, at)
        app.waits_in_room = app.waits_in_room and to == State.AWAITING_RECORDING
        return Outcome(to, deviation=deviation, words={"reason": reason} if deviation else {})

    return _change("validate", application, by=by, at=at, version=version, work=work)


def allow_rerecord(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """After the deletion at the centre was seen, the recording is superseded and made anew (facts F1.24, F1.25)."""

    def work(app: Application, at: datetime) -> Outcome:
        Recording.objects.filter(resident=app.resident, superseded_at=None).update(
            superseded_at=at, superseded_by=by
        )
        return Outcome(State.AWAITING_RECORDING, words={"reason": reason})

    return _change("allow_rerecord", application, by=by, at=at, version=version, work=work)


def refer(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """Send the file to Disdukcapil with a numbered letter."""

    def work(app: Application, at: datetime) -> Outcome:
        year = timezone.localtime(at).year
        referral = Referral.objects.create(
            application=app, year=year, serial=counters.next_number("RUJ", year), reason=reason, at=at, by=by
        )
        app.waits_in_room = False
        return Outcome(State.REFERRED, facts={"referral": referral.pk}, words={"reason": reason})

    return _change("refer", application, by=by, at=at, version=version, work=work)


def withdraw_card(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """Take a finished card back that nobody will collect: the holder died, or never came."""

    def work(app: Application, at: datetime) -> Outcome:
        return Outcome(State.WITHDRAWN, words={"reason": reason})

    return _change("withdraw_card", application, by=by, at=at, version=version, work=work)


# -- operator ------------------------------------------------------------------------------------


def record(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """All positions are captured or excepted: the one recording of this resident stands."""

    def work(app: Application, at: datetime) -> Outcome:
        recording.check_complete(app)
        try:
            with transaction.atomic():
                made = Recording.objects.create(
                    resident=app.resident, application=app, recorded_at=at, recorded_by=by
                )
        except IntegrityError as error:
            raise WrongState("Pemohon sudah pernah direkam; perekaman hanya satu kali.") from error
        app.captures.filter(recording=None).update(recording=made)
        app.waits_in_room = False
        return Outcome(_next(app, at), facts={"recording": made.pk})

    return _change("record", application, by=by, at=at, version=version, work=work)


def note_status(
    application: Application, *, by: User, status: StatusRule, seen_at: datetime,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """Write down what the centre shows; a status that settles the wait moves the file on in the same transaction."""
    with transaction.atomic():

        def work(app: Application, at: datetime) -> Outcome:
            if seen_at > at:
                raise Refused("Status tidak mungkin dilihat setelah dicatat. Periksa waktunya.")
            CentralStatus.objects.create(
                resident=app.resident, status=status, text=str(status), seen_at=seen_at, seen_by=by, entered_at=at
            )
            return Outcome(facts={"status": status.code, "seen_at": ledger.moment(seen_at)})

        noted = _change("note_status", application, by=by, at=at, version=version, work=work)
        if _next(noted, at or timezone.now()) == State.AWAITING_CENTRAL:
            return noted
        return mark_print_ready(noted, by=by, at=at)


def mark_print_ready(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """The status known allows the next step: printing, or waiting for the birthday, or recording."""

    def work(app: Application, at: datetime) -> Outcome:
        return Outcome(_printable_next(app, at))

    return _change("mark_print_ready", application, by=by, at=at, version=version, work=work)


def release_by_age(
    application: Application, *, by: Actor = SYSTEM, at: datetime | None = None, version: int | None = None
) -> Application:
    """The resident became 17 (or proved a marriage): on to printing."""

    def work(app: Application, at: datetime) -> Outcome:
        return Outcome(_of_age(app, at))

    return _change("release_by_age", application, by=by, at=at, version=version, work=work)


def back_to_central(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """The status was not what it seemed: wait for the centre again."""

    def work(app: Application, at: datetime) -> Outcome:
        return Outcome(State.AWAITING_CENTRAL, words={"reason": reason})

    return _change("back_to_central", application, by=by, at=at, version=version, work=work)


def send_back(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """Something in the file is wrong: back to the section head; the clock keeps its start."""

    def work(app: Application, at: datetime) -> Outcome:
        return Outcome(State.SUBMITTED, words={"reason": reason})

    return _change("send_back", application, by=by, at=at, version=version, work=work)


def start_print(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """The card is sent to the printer: a fact of its own, before a person has looked."""

    def work(app: Application, at: datetime) -> Outcome:
        card = Print.objects.create(application=app, started_at=at, started_by=by)
        return Outcome(State.PRINTING, facts={"print": card.pk})

    return _change("start_print", application, by=by, at=at, version=version, work=work)


def confirm_print(
    application: Application, *, by: User, blank_serial: str = "",
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """A person looked at the card and it is good: this ends the clock and binds the blank."""

    def work(app: Application, at: datetime) -> Outcome:
        card = _card_in_work(app)
        card.confirmed_at, card.confirmed_by = at, by
        card.blank_serial, card.blank_used = blank_serial, True
        try:
            # Asked of the database alone: two cards may be confirmed with one serial at the same moment.
            with transaction.atomic():
                card.save(update_fields=["confirmed_at", "confirmed_by", "blank_serial", "blank_used"])
        except IntegrityError as error:
            raise Refused(
                "Blangko dengan nomor seri ini sudah dipakai untuk kartu lain. Periksa nomornya."
            ) from error
        return Outcome(State.READY_FOR_PICKUP, facts={"print": card.pk})

    return _change("confirm_print", application, by=by, at=at, version=version, work=work)


def fail_print(
    application: Application, *, by: User, blank_used: bool, reason: str = "",
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """The print failed; whether a blank was used up is asked, because every blank is accounted for."""

    def work(app: Application, at: datetime) -> Outcome:
        card = _card_in_work(app)
        card.failed_at, card.failed_by, card.blank_used = at, by, blank_used
        card.save(update_fields=["failed_at", "failed_by", "blank_used"])
        facts = {"print": card.pk, "blank_used": blank_used}
        return Outcome(State.READY_TO_PRINT, facts=facts, words={"reason": reason} if reason else {})

    return _change("fail_print", application, by=by, at=at, version=version, work=work)


def answer_referral(
    application: Application, *, by: User, number: str, answered_on: date, continues: bool, kk_updated: bool = False,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """Disdukcapil answered: the file goes on to validation, or ends.

    `kk_updated`: a new family card was seen that shows the changed data; only then can they be validated.
    """

    def work(app: Application, at: datetime) -> Outcome:
        if answered_on > timezone.localdate(at):
            raise Refused("Tanggal jawaban belum tiba. Periksa tanggalnya.")
        if continues:
            # The lock that `submit` takes: another counter may be taking the same resident in at this moment.
            resident = Resident.objects.select_for_update().get(pk=app.resident_id)
            if open_application(resident):
                raise _already_open(resident)
            if kk_updated:
                app.data_changes.update(shown_on_kk=True)
        referral = app.referrals.get(answered_at=None)
        referral.answered_at, referral.answered_by = at, by
        referral.answer_number, referral.answer_date = number, answered_on
        referral.save()
        to = State.SUBMITTED if continues else State.CANCELLED
        facts = {"referral": referral.pk, "answered_on": answered_on.isoformat(), "kk_updated": kk_updated}
        return Outcome(to, facts=facts)

    return _change("answer_referral", application, by=by, at=at, version=version, work=work)


# -- where a file goes next ----------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What is known of a resident's record: the last status seen at the centre, and the recording made here."""

    status: CentralStatus | None
    recording: Recording | None


def known_of(resident: Resident) -> Known:
    """As it is now, read anew."""
    return Known(
        status=resident.statuses.select_related("status").first(),
        recording=resident.recordings.filter(superseded_at=None).first(),
    )


def _next(application: Application, at: datetime, known: Known | None = None) -> State:
    resident = application.resident
    known = known or known_of(resident)
    return next_state(
        kind=application.kind,
        recorded=known.recording is not None,
        status=known.status.status.meaning_here if known.status else None,
        age=resident.age_on(timezone.localdate(at)),
        married=resident.ever_married,
    )


def after_validation(application: Application, known: Known) -> State:
    """Where the file would go if it were validated now: shown beside the button."""
    return _next(application, timezone.now(), known)


def _printable_next(application: Application, at: datetime) -> State:
    to = _next(application, at)
    if to == State.AWAITING_CENTRAL:
        raise Refused("Status pusat yang tercatat belum mengizinkan. Catat dahulu status yang terlihat di SIAK.")
    return to


def _of_age(application: Application, at: datetime) -> State:
    to = _next(application, at)
    if to == State.AWAITING_AGE:
        of_age = birthday(application.resident.birth_date, 17)
        raise Refused(f"Pemohon baru berusia 17 tahun pada {date_format(of_age)}.")
    return to


def _card_in_work(application: Application) -> Print:
    return application.prints.get(failed_at=None, rejected_at=None)

