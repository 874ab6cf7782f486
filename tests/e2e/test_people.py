"""People in the browser: a Plh for a time who is refused after it, an account from its first password, the PIN."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.demo import PIN
from accounts.models import RoleEntry, User
from accounts.people import LETTERS
from applications.states import State
from tests.e2e.browsing import check
from tests.e2e.steps import button, entries, saved, then_the_page_says, then_the_state_is
from tests.measured import note

Opened = Callable[..., Page]
OLDER, NEWER = "Dewi Kartikasari", "Siti Maimunah"  # both wait for validation


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let time pass for the server, which runs in this process."""
    real = timezone.now

    def passed(span: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + span)

    return passed


def local(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def open_menu(page: Page, link: str) -> None:
    page.locator(".menu summary").click()
    page.get_by_role("link", name=link, exact=True).click()


@pytest.mark.usefixtures("files")
def test_the_administrator_gives_a_role_for_a_time_and_it_runs_out(
    person: Opened, later: Callable[[timedelta], None]
) -> None:
    admin = person("admin")
    expect(admin.get_by_role("heading", level=1)).to_have_text("Pengguna")
    check(admin)
    admin.get_by_role("link", name="Dewi Anggraini", exact=True).click()
    check(admin)
    admin.get_by_role("link", name="Beri peran", exact=True).click()
    check(admin)
    admin.get_by_label("Kepala Seksi", exact=True).check()
    button(admin, "Beri peran").click()
    then_the_page_says(admin, "Pilih seksi yang dikepalai.", "Isi alasannya, misalnya nomor surat perintah.")
    check(admin)
    admin.get_by_label("Seksi yang dikepalai").select_option("Seksi Pelayanan Umum")
    admin.get_by_label("Plh/Plt sampai").fill(local(timezone.now() + timedelta(hours=2)))
    admin.get_by_label("Alasan").fill("SP 800/12/2026")
    button(admin, "Beri peran").click()
    then_the_page_says(admin, "Plh/Plt", "Peran Kepala Seksi (Seksi Pelayanan Umum) diberikan sampai")

    plh = person("informasi", allow=("403",))
    expect(plh.get_by_role("heading", level=1)).to_have_text(OLDER)
    button(plh, "Setujui").click()
    then_the_page_says(plh, f"{saved(OLDER).number}: Disetujui")
    expect(plh.get_by_role("heading", level=1)).to_have_text(NEWER)
    later(timedelta(hours=3))
    with plh.expect_response(lambda answer: answer.request.method == "POST") as refused:
        button(plh, "Setujui").click()

    assert refused.value.status == 403
    then_the_state_is(State.SUBMITTED, NEWER)
    assert entries("validate", saved(NEWER)) == 0
    expect(plh.locator("main")).to_contain_text("Halaman ini bukan bagian dari tugas Anda.")


@pytest.mark.usefixtures("files")
def test_the_secretary_appoints_a_deputy_with_one_tap(person: Opened) -> None:
    page = person("sekcam")
    open_menu(page, "Tunjuk Plh")
    then_the_page_says(page, "Sutrisno Hadi", "Belum masuk hari ini")
    check(page)
    button(page, "Tunjuk Rina Wulandari").click()
    then_the_page_says(page, "Rina Wulandari menjadi Plh Kepala Seksi (Seksi Pelayanan Umum)", "Plh/Plt sampai")
    assert RoleEntry.objects.get(deviation="deputy").person.username == "loket"

    plh = person("loket", at="/validasi/")
    expect(plh.get_by_role("heading", level=1)).to_have_text(OLDER)


def test_an_account_from_its_first_password_to_its_closing(
    person: Opened, visitor: Opened
) -> None:
    admin = person("admin")
    admin.get_by_role("link", name="Tambah orang", exact=True).click()
    check(admin)
    admin.get_by_label("Nama", exact=True).fill("Slamet Riyadi")
    admin.get_by_label("Nama pengguna", exact=True).fill("slamet")
    admin.get_by_label("Jabatan", exact=True).fill("Petugas Loket")
    admin.get_by_label("Kata sandi pertama", exact=True).fill("lumbung-padi-7")
    button(admin, "Simpan").click()
    then_the_page_says(admin, "Akun Slamet Riyadi dibuat.")
    admin.get_by_role("link", name="Beri peran", exact=True).click()
    admin.get_by_label("Petugas Loket", exact=True).check()
    admin.get_by_label("Alasan").fill("Penempatan")
    button(admin, "Beri peran").click()

    slamet = visitor()
    slamet.goto("/masuk/")
    slamet.get_by_label("Nama pengguna", exact=True).fill("slamet")
    slamet.get_by_label("Kata sandi", exact=True).fill("lumbung-padi-7")
    button(slamet, "Masuk").click()
    then_the_page_says(slamet, "Kata sandi Anda diberikan Administrator.")
    check(slamet)
    slamet.get_by_label("Kata sandi sekarang", exact=True).fill("lumbung-padi-7")
    slamet.get_by_label("Kata sandi baru", exact=True).fill("sawah-hijau-88")
    slamet.get_by_label("Kata sandi baru, sekali lagi", exact=True).fill("sawah-hijau-88")
    button(slamet, "Ganti kata sandi").click()
    expect(slamet).to_have_url(re.compile("/loket/$"))

    admin.get_by_role("link", name="Atur ulang kata sandi", exact=True).click()
    check(admin)
    button(admin, "Atur ulang").click()
    shown = admin.locator(".notice code").inner_text()
    assert re.fullmatch(rf"([{LETTERS}]{{4}}-){{2}}[{LETTERS}]{{4}}", shown)
    check(admin)
    slamet.reload()
    expect(slamet).to_have_url(re.compile("/masuk/"))

    admin.get_by_role("link", name="Nonaktifkan akun", exact=True).click()
    check(admin)
    admin.get_by_label("Alasan").fill("Pindah tugas")
    button(admin, "Nonaktifkan").click()
    then_the_page_says(admin, "Akun Slamet Riyadi dinonaktifkan.", "Tidak aktif", "Pindah tugas")
    assert not User.objects.get(username="slamet").is_active


# -- change of person ------------------------------------------------------------------------------


def test_a_colleague_takes_over_the_computer_in_five_seconds(person: Opened) -> None:
    page = person("loket")
    presses, begin = 0, time.monotonic()

    def pressed(step: Callable[..., Any], *what: str) -> None:
        nonlocal presses
        presses += 1
        step(*what)

    pressed(page.locator(".menu summary").click)
    pressed(page.get_by_role("link", name="Ganti orang", exact=True).click)
    pressed(page.get_by_text("Bagus Prasetyo, Petugas Operator").click)
    expect(page.get_by_label("PIN", exact=True)).to_be_focused()
    for digit in PIN:
        pressed(page.keyboard.press, digit)
    expect(page).to_have_url(re.compile("/perekaman/$"))
    expect(page.locator(".menu-name")).to_contain_text("Bagus Prasetyo")
    took = time.monotonic() - begin

    note(f"Take-over by PIN: {presses} keys and clicks, {took:.1f} s")
    assert presses <= 9 and took < 5


def test_the_keyboard_alone_takes_over_and_a_wrong_pin_is_told(person: Opened) -> None:
    page = person("loket", at="/ganti-orang/")
    check(page)
    page.locator("input[value=admin]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator("input[type=radio]:focus")).to_have_count(1)
    page.locator("input[value=operator]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_label("PIN", exact=True)).to_be_focused()
    page.get_by_label("PIN", exact=True).press_sequentially("739105")
    then_the_page_says(page, "PIN tidak cocok.")
    check(page)
    expect(page.locator("input[value=operator]")).to_be_checked()
    page.get_by_label("PIN", exact=True).press_sequentially(PIN)
    expect(page).to_have_url(re.compile("/perekaman/$"))


def test_a_pin_without_a_name_waits_for_it(person: Opened) -> None:
    page = person("loket", at="/ganti-orang/")
    page.get_by_label("PIN", exact=True).press_sequentially(PIN)
    expect(page).to_have_url(re.compile("/ganti-orang/$"))
    page.locator("input[value=operator]").check()
    page.get_by_label("PIN", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("/perekaman/$"))


def test_take_over_and_a_deputy_need_no_javascript(person: Opened) -> None:
    page = person("sekcam", at="/plh/", java_script_enabled=False)
    button(page, "Tunjuk Rina Wulandari").click()
    then_the_page_says(page, "Rina Wulandari menjadi Plh")
    page.goto("/ganti-orang/")
    page.locator("input[value=loket]").check()
    page.get_by_label("PIN", exact=True).fill(PIN)
    button(page, "Ambil alih").click()
    expect(page.locator(".menu-name")).to_contain_text("Rina Wulandari")


def test_somebody_chooses_an_own_pin(person: Opened) -> None:
    page = person("loket")
    open_menu(page, "PIN saya")
    check(page)
    page.get_by_label("Kata sandi sekarang", exact=True).fill("jatiroto-demo")
    page.get_by_label("PIN baru", exact=True).fill("123456")
    page.get_by_label("PIN baru, sekali lagi", exact=True).fill("123456")
    button(page, "Simpan PIN").click()
    then_the_page_says(page, "PIN ini berurutan, mudah ditebak.")
    check(page)
    page.get_by_label("Kata sandi sekarang", exact=True).fill("jatiroto-demo")
    page.get_by_label("PIN baru", exact=True).fill("309271")
    page.get_by_label("PIN baru, sekali lagi", exact=True).fill("309271")
    button(page, "Simpan PIN").click()
    then_the_page_says(page, "PIN Anda tersimpan.")
