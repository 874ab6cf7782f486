"""`/pengaturan/`: paper lists, reasons, names, visits, numbers, letterhead, with their history."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from applications import lifecycle, rules
from applications.models import KindLabel, PaperRule, ReturnReason, VisitReason
from applications.refusals import Refused
from applications.states import Kind
from office import settings_book as book
from office.models import Office, Official, Parameter, SettingEntry
from tests.factories import incomplete, make_resident
from tests.pages import fields_of, pdf_text, queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
PAPER = {"needs_original": True, "needs_copy": True, "required": True, "waivable": True}
PHOTO = {"label": "Pas foto", "needs_original": "on", "needs_copy": "", "required": "ya"}
BOXES = {"needs_original", "needs_copy", "waivable"}


@pytest.fixture
def admin(client_of: Browser) -> Client:
    return client_of("admin")


def to(name: str, *args: Any) -> str:
    return reverse(f"applications:settings-{name}", args=args)


def rule(kind: str = Kind.NEW, code: str = "kk") -> PaperRule:
    return PaperRule.objects.get(kind=kind, code=code)


def codes(kind: str = Kind.NEW) -> list[str]:
    return list(PaperRule.objects.filter(kind=kind).order_by("position").values_list("code", flat=True))


def list_version(kind: str = Kind.NEW) -> str:
    return book.version_of_list(rules.PAPERS, PaperRule.objects.filter(kind=kind).order_by("position", "pk"))


def version(row: PaperRule) -> str:
    return book.version_of(rules.PAPERS, row)


def add_paper(by: User, label: str = "Pas foto", kind: str = Kind.NEW, **more: Any) -> PaperRule:
    code = more.pop("code", "")
    return rules.add_paper(kind, PAPER | {"label": label} | more, code=code, version=list_version(kind), by=by)


def change_paper(row: PaperRule, by: User, **values: Any) -> bool:
    return rules.change_paper(row, rules.PAPERS.values(row) | values, version=version(row), by=by)


def send(client: Client, url: str, **fields: str) -> Any:
    """Send a form as a browser would that has just opened it; an empty value takes a box's tick away."""
    return client.post(url, {k: v for k, v in (opened_form(client.get(url)) | fields).items() if v})


def opened_form(answer: Any) -> dict[str, str]:
    """The fields as a browser holds them: a box that is ticked says "on"."""
    return {k: "on" if k in BOXES else v for k, v in fields_of(answer).items()}


# -- the pages -----------------------------------------------------------------------------------------


def test_overview_says_what_each_section_holds_and_that_nothing_was_changed_yet(admin: Client) -> None:
    text = text_of(admin.get("/pengaturan/"))
    for words in ("Persyaratan", "Alasan pengembalian", "Nama jenis permohonan", "Keperluan tamu", "Ketentuan",
                  "KECAMATAN JATIROTO", "8 alasan", "7 keperluan", "A5"):
        assert words in text, words
    assert text.count("Belum pernah diubah sejak dipasang.") == 7


def test_overview_names_who_changed_a_section_last(people: People, admin: Client) -> None:
    add_paper(people["admin"])
    text = text_of(admin.get("/pengaturan/"))
    assert f"Terakhir diubah {people['admin'].name}" in text
    assert text.count("Belum pernah diubah") == 6


def test_the_navigation_leads_the_administrator_here_first_or_second(admin: Client) -> None:
    assert 'href="/pengaturan/"' in text_of(admin.get("/pengaturan/"))
    assert 'href="/pengaturan/"' in text_of(admin.get("/kata-sandi/"))


PAGES = [
    to("overview"), to("history"), *(to("section", slug) for slug in (
        "persyaratan", "alasan", "jenis", "keperluan", "ketentuan", "pejabat")),
    to("add", "persyaratan", "new"), to("change", "kantor", "1"), to("change", "ketentuan", "hari-konsep"),
    to("remove", "keperluan", "wna"),
]


