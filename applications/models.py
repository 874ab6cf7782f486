"""The records of the counter: residents, applications with their papers, recordings, prints and handovers, the book.

Nothing here writes `Application.state`: that is applications.lifecycle alone.
"""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format

from applications import nik as niks
from applications.desks import BY_CODE
from applications.routing import Status, age_on
from applications.states import BLOCKS_ANOTHER, OPEN, Badge, Kind, State, badge
from office import ledger
from office.clock import Cause
from office.models import VaultFile

USER = settings.AUTH_USER_MODEL
DIGITS_16 = RegexValidator(r"^\d{16}$", "Harus 16 angka.")
DIGITS_3 = RegexValidator(r"^\d{1,3}$", "Paling banyak 3 angka.")


def actor(**more: Any) -> Any:
    return models.ForeignKey(USER, models.PROTECT, related_name="+", **more)


class Village(models.Model):
    """A desa of the kecamatan, with its Kemendagri code (facts F3.2, F3.6: not the BPS code)."""

    code = models.CharField("kode", max_length=13, primary_key=True)
    name = models.CharField("nama", max_length=60)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Sex(models.TextChoices):
    MALE = "L", "Laki-laki"
    FEMALE = "P", "Perempuan"


class Marital(models.TextChoices):
    SINGLE = "single", "Belum kawin"
    MARRIED = "married", "Kawin"
    DIVORCED = "divorced", "Cerai hidup"
    WIDOWED = "widowed", "Cerai mati"


