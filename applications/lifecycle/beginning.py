"""The beginning of a life: a file is taken in complete, or noted as incomplete and given back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from applications import papers
from applications.lifecycle.writing import Outcome, check_has_come, check_right, write
from applications.models import Application, Bringer, Citizenship, DataChange, KindLabel, Resident
from applications.moves import MOVES
from applications.refusals import Refused, TooYoung, WrongState
from applications.routing import age_refusal
from applications.states import BLOCKS_ANOTHER, Kind, State
from office import counters, tokens


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
            check_right(move, by)
            at = at or timezone.now()
            check_has_come(at)
            check_may_apply(locked, intake, at)
            application = _new_application(locked, intake, at)
            application.state, application.state_since = State.SUBMITTED, at
            if name == "register_incomplete":
                application.state, application.waits_in_room = State.RETURNED, False
            application.save(force_insert=True)
            papers.copy_rules(application)
            papers.note(application, intake.ticks, intake.waivers, by=by, at=at)
            papers.note_changes(application, intake.changes)
            missing = papers.missing(application)
            check_completeness(name, missing)
            facts = {"kind": intake.kind, "missing": [paper.code for paper in missing]}
            write(application, name, by, at, "", Outcome(facts=facts, words=papers.waiver_words(application)))
            return application
    except IntegrityError as error:
        # The other counter was faster by a moment; the constraint of the database said so.
        if open_application(resident) is None:
            raise
        raise already_open(resident) from error


def check_age(resident: Resident, kind: str, at: datetime) -> None:
    """Raises TooYoung with the day from when on this kind is possible."""
    too_young = age_refusal(
        kind=kind, birth=resident.birth_date, married=resident.ever_married, day=timezone.localdate(at)
    )
    if too_young:
        raise TooYoung(too_young)


def check_completeness(name: str, missing: list[Any]) -> None:
    """Raises Refused where what is missing does not fit the move."""
    labels = ", ".join(paper.label for paper in missing)
    if name == "submit" and missing:
        raise Refused(f"Berkas belum lengkap: {labels}. Lengkapi, atau pilih “Kembalikan sekarang”.")
    if name == "resubmit" and missing:
        raise Refused(f"Berkas belum lengkap: {labels}. Minta pemohon membawa yang masih kurang.")
    if name == "register_incomplete" and not missing:
        raise Refused("Semua persyaratan sudah ada. Pilih “Ajukan”.")


def check_may_apply(resident: Resident, intake: Intake, at: datetime) -> None:
    """Raises WrongState for an open file, Refused for what cannot be applied for, papers aside."""
    if resident.pk and open_application(resident):
        raise already_open(resident)
    if resident.citizenship == Citizenship.WNA:
        raise Refused("Warga negara asing dilayani Disdukcapil. Pilih “Tidak dapat dilayani di sini” untuk suratnya.")
    check_age(resident, intake.kind, at)
    # A corrected birth date may show that there is no card to issue yet at all.
    check_age(papers.as_it_will_be(resident, intake.changes), Kind.NEW, at)
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
        check_may_apply(resident, intake, timezone.now())
    except Refused as no:
        return no
    return None


def _new_application(resident: Resident, intake: Intake, at: datetime) -> Application:
    year = timezone.localtime(at).year
    application = Application(
        year=year,
        serial=counters.next_number(Application.SERIES, year),
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


def already_open(resident: Resident) -> WrongState:
    """The refusal that names the file which has to be finished first."""
    other = open_application(resident)
    number = other.number if other else "lain"
    return WrongState(f"Pemohon masih mempunyai permohonan {number} yang belum selesai. Lanjutkan berkas itu.")
