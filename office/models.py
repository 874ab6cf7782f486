"""The office's own data: letterhead, sections, officials, service hours; heads of books, counters, files, reads."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from office import ledger, vault

WEEKDAYS = [(0, "Senin"), (1, "Selasa"), (2, "Rabu"), (3, "Kamis"), (4, "Jumat"), (5, "Sabtu"), (6, "Minggu")]


class OfficeQuerySet(models.QuerySet["Office"]):
    def current(self) -> "Office":
        return self.get(pk=1)


class SlipPaper(models.TextChoices):
    A5 = "a5", "A5 (148 × 210 mm)"
    ROLL80 = "roll80", "Gulungan 80 mm"


class Station(models.TextChoices):
    HERE = "here", "Di sini, dengan perangkat kantor"
    SIAK = "siak", "Di stasiun SIAK; di sini hasilnya dicatat"


class Office(models.Model):
    """The letterhead, one row. `demo` marks a database of invented people (design.md, section 4)."""

    government = models.CharField("pemerintah daerah", max_length=80)
    name = models.CharField("nama kantor", max_length=80)
    regency = models.CharField("kabupaten", max_length=60)
    address = models.CharField("alamat", max_length=120)
    place = models.CharField("tempat", max_length=60)
    postcode = models.CharField("kode pos", max_length=5)
    phone = models.CharField("telepon", max_length=40)
    email = models.CharField("surel", max_length=80, blank=True)
    website = models.CharField("situs", max_length=80, blank=True)
    demo = models.BooleanField("kantor contoh", default=False)
    slip_paper = models.CharField(
        "kertas tanda terima dan surat", max_length=6, choices=SlipPaper.choices, default=SlipPaper.A5
    )
    recording_at = models.CharField("perekaman", max_length=4, choices=Station.choices, default=Station.HERE)
    printing_at = models.CharField("pencetakan kartu", max_length=4, choices=Station.choices, default=Station.HERE)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="office_is_one_row")]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        return self.name.title()


class Section(models.Model):
    """A section (seksi) of the office; exactly one serves the KTP."""

    code = models.SlugField("kode", max_length=30, unique=True)
    name = models.CharField("nama", max_length=80)
    serves_ktp = models.BooleanField("melayani KTP", default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["serves_ktp"], condition=Q(serves_ktp=True), name="one_section_serves_ktp"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ServiceInterval(models.Model):
    """Service hours on one weekday; a day may have several intervals, a day without any is closed."""

    weekday = models.PositiveSmallIntegerField("hari", choices=WEEKDAYS)
    opens = models.TimeField("buka")
    closes = models.TimeField("tutup")

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="interval_closes_after_it_opens"),
            models.UniqueConstraint(fields=["weekday", "opens"], name="one_opening_per_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H.%M}–{self.closes:%H.%M}"


class ClosedDay(models.Model):
    """A day on which this office is closed beside the national holidays."""

    day = models.DateField("tanggal", unique=True)
    reason = models.CharField("sebab", max_length=120)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y} {self.reason}"


class Official(models.Model):
    """Who signs for the office: printed under documents, also when the person has no account."""

    class Post(models.TextChoices):
        CAMAT = "camat", "Camat Jatiroto"
        SECRETARY = "secretary", "Sekretaris Kecamatan"
        SECTION_HEAD = "section_head", "Kasi Pelayanan Umum"

    post = models.CharField("jabatan", max_length=20, choices=Post.choices, unique=True)
    name = models.CharField("nama", max_length=80)
    nip = models.CharField("NIP", max_length=18, blank=True)

    def __str__(self) -> str:
        return f"{self.get_post_display()} {self.name}"


class BookHead(models.Model):
    """The last entry of an append-only book; its row is the lock that keeps the chain whole."""

    name = models.CharField(max_length=30, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.seq}"


class NumberCounter(models.Model):
    """The last number given out in a series of a year; see office.counters."""

    series = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="one_counter_per_series_and_year")]

    def __str__(self) -> str:
        return f"{self.series}/{self.year}: {self.last}"


class VaultFileQuerySet(models.QuerySet["VaultFile"]):
    def keep(self, file: vault.Sealed, *, purpose: str, mime: str, by: Any, at: datetime) -> "VaultFile":
        """The row of a file that the vault has just written."""
        return self.create(
            name=file.name, purpose=purpose, mime=mime, size=file.size, sha256=file.sha256, key_label=file.key_label,
            created_at=at, created_by=by,
        )


class VaultFile(models.Model):
    """The row of an encrypted file; the file is there before the row is committed (office.vault)."""

    name = models.CharField(max_length=32, unique=True)
    purpose = models.CharField(max_length=30)
    mime = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    key_label = models.CharField(max_length=30)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = VaultFileQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.purpose} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises vault.FileMissing, and keeps no row, when the file is gone: see office.sweep."""
        adding = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if adding and not vault.exists(self.name):
                raise vault.FileMissing(self.name)