class Resident(models.Model):
    """A person with a NIK. Names of one word and with an apostrophe are as valid as any (fact F2.9)."""

    nik = models.CharField("NIK", max_length=16, unique=True, validators=[DIGITS_16])
    kk_number = models.CharField("Nomor KK", max_length=16, validators=[DIGITS_16])
    name = models.CharField("Nama lengkap", max_length=60)
    birth_place = models.CharField("Tempat lahir", max_length=60)
    birth_date = models.DateField("Tanggal lahir")
    sex = models.CharField("Jenis kelamin", max_length=1, choices=Sex.choices)
    marital_status = models.CharField("Status perkawinan", max_length=10, choices=Marital.choices)
    address = models.CharField("Alamat", max_length=120)
    rt = models.CharField("RT", max_length=3, validators=[DIGITS_3])
    rw = models.CharField("RW", max_length=3, validators=[DIGITS_3])
    village = models.ForeignKey(Village, models.PROTECT, verbose_name="Desa")

    class Meta:
        indexes = [models.Index(fields=["name"], name="resident_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def ever_married(self) -> bool:
        return self.marital_status != Marital.SINGLE

    @property
    def full_address(self) -> str:
        return f"{self.address} RT {self.rt.zfill(3)} RW {self.rw.zfill(3)}, {self.village.name}"

    @property
    def nik_grouped(self) -> str:
        return niks.grouped(self.nik)

    @property
    def kk_grouped(self) -> str:
        return niks.grouped(self.kk_number)

    @property
    def nik_masked(self) -> str:
        return niks.masked(self.nik)

    def age_on(self, day: date) -> int:
        return age_on(self.birth_date, day)

    def nik_doubts(self) -> list[str]:
        nik = niks.parse(self.nik)
        return niks.warnings(nik, birth=self.birth_date, female=self.sex == Sex.FEMALE)

    def nik_flaws(self) -> list[str]:
        return [niks.FLAW_SENTENCES[flaw] for flaw in niks.parse(self.nik).flaws]


class ApplicationQuerySet(models.QuerySet):
    """Words of the counter."""

    def open(self) -> "ApplicationQuerySet":
        return self.filter(state__in=OPEN)

    def at_desk(self, code: str) -> "ApplicationQuerySet":
        return self.filter(state__in=BY_CODE[code].states)

    def oldest_first(self) -> "ApplicationQuerySet":
        return self.order_by("state_since", "pk")

    def in_order_of_completeness(self) -> "ApplicationQuerySet":
        """First complete, first printed (fact F9.13)."""
        return self.order_by("complete_at", "pk")

    def with_resident(self) -> "ApplicationQuerySet":
        return self.select_related("resident__village")

    def numbered(self, year: int, serial: int) -> "ApplicationQuerySet":
        return self.filter(year=year, serial=serial)

    def counted_by_state(self) -> dict[str, int]:
        counted = self.open().order_by().values_list("state").annotate(models.Count("pk"))
        return dict(counted)


class Application(models.Model):
    """One application for a card, from its first submit on; number and tracking code are kept for good."""

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    tracking_code = models.CharField(max_length=12, unique=True)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="applications")
    kind = models.CharField("jenis", max_length=12, choices=Kind.choices)
    also_data_change = models.BooleanField("sekaligus perubahan data", default=False)
    state = models.CharField("keadaan", max_length=20, choices=State.choices)
    version = models.PositiveIntegerField(default=0)
    trips = models.PositiveSmallIntegerField("kunjungan", default=1)
    waits_in_room = models.BooleanField("pemohon menunggu di ruang", default=False)

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
        ]
        indexes = [
            models.Index(fields=["state", "state_since"], name="desk_queue"),
            models.Index(fields=["state", "complete_at"], name="print_queue"),
            models.Index(fields=["deadline_at"], condition=Q(ready_at=None), name="unfinished_by_deadline"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"KTP/{self.year}/{self.serial:06d}"

    @property
    def slug(self) -> str:
        return f"KTP-{self.year}-{self.serial:06d}"

    @property
    def badge(self) -> Badge:
        return badge(self.state)

    @property
    def kind_label(self) -> str:
        label = str(Kind(self.kind).label)
        return f"{label} dan perubahan data" if self.also_data_change else label

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


class PaperRule(models.Model):
    """A paper that a kind of application needs, and which ticks it takes (seed 2; the admin's data)."""

    kind = models.CharField("jenis", max_length=12, choices=Kind.choices)
    code = models.SlugField("kode", max_length=30)
    label = models.CharField("persyaratan", max_length=120)
    position = models.PositiveSmallIntegerField("urutan")
    needs_original = models.BooleanField("asli dilihat", default=True)
    needs_copy = models.BooleanField("salinan disimpan", default=True)
    waivable = models.BooleanField("boleh dimintakan keringanan", default=True)

    class Meta:
        ordering = ["kind", "position"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="one_rule_per_kind_and_paper")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.label}"


class Paper(models.Model):
    """A paper of one application, as the list of its day said; who saw the original, who kept the copy.

    A waiver is asked for by the counter with a reason and decided by the section head.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="papers")
    code = models.SlugField(max_length=30)
    label = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    needs_original = models.BooleanField()
    needs_copy = models.BooleanField()
    waivable = models.BooleanField()
    original_seen_at = models.DateTimeField(null=True)
    original_seen_by = actor(null=True)
    copy_kept_at = models.DateTimeField(null=True)
    copy_kept_by = actor(null=True)
    waiver_reason = models.CharField(max_length=200, blank=True)
    waiver_asked_by = actor(null=True)
    waiver_granted = models.BooleanField(null=True)
    waiver_decided_by = actor(null=True)
    failed_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "code"], name="one_row_per_paper"),
            models.CheckConstraint(condition=Q(waiver_reason="") | Q(waivable=True), name="waiver_only_if_waivable"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{tick}_at__isnull": True, f"{tick}_by__isnull": True})
                    | Q(**{f"{tick}_at__isnull": False, f"{tick}_by__isnull": False}),
                    name=f"paper_{tick}_when_and_who",
                )
                for tick in ("original_seen", "copy_kept")
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def ticked(self) -> bool:
        return bool(
            (self.original_seen_at or not self.needs_original) and (self.copy_kept_at or not self.needs_copy)
        )

    @property
    def waiver_undecided(self) -> bool:
        return bool(self.waiver_reason) and self.waiver_granted is None and not self.ticked

    @property
    def missing(self) -> bool:
        """Neither there, nor waived, nor waiting for a decision on a waiver."""
        return not (self.ticked or self.waiver_granted or self.waiver_undecided)


class DataChange(models.Model):
    """One changed element, old → new, with its proof; the resident's record changes when the file is validated."""

    class Element(models.TextChoices):
        NAME = "name", "Nama lengkap"
        BIRTH_PLACE = "birth_place", "Tempat lahir"
        BIRTH_DATE = "birth_date", "Tanggal lahir"
        SEX = "sex", "Jenis kelamin"
        MARITAL_STATUS = "marital_status", "Status perkawinan"
        ADDRESS = "address", "Alamat"
        RT = "rt", "RT"
        RW = "rw", "RW"
        VILLAGE = "village_id", "Desa"
        KK_NUMBER = "kk_number", "Nomor KK"

    application = models.ForeignKey(Application, models.PROTECT, related_name="data_changes")
    element = models.CharField("unsur", max_length=20, choices=Element.choices)
    old = models.CharField("semula", max_length=120)
    new = models.CharField("menjadi", max_length=120)
    proof = models.CharField("bukti", max_length=120)
    shown_on_kk = models.BooleanField("sudah tercantum di KK", default=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "element"], name="one_change_per_element"),
        ]

    def __str__(self) -> str:
        return f"{self.get_element_display()}: {self.old} → {self.new}"

    @property
    def old_words(self) -> str:
        return self.in_words(self.old)

    @property
    def new_words(self) -> str:
        return self.in_words(self.new)

    def in_words(self, value: str) -> str:
        """A stored value as people read it: the name of a village, the label of a choice, a date."""
        element = self.Element(self.element)
        if element == self.Element.VILLAGE:
            return Village.objects.filter(pk=value).values_list("name", flat=True).first() or value
        if element == self.Element.BIRTH_DATE:
            return date_format(date.fromisoformat(value))
        choices = {self.Element.SEX: Sex.choices, self.Element.MARITAL_STATUS: Marital.choices}.get(element, [])
        return str(dict(choices).get(value, value))


