"""Visits that did not become an application: refused with a slip that says where to go, or a question answered."""

from django.db import models

from applications import nik as niks
from applications.models.fields import Numbered, actor
from applications.models.residents import Resident


class VisitReason(models.Model):
    """Why a visitor cannot be served here, and where to go with what (the admin's data; facts F2.6, F4.2)."""

    code = models.SlugField("kode", max_length=30, primary_key=True)
    label = models.CharField("keperluan atau sebab", max_length=80)
    destination = models.CharField("tempat tujuan", max_length=120, blank=True)
    advice = models.TextField("yang perlu dilakukan dan dibawa", max_length=600, blank=True)
    position = models.PositiveSmallIntegerField("urutan")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class Visit(Numbered, models.Model):
    """A numbered visit without an application; what its slip says is kept as it was on the day."""

    SERIES = "KJG"

    UNDERAGE = "belum-cukup-umur"
    QUESTION = "bertanya"

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = actor()
    reason_code = models.SlugField(max_length=30)
    reason = models.CharField(max_length=80)
    destination = models.CharField(max_length=120, blank=True)
    advice = models.TextField(max_length=800, blank=True)
    resident = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="visits")
    name = models.CharField("Nama", max_length=60, blank=True)
    nik = models.CharField("NIK", max_length=16, blank=True)
    note = models.CharField("Catatan", max_length=200, blank=True)
    # Given by the page that wrote it, so that a page sent twice makes one visit.
    once = models.UUIDField(unique=True, null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["year", "serial"], name="one_number_per_visit")]
        indexes = [
            models.Index(fields=["-at"], name="visits_newest_first"),
            models.Index(fields=["reason_code", "-at"], name="visits_of_a_reason"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def has_slip(self) -> bool:
        """Who only asked goes home with an answer, not with a letter."""
        return self.reason_code != self.QUESTION

    @property
    def nik_masked(self) -> str:
        return niks.masked(self.nik) if self.nik else ""
