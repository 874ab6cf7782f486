"""What the Administrator fills in about people and roles; what the section head fills in for a Plh."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from accounts.models import User
from accounts.people import TAKEN
from accounts.roles import Role
from accounts.terms import LONGEST, TOO_LONG, eligible_deputies
from office.models import Section
from office.wording import WordedLimits

RESERVED = {"baru"}  # /pengguna/baru/ is the page for a new person
MOMENT = {"type": "datetime-local"}


def moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M")


def reason_field(required: str) -> forms.CharField:
    return forms.CharField(
        label="Alasan", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": required},
    )


class PersonForm(WordedLimits, forms.Form):
    """Name and post; `cleaned_data` is what `people.change_person` is called with."""

    name = forms.CharField(label="Nama", max_length=80, error_messages={"required": "Isi nama lengkap."})
    post = forms.CharField(
        label="Jabatan", max_length=80, error_messages={"required": "Isi jabatan."},
    )
    nip = forms.CharField(
        label="NIP", max_length=30, required=False, help_text="18 angka, boleh kosong."
    )
    section = forms.ModelChoiceField(Section.objects.all(), label="Seksi", required=False, empty_label="Tanpa seksi")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_post(self) -> str:
        return " ".join(self.cleaned_data["post"].split())

    def clean_nip(self) -> str:
        nip = re.sub(r"[\s.-]", "", self.cleaned_data["nip"])
        if nip and not re.fullmatch(r"[0-9]{18}", nip):
            raise forms.ValidationError("NIP terdiri atas 18 angka. Periksa lagi, atau kosongkan.")
        return nip


class NewPersonForm(PersonForm):
    username = forms.CharField(
        label="Nama pengguna", max_length=30, help_text="Untuk masuk: huruf kecil, angka, titik, atau garis bawah.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "Isi nama pengguna."},
    )
    password = forms.CharField(
        label="Kata sandi pertama", max_length=80, strip=False,
        help_text="Paling sedikit 10 huruf atau angka. Pemilik akun menggantinya saat masuk pertama kali.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "Isi kata sandi pertama."},
    )
    field_order = ["name", "username", "post", "nip", "section", "password"]

    def clean_username(self) -> str:
        username = self.cleaned_data["username"].lower()
        if not re.fullmatch(r"[a-z0-9._]+", username) or username in RESERVED:
            raise forms.ValidationError("Pakai huruf kecil, angka, titik, atau garis bawah saja, tanpa spasi.")
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(TAKEN)
        return username

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if password := cleaned.get("password"):
            person = User(username=cleaned.get("username", ""), name=cleaned.get("name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class RoleForm(WordedLimits, forms.Form):
    role = forms.ChoiceField(
        label="Peran", choices=Role.choices, widget=forms.RadioSelect, error_messages={"required": "Pilih peran."}
    )
    section = forms.ModelChoiceField(
        Section.objects.all(), label="Seksi yang dikepalai", required=False, empty_label="Pilih seksi",
        help_text="Hanya untuk Kepala Seksi.",
    )
    at = forms.DateTimeField(
        label="Mulai", required=False, widget=moment_input(), help_text="Kosongkan bila berlaku sekarang.",
        error_messages={"invalid": "Isi tanggal dan jam mulai."},
    )
    until = forms.DateTimeField(
        label="Plh/Plt sampai", required=False, widget=moment_input(), help_text="Kosongkan bila tetap.",
        error_messages={"invalid": "Isi tanggal dan jam berakhir."},
    )
    reason = reason_field("Isi alasannya, misalnya nomor surat perintah.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._clean_section(cleaned)
        self._clean_span(cleaned)
        return cleaned

    def _clean_section(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("role") != Role.SECTION_HEAD:
            cleaned["section"] = None
        elif not cleaned.get("section") and "section" not in self.errors:
            self.add_error("section", "Pilih seksi yang dikepalai.")

    def _clean_span(self, cleaned: dict[str, Any]) -> None:
        now = timezone.now()
        at, until = cleaned.get("at"), cleaned.get("until")
        # The field knows whole minutes: the minute that runs now is now.
        if at and at <= now:
            if now - at > timedelta(minutes=1):
                self.add_error("at", "Waktu mulai sudah lewat. Kosongkan bila berlaku sekarang.")
            cleaned["at"] = at = None
        if until and until > now + LONGEST:
            self.add_error("until", TOO_LONG)
        elif until and until <= (at or now):
            self.add_error("until", "Isi waktu sesudah mulai dan sesudah sekarang, atau kosongkan bila tetap.")


class ReasonForm(WordedLimits, forms.Form):
    reason = reason_field("Isi alasannya; yang membaca riwayat perlu tahu.")


class DeputyForm(WordedLimits, forms.Form):
    """One button for each person: its value is the field `person`."""

    person = forms.ModelChoiceField(
        User.objects.none(), to_field_name="username", widget=forms.HiddenInput,
        error_messages={
            "required": "Pilih siapa yang menjadi Plh.",
            "invalid_choice": "Orang itu tidak dapat menjadi Plh sekarang. Pilih orang lain.",
        },
    )
    until = forms.DateTimeField(
        label="Sampai", widget=moment_input(),
        help_text="Tutup layanan hari ini; di luar jam layanan, pukul 23.59. Dapat diubah.",
        error_messages={"required": "Isi sampai kapan.", "invalid": "Isi tanggal dan jam berakhir."},
    )
    reason = reason_field("Isi alasannya.")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = eligible_deputies(by)

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        if until > timezone.now() + LONGEST:
            raise forms.ValidationError("Paling lama satu tahun. Isi waktu yang lebih dekat.")
        return until
