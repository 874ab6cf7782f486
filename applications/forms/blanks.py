"""What is written down about blanks: deliveries, faults, returns, losses, corrections, and the close of the day."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from applications.forms.wording import Worded
from applications.models import BlankFault, BlankReceipt
from applications.refusals import Refused
from applications.serials import Range

FIRST_YEAR = 2000
LATE = timedelta(days=7)  # a delivery written down later than this is asked about once
MOST = 100_000  # no office was ever sent more; a slip of the finger is found
NUMBER = {"inputmode": "numeric", "autocomplete": "off"}
PLAIN = {"autocomplete": "off"}
FAULTS = [
    (BlankFault.FACTORY, "Cacat pabrik"), (BlankFault.ENCODING, "Chip tidak terbaca"),
    (BlankFault.PRINT, "Rusak saat uji cetak"),
]


def count_field(label: str, **more: Any) -> forms.IntegerField:
    """A number of blanks that says what is wrong with it in our words."""
    sentences = {
        "invalid": "Tulis jumlahnya dengan angka, misalnya 50.", "min_value": "Jumlahnya paling sedikit 1.",
        "max_value": f"Jumlahnya paling banyak {MOST}. Periksa angkanya.",
    }
    return forms.IntegerField(
        label=label, min_value=1, max_value=MOST, widget=forms.TextInput(attrs=NUMBER), error_messages=sentences, **more
    )


class BlankForm(Worded, forms.Form):
    """`cleaned_data` holds the arguments of the verb; `once` keeps a page that is sent twice from being written twice.
    """

    once = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid4,
        error_messages={"invalid": "Halaman ini tidak utuh lagi. Buka sekali lagi dari halaman Blangko.",
                        "required": "Halaman ini tidak utuh lagi. Buka sekali lagi dari halaman Blangko."},
    )
    own_sentences: tuple[str, ...] = ("once",)

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReceiveForm(BlankForm):
    """A delivery. Where both serial numbers are known, the number of blanks follows from them."""

    document = forms.CharField(
        label="Nomor berita acara", max_length=60, widget=forms.TextInput(attrs=PLAIN),
    )
    source = forms.CharField(label="Asal", max_length=80, widget=forms.TextInput(attrs=PLAIN))
    received_on = forms.DateField(
        label="Tanggal diterima", widget=forms.DateInput(format="%d-%m-%Y", attrs=NUMBER),
        help_text="Misalnya 24112026 atau 24-11-2026.",
    )
    sure = forms.BooleanField(label="Tanggal diterima ini benar", required=False, widget=forms.HiddenInput)
    count = count_field("Jumlah lembar", required=False, help_text="Boleh kosong bila nomor seri diisi.")
    serial_from = forms.CharField(
        label="Nomor seri pertama", required=False, max_length=30, widget=forms.TextInput(attrs=PLAIN),
        help_text="Bila tertera pada kotak, misalnya A00001.",
    )
    serial_to = forms.CharField(
        label="Nomor seri terakhir", required=False, max_length=30, widget=forms.TextInput(attrs=PLAIN),
        help_text="Yang pertama dan terakhir ikut dihitung.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = timezone.localdate
        last = BlankReceipt.objects.order_by("-pk").values_list("source", flat=True).first()
        self.fields["source"].initial = last or ""

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Tanggal diterima belum tiba. Periksa tanggalnya.")
        if day.year < FIRST_YEAR:
            raise forms.ValidationError("Tahunnya tidak mungkin. Periksa tanggalnya.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.ask_about_late(cleaned)
        first, last = cleaned.get("serial_from", ""), cleaned.get("serial_to", "")
        if first or last:
            self.count_serials(cleaned, first, last)
        elif cleaned.get("count") is None and "count" not in self.errors:
            self.add_error("count", "Isi jumlah lembar yang diterima.")
        return cleaned

    def ask_about_late(self, cleaned: dict[str, Any]) -> None:
        """A day long ago is nearly always a slip of the finger: the box to confirm it appears only then."""
        day, sure = cleaned.get("received_on"), cleaned.pop("sure", False)
        if day is None or sure or timezone.localdate() - day <= LATE:
            return
        self.fields["sure"].widget = forms.CheckboxInput()
        ago = (timezone.localdate() - day).days
        sentence = f"Kiriman ini diterima {ago} hari yang lalu. Periksa tanggalnya; bila benar, beri tanda."
        self.add_error("sure", sentence)

    def count_serials(self, cleaned: dict[str, Any], first: str, last: str) -> None:
        """Take the number from the serials, or say that both do not agree."""
        try:
            found = Range.read(first, last).count
        except Refused as no:
            self.add_error("serial_to" if first else "serial_from", no.sentence)
            return
        typed = cleaned.get("count")
        if found > MOST:
            self.add_error("serial_to", f"Nomor seri itu berjumlah {found} lembar. Periksa kedua nomornya.")
        elif typed is None and "count" not in self.errors:
            cleaned["count"] = found
        elif typed is not None and typed != found:
            self.add_error("count", f"Menurut nomor serinya {found} lembar. Periksa jumlah atau kedua nomornya.")


class SpoilForm(BlankForm):
    own_sentences = ("once", "cause")
    cause = forms.ChoiceField(
        label="Sebab", widget=forms.RadioSelect, choices=FAULTS, error_messages={"required": "Pilih sebab rusaknya."}
    )
    serial = forms.CharField(
        label="Nomor seri", required=False, max_length=30, help_text="Bila tertera.",
        widget=forms.TextInput(attrs=PLAIN),
    )
    note = forms.CharField(label="Keterangan", required=False, max_length=120, widget=forms.Textarea(attrs={"rows": 2}))


class ReturnForm(BlankForm):
    count = count_field("Jumlah lembar")
    document = forms.CharField(
        label="Nomor surat pengembalian", max_length=60, widget=forms.TextInput(attrs=PLAIN),
        help_text="Juga surat pinjam-pakai bila diserahkan ke kantor lain.",
    )


class LoseForm(BlankForm):
    own_sentences = ("once", "reason")
    count = count_field("Jumlah lembar")
    reason = forms.CharField(
        label="Keterangan", max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kapan diketahui hilang, dan apa yang sudah dicari.",
        error_messages={"required": "Isi keterangannya; Sekretaris membacanya."},
    )


class CorrectForm(Worded, forms.Form):
    own_sentences = ("reason",)
    reason = forms.CharField(
        label="Alasan koreksi", max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Isi apa yang salah pada catatan ini."},
    )


def counted_field(label: str, help_text: str) -> forms.IntegerField:
    """A number that may be 0."""
    sentences = {
        "invalid": "Tulis dengan angka, misalnya 50.", "min_value": "Tulis angka 0 atau lebih.",
        "max_value": f"Paling banyak {MOST}. Periksa angkanya.",
    }
    return forms.IntegerField(
        label=label, min_value=0, max_value=MOST, help_text=help_text, error_messages=sentences,
        widget=forms.TextInput(attrs=NUMBER),
    )


class CountForm(Worded, forms.Form):
    """What lies there and what the station reports, asked before the book is shown."""

    counted = counted_field("Blangko terhitung", "Di kotak dan di dalam pencetak. Hitung lembarnya satu per satu.")
    station = counted_field(
        "Kartu tercetak menurut stasiun SIAK",
        "Sejak tutup hari terakhir; hanya kartu jadi, cetakan yang rusak tidak dihitung.",
    )


class ExplainForm(Worded, forms.Form):
    own_sentences = ("explanation",)
    explanation = forms.CharField(
        label="Penjelasan selisih", max_length=600, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Apa yang terjadi, dan apa yang akan dilakukan. Orang kedua membaca dan menandatanganinya.",
        error_messages={"required": "Isi penjelasan selisihnya, atau hitung ulang."},
    )


class BookFilter(forms.Form):
    """The kind of movement and the period of the list, from the address; what is not known is left out."""

    jenis = forms.ChoiceField(label="Jenis catatan", required=False)
    masa = forms.ChoiceField(label="Masa", required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], periods: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("jenis", [("", "Semua"), *kinds]), ("masa", [("", "Semua"), *periods])):
            field: Any = self.fields[name]
            field.choices = choices

    def chosen(self, name: str) -> str:
        """What was chosen, empty for all and for what nobody offered."""
        self.is_valid()
        return str(getattr(self, "cleaned_data", {}).get(name, ""))