@pytest.mark.parametrize("url", PAGES)
def test_every_page_keeps_its_budget_however_much_there_is(url: str, people: People, admin: Client) -> None:
    few = queries_of(admin, url)
    for number in range(30):
        add_paper(people["admin"], f"Surat {number}")
        ReturnReason.objects.create(paper_code="kk", text=f"Alasan {number}", position=number)
    assert queries_of(admin, url) == few + (1 if url == to("history") else 0) <= 12


@pytest.mark.parametrize(
    "url",
    [
        to("section", "tidak-ada"), to("add", "ketentuan", "semua"), to("add", "persyaratan", "tidak-ada"),
        to("change", "tidak-ada", "1"), to("remove", "tidak-ada", "1"),
    ],
)
def test_an_address_that_means_nothing_is_not_found(url: str, admin: Client) -> None:
    assert admin.get(url).status_code == 404
    assert admin.post(url).status_code in (404, 405)


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 40, "abc"])
@pytest.mark.parametrize("page", ["change", "move", "remove"])
def test_a_row_that_is_not_there_any_more_leads_back_to_the_list(page: str, pk: str, admin: Client) -> None:
    answer = admin.post(to(page, "persyaratan", pk), {"confirmed": "1", "arah": "naik"})
    assert answer["Location"] == "/pengaturan/persyaratan/"
    assert "tidak ada lagi" in told(answer)


# -- paper lists ---------------------------------------------------------------------------------------


def test_a_new_paper_gets_a_code_of_its_name_and_the_last_place(admin: Client) -> None:
    answer = send(admin, to("add", "persyaratan", "new"), **PHOTO)
    assert answer["Location"] == "/pengaturan/persyaratan/"
    assert codes() == ["kk", "akta-kelahiran", "pas-foto"]
    assert (rule(code="pas-foto").needs_original, rule(code="pas-foto").needs_copy) == (True, False)
    entry = SettingEntry.objects.get()
    assert (entry.verb, entry.facts["key"]) == ("add", "new/pas-foto")
    assert entry.detail.words["after"] == {"label": "Pas foto"}


def test_a_known_paper_keeps_its_code_and_lends_its_name(admin: Client) -> None:
    send(admin, to("add", "persyaratan", "new"), code="surat-kehilangan", waivable="", required="tidak")
    added = rule(code="surat-kehilangan")
    assert added.label == "Surat keterangan kehilangan dari kepolisian"
    assert not added.waivable and not added.required


def test_a_paper_that_the_list_has_already_is_not_offered_and_refused(people: People, admin: Client) -> None:
    page = text_of(admin.get(to("add", "persyaratan", "new")))
    assert '<option value="ktp-lama"' in page and '<option value="kk"' not in page
    with pytest.raises(Refused, match="sudah ada"):
        add_paper(people["admin"], "Kartu Keluarga", code="kk")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"needs_original": "", "needs_copy": ""}, "Beri tanda pada asli dilihat, salinan disimpan, atau keduanya."),
        ({"label": "fotokopi akta kelahiran"}, "Nama persyaratan ini sudah dipakai dalam daftar jenis ini."),
        ({"label": ""}, "Isi Nama persyaratan."),
        ({"label": "x" * 121}, "120"),
        ({"required": ""}, "Pilih wajib atau pendukung."),
    ],
)
def test_a_wrong_row_gets_its_sentence_and_stays_as_typed(
    fields: dict[str, str], sentence: str, admin: Client
) -> None:
    url = to("change", "persyaratan", rule().pk)
    answer = send(admin, url, **fields)
    assert answer.status_code == 200 and sentence in text_of(answer)
    assert fields_of(answer).get("label", "") == fields.get("label", "Fotokopi Kartu Keluarga")
    assert not SettingEntry.objects.exists()


@pytest.mark.parametrize(("kind", "code"), [("damaged", "ktp-lama"), ("lost", "surat-kehilangan")])
def test_old_card_and_police_letter_are_never_waivable(kind: str, code: str, admin: Client) -> None:
    row = rule(kind, code)
    answer = send(admin, to("change", "persyaratan", row.pk), waivable="on")
    assert "tidak pernah dapat diberi keringanan" in text_of(answer)
    row.refresh_from_db()
    assert not row.waivable
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperRule.objects.filter(pk=row.pk).update(waivable=True)


