"""What happened to a resident's record, as people tell it."""

from datetime import date
from typing import Any

from django.utils.formats import date_format

from applications.models import Resident, ResidentEntry, Village
from applications.residents import LABELS
from applications.story import Step

PAST = {
    "enter": "Didaftarkan",
    "correct": "Data diperbaiki",
    "tell_apart": "Dinyatakan orang yang berbeda",
    "recognise": "Dikenali sebagai orang yang sama",
}
NOT_WRITTEN = "kosong"


def steps(resident: Resident, most: int) -> list[Step]:
    """The newest entries of the book on this person, newest first."""
    entries = ResidentEntry.objects.filter(resident=resident).select_related("by", "detail").order_by("-seq")[:most]
    return [
        Step(PAST[entry.verb], entry.occurred_at, entry.by.name if entry.by else "Sistem", told(entry), tone="go")
        for entry in entries
    ]


def told(entry: ResidentEntry) -> str:
    detail = getattr(entry, "detail", None)
    if detail is None:
        return ""
    if detail.erased_at:
        return "(keterangan dihapus menurut ketentuan)"
    said = detail.words
    changed = [changed_text(name, said["old"][name], new) for name, new in said.get("new", {}).items()]
    return " · ".join([*changed, said["reason"]])


def changed_text(name: str, old: str, new: str) -> str:
    """`Nama lengkap: Siti Maemunah → Siti Maimunah`."""
    return f"{LABELS[name]}: {shown(name, old)} → {shown(name, new)}"


def shown(name: str, stored: str) -> str:
    """A stored value as people read it."""
    if not stored:
        return NOT_WRITTEN
    if name == "village":
        village = Village.objects.filter(pk=stored).first()
        return str(village) if village else stored
    if name == "birth_date":
        return date_format(date.fromisoformat(stored))
    field: Any = Resident._meta.get_field(name)
    choices = dict(field.flatchoices)
    return str(choices.get(stored, stored))


def facts(resident: Resident) -> list[dict[str, str]]:
    """The whole record, label and value, as the page shows it."""
    stored = {name: getattr(resident, name) for name in (
        "birth_place", "sex", "marital_status", "religion", "occupation", "blood_type", "citizenship", "disability",
        "phone",
    )}
    told_of = {name: shown(name, value) if value else "–" for name, value in stored.items()}
    birth = f"{told_of.pop('birth_place')}, {date_format(resident.birth_date)}"
    first = [("NIK", resident.nik_grouped), ("Nomor KK", resident.kk_grouped), ("Lahir", birth)]
    rest = [(LABELS[name], value) for name, value in told_of.items()]
    rows = [*first, *rest[:2], ("Alamat", resident.full_address), *rest[2:]]
    return [{"label": label, "value": value} for label, value in rows]
