"""The register of residents: entered, corrected, told apart, found. Each change is an entry in the book `residents`."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from applications import clocks, names
from applications.models import Application, Resident, ResidentEntry
from applications.refusals import Refused, WrongState
from applications.states import OPEN
from office import ledger

FIELDS = (
    "nik", "kk_number", "name", "birth_place", "birth_date", "sex", "marital_status", "address", "rt", "rw", "village",
    "religion", "occupation", "blood_type", "citizenship", "disability", "phone",
)
LABELS = {field.name: str(field.verbose_name) for field in Resident._meta.concrete_fields if field.name in FIELDS}
DOUBLES = 5
COMPARED = 2000  # people of one birth date or one card that are looked at; more share a date only where it is made up
FOUND = 25

SAME_NIK = "NIK ini milik orang lain di register. Periksa angkanya; bila sama orangnya, pakai data orang itu."
CHANGED_MEANWHILE = "Data ini baru saja diubah orang lain. Ini keadaannya sekarang; periksa, lalu perbaiki bila perlu."
JUST_ENTERED = "NIK ini baru saja didaftarkan di loket lain. Cari NIK itu sekali lagi."
NO_REASON = "Isi alasannya; yang membaca riwayat ini perlu tahu."


# -- verbs -----------------------------------------------------------------------------------------


def enter(fields: Mapping[str, Any], *, by: User, at: datetime | None = None) -> Resident:
    """Put a new person into the register. Raises WrongState when the NIK has come in meanwhile."""
    at = at or timezone.now()
    try:
        with transaction.atomic():
            resident = Resident.objects.create(**fields)
            ledger.append(ResidentEntry, subject=resident, verb="enter", by=by, occurred_at=at)
    except IntegrityError as error:
        if Resident.objects.filter(nik=fields.get("nik", "")).exists():
            raise WrongState(JUST_ENTERED) from error
        raise
    return resident


def correct(
    resident: Resident,
    changes: Mapping[str, Any],
    *,
    by: User | None,
    reason: str,
    seen: str | None = None,
    at: datetime | None = None,
) -> dict[str, tuple[str, str]]:
    """Put mistyped data right. Returns what changed: field -> (old, new), as text; nothing changed is no entry.

    `seen` is the fingerprint of the record that the person looked at. Raises WrongState when it has changed since,
    Refused without a reason or when the NIK belongs to somebody else.
    """
    if not reason.strip():
        raise Refused(NO_REASON)
    at = at or timezone.now()
    try:
        with transaction.atomic():
            locked = Resident.objects.select_for_update().get(pk=resident.pk)
            if seen is not None and seen != fingerprint(locked):
                raise WrongState(CHANGED_MEANWHILE)
            changed = apply(locked, changes)
            if not changed:
                return {}
            refuse_nik_of_another(locked)
            locked.save()
            ledger.append(
                ResidentEntry, subject=locked, verb="correct", by=by, occurred_at=at,
                facts={"fields": sorted(changed)},
                words={"reason": reason.strip(), "old": {n: old for n, (old, _) in changed.items()},
                       "new": {n: new for n, (_, new) in changed.items()}},
            )
    except IntegrityError as error:
        raise Refused(SAME_NIK) from error
    resident.refresh_from_db()
    if "birth_date" in changed:
        # After the lock: a file is locked before its resident everywhere else.
        with transaction.atomic():
            files = Application.objects.filter(resident=resident, state__in=OPEN).order_by("pk")
            clocks.recompute(files.select_for_update())
    return changed


def apply(resident: Resident, changes: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Set the fields that differ; returns old and new of each."""
    changed = {}
    for name in FIELDS:
        if name not in changes:
            continue
        old = text_of(resident, name)
        as_code = name == "village" and isinstance(changes[name], str)
        setattr(resident, "village_id" if as_code else name, changes[name])
        if text_of(resident, name) != old:
            changed[name] = (old, text_of(resident, name))
    return changed


def text_of(resident: Resident, name: str) -> str:
    value = resident.village_id if name == "village" else getattr(resident, name)
    return value.isoformat() if isinstance(value, date) else str(value)


def refuse_nik_of_another(resident: Resident) -> None:
    if Resident.objects.filter(nik=resident.nik).exclude(pk=resident.pk).exists():
        raise Refused(SAME_NIK)


def fingerprint(resident: Resident) -> str:
    """Tells whether the record is still what somebody looked at; says nothing of what stands in it."""
    written = ledger.canonical([resident.pk, *(text_of(resident, name) for name in FIELDS)])
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def hold(people: Iterable[Resident]) -> None:
    """Lock these records, before the first entry of the transaction: rows come before the head of a book."""
    list(Resident.objects.select_for_update().filter(pk__in=[each.pk for each in people]).order_by("pk"))


