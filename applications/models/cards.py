"""The card: printed, handed over, sent to a village; and the letter that refers a file to Disdukcapil."""

from django.db import models
from django.db.models import Q

from applications.models.applications import Application
from applications.models.fields import Numbered, actor
from applications.models.residents import Village
from office.models import VaultFile


class BlankFault(models.TextChoices):
    """What spoiled a blank, or a card that was printed on it."""

    PRINT = "print", "Hasil cetak cacat"
    ENCODING = "encoding", "Chip tidak terbaca"
    FACTORY = "factory", "Cacat pabrik"


class Print(models.Model):
    """One attempt to print a card, with the one blank that was reserved for it.

    It ends as failed (the blank goes back, or is spoiled: `blank_used`, `blank_fault`) or confirmed by a person who
    looked; a confirmed card may be rejected afterwards. `face_shown_at`: the face was sent to the printer, once.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="prints")
    started_at = models.DateTimeField()
    started_by = actor()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = actor(null=True)
    blank_serial = models.CharField("nomor seri blangko", max_length=30, blank=True)
    failed_at = models.DateTimeField(null=True)
    failed_by = actor(null=True)
    blank_used = models.BooleanField("blangko terpakai", null=True)
    blank_fault = models.CharField("sebab rusak", max_length=10, choices=BlankFault.choices, blank=True)
    face_shown_at = models.DateTimeField(null=True)
    face_shown_by = actor(null=True)
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


class HandoverQuerySet(models.QuerySet["Handover"]):
    def to_scan(self) -> "HandoverQuerySet":
        """Signed on the printed proof or the list of a village, which is not scanned yet, oldest first."""
        return self.filter(Handover.TO_SCAN).order_by("at", "pk")

    def of(self, application: Application) -> "HandoverQuerySet":
        return self.filter(application=application)


class Handover(models.Model):
    """The card given into a hand, once."""

    class Collector(models.TextChoices):
        SELF = "self", "Pemohon sendiri"
        OTHER = "other", "Orang lain"

    class Signed(models.TextChoices):
        PAD = "pad", "Tanda tangan di papan"
        PAPER = "paper", "Tanda tangan di lembar bukti"
        THUMB = "thumb", "Cap jempol di lembar bukti"
        VILLAGE = "village", "Tanda tangan di daftar desa"

    # Signed by hand or thumb, on the proof or on the list of a village; the sheet is still only paper.
    ON_PAPER = (Signed.PAPER, Signed.THUMB, Signed.VILLAGE)
    TO_SCAN = Q(proof_scan=None, signed__in=ON_PAPER)

    application = models.OneToOneField(Application, models.PROTECT, related_name="handover")
    at = models.DateTimeField()
    by = actor()
    collector = models.CharField(max_length=10, choices=Collector.choices)
    collector_name = models.CharField(max_length=60, blank=True)
    relation = models.CharField(max_length=40, blank=True)
    authority_seen = models.BooleanField(default=False)
    id_seen = models.BooleanField(default=False)
    without_papers_reason = models.CharField(max_length=120, blank=True)
    signed = models.CharField(max_length=8, choices=Signed.choices, default=Signed.PAPER)
    signature = models.OneToOneField(VaultFile, models.PROTECT, null=True, related_name="+")
    proof_scan = models.OneToOneField(VaultFile, models.PROTECT, null=True, related_name="+")
    proof_scanned_at = models.DateTimeField(null=True)
    proof_scanned_by = actor(null=True)
    old_card_surrendered = models.BooleanField(default=False)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["at", "id"], condition=Q(proof_scan=None, signed__in=("paper", "thumb", "village")),
                name="signed_sheets_to_scan",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(collector="self")
                | (~Q(collector_name="") & ~Q(relation="")
                   & (Q(authority_seen=True, id_seen=True) | ~Q(without_papers_reason=""))),
                name="another_person_collects_with_papers_or_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(signed="pad", signature__isnull=False) | (~Q(signed="pad") & Q(signature=None)),
                name="signature_on_the_pad_is_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.at:%d-%m-%Y}"


class Reminder(models.Model):
    """One try to tell a resident that the card lies ready."""

    class Means(models.TextChoices):
        WHATSAPP = "whatsapp", "WhatsApp"
        PHONE = "phone", "Telepon"
        VILLAGE = "village", "Lewat perangkat desa"
        VISIT = "visit", "Didatangi"

    application = models.ForeignKey(Application, models.PROTECT, related_name="reminders")
    at = models.DateTimeField()
    by = actor()
    means = models.CharField(max_length=10, choices=Means.choices)
    informed = models.BooleanField()
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["application", "-at"], name="reminders_newest_first")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.at:%d-%m-%Y}"


class Bundle(Numbered, models.Model):
    """Finished cards that a person of the village takes out with a list, until the list comes back."""

    SERIES = "TTP"

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    village = models.ForeignKey(Village, models.PROTECT, related_name="bundles")
    carrier = models.CharField("yang membawa", max_length=60)
    carrier_post = models.CharField("jabatan", max_length=60)
    out_at = models.DateTimeField()
    out_by = actor()
    back_at = models.DateTimeField(null=True)
    back_by = actor(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["year", "serial"], name="one_number_per_bundle")]
        indexes = [models.Index(fields=["village"], condition=Q(back_at=None), name="bundles_out")]

    def __str__(self) -> str:
        return self.number


class BundleCard(models.Model):
    """One card of a bundle: out until it was delivered or came back; it is out with one bundle at a time."""

    class Outcome(models.TextChoices):
        DELIVERED = "delivered", "Diserahkan di desa"
        RETURNED = "returned", "Kembali ke kantor"

    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="cards")
    application = models.ForeignKey(Application, models.PROTECT, related_name="bundle_cards")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(outcome=""), name="one_bundle_out_per_card"
            ),
            models.UniqueConstraint(fields=["bundle", "application"], name="one_card_once_per_bundle"),
        ]

    def __str__(self) -> str:
        return f"{self.bundle_id} {self.application_id}"


class Referral(Numbered, models.Model):
    """A file sent to Disdukcapil with a numbered letter, and its answer."""

    SERIES = "RUJ"

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
