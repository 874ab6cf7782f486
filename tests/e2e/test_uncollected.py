"""A card that nobody collects: reminders, out with the village, back with the list, withdrawn after ninety days."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from applications.models import Application, Bundle, Handover, HeldCard, Reminder
from applications.states import State
from tests.e2e.browsing import check, focused, pdf_text
from tests.e2e.steps import button, saved, then_the_book_is_whole, then_the_page_says, then_the_state_is
from tests.factories import Path, make_resident

Opened = Callable[..., Page]
WAHYUNI, SLAMET = "Wahyuni Setyowati", "Slamet Riyadi"


@pytest.fixture
def old_cards(staff: dict[str, User]) -> list[Application]:
    """Two cards of one village that lie for ninety-five days."""
    desks = {"counter": staff["loket"], "operator": staff["operator"], "section_head": staff["kasi"]}
    start = timezone.now() - timedelta(days=95, minutes=30)
    people = [make_resident(name=WAHYUNI, phone="0812 3456 7890"), make_resident(name=SLAMET)]
    return [Path(desks, start=start, resident=resident).ready_for_pickup() for resident in people]


def test_an_old_card_is_reminded_of_sent_out_and_withdrawn(old_cards: list[Application], person: Opened) -> None:
    counter = person("loket")
    could_not_be_informed(counter)
    informed_by_whatsapp(counter)
    bundle = out_with_the_village(counter)
    back_with_the_list(counter, bundle)
    withdrawn_by_the_section_head(person("kasi"))
    then_the_book_is_whole()


def could_not_be_informed(counter: Page) -> None:
    counter.get_by_role("link", name="Belum diambil", exact=True).click()
    counter.get_by_role("link", name="90 hari atau lebih 2").click()
    check(counter)
    row = counter.get_by_role("row").filter(has_text=WAHYUNI)
    row.get_by_label(f"Cara memberi tahu {WAHYUNI}").select_option(label="Telepon")
    row.get_by_role("button", name="Belum berhasil").click()
    then_the_page_says(counter, f"{WAHYUNI}: belum berhasil diberi tahu. Tercatat.")
    expect(counter).to_have_url(f"/belum-diambil/?lama=90#{saved(WAHYUNI).slug}")
    expect(row).to_contain_text("Telepon")
    expect(row).to_contain_text("belum berhasil")


def informed_by_whatsapp(counter: Page) -> None:
    """From the file: the link is there with its text, and is not opened."""
    application = saved(WAHYUNI)
    counter.goto(f"/permohonan/{application.slug}/")
    counter.get_by_role("link", name="Catat pengingat").click()
    link = counter.get_by_role("link", name="Buka WhatsApp")
    href = str(link.get_attribute("href"))
    assert href.startswith("https://wa.me/6281234567890?text=")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")
    text = unquote(href.partition("text=")[2])
    assert text == counter.get_by_label("Pesan untuk disalin").input_value()
    assert application.number in text and "Gratis" in text
    assert WAHYUNI not in text and application.resident.nik not in text
    check(counter)
    button(counter, "Simpan pengingat").click()
    then_the_page_says(counter, "Pilih cara memberi tahu.", "Pilih hasilnya.")
    assert "Belum tersimpan" in focused(counter)
    check(counter)
    counter.get_by_label("WhatsApp", exact=True).check()
    counter.get_by_label("Sudah diberi tahu", exact=True).check()
    button(counter, "Simpan pengingat").click()
    then_the_page_says(counter, f"{WAHYUNI}: sudah diberi tahu. Tercatat.")
    assert list(Reminder.objects.order_by("pk").values_list("means", "informed")) == [
        ("phone", False), ("whatsapp", True)
    ]
    check(counter)


def out_with_the_village(counter: Page) -> Bundle:
    counter.goto("/belum-diambil/")
    counter.get_by_role("link", name="Titipan desa", exact=True).click()
    check(counter)
    counter.get_by_role("link", name="2 Desa Banyuputih Kidul").click()
    check(counter)
    button(counter, "Titipkan").click()
    button(counter.get_by_role("dialog"), "Titipkan").click()
    then_the_page_says(counter, "Isi Nama yang membawa.", "Isi Jabatan.")
    counter.get_by_label("Nama yang membawa").fill("Suparman")
    counter.get_by_label("Jabatan").fill("Kepala Dusun Krajan")
    button(counter, "Titipkan").click()
    dialog = counter.get_by_role("dialog")
    expect(dialog).to_contain_text("keluar dari kantor")
    button(dialog, "Titipkan").click()
    then_the_page_says(counter, "2 kartu dibawa Suparman.", WAHYUNI, SLAMET, "2 dari 2 di luar")
    check(counter)
    bundle = Bundle.objects.get()
    text = pdf_text(counter, f"/titipan-desa/{bundle.slug}/daftar.pdf")
    assert bundle.number in text and WAHYUNI in text and "Tanda tangan atau cap jempol" in text
    return bundle


def back_with_the_list(counter: Page, bundle: Bundle) -> None:
    """Wahyuni's mother signed for her card; Slamet was not at home."""
    counter.get_by_role("link", name="Catat daftar kembali").click()
    check(counter)
    mother = counter.get_by_role("group", name=WAHYUNI)
    expect(mother.get_by_label("Nama penerima")).to_be_hidden()
    mother.get_by_label("Diterima orang lain").check()
    counter.get_by_role("group", name=SLAMET).get_by_label("Kembali").check()
    button(counter, "Simpan").click()
    button(counter.get_by_role("dialog"), "Simpan").click()
    then_the_page_says(counter, f"{WAHYUNI}: Isi nama yang menerima kartu.")
    check(counter)
    mother.get_by_label("Nama penerima").fill("Sumiati")
    mother.get_by_label("Hubungan dengan pemohon").fill("ibu")
    mother.get_by_label("Surat kuasa dilihat perangkat desa").check()
    mother.get_by_label("KTP penerima dilihat perangkat desa").check()
    button(counter, "Simpan").click()
    button(counter.get_by_role("dialog"), "Simpan").click()
    then_the_page_says(counter, "hasil 2 kartu tercatat. Daftar selesai.", "Diserahkan di desa", "Kembali ke kantor")
    check(counter)
    then_the_state_is(State.HANDED_OVER, WAHYUNI)
    then_the_state_is(State.READY_FOR_PICKUP, SLAMET)
    handover = Handover.objects.get()
    assert (handover.collector_name, handover.relation, handover.signed) == ("Sumiati", "ibu", "village")
    bundle.refresh_from_db()
    assert bundle.back_at is not None


