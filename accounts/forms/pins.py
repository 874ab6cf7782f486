"""One's own PIN, and taking over the shared computer with it."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts import pins
from accounts.models import User
from office.wording import WordedLimits


def pin_field(label: str, **attributes: str) -> forms.CharField:
    known = {"inputmode": "numeric", "autocomplete": "off", "maxlength": str(pins.LENGTH), "pattern": "[0-9]*"}
    return forms.CharField(
        label=label, max_length=80, widget=forms.PasswordInput(attrs=known | attributes),
        error_messages={"required": f"Isi {label}."},
    )


class OwnPinForm(WordedLimits, forms.Form):
    password = forms.CharField(
        label="Kata sandi sekarang", strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Isi kata sandi sekarang."},
    )
    pin = pin_field("PIN baru")
    again = pin_field("PIN baru, sekali lagi")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["pin"].help_text = f"{pins.LENGTH} angka, tidak berulang dan tidak berurutan."

    def clean_password(self) -> str:
        """Asked of the sign-in itself, so that wrong ones are counted there."""
        password = self.cleaned_data["password"]
        user = authenticate(self.request, username=self.request.user.get_username(), password=password)
        if user is None:
            raise forms.ValidationError("Kata sandi sekarang tidak cocok.")
        return password

    def clean_pin(self) -> str:
        if sentence := pins.flaw(self.cleaned_data["pin"]):
            raise forms.ValidationError(sentence)
        return self.cleaned_data["pin"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("pin") and cleaned.get("again") and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", "Kedua PIN tidak sama. Ketik sekali lagi.")
        return cleaned


class ColleagueField(forms.ModelChoiceField):
    """A colleague with name and post, and a word when the PIN is locked."""

    limit = 0

    def label_from_instance(self, person: Any) -> str:
        note = " (PIN dikunci)" if pins.is_locked(person, self.limit) else ""
        return f"{person.name}, {person.post}{note}"


class TakeOverForm(WordedLimits, forms.Form):
    person = ColleagueField(
        User.objects.none(), label="Siapa yang mengambil alih", empty_label=None, to_field_name="username",
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih nama Anda.", "invalid_choice": "Orang itu tidak ada dalam daftar lagi."},
    )
    pin = pin_field("PIN", **{"data-send-at": str(pins.LENGTH)})

    def __init__(self, *args: Any, colleagues: Any, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.limit, person.queryset = limit, colleagues
        self.fields["pin"].help_text = "Formulir terkirim sendiri setelah angka keenam."
