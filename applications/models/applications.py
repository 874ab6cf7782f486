"""Applications and their book. Nothing here writes `Application.state`: that is applications.lifecycle alone."""

from datetime import datetime

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from applications.desks import BY_CODE
from applications.models.fields import Numbered
from applications.models.residents import Resident
from applications.states import BLOCKS_ANOTHER, OPEN, Badge, Kind, State, badge
from office import ledger
from office.clock import Cause


class ApplicationQuerySet(models.QuerySet):
    """Words of the counter."""

    def open(self) -> "ApplicationQuerySet":
        return self.filter(state__in=OPEN)

    def at_desk(self, code: str) -> "ApplicationQuerySet":
        return self.filter(state__in=BY_CODE[code].states)

    def oldest_first(self) -> "ApplicationQuerySet":
        return self.order_by("state_since", "pk")

    def room_first(self) -> "ApplicationQuerySet":
        """Who waits in the room goes before who went home; oldest first among each."""
        return self.order_by("-waits_in_room", "state_since", "pk")

    def in_order_of_completeness(self) -> "ApplicationQuerySet":
        """First complete, first printed; what was put off comes last (fact F9.13).

        Equal times go by the order of the files; one whose time is not known goes behind all whose time is.
        """
        return self.order_by("postponed", F("complete_at").asc(nulls_last=True), "pk")

    def in_order_of_printing(self) -> "ApplicationQuerySet":
        """The queue of the printer, by its index: what is in it (`printing`), then what is ready in turn."""
        put_off = Entry.objects.filter(application=OuterRef("pk"), verb="postpone").order_by("-seq")
        since = models.Case(models.When(postponed=True, then=Subquery(put_off.values("occurred_at")[:1])))
        return self.annotate(postponed_since=since).order_by(
            "state", "postponed", F("complete_at").asc(nulls_last=True), "pk"
        )

    def with_resident(self) -> "ApplicationQuerySet":
        return self.select_related("resident__village")

    def numbered(self, year: int, serial: int) -> "ApplicationQuerySet":
        return self.filter(year=year, serial=serial)

    def counted_by_state(self) -> dict[str, int]:
        counted = self.open().order_by().values_list("state").annotate(models.Count("pk"))
        return dict(counted)


# Whom a file waits for, as people say it.
WAITS_FOR = {
    Cause.AGE: "usia", Cause.RESIDENT: "pemohon", Cause.CENTRAL: "pusat",
    Cause.BLANK: "blangko", Cause.OUTAGE: "gangguan",
}


class Bringer(models.TextChoices):
    SELF = "self", "Pemohon sendiri"
    OTHER = "other", "Orang lain"


class Application(Numbered, models.Model):
    """One application for a card, from its first submit on; number and tracking code are kept for good."""

    SERIES = "KTP"

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    tracking_code = models.CharField(max_length=12, unique=True)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="applications")
    kind = models.CharField("jenis", max_length=12, choices=Kind.choices)
    kind_name = models.CharField("nama jenis", max_length=60, blank=True)  # as the list of its day called the kind
    also_data_change = models.BooleanField("sekaligus perubahan data", default=False)
    state = models.CharField("keadaan", max_length=20, choices=State.choices)
    version = models.PositiveIntegerField(default=0)
    trips = models.PositiveSmallIntegerField("kunjungan", default=1)
    waits_in_room = models.BooleanField("pemohon menunggu di ruang", default=False)
    # Taken out of the order of printing, with a reason, until it is taken up again.
    postponed = models.BooleanField("ditunda", default=False)
    postponed_reason = models.CharField("alasan ditunda", max_length=120, blank=True)
    # Who brought the file the last time: the resident, or a person with a name and a relation.
    brought_by = models.CharField("yang membawa berkas", max_length=10, choices=Bringer.choices, default=Bringer.SELF)
    brought_name = models.CharField("nama pembawa", max_length=60, blank=True)
    brought_relation = models.CharField("hubungan", max_length=40, blank=True)

    # Derived from the book by applications.clocks on every entry; `recompute_clocks` makes them anew.
    state_since = models.DateTimeField()
    complete_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=10, blank=True)
    clocked_at = models.DateTimeField(null=True)
    elapsed_minutes = models.PositiveIntegerField(default=0)
    office_minutes = models.PositiveIntegerField(default=0)
    minutes_age = models.PositiveIntegerField(default=0)
    minutes_resident = models.PositiveIntegerField(default=0)
    minutes_central = models.PositiveIntegerField(default=0)
    minutes_blank = models.PositiveIntegerField(default=0)
    minutes_outage = models.PositiveIntegerField(default=0)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="one_number_per_application"),
            models.UniqueConstraint(
                fields=["resident"],
                condition=Q(state__in=sorted(BLOCKS_ANOTHER)),
                name="one_open_application_per_resident",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="kind_is_known"),
            models.CheckConstraint(
                condition=Q(brought_by="self") | ~Q(brought_name=""), name="who_else_brought_it_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(postponed=False, postponed_reason="") | (Q(postponed=True) & ~Q(postponed_reason="")),
                name="put_off_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "state_since"], name="desk_queue"),
            models.Index(fields=["state", "-waits_in_room", "state_since"], name="room_first_queue"),
            models.Index(fields=["state", "postponed", "complete_at"], name="print_queue"),
            models.Index(fields=["deadline_at"], condition=Q(ready_at=None), name="unfinished_by_deadline"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def badge(self) -> Badge:
        return badge(self.state)

    @property
    def kind_label(self) -> str:
        label = self.kind_name or str(Kind(self.kind).label)
        return f"{label} dan perubahan data" if self.also_data_change else label

    @property
    def waits_for(self) -> str:
        """Whom the file waits for while its clock stands still; empty while it runs."""
        return WAITS_FOR[Cause(self.paused_by)] if self.paused_by else ""

    @property
    def minutes_per_cause(self) -> dict[Cause, int]:
        return {cause: getattr(self, f"minutes_{cause}") for cause in Cause}

    def late(self, now: datetime) -> bool:
        """The promise of one day was or is broken. A clock that stands still is judged as it was when it stopped."""
        if self.deadline_at is None or self.state in (State.CANCELLED, State.WITHDRAWN):
            return False
        return (self.ready_at or (self.clocked_at if self.paused_by else now) or now) > self.deadline_at


class Entry(ledger.Entry):
    """The book of applications: one entry for every move and note."""

    BOOK = "applications"
    SUBJECT = "application"
    COLUMNS = ("from_state", "to_state")

    application = models.ForeignKey(Application, models.PROTECT, related_name="entries")
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)

    class Meta(ledger.Entry.Meta):
        indexes = [
            models.Index(
                fields=["deviation", "occurred_at"], condition=~Q(deviation=""), name="application_deviations"
            ),
        ]


class EntryDetail(ledger.Detail):
    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="detail")
