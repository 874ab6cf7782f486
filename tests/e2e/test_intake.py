"""Intake and validation as people live them: every kind, what is missing, who is too young, who may be a double."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from accounts.terms import give_role
from applications.models import Application, Draft, Paper, Resident, ResidentEntry, Visit
from applications.routing import birthday
from applications.states import State
from office.models import Section
from tests.e2e.browsing import check, pdf_text
from tests.e2e.hands import Hands
from tests.e2e.steps import (
    NAME,
    NIK,
    button,
    entries,
    given_a_new_resident_at_the_counter,
    given_a_nik_at_the_counter,
    given_papers,
    saved,
    then_the_book_is_whole,
    then_the_page_says,
    then_the_state_is,
)
from tests.factories import make_resident

Opened = Callable[..., Page]
KNOWN = "Sulastri Handayani"
KK, BIRTH = "Fotokopi Kartu Keluarga", "Fotokopi Akta Kelahiran"
OLD_CARD, POLICE = "KTP lama (asli)", "Surat keterangan kehilangan dari kepolisian"


@pytest.fixture
def resident(staff: dict[str, User]) -> Resident:
    return make_resident(name=KNOWN, sex="L")


def tick(page: Page, *labels: str) -> None:
    for label in labels:
        page.get_by_label(f"Asli dilihat: {label}", exact=True).check()
        copy = page.get_by_label(f"Salinan disimpan: {label}", exact=True)
        if copy.count():
            copy.check()


def approved(head: Page, name: str = KNOWN) -> None:
    head.goto("/validasi/")
    then_the_page_says(head, name)
    button(head, "Setujui").click()
    then_the_page_says(head, "Disetujui")


# -- each kind -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "papers", "state"),
    [
        ("Baru", (KK, BIRTH), State.AWAITING_RECORDING),
        ("Rusak", (KK, BIRTH, OLD_CARD), State.AWAITING_CENTRAL),
        ("Perubahan data", (KK, BIRTH, OLD_CARD), State.AWAITING_CENTRAL),
        ("Hilang", (KK, BIRTH, POLICE), State.AWAITING_CENTRAL),
    ],
)
def test_a_complete_file_of_each_kind_is_taken_in_and_approved(
    kind: str, papers: tuple[str, ...], state: str, resident: Resident, person: Opened
) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    then_the_page_says(counter, KNOWN)
    counter.get_by_label(kind, exact=True).check()
    tick(counter, *papers)
    if kind == "Perubahan data":
        counter.get_by_label("Unsur", exact=True).first.select_option("address")
        counter.get_by_label("Menjadi", exact=True).first.fill("Dusun Gondang")
        counter.get_by_label("Bukti", exact=True).first.fill("KK baru")
        counter.get_by_label("Sudah tercantum di KK", exact=True).first.check()
    check(counter)
    button(counter, "Periksa").click()
    then_the_page_says(counter, "Lengkap. Dapat diajukan.")
    check(counter)
    button(counter, "Ajukan").click()
    then_the_page_says(counter, "sudah diajukan. Berikan tanda terima kepada pemohon.")

    approved(person("kasi"))

    then_the_state_is(state, KNOWN)
    if kind == "Perubahan data":
        assert Resident.objects.get(pk=resident.pk).address == "Dusun Gondang"
    then_the_book_is_whole()


# -- what is missing -----------------------------------------------------------------------------


def test_a_missing_paper_is_on_the_slip_comes_back_and_is_approved(resident: Resident, person: Opened) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    tick(counter, KK)
    button(counter, "Periksa").click()
    then_the_page_says(counter, "Belum lengkap:", BIRTH)
    button(counter, "Kembalikan sekarang").click()
    expect(counter.get_by_role("dialog")).to_contain_text("Berkas dicatat belum lengkap dan mendapat nomor.")
    button(counter.get_by_role("dialog"), "Kembalikan sekarang").click()
    then_the_page_says(counter, "Berikan surat kekurangan kepada pemohon.")
    slip = pdf_text(counter, f"/permohonan/{saved(KNOWN).slug}/surat-kekurangan.pdf")
    assert BIRTH in slip and KNOWN in slip

    counter.goto("/loket/")
    counter.get_by_role("link", name=KNOWN).click()
    then_the_page_says(counter, "Yang masih kurang", f"Sudah diterima, tidak diminta lagi: {KK}.")
    expect(counter.get_by_label(f"Asli dilihat: {KK}", exact=True)).to_have_count(0)
    tick(counter, BIRTH)
    check(counter)
    button(counter, "Ajukan kembali").click()
    then_the_page_says(counter, "sudah diajukan kembali.")

    head = person("kasi")
    then_the_page_says(head, "Kedatangan ke-2.", "belum ada: Fotokopi Akta Kelahiran")
    check(head)
    approved(head)
    then_the_state_is(State.AWAITING_RECORDING, KNOWN)


def test_the_section_head_refuses_two_of_three_papers_each_with_its_reason(resident: Resident, person: Opened) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    counter.get_by_label("Hilang", exact=True).check()
    tick(counter, KK, BIRTH, POLICE)
    button(counter, "Ajukan").click()

    head = person("kasi", at="/validasi/")
    head.keyboard.press("k")
    then_the_page_says(head, "Kembalikan dengan alasan", KNOWN)
    expect(head.get_by_label(f"Alasan untuk {KK}", exact=True)).to_be_focused()
    check(head)
    head.get_by_label(f"Alasan untuk {KK}", exact=True).select_option("KK bukan yang terbaru; bawa KK terbaru.")
    head.get_by_label(f"Kata-kata sendiri untuk {POLICE}", exact=True).fill("Tanggal kehilangan tidak disebut.")
    button(head, "Kembalikan dengan alasan").click()
    then_the_page_says(head, "Dikembalikan kepada pemohon", "Semua sudah divalidasi")

    slip = pdf_text(counter, f"/permohonan/{saved(KNOWN).slug}/surat-kekurangan.pdf")
    for words in (KK, "bawa KK terbaru", POLICE, "Tanggal kehilangan tidak disebut."):
        assert words in slip
    assert BIRTH not in slip
    assert {paper.code for paper in Paper.objects.all() if paper.missing} == {"kk", "surat-kehilangan"}


def test_a_waiver_is_asked_for_decided_first_and_then_the_file_approved(resident: Resident, person: Opened) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    tick(counter, KK)
    counter.get_by_label(f"Alasan minta keringanan: {BIRTH}", exact=True).fill("Akta terbakar")
    button(counter, "Ajukan").click()
    then_the_page_says(counter, "sudah diajukan")

    head = person("kasi", at="/validasi/")
    then_the_page_says(head, "minta keringanan: Akta terbakar", "Putuskan dahulu permintaan keringanan")
    head.keyboard.press("w")
    expect(head.get_by_label("Diberi keringanan", exact=True)).to_be_visible()
    check(head)
    head.get_by_label("Diberi keringanan", exact=True).check()
    button(head, "Putuskan keringanan").click()
    then_the_page_says(head, "keringanan diberikan")
    approved(head)
    then_the_state_is(State.AWAITING_RECORDING, KNOWN)


# -- age -----------------------------------------------------------------------------------------


def test_a_resident_of_16_is_taken_in_for_a_first_card_only(staff: dict[str, User], person: Opened) -> None:
    young = make_resident(name="Dimas Muda", birth=birthday(timezone.localdate(), -16) - timedelta(days=30))
    counter = person("loket")
    given_a_nik_at_the_counter(counter, young.nik)
    counter.get_by_label("Rusak", exact=True).check()
    button(counter, "Periksa").click()
    then_the_page_says(counter, "hanya permohonan baru yang dapat dilayani")
    counter.get_by_label("Baru", exact=True).check()
    tick(counter, KK, BIRTH)
    button(counter, "Ajukan").click()
    then_the_page_says(counter, "sudah diajukan")
    receipt = pdf_text(counter, f"/permohonan/{saved('Dimas Muda').slug}/tanda-terima.pdf")
    assert "setelah Anda berusia 17 tahun" in receipt


def test_a_resident_of_15_goes_home_with_a_slip_that_says_when_to_come(staff: dict[str, User], person: Opened) -> None:
    born = birthday(timezone.localdate(), -15) - timedelta(days=30)
    child = make_resident(name="Rani Kecil", birth=born)
    counter = person("loket")
    given_a_nik_at_the_counter(counter, child.nik)
    tick(counter, KK, BIRTH)
    button(counter, "Ajukan").click()
    then_the_page_says(counter, "Belum diajukan", "Pemohon belum berusia 16 tahun.")
    check(counter)
    button(counter, "Catat kunjungan dan cetak surat").click()
    then_the_page_says(counter, "Kunjungan KJG/")
    check(counter)
    visit = Visit.objects.get()
    slip = pdf_text(counter, f"/kunjungan/{visit.slug}/surat.pdf")
    assert visit.number in slip and str(born.year + 16) in slip
    assert not Application.objects.exists() and not Draft.objects.exists()


def test_who_cannot_be_served_here_gets_a_slip_that_says_where_to_go(resident: Resident, person: Opened) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    counter.get_by_text("Tidak dapat dilayani di sini").click()
    counter.get_by_label("NIK tidak aktif", exact=True).check()
    button(counter, "Catat kunjungan dan cetak surat rujukan").click()
    then_the_page_says(counter, "Kunjungan KJG/")
    slip = pdf_text(counter, f"/kunjungan/{Visit.objects.get().slug}/surat.pdf")
    assert "Dinas Kependudukan dan Pencatatan Sipil" in slip and KNOWN in slip


# -- likely doubles ------------------------------------------------------------------------------


def test_a_person_who_may_be_known_already_is_shown_side_by_side_and_decided_on(
    staff: dict[str, User], person: Opened
) -> None:
    known = make_resident(name="Wahyuni Setiyowati", sex="P", kk_number="3508170101120042")
    counter = person("loket")
    given_a_new_resident_at_the_counter(counter)
    given_papers(counter)
    button(counter, "Ajukan").click()
    then_the_page_says(counter, "Orang ini mungkin sudah ada di register", known.name)
    assert not Application.objects.exists() and Resident.objects.count() == 1
    check(counter)
    counter.get_by_label("Alasan keputusan", exact=True).fill("Akta dan orang tuanya berbeda")
    button(counter, "Ajukan").click()
    then_the_page_says(counter, "sudah diajukan")
    decided = ResidentEntry.objects.get(verb="tell_apart", resident=saved().resident)
    assert decided.detail.words["reason"] == "Akta dan orang tuanya berbeda"
    assert saved().resident.nik == NIK


# -- nothing is lost -----------------------------------------------------------------------------


def test_a_sign_in_that_runs_out_in_the_middle_loses_nothing(staff: dict[str, User], person: Opened) -> None:
    counter = person("loket")
    given_a_new_resident_at_the_counter(counter)
    given_papers(counter, KK)
    page_of_draft = counter.url
    counter.context.clear_cookies(name="sessionid")
    # The page does not know yet; the person goes on and sends it.
    counter.get_by_label("Nomor HP", exact=True).fill("081234567890")
    given_papers(counter, BIRTH)
    button(counter, "Ajukan").click()
    expect(counter).to_have_url(re.compile("/masuk/"))
    then_the_page_says(counter, "Waktu masuk Anda habis. Isian Anda tersimpan")
    counter.get_by_label("Nama pengguna", exact=True).fill("loket")
    counter.get_by_label("Kata sandi", exact=True).fill("jatiroto-demo")
    button(counter, "Masuk").click()

    expect(counter).to_have_url(f"{page_of_draft}?lanjut=1")
    then_the_page_says(counter, "Belum diajukan.", "tekan tombolnya sekali lagi")
    expect(counter.get_by_label("Nama lengkap", exact=True)).to_have_value(NAME)
    expect(counter.get_by_label("Nomor HP", exact=True)).to_have_value("081234567890")
    expect(counter.get_by_label("Agama", exact=True)).to_have_value("1")
    for label in (KK, BIRTH):
        expect(counter.get_by_label(f"Asli dilihat: {label}", exact=True)).to_be_checked()
    button(counter, "Ajukan").click()
    then_the_page_says(counter, "sudah diajukan")
    assert entries("submit") == 1


def test_what_is_typed_is_kept_while_one_types(staff: dict[str, User], person: Opened) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter)
    counter.get_by_label("Nama lengkap", exact=True).fill(NAME)
    expect(counter.locator("[data-draft-state]")).to_contain_text("Tersimpan")
    counter.reload()
    expect(counter.get_by_label("Nama lengkap", exact=True)).to_have_value(NAME)
    counter.goto("/loket/")
    then_the_page_says(counter, "Konsep Anda", NAME)
    check(counter)


def test_a_name_is_found_while_one_types_it(resident: Resident, person: Opened) -> None:
    counter = person("loket", at="/loket/")
    counter.get_by_label("NIK, nomor KK, atau nama", exact=True).press_sequentially("lastri")
    counter.get_by_role("button", name=re.compile(KNOWN)).click()
    expect(counter).to_have_url(re.compile("/loket/konsep/"))
    then_the_page_says(counter, KNOWN)


# -- a deputy ------------------------------------------------------------------------------------


def test_a_deputy_validates_while_the_head_is_away_and_is_refused_after_the_time(
    staff: dict[str, User], resident: Resident, person: Opened
) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    tick(counter, KK, BIRTH)
    button(counter, "Ajukan").click()
    then_the_page_says(counter, "sudah diajukan")
    section = Section.objects.get(serves_ktp=True)
    term = give_role(
        staff["sekcam"], Role.SECTION_HEAD, by=staff["kasi"], reason="Plh: Kasi dinas luar", section=section,
        until=timezone.now() + timedelta(hours=3),
    )
    deputy = person("sekcam", allow=("403",))
    approved(deputy)
    assert saved(KNOWN).entries.get(verb="validate").by == staff["sekcam"]

    term.valid_until = timezone.now()
    term.save(update_fields=["valid_until"])
    deputy.goto("/validasi/")
    expect(deputy.locator("body")).to_contain_text("Halaman ini bukan bagian dari tugas Anda.")


# -- how much work it is -------------------------------------------------------------------------


def test_how_many_keys_and_clicks_a_known_resident_and_an_approval_take(resident: Resident, person: Opened) -> None:
    counter, head = person("loket"), person("kasi")
    counter.goto("/loket/")
    expect(counter.get_by_label("NIK, nomor KK, atau nama", exact=True)).to_be_focused()
    counter.keyboard.type(resident.nik)
    hands = Hands(counter)
    hands.press("Enter")
    expect(counter).to_have_url(re.compile("/loket/konsep/"))
    for label in (KK, BIRTH):
        hands.click(counter.get_by_label(f"Asli dilihat: {label}", exact=True))
        hands.click(counter.get_by_label(f"Salinan disimpan: {label}", exact=True))
    hands.press("a")
    then_the_page_says(counter, "sudah diajukan")
    hands.counted("Intake of a resident of the register, after the NIK", most=25)

    head.goto("/validasi/")
    then_the_page_says(head, KNOWN)
    hands = Hands(head)
    hands.press("s")
    then_the_page_says(head, "Disetujui")
    hands.counted("Approval of a clean file", most=3)


def test_the_intake_can_be_done_by_keyboard_alone(resident: Resident, person: Opened) -> None:
    counter = person("loket", at="/loket/")
    counter.keyboard.type(resident.nik)
    hands = Hands(counter)
    hands.press("Enter")
    expect(counter).to_have_url(re.compile("/loket/konsep/"))
    counter.get_by_label(f"Asli dilihat: {KK}", exact=True).focus()
    # The box for a waiver steps aside once both ticks are there.
    hands.press("Space", "Tab", "Space", "Tab", "Tab", "Space", "Tab", "Space")
    hands.press("a")
    then_the_page_says(counter, "sudah diajukan")
    hands.counted("Intake by keyboard, from the first tick", most=25)


def test_back_after_sending_shows_a_page_and_sends_nothing_again(resident: Resident, person: Opened) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    tick(counter, KK, BIRTH)
    button(counter, "Periksa").click()
    then_the_page_says(counter, "Lengkap. Dapat diajukan.")
    button(counter, "Ajukan").click()
    then_the_page_says(counter, "sudah diajukan")
    counter.go_back()
    then_the_page_says(counter, "Konsep itu sudah diajukan, dihapus, atau milik petugas lain.")
    assert entries("submit") == 1


def test_a_second_element_is_asked_for_once_the_first_is_in_use(resident: Resident, person: Opened) -> None:
    counter = person("loket")
    given_a_nik_at_the_counter(counter, resident.nik)
    counter.get_by_label("Perubahan data", exact=True).check()
    expect(counter.get_by_label("Unsur", exact=True).nth(0)).to_be_visible()
    expect(counter.get_by_label("Unsur", exact=True).nth(1)).to_be_hidden()
    counter.get_by_label("Unsur", exact=True).nth(0).select_option("village_id")
    expect(counter.get_by_label("Unsur", exact=True).nth(1)).to_be_visible()
    button(counter, "Periksa").click()
    then_the_page_says(counter, f"Semula: {resident.village.name}")
    check(counter)