def withdrawn_by_the_section_head(head: Page) -> None:
    head.goto("/belum-diambil/")
    row = head.get_by_role("row").filter(has_text=SLAMET)
    expect(head.get_by_role("row").filter(has_text=WAHYUNI)).to_have_count(0)
    row.get_by_role("link", name="Tarik kartu").click()
    check(head)
    head.get_by_label("Tidak diambil").check()
    head.get_by_label("Alasan").fill("Dua kali diberi tahu, tidak datang.")
    button(head, "Tarik kartu").click()
    then_the_page_says(head, "Kartu ditarik", "Semua kartu sudah diambil.")
    expect(head).to_have_url("/belum-diambil/")
    check(head)
    then_the_state_is(State.WITHDRAWN, SLAMET)
    held = HeldCard.objects.get(application__resident__name=SLAMET)
    assert (held.source, held.cause) == ("withdrawn", "uncollected")


def test_without_javascript_a_list_goes_out_and_comes_back(old_cards: list[Application], person: Opened) -> None:
    """Each page asks once by itself, with everything that was filled in still there."""
    counter = person("loket", at="/titipan-desa/", java_script_enabled=False)
    counter.get_by_role("link", name="2 Desa Banyuputih Kidul").click()
    counter.get_by_label(f"{saved(SLAMET).number} {SLAMET}").uncheck()
    counter.get_by_label("Nama yang membawa").fill("Suparman")
    counter.get_by_label("Jabatan").fill("Kepala Dusun Krajan")
    button(counter, "Titipkan").click()
    then_the_page_says(counter, "1 kartu keluar dari kantor, dibawa Suparman")
    assert not Bundle.objects.exists()
    button(counter, "Titipkan").click()
    counter.get_by_role("link", name="Catat daftar kembali").click()
    counter.get_by_role("link", name="Tandai semua diterima pemohon").click()
    button(counter, "Simpan").click()
    then_the_page_says(counter, "1 kartu dicatat sudah diserahkan dan 0 kembali ke kantor.")
    button(counter, "Simpan").click()
    then_the_page_says(counter, "Daftar selesai.")
    then_the_state_is(State.HANDED_OVER, WAHYUNI)
    then_the_state_is(State.READY_FOR_PICKUP, SLAMET)
