"""The book of roles about one person, told in plain words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import RoleEntry, User
from accounts.roles import Role
from accounts.terms import DEPUTY

FIELD_LABELS = {"name": "nama", "post": "jabatan", "nip": "NIP", "section": "seksi"}
Facts = dict[str, Any]


@dataclass(frozen=True)
class Line:
    at: datetime
    by: str
    text: str
    reason: str


def entries_about(person: User) -> QuerySet[RoleEntry]:
    """Newest first."""
    return RoleEntry.objects.filter(person=person).select_related("by", "detail").order_by("-seq")


def told(entry: RoleEntry, sections: dict[str, str]) -> Line:
    """One line; `sections` maps codes to names. Words that the law had erased are left out."""
    detail = getattr(entry, "detail", None)
    words = detail.words if detail else {}
    facts = entry.facts | {"sections": sections, "deputy": entry.deviation == DEPUTY}
    text = SENTENCES[entry.verb](facts, words) if entry.verb in SENTENCES else entry.verb
    by = entry.by.name if entry.by else "Pemasangan"
    return Line(entry.occurred_at, by, text, words.get("reason", ""))


def _moment(text: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(text)), "DATETIME_FORMAT")


def _role(facts: Facts) -> str:
    label = Role(facts["role"]).label
    section = facts.get("section")
    return f"{label} ({facts['sections'].get(section, section)})" if section else label


def _given(facts: Facts, words: Facts) -> str:
    since = f", berlaku sejak {_moment(facts['from'])}" if facts.get("from") else ""
    until = f" sampai {_moment(facts['until'])}" if facts.get("until") else ""
    what = f"Ditunjuk sebagai Plh {_role(facts)}" if facts["deputy"] else f"Peran {_role(facts)} diberikan"
    return what + since + until


def _changed(facts: Facts, words: Facts) -> str:
    def one(field: str) -> str:
        label = FIELD_LABELS.get(field, field)
        if field not in words:
            return label
        old, new = words[field]
        return f"{label} “{old or 'kosong'}” menjadi “{new or 'kosong'}”"

    return "Data diubah: " + "; ".join(one(field) for field in facts["fields"])


def _always(text: str) -> Callable[[Facts, Facts], str]:
    return lambda facts, words: text


SENTENCES: dict[str, Callable[[Facts, Facts], str]] = {
    "give_role": _given,
    "take_role_back": lambda facts, words: f"Peran {_role(facts)} dicabut",
    "add_person": _always("Akun dibuat"),
    "change_person": _changed,
    "deactivate": _always("Akun dinonaktifkan"),
    "reactivate": _always("Akun diaktifkan kembali"),
    "reset_password": _always("Kata sandi diatur ulang"),
    "choose_password": _always("Kata sandi diganti sendiri"),
    "choose_pin": _always("PIN dipilih sendiri"),
    "remove_pin": _always("PIN dihapus"),
    "lock_pin": lambda facts, words: f"PIN dikunci setelah {facts['failures']} kali salah",
}