def test_the_database_itself_refuses_a_paper_without_a_tick(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperRule.objects.filter(code="kk").update(needs_original=False, needs_copy=False)


def test_the_last_required_paper_of_a_kind_stays(people: People) -> None:
    rules.remove_paper(rule(code="akta-kelahiran"), version=version(rule(code="akta-kelahiran")), by=people["admin"])
    with pytest.raises(Refused, match="paling sedikit satu persyaratan yang wajib"):
        rules.remove_paper(rule(), version=version(rule()), by=people["admin"])
    with pytest.raises(Refused, match="paling sedikit satu persyaratan yang wajib"):
        change_paper(rule(), people["admin"], required=False)
    assert codes() == ["kk"] and rule().required


def test_a_supporting_paper_alone_is_no_list(people: People) -> None:
    change_paper(rule(code="akta-kelahiran"), people["admin"], required=False)
    with pytest.raises(Refused):
        rules.remove_paper(rule(), version=version(rule()), by=people["admin"])


def test_removing_asks_once_and_says_what_stays(admin: Client) -> None:
    url = to("remove", "persyaratan", rule().pk)
    assert "Berkas yang sudah masuk tetap memakai daftarnya sendiri." in text_of(admin.get(url))
    admin.post(url, {"version": version(rule())})
    assert "kk" in codes()
    admin.post(url, {"version": version(rule()), "confirmed": "1"})
    assert codes() == ["akta-kelahiran"]
    assert SettingEntry.objects.get().detail.words["before"] == {"label": "Fotokopi Kartu Keluarga"}


def test_moving_changes_the_order_and_says_both_orders(admin: Client) -> None:
    sent = {"arah": "naik", "version": list_version("damaged")}
    admin.post(to("move", "persyaratan", rule("damaged", "ktp-lama").pk), sent)
    assert codes("damaged") == ["kk", "ktp-lama", "akta-kelahiran"]
    entry = SettingEntry.objects.get()
    assert entry.verb == "reorder"
    assert entry.facts["after"] == {"order": ["damaged/kk", "damaged/ktp-lama", "damaged/akta-kelahiran"]}
    history = " ".join(text_of(admin.get("/pengaturan/riwayat/")).split())
    after = "Fotokopi Kartu Keluarga · KTP lama (asli) · Fotokopi Akta Kelahiran"
    assert f"Fotokopi Akta Kelahiran · KTP lama (asli) → <strong>{after}</strong>" in history and "Urutan:" in history


@pytest.mark.parametrize(("code", "step"), [("kk", "naik"), ("akta-kelahiran", "turun"), ("kk", "ke mana")])
def test_past_the_end_of_the_list_nothing_moves(code: str, step: str, admin: Client) -> None:
    answer = admin.post(
        to("move", "persyaratan", rule(code=code).pk), {"arah": step, "version": list_version()}
    )
    assert answer.status_code == 302 and codes() == ["kk", "akta-kelahiran"]
    assert not SettingEntry.objects.exists()


# -- two administrators at once --------------------------------------------------------------------------


def test_a_stale_form_is_refused_keeps_what_was_typed_and_shows_what_is_there_now(
    people: People, admin: Client
) -> None:
    url = to("change", "persyaratan", rule().pk)
    opened = opened_form(admin.get(url))
    change_paper(rule(), people["admin"], label="Kartu Keluarga asli")
    answer = admin.post(url, opened | {"label": "Salinan KK"})
    text = text_of(answer)
    assert "Persyaratan sudah diubah oleh" in text and "Isi yang tersimpan sekarang" in text
    assert "Kartu Keluarga asli" in text and fields_of(answer)["label"] == "Salinan KK"
    assert rule().label == "Kartu Keluarga asli"
    admin.post(url, opened_form(answer))
    assert rule().label == "Salinan KK"


def test_a_stale_list_takes_no_new_row_and_no_move(people: People, admin: Client) -> None:
    url, seen = to("add", "persyaratan", "new"), list_version()
    add_paper(people["admin"])
    answer = admin.post(url, {"label": "Surat lain", "needs_copy": "on", "required": "ya", "version": seen})
    assert "sudah diubah oleh" in text_of(answer) and fields_of(answer)["label"] == "Surat lain"
    moved = admin.post(to("move", "persyaratan", rule().pk), {"arah": "turun", "version": seen})
    assert "sudah diubah oleh" in told(moved)
    assert codes() == ["kk", "akta-kelahiran", "pas-foto"]


def test_a_stale_question_removes_nothing(people: People, admin: Client) -> None:
    seen = version(rule())
    change_paper(rule(), people["admin"], label="Kartu Keluarga asli")
    answer = admin.post(to("remove", "persyaratan", rule().pk), {"version": seen, "confirmed": "1"})
    assert "sudah diubah oleh" in told(answer) and "kk" in codes()


def test_a_double_click_adds_once(admin: Client) -> None:
    url = to("add", "persyaratan", "new")
    sent = opened_form(admin.get(url)) | PHOTO
    admin.post(url, sent)
    admin.post(url, sent)
    assert codes() == ["kk", "akta-kelahiran", "pas-foto"] and SettingEntry.objects.count() == 1


# -- yesterday's file --------------------------------------------------------------------------------------


def test_yesterdays_file_keeps_yesterdays_list_and_its_slip(people: People, client_of: Browser) -> None:
    by, admin = people["counter"], people["admin"]
    old = lifecycle.register_incomplete(make_resident(), intake=incomplete(), by=by)
    add_paper(admin)
    change_paper(rule(), admin, label="Kartu Keluarga terbaru")
    rules.remove_paper(rule(code="akta-kelahiran"), version=version(rule(code="akta-kelahiran")), by=admin)
    name = KindLabel.objects.get(kind="new")
    rules.change_kind(name, {"label": "KTP pertama", "hint": ""}, version=book.version_of(rules.KINDS, name), by=admin)

    new = lifecycle.register_incomplete(make_resident(), intake=incomplete(), by=by)
    assert [paper.label for paper in old.papers.all()] == ["Fotokopi Kartu Keluarga", "Fotokopi Akta Kelahiran"]
    assert [paper.label for paper in new.papers.all()] == ["Kartu Keluarga terbaru", "Pas foto"]
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.kind_name, new.kind_name) == ("Baru", "KTP pertama")
    slips = [
        pdf_text(client_of("counter").get(reverse("applications:documents-slip", args=[file.slug])))
        for file in (old, new)
    ]
    assert "Akta Kelahiran" in slips[0] and "Pas foto" not in slips[0]
    assert "Pas foto" in slips[1] and "Akta Kelahiran" not in slips[1]


