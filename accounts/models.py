"""People who work at the office, and the roles that they hold for a time."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format

from accounts.roles import Role, grants, roles_granting
from office import ledger
from office.models import Section


class UserQuerySet(models.QuerySet):
    def holding(self, permission: str, at: datetime | None = None) -> "UserQuerySet":
        """Active people whose roles grant a permission at a moment."""
        always, with_section = roles_granting(permission)
        granted = Q(role__in=always)
        if with_section:
            granted |= Q(role=Role.SECTION_HEAD, section__serves_ktp=True)
        terms = RoleTerm.objects.in_force(at or timezone.now()).filter(granted)
        return self.filter(is_active=True, pk__in=terms.values("user_id"))

    def with_terms_in_force(self, at: datetime) -> "UserQuerySet":
        """Each person brings `held`: the terms that count at a moment."""
        terms = RoleTerm.objects.in_force(at).select_related("section").order_by("valid_from", "pk")
        return self.prefetch_related(models.Prefetch("terms", terms, to_attr="held"))

    def signed_in_on(self, day: Any) -> "UserQuerySet":
        return self.filter(last_login__date=day)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person of the office. Rights come from role terms alone: there is no superuser and no group."""

    username = models.CharField(
        "nama pengguna", max_length=30, unique=True, validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "Nama pengguna ini sudah dipakai."},
    )
    name = models.CharField("nama", max_length=80)
    nip = models.CharField("NIP", max_length=18, blank=True)
    post = models.CharField("jabatan", max_length=80)
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, verbose_name="seksi")
    is_active = models.BooleanField("aktif", default=True)
    joined_at = models.DateTimeField("sejak", default=timezone.now)
    # For taking over the shared computer (accounts.pins); hashed like a password, empty while none is chosen.
    pin = models.CharField(max_length=128, blank=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    # Set when the administrator chose the password: the person chooses another at the first sign-in.
    must_change_password = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "post"]
    is_superuser = False
    is_staff = False

    objects = UserManager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["name"], name="people_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def get_all_permissions(self) -> frozenset[str]:
        """What the terms in force grant, read once for this object: the next request reads them anew."""
        if not self.is_active:
            return frozenset()
        if not hasattr(self, "_granted"):
            terms = self.terms.in_force(timezone.now()).select_related("section")
            self._granted = frozenset().union(
                *(grants(t.role, serves_ktp=bool(t.section and t.section.serves_ktp)) for t in terms)
            )
        return self._granted

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        return any(b.has_perm(self, permission, obj) for b in get_backends() if hasattr(b, "has_perm"))

    def has_perms(self, permissions: Any, obj: Any = None) -> bool:
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions())


class RoleTermQuerySet(models.QuerySet):
    def in_force(self, at: datetime) -> "RoleTermQuerySet":
        ended = Q(valid_until__lte=at) | Q(revoked_at__lte=at)
        return self.filter(valid_from__lte=at).exclude(ended)


class RoleTerm(models.Model):
    """A role held by a person from a moment, for good or (Plh/Plt) until another; by whom given, and why."""

    user = models.ForeignKey(User, models.PROTECT, related_name="terms", verbose_name="pengguna")
    role = models.CharField("peran", max_length=20, choices=Role.choices)
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, verbose_name="seksi")
    valid_from = models.DateTimeField("berlaku sejak")
    valid_until = models.DateTimeField("berlaku sampai", null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="diberi oleh")
    reason = models.CharField("alasan", max_length=200, blank=True)
    revoked_at = models.DateTimeField("dicabut pada", null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="dicabut oleh")

    objects = RoleTermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="role_term_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(role=Role.SECTION_HEAD, section__isnull=False)
                | (~Q(role=Role.SECTION_HEAD) & Q(section__isnull=True)),
                name="section_heads_have_a_section_others_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    @property
    def title(self) -> str:
        return f"{self.get_role_display()} ({self.section})" if self.section else self.get_role_display()

    @property
    def ends_at(self) -> datetime | None:
        """Whichever end comes first; None for good."""
        return min((end for end in (self.valid_until, self.revoked_at) if end), default=None)

    @property
    def span(self) -> str:
        """From when to when, as an office writes it."""
        since = date_format(timezone.localtime(self.valid_from), "DATETIME_FORMAT")
        if end := self.ends_at:
            return f"sejak {since} sampai {date_format(timezone.localtime(end), 'DATETIME_FORMAT')}"
        return f"sejak {since}"


class RoleEntry(ledger.Entry):
    """The book of roles: every term given or taken back."""

    BOOK = "roles"
    SUBJECT = "person"

    person = models.ForeignKey(User, models.PROTECT, related_name="role_entries")


class RoleDetail(ledger.Detail):
    entry = models.OneToOneField(RoleEntry, models.PROTECT, primary_key=True, related_name="detail")
