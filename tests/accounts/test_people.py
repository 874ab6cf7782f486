"""People kept by the Administrator: added, changed, closed, opened; each change once in the book, no password in it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import people as verbs
from accounts.models import RoleDetail, RoleEntry, RoleTerm, User
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.terms import LAST_ADMIN, STALE, give_role, take_role_back, version_of
from office.models import Section
from tests.factories import make_person
from tests.office.books import found
from tests.pages import fields_of, queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
NEW = {
    "name": "Slamet  Riyadi", "username": "Slamet", "post": "Petugas Loket", "nip": "19800101 200501 1 001",
    "section": "", "password": "lumbung-padi-7",
}


@pytest.fixture
def admin(client_of: Browser) -> Client:
    return client_of("admin")


def verbs_of(person: User) -> list[str]:
    return list(RoleEntry.objects.filter(person=person).order_by("seq").values_list("verb", flat=True))


def send(client: Client, person: User, path: str = "", **data: Any) -> Any:
    """A form of a page about a person, sent as the page was made just now."""
    return client.post(f"/pengguna/{person.username}/{path}", {"version": version_of(person)} | data)


def data_of(person: User, **more: Any) -> dict[str, Any]:
    return {"name": person.name, "post": person.post, "nip": person.nip, "section": person.section_id or ""} | more


# -- the list ------------------------------------------------------------------------------------


def test_the_list_shows_active_people_with_their_roles_and_when_these_end(people: People, admin: Client) -> None:
    until = timezone.now() + timedelta(days=3)
    give_role(people["counter"], Role.OPERATOR, by=people["admin"], reason="Plh", until=until)
    make_person("pensiun")
    User.objects.filter(username="pensiun").update(is_active=False)
    text = text_of(admin.get("/pengguna/"))
    assert "Petugas Operator" in text and f"sampai {timezone.localtime(until):%d-%m-%Y %H.%M}" in text
    assert "Kepala Seksi (Seksi Pelayanan Umum)" in text and "Belum ada" not in text
    assert "pensiun" not in text
    assert "pensiun" in text_of(admin.get("/pengguna/?semua=1"))


def test_a_part_of_a_name_finds_people_and_nothing_found_says_so(people: People, admin: Client) -> None:
    text = text_of(admin.get("/pengguna/?q=OPERA"))
    assert "/pengguna/operator/" in text and "/pengguna/counter/" not in text
    assert "Tidak ditemukan" in text_of(admin.get("/pengguna/?q=zzz"))


def test_the_list_is_sorted_by_name_in_pages_of_25_and_its_queries_do_not_grow(people: People, admin: Client) -> None:
    few = queries_of(admin, "/pengguna/")
    for number in range(30):
        make_person(f"orang_{number:02d}", Role.COUNTER)
    assert queries_of(admin, "/pengguna/") == few <= 12
    first, second = (text_of(admin.get(f"/pengguna/?page={page}")) for page in (1, 2))
    assert first.count("<tr><td>") + first.count("<tr>\n<td>") == 25
    assert "Halaman 1 dari 2" in first and "/pengguna/secretary/" in second and "/pengguna/admin/" in first


@pytest.mark.parametrize("address", ["?page=0", "?page=abc", "?page=99", "?semua=x&q=%00", "?q=" + "a" * 500])
def test_a_strange_address_still_gets_the_list(address: str, admin: Client) -> None:
    assert admin.get(f"/pengguna/{address}").status_code == 200


# -- adding --------------------------------------------------------------------------------------


def test_a_new_person_is_in_the_book_and_has_to_choose_an_own_password(people: People, admin: Client) -> None:
    response = admin.post("/pengguna/baru/", NEW)
    person = User.objects.get(username="slamet")
    assert response["Location"] == "/pengguna/slamet/"
    assert (person.name, person.nip) == ("Slamet Riyadi", "198001012005011001")
    assert person.must_change_password and person.check_password(NEW["password"])
    entry = RoleEntry.objects.get(person=person)
    assert (entry.verb, entry.by) == ("add_person", people["admin"])
    assert "Slamet" not in entry.body
    assert found() == []


def test_sending_the_form_twice_makes_one_person_and_a_sentence(people: People, admin: Client) -> None:
    admin.post("/pengguna/baru/", NEW)
    response = admin.post("/pengguna/baru/", NEW)
    assert response.status_code == 200 and verbs.TAKEN in text_of(response)
    assert User.objects.filter(username="slamet").count() == 1
    assert RoleEntry.objects.filter(verb="add_person").count() == 1


def test_two_administrators_who_add_the_same_name_at_once_make_one_person(people: People) -> None:
    """The form of both found the name free; the database decides."""
    more = {"by": people["admin"], "username": "slamet", "name": "Slamet", "post": "Staf", "password": "x"}
    verbs.add_person(**more)
    with pytest.raises(Refused, match="sudah dipakai"):
        verbs.add_person(**more)
    assert RoleEntry.objects.filter(verb="add_person").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Isi nama lengkap."), ("username", "", "Isi nama pengguna."), ("post", "", "Isi jabatan."),
        ("username", "baru", "Pakai huruf kecil"), ("username", "a/b", "Pakai huruf kecil"),
        ("username", "dua kata", "Pakai huruf kecil"), ("username", "ADMIN", "sudah dipakai"),
        ("nip", "123", "NIP terdiri atas 18 angka"), ("password", "pendek", "Kata sandi paling sedikit 10 huruf"),
        ("password", "1234567890123", "hanya angka"), ("section", "999", "Seksi"),
        ("username", "x" * 31, "paling banyak 30 huruf"),
        ("name", "a\x00b", "Ada tanda yang tidak terbaca."),
    ],
)
def test_what_cannot_be_taken_gets_a_sentence_and_what_was_typed_stays(
    field: str, value: str, sentence: str, admin: Client
) -> None:
    before = User.objects.count()
    response = admin.post("/pengguna/baru/", NEW | {field: value})
    assert response.status_code == 200
    assert "error-summary" in text_of(response) and sentence in text_of(response)
    assert field == "post" or 'value="Petugas Loket"' in text_of(response)
    assert User.objects.count() == before and not RoleEntry.objects.exists()


# -- changing ------------------------------------------------------------------------------------


def test_a_change_is_an_entry_with_old_and_new_told_in_the_history(people: People, admin: Client) -> None:
    person, section = people["counter"], Section.objects.get(serves_ktp=True)
    send(admin, person, **data_of(person, post="Petugas Front Office", section=section.pk))
    person.refresh_from_db()
    assert (person.post, person.section) == ("Petugas Front Office", section)
    entry = RoleEntry.objects.get(person=person)
    assert entry.facts == {"fields": ["post", "section"]}
    text = text_of(admin.get("/pengguna/counter/"))
    assert "Data diubah: jabatan “Petugas” menjadi “Petugas Front Office”; seksi “kosong” menjadi" in text


def test_saving_without_a_change_is_no_entry(people: People, admin: Client) -> None:
    response = send(admin, people["counter"], **data_of(people["counter"]))
    assert told(response) == "Tidak ada yang berubah."
    assert verbs_of(people["counter"]) == []


@pytest.mark.parametrize("version", ["0", "", "abc", "-3", "9" * 40, "²"])
def test_a_stale_page_changes_nothing_and_says_so(version: str, people: People, admin: Client) -> None:
    person = people["counter"]
    give_role(person, Role.OPERATOR, by=people["admin"], reason="rangkap")
    response = admin.post("/pengguna/counter/", data_of(person, post="Lain") | {"version": version})
    assert response.status_code == 200 and STALE in text_of(response) and 'value="Lain"' in text_of(response)
    person.refresh_from_db()
    assert person.post == "Petugas" and verbs_of(person) == ["give_role"]


def test_a_history_whose_words_were_erased_still_tells_what_happened(people: People, admin: Client) -> None:
    person = people["counter"]
    send(admin, person, **data_of(person, post="Lain"))
    RoleDetail.objects.update(text="", salt="", erased_at=timezone.now())
    text = text_of(admin.get("/pengguna/counter/"))
    assert "Data diubah: jabatan" in text and "“Lain”" not in text


def test_the_page_of_a_person_keeps_to_the_budget_of_queries(people: People, admin: Client) -> None:
    few = queries_of(admin, "/pengguna/counter/")
    for number in range(30):
        send(admin, people["counter"], **data_of(people["counter"], post=f"Jabatan {number}"))
    give_role(people["counter"], Role.OPERATOR, by=people["admin"], reason="rangkap")
    assert few <= queries_of(admin, "/pengguna/counter/") <= 12
    assert "Jabatan 29" in text_of(admin.get("/pengguna/counter/"))
    assert "Jabatan 0”" in text_of(admin.get("/pengguna/counter/?page=2"))


# -- closing and opening an account ----------------------------------------------------------------


def test_deactivating_asks_first_and_then_signs_the_person_out(
    people: People, admin: Client, client_of: Browser
) -> None:
    counter = client_of("counter")
    assert counter.get("/loket/").status_code == 200
    question = admin.get("/pengguna/counter/nonaktif/")
    assert "Nonaktifkan akun Counter?" in text_of(question)
    people["counter"].refresh_from_db()
    assert people["counter"].is_active
    response = admin.post("/pengguna/counter/nonaktif/", fields_of(question) | {"reason": "Pindah tugas"})
    assert response["Location"] == "/pengguna/counter/"
    assert counter.get("/loket/")["Location"] == "/masuk/?next=/loket/"
    assert verbs_of(people["counter"]) == ["deactivate"]


def test_an_account_opened_again_has_its_roles_again(people: People, admin: Client, client_of: Browser) -> None:
    send(admin, people["counter"], "nonaktif/", reason="Cuti")
    send(admin, people["counter"], "aktif/")
    assert client_of("counter").get("/loket/").status_code == 200
    assert verbs_of(people["counter"]) == ["deactivate", "reactivate"]


def test_a_second_post_of_the_same_page_gives_a_sentence_and_no_second_entry(people: People, admin: Client) -> None:
    sent = {"version": version_of(people["counter"]), "reason": "Cuti"}
    answers = [admin.post("/pengguna/counter/nonaktif/", sent) for _ in range(2)]
    assert [told(answer) for answer in answers][1].endswith(STALE)
    assert verbs_of(people["counter"]) == ["deactivate"]


def test_closing_without_a_reason_asks_for_it(people: People, admin: Client) -> None:
    response = send(admin, people["counter"], "nonaktif/", reason="  ")
    assert response.status_code == 200 and "Isi alasannya" in text_of(response)
    assert verbs_of(people["counter"]) == []


@pytest.mark.parametrize(("path", "sentence"), [("aktif/", "sudah aktif"), ("hapus-pin/", "tidak mempunyai PIN")])
def test_what_is_so_already_is_said_and_not_written(path: str, sentence: str, people: People, admin: Client) -> None:
    assert sentence in told(send(admin, people["counter"], path))
    assert verbs_of(people["counter"]) == []


def test_nobody_closes_the_own_account(people: People, admin: Client) -> None:
    make_person("admin_dua", Role.ADMIN)
    assert "akun Anda sendiri" in told(send(admin, people["admin"], "nonaktif/", reason="coba"))
    assert "/nonaktif/" not in text_of(admin.get("/pengguna/admin/"))
    people["admin"].refresh_from_db()
    assert people["admin"].is_active


def test_the_last_administrator_is_neither_closed_nor_loses_the_role(people: People, admin: Client) -> None:
    second = make_person("admin_dua", Role.ADMIN)
    send(admin, second, "nonaktif/", reason="Pindah")
    assert verbs_of(second) == ["deactivate"]
    term = RoleTerm.objects.get(user=people["admin"])
    assert LAST_ADMIN in told(send(admin, people["admin"], f"peran/{term.pk}/cabut/", reason="coba"))
    with pytest.raises(Refused, match="Administrator aktif yang terakhir"):
        verbs.deactivate(people["admin"], by=second, version=None, reason="coba")
    assert admin.get("/pengguna/").status_code == 200


def test_an_administrator_for_a_time_does_not_count_as_the_one_who_remains(people: People) -> None:
    plh = make_person("plh")
    give_role(plh, Role.ADMIN, by=people["admin"], reason="Plh", until=timezone.now() + timedelta(hours=2))
    with pytest.raises(Refused, match="terakhir"):
        verbs.deactivate(people["admin"], by=plh, version=None, reason="coba")
    with pytest.raises(Refused, match="terakhir"):
        take_role_back(people["admin"].terms.get(), by=plh, reason="coba")


def test_an_unknown_action_or_person_is_not_found(admin: Client) -> None:
    for path in ("counter/hapus/", "tidak-ada/", "tidak-ada/nonaktif/", "counter/peran/99999/cabut/"):
        assert admin.get(f"/pengguna/{path}").status_code == 404, path


# -- password and PIN ----------------------------------------------------------------------------


def test_a_reset_password_is_shown_once_and_works_until_another_is_chosen(
    people: People, admin: Client, client_of: Browser
) -> None:
    before = client_of("counter")
    response = send(admin, people["counter"], "kata-sandi/")
    people["counter"].refresh_from_db()
    password = admin.session["new_password"][1]
    assert password in text_of(admin.get(response["Location"]))
    assert password not in text_of(admin.get(response["Location"])) and "new_password" not in admin.session
    assert before.get("/loket/")["Location"].startswith("/masuk/")
    client = Client()
    assert client.post("/masuk/", {"username": "counter", "password": password})["Location"] == "/"
    assert client.get("/loket/")["Location"] == "/kata-sandi/"
    again = {"old_password": password, "new_password1": password, "new_password2": password}
    assert "lain dari yang diberikan" in text_of(client.post("/kata-sandi/", again))
    chosen = {"old_password": password, "new_password1": "sawah-hijau-88", "new_password2": "sawah-hijau-88"}
    assert client.post("/kata-sandi/", chosen)["Location"] == "/"
    assert client.get("/loket/").status_code == 200
    assert verbs_of(people["counter"]) == ["reset_password", "choose_password"]


def test_a_new_password_is_never_shown_on_the_page_of_somebody_else(people: People, admin: Client) -> None:
    send(admin, people["counter"], "kata-sandi/")
    password = admin.session["new_password"][1]
    assert password not in text_of(admin.get("/pengguna/operator/"))


def test_random_passwords_differ_pass_the_rules_and_hold_no_letter_read_as_another(db: None) -> None:
    from django.contrib.auth.password_validation import validate_password

    some = {verbs.readable_password() for _ in range(50)}
    assert len(some) == 50
    for password in some:
        validate_password(password, User(username="rina", name="Rina"))
        assert not set(password) & set("il1o0IO")


def test_who_has_to_choose_a_password_does_nothing_else_but_leave(people: People, client_of: Browser) -> None:
    User.objects.update(must_change_password=True)
    client = client_of("counter")
    for url in ("/loket/", "/loket/baru/", "/ganti-orang/", "/pin/"):
        assert client.get(url)["Location"] == client.post(url)["Location"] == "/kata-sandi/", url
    assert "diberikan Administrator" in text_of(client.get("/kata-sandi/"))
    assert client.get("/layanan/").status_code == 200
    assert client.post("/keluar/")["Location"] == "/masuk/"


def test_no_password_and_no_pin_reaches_the_book_or_the_log(
    people: People, admin: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        admin.post("/pengguna/baru/", NEW)
        send(admin, people["counter"], "kata-sandi/")
        password = admin.session["new_password"][1]
        slamet = Client()
        slamet.post("/masuk/", {"username": "slamet", "password": NEW["password"]})
        own = {"old_password": NEW["password"], "new_password1": "sawah-hijau-88", "new_password2": "sawah-hijau-88"}
        slamet.post("/kata-sandi/", own)
        slamet.post("/pin/", {"password": "sawah-hijau-88", "pin": "582746", "again": "582746"})
    written = json.dumps([*RoleEntry.objects.values_list("body", flat=True), *RoleDetail.objects.values_list("text")])
    logged = " ".join(
        record.getMessage() for record in caplog.records if record.name.split(".")[0] != "django"
        or not record.name.startswith("django.db")  # the SQL of a test run is not logged in an office
    )
    assert "choose_pin" in RoleEntry.objects.values_list("verb", flat=True)
    for secret in (NEW["password"], password, "sawah-hijau-88", "582746"):
        assert secret not in written and secret not in logged


def test_the_administrator_removes_a_pin(people: People, admin: Client) -> None:
    User.objects.filter(username="counter").update(pin="x", pin_failures=5)
    assert "Dikunci" in text_of(admin.get("/pengguna/counter/"))
    send(admin, people["counter"], "hapus-pin/")
    people["counter"].refresh_from_db()
    assert (people["counter"].pin, people["counter"].pin_failures) == ("", 0)
    assert verbs_of(people["counter"]) == ["remove_pin"]


# -- roles ---------------------------------------------------------------------------------------


def test_a_role_given_on_the_page_counts_at_once_and_is_told_in_the_history(
    people: People, admin: Client, client_of: Browser
) -> None:
    client = client_of("information")
    response = send(admin, people["information"], "peran/", role="counter", reason="SP 12/2026")
    assert response["Location"] == "/pengguna/information/"
    assert client.get("/loket/").status_code == 200
    text = text_of(admin.get("/pengguna/information/"))
    assert "Peran Petugas Loket diberikan" in text and "SP 12/2026" in text


def test_a_role_for_a_later_time_is_written_today_and_does_not_count_yet(people: People, admin: Client) -> None:
    at = timezone.localtime() + timedelta(days=1)
    until = at + timedelta(days=2)
    send(admin, people["information"], "peran/", role="counter", reason="Plh",
         at=f"{at:%Y-%m-%dT%H:%M}", until=f"{until:%Y-%m-%dT%H:%M}")
    entry = RoleEntry.objects.get()
    assert entry.occurred_at <= entry.written_at
    assert not User.objects.get(pk=people["information"].pk).has_perm("applications.submit")
    text = text_of(admin.get("/pengguna/information/"))
    assert "Belum mulai" in text and "berlaku sejak" in text


def later(days: int) -> str:
    return f"{timezone.localtime() + timedelta(days=days):%Y-%m-%dT%H:%M}"


def test_the_verb_itself_gives_no_role_for_longer_than_a_year(people: People) -> None:
    now, more = timezone.now(), {"by": people["admin"], "reason": "Plh"}
    with pytest.raises(Refused, match="Paling lama satu tahun"):
        give_role(people["information"], Role.COUNTER, until=now + timedelta(days=367), **more)
    assert not RoleEntry.objects.exists()
    give_role(people["information"], Role.COUNTER, until=now + timedelta(days=365), **more)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"role": ""}, "Pilih peran."), ({"role": "raja"}, "error-summary"), ({"reason": ""}, "Isi alasannya"),
        ({"role": "section_head"}, "Pilih seksi yang dikepalai."),
        ({"role": "section_head", "section": "77"}, "Seksi"),
        ({"at": "2020-01-01T08:00"}, "Waktu mulai sudah lewat"), ({"until": "2020-01-01T08:00"}, "Isi waktu sesudah"),
        ({"at": "kapan"}, "Isi tanggal dan jam mulai."),
        ({"until": "9999-99-99T00:00"}, "Isi tanggal dan jam berakhir."),
        ({"until": "9999-12-31T23:59"}, "Paling lama satu tahun; tanpa akhir, kosongkan."),
        ({"at": "2090-01-02T08:00", "until": later(1)}, "Isi waktu sesudah mulai"),
        ({"reason": "x" * 201}, "Alasan paling banyak 200 huruf; yang diketik 201."),
    ],
)
def test_a_role_that_makes_no_sense_gets_a_sentence(
    sent: dict[str, str], sentence: str, people: People, admin: Client
) -> None:
    response = send(admin, people["information"], "peran/", **{"role": "counter", "reason": "x"} | sent)
    assert response.status_code == 200 and sentence in text_of(response)
    assert not RoleEntry.objects.exists()


def test_a_role_that_is_held_already_gets_a_sentence_and_no_second_entry(people: People, admin: Client) -> None:
    response = send(admin, people["counter"], "peran/", role="counter", reason="lagi")
    assert "sudah memegang peran Petugas Loket" in text_of(response)
    assert not RoleEntry.objects.exists() and people["counter"].terms.count() == 1


def test_terms_of_the_same_role_that_only_touch_are_both_given(people: People) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    more = {"by": people["admin"], "reason": "Plh"}
    give_role(people["information"], Role.COUNTER, until=now + hour, **more)
    give_role(people["information"], Role.COUNTER, at=now + hour, until=now + 2 * hour, **more)
    with pytest.raises(Refused):
        give_role(people["information"], Role.COUNTER, at=now + hour / 2, **more)
    assert people["information"].terms.filter(role=Role.COUNTER).count() == 2


def test_an_account_that_is_closed_gets_no_role(people: People, admin: Client) -> None:
    User.objects.filter(username="counter").update(is_active=False)
    assert "tidak aktif" in text_of(send(admin, people["counter"], "peran/", role="operator", reason="x"))


def test_a_role_is_taken_back_after_a_question_with_a_reason_and_only_once(
    people: People, admin: Client, client_of: Browser
) -> None:
    counter, term = client_of("counter"), people["counter"].terms.get()
    url = f"/pengguna/counter/peran/{term.pk}/cabut/"
    question = admin.get(url)
    assert "Cabut peran Petugas Loket?" in text_of(question) and counter.get("/loket/").status_code == 200
    sent = fields_of(question) | {"reason": "Pindah ke desa"}
    assert told(admin.post(url, sent)) == "Peran Petugas Loket dicabut."
    assert counter.get("/loket/").status_code == 403
    assert STALE in told(admin.post(url, sent))
    assert "sudah berakhir" in told(send(admin, people["counter"], f"peran/{term.pk}/cabut/", reason="lagi"))
    assert verbs_of(people["counter"]) == ["take_role_back"]


def test_a_term_of_another_person_is_not_found_under_this_name(people: People, admin: Client) -> None:
    term = people["operator"].terms.get()
    assert admin.post(f"/pengguna/counter/peran/{term.pk}/cabut/", {"reason": "x"}).status_code == 404