def test_the_version_of_the_lists_changes_with_a_paper_an_order_and_a_name(people: People) -> None:
    seen = {rules.papers_version()}
    assert rules.papers_version() in seen and len(rules.papers_version()) == 16
    add_paper(people["admin"])
    seen.add(rules.papers_version())
    book.move(rules.PAPERS, rule(), 1, version=list_version(), by=people["admin"])
    seen.add(rules.papers_version())
    KindLabel.objects.filter(kind="lost").update(label="KTP hilang")
    seen.add(rules.papers_version())
    assert len(seen) == 4


# -- reasons, names, visits, numbers, letterhead -------------------------------------------------------------


def test_reasons_of_a_paper_come_first_then_those_for_every_paper(admin: Client) -> None:
    send(admin, to("add", "alasan", "kk"), text="KK belum bertanda tangan; minta tanda tangan kepala keluarga.")
    found = rules.reasons_for("kk")
    assert found[2] == "KK belum bertanda tangan; minta tanda tangan kepala keluarga."
    assert found[3] == "Salinan tidak terbaca; bawa salinan yang jelas." and len(found) == 5
    assert rules.reasons_for("surat-lain") == found[3:]


def test_a_reason_is_changed_and_removed_and_the_same_one_is_refused(admin: Client) -> None:
    row = ReturnReason.objects.filter(paper_code="kk").first()
    assert row
    answer = send(admin, to("change", "alasan", row.pk), text=rules.reasons_for("kk")[1].upper())
    assert "sudah ada dalam daftar yang sama" in text_of(answer)
    send(admin, to("change", "alasan", row.pk), text="KK lama.")
    assert rules.reasons_for("kk")[0] == "KK lama."
    send(admin, to("remove", "alasan", row.pk))
    assert "KK lama." not in rules.reasons_for("kk")
    assert [entry.verb for entry in SettingEntry.objects.all()] == ["change", "remove"]


