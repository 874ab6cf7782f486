"""The intake page: who applies, for what, with which papers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from applications import nik as niks
from applications.forms.wording import Worded
from applications.models import (
    DataChange,
    Marital,
    Paper,
    PaperRule,
    Resident,
    Sex,
    Village,
)
from applications.papers import Change, Ticks
from applications.routing import age_on
from applications.states import Kind

OLDEST = 125  # years: beyond it a digit of the year was mistyped


def digits_only(text: str) -> str:
    return "".join(text.split())


class NikField(forms.CharField):
    """16 digits, typed with or without spaces."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "data-group": "4", "maxlength": "24"}
        super().__init__(label="NIK", widget=forms.TextInput(attrs=attrs), **kwargs)
        self.error_messages["required"] = "Ketik NIK pemohon, 16 angka."
        self.error_messages["unique"] = "NIK ini baru saja didaftarkan di loket lain. Cari NIK itu sekali lagi."

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return niks.parse(text).digits
        except niks.NotANik as error:
            raise forms.ValidationError(str(error)) from error


class NikForm(forms.Form):
    """The first question at the counter."""

    nik = NikField(help_text="Dari Kartu Keluarga. Boleh diketik dengan atau tanpa spasi.")
    nik.widget.attrs["autofocus"] = True


class ResidentForm(Worded, forms.ModelForm):
    """A person who is not in the register yet."""

    own_sentences = ("nik",)

    nik = NikField()
    kk_number = forms.CharField(
        label="Nomor KK", widget=forms.TextInput(attrs={"inputmode": "numeric", "data-group": "4", "maxlength": "24"})
    )
    birth_date = forms.DateField(
        label="Tanggal lahir", help_text="Misalnya 15031990 atau 15-3-1990.",
        widget=forms.DateInput(format="%d-%m-%Y", attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Tanggal tidak dikenali. Ketik seperti 15-3-1990."},
    )
    sex = forms.ChoiceField(label="Jenis kelamin", choices=Sex.choices, widget=forms.RadioSelect)
    marital_status = forms.ChoiceField(
        label="Status perkawinan", choices=Marital.choices, widget=forms.RadioSelect, initial=Marital.SINGLE
    )
    village = forms.ModelChoiceField(
        label="Desa", queryset=Village.objects.all(), widget=forms.RadioSelect, empty_label=None
    )

    class Meta:
        model = Resident
        fields = [
            "nik", "kk_number", "name", "birth_place", "birth_date", "sex", "marital_status",
            "address", "rt", "rw", "village",
        ]

    def clean_birth_date(self) -> date:
        birth, today = self.cleaned_data["birth_date"], timezone.localdate()
        if birth > today:
            raise forms.ValidationError("Tanggal lahir belum tiba. Periksa tahunnya.")
        if age_on(birth, today) > OLDEST:
            raise forms.ValidationError(f"Menurut tanggal ini pemohon lebih dari {OLDEST} tahun. Periksa tahunnya.")
        return birth

    def clean_kk_number(self) -> str:
        number = digits_only(self.cleaned_data["kk_number"])
        if not (number.isascii() and number.isdigit() and len(number) == 16):
            raise forms.ValidationError("Nomor KK harus 16 angka.")
        return number

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class KindForm(Worded, forms.Form):
    kind = forms.ChoiceField(
        label="Jenis permohonan", choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.NEW
    )
    also_data_change = forms.BooleanField(
        label="Sekaligus perubahan data (hanya untuk rusak atau hilang)", required=False
    )
    waits_in_room = forms.BooleanField(label="Pemohon menunggu di ruang", required=False, initial=True)


@dataclass(frozen=True)
class PaperLine:
    """A row of the table of papers: its fields, and the kinds that need it."""

    label: str
    kinds: str
    note: str
    original: Any
    copy: Any
    waiver: Any
    failed_because: str = ""


class PapersForm(forms.Form):
    """Two ticks a paper, as its rule says; a waiver may be asked for with a reason."""

    def __init__(self, *args: Any, papers: list[PaperRule] | list[Paper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers: dict[str, PaperRule | Paper] = {}
        self.kinds: dict[str, list[str]] = {}
        for paper in papers:
            self.papers.setdefault(paper.code, paper)
            if isinstance(paper, PaperRule):
                self.kinds.setdefault(paper.code, []).append(paper.kind)
        for code, paper in self.papers.items():
            self.add_fields(code, paper)

    def add_fields(self, code: str, paper: PaperRule | Paper) -> None:
        if paper.needs_original:
            self.fields[f"asli-{code}"] = forms.BooleanField(
                label=f"Asli dilihat: {paper.label}", required=False,
                initial=bool(getattr(paper, "original_seen_at", None)),
            )
        if paper.needs_copy:
            self.fields[f"salinan-{code}"] = forms.BooleanField(
                label=f"Salinan disimpan: {paper.label}", required=False,
                initial=bool(getattr(paper, "copy_kept_at", None)),
            )
        if paper.waivable:
            self.fields[f"keringanan-{code}"] = forms.CharField(
                label=f"Alasan minta keringanan: {paper.label}", required=False, max_length=200,
                initial=getattr(paper, "waiver_reason", ""),
            )

    def lines(self) -> list[PaperLine]:
        return [
            PaperLine(
                label=paper.label,
                kinds=" ".join(self.kinds.get(code, [])),
                note=self.note(code),
                original=self[f"asli-{code}"] if f"asli-{code}" in self.fields else None,
                copy=self[f"salinan-{code}"] if f"salinan-{code}" in self.fields else None,
                waiver=self[f"keringanan-{code}"] if f"keringanan-{code}" in self.fields else None,
                failed_because=getattr(paper, "failed_because", ""),
            )
            for code, paper in self.papers.items()
        ]

    def note(self, code: str) -> str:
        """For which kinds, where a paper is not for all."""
        kinds = self.kinds.get(code, [])
        if not kinds or len(kinds) == len(Kind):
            return ""
        return "untuk " + ", ".join(str(Kind(kind).label).lower() for kind in kinds)

    def ticks(self) -> dict[str, Ticks]:
        return {
            code: Ticks(bool(self.cleaned_data.get(f"asli-{code}")), bool(self.cleaned_data.get(f"salinan-{code}")))
            for code in self.papers
        }

    def waivers(self) -> dict[str, str]:
        found = {code: self.cleaned_data.get(f"keringanan-{code}", "") for code in self.papers}
        return {code: reason for code, reason in found.items() if reason}


class ChangeForm(forms.Form):
    """One changed element; a row left empty counts for nothing."""

    element = forms.ChoiceField(
        label="Unsur", required=False, choices=[("", "Pilih unsur"), *DataChange.Element.choices]
    )
    new = forms.CharField(label="Menjadi", required=False, max_length=120)
    proof = forms.CharField(label="Bukti", required=False, max_length=120)
    shown_on_kk = forms.BooleanField(label="Sudah tercantum di KK", required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("element") and (cleaned.get("new") or cleaned.get("proof")):
            raise forms.ValidationError("Pilih unsur yang berubah pada baris ini, atau kosongkan barisnya.")
        if cleaned.get("element") and not (cleaned.get("new") and cleaned.get("proof")):
            raise forms.ValidationError("Isi menjadi apa dan buktinya.")
        if cleaned.get("element") and cleaned.get("new"):
            cleaned["new"] = in_stored_form(cleaned["element"], cleaned["new"])
        return cleaned


def in_stored_form(element: str, text: str) -> str:
    """What was typed as the record keeps it; a sentence when it cannot be."""
    if element == DataChange.Element.VILLAGE:
        village = Village.objects.filter(name__iexact=text.strip()).first()
        if village is None:
            raise forms.ValidationError("Nama desa tidak dikenal di Kecamatan Jatiroto.")
        return village.pk
    if element in (DataChange.Element.SEX, DataChange.Element.MARITAL_STATUS):
        choices = Sex.choices if element == DataChange.Element.SEX else Marital.choices
        found = [value for value, label in choices if label.lower() == text.strip().lower()]
        if not found:
            raise forms.ValidationError("Tulis salah satu: " + ", ".join(label for _, label in choices) + ".")
        return found[0]
    if element == DataChange.Element.BIRTH_DATE:
        return forms.DateField().clean(text).isoformat()
    if element == DataChange.Element.KK_NUMBER:
        text = digits_only(text)
    field: Any = Resident._meta.get_field(element)
    return field.clean(text, None)


class Changes(forms.BaseFormSet):
    """All changed elements of one application, each named once."""

    def clean(self) -> None:
        elements = [form.cleaned_data["element"] for form in self.forms if form.cleaned_data.get("element")]
        if len(set(elements)) < len(elements):
            raise forms.ValidationError("Satu unsur disebut lebih dari satu kali. Sebutkan sekali saja.")


ChangeFormSet = forms.formset_factory(ChangeForm, formset=Changes, extra=3, max_num=3)


def changes(formset: Any) -> tuple[Change, ...]:
    return tuple(
        Change(f["element"], f["new"], f["proof"], f["shown_on_kk"])
        for f in formset.cleaned_data
        if f.get("element")
    )
