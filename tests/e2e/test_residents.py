"""The register in a browser: found while typing, put right, told apart; a list imported."""

import csv
import io
from collections.abc import Callable

from playwright.sync_api import Page, expect

from applications.importing import EXAMPLE
from applications.models import Resident
from office import jobs
from office.models import Job
from tests.e2e.browsing import check
from tests.e2e.steps import button, then_the_page_says
from tests.factories import make_resident

Person = Callable[..., Page]


def test_a_person_is_found_while_typing_and_put_right(person: Person) -> None:
    resident = make_resident(name="Siti Maemunah", sex="P", religion="1", occupation="Guru")
    make_resident(name="Agus Salim")
    page = person("loket")
    page.get_by_role("link", name="Penduduk", exact=True).click()
    page.get_by_label("Cari penduduk", exact=True).press_sequentially("maem")
    expect(page.locator("#found")).to_contain_text("Siti Maemunah")
    expect(page.locator("#found")).not_to_contain_text("Agus Salim")
    expect(page.locator("#found")).not_to_contain_text(resident.nik)
    check(page)
    assert "maem" not in page.url

    page.get_by_role("link", name="Siti Maemunah").click()
    then_the_page_says(page, resident.nik_grouped)
    check(page)
    page.get_by_role("link", name="Perbaiki data").click()
    page.get_by_label("Nama lengkap", exact=True).fill("Siti Maimunah")
    button(page, "Simpan perbaikan").click()
    expect(page.locator(".error-summary")).to_contain_text("Isi alasannya")
    check(page)
    page.get_by_label("Alasan perbaikan", exact=True).fill("salah ketik")
    button(page, "Simpan perbaikan").click()
    then_the_page_says(page, "Siti Maemunah → Siti Maimunah", "salah ketik")
    assert Resident.objects.get(pk=resident.pk).name == "Siti Maimunah"


def test_the_register_is_searched_without_javascript(person: Person) -> None:
    make_resident(name="Siti Maimunah")
    page = person("loket", at="/penduduk/", java_script_enabled=False)
    page.get_by_label("Cari penduduk", exact=True).fill("maim")
    page.locator("main").get_by_role("button", name="Cari", exact=True).click()
    page.get_by_role("link", name="Siti Maimunah").click()
    then_the_page_says(page, "Riwayat data")


def test_a_likely_double_is_decided_on(person: Person) -> None:
    one = make_resident(name="Siti Maimunah")
    make_resident(name="Siti Maemunah", birth=one.birth_date)
    page = person("loket", at=f"/penduduk/{one.pk}/")
    then_the_page_says(page, "Mungkin orang yang sama", "berbeda")
    check(page)
    page.get_by_label("Alasan Siti Maemunah orang yang berbeda", exact=True).fill("sepupu, KK lain")
    button(page, "Orang yang berbeda").click()
    then_the_page_says(page, "dicatat sebagai orang yang berbeda")
    expect(page.get_by_role("heading", name="Mungkin orang yang sama")).to_have_count(0)


def test_a_list_is_imported_after_a_try(person: Person) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([*EXAMPLE, ["3.50817E+15", *EXAMPLE[1][1:]]])
    page = person("kasi", at="/penduduk/impor/")
    check(page)
    page.get_by_label("Berkas CSV atau XLSX", exact=True).set_input_files(
        {"name": "daftar.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}
    )
    button(page, "Unggah").click()
    expect(page.get_by_label("Kolom NIK", exact=True)).to_have_value("nik")
    check(page)
    for step, word in (("Coba dulu", "Akan ditambahkan"), ("Impor", "Ditambahkan")):
        button(page, step).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("mpor penduduk")
        jobs.run(Job.objects.latest("pk").pk)
        page.reload()
        then_the_page_says(page, word)
        page.get_by_role("link", name="Lihat 1 baris yang ditolak").click()
        then_the_page_says(page, "Excel mengubah NIK menjadi bilangan")
    check(page)
    assert Resident.objects.filter(nik=EXAMPLE[1][0]).exists()
