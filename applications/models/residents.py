"""Villages and residents, with the book of what was done to a resident's record."""

from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from applications import names
from applications import nik as niks
from applications.models.fields import DIGITS_3, DIGITS_16, actor
from applications.routing import age_on, birthday
from office import ledger


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


class Religion(models.TextChoices):
    """Fact F4.9, with its codes."""

    ISLAM = "1", "Islam"
    KRISTEN = "2", "Kristen"
    KATHOLIK = "3", "Katholik"
    HINDU = "4", "Hindu"
    BUDHA = "5", "Budha"
    KHONGHUCU = "6", "Khonghucu"
    KEPERCAYAAN = "7", "Kepercayaan terhadap Tuhan YME"


class BloodType(models.TextChoices):
    """Fact F4.11."""

    A = "A", "A"
    B = "B", "B"
    AB = "AB", "AB"
    O = "O", "O"  # noqa: E741 -- the blood group is called so
    A_PLUS = "A+", "A+"
    A_MINUS = "A-", "A−"
    B_PLUS = "B+", "B+"
    B_MINUS = "B-", "B−"
    AB_PLUS = "AB+", "AB+"
    AB_MINUS = "AB-", "AB−"
    O_PLUS = "O+", "O+"
    O_MINUS = "O-", "O−"
    UNKNOWN = "-", "Tidak tahu"


class Citizenship(models.TextChoices):
    """Fact F4.12."""

    WNI = "WNI", "WNI"
    WNA = "WNA", "WNA"


class Disability(models.TextChoices):
    """Fact F4.14. Specific personal data (fact F8.30): asked for because it decides how a person is recorded."""

    NONE = "none", "Tidak"
    PHYSICAL = "physical", "Fisik"
    SIGHT = "sight", "Netra/buta"
    HEARING = "hearing", "Rungu/wicara"
    MENTAL = "mental", "Mental/jiwa"
    PHYSICAL_AND_MENTAL = "both", "Fisik dan mental"
    OTHER = "other", "Lainnya"


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
    religion = models.CharField("Agama", max_length=1, choices=Religion.choices, blank=True)
    occupation = models.CharField("Pekerjaan", max_length=60, blank=True)
    blood_type = models.CharField(
        "Golongan darah", max_length=3, choices=BloodType.choices, default=BloodType.UNKNOWN
    )
    citizenship = models.CharField(
        "Kewarganegaraan", max_length=3, choices=Citizenship.choices, default=Citizenship.WNI
    )
    disability = models.CharField(
        "Penyandang disabilitas", max_length=10, choices=Disability.choices, default=Disability.NONE
    )
    phone = models.CharField("Nomor HP", max_length=16, blank=True)
    # Derived from the name when it is saved: capitals without signs, for search and comparison.
    name_key = models.CharField(max_length=120, editable=False, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["name_key"], name="resident_name_key"),
            models.Index(fields=["birth_date"], name="resident_birth_date"),
            models.Index(fields=["kk_number"], name="resident_kk_number"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = names.key(self.name)
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "name_key"}
        super().save(*args, **kwargs)

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

    @property
    def of_age_at(self) -> date | None:
        """The 17th birthday of who waits for it: not 17 yet today and never married; None for all others."""
        return None if self.ever_married or self.age_on(timezone.localdate()) >= 17 else birthday(self.birth_date, 17)

    def age_on(self, day: date) -> int:
        return age_on(self.birth_date, day)

    def nik_doubts(self) -> list[str]:
        nik = niks.parse(self.nik)
        return niks.warnings(nik, birth=self.birth_date, female=self.sex == Sex.FEMALE)

    def nik_flaws(self) -> list[str]:
        return [niks.FLAW_SENTENCES[flaw] for flaw in niks.parse(self.nik).flaws]


class ResidentImport(models.Model):
    """One import of a list of residents: which file (by digest, never its name), by whom, and what came of it."""

    at = models.DateTimeField()
    by = actor(null=True)
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.at:%d-%m-%Y} {self.rows}"


class ResidentEntry(ledger.Entry):
    """The book of residents' records: entered, corrected with a reason, told apart from a likely double, imported.

    An import is one entry without a resident; what it changed in a record that was there is an entry of its own.
    """

    BOOK = "residents"
    SUBJECT = "resident"

    resident = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="entries")


class ResidentDetail(ledger.Detail):
    entry = models.OneToOneField(ResidentEntry, models.PROTECT, primary_key=True, related_name="detail")
