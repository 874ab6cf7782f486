"""The sections of `/pengaturan/`: for each table what a page shows of it, its forms and its verbs."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from applications import rules
from applications.forms import settings as setting_forms
from applications.models import KindLabel, PaperRule, ReturnReason, VisitReason
from applications.settings_story import REQUIRED, YES_NO
from applications.states import Kind
from office import settings_book as book
from office.models import Office, Official, Parameter, SlipPaper, Station


@dataclass(frozen=True)
class Group:
    """One list of a section; `key` names it in the address of its page for adding."""

    title: str
    key: str
    rows: list[Any]


Groups = Callable[[], list[Group]]


@dataclass(frozen=True)
class Section:
    """A table as it is kept on the pages. Without `add` its rows are fixed, with it they are added, moved, removed."""

    slug: str
    table: book.Table
    intro: str
    one: str
    columns: tuple[str, ...]
    cells: Callable[[Any], list[str]]
    groups: Groups
    holds: Callable[[], str]
    form: type[forms.ModelForm]
    change: Callable[..., Any]
    new_form: Callable[..., Any] | None = None
    add: Callable[..., Any] | None = None
    remove: Callable[..., Any] | None = None
    removal: str = ""
    kept: frozenset[str] = frozenset()

    def removable(self, row: Any) -> bool:
        return self.remove is not None and row.pk not in self.kept

    def group(self, key: str) -> Group | None:
        return next((group for group in self.groups() if group.key == key), None)


# -- the lists ---------------------------------------------------------------------------------------


def papers_by_kind() -> list[Group]:
    rows = list(PaperRule.objects.order_by("position", "pk"))
    return [
        Group(name, kind, [row for row in rows if row.kind == kind])
        for kind, name in setting_forms.kind_names().items()
    ]


def reasons_by_paper() -> list[Group]:
    rows = list(ReturnReason.objects.order_by("position", "pk"))
    forgotten = {row.paper_code: row.paper_code for row in rows}  # of a paper that no list asks for any more
    papers = {"": ""} | forgotten | rules.known_papers() | {"": "Semua persyaratan"}
    return [
        Group(title, code or "semua", [row for row in rows if row.paper_code == code])
        for code, title in papers.items()
    ]


def one_list(model: Any, *order: str) -> Groups:
    """All rows as one list, in this order or in the model's own."""
    return lambda: [Group("", "semua", list(model.objects.order_by(*(order or model._meta.ordering))))]


# What a section holds now, in a line for the overview; one query each.


def count_of(model: Any, what: str) -> Callable[[], str]:
    return lambda: f"{model.objects.count()} {what}"


def names_of_officials() -> str:
    return ", ".join(Official.objects.order_by("pk").values_list("name", flat=True))


def names_of_kinds() -> str:
    return ", ".join(kind.label for kind in rules.kind_labels())


def papers_held() -> str:
    counted = Counter(PaperRule.objects.values_list("kind", flat=True))
    return ", ".join(f"{counted[kind]} untuk {kind.label}" for kind in Kind)


SHORT = {Station.HERE: "di sini", Station.SIAK: "di stasiun SIAK"}


def office_held() -> str:
    office = Office.objects.current()
    stations = f"Perekaman {SHORT[Station(office.recording_at)]}, pencetakan {SHORT[Station(office.printing_at)]}."
    return f"{office.name}, {office.phone}. Tanda terima: {SlipPaper(office.slip_paper).label}. {stations}"


# -- verbs with the arguments of the pages -------------------------------------------------------------


def add_paper(group: Group, values: dict[str, Any], **who: Any) -> None:
    code = values.pop("code", "")
    rules.add_paper(group.key, values, code=code, **who)


def add_reason(group: Group, values: dict[str, Any], **who: Any) -> None:
    rules.add_reason("" if group.key == "semua" else group.key, values["text"], **who)


def add_visit(group: Group, values: dict[str, Any], **who: Any) -> None:
    rules.add_visit(values, **who)


def change_reason(row: ReturnReason, values: dict[str, Any], **who: Any) -> bool:
    return rules.change_reason(row, values["text"], **who)


def change_parameter(row: Parameter, values: dict[str, Any], **who: Any) -> bool:
    return book.change_parameter(row, values["value"], **who)


def change_office(row: Office, values: dict[str, Any], **who: Any) -> bool:
    return book.change_office(values, **who)


def new_paper_form(group: Group, data: Any) -> forms.ModelForm:
    return setting_forms.NewPaperForm(data, kind=group.key)


def new_reason_form(group: Group, data: Any) -> forms.ModelForm:
    return setting_forms.ReasonForm(data)


def new_visit_form(group: Group, data: Any) -> forms.ModelForm:
    return setting_forms.VisitForm(data)


# -- the table ---------------------------------------------------------------------------------------

