"""What the centre knows of a resident, and the one recording of a resident with its captures."""

from django.db import models
from django.db.models import Q

from applications.models.applications import Application
from applications.models.fields import actor
from applications.models.residents import Resident
from applications.moves import AFTER_RECORDING
from applications.routing import Status
from devices.capture import LABELS, Position
from office.models import Station, VaultFile


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


class Outcome(models.TextChoices):
    """How a position ended: never one global "complete" (fact F5.4)."""

    CAPTURED = "captured", "Direkam"
    PARTIAL = "partial", "Sebagian"
    EXCEPTION = "exception", "Tidak dapat"


class CaptureQuerySet(models.QuerySet["Capture"]):
    def to_review(self) -> "CaptureQuerySet":
        """What was recorded partly or not at all, and no section head has looked at yet (fact F5.4)."""
        living = self.filter(recording__isnull=False, recording__superseded_at=None, review="")
        return living.filter(application__state__in=AFTER_RECORDING).exclude(outcome=Outcome.CAPTURED)


class Capture(models.Model):
    """One position of a recording: the sealed picture with its proof, or an exception with its reason.

    `scores` are those of every try, in order; `score` is that of the picture that was kept. At the SIAK station there
    is an outcome and no picture. `recording` is empty while the recording is under way. What was recorded partly or
    not at all the section head looks at afterwards (`review`).
    """

    class Review(models.TextChoices):
        CONFIRMED = "confirmed", "Disetujui"
        DOUBTED = "doubted", "Diragukan"

    application = models.ForeignKey(Application, models.PROTECT, related_name="captures")
    recording = models.ForeignKey(Recording, models.PROTECT, null=True, related_name="captures")
    position = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.CAPTURED)
    station = models.CharField(max_length=4, choices=Station.choices, default=Station.HERE)
    file = models.OneToOneField(VaultFile, models.PROTECT, null=True)
    reason = models.CharField(max_length=120, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    scores = models.JSONField(default=list)
    algorithm = models.CharField(max_length=60, blank=True)
    device = models.CharField(max_length=80, blank=True)
    captured_at = models.DateTimeField()
    captured_by = actor()
    review = models.CharField(max_length=10, choices=Review.choices, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = actor(null=True)

    objects = CaptureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "position"], condition=Q(recording=None), name="one_capture_per_position"
            ),
            models.CheckConstraint(
                condition=Q(outcome="captured", reason="")
                | (Q(outcome="partial") & ~Q(reason=""))
                | (Q(outcome="exception", file=None) & ~Q(reason="")),
                name="capture_has_a_reason_unless_it_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(station="siak", file=None) | Q(outcome="exception") | Q(station="here", file__isnull=False),
                name="capture_here_has_a_picture",
            ),
        ]
        indexes = [
            models.Index(
                fields=["captured_at"], condition=~Q(outcome="captured") & Q(review=""), name="captures_to_review"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.position}"

    @property
    def label(self) -> str:
        """The position in words."""
        return LABELS[Position(self.position)]


class DataConfirmation(models.Model):
    """The resident read name, birth place and birth date as the card will show them, and signed (fact F5.3).

    On the screen with a signature on the pad, or on the printed sheet. It counts for what was shown: where the data is
    another now, the resident has to read it again. A misprint of what was signed is not the office's.
    """

    class Means(models.TextChoices):
        SCREEN = "screen", "Di layar, tanda tangan di papan"
        SHEET = "sheet", "Di lembar cetak"

    application = models.ForeignKey(Application, models.PROTECT, related_name="confirmations")
    name = models.CharField(max_length=60)
    birth_place = models.CharField(max_length=60)
    birth_date = models.DateField()
    means = models.CharField(max_length=6, choices=Means.choices)
    file = models.OneToOneField(VaultFile, models.PROTECT, null=True)
    at = models.DateTimeField()
    by = actor()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(means="screen", file__isnull=False) | Q(means="sheet", file=None),
                name="confirmation_on_screen_is_signed_on_the_pad",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.at:%d-%m-%Y %H.%M}"
