"""Blank cards: what is in the box, their book, deliveries, and the close of the day by two people (facts F6.1–F6.12).

The balance is `BlankStock`, one row that every writer locks; the database forbids a negative one. Nothing here is
edited: a mistake is put right by an entry that reverses it.
"""

from django.db import models
from django.db.models import F, Q

from applications.models.cards import Print
from applications.models.fields import actor
from office import ledger


class BlankStock(models.Model):
    """The blanks of this office now, one row: in the box, and reserved for cards that are being printed."""

    on_hand = models.PositiveIntegerField("di kotak", default=0)
    reserved = models.PositiveIntegerField("sedang dicetak", default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="blank_stock_is_one_row"),
            models.CheckConstraint(condition=Q(on_hand__gte=0) & Q(reserved__gte=0), name="blanks_never_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.on_hand} + {self.reserved}"

    @property
    def physical(self) -> int:
        """What a person can count: in the box and in the printer."""
        return self.on_hand + self.reserved


class BlankReceipt(models.Model):
    """One delivery with its document; the first and last serial number where they are known."""

    document = models.CharField("nomor berita acara", max_length=60)
    source = models.CharField("asal", max_length=80)
    received_on = models.DateField("tanggal diterima")
    count = models.PositiveIntegerField("jumlah")
    serial_from = models.CharField("nomor seri pertama", max_length=30, blank=True)
    serial_to = models.CharField("nomor seri terakhir", max_length=30, blank=True)
    reversed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="delivery_has_blanks"),
            models.CheckConstraint(
                condition=Q(serial_from="", serial_to="") | (~Q(serial_from="") & ~Q(serial_to="")),
                name="delivery_serials_from_and_to",
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(reversed=False), name="one_delivery_per_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} ({self.count})"


class BlankEntry(ledger.Entry):
    """The book of blanks: every movement with its change of both balances, every count for a close, and every close.

    `cause` is the fault of a spoiled blank, else empty; `reverses` the entry that this one puts right.
    """

    BOOK = "blanks"
    SUBJECT = "stock"
    COLUMNS = ("on_hand", "reserved", "cause", "print_id", "receipt_id", "reverses_id", "once")

    class Verb(models.TextChoices):
        RECEIVE = "receive", "Diterima"
        RESERVE = "reserve", "Dikirim ke pencetak"
        RELEASE = "release", "Cetak gagal, blangko utuh"
        USE = "use", "Terpakai untuk kartu"
        SPOIL = "spoil", "Rusak"
        RETURN = "return", "Dikembalikan"
        LOSE = "lose", "Hilang"
        CORRECT = "correct", "Koreksi"
        COUNT = "count", "Dihitung"
        CLOSE = "close", "Tutup hari"

    stock = models.ForeignKey(BlankStock, models.PROTECT, related_name="entries")
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    cause = models.CharField(max_length=10, blank=True)
    print = models.ForeignKey(Print, models.PROTECT, null=True, related_name="blank_entries")
    receipt = models.ForeignKey(BlankReceipt, models.PROTECT, null=True, related_name="entries")
    # Given by the page that wrote it, so that a page sent twice makes one entry.
    once = models.CharField(max_length=36, unique=True, null=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta(ledger.Entry.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["print"], condition=Q(verb="reserve"), name="one_blank_reserved_per_card"
            ),
            models.UniqueConstraint(
                fields=["print"], condition=Q(verb__in=["release", "use", "spoil"]), name="one_end_per_reserved_blank"
            ),
        ]
        indexes = [
            models.Index(fields=["verb", "occurred_at"], name="blank_entries_by_verb"),
            models.Index(fields=["occurred_at"], name="blank_entries_by_day"),
            models.Index(fields=["deviation", "occurred_at"], condition=~Q(deviation=""), name="blank_deviations"),
        ]


class BlankDetail(ledger.Detail):
    entry = models.OneToOneField(BlankEntry, models.PROTECT, primary_key=True, related_name="detail")


class StockOut(models.Model):
    """From when until when the box was empty; derived from the book, for the clocks."""

    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["since"], condition=Q(until=None), name="stock_out_since_one_moment"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="stock_out_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since:%d-%m-%Y %H.%M}"


class BlankClose(models.Model):
    """The close of a day: what the book says, what was counted, what the SIAK station reports; signed by two people.

    It covers every entry after the close before it up to `through_seq`. Where the figures differ a written explanation
    stands, and both sign for it. Not signed by the second person yet: `signed_at` is empty.
    """

    through_seq = models.PositiveBigIntegerField()
    since_day = models.DateField()
    through_day = models.DateField()
    book = models.PositiveIntegerField("sisa menurut buku")
    counted = models.PositiveIntegerField("sisa hitung fisik")
    used = models.PositiveIntegerField("blangko terpakai untuk kartu")
    spoiled = models.PositiveIntegerField("blangko rusak")
    confirmed = models.PositiveIntegerField("kartu dinyatakan baik di sini")
    station_prints = models.PositiveIntegerField("kartu tercetak menurut stasiun SIAK")
    explanation = models.TextField("penjelasan selisih", max_length=600, blank=True)
    closed_at = models.DateTimeField()
    closed_by = actor()
    signed_at = models.DateTimeField(null=True)
    signed_by = actor(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("closed_by")), name="close_signed_by_another_person"
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None) | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="close_signed_at_and_by",
            ),
            models.CheckConstraint(
                condition=(Q(counted=F("book")) & Q(used=F("confirmed")) & Q(station_prints=F("confirmed")))
                | ~Q(explanation=""),
                name="close_that_differs_is_explained",
            ),
            models.UniqueConstraint(
                fields=["through_seq"], condition=Q(signed_at=None), name="one_close_waits_per_state_of_the_book"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.through_day:%d-%m-%Y}"

    @property
    def difference(self) -> str:
        """`+1` or `−2`: what was counted beyond the book, or is missing from it."""
        return f"{self.counted - self.book:+d}".replace("-", "−")

    @property
    def adds_up(self) -> bool:
        return self.counted == self.book and self.used == self.confirmed == self.station_prints
