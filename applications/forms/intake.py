"""The intake page: who applies, for what, who brings it, with which papers."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from applications import nik as niks
from applications.forms.residents import ResidentForm
from applications.forms.wording import Worded, worded
from applications.lifecycle import Brought
from applications.models import CHOICES, Bringer, DataChange, KindLabel, Paper, PaperRule, Resident, Scan, Village
from applications.papers import Change, Ticks
from applications.states import Kind
from applications.values import compact


class Judged:
    """Mixin of a form that may be shown as it was typed, without judging it yet (`judged=False`)."""

    def __init__(self, *args: Any, judged: bool = True, **kwargs: Any) -> None:
        self.judged = judged
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        if self.judged:
            super().full_clean()  # type: ignore[misc]
        else:
            self._errors = ErrorDict()


class SearchForm(Worded, forms.Form):
    """The first question at the counter: who is it?"""

    own_sentences = ("q",)

    q = forms.CharField(
        label="NIK, nomor KK, atau nama", max_length=80,
        help_text="NIK dari Kartu Keluarga; boleh dengan atau tanpa spasi. Untuk orang baru ketik NIK-nya.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-group": "4", "autofocus": True}),
        error_messages={"required": "Ketik NIK, nomor KK, atau sebagian nama."},
    )

    def digits(self) -> str:
        """What was typed when it is a number only, spaces left out; else empty."""
        digits = compact(self.cleaned_data["q"])
        return digits if digits.isascii() and digits.isdigit() else ""

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"].strip()
        digits = compact(text)
        if len(digits) > 16 and digits.isdigit():
            raise forms.ValidationError(f"NIK dan nomor KK 16 angka; yang diketik {len(digits)} angka.")
        if any(sign.isdigit() for sign in text) and not (digits.isascii() and digits.isdigit()):
            raise forms.ValidationError("NIK hanya terdiri dari angka. Periksa huruf atau tanda yang terketik.")
        return text


class NewResidentForm(Judged, ResidentForm):
    """A person who is not in the register yet."""


class KindForm(Judged, Worded, forms.Form):
    kind = forms.ChoiceField(label="Jenis permohonan", widget=forms.RadioSelect, initial=Kind.NEW)
    also_data_change = forms.BooleanField(
        label="Sekaligus perubahan data (hanya untuk rusak atau hilang)", required=False
    )

    def __init__(self, *args: Any, labels: list[KindLabel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(each.kind, each.label) for each in labels]
        self.hints = [each for each in labels if each.hint]


class BringerForm(Judged, Worded, forms.Form):
    """Who stands at the counter."""

    brought_by = forms.ChoiceField(
        label="Yang membawa berkas", widget=forms.RadioSelect, choices=Bringer.choices, initial=Bringer.SELF
    )
    brought_name = forms.CharField(label="Nama pembawa", required=False, max_length=60)
    brought_relation = forms.CharField(
        label="Hubungan dengan pemohon", required=False, max_length=40, help_text="Misalnya: ibu, suami, kepala dusun."
    )
    waits_in_room = forms.BooleanField(label="Pemohon menunggu di ruang", required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("brought_by") == Bringer.OTHER:
            for name, sentence in {
                "brought_name": "Isi nama orang yang membawa berkas.",
                "brought_relation": "Isi hubungannya dengan pemohon.",
            }.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return cleaned

    def brought(self) -> Brought:
        if self.cleaned_data["brought_by"] == Bringer.SELF:
            return Brought()
        return Brought(self.cleaned_data["brought_name"], self.cleaned_data["brought_relation"])


@dataclass(frozen=True)
class PaperLine:
    """A row of the table of papers: its fields, the kinds that need it, the scans that are there."""

    code: str
    label: str
    kinds: str
    note: str
    original: Any
    copy: Any
    waiver: Any
    scans: list[Scan]
    failed_because: str = ""
    lacking: bool = False


class PapersForm(Judged, forms.Form):
    """Two ticks a paper, as its rule says; a waiver may be asked for with a reason."""

    def __init__(
        self, *args: Any, papers: list[PaperRule] | list[Paper], scans: list[Scan] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.papers: dict[str, PaperRule | Paper] = {}
        self.kinds: dict[str, list[str]] = {}
        self.scans = scans or []
        self.lacking: set[str] = set()
        for paper in papers:
            self.papers.setdefault(paper.code, paper)
            if isinstance(paper, PaperRule):
                self.kinds.setdefault(paper.code, []).append(paper.kind)
        for code, paper in self.papers.items():
            self.add_fields(code, paper)

    def add_fields(self, code: str, paper: PaperRule | Paper) -> None:
        if paper.needs_original:
            self.fields[f"asli-{code}"] = forms.BooleanField(label=f"Asli dilihat: {paper.label}", required=False)
        if paper.needs_copy:
            self.fields[f"salinan-{code}"] = forms.BooleanField(
                label=f"Salinan disimpan: {paper.label}", required=False
            )
        if paper.waivable:
            self.fields[f"keringanan-{code}"] = forms.CharField(
                label=f"Alasan minta keringanan: {paper.label}", required=False, max_length=200,
                initial=getattr(paper, "waiver_reason", ""),
            )
            worded(self.fields[f"keringanan-{code}"])

    def lines(self) -> list[PaperLine]:
        return [self.line(code, paper) for code, paper in self.papers.items()]

    def line(self, code: str, paper: PaperRule | Paper) -> PaperLine:
        return PaperLine(
            code=code,
            label=paper.label,
            kinds=" ".join(self.kinds.get(code, [])),
            note=self.note(code, paper),
            original=self.field(f"asli-{code}"),
            copy=self.field(f"salinan-{code}"),
            waiver=self.field(f"keringanan-{code}"),
            scans=[scan for scan in self.scans if scan.code == code],
            failed_because=getattr(paper, "failed_because", ""),
            lacking=code in self.lacking,
        )

    def field(self, name: str) -> Any:
        return self[name] if name in self.fields else None

    def note(self, code: str, paper: PaperRule | Paper) -> str:
        """For which kinds, where a paper is not for all; and whether anybody is sent home for it."""
        kinds = self.kinds.get(code, [])
        some = ["pendukung"] if not paper.required else []
        if kinds and len(kinds) < len(Kind):
            some.append("untuk " + ", ".join(str(Kind(kind).label).lower() for kind in kinds))
        return "; ".join(some)

    def ticks(self) -> dict[str, Ticks]:
        return {
            code: Ticks(bool(self.cleaned_data.get(f"asli-{code}")), bool(self.cleaned_data.get(f"salinan-{code}")))
            for code in self.papers
        }

    def waivers(self) -> dict[str, str]:
        found = {code: self.cleaned_data.get(f"keringanan-{code}", "") for code in self.papers}
        return {code: reason for code, reason in found.items() if reason}


class ChangeForm(Judged, Worded, forms.Form):
    """One changed element; a row left empty counts for nothing. `old` is what the register says now, once known."""

    old = ""

    element = forms.ChoiceField(
        label="Unsur", required=False, choices=[("", "Pilih unsur"), *DataChange.Element.choices]
    )
    new = forms.CharField(
        label="Menjadi", required=False, max_length=120, widget=forms.TextInput(attrs={"list": "element-values"})
    )
    proof = forms.CharField(label="Bukti", required=False, max_length=120)
    shown_on_kk = forms.BooleanField(label="Sudah tercantum di KK", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("element") and (cleaned.get("new") or cleaned.get("proof")):
            self.add_error("element", "Pilih unsur yang berubah pada baris ini, atau kosongkan barisnya.")
        elif cleaned.get("element"):
            self.check_row(cleaned)
        return cleaned

    def check_row(self, cleaned: dict[str, Any]) -> None:
        for name, sentence in {"new": "Isi menjadi apa.", "proof": "Isi buktinya, misalnya KK atau akta."}.items():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if cleaned.get("new"):
            try:
                cleaned["new"] = in_stored_form(cleaned["element"], cleaned["new"])
            except forms.ValidationError as error:
                self.add_error("new", error)


def in_stored_form(element: str, text: str) -> str:
    """What was typed as the record keeps it; a sentence when it cannot be."""
    if element == DataChange.Element.VILLAGE:
        village = Village.objects.filter(name__iexact=text.strip()).first()
        if village is None:
            raise forms.ValidationError("Nama desa tidak dikenal di Kecamatan Jatiroto.")
        return village.pk
    if choices := CHOICES.get(DataChange.Element(element)):
        found = [value for value, label in choices if str(label).lower() == text.strip().lower()]
        if not found:
            raise forms.ValidationError("Tulis salah satu: " + ", ".join(str(label) for _, label in choices) + ".")
        return found[0]
    if element == DataChange.Element.BIRTH_DATE:
        return forms.DateField(error_messages={"invalid": "Tanggal tidak dikenali. Ketik seperti 15-3-1990."}).clean(
            text
        ).isoformat()
    if element == DataChange.Element.KK_NUMBER:
        text = compact(text)
    field: Any = Resident._meta.get_field(element)
    return field.clean(text, None)


class Changes(forms.BaseFormSet):
    """All changed elements of one application, each named once."""

    judged = True

    def full_clean(self) -> None:
        if self.judged:
            super().full_clean()
        else:
            self._errors: list[Any] = []
            self._non_form_errors = self.error_class()

    def clean(self) -> None:
        elements = [form.cleaned_data["element"] for form in self.forms if form.cleaned_data.get("element")]
        if len(set(elements)) < len(elements):
            raise forms.ValidationError("Satu unsur disebut lebih dari satu kali. Sebutkan sekali saja.")


ChangeFormSet: Any = forms.formset_factory(ChangeForm, formset=Changes, extra=8, max_num=8, absolute_max=8)


def changes(formset: Any) -> tuple[Change, ...]:
    return tuple(
        Change(f["element"], f["new"], f["proof"], f["shown_on_kk"])
        for f in formset.cleaned_data
        if f.get("element")
    )


def offered(nik: str, today: Any) -> dict[str, Any]:
    """What a NIK offers of its person: to be compared with the family card (facts F2.3, F2.5)."""
    read = niks.parse(nik)
    return {"nik": read.grouped, "sex": "P" if read.female else "L", "birth_date": niks.likely_birth(read, today)}