class StatusRule(models.Model):
    """A status of the centre and what it means here (facts F1.3–F1.18): the admin's data, unknown ones are kept."""

    code = models.CharField("status", max_length=40, primary_key=True)
    position = models.PositiveSmallIntegerField("urutan")
    meaning = models.CharField("artinya", max_length=120)
    counts_as_recorded = models.BooleanField("dihitung sudah rekam")
    printable_first = models.BooleanField("dapat dicetak sebagai kartu pertama")
    printable_replacement = models.BooleanField("dapat dicetak sebagai pengganti")
    task = models.CharField("yang perlu dikerjakan", max_length=200, blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.code.replace("_", " ")

    @property
    def meaning_here(self) -> Status:
        return Status(self.code, self.counts_as_recorded, self.printable_first, self.printable_replacement)


class CentralStatus(models.Model):
    """What the operator saw of a resident's record at the centre: which status, when, by whom (fact F1.27)."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="statuses")
    status = models.ForeignKey(StatusRule, models.PROTECT, related_name="+")
    text = models.CharField(max_length=80)
    seen_at = models.DateTimeField()
    seen_by = actor()
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at", "-pk"]
        indexes = [models.Index(fields=["resident", "-seen_at"], name="status_of_resident")]

    def __str__(self) -> str:
        return f"{self.status_id} {self.seen_at:%d-%m-%Y}"


class Recording(models.Model):
    """The one recording of a resident's biometrics; a second living one is refused by the database (seed 4.3)."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="recordings")
    application = models.ForeignKey(Application, models.PROTECT, related_name="recordings")
    recorded_at = models.DateTimeField()
    recorded_by = actor()
    superseded_at = models.DateTimeField(null=True)
    superseded_by = actor(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(superseded_at=None), name="one_living_recording_per_resident"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.recorded_at:%d-%m-%Y}"


class Capture(models.Model):
    """One position of a recording: the sealed picture with its proof, or an exception with its reason.

    `recording` is empty while the recording is under way.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="captures")
    recording = models.ForeignKey(Recording, models.PROTECT, null=True, related_name="captures")
    position = models.CharField(max_length=20)
    file = models.OneToOneField(VaultFile, models.PROTECT, null=True)
    exception_reason = models.CharField(max_length=120, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    algorithm = models.CharField(max_length=60, blank=True)
    device = models.CharField(max_length=80, blank=True)
    captured_at = models.DateTimeField()
    captured_by = actor()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "position"], condition=Q(recording=None), name="one_capture_per_position"
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=False, exception_reason="") | (Q(file=None) & ~Q(exception_reason="")),
                name="capture_is_a_picture_or_an_exception",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.position}"


class Print(models.Model):
    """One attempt to print a card; it stands for the blank until blanks have their own book."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="prints")
    started_at = models.DateTimeField()
    started_by = actor()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = actor(null=True)
    blank_serial = models.CharField("nomor seri blangko", max_length=30, blank=True)
    failed_at = models.DateTimeField(null=True)
    failed_by = actor(null=True)
    blank_used = models.BooleanField("blangko terpakai", null=True)
    rejected_at = models.DateTimeField(null=True)
    rejected_by = actor(null=True)
    rejected_cause = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(failed_at=None, rejected_at=None),
                name="one_card_in_work_per_application",
            ),
            models.UniqueConstraint(
                fields=["blank_serial"], condition=~Q(blank_serial=""), name="one_card_per_blank"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.started_at:%d-%m-%Y %H.%M}"


class Handover(models.Model):
    """The card given into a hand, once."""

    class Collector(models.TextChoices):
        SELF = "self", "Pemohon sendiri"
        OTHER = "other", "Orang lain dengan kuasa"

    application = models.OneToOneField(Application, models.PROTECT, related_name="handover")
    at = models.DateTimeField()
    by = actor()
    collector = models.CharField(max_length=10, choices=Collector.choices)
    collector_name = models.CharField(max_length=60, blank=True)
    relation = models.CharField(max_length=40, blank=True)
    authority_seen = models.BooleanField(default=False)
    old_card_surrendered = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(collector="self")
                | (Q(authority_seen=True) & ~Q(collector_name="") & ~Q(relation="")),
                name="another_person_collects_with_authority",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.at:%d-%m-%Y}"


class Referral(models.Model):
    """A file sent to Disdukcapil with a numbered letter, and its answer."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="referrals")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = actor()
    answered_at = models.DateTimeField(null=True)
    answered_by = actor(null=True)
    answer_number = models.CharField(max_length=60, blank=True)
    answer_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="one_number_per_referral"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(answered_at=None), name="one_open_referral_per_application"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"RUJ/{self.year}/{self.serial:06d}"
