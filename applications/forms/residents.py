"""The record of a resident: entered, corrected with a reason, told apart from another; and the search."""

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from applications import nik as niks
from applications import values
from applications.forms.wording import Worded, worded
from applications.models import Citizenship, Marital, Religion, Resident, Sex, Village
from applications.occupations import OCCUPATIONS
from office.wording import UNSEEN

NUMBER = {"inputmode": "numeric", "autocomplete": "off", "data-group": "4"}
SHORT_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}
KNOWN_MEANWHILE = "NIK ini baru saja didaftarkan di loket lain. Cari NIK itu sekali lagi."
OF_SOMEBODY_ELSE = "NIK ini milik orang lain di register. Periksa angkanya; bila sama orangnya, pakai data orang itu."


@contextmanager
def as_form_error() -> Iterator[None]:
    try:
        yield
    except values.Unreadable as error:
        raise forms.ValidationError(str(error)) from error


class NikField(forms.CharField):
    """16 digits, typed with or without spaces."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="NIK", widget=forms.TextInput(attrs=dict(NUMBER)), **kwargs)
        self.error_messages["required"] = "Ketik NIK pemohon, 16 angka."
        self.error_messages["unique"] = KNOWN_MEANWHILE
        worded(self)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return niks.parse(text).digits
        except niks.NotANik as error:
            raise forms.ValidationError(str(error)) from error


class ResidentForm(Worded, forms.ModelForm):
    """All that the record of a resident holds; a new one (no instance) must tell religion and occupation too."""

    own_sentences: tuple[str, ...] = ("nik",)
    asked_of_new_ones = ("religion", "occupation")
    occupations = OCCUPATIONS

    nik = NikField()
    kk_number = forms.CharField(label="Nomor KK", widget=forms.TextInput(attrs=dict(NUMBER)))
    birth_date = forms.DateField(
        label="Tanggal lahir", help_text="Misalnya 15031990 atau 15-3-1990.",
        widget=forms.DateInput(format="%d-%m-%Y", attrs=dict(SHORT_NUMBER)),
    )
    sex = forms.ChoiceField(label="Jenis kelamin", choices=Sex.choices, widget=forms.RadioSelect)
    marital_status = forms.ChoiceField(
        label="Status perkawinan", choices=Marital.choices, widget=forms.RadioSelect
    )
    village = forms.ModelChoiceField(
        label="Desa", queryset=Village.objects.all(), widget=forms.RadioSelect, empty_label=None
    )
    religion = forms.ChoiceField(label="Agama", choices=[("", "Pilih agama"), *Religion.choices], required=False)
    citizenship = forms.ChoiceField(
        label="Kewarganegaraan", choices=Citizenship.choices, widget=forms.RadioSelect, initial=Citizenship.WNI
    )
    phone = forms.CharField(
        label="Nomor HP", required=False, help_text="Boleh kosong. Mulai 08 atau +62.",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    class Meta:
        model = Resident
        fields = [
            "nik", "kk_number", "name", "birth_place", "birth_date", "sex", "marital_status", "address", "rt", "rw",
            "village", "religion", "occupation", "blood_type", "citizenship", "disability", "phone",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.asked_of_new_ones if not self.instance.pk else ():
            self.fields[name].required = True
        self.fields["nik"].error_messages["unique"] = OF_SOMEBODY_ELSE if self.instance.pk else KNOWN_MEANWHILE
        self.fields["occupation"].widget.attrs.update({"list": "occupations", "autocomplete": "off"})
        for name in ("rt", "rw"):
            self.fields[name].widget.attrs.update(SHORT_NUMBER)
        for field in self.fields.values():
            # The browser would cut a pasted text without a word; so it is told, and nothing is lost.
            field.widget.attrs.pop("maxlength", None)

    @property
    def foreigner(self) -> bool:
        """A WNA was entered, whom the office cannot serve."""
        return self.cleaned_data.get("citizenship") == Citizenship.WNA

    def read(self, name: str, reader: Callable[[str], str]) -> str:
        with as_form_error():
            return reader(self.cleaned_data[name])

    def clean_birth_date(self) -> date:
        with as_form_error():
            return values.likely_birth_date(self.cleaned_data["birth_date"], timezone.localdate())

    def clean_kk_number(self) -> str:
        return self.read("kk_number", values.kk_number)

    def clean_name(self) -> str:
        return self.read("name", values.name)

    def clean_birth_place(self) -> str:
        return self.read("birth_place", values.tidy)

    def clean_address(self) -> str:
        return self.read("address", values.tidy)

    def clean_occupation(self) -> str:
        return self.read("occupation", values.tidy)

    def clean_rt(self) -> str:
        return self.read("rt", lambda text: values.three_digits(text, "RT"))

    def clean_rw(self) -> str:
        return self.read("rw", lambda text: values.three_digits(text, "RW"))

    def clean_phone(self) -> str:
        return self.read("phone", values.phone)


class CorrectionForm(ResidentForm):
    """The whole record once more, with the reason for what is changed."""

    own_sentences = ("nik", "reason")
    reason = forms.CharField(
        label="Alasan perbaikan", max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Misalnya: salah ketik, sesuai Kartu Keluarga yang dibawa.",
        error_messages={"required": "Isi alasannya; yang membaca riwayat ini perlu tahu."},
    )

    def changes(self) -> dict[str, Any]:
        """What was sent of the record, reason left out."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class ApartForm(Worded, forms.Form):
    """The decision that a likely double is somebody else."""

    own_sentences = ("reason",)
    other = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Alasan", max_length=200,
        error_messages={"required": "Isi alasannya; yang membaca riwayat ini perlu tahu."},
    )


class SearchForm(Worded, forms.Form):
    q = forms.CharField(
        label="Cari penduduk", required=False, strip=False, help_text="NIK, Nomor KK, atau sebagian nama.",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def clean_q(self) -> str:
        """Signs of control come from a broken scanner or a pasted text; with them nobody would be found."""
        text = self.cleaned_data["q"].strip(" \t\r\n")
        if any(unicodedata.category(sign) == "Cc" for sign in text):
            raise forms.ValidationError(UNSEEN)
        return text