SECTIONS = [
    Section(
        slug="persyaratan", table=rules.PAPERS, one="persyaratan",
        intro="Yang diminta untuk setiap jenis permohonan. Berkas yang sudah masuk tetap memakai daftarnya sendiri.",
        columns=("Persyaratan", "Asli dilihat", "Salinan disimpan", "Kedudukan", "Boleh keringanan"),
        cells=lambda row: [row.label, YES_NO[row.needs_original], YES_NO[row.needs_copy], REQUIRED[row.required],
                           YES_NO[row.waivable]],
        groups=papers_by_kind, holds=papers_held, form=setting_forms.PaperRuleForm, change=rules.change_paper,
        new_form=new_paper_form, add=add_paper, remove=rules.remove_paper,
        removal="Berkas yang sudah masuk tetap memakai daftarnya sendiri. Permohonan baru tidak lagi memintanya.",
    ),
    Section(
        slug="alasan", table=rules.REASONS, one="alasan",
        intro="Ditawarkan kepada Kasi saat mengembalikan berkas; Kasi tetap boleh menulis alasan sendiri.",
        columns=("Alasan",), cells=lambda row: [row.text],
        groups=reasons_by_paper, holds=count_of(ReturnReason, "alasan"), form=setting_forms.ReasonForm,
        change=change_reason, new_form=new_reason_form, add=add_reason, remove=rules.remove_reason,
        removal="Berkas yang sudah dikembalikan dengan alasan ini tetap menyebutnya.",
    ),
    Section(
        slug="jenis", table=rules.KINDS, one="jenis permohonan",
        intro="Nama keempat jenis permohonan di loket dan pada tanda terima. Berkas yang sudah masuk tetap memakai "
        "nama lamanya.",
        columns=("Nama", "Keterangan"), cells=lambda row: [row.label, row.hint],
        groups=one_list(KindLabel), holds=names_of_kinds, form=setting_forms.KindForm, change=rules.change_kind,
    ),
    Section(
        slug="keperluan", table=rules.VISITS, one="keperluan",
        intro="Sebab tamu tidak dapat dilayani di sini, ke mana mereka dirujuk, dan apa yang dibawa.",
        columns=("Keperluan", "Tempat tujuan", "Yang perlu dilakukan"),
        cells=lambda row: [row.label, row.destination, row.advice],
        groups=one_list(VisitReason, "position", "pk"), holds=count_of(VisitReason, "keperluan"),
        form=setting_forms.VisitForm, change=rules.change_visit, new_form=new_visit_form, add=add_visit,
        remove=rules.remove_visit,
        removal="Kunjungan yang sudah dicatat tetap menyebutnya.", kept=rules.KEPT_VISITS,
    ),
    Section(
        slug="ketentuan", table=book.PARAMETERS, one="ketentuan",
        intro="Angka yang dapat berubah menurut aturan atau kebiasaan, dengan batas dan dasarnya.",
        columns=("Ketentuan", "Nilai", "Batas", "Dasar"),
        cells=lambda row: [row.label, f"{row.value} {row.unit}", f"{row.minimum} sampai {row.maximum}", row.source],
        groups=one_list(Parameter), holds=count_of(Parameter, "ketentuan"), form=setting_forms.ParameterForm,
        change=change_parameter,
    ),
    Section(
        slug="kantor", table=book.OFFICE, one="data kantor",
        intro="Kop surat pada setiap dokumen, kertas tanda terima, dan tempat merekam serta mencetak.",
        columns=("Nama kantor", "Alamat", "Telepon", "Kertas", "Perekaman", "Pencetakan kartu"),
        cells=lambda row: [row.name, f"{row.address}, {row.place} {row.postcode}", row.phone,
                           SlipPaper(row.slip_paper).label, Station(row.recording_at).label,
                           Station(row.printing_at).label],
        groups=one_list(Office, "pk"), holds=office_held, form=setting_forms.OfficeForm, change=change_office,
    ),
    Section(
        slug="pejabat", table=book.OFFICIALS, one="pejabat",
        intro="Yang menandatangani atas nama kantor, juga bila tidak mempunyai akun.",
        columns=("Jabatan", "Nama", "NIP"), cells=lambda row: [row.get_post_display(), row.name, row.nip],
        groups=one_list(Official, "pk"), holds=names_of_officials, form=setting_forms.OfficialForm,
        change=book.change_official,
    ),
]
BY_SLUG = {section.slug: section for section in SECTIONS}


def version_of_group(section: Section, group: Group) -> str:
    return book.version_of_list(section.table, group.rows)


def lists(section: Section) -> Iterator[dict[str, Any]]:
    """The lists of a section as the page shows them."""
    for group in section.groups():
        last = len(group.rows) - 1
        yield {
            "title": group.title, "key": group.key, "version": version_of_group(section, group),
            "rows": [
                {"pk": row.pk, "name": section.table.name(row), "cells": section.cells(row),
                 "up": section.add and place > 0, "down": section.add and place < last,
                 "removable": section.removable(row)}
                for place, row in enumerate(group.rows)
            ],
        }
