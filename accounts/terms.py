"""Giving a role and taking it back: each is an entry in the book of roles."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import RoleEntry, RoleTerm, User
from accounts.roles import Role
from office import ledger
from office.models import Section


@transaction.atomic
def give_role(
    user: User,
    role: Role,
    *,
    by: User | None,
    reason: str,
    section: Section | None = None,
    at: datetime | None = None,
    until: datetime | None = None,
) -> RoleTerm:
    """Give a role from `at` (default now), for good or until a moment (Plh/Plt). `by` None is the set-up itself."""
    at = at or timezone.now()
    User.objects.select_for_update().get(pk=user.pk)
    term = RoleTerm.objects.create(
        user=user, role=role, section=section, valid_from=at, valid_until=until, granted_by=by, reason=reason
    )
    facts = {"term": term.pk, "role": str(role), "section": section.code if section else ""}
    ledger.append(
        RoleEntry, subject=user, verb="give_role", by=by, occurred_at=at,
        facts=facts | {"until": ledger.moment(until) if until else ""}, words={"reason": reason},
    )
    return term


@transaction.atomic
def take_role_back(term: RoleTerm, *, by: User | None, reason: str, at: datetime | None = None) -> None:
    """End a term from `at` (default now) on; that person's open browser loses the right with its next request.

    A term that has ended by then stays as it is; one that was to end later ends at `at`.
    """
    at = at or timezone.now()
    User.objects.select_for_update().get(pk=term.user_id)
    term = RoleTerm.objects.get(pk=term.pk)
    if term.revoked_at and term.revoked_at <= at:
        return
    term.revoked_at, term.revoked_by = at, by
    term.save(update_fields=["revoked_at", "revoked_by"])
    ledger.append(
        RoleEntry, subject=term.user, verb="take_role_back", by=by, occurred_at=at,
        facts={"term": term.pk, "role": term.role}, words={"reason": reason},
    )
