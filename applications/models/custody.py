"""Cards and blanks that are out of use: in custody from taking in to the record of destruction (facts F6.8–F6.12)."""

from django.db import models
from django.db.models import Q

from applications.models.applications import Application
from applications.models.cards import Print
from applications.models.fields import Numbered, actor
from office import ledger


class Destruction(Numbered, models.Model):
    """A record of destruction (berita acara pemusnahan): when, where, how, before which witnesses."""

    SERIES = "BAP"

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = actor()
    place = models.CharField("tempat", max_length=80)
    method = models.CharField("cara", max_length=60)
    witness1_name = models.CharField("nama saksi pertama", max_length=60)
    witness1_post = models.CharField("jabatan dan instansi saksi pertama", max_length=80)
    witness2_name = models.CharField("nama saksi kedua", max_length=60)
    witness2_post = models.CharField("jabatan dan instansi saksi kedua", max_length=80)
    note = models.CharField("catatan", max_length=200, blank=True)
    count = models.PositiveIntegerField()
    # The head of the section and the Camat as of that day: an old record keeps who stood for it.
    head_name = models.CharField(max_length=80, blank=True)
    head_nip = models.CharField(max_length=18, blank=True)
    camat_name = models.CharField(max_length=80, blank=True)
    camat_nip = models.CharField(max_length=18, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="one_number_per_destruction"),
            models.CheckConstraint(condition=Q(count__gt=0), name="destruction_has_cards"),
        ]
        indexes = [models.Index(fields=["-at"], name="destructions_newest_first")]

    def __str__(self) -> str:
        return self.number


class HeldCard(models.Model):
    """One card or blank in custody. It leaves it once: by one record of destruction, back to the centre, or, where a
    blank was taken in by mistake, by the correction of that.

    `holder` names whose card it was; a blank has none. Blanks that were faulty before anything was printed on them go
    back to the centre (fact F6.9); everything else is destroyed.
    """

    class Source(models.TextChoices):
        OLD = "old", "KTP lama diserahkan pemohon"
        FOUND = "found", "Kartu temuan diserahkan ke kantor"
        REJECTED = "rejected", "Kartu ditolak setelah dicetak"
        SPOILED = "spoiled", "Rusak saat dicetak"
        BLANK = "blank", "Blangko rusak sebelum dicetak"
        WITHDRAWN = "withdrawn", "Kartu jadi yang ditarik"

    class Cause(models.TextChoices):
        WORN = "worn", "Rusak karena pemakaian"
        CHANGED = "changed", "Perubahan data atau alih status"
        FOUND = "found", "Hilang lalu ditemukan"
        PRINT = "print", "Hasil cetak cacat"
        ENCODING = "encoding", "Chip tidak terbaca"
        FACTORY = "factory", "Cacat pabrik"
        # By whose cause the data are wrong: the codes of a rejected card (lifecycle.cards.CardFault).
        DATA_OFFICE = "office", "Data salah: kekeliruan kantor"
        DATA_RESIDENT = "resident", "Data salah: dari pemohon"
        DATA_CENTRE = "centre", "Data salah: dari pusat atau KK"
        UNCOLLECTED = "uncollected", "Tidak diambil"
        DECEASED = "deceased", "Pemegang meninggal"

    source = models.CharField("asal", max_length=10, choices=Source.choices)
    cause = models.CharField("sebab", max_length=12, choices=Cause.choices)
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="held_cards")
    print = models.OneToOneField(Print, models.PROTECT, null=True, related_name="held_card")
    holder = models.CharField("nama pemegang", max_length=60, blank=True)
    serial = models.CharField("nomor seri", max_length=30, blank=True)
    corner_cut = models.BooleanField("sudut sudah dipotong", default=False)
    note = models.CharField("keterangan", max_length=120, blank=True)
    taken_at = models.DateTimeField()
    taken_by = actor()
    destruction = models.ForeignKey(Destruction, models.PROTECT, null=True, related_name="cards")
    returned_at = models.DateTimeField(null=True)
    returned_by = actor(null=True)
    returned_with = models.CharField("nomor surat pengembalian", max_length=60, blank=True)
    corrected_at = models.DateTimeField(null=True)  # taken in by mistake: the blank is good and back in the box
    # Given by the page of a card that was handed in, so that a page sent twice takes in one card.
    once = models.UUIDField(unique=True, null=True)

    class Meta:
        ordering = ["taken_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(destruction=None, returned_at=None) | Q(destruction=None, corrected_at=None)
                | Q(returned_at=None, corrected_at=None),
                name="held_card_leaves_custody_once",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, corrected_at=None) | Q(source="blank"), name="only_faulty_blanks_go_back"
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(source="old"), name="one_old_card_per_application"
            ),
        ]
        indexes = [
            models.Index(
                fields=["taken_at"], condition=Q(destruction=None, returned_at=None, corrected_at=None),
                name="cards_in_custody",
            ),
            models.Index(fields=["taken_at", "cause"], name="held_cards_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.holder}"


class CustodyEntry(ledger.Entry):
    """The book of custody: taken in, its corner cut later, destroyed, sent back, or put right."""

    BOOK = "custody"
    SUBJECT = "card"
    COLUMNS = ("cause",)

    class Verb(models.TextChoices):
        TAKE_IN = "take_in", "Diterima"
        CUT_CORNER = "cut_corner", "Sudut dipotong"
        DESTROY = "destroy", "Dimusnahkan"
        SEND_BACK = "send_back", "Dikembalikan ke pusat"
        CORRECT = "correct", "Dikoreksi"

    LEAVING = (Verb.DESTROY, Verb.SEND_BACK, Verb.CORRECT)

    card = models.ForeignKey(HeldCard, models.PROTECT, related_name="entries")
    cause = models.CharField(max_length=12)


class CustodyDetail(ledger.Detail):
    entry = models.OneToOneField(CustodyEntry, models.PROTECT, primary_key=True, related_name="detail")
