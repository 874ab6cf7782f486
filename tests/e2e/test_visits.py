"""A visitor who is not served here goes home with a letter; the Sekretaris reads what left the usual way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from applications import lifecycle
from applications.models import Visit
from tests.e2e.browsing import check, pdf_text
from tests.e2e.steps import button, then_the_page_says
from tests.factories import intake, make_resident

Opened = Callable[..., Page]
WITH_AND_WITHOUT = pytest.mark.parametrize("script", [True, False], ids=["javascript", "no javascript"])


def test_the_counter_writes_down_a_foreigner_and_prints_the_letter(person: Opened) -> None:
    page = person("loket", at="/kunjungan/")
    check(page)
    page.get_by_role("link", name="Catat kunjungan", exact=True).click()
    button(page, "Simpan").click()
    then_the_page_says(page, "Pilih keperluan atau sebab.")
    check(page)

    page.get_by_label("Warga negara asing").check()
    page.get_by_label("Nama", exact=True).fill("John Doe")
    button(page, "Simpan").click()

    visit = Visit.objects.get()
    then_the_page_says(page, f"Kunjungan {visit.number} tercatat.", "John Doe", "Disdukcapil")
    check(page)
    letter = page.get_by_role("link", name="Cetak surat rujukan", exact=True).get_attribute("href")
    text = pdf_text(page, str(letter))
    assert visit.number in text and "paspor" in text and "Rp 0 (gratis)" in text
    page.get_by_role("link", name="Kembali ke loket", exact=True).click()
    expect(page).to_have_url("/loket/")


def test_the_birth_date_is_asked_only_of_who_is_too_young(person: Opened) -> None:
    page = person("loket", at="/kunjungan/baru/")
    birth = page.get_by_label("Tanggal lahir", exact=True)
    expect(birth).to_be_hidden()
    page.get_by_label("Belum cukup umur").check()
    expect(birth).to_be_visible()
    page.get_by_label("Nama", exact=True).fill("Budi")
    birth.fill("15-6-2015")
    button(page, "Simpan").click()
    then_the_page_says(page, "15 Juni 2031")


@WITH_AND_WITHOUT
def test_two_clicks_write_one_visit(person: Opened, script: bool) -> None:
    page = person("loket", at="/kunjungan/baru/", java_script_enabled=script)
    page.get_by_label("Warga negara asing").check()
    page.get_by_label("Nama", exact=True).fill("John Doe")

    button(page, "Simpan").dblclick()

    then_the_page_says(page, "Kunjungan", "John Doe")
    assert Visit.objects.count() == 1


def test_the_secretary_opens_the_dashboard_and_a_row(person: Opened, staff: dict[str, User]) -> None:
    ticks = {code: tick for code, tick in intake().ticks.items() if code != "akta-kelahiran"}
    asked = intake(ticks=ticks, waivers={"akta-kelahiran": "akta terbakar"})
    application = lifecycle.submit(make_resident(), by=staff["loket"], intake=asked)
    lifecycle.decide_waiver(application, by=staff["kasi"], paper="akta-kelahiran", granted=True)

    page = person("sekcam")
    expect(page).to_have_url("/dasbor/")
    then_the_page_says(page, "Fotokopi Akta Kelahiran", "akta terbakar", application.number)
    check(page)
    page.get_by_role("link", name="1 Keringanan persyaratan").click()
    page.get_by_role("link", name=application.number, exact=True).click()
    then_the_page_says(page, application.number, "Keringanan diputuskan")
