"""The papers of an application: ticks, what is missing, waivers, and the changed elements of the data."""

from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.models import Application, DataChange, Paper, PaperRule, Resident
from applications.refusals import Refused
from applications.states import Kind


@dataclass(frozen=True)
class Ticks:
    """The two facts about a paper: the original was seen, a copy is kept."""

    original_seen: bool = False
    copy_kept: bool = False


@dataclass(frozen=True)
class Change:
    """One changed element of the data with its proof; whether the family card shows it already."""

    element: str
    new: str
    proof: str
    shown_on_kk: bool = True


def copy_rules(application: Application) -> None:
    """The application keeps the list of its day: a later change of the list does not touch it."""
    Paper.objects.bulk_create(of_rules(application.kind, application))


def of_rules(kind: str, application: Application | None = None) -> list[Paper]:
    """The papers that a kind needs today, not saved."""
    return [
        Paper(application=application, code=rule.code, label=rule.label, position=rule.position,
              needs_original=rule.needs_original, needs_copy=rule.needs_copy, waivable=rule.waivable,
              required=rule.required)
        for rule in PaperRule.objects.filter(kind=kind)
    ]


def lacking(kind: str, ticks: Mapping[str, Ticks], waivers: Mapping[str, str]) -> list[Paper]:
    """What would be missing of a file of this kind with these ticks and asked waivers. Nothing is saved."""
    found = of_rules(kind)
    for paper in found:
        note_one(paper, ticks, {} if not paper.waivable else waivers, by=None, at=timezone.now())
    return [paper for paper in found if paper.missing]


def note(
    application: Application, ticks: Mapping[str, Ticks], waivers: Mapping[str, str], *, by: Any, at: datetime
) -> None:
    """Set ticks and asked waivers. A tick once set stays with who set it; a paper brought anew no longer fails."""
    for paper in application.papers.all():
        note_one(paper, ticks, waivers, by=by, at=at)
        paper.save()


def note_one(
    paper: Paper, ticks: Mapping[str, Ticks], waivers: Mapping[str, str], *, by: Any, at: datetime
) -> None:
    tick, waiver = ticks.get(paper.code, Ticks()), waivers.get(paper.code, "").strip()
    if tick.original_seen and paper.needs_original and not paper.original_seen_at:
        paper.original_seen_at, paper.original_seen_by = at, by
    if tick.copy_kept and paper.needs_copy and not paper.copy_kept_at:
        paper.copy_kept_at, paper.copy_kept_by = at, by
    if waiver:
        ask_waiver(paper, waiver, by)
    if not paper.missing:
        paper.failed_because = ""


def ask_waiver(paper: Paper, reason: str, by: Any) -> None:
    if not paper.waivable:
        raise Refused(f"{paper.label} tidak dapat diberi keringanan.")
    paper.waiver_reason, paper.waiver_asked_by = reason, by
    paper.waiver_granted = paper.waiver_decided_by = None


def missing(application: Application) -> list[Paper]:
    return [paper for paper in application.papers.all() if paper.missing]


def changes_of(application: Application) -> list[DataChange]:
    """The changed elements; only two ways of applying have any."""
    has_some = application.kind == Kind.DATA_CHANGE or application.also_data_change
    return list(application.data_changes.all()) if has_some else []


def waiver_words(application: Application) -> dict[str, str]:
    return {p.code: p.waiver_reason for p in application.papers.all() if p.waiver_undecided}


def fail(application: Application, reasons: Mapping[str, str]) -> None:
    """A failed paper loses its ticks, and is asked for again when the resident comes back."""
    known = {paper.code: paper for paper in application.papers.all()}
    for code, reason in reasons.items():
        if code not in known or not reason.strip():
            raise Refused("Isi alasan untuk setiap persyaratan yang tidak memenuhi.")
        paper = known[code]
        paper.failed_because = reason.strip()
        paper.original_seen_at = paper.original_seen_by = paper.copy_kept_at = paper.copy_kept_by = None
        paper.waiver_reason, paper.waiver_granted = "", None
        paper.save()


def decide_waiver(application: Application, code: str, granted: bool, *, by: Any) -> None:
    paper = application.papers.filter(code=code).first()
    if paper is None or not paper.waiver_undecided:
        raise Refused("Tidak ada permintaan keringanan yang menunggu keputusan untuk persyaratan ini.")
    paper.waiver_granted, paper.waiver_decided_by = granted, by
    paper.save(update_fields=["waiver_granted", "waiver_decided_by"])


def check_decided(application: Application) -> None:
    """Before validation: nothing is missing, no waiver waits for a decision."""
    papers = application.papers.all()
    undecided = [p.label for p in papers if p.waiver_undecided]
    if undecided:
        raise Refused(f"Putuskan dahulu permintaan keringanan: {', '.join(undecided)}.")
    lacking = [p.label for p in papers if p.missing]
    if lacking:
        raise Refused(f"Berkas belum lengkap: {', '.join(lacking)}. Kembalikan dengan alasan.")


def as_it_will_be(resident: Resident, changes: tuple[Change, ...]) -> Resident:
    """The record with the changed elements, not saved: what rules on age and marriage look at."""
    seen = copy(resident)
    for change in changes:
        field: Any = Resident._meta.get_field(change.element.removesuffix("_id"))
        # What cannot be stored is refused with its own sentence when the change is applied.
        with suppress(ValidationError):
            setattr(seen, change.element, field.to_python(change.new))
    return seen


def note_changes(application: Application, changes: tuple[Change, ...]) -> None:
    for change in changes:
        DataChange.objects.create(
            application=application, element=change.element, new=change.new, proof=change.proof,
            old=str(getattr(application.resident, change.element)), shown_on_kk=change.shown_on_kk,
        )


def apply_changes(application: Application, at: datetime) -> None:
    """The resident's record takes the changed elements, once."""
    changes = list(application.data_changes.filter(applied_at=None))
    if not changes:
        return
    resident = Resident.objects.select_for_update().get(pk=application.resident_id)
    for change in changes:
        setattr(resident, change.element, change.new)
        change.applied_at = at
        change.save(update_fields=["applied_at"])
    try:
        with transaction.atomic():
            resident.full_clean(validate_unique=False)
            resident.save()
    except (ValidationError, IntegrityError) as error:
        raise Refused("Isi perubahan data tidak sah. Kembalikan ke loket untuk diperbaiki.") from error
    application.resident = resident
