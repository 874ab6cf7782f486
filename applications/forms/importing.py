"""The import page: the file, and which column holds what."""

from typing import Any

from django import forms

from applications import columns
from applications.importing import LABELS

NOT_USED = ("", "Tidak dipakai")


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Berkas CSV atau XLSX", help_text="Paling besar 25 MB. Baris pertama berisi judul kolom.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={
            "required": "Pilih berkas daftar penduduk.", "empty": "Berkas ini kosong. Pilih berkas yang berisi data.",
            "missing": "Pilih berkas daftar penduduk.", "invalid": "Pilih berkas daftar penduduk.",
        },
    )


class MappingForm(forms.Form):
    """A choice for each column of the file; each field is named once, and all needed ones are there."""

    update = forms.BooleanField(
        label="Perbarui register bila berkas berbeda", required=False,
        help_text="Tanpa tanda ini, baris yang berbeda dengan register ditolak dan masuk laporan.",
    )

    def __init__(self, *args: Any, header: list[str], sample: list[list[str]], mapping: dict[int, str],
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.header, self.sample = header, sample
        for number, heading in enumerate(header):
            self.fields[f"kolom-{number}"] = forms.ChoiceField(
                label=f"Kolom {heading or number + 1}", required=False, initial=mapping.get(number, ""),
                choices=[NOT_USED, *((name, LABELS[name]) for name in columns.FIELDS)],
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each column with its choice and what stands in it."""
        return [
            {"heading": heading or f"(kolom {number + 1})", "field": self[f"kolom-{number}"],
             "cells": [row[number][:60] if number < len(row) else "" for row in self.sample]}
            for number, heading in enumerate(self.header)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = list(self.mapping().values())
        for name in columns.FIELDS:
            if chosen.count(name) > 1:
                raise forms.ValidationError(f"{LABELS[name]} dipilih untuk lebih dari satu kolom. Pilih satu saja.")
        if lacking := columns.missing(self.mapping()):
            said = ", ".join(LABELS[name] for name in lacking)
            raise forms.ValidationError(f"Pilih kolom untuk: {said}.")
        return cleaned

    def mapping(self) -> dict[int, str]:
        found = {number: self.cleaned_data.get(f"kolom-{number}", "") for number in range(len(self.header))}
        return {number: name for number, name in found.items() if name}
