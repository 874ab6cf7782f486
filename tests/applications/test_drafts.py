"""What is being typed at the counter: kept for its person alone, sent once, and never half saved."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from applications import drafts, lifecycle, scans
from applications.models import (
    Application,
    Draft,
    Entry,
    PaperRule,
    Resident,
    ResidentEntry,
    Scan,
    ScanLink,
    Visit,
    VisitReason,
)
from applications.states import Kind, State
from applications.views.drafts import (
    KNOWN_MEANWHILE,
    LIST_CHANGED,
    MAYBE_KNOWN,
    NOT_YOURS,
    OWN_OTHER_DRAFT,
)
from office.models import Parameter, Read, VaultFile
from tests.applications.hostile import jpeg
from tests.applications.test_intake import NIK, draft_of, form, papers, person
from tests.factories import application_in, intake, make_person, make_resident, sixteen
from tests.pages import fields_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]

OTHER_NIK = "3508175503900078"


@pytest.fixture
def counter(client_of: Browser) -> Client:
    return client_of("counter")


@pytest.fixture
def other_counter(people: People) -> Client:
    client = Client()
    client.force_login(make_person("loket_2", Role.COUNTER), backend="accounts.backends.RoleBackend")
    return client


@pytest.fixture
def url(counter: Client) -> str:
    return draft_of(counter)


def key() -> str:
    return Draft.objects.get().key


def everything(**more: str) -> dict[str, str]:
    """A page with something typed in every kind of field, some boxes left unticked."""
    return form() | person(religion="7", blood_type="AB-", disability="sight", phone="0812 3456 789") | {
        "kind": Kind.LOST, "also_data_change": "on", "brought_by": "other", "brought_name": "Bu Jamilah",
        "brought_relation": "ibu", "asli-kk": "on", "salinan-akta-kelahiran": "on",
        "keringanan-akta-kelahiran": "arsip terbakar", "unsur-1-element": "address", "unsur-1-new": "Dusun Baru",
        "unsur-1-proof": "Surat pindah",
    } | more


def chosen(response: Any) -> dict[str, str]:
    """The lists of a page with what is chosen in each."""
    lists = re.findall(r"<select[^>]*name=\"([^\"]+)\"(.*?)</select>", text_of(response), re.S)
    found = {}
    for name, body in lists:
        first = re.findall(r"<option value=\"([^\"]*)\"[^>]*\bselected", body)
        found[name] = first[0] if first else ""
    return found


def assert_nothing_saved() -> None:
    assert not Application.objects.exists() and not Entry.objects.exists()
    assert not Resident.objects.exists() and not ResidentEntry.objects.exists()


# -- keeping -------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["simpan", "pindai"])
def test_a_page_loaded_anew_shows_what_was_typed_in_every_field(step: str, url: str, counter: Client) -> None:
    sent = everything(langkah=step)
    response = counter.post(url, sent)
    assert (response.status_code, response.content) == ((204, b"") if step == "simpan" else (302, b""))
    shown = counter.get(url)
    fields, lists = fields_of(shown), chosen(shown)
    ticks = {name for name, value in sent.items() if value == "on"}
    assert ticks and ticks <= set(fields)
    kept = {name: value for name, value in sent.items() if name not in drafts.NOT_KEPT | ticks}
    assert {name: (fields | lists).get(name) for name in kept} == kept
    assert lists["unsur-1-element"] == "address" and lists["religion"] == "7"


def test_a_box_that_is_ticked_at_first_stays_unticked_once_it_was(url: str, counter: Client) -> None:
    first = fields_of(counter.get(url))
    assert "waits_in_room" in first and "unsur-0-shown_on_kk" not in first  # the family card is looked at first
    counter.post(url, everything(langkah="simpan"))
    after = set(fields_of(counter.get(url)))
    assert not {"waits_in_room", "unsur-1-shown_on_kk", "salinan-kk"} & after
    assert {"also_data_change", "asli-kk", "salinan-akta-kelahiran"} <= after


def test_what_is_wrong_is_shown_as_typed_and_not_yet_judged(url: str, counter: Client) -> None:
    counter.post(url, everything(langkah="simpan", kk_number="12", birth_date="kemarin", name=""))
    response = counter.get(url)
    assert fields_of(response)["kk_number"] == "12" and fields_of(response)["birth_date"] == "kemarin"
    assert "error-summary" not in text_of(response) and "is-invalid" not in text_of(response)


def test_no_secret_of_the_page_is_kept_with_the_fields(url: str, counter: Client) -> None:
    counter.post(url, everything(langkah="simpan", kunci=key(), csrfmiddlewaretoken="rahasia"))
    assert not {"kunci", "csrfmiddlewaretoken", "langkah", "daftar"} & set(json.loads(Draft.objects.get().text))


def test_the_last_sending_wins_as_a_whole(url: str, counter: Client) -> None:
    counter.post(url, everything(langkah="simpan"))
    counter.post(url, {"langkah": "simpan", "name": "Yang Baru"})
    fields = fields_of(counter.get(url))
    assert fields["name"] == "Yang Baru" and fields["address"] == "" and "asli-kk" not in fields


def test_a_nik_opens_the_draft_that_one_has_begun_for_it(url: str, counter: Client) -> None:
    counter.post(url, everything(langkah="simpan"))
    assert draft_of(counter) == url
    assert draft_of(counter, OTHER_NIK) != url
    assert Draft.objects.count() == 2
    text = text_of(counter.get("/loket/"))
    assert f'href="{url}"' in text and "Siti  Ma&#x27;rufah" in text and NIK not in text


def test_the_draft_of_somebody_else_is_not_opened_and_not_listed(
    url: str, counter: Client, other_counter: Client
) -> None:
    counter.post(url, everything(langkah="simpan"))
    for response in (other_counter.get(url), other_counter.post(url, everything())):
        assert response["Location"] == "/loket/" and response.content == b""
        assert NOT_YOURS in told(response)
    assert other_counter.post(url, everything(langkah="simpan")).status_code == 410
    assert other_counter.post(url, {"langkah": "hapus-konsep"}).status_code == 302
    assert Draft.objects.count() == 1
    assert "Konsep Anda" not in text_of(other_counter.get("/loket/"))


def test_two_counters_have_drafts_for_one_nik_each_its_own(url: str, counter: Client, other_counter: Client) -> None:
    theirs = draft_of(other_counter)
    assert theirs != url
    other_counter.post(theirs, everything(langkah="simpan", name="Milik Loket Dua"))
    assert "Milik Loket Dua" not in text_of(counter.get(url))


def test_a_draft_that_is_given_up_is_gone(url: str, counter: Client) -> None:
    counter.post(url, everything(langkah="simpan"))
    response = counter.post(url, {"langkah": "hapus-konsep"})
    assert response["Location"] == "/loket/" and "Konsep dihapus." in told(response)
    assert not Draft.objects.exists()
    assert NOT_YOURS in told(counter.get(url))


def test_after_sending_a_page_that_still_keeps_itself_is_told_so_without_a_message(
    url: str, counter: Client
) -> None:
    counter.post(url, form() | person() | papers())
    counter.get("/loket/")  # reads the message of the sending
    response = counter.post(url, everything(langkah="simpan"))
    assert (response.status_code, response.content) == (410, b"")
    assert list(get_messages(response.wsgi_request)) == []
    assert "notice" not in text_of(counter.get("/loket/")).split("<main")[1].split("<h1")[0]
    assert Application.objects.count() == 1


def test_a_returned_file_that_went_on_is_told_to_its_open_page_without_a_message(
    people: People, counter: Client
) -> None:
    returned = application_in(State.RETURNED, people)
    at = f"/loket/{returned.slug}/"
    assert counter.post(at, {"langkah": "simpan", "asli-akta-kelahiran": "on"}).status_code == 204
    assert "asli-akta-kelahiran" in fields_of(counter.get(at))
    counter.post(at, papers("akta-kelahiran") | {"brought_by": "self", "version": str(returned.version)})
    counter.get("/loket/")
    response = counter.post(at, {"langkah": "simpan"})
    assert (response.status_code, response.content) == (410, b"")
    assert list(get_messages(response.wsgi_request)) == []


# -- without a sign-in ---------------------------------------------------------------------------


def test_what_was_typed_is_kept_when_the_sign_in_has_run_out_and_nothing_is_shown(url: str, counter: Client) -> None:
    stranger = Client()
    response = stranger.post(url, everything(langkah="simpan", kunci=key()))
    assert (response.status_code, response.content) == (302, b"")
    assert response["Location"] == f"/masuk/?next={url}%3Flanjut%3D1"
    assert not stranger.session.keys()
    assert fields_of(counter.get(url))["brought_name"] == "Bu Jamilah"


def test_sending_without_a_sign_in_keeps_the_fields_and_sends_nothing(url: str, counter: Client) -> None:
    file = SimpleUploadedFile("kk.jpg", jpeg())
    response = Client().post(url, form() | person() | papers() | {"kunci": key(), "pindaian-kk": file})
    assert response["Location"] == f"/masuk/?next={url}%3Flanjut%3D1"
    assert_nothing_saved()
    assert not Scan.objects.exists() and not VaultFile.objects.exists()
    assert "asli-kk" in fields_of(counter.get(url))


@pytest.mark.parametrize("wrong", ["", "x", "\0", "%", "k" * 5000, "ключ"])
def test_with_a_wrong_key_nothing_is_kept(wrong: str, url: str, counter: Client) -> None:
    counter.post(url, everything(langkah="simpan"))
    before = Draft.objects.get().text
    for sent in (everything(kunci=wrong, name="Penyusup"), everything(name="Penyusup")):
        response = Client().post(url, sent)
        assert response["Location"] == f"/masuk/?next={url}"
    assert Draft.objects.get().text == before


def test_the_key_gives_away_nothing(url: str, counter: Client) -> None:
    counter.post(url, everything(langkah="simpan"))
    for response in (Client().get(url), Client().get(f"{url}?kunci={key()}"), Client().post(url, {"kunci": key()})):
        assert response.status_code == 302 and response.content == b""


def test_who_signs_in_afterwards_as_somebody_else_sees_nothing_of_it(
    url: str, counter: Client, people: People
) -> None:
    browser = Client()
    browser.post(url, everything(langkah="simpan", kunci=key()))
    browser.force_login(make_person("loket_3", Role.COUNTER), backend="accounts.backends.RoleBackend")
    response = browser.get(url, follow=True)
    assert NOT_YOURS in text_of(response) and "Jamilah" not in text_of(response)


def test_a_returned_file_is_kept_without_a_sign_in_too(people: People, counter: Client) -> None:
    at = f"/loket/{application_in(State.RETURNED, people).slug}/"
    counter.get(at)
    response = Client().post(at, {"langkah": "simpan", "kunci": key(), "brought_name": "Bu Jamilah"})
    assert response["Location"] == f"/masuk/?next={at}%3Flanjut%3D1" and response.content == b""
    assert fields_of(counter.get(at))["brought_name"] == "Bu Jamilah"


# -- growing old ---------------------------------------------------------------------------------


def test_drafts_that_nobody_touched_go_after_the_days_of_the_parameter(url: str, counter: Client) -> None:
    draft_of(counter, OTHER_NIK)
    old, fresh = Draft.objects.order_by("pk")
    scans.add(old, "kk", jpeg(), by=old.owner)
    Parameter.objects.update_or_create(pk="hari-konsep", defaults={"value": 3, "label": "x", "unit": "hari"})
    now = timezone.now()
    Draft.objects.filter(pk=old.pk).update(updated_at=now - timedelta(days=3, minutes=1))
    Draft.objects.filter(pk=fresh.pk).update(updated_at=now - timedelta(days=2, hours=23))
    assert drafts.give_up_old() == 1
    assert Draft.objects.get() == fresh
    assert not Scan.objects.exists() and not VaultFile.objects.exists()
    assert drafts.give_up_old() == 0


def test_typing_keeps_a_draft_young(url: str, counter: Client) -> None:
    Draft.objects.update(updated_at=timezone.now() - timedelta(days=100))
    counter.post(url, {"langkah": "simpan", "name": "Siti"})
    assert drafts.give_up_old() == 0 and Draft.objects.exists()


# -- the NIK -------------------------------------------------------------------------------------


def test_a_mistyped_nik_is_put_right_on_the_page(url: str, counter: Client) -> None:
    counter.post(url, form("periksa") | person(OTHER_NIK))
    assert Draft.objects.get().nik == OTHER_NIK
    counter.post(url, form() | person(OTHER_NIK) | papers())
    assert Resident.objects.get().nik == OTHER_NIK


def test_a_nik_put_right_to_that_of_ones_other_draft_is_said_and_nothing_is_sent(url: str, counter: Client) -> None:
    other = draft_of(counter, OTHER_NIK)
    response = counter.post(url, form() | person(OTHER_NIK) | papers())
    assert OWN_OTHER_DRAFT in text_of(response)
    assert fields_of(response)["nik"] == OTHER_NIK
    assert_nothing_saved()
    assert {f"/loket/konsep/{each.pk}/": each.nik for each in Draft.objects.all()} == {url: NIK, other: OTHER_NIK}


def test_a_nik_that_another_counter_registered_meanwhile_shows_who_it_is_then_is_sent(
    url: str, counter: Client
) -> None:
    known = make_resident(nik=NIK, name="Siti di Register", sex="P")
    response = counter.post(url, form() | person() | papers())
    assert KNOWN_MEANWHILE in text_of(response) and "Siti di Register" in text_of(response)
    assert not Application.objects.exists()
    counter.post(url, form() | papers())
    assert Application.objects.get().resident == known and Resident.objects.count() == 1


def test_a_nik_that_became_known_is_shown_when_it_is_searched_again(url: str, counter: Client) -> None:
    known = make_resident(nik=NIK, name="Siti di Register", sex="P")
    assert counter.post("/loket/baru/", {"q": NIK})["Location"] == url
    assert Draft.objects.get().resident == known
    assert "Siti di Register" in text_of(counter.get(url))


def test_a_person_who_got_an_open_application_meanwhile_leads_to_it(people: People, counter: Client) -> None:
    resident = make_resident()
    url = draft_of(counter, resident.nik)
    other = lifecycle.submit(resident, by=people["counter"], intake=intake())
    response = counter.post(url, form() | papers())
    assert other.number in told(response) and Application.objects.count() == 1


# -- the list of papers --------------------------------------------------------------------------


def test_a_list_of_papers_that_was_changed_meanwhile_is_shown_before_anything_is_sent(
    url: str, counter: Client
) -> None:
    before = form()
    rule = PaperRule.objects.get(kind=Kind.NEW, code="akta-kelahiran")
    PaperRule.objects.create(kind=Kind.NEW, code="surat-baru", label="Surat yang baru", position=99)
    for step in ("periksa", "ajukan", "kembalikan"):
        response = counter.post(url, before | person() | papers() | {"langkah": step})
        assert LIST_CHANGED in text_of(response) and "Surat yang baru" in text_of(response)
        assert fields_of(response)["name"] == "Siti  Ma'rufah"
        assert_nothing_saved()
    now = fields_of(response)["daftar"]
    assert now != before["daftar"]
    still = counter.post(url, before | person() | papers() | {"daftar": now})
    assert "Berkas belum lengkap: Surat yang baru." in text_of(still)
    counter.post(url, before | person() | papers("kk", rule.code, "surat-baru") | {"daftar": now})
    assert Application.objects.get().papers.count() == 3


def test_a_paper_that_was_struck_off_keeps_nobody_waiting(url: str, counter: Client) -> None:
    before = form()
    PaperRule.objects.filter(code="akta-kelahiran").delete()
    response = counter.post(url, before | person() | papers())
    assert LIST_CHANGED in text_of(response)
    counter.post(url, form() | person() | papers("kk"))
    assert [paper.code for paper in Application.objects.get().papers.all()] == ["kk"]


# -- checking ------------------------------------------------------------------------------------


def checked(client: Client, url: str, *parts: dict[str, str], **more: str) -> str:
    """What *Periksa* says; it changes nothing."""
    before = (Application.objects.count(), Entry.objects.count(), Resident.objects.count())
    sent = form("periksa", **more)
    for part in parts:
        sent |= part
    response = client.post(url, sent)
    assert response.status_code == 200
    assert (Application.objects.count(), Entry.objects.count(), Resident.objects.count()) == before
    return re.sub(r"\s+", " ", text_of(response))


def test_a_check_says_that_a_file_is_complete(url: str, counter: Client) -> None:
    assert "<strong>Lengkap.</strong> Dapat diajukan." in checked(counter, url, person(), papers())
    assert Draft.objects.exists()


def test_a_check_names_each_missing_paper_and_marks_it_in_the_table(url: str, counter: Client) -> None:
    text = checked(counter, url, person(), {"asli-kk": "on"})
    assert "<strong>Belum lengkap:</strong> Fotokopi Kartu Keluarga, Fotokopi Akta Kelahiran." in text
    assert text.count("belum lengkap</span>") == 2
    text = checked(counter, url, person(), papers("kk"), **{"keringanan-akta-kelahiran": "arsip terbakar"})
    assert "<strong>Lengkap.</strong>" in text


def test_a_check_says_what_is_wrong_in_a_field_and_not_that_the_file_is_complete(url: str, counter: Client) -> None:
    text = checked(counter, url, person(kk_number="12"), papers())
    assert "error-summary" in text and "Lengkap.</strong>" not in text


def test_a_check_tells_when_somebody_too_young_may_come(url: str, counter: Client) -> None:
    day = timezone.localdate()
    born = date(day.year - 15, 6, 15)
    text = checked(counter, url, person(birth_date=f"{born:%d-%m-%Y}"), papers())
    assert "Belum dapat diajukan." in text and f"15 Juni {day.year + 1}" in text
    assert 'value="tidak-dilayani:belum-cukup-umur"' in text
    born = sixteen()
    text = checked(counter, url, person(birth_date=f"{born:%d-%m-%Y}"), papers(), kind=Kind.LOST)
    assert "Pemohon belum berusia 17 tahun" in text


def test_a_check_of_somebody_with_an_open_application_leads_to_it(people: People, counter: Client) -> None:
    resident = make_resident()
    url = draft_of(counter, resident.nik)
    other = lifecycle.submit(resident, by=people["counter"], intake=intake())
    before = Entry.objects.count()
    response = counter.post(url, form("periksa") | papers())
    assert response.status_code == 302 and other.number in told(response)
    assert Entry.objects.count() == before


def test_a_check_tells_of_a_card_that_was_handed_over_already(people: People, counter: Client) -> None:
    done = application_in(State.HANDED_OVER, people)
    text = checked(counter, draft_of(counter, done.resident.nik), papers())
    assert "Pemohon sudah pernah menerima KTP di sini." in text


def test_a_page_sent_without_a_button_is_a_check(url: str, counter: Client) -> None:
    for step in ("", "karangan", "ajukan "):
        assert "<strong>Lengkap.</strong>" in checked(counter, url, person(), papers(), langkah=step)


# -- broken and hostile sendings -----------------------------------------------------------------


def test_a_complete_form_without_the_papers_is_refused_when_sent_directly(url: str, counter: Client) -> None:
    for sent in (papers("kk"), {}, {"asli-kk": "on", "asli-akta-kelahiran": "on"}):
        assert "Berkas belum lengkap" in text_of(counter.post(url, form() | person() | sent))
        assert_nothing_saved()


MANAGEMENT = ("unsur-TOTAL_FORMS", "unsur-INITIAL_FORMS")


@pytest.mark.parametrize(
    "forged",
    [
        {}, {"unsur-TOTAL_FORMS": "4"}, {"unsur-INITIAL_FORMS": "0"},
        {"unsur-TOTAL_FORMS": "x", "unsur-INITIAL_FORMS": "0"}, {"unsur-TOTAL_FORMS": "-1", "unsur-INITIAL_FORMS": "0"},
        {"unsur-TOTAL_FORMS": "1000000", "unsur-INITIAL_FORMS": "0"},
        {"unsur-TOTAL_FORMS": "4", "unsur-INITIAL_FORMS": "4"},
        {"unsur-TOTAL_FORMS": "9" * 30, "unsur-INITIAL_FORMS": "\0"},
    ],
)
def test_a_forged_list_of_changes_is_a_page_and_saves_nothing_wrong(
    forged: dict[str, str], url: str, counter: Client
) -> None:
    sent = {name: value for name, value in (form() | person() | papers()).items() if name not in MANAGEMENT}
    response = counter.post(url, sent | forged)
    assert response.status_code in (200, 302)
    assert Application.objects.count() == (response.status_code == 302) == Resident.objects.count()
    assert counter.post(url, sent | forged | {"langkah": "simpan"}).status_code in (204, 410)
    assert counter.get(url).status_code in (200, 302), "the page can still be opened"


def test_more_than_the_office_takes_is_the_page_for_too_much(url: str, counter: Client) -> None:
    much = everything(langkah="simpan", address="x" * 2_200_000)
    before = Draft.objects.get().text
    for response in (
        counter.post(url, much),
        counter.post(url, "address=" + "x" * 2_200_000, content_type="application/x-www-form-urlencoded"),
    ):
        assert response.status_code == 413 and "<h1" in text_of(response)
    assert Draft.objects.get().text == before


def test_more_fields_than_the_office_takes_is_a_page(url: str, counter: Client) -> None:
    response = counter.post(url, {f"f{number}": "x" for number in range(3000)})
    assert response.status_code == 400 and "<h1" in text_of(response)


TEXT_FIELDS = [
    "nik", "kk_number", "name", "birth_place", "birth_date", "sex", "marital_status", "address", "rt", "rw", "village",
    "religion", "occupation", "blood_type", "citizenship", "disability", "phone", "kind", "brought_by", "brought_name",
    "brought_relation", "keringanan-akta-kelahiran", "unsur-0-element", "unsur-0-new", "unsur-0-proof", "daftar",
    "langkah", "beda_alasan", "sebab", "kunci",
]
ODD = {
    "nul": "a\0b", "emoji": "Siti 😀", "right to left": "\u202etfil", "long": "x" * 3000, "digits": "٣٥٠٨",
    "blank": " ",
}
ENDINGS = ["", "x", "a b", "../kk", "-1", "9" * 30, "9" * 5000, "\0", "%00", "k" * 31, "😀"]


@pytest.mark.parametrize("odd", ODD)
def test_no_odd_text_in_any_field_breaks_the_page_or_is_half_saved(odd: str, url: str, counter: Client) -> None:
    for name in TEXT_FIELDS:
        sent = form() | person() | papers() | {name: ODD[odd]}
        response = counter.post(draft_of(counter), sent)
        assert response.status_code in (200, 302), name
        assert Application.objects.count() == Resident.objects.count(), name
        if response.status_code == 302:
            assert Application.objects.count() == 1, name
            assert_taken_whole()
            return
    assert counter.get(url).status_code == 200


def assert_taken_whole() -> None:
    """What was odd here was no mistake, and the file was taken in whole."""
    resident = Application.objects.get().resident
    assert resident.name and "\0" not in "".join(str(value) for value in vars(resident).values())


@pytest.mark.parametrize(
    "step", ["pakai", "ponsel", "hapus-pindaian", "tidak-dilayani", "simpan", "ajukan", "kembalikan"]
)
def test_no_button_with_an_odd_ending_breaks_the_page(step: str, url: str, counter: Client) -> None:
    for what in ENDINGS:
        response = counter.post(url, {"langkah": f"{step}:{what}", "kind": "x", "beda_alasan": "x"})
        assert response.status_code in (200, 204, 302), what
    assert_nothing_saved()
    assert not ScanLink.objects.exists() and not Visit.objects.exists()


def test_half_a_character_is_no_mistake_of_the_page(url: str, counter: Client) -> None:
    half = "langkah=ajukan&name=Siti%ED%A0%80&address=%FF%FE&nik=%C3%28"
    response = counter.post(url, half, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert_nothing_saved()
    assert counter.get(url).status_code == 200


@pytest.mark.parametrize(
    "name", ["Supriyadi", "Moh. Rofi'i", "Nur’aini", "A" * 60, "Ṣaṇṭṛi Dé Ñ"]
)
def test_a_name_as_it_is_on_the_card_is_taken_as_it_is(name: str, url: str, counter: Client) -> None:
    counter.post(url, form() | person(name=name) | papers())
    assert Resident.objects.get().name == name


@pytest.mark.parametrize("name", ["A" * 61, "123", "-", "\0"])
def test_what_is_no_name_gets_a_sentence(name: str, url: str, counter: Client) -> None:
    response = counter.post(url, form() | person(name=name) | papers())
    assert response.status_code == 200 and "error-summary" in text_of(response)
    assert_nothing_saved()


@pytest.mark.parametrize("orang", ["", "x", "9" * 30, "9" * 5000, "-1", "\0", "²"])
def test_choosing_a_person_who_is_not_there_is_not_found(orang: str, counter: Client) -> None:
    assert counter.post("/loket/baru/", {"orang": orang}).status_code == (404 if orang else 200)


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30])
def test_a_draft_that_nobody_has_is_told(pk: str, counter: Client) -> None:
    response = counter.get(f"/loket/konsep/{pk}/")
    assert response.status_code == 302 and NOT_YOURS in told(response)


# -- likely doubles ------------------------------------------------------------------------------


@pytest.fixture
def known(people: People) -> Resident:
    """The same name and birth date under another NIK."""
    return make_resident(name="SITI MARUFAH", nik=OTHER_NIK, birth=date(1990, 3, 15), sex="P")


def test_a_likely_double_is_shown_side_by_side_and_nothing_is_sent(
    known: Resident, url: str, counter: Client
) -> None:
    before = Entry.objects.count()
    response = counter.post(url, form() | person() | papers())
    text = text_of(response)
    assert MAYBE_KNOWN in text and "SITI MARUFAH" in text and known.nik_grouped in text
    assert f'value="pakai:{known.pk}"' in text
    assert Resident.objects.get() == known and Entry.objects.count() == before
    read = Read.objects.get(subject=f"resident:{known.pk}")
    assert read.what == "nik"


def test_a_reason_of_blanks_is_none(known: Resident, url: str, counter: Client) -> None:
    response = counter.post(url, form() | person() | papers() | {"beda_alasan": "   "})
    assert MAYBE_KNOWN in text_of(response) and Resident.objects.get() == known


def test_with_a_reason_it_is_another_person_and_stands_in_the_book_of_both(
    known: Resident, url: str, counter: Client
) -> None:
    reason = "ibu kandung berbeda; dicocokkan dengan KK"
    counter.post(url, form() | person() | papers() | {"beda_alasan": reason})
    new = Application.objects.get().resident
    assert new != known and new.nik == NIK
    apart = ResidentEntry.objects.filter(verb="tell_apart")
    assert {(entry.resident, entry.facts["other"]) for entry in apart} == {(new, known.pk), (known, new.pk)}
    assert {entry.detail.words["reason"] for entry in apart} == {reason}


def test_a_refused_sending_tells_nobody_apart(known: Resident, url: str, counter: Client) -> None:
    counter.post(url, form() | person() | papers("kk") | {"beda_alasan": "orang lain"})
    assert not ResidentEntry.objects.exists() and Resident.objects.get() == known


def test_a_double_that_is_the_same_person_is_used_with_a_reason(known: Resident, url: str, counter: Client) -> None:
    asked = form() | person() | papers() | {"langkah": f"pakai:{known.pk}"}
    response = counter.post(url, asked)
    assert "Isi alasan keputusan" in text_of(response) and not ResidentEntry.objects.exists()
    response = counter.post(url, asked | {"beda_alasan": "NIK di KK salah ketik"})
    assert response["Location"] == url
    draft = Draft.objects.get()
    assert (draft.resident, draft.nik) == (known, known.nik)
    entry = ResidentEntry.objects.get(verb="recognise")
    assert entry.resident == known and entry.detail.words["reason"] == "NIK di KK salah ketik"
    assert entry.detail.words["typed"]["nik"] == NIK
    shown = counter.get(url)
    assert "SITI MARUFAH" in text_of(shown) and "asli-kk" in fields_of(shown)
    counter.post(url, form() | papers())
    assert Application.objects.get().resident == known and Resident.objects.count() == 1


def test_nobody_else_than_a_double_can_be_used(known: Resident, url: str, counter: Client) -> None:
    stranger = make_resident(name="Orang Lain Sama Sekali")
    for pk in (stranger.pk, 0, 999_999):
        sent = form() | person() | papers() | {"langkah": f"pakai:{pk}", "beda_alasan": "x"}
        assert "Isi alasan keputusan, lalu pilih orangnya." in text_of(counter.post(url, sent))
    assert Draft.objects.get().resident is None and not ResidentEntry.objects.exists()


def test_a_double_of_whom_one_has_a_draft_is_not_recognised_twice(known: Resident, url: str, counter: Client) -> None:
    draft_of(counter, known.nik)
    sent = form() | person() | papers() | {"langkah": f"pakai:{known.pk}", "beda_alasan": "sama"}
    assert OWN_OTHER_DRAFT in text_of(counter.post(url, sent))
    assert not ResidentEntry.objects.exists()


def test_a_double_with_an_open_application_leads_to_it(
    known: Resident, url: str, counter: Client, people: People
) -> None:
    other = lifecycle.submit(known, by=people["counter"], intake=intake())
    sent = form() | person() | papers() | {"langkah": f"pakai:{known.pk}", "beda_alasan": "sama"}
    assert other.number in told(counter.post(url, sent))
    assert Draft.objects.get().resident is None


# -- not served here -----------------------------------------------------------------------------


def test_who_is_not_served_here_becomes_a_visit_with_a_slip(url: str, counter: Client) -> None:
    scans.add(Draft.objects.get(), "kk", jpeg(), by=Draft.objects.get().owner)
    response = counter.post(url, form("tidak-dilayani") | person() | {"sebab": "wna"})
    visit = Visit.objects.get()
    assert response["Location"] == f"/kunjungan/KJG-{visit.year}-{visit.serial:06d}/"
    assert (visit.reason_code, visit.nik, visit.name) == ("wna", NIK, "Siti Ma'rufah")
    assert not Draft.objects.exists() and not VaultFile.objects.exists()
    assert_nothing_saved()
    slip = counter.get(response["Location"] + "surat.pdf")
    assert slip.status_code == 200 and slip["Content-Type"] == "application/pdf"


def test_a_visit_of_somebody_known_bears_their_name(people: People, counter: Client) -> None:
    resident = make_resident()
    counter.post(draft_of(counter, resident.nik), form("tidak-dilayani") | {"sebab": "wna"})
    visit = Visit.objects.get()
    assert (visit.resident, visit.name, visit.nik) == (resident, resident.name, resident.nik)


def test_a_visit_bears_the_nik_as_it_was_put_right_on_the_page(url: str, counter: Client) -> None:
    counter.post(url, form("tidak-dilayani") | person(OTHER_NIK) | {"sebab": "wna"})
    assert Visit.objects.get().nik == OTHER_NIK


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Pilih mengapa pemohon tidak dapat dilayani di sini."),
        ({"sebab": "karangan"}, "Pilih mengapa pemohon tidak dapat dilayani di sini."),
        ({"sebab": "wna", "name": ""}, "Isi nama yang datang"),
        ({"sebab": "belum-cukup-umur"}, "Menurut tanggal lahirnya pemohon sudah cukup umur."),
    ],
)
def test_a_visit_that_cannot_be_noted_yet_gets_a_sentence_and_the_draft_stays(
    sent: dict[str, str], sentence: str, url: str, counter: Client
) -> None:
    response = counter.post(url, form("tidak-dilayani") | person() | sent)
    assert sentence in text_of(response)
    assert not Visit.objects.exists() and Draft.objects.exists()
    fields = fields_of(response)
    assert fields.get("sebab", "") == (sent.get("sebab", "") if sent.get("sebab") == "wna" else "")


@pytest.mark.parametrize("known_before", [True, False])
def test_a_child_of_fifteen_gets_a_slip_with_the_day_to_come(
    known_before: bool, people: People, counter: Client
) -> None:
    day = timezone.localdate()
    born = date(day.year - 15, 6, 15)
    nik = f"350817{born:%d%m%y}0077"
    if known_before:
        make_resident(nik=nik, birth=born)
    url = draft_of(counter, nik)
    sent = person(nik, birth_date=f"{born:%d-%m-%Y}", sex="L")
    refused = counter.post(url, form() | sent | papers())
    assert 'value="tidak-dilayani:belum-cukup-umur"' in text_of(refused)
    counter.post(url, form("tidak-dilayani:belum-cukup-umur") | sent)
    visit = Visit.objects.get()
    assert visit.reason_code == Visit.UNDERAGE and f"15 Juni {day.year + 1}" in visit.advice
    assert not Draft.objects.exists() and not Application.objects.exists()


def test_the_reasons_of_the_page_are_the_administrators(url: str, counter: Client) -> None:
    VisitReason.objects.filter(pk="wna").update(label="Orang asing menurut kantor")
    assert "Orang asing menurut kantor" in text_of(counter.get(url))


def test_a_visit_that_is_sent_twice_is_one(url: str, counter: Client) -> None:
    sent = form("tidak-dilayani") | person() | {"sebab": "wna"}
    counter.post(url, sent)
    assert NOT_YOURS in told(counter.post(url, sent))
    assert Visit.objects.count() == 1


def test_a_draft_that_a_second_tab_sent_in_between_is_told_and_sent_once(
    url: str, counter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person is known by then, and the draft that would have to be told so is gone."""
    keep = drafts.keep

    def meanwhile(*arguments: Any) -> None:
        monkeypatch.setattr(drafts, "keep", keep)
        counter.post(url, form() | person() | papers())

    monkeypatch.setattr(drafts, "keep", meanwhile)
    response = counter.post(url, form() | person() | papers())
    assert response["Location"] == "/loket/" and drafts.GONE in told(response)
    assert Application.objects.count() == 1 == Resident.objects.count()


def test_a_draft_that_is_sent_twice_is_one_application(url: str, counter: Client) -> None:
    sent = form() | person() | papers()
    counter.post(url, sent)
    again = counter.post(url, sent)
    assert again["Location"] == "/loket/" and NOT_YOURS in told(again)
    assert Application.objects.count() == 1 == Resident.objects.count()
