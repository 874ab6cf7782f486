"""The pages of custody: a card that was handed in, a record of destruction, blanks that go back."""

from typing import Any
from uuid import uuid4

from django import forms

from accounts.models import User
from applications import custody
from applications.custody import Witness
from applications.forms.wording import Worded
from applications.models import Destruction

LONGEST_KEY = 15  # digits; the database holds no larger one
NO_CHOICE = "Pilih paling sedikit satu kartu."
USUAL_METHOD = "dibakar"


class CardsField(forms.MultipleChoiceField):
    """Keys of cards, as the boxes of a table send them; whether they lie there still is asked under the lock."""

    def valid_value(self, value: Any) -> bool:
        return str(value).isascii() and str(value).isdigit() and len(str(value)) <= LONGEST_KEY

    def clean(self, value: Any) -> list[int]:
        return [int(each) for each in super().clean(value)]


def cards_field() -> CardsField:
    sentences = {"required": NO_CHOICE, "invalid_choice": "Muat ulang halaman ini.", "invalid_list": NO_CHOICE}
    return CardsField(label="Kartu", error_messages=sentences)


class FoundForm(Worded, forms.Form):
    """`cleaned_data` holds the arguments of the verb."""

    holder = forms.CharField(
        label="Nama pada kartu", required=False, max_length=60, help_text="Boleh kosong bila tidak terbaca.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(
        label="Keterangan", required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Misalnya siapa yang menyerahkan dan di mana kartu ditemukan.",
    )
    corner_cut = forms.BooleanField(label="Sudut kanan atas kartu sudah dipotong", required=False)
    once = forms.UUIDField(
        required=False, widget=forms.HiddenInput, initial=uuid4,
        error_messages={"invalid": "Halaman ini tidak utuh lagi. Buka “Catat kartu temuan” sekali lagi."},
    )


class DestructionForm(Worded, forms.Form):
    """What a record of destruction says; place and method are offered as in the last one."""

    own_sentences = ("cards",)
    cards = cards_field()
    place = forms.CharField(label="Tempat", max_length=80)
    # Not `method`: a field of that name hides what a browser's script asks of the form itself.
    manner = forms.CharField(label="Cara", max_length=60, initial=USUAL_METHOD)
    witness1_name = forms.CharField(label="Nama saksi pertama", max_length=60)
    witness1_post = forms.CharField(label="Jabatan dan instansi saksi pertama", max_length=80)
    witness2_name = forms.CharField(label="Nama saksi kedua", max_length=60)
    witness2_post = forms.CharField(label="Jabatan dan instansi saksi kedua", max_length=80)
    note = forms.CharField(label="Catatan", required=False, max_length=200)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        last = Destruction.objects.first()
        first = {"place": last.place, "manner": last.method} if last else {}
        super().__init__(*args, initial=first, **kwargs)
        self.by = by
        for name in ("witness1", "witness2"):
            self.fields[f"{name}_name"].widget.attrs |= {"autocomplete": "off", "list": "witness-names"}
            self.fields[f"{name}_post"].widget.attrs |= {"autocomplete": "off", "list": "witness-posts"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        found = custody.doubts(
            by=self.by, place=cleaned.get("place", ""), method=cleaned.get("manner", ""), witnesses=self.witnesses()
        )
        for asked, sentence in found.items():
            name = "manner" if asked == "method" else asked
            if name not in self.errors:
                self.add_error(name, sentence)
        return cleaned

    def witnesses(self) -> list[Witness]:
        typed = self.cleaned_data
        return [
            Witness(typed.get(f"witness{number}_name", ""), typed.get(f"witness{number}_post", ""))
            for number in (1, 2)
        ]

    def arguments(self) -> dict[str, Any]:
        typed = {name: self.cleaned_data[name] for name in ("cards", "place", "note")}
        return typed | {"method": self.cleaned_data["manner"], "witnesses": self.witnesses()}


class SendBackForm(Worded, forms.Form):
    """`cleaned_data` holds the arguments of the verb."""

    own_sentences = ("cards",)
    cards = cards_field()
    document = forms.CharField(label="Nomor surat pengembalian", max_length=60)


def witnesses_before() -> dict[str, list[str]]:
    """Names and posts of the witnesses of the last records, to be offered while one types."""
    last = Destruction.objects.values_list("witness1_name", "witness1_post", "witness2_name", "witness2_post")[:20]
    known = [text for row in last for text in row]
    return {"names": list(dict.fromkeys(known[::2])), "posts": list(dict.fromkeys(known[1::2]))}
