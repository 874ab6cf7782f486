"""The administrator keeps the paper lists: adds one, words another anew, and reads who changed what."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from applications.models import PaperRule
from office.models import SettingEntry
from office.verification import verify
from tests.e2e.browsing import check
from tests.e2e.steps import button, then_the_page_says

Opened = Callable[..., Page]


@pytest.mark.parametrize("scripted", [True, False])
def test_a_paper_is_added_a_name_changed_and_both_are_told(person: Opened, scripted: bool) -> None:
    page = person("admin", java_script_enabled=scripted)
    page.get_by_role("navigation").get_by_role("link", name="Pengaturan", exact=True).click()
    page.get_by_role("link", name="Persyaratan", exact=True).click()
    page.get_by_role("link", name="Tambah persyaratan Baru", exact=True).click()

    page.get_by_label("Nama persyaratan", exact=True).fill("Pas foto 3 × 4")
    page.get_by_label("Asli dilihat", exact=True).uncheck()
    page.get_by_label("Pendukung", exact=True).check()
    button(page, "Simpan").click()
    then_the_page_says(page, "Persyaratan sudah disimpan", "Pas foto 3 × 4")

    page.get_by_role("link", name="Ubah Baru: Fotokopi Kartu Keluarga", exact=True).click()
    page.get_by_label("Nama persyaratan", exact=True).fill("Fotokopi Kartu Keluarga terbaru")
    button(page, "Simpan").click()
    button(page, "Naikkan Baru: Pas foto 3 × 4").click()
    page.get_by_role("navigation").get_by_role("link", name="Pengaturan", exact=True).click()
    page.get_by_role("link", name="Riwayat seluruhnya", exact=True).click()

    then_the_page_says(page, "3 perubahan", "Fotokopi Kartu Keluarga → Fotokopi Kartu Keluarga terbaru", "ditambahkan")
    rows = PaperRule.objects.filter(kind="new").order_by("position")
    assert [row.code for row in rows] == ["kk", "pas-foto-3-4", "akta-kelahiran"]
    assert [entry.verb for entry in SettingEntry.objects.all()] == ["add", "change", "reorder"]
    assert list(verify(SettingEntry)) == []


def test_every_page_of_the_settings_is_readable_by_everybody(person: Opened) -> None:
    page = person("admin")
    changed_once(page)
    for path in (
        "", "persyaratan/", "persyaratan/tambah/new/", "alasan/", "alasan/tambah/semua/", "jenis/", "jenis/lost/ubah/",
        "keperluan/", "keperluan/wna/ubah/", "keperluan/wna/hapus/", "ketentuan/", "ketentuan/hari-konsep/ubah/",
        "kantor/1/ubah/", "pejabat/", "pejabat/1/ubah/", "riwayat/",
    ):
        page.goto(f"/pengaturan/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        check(page)


def test_a_wrong_number_is_said_beside_the_field(person: Opened) -> None:
    page = person("admin", at="/pengaturan/ketentuan/hari-konsep/ubah/")
    page.get_by_label("Konsep permohonan yang tidak disentuh dihapus setelah", exact=True).fill("99")
    button(page, "Simpan").click()

    expect(page.get_by_role("alert")).to_be_focused()
    then_the_page_says(page, "Isi angka dari 1 sampai 60 hari.")
    check(page)


def changed_once(page: Page) -> None:
    page.goto("/pengaturan/ketentuan/hari-konsep/ubah/")
    page.get_by_label("Konsep permohonan yang tidak disentuh dihapus setelah", exact=True).fill("14")
    button(page, "Simpan").click()
    then_the_page_says(page, "Ketentuan sudah disimpan")