def tell_apart(
    resident: Resident, other: Resident, *, by: User, reason: str, at: datetime | None = None
) -> None:
    """Decided: two different persons. Stands in the book of both, so that the pair is not shown again.

    Said twice it is one entry. Raises Refused without a reason.
    """
    if not reason.strip():
        raise Refused(NO_REASON)
    if resident.pk == other.pk:
        raise Refused("Keduanya data orang yang sama.")
    at = at or timezone.now()
    with transaction.atomic():
        both = Resident.objects.select_for_update().filter(pk__in=[resident.pk, other.pk]).order_by("pk")
        one, two = list(both)
        if two.pk in told_apart_of(one):
            return
        for subject, against in ((one, two), (two, one)):
            ledger.append(ResidentEntry, subject=subject, verb="tell_apart", by=by, occurred_at=at,
                          facts={"other": against.pk}, words={"reason": reason.strip()})


def recognise(
    resident: Resident, *, by: User, reason: str, typed: Mapping[str, Any] | str, at: datetime | None = None
) -> None:
    """Decided: who was typed under another NIK is this person. `typed`, that NIK or all fields, is kept as words."""
    if not reason.strip():
        raise Refused(NO_REASON)
    at = at or timezone.now()
    with transaction.atomic():
        locked = Resident.objects.select_for_update().get(pk=resident.pk)
        fields = {"nik": typed} if isinstance(typed, str) else typed
        written = {name: str(fields[name]) for name in FIELDS if fields.get(name)}
        ledger.append(ResidentEntry, subject=locked, verb="recognise", by=by, occurred_at=at,
                      words={"reason": reason.strip(), "typed": written})


# -- likely doubles --------------------------------------------------------------------------------


def likely_doubles(
    *, name: str, birth_date: date | None, kk_number: str, nik: str, exclude_told_apart_of: Resident | None = None
) -> list[Resident]:
    """Who may be the same person under another NIK: a name alike, and the same birth date or the same KK number.

    At most 5, those on the same card first. Fetched by the indexes on both columns. A twin has the same date and
    card and is no double while the first names differ.
    """
    apart = told_apart_of(exclude_told_apart_of) if exclude_told_apart_of else set()
    found: dict[int, Resident] = {}
    for same in ({"kk_number": kk_number} if kk_number else None, {"birth_date": birth_date} if birth_date else None):
        for other in candidates(same, nik) if same else []:
            if len(found) < DOUBLES and other.pk not in apart and names.alike(name, other.name):
                found.setdefault(other.pk, other)
    return list(found.values())


def candidates(same: Mapping[str, Any], nik: str) -> Iterable[Resident]:
    return Resident.objects.select_related("village").filter(**same).exclude(nik=nik).order_by("pk")[:COMPARED]


def doubles_of(resident: Resident) -> list[Resident]:
    """The likely doubles of somebody in the register that nobody has decided on."""
    return likely_doubles(
        name=resident.name, birth_date=resident.birth_date, kk_number=resident.kk_number, nik=resident.nik,
        exclude_told_apart_of=resident,
    )


def told_apart_of(resident: Resident) -> set[int]:
    """The ids of those who were decided to be other persons."""
    entries = ResidentEntry.objects.filter(resident=resident, verb="tell_apart")
    return {entry.facts["other"] for entry in entries}


# -- search ----------------------------------------------------------------------------------------


def find(text: str, limit: int = FOUND) -> list[Resident]:
    """Residents by whole NIK or KK number, the first digits of a NIK, or any part of a name; best first.

    In names, signs and capitals do not matter; a name that begins with the text comes before one in which a later
    word does, then the others, each in the order of the alphabet. At most four queries of `limit` rows.
    """
    digits = "".join(text.split())
    if digits.isascii() and digits.isdigit():
        return by_digits(digits, limit)
    return by_name(names.key(text), limit)


def everyone() -> QuerySet[Resident]:
    return Resident.objects.select_related("village")


def by_digits(digits: str, limit: int) -> list[Resident]:
    if len(digits) > 16:
        return []
    if len(digits) == 16:
        own = list(everyone().filter(nik=digits))
        return own + list(everyone().filter(kk_number=digits).exclude(nik=digits).order_by("birth_date")[:limit])
    first, last = digits.ljust(16, "0"), digits.ljust(16, "9")
    return list(everyone().filter(nik__gte=first, nik__lte=last).order_by("nik")[:limit])


def by_name(key: str, limit: int) -> list[Resident]:
    if not key:
        return []
    every_word = Q()
    for word in key.split():
        every_word &= Q(name_key__contains=word)
    steps = (
        Q(name_key__startswith=key),
        Q(name_key__contains=f" {key}"),
        every_word,
    )
    found: list[Resident] = []
    for step in steps:
        if len(found) < limit:
            known = [each.pk for each in found]
            left = everyone().filter(step).exclude(pk__in=known).order_by("name_key", "pk")
            found += left[: limit - len(found)]
    return found
