"""What a person is typing at the counter, kept on the server for that person alone until it is sent or given up."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from applications import nik as niks
from applications.models import Application, Draft, Resident
from applications.refusals import WrongState
from office import parameters, vault
from office.models import VaultFile
from office.transactions import outside_transaction

GONE = "Konsep ini sudah diajukan atau dihapus. Tidak ada yang diajukan dua kali."
NOT_KEPT = {"csrfmiddlewaretoken", "langkah", "kunci", "version", "confirmed", "daftar", "untuk"}


def begin(owner: User, nik: str, resident: Resident | None) -> Draft:
    """The draft of this person for a NIK: the one begun before, or a new one. It knows who became known meanwhile."""
    defaults = fresh() | {"resident": resident}
    draft, _ = Draft.objects.get_or_create(owner=owner, nik=nik, application=None, defaults=defaults)
    if draft.resident != resident:
        draft.resident = resident
        Draft.objects.filter(pk=draft.pk).update(resident=resident)
    return draft


def of_returned(owner: User, application: Application) -> Draft:
    """The draft of this person for a file that came back."""
    draft, _ = Draft.objects.get_or_create(owner=owner, application=application, defaults=fresh())
    return draft


def fresh() -> dict[str, Any]:
    """What every new draft begins with."""
    now = timezone.now()
    return {"key": secrets.token_urlsafe(32), "created_at": now, "updated_at": now}


def keep(draft: Draft, sent: QueryDict) -> None:
    """Keep the fields as they were sent; nothing when the draft is gone meanwhile."""
    fields = {name: values for name, values in sent.lists() if name not in NOT_KEPT}
    draft.text, draft.updated_at = json.dumps(fields, ensure_ascii=False), timezone.now()
    Draft.objects.filter(pk=draft.pk).update(text=draft.text, updated_at=draft.updated_at)


def keep_signed_out(sent: QueryDict) -> bool:
    """Keep what an open page sends after its sign-in ran out: it proves itself by the draft's key. Nothing is shown."""
    key = sent.get("kunci", "")
    draft = Draft.objects.filter(key=key).first() if key.isascii() and key.isprintable() else None
    if draft is not None:
        keep(draft, sent)
    return draft is not None


def fields_of(draft: Draft) -> QueryDict | None:
    """The fields as they were last sent; None when nothing was yet."""
    kept: dict[str, list[str]] = json.loads(draft.text)
    if not kept:
        return None
    fields = QueryDict(mutable=True)
    for name, values in kept.items():
        fields.setlist(name, values)
    return fields


@dataclass(frozen=True)
class Shown:
    """A draft in the list of its owner."""

    pk: int
    name: str
    nik: str
    updated_at: datetime


def shown(draft: Draft) -> Shown:
    fields = fields_of(draft)
    typed = (fields.get("name") or "").strip() if fields else ""
    return Shown(
        draft.pk, draft.resident.name if draft.resident else typed or "Orang baru", niks.masked(draft.nik),
        draft.updated_at,
    )


def stands_for(draft: Draft, nik: str, resident: Resident | None) -> bool:
    """Give the draft another NIK; False when this person has begun a draft for that one already.

    WrongState when it was sent or given up meanwhile.
    """
    if draft.nik == nik and draft.resident == resident:
        return True
    try:
        with transaction.atomic():
            if not Draft.objects.filter(pk=draft.pk).update(nik=nik, resident=resident):
                raise WrongState(GONE)
    except IntegrityError:
        return False
    draft.nik, draft.resident = nik, resident
    return True


def lock(draft: Draft, gone: str = GONE) -> Draft:
    """The draft under its lock. WrongState when it was sent or given up meanwhile: a double click, a second tab."""
    locked = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None:
        raise WrongState(gone)
    return locked


def close(draft: Draft) -> list[str]:
    """Delete the draft inside the caller's transaction. Returns the vault's names of scans that nobody needs now."""
    left = list(VaultFile.objects.filter(scan__draft=draft))
    draft.delete()
    for file in left:
        file.delete()
    return [file.name for file in left]


@outside_transaction
def clear_away(names: list[str]) -> None:
    """Remove the files of scans whose rows are gone."""
    for name in names:
        vault.remove(name)


def give_up(draft: Draft, *, untouched_since: datetime | None = None) -> None:
    """The draft and its scans are deleted; nothing of it was ever an application.

    With `untouched_since` only if nobody went on with it meanwhile: decided under the lock.
    """
    with transaction.atomic():
        locked = Draft.objects.select_for_update().filter(pk=draft.pk).first()
        if locked and untouched_since and locked.updated_at >= untouched_since:
            return
        left = close(locked) if locked else []
    clear_away(left)


def give_up_old(now: datetime | None = None) -> int:
    """Drafts that nobody touched for the days of the parameter. Returns how many."""
    before = (now or timezone.now()) - parameters.days("hari-konsep")
    old = list(Draft.objects.filter(updated_at__lt=before))
    for draft in old:
        give_up(draft, untouched_since=before)
    return len(old)