class Read(models.Model):
    """Who read what personal data: a whole NIK, scans, captures; searches with their count."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    what = models.CharField(max_length=30)
    subject = models.CharField(max_length=40, blank=True)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["what", "subject", "at"], name="read_by_subject")]

    def __str__(self) -> str:
        return f"{self.what} {self.subject}"


class Outage(models.Model):
    """Something the desks depend on was down; `until` is empty while it still is."""

    class Dependency(models.TextChoices):
        POWER = "power", "Listrik"
        NETWORK = "network", "Jaringan"
        CENTRAL = "central_server", "Server pusat"
        CAPTURE = "capture_device", "Alat perekaman"
        PRINTER = "printer", "Pencetak kartu"

    dependency = models.CharField("gangguan", max_length=20, choices=Dependency.choices)
    since = models.DateTimeField("sejak")
    until = models.DateTimeField("sampai", null=True, blank=True)
    reason = models.CharField("sebab", max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="outage_ends_after_it_began"
            ),
            models.UniqueConstraint(
                fields=["dependency"], condition=Q(until__isnull=True), name="one_open_outage_per_dependency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_dependency_display()} {self.since:%d-%m-%Y %H.%M}"


class Parameter(models.Model):
    """A number that law or habit may change, with its bounds and where it comes from; see office.parameters."""

    code = models.SlugField("kode", max_length=30, primary_key=True)
    label = models.CharField("ketentuan", max_length=120)
    value = models.PositiveIntegerField("nilai")
    unit = models.CharField("satuan", max_length=20)
    minimum = models.PositiveIntegerField()
    maximum = models.PositiveIntegerField()
    source = models.CharField("dasar", max_length=160)

    class Meta:
        ordering = ["label"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=F("minimum")) & Q(value__lte=F("maximum")), name="parameter_within_its_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.value} {self.unit}"


class SettingEntry(ledger.Entry):
    """The book of settings: every change of what the administrator keeps, old and new."""

    BOOK = "settings"
    SUBJECT = "office"
    COLUMNS = ("table",)

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    table = models.SlugField("bagian", max_length=30)

    class Meta(ledger.Entry.Meta):
        indexes = [models.Index(fields=["table", "-seq"], name="settings_of_a_table")]


class SettingDetail(ledger.Detail):
    entry = models.OneToOneField(SettingEntry, models.PROTECT, primary_key=True, related_name="detail")


class Job(models.Model):
    """Long work that a person started: how far it is, and its result until its owner has seen it (office.jobs).

    `done` and `total` count what `unit` names; `total` 0 means not known yet. `result` is JSON for the page `url`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu giliran"
        RUNNING = "running", "Sedang dikerjakan"
        DONE = "done", "Selesai"
        FAILED = "failed", "Gagal"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.SlugField(max_length=30)
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    unit = models.CharField(max_length=20, default="baris")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    arguments = models.TextField(default="{}")
    result = models.TextField(default="{}")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "-created_at"], name="jobs_of_owner")]

    def __str__(self) -> str:
        return self.title