def test_the_name_of_a_kind_changes_and_two_kinds_never_share_one(admin: Client) -> None:
    answer = send(admin, to("change", "jenis", "lost"), label="baru")
    assert "Nama ini sudah dipakai jenis lain." in text_of(answer)
    send(admin, to("change", "jenis", "lost"), label="KTP  hilang")
    assert [kind.label for kind in rules.kind_labels()] == ["Baru", "Rusak", "Perubahan data", "KTP hilang"]


@pytest.mark.parametrize("code", ["belum-cukup-umur", "bertanya", "lainnya"])
def test_a_visit_that_the_counter_needs_cannot_be_removed(code: str, people: People, admin: Client) -> None:
    assert to("remove", "keperluan", code) not in text_of(admin.get(to("section", "keperluan")))
    row = VisitReason.objects.get(pk=code)
    answer = admin.post(
        to("remove", "keperluan", code), {"confirmed": "1", "version": book.version_of(rules.VISITS, row)}
    )
    assert "dipakai halaman loket" in told(answer) and VisitReason.objects.filter(pk=code).exists()


def test_a_new_visit_says_where_to_go_or_what_to_do(admin: Client) -> None:
    url = to("add", "keperluan", "semua")
    answer = send(admin, url, label="Surat kelahiran")
    assert "Isi tempat tujuan atau yang perlu dilakukan" in text_of(answer)
    send(admin, url, label="Surat kelahiran", destination="Kantor desa")
    assert VisitReason.objects.get(pk="surat-kelahiran").destination == "Kantor desa"
    send(admin, to("remove", "keperluan", "wna"))
    assert not VisitReason.objects.filter(pk="wna").exists()


@pytest.mark.parametrize("value", ["6", "366", "-1", "tiga", "", "9" * 30, "7.5"])
def test_a_number_outside_its_bounds_gets_the_bounds_beside_it(value: str, admin: Client) -> None:
    url = to("change", "ketentuan", "hari-tidak-kembali")
    sent = fields_of(admin.get(url)) | {"value": value}
    assert "Isi angka dari 7 sampai 365 hari." in text_of(admin.post(url, sent))
    assert Parameter.objects.get(pk="hari-tidak-kembali").value == 30


def test_numbers_are_shown_with_unit_bounds_and_source(admin: Client) -> None:
    text = text_of(admin.get(to("section", "ketentuan")))
    assert "30 hari" in text and "7 sampai 365" in text and "standar pelayanan tidak menyebut angka" in text


def test_the_paper_of_slips_and_the_letterhead_change_together(admin: Client) -> None:
    answer = send(admin, to("change", "kantor", "1"), phone="(0334) 111", slip_paper="roll80", email="")
    assert answer["Location"] == "/pengaturan/"
    office = Office.objects.current()
    assert (office.phone, office.slip_paper, office.email) == ("(0334) 111", "roll80", "")


