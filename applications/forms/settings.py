"""Forms of `/pengaturan/`: one for each table; `cleaned_data` holds what its verb takes."""

from typing import Any

from django import forms

from applications import rules
from applications.forms.wording import Worded
from applications.models import KindLabel, PaperRule, ReturnReason, VisitReason
from applications.states import Kind
from office.models import Office, Official, Parameter

NEW_PAPER = "Persyaratan baru, belum ada dalam daftar"


class SettingForm(Worded, forms.ModelForm):
    """Shows a row; the verb writes it, so nothing is saved from here. Blanks in a line are made single."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, value in cleaned.items():
            if isinstance(value, str) and not isinstance(self.fields[name].widget, forms.Textarea):
                cleaned[name] = " ".join(value.split())
        return cleaned

    def _post_clean(self) -> None:
        """The rules stand in the verbs, which ask them with the lock held."""


class PaperRuleForm(SettingForm):
    own_sentences = ("required",)
    required = forms.TypedChoiceField(
        label="Kedudukan", widget=forms.RadioSelect, coerce=lambda value: value == "ya", initial="ya",
        choices=[("ya", "Wajib"), ("tidak", "Pendukung")],
        help_text="Tanpa yang wajib, berkas dikembalikan. Yang pendukung diminta, tetapi tidak menahan berkas.",
        error_messages={"required": "Pilih wajib atau pendukung."},
    )
    field_order = ["label", "needs_original", "needs_copy", "required", "waivable"]

    class Meta:
        model = PaperRule
        fields = ["label", "needs_original", "needs_copy", "required", "waivable"]
        labels = {"label": "Nama persyaratan"}
        help_texts = {"label": "Seperti yang dibaca pemohon pada tanda terima dan surat kekurangan."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["required"] = "ya" if self.instance.required else "tidak"
        else:
            self.initial["required"] = "ya"


class NewPaperForm(PaperRuleForm):
    """Chooses a known paper, or makes a new one of its name."""

    code = forms.ChoiceField(
        label="Persyaratan", required=False,
        help_text="Pilih yang sudah dikenal, supaya alasan pengembaliannya ikut. Tidak dapat diganti kemudian.",
    )
    field_order = ["code", *PaperRuleForm.field_order]

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = set(PaperRule.objects.filter(kind=kind).values_list("code", flat=True))
        self.known = {code: label for code, label in rules.known_papers().items() if code not in taken}
        chosen: Any = self.fields["code"]
        chosen.choices = [("", NEW_PAPER), *self.known.items()]
        self.fields["label"].required = False
        self.fields["label"].help_text += " Boleh kosong bila memilih yang sudah dikenal."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("label") and "label" not in self.errors:
            cleaned["label"] = self.known.get(cleaned.get("code", ""), "")
            if not cleaned["label"]:
                self.add_error("label", "Isi nama persyaratan.")
        return cleaned


class ReasonForm(SettingForm):
    class Meta:
        model = ReturnReason
        fields = ["text"]
        help_texts = {"text": "Sebutkan apa yang salah dan apa yang harus dibawa."}


class KindForm(SettingForm):
    class Meta:
        model = KindLabel
        fields = ["label", "hint"]
        help_texts = {
            "label": "Seperti yang tertulis di loket dan pada tanda terima.",
            "hint": "Kapan jenis ini yang dipilih.",
        }


class VisitForm(SettingForm):
    class Meta:
        model = VisitReason
        fields = ["label", "destination", "advice"]
        widgets = {"advice": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"advice": "Tercetak pada surat rujukan; tulis seperti berbicara kepada tamu."}


class ParameterForm(SettingForm):
    class Meta:
        model = Parameter
        fields = ["value"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        sentence = f"Isi angka dari {row.minimum} sampai {row.maximum} {row.unit}."
        self.fields["value"] = forms.IntegerField(
            label=row.label, min_value=row.minimum, max_value=row.maximum,
            help_text=f"Dalam {row.unit}, dari {row.minimum} sampai {row.maximum}. Dasar: {row.source}.",
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence),
        )


class OfficeForm(SettingForm):
    postcode = forms.RegexField(
        label="Kode pos", regex=r"^[0-9]{5}$", error_messages={"invalid": "Kode pos terdiri dari 5 angka."}
    )

    class Meta:
        model = Office
        fields = ["government", "name", "regency", "address", "place", "postcode", "phone", "email", "website",
                  "slip_paper", "recording_at", "printing_at"]
        field_classes = {"email": forms.EmailField}
        widgets = dict.fromkeys(("slip_paper", "recording_at", "printing_at"), forms.RadioSelect)
        help_texts = {"recording_at": "Berlaku untuk posisi yang belum direkam; yang sudah ada tetap."}


class OfficialForm(SettingForm):
    nip = forms.RegexField(
        label="NIP", regex=r"^[0-9]{18}$", required=False, strip=True,
        help_text="18 angka tanpa spasi; kosongkan bila tidak dicantumkan.",
        error_messages={"invalid": "NIP terdiri dari 18 angka tanpa spasi."},
    )

    class Meta:
        model = Official
        fields = ["name", "nip"]
        help_texts = {"name": "Lengkap dengan gelar, seperti tercetak di bawah tanda tangan."}


class HistoryFilter(forms.Form):
    """Which part of the history is read; what is not in the list shows everything."""

    bagian = forms.ChoiceField(
        label="Bagian", required=False,
        choices=[("", "Semua bagian"), *((table.code, table.title) for table in rules.TABLES.values())],
    )


def kind_names() -> dict[str, str]:
    """The names of the kinds as the office calls them now."""
    return {str(kind): str(Kind(kind).label) for kind in Kind} | {k.kind: k.label for k in rules.kind_labels()}
