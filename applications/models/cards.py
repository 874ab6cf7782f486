"""The card: printed, handed over; and the letter that refers a file to Disdukcapil."""

from django.db import models
from django.db.models import Q

from applications.models.applications import Application
from applications.models.fields import actor


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
