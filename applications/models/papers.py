"""Which papers a kind needs, the papers of one application, their scans, and changed elements of the data."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format

from applications.models.applications import Application
from applications.models.fields import actor
from applications.models.residents import (
    BloodType,
    Citizenship,
    Marital,
    Religion,
    Resident,
    Sex,
    Village,
)
from applications.states import Kind
from office.models import VaultFile

# Without the old card or the police letter nothing else proves the case (design.md, section 2).
NEVER_WAIVED = ("ktp-lama", "surat-kehilangan")


class KindLabel(models.Model):
    """What the office calls a kind of application, and a line on when it is the right one (the admin's data)."""

    kind = models.CharField("jenis", max_length=12, choices=Kind.choices, primary_key=True)
    label = models.CharField("nama", max_length=60)
    hint = models.CharField("keterangan", max_length=120, blank=True)
    position = models.PositiveSmallIntegerField("urutan")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class PaperRule(models.Model):
    """A paper that a kind of application needs, and which ticks it takes (seed 2; the admin's data)."""

    kind = models.CharField("jenis", max_length=12, choices=Kind.choices)
    code = models.SlugField("kode", max_length=30)
    label = models.CharField("persyaratan", max_length=120)
    position = models.PositiveSmallIntegerField("urutan")
    needs_original = models.BooleanField("asli dilihat", default=True)
    needs_copy = models.BooleanField("salinan disimpan", default=True)
    waivable = models.BooleanField("boleh dimintakan keringanan", default=True)
    # A supporting paper is asked for and kept, but nobody is sent home for it (fact F4.8).
    required = models.BooleanField("wajib", default=True)

    class Meta:
        ordering = ["kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="one_rule_per_kind_and_paper"),
            models.CheckConstraint(condition=Q(needs_original=True) | Q(needs_copy=True), name="rule_needs_a_tick"),
            models.CheckConstraint(
                condition=~Q(code__in=NEVER_WAIVED) | Q(waivable=False), name="old_card_and_police_letter_not_waived"
            ),
        ]

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
    required = models.BooleanField(default=True)
    original_seen_at = models.DateTimeField(null=True)
    original_seen_by = actor(null=True)
    copy_kept_at = models.DateTimeField(null=True)
    copy_kept_by = actor(null=True)
    waiver_reason = models.CharField(max_length=200, blank=True)
    waiver_asked_by = actor(null=True)
    waiver_granted = models.BooleanField(null=True)
    waiver_decided_by = actor(null=True)
    failed_because = models.CharField(max_length=410, blank=True)

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
    def wanted(self) -> str:
        """What still has to be brought of it: the original to look at, the copy to keep, or both."""
        original = self.needs_original and not self.original_seen_at
        copy = self.needs_copy and not self.copy_kept_at
        if original and copy:
            return "bawa yang asli dan fotokopinya"
        if original:
            return "bawa yang asli" + ("; fotokopinya sudah ada" if self.needs_copy else "")
        return "bawa fotokopinya" + ("; yang asli sudah dilihat" if self.needs_original else "") if copy else ""

    @property
    def waiver_undecided(self) -> bool:
        return bool(self.waiver_reason) and self.waiver_granted is None and not self.ticked

    @property
    def missing(self) -> bool:
        """Neither there, nor waived, nor waiting for a decision on a waiver."""
        return self.required and not (self.ticked or self.waiver_granted or self.waiver_undecided)


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
        RELIGION = "religion", "Agama"
        OCCUPATION = "occupation", "Pekerjaan"
        BLOOD_TYPE = "blood_type", "Golongan darah"
        CITIZENSHIP = "citizenship", "Kewarganegaraan"

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
        return str(dict(CHOICES.get(element, [])).get(value, value))


# The elements that have a list of values of their own.
CHOICES = {
    DataChange.Element.SEX: Sex.choices,
    DataChange.Element.MARITAL_STATUS: Marital.choices,
    DataChange.Element.RELIGION: Religion.choices,
    DataChange.Element.BLOOD_TYPE: BloodType.choices,
    DataChange.Element.CITIZENSHIP: Citizenship.choices,
}


class ReturnReason(models.Model):
    """A usual reason why a paper fails, offered to the section head; `paper_code` empty: for every paper."""

    paper_code = models.SlugField("persyaratan", max_length=30, blank=True)
    text = models.CharField("alasan", max_length=200)
    position = models.PositiveSmallIntegerField("urutan")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["paper_code", "text"], name="one_reason_per_paper_and_text")]

    def __str__(self) -> str:
        return self.text


class Draft(models.Model):
    """What a person is typing at the intake page, kept on the server for that person alone.

    `application` is set when a returned file is being completed; else `resident` once the person is known to the
    register. `key` lets the open page hand its fields over once more after the sign-in has run out: it can be written
    with, never read with. `text` holds the fields as they were sent, as JSON.
    """

    owner = actor()
    application = models.ForeignKey(Application, models.CASCADE, null=True, related_name="drafts")
    resident = models.ForeignKey(Resident, models.CASCADE, null=True, related_name="+")
    nik = models.CharField(max_length=16, blank=True)
    key = models.CharField(max_length=43, unique=True)
    text = models.TextField(default="{}")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["owner", "-updated_at"], name="drafts_of_owner")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "application"], name="one_draft_per_owner_and_application"),
            models.UniqueConstraint(
                fields=["owner", "nik"], condition=Q(application=None), name="one_draft_per_owner_and_nik"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.updated_at:%d-%m-%Y %H.%M}"


class Scan(models.Model):
    """A picture of one page of a paper, in the vault: first of a draft, then of the paper of the application."""

    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="scans")
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="scans")
    code = models.SlugField(max_length=30)
    file = models.OneToOneField(VaultFile, models.PROTECT)
    added_at = models.DateTimeField()
    added_by = actor()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True, paper__isnull=False) | Q(draft__isnull=False, paper__isnull=True),
                name="scan_of_a_draft_or_of_a_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.added_at:%d-%m-%Y %H.%M}"


class ScanLink(models.Model):
    """A link that lets a phone add pictures of one paper to one draft, for some minutes; only its digest is kept."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="links")
    code = models.SlugField(max_length=30)
    digest = models.CharField(max_length=64, unique=True)
    made_by = actor()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.code} {self.expires_at:%d-%m-%Y %H.%M}"
