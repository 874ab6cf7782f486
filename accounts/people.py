"""The people of the office: added, changed, closed and opened again; each is an entry in the book of roles.

Passwords and PINs go into no entry and no log.
"""

import secrets

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import RoleEntry, User
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.terms import check_an_admin_remains, locked
from office import ledger
from office.models import Section

TAKEN = "Nama pengguna ini sudah dipakai. Pilih yang lain."
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another one
FIELDS = ("name", "post", "nip", "section")


def add_person(
    *, by: User | None, username: str, name: str, post: str, password: str, nip: str = "",
    section: Section | None = None,
) -> User:
    """A new person without a role; chooses another password at the first sign-in. Refused when the name is taken."""
    user = User(username=username, name=name, post=post, nip=nip, section=section, must_change_password=True)
    user.set_password(password)
    words = {"username": username, "name": name, "post": post, "nip": nip}
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            _note(user, "add_person", by, facts={"section": section.code if section else ""}, words=words)
    except IntegrityError:
        raise Refused(TAKEN) from None
    return user


@transaction.atomic
def change_person(
    user: User, *, by: User, version: int | None, name: str, post: str, nip: str, section: Section | None
) -> list[str]:
    """Change a person's data; returns the names of the fields that changed. No change is no entry."""
    person = locked(user, version)
    new = {"name": name, "post": post, "nip": nip, "section": section}
    changed = [field for field in FIELDS if getattr(person, field) != new[field]]
    if changed:
        words = {field: [_shown(person, field), str(new[field] or "")] for field in changed}
        for field in changed:
            setattr(person, field, new[field])
        person.save(update_fields=changed)
        _note(person, "change_person", by, facts={"fields": changed}, words=words)
    return changed


@transaction.atomic
def deactivate(user: User, *, by: User, version: int | None, reason: str) -> None:
    """Close an account: its open browsers are signed out with their next request; roles come back with it.

    Raises Refused for oneself, for the last Administrator, for an account that is closed already.
    """
    person = locked(user, version)
    if person.pk == by.pk:
        raise Refused("Anda tidak dapat menonaktifkan akun Anda sendiri. Minta Administrator lain.")
    if not person.is_active:
        raise Refused(f"{person.name} sudah tidak aktif.")
    if person.terms.in_force(timezone.now()).filter(role=Role.ADMIN).exists():
        check_an_admin_remains(without=Q(user=person))
    person.is_active = False
    person.save(update_fields=["is_active"])
    _note(person, "deactivate", by, words={"reason": reason})


@transaction.atomic
def reactivate(user: User, *, by: User, version: int | None) -> None:
    person = locked(user, version)
    if person.is_active:
        raise Refused(f"{person.name} sudah aktif.")
    person.is_active = True
    person.save(update_fields=["is_active"])
    _note(person, "reactivate", by)


@transaction.atomic
def reset_password(user: User, *, by: User, version: int | None) -> str:
    """Set a random password, to be told once; open browsers are signed out and the person chooses another one."""
    person = locked(user, version)
    password = readable_password()
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    _note(person, "reset_password", by)
    return password


@transaction.atomic
def choose_password(user: User, password: str) -> User:
    """The person's own choice; the duty to choose ends with it."""
    person = locked(user)
    person.set_password(password)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    _note(person, "choose_password", person)
    return person


@transaction.atomic
def remove_pin(user: User, *, by: User, version: int | None) -> None:
    person = locked(user, version)
    if not person.pin:
        raise Refused(f"{person.name} tidak mempunyai PIN.")
    person.pin, person.pin_failures = "", 0
    person.save(update_fields=["pin", "pin_failures"])
    _note(person, "remove_pin", by)


def readable_password() -> str:
    """Three groups of four: about 59 bits, easily read out and typed."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def _shown(person: User, field: str) -> str:
    return str(getattr(person, field) or "")


def _note(person: User, verb: str, by: User | None, *, facts: dict | None = None, words: dict | None = None) -> None:
    ledger.append(
        RoleEntry, subject=person, verb=verb, by=by, occurred_at=timezone.now(), facts=facts or {}, words=words
    )
