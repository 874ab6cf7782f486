"""What the centre knows of a resident, and the one recording of a resident with its captures."""

from django.db import models
from django.db.models import Q

from applications.models.applications import Application
from applications.models.fields import actor
from applications.models.residents import Resident
from applications.routing import Status
from office.models import VaultFile


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
