"""The page of a visit: why somebody is not served here, who it is, what to note."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from applications import visits
from applications.forms.residents import NikField
from applications.forms.wording import Worded
from applications.models import Visit, VisitReason
from applications.states import Kind

NO_BIRTH = "Isi tanggal lahirnya; dari situ surat menyebut kapan boleh datang."
OLD_ENOUGH = "Menurut tanggal lahir ini sudah cukup umur untuk perekaman. Ajukan permohonannya di loket."


class ReasonChoice(forms.ModelChoiceField):
    """Each reason with the place that it sends people to."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} → {obj.destination}" if obj.destination else str(obj.label)


class VisitForm(Worded, forms.Form):
    """`cleaned_data` holds the arguments of the verb, and the birth date that its advice is made from."""

    reason = ReasonChoice(
        label="Keperluan atau sebab", queryset=VisitReason.objects.all(), widget=forms.RadioSelect, empty_label=None
    )
    name = forms.CharField(
        label="Nama", required=False, max_length=60, help_text="Boleh kosong bila hanya bertanya dan catatan diisi.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    nik = NikField(required=False, help_text="Bila dibawa. Boleh diketik dengan atau tanpa spasi.")
    birth_date = forms.DateField(
        label="Tanggal lahir", required=False, help_text="Misalnya 15031990 atau 15-3-1990. Kosongkan bila sama dengan "
        "NIK.", widget=forms.DateInput(format="%d-%m-%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label="Catatan", required=False, max_length=200, help_text="Tercetak pada surat rujukan.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    once = forms.UUIDField(
        required=False, widget=forms.HiddenInput, initial=uuid4,
        error_messages={"invalid": "Halaman ini tidak utuh lagi. Buka “Catat kunjungan” sekali lagi."},
    )

    def clean_nik(self) -> str:
        return self.cleaned_data["nik"] or ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["advice"] = ""
        reason = cleaned.get("reason")
        if reason and reason.code == Visit.UNDERAGE and not {"nik", "birth_date"} & set(self.errors):
            cleaned["advice"] = self.advice_by_age()
        return cleaned

    def advice_by_age(self) -> str:
        day = timezone.localdate()
        birth = self.cleaned_data.get("birth_date") or visits.birth_of(self.cleaned_data["nik"], day)
        advice = visits.underage_advice(birth, Kind.NEW, day) if birth and birth <= day else ""
        if not advice:
            self.add_error("birth_date", OLD_ENOUGH if birth and birth <= day else NO_BIRTH)
        return advice

    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "birth_date"}