def test_where_cards_are_recorded_and_printed_is_chosen_with_history(admin: Client) -> None:
    send(admin, to("change", "kantor", "1"), recording_at="siak", printing_at="siak")
    office = Office.objects.current()
    assert (office.recording_at, office.printing_at) == ("siak", "siak")
    assert "Perekaman di stasiun SIAK, pencetakan di stasiun SIAK." in text_of(admin.get(to("overview")))
    history = text_of(admin.get(to("history")))
    for words in ("Perekaman", "Di sini, dengan perangkat kantor", "Di stasiun SIAK; di sini hasilnya dicatat"):
        assert words in history


def test_a_station_that_does_not_exist_is_not_saved(admin: Client) -> None:
    answer = send(admin, to("change", "kantor", "1"), recording_at="rumah")
    assert answer.status_code == 200 and Office.objects.current().recording_at == "here"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"postcode": "673"}, "Kode pos terdiri dari 5 angka."), ({"name": ""}, "Isi Nama kantor."),
        ({"email": "bukan surel"}, "alamat email"),
    ],
)
def test_a_wrong_letterhead_is_not_saved(fields: dict[str, str], sentence: str, admin: Client) -> None:
    answer = send(admin, to("change", "kantor", "1"), **fields)
    assert sentence in text_of(answer) and not SettingEntry.objects.exists()


def test_the_name_of_an_official_stands_in_no_hashed_text(people: People, admin: Client) -> None:
    row = Official.objects.get(post=Official.Post.CAMAT)
    assert "NIP terdiri dari 18 angka" in text_of(send(admin, to("change", "pejabat", row.pk), nip="19 80"))
    send(admin, to("change", "pejabat", row.pk), name="DRA. RATNA DEWI", nip="198001012005012001")
    row.refresh_from_db()
    assert (row.name, row.nip) == ("DRA. RATNA DEWI", "198001012005012001")
    entry = SettingEntry.objects.get()
    assert "RATNA" not in entry.body and "1980" not in entry.body and "IWAN" not in entry.body
    assert "RATNA DEWI" in text_of(admin.get("/pengaturan/riwayat/?bagian=official"))


# -- the history ---------------------------------------------------------------------------------------------


def test_history_tells_who_what_and_old_and_new_newest_first(people: People, admin: Client) -> None:
    change_paper(rule(), people["admin"], label="Kartu Keluarga asli", waivable=False)
    row = Parameter.objects.get(pk="hari-konsep")
    book.change_parameter(row, 14, version=book.version_of(book.PARAMETERS, row), by=people["admin"])
    text = " ".join(text_of(admin.get("/pengaturan/riwayat/")).split())
    assert text.index("Konsep permohonan") < text.index("Baru: Kartu Keluarga asli")
    assert "Fotokopi Kartu Keluarga → <strong>Kartu Keluarga asli</strong>" in text
    assert "Ya → <strong>Tidak</strong>" in text and "7 → <strong>14</strong>" in text
    assert people["admin"].name in text and "2 perubahan" in text


def test_history_is_filtered_by_table_and_paged(people: People, admin: Client) -> None:
    for number in range(26):
        change_paper(rule(), people["admin"], label=f"Kartu {number}.")
    row = Parameter.objects.get(pk="hari-konsep")
    book.change_parameter(row, 14, version=book.version_of(book.PARAMETERS, row), by=people["admin"])
    assert "27 perubahan" in text_of(admin.get("/pengaturan/riwayat/"))
    only = text_of(admin.get("/pengaturan/riwayat/?bagian=paper_rule&page=2"))
    assert "26 perubahan" in only and "Kartu 0." in only and "Kartu 25." not in only
    assert "27 perubahan" in text_of(admin.get("/pengaturan/riwayat/?bagian=apa-saja&page=x"))


def test_history_of_words_that_the_law_had_erased_says_so(people: People, admin: Client) -> None:
    change_paper(rule(), people["admin"], label="Kartu Keluarga asli", needs_copy=False)
    detail = SettingEntry.objects.get().detail
    type(detail).objects.filter(pk=detail.pk).update(text="")
    text = text_of(admin.get("/pengaturan/riwayat/"))
    assert "(dihapus menurut ketentuan)" in text and "Kartu Keluarga asli" not in text
    assert "Salinan disimpan" in text
