"""Giving a role and taking it back: each is an entry in the book of roles."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import RoleEntry, RoleTerm, User
from accounts.refusals import Refused
from accounts.roles import Role, roles_granting
from office import ledger
from office.models import Section

# The code on an entry for what the Sekretaris should see: somebody acts for the section head, by one tap.
DEPUTY = "deputy"
APPOINT = "accounts.appoint_deputy"
STALE = (
    "Data orang ini baru saja berubah, jadi tidak ada yang disimpan. "
    "Periksa keadaannya sekarang, lalu ulangi bila masih perlu."
)
LONGEST = timedelta(days=366)  # a whole year, whichever year it is
TOO_LONG = "Paling lama satu tahun; tanpa akhir, kosongkan."
LAST_ADMIN = "Ini Administrator aktif yang terakhir. Beri peran Administrator kepada orang lain dahulu."


def version_of(person: User) -> int:
    """The number of the last entry about a person: a page carries it, so that a stale or double post is noticed."""
    return RoleEntry.objects.filter(person=person).aggregate(last=Max("seq"))["last"] or 0


def locked(user: User, version: int | None = None) -> User:
    """The person read anew under a lock, together with all administrators, always in the same order.

    So two administrators cannot take each other away at the same instant. Raises Refused when the page that sent
    `version` was made before the last entry about the person.
    """
    admins = RoleTerm.objects.filter(role=Role.ADMIN).values("user_id")
    rows = User.objects.select_for_update().filter(Q(pk=user.pk) | Q(pk__in=admins)).order_by("pk")
    person = {row.pk: row for row in rows}[user.pk]
    if version is not None and version != version_of(person):
        raise Refused(STALE)
    return person


def check_an_admin_remains(*, without: Q) -> None:
    """Refused when nobody who is active would hold the role of Administrator for good. Under `locked` only."""
    terms = RoleTerm.objects.in_force(timezone.now()).filter(role=Role.ADMIN, valid_until=None, revoked_at=None)
    if not terms.filter(user__is_active=True).exclude(without).exists():
        raise Refused(LAST_ADMIN)


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
    version: int | None = None,
    deviation: str = "",
) -> RoleTerm:
    """Give a role from `at` (default now), for good or until a moment (Plh/Plt). `by` None is the set-up itself.

    Raises Refused for a person who is not active, for an end more than a year from now, for a time in which the
    person holds the same role already, and for a stale `version` of the page.
    """
    now = timezone.now()
    at = at or now
    person = locked(user, version)
    if until and until > now + LONGEST:
        raise Refused(TOO_LONG)
    _check_may_hold(person, role, section, at, until)
    term = RoleTerm.objects.create(
        user=user, role=role, section=section, valid_from=at, valid_until=until, granted_by=by, reason=reason
    )
    facts = {"term": term.pk, "role": str(role), "section": section.code if section else ""}
    facts |= {"until": ledger.moment(until) if until else ""}
    ledger.append(
        RoleEntry, subject=user, verb="give_role", by=by, occurred_at=min(at, now), deviation=deviation,
        facts=facts | ({"from": ledger.moment(at)} if at > now else {}), words={"reason": reason},
    )
    return term


def _check_may_hold(
    person: User, role: Role, section: Section | None, at: datetime, until: datetime | None
) -> None:
    if not person.is_active:
        raise Refused(f"{person.name} tidak aktif. Aktifkan dahulu akunnya, lalu beri peran.")
    ended = Q(valid_until__lte=at) | Q(revoked_at__lte=at)
    same = person.terms.filter(role=role, section=section).exclude(ended)
    if until:
        same = same.filter(valid_from__lt=until)
    if term := same.order_by("valid_from").first():
        raise Refused(f"{person.name} sudah memegang peran {term.title} {term.span}. Tidak ada yang ditambahkan.")


@transaction.atomic
def take_role_back(
    term: RoleTerm, *, by: User | None, reason: str, at: datetime | None = None, version: int | None = None
) -> bool:
    """End a term from `at` (default now) on; that person's open browser loses the right with its next request.

    A term that has ended by then stays as it is (False); one that was to end later ends at `at`. Raises Refused when
    no active Administrator would be left, and for a stale `version` of the page.
    """
    at = at or timezone.now()
    locked(term.user, version)
    term = RoleTerm.objects.get(pk=term.pk)
    if any(end and end <= at for end in (term.revoked_at, term.valid_until)):
        return False
    if term.role == Role.ADMIN:
        check_an_admin_remains(without=Q(pk=term.pk))
    term.revoked_at, term.revoked_by = at, by
    term.save(update_fields=["revoked_at", "revoked_by"])
    ledger.append(
        RoleEntry, subject=term.user, verb="take_role_back", by=by, occurred_at=at,
        facts={"term": term.pk, "role": term.role}, words={"reason": reason},
    )
    return True


# -- somebody acts for the section head ------------------------------------------------------------


@transaction.atomic
def appoint_deputy(user: User, *, by: User, until: datetime, reason: str) -> RoleTerm:
    """Make a person Plh of the head of the KTP section from now until a moment; the entry carries DEPUTY.

    Raises Refused for oneself, for a person without another work of the office, for a moment that is over or lies
    after the appointer's own time, and for what `give_role` refuses.
    """
    now = timezone.now()
    if user.pk == by.pk:
        raise Refused("Anda tidak dapat menunjuk diri sendiri. Pilih orang lain, atau minta Administrator.")
    if until <= now:
        raise Refused("Waktu “sampai” sudah lewat. Isi waktu yang akan datang.")
    if not eligible_deputies(by).filter(pk=user.pk).exists():
        raise Refused(f"{user.name} tidak dapat menjadi Plh sekarang. Muat ulang halaman ini, lalu pilih orang lain.")
    own_end = _end_of_right(by, now)
    if own_end and until > own_end:
        when = date_format(timezone.localtime(own_end), "DATETIME_FORMAT")
        raise Refused(f"Tugas Anda sendiri berakhir {when}. Plh tidak dapat bertugas lebih lama dari itu.")
    section = Section.objects.get(serves_ktp=True)
    return give_role(user, Role.SECTION_HEAD, by=by, reason=reason, section=section, until=until, deviation=DEPUTY)


def eligible_deputies(by: User) -> QuerySet[User]:
    """Active people with a work of the office in force, other than the appointer, the heads and pure administrators."""
    terms = RoleTerm.objects.in_force(timezone.now())
    heads = terms.filter(role=Role.SECTION_HEAD, section__serves_ktp=True)
    working = terms.exclude(role=Role.ADMIN).values("user_id")
    found = User.objects.filter(is_active=True, pk__in=working)
    return found.exclude(pk=by.pk).exclude(pk__in=heads.values("user_id")).order_by("name", "pk")


def _end_of_right(by: User, now: datetime) -> datetime | None:
    """When the right to appoint ends by itself; None for whoever holds it for good."""
    always, _ = roles_granting(APPOINT)
    granting = Q(role__in=always) | Q(role=Role.SECTION_HEAD, section__serves_ktp=True)
    ends = [term.ends_at for term in by.terms.in_force(now).filter(granting)]
    return None if None in ends else max((end for end in ends if end), default=now)
