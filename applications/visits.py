"""Visits without an application: noted with a number, and what their slip says (design.md section 2; fact F2.6)."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from applications import nik as niks
from applications.models import Resident, Visit, VisitReason
from applications.refusals import NotAllowed, Refused
from applications.routing import age_refusal
from applications.states import Kind
from office import counters

PERMISSION = "applications.register_visit"


class AlreadyRegistered(Refused):
    """The page was sent twice; `visit` is what the first time made."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(
            f"Kunjungan ini sudah tercatat sebagai {visit.number} dan tidak dicatat dua kali. "
            "Untuk orang lain, pilih “Catat kunjungan” lagi."
        )
        self.visit = visit


def register(
    *, by: User, reason: VisitReason, resident: Resident | None = None, name: str = "", nik: str = "",
    note: str = "", advice: str = "", once: UUID | None = None, at: datetime | None = None,
) -> Visit:
    """Note a visit; label, destination and advice are kept as they are now. `advice` stands in place of the reason's.

    `once` is given by the page that asks: a second visit with it is AlreadyRegistered. Raises NotAllowed, and Refused
    with a sentence when the reason needs more than is known. A NIK is 16 digits already.
    """
    try:
        with transaction.atomic():
            _check_right(by)
            at = at or timezone.now()
            visit = _new_visit(reason, resident or _of_nik(nik), name.strip(), nik, note.strip(), advice, at)
            _check_enough(visit)
            visit.by, visit.once = by, once
            visit.serial = counters.next_number(Visit.SERIES, visit.year)
            visit.save(force_insert=True)
            return visit
    except IntegrityError:
        # Sent twice: the number went back with the transaction.
        first = Visit.objects.filter(once=once, by=by).first() if once else None
        if first is None:
            raise
        raise AlreadyRegistered(first) from None


def underage_advice(resident_birth: date, kind: str, day: date) -> str:
    """The sentence with the date to come, for a person who is not old enough on a day; empty for others."""
    return age_refusal(kind=kind, birth=resident_birth, married=False, day=day)


def birth_of(nik: str, day: date) -> date | None:
    """The birth date that a NIK offers; only an offer, see applications.nik."""
    return niks.likely_birth(niks.parse(nik), day) if nik else None


def _check_right(by: User) -> None:
    if not User.objects.filter(pk=by.pk).holding(PERMISSION).exists():
        raise NotAllowed("Anda tidak berwenang mencatat kunjungan.")


def _of_nik(nik: str) -> Resident | None:
    return Resident.objects.filter(nik=nik).first() if nik else None


def _new_visit(
    reason: VisitReason, resident: Resident | None, name: str, nik: str, note: str, advice: str, at: datetime
) -> Visit:
    return Visit(
        year=timezone.localtime(at).year, at=at, resident=resident, note=note,
        reason_code=reason.code, reason=reason.label, destination=reason.destination,
        advice=advice or reason.advice or _advice_by_age(reason, resident, nik, at),
        name=name or (resident.name if resident else ""), nik=nik or (resident.nik if resident else ""),
    )


def _advice_by_age(reason: VisitReason, resident: Resident | None, nik: str, at: datetime) -> str:
    if reason.code != Visit.UNDERAGE:
        return ""
    day = timezone.localdate(at)
    birth = resident.birth_date if resident else birth_of(nik, day)
    return underage_advice(birth, Kind.NEW, day) if birth else ""


def _check_enough(visit: Visit) -> None:
    if not visit.has_slip:
        if not (visit.name or visit.nik or visit.note):
            raise Refused("Isi nama yang datang, atau tulis dalam catatan apa yang ditanyakan.")
        return
    if not visit.name:
        raise Refused("Isi nama yang datang; namanya tercetak pada surat rujukan.")
    if not (visit.destination or visit.advice or visit.note):
        raise Refused("Tulis dalam catatan apa yang perlu dilakukan; itu tercetak pada surat rujukan.")
