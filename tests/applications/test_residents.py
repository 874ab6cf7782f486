"""The register of residents: entered, corrected, told apart, found; its pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from applications import residents
from applications.forms.residents import CorrectionForm, ResidentForm
from applications.models import Resident, ResidentEntry, Village
from applications.models.applications import ApplicationQuerySet
from applications.refusals import Refused, WrongState
from office.models import Read
from office.verification import verify
from tests.factories import application_in, make_resident
from tests.pages import fields_of, queries_of, text_of, told

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
People = dict[str, User]


def typed(**different: str) -> dict[str, Any]:
    """What a clerk types of a new person."""
    return {
        "nik": "3508 1755 0390 0421", "kk_number": "3508170101120042", "name": "Siti Maimunah",
        "birth_place": "Lumajang", "birth_date": "15031990", "sex": "P", "marital_status": "married",
        "address": "Dusun Krajan", "rt": "3", "rw": "001", "village": str(Village.objects.values_list("pk")[0][0]),
        "religion": "1", "occupation": "Guru", "blood_type": "-", "citizenship": "WNI", "disability": "none",
        "phone": "",
    } | different


def sentence(name: str, value: str, form: type[ResidentForm] = ResidentForm) -> str:
    found = form(typed(**{name: value})).errors.get(name)
    return " ".join(found) if found else ""


# -- the form --------------------------------------------------------------------------------------


def test_the_form_keeps_what_was_typed_in_the_form_of_the_register() -> None:
    form = ResidentForm(typed(name="  Moh.   Rofi'i ", phone="+62 812-3456-7890"))
    assert form.is_valid(), form.errors
    kept = form.cleaned_data
    assert (kept["nik"], kept["rt"], kept["phone"]) == ("3508175503900421", "003", "081234567890")
    assert (kept["name"], kept["birth_date"]) == ("Moh. Rofi'i", date(1990, 3, 15))


@pytest.mark.parametrize("name", ["Buasan", "Rofi'i", "Ma’ruf", "N" * 60])
def test_a_name_of_one_word_with_an_apostrophe_or_of_sixty_letters_is_taken(name: str) -> None:
    form = ResidentForm(typed(name=name))
    assert form.is_valid() and form.cleaned_data["name"] == name


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name", "N" * 61, "60 huruf; yang diketik 61"), ("name", "'-'", "huruf"), ("name", "a\0b", "tidak terbaca"),
        ("address", "x" * 121, "120 huruf"), ("kk_number", "123", "16 angka"), ("kk_number", "3.50817E+15", "Excel"),
        ("nik", "1" * 17, "17 angka"), ("nik", "350817550390042x", "huruf"), ("birth_date", "31-2-1990", "15-3-1990"),
        ("birth_date", "15032990", "belum tiba"), ("birth_date", "15031790", "125 tahun"), ("rt", "1234", "3"),
        ("rw", "x", "angka"), ("phone", "12345", "08"), ("phone", "0812345", "9 sampai 15"),
        ("village", "9", "pilihan"),
        ("marital_status", "", "Pilih status"), ("religion", "", "Pilih agama"), ("occupation", "", "Isi Pekerjaan"),
    ],
)
def test_what_cannot_be_kept_gets_a_sentence(name: str, value: str, words: str) -> None:
    assert words in sentence(name, value)


def test_nothing_of_the_marital_status_is_offered_and_no_field_cuts_what_is_pasted() -> None:
    form = ResidentForm()
    assert form["marital_status"].value() is None
    assert [name for name, field in form.fields.items() if "maxlength" in field.widget.attrs] == []


def test_a_record_that_came_without_religion_can_be_corrected_without() -> None:
    resident = make_resident()
    form = CorrectionForm(typed(religion="", occupation="", reason="uji"), instance=resident)
    assert form.is_valid(), form.errors


# -- verbs -----------------------------------------------------------------------------------------


def fields(**different: Any) -> dict[str, Any]:
    form = ResidentForm(typed())
    assert form.is_valid()
    return form.cleaned_data | different


def test_enter_writes_the_person_and_an_entry_without_words(people: People) -> None:
    resident = residents.enter(fields(), by=people["counter"])
    entry = ResidentEntry.objects.get()
    assert (entry.resident, entry.verb, entry.by, entry.facts) == (resident, "enter", people["counter"], {})
    assert resident.name_key == "SITI MAIMUNAH"


def test_a_nik_that_came_in_meanwhile_is_told_and_nothing_is_written(people: People) -> None:
    new = fields()
    residents.enter(new, by=people["counter"])
    with pytest.raises(WrongState, match="baru saja didaftarkan"):
        residents.enter(new, by=people["counter"])
    assert (Resident.objects.count(), ResidentEntry.objects.count()) == (1, 1)


def test_correct_keeps_old_and_new_as_words_and_only_names_of_fields_as_facts(people: People) -> None:
    resident = make_resident(name="Siti Maemunah")
    changed = residents.correct(
        resident, {"name": "Siti Maimunah", "rt": resident.rt, "birth_date": date(1991, 3, 15)},
        by=people["counter"], reason="salah ketik",
    )
    entry = ResidentEntry.objects.get()
    assert changed["name"] == ("Siti Maemunah", "Siti Maimunah") and set(changed) == {"name", "birth_date"}
    assert entry.facts == {"fields": ["birth_date", "name"]}
    assert entry.detail.words == {
        "reason": "salah ketik", "old": {"name": "Siti Maemunah", "birth_date": "1990-03-15"},
        "new": {"name": "Siti Maimunah", "birth_date": "1991-03-15"},
    }
    assert "Maimunah" not in entry.body
    assert Resident.objects.get().name_key == "SITI MAIMUNAH" and list(verify(ResidentEntry)) == []


def test_a_correction_that_changes_nothing_is_no_entry(people: People) -> None:
    resident = make_resident()
    assert residents.correct(resident, {"name": resident.name}, by=people["counter"], reason="uji") == {}
    assert not ResidentEntry.objects.exists()


def test_a_nik_of_somebody_else_is_refused_and_nothing_changes(people: People) -> None:
    one, other = make_resident(), make_resident()
    with pytest.raises(Refused, match="milik orang lain"):
        residents.correct(one, {"nik": other.nik, "name": "Lain"}, by=people["counter"], reason="uji")
    assert Resident.objects.get(pk=one.pk).name == one.name and not ResidentEntry.objects.exists()


def test_a_free_nik_can_be_corrected(people: People) -> None:
    resident = make_resident()
    residents.correct(resident, {"nik": "3508175503900999"}, by=people["counter"], reason="uji")
    assert Resident.objects.get().nik == "3508175503900999"


def test_a_stale_page_and_a_missing_reason_are_refused(people: People) -> None:
    resident = make_resident()
    seen = residents.fingerprint(resident)
    residents.correct(resident, {"rt": "009"}, by=people["counter"], reason="uji", seen=seen)
    with pytest.raises(WrongState, match="baru saja diubah"):
        residents.correct(resident, {"rt": "008"}, by=people["section_head"], reason="uji", seen=seen)
    with pytest.raises(Refused, match="alasannya"):
        residents.correct(resident, {"rt": "008"}, by=people["section_head"], reason="  ")
    assert Resident.objects.get().rt == "009"


def test_a_corrected_birth_date_moves_the_clock_of_a_file_that_waits_for_the_age(people: People) -> None:
    application = application_in("awaiting_age", people)
    assert application.paused_by == "age"
    earlier = application.resident.birth_date - timedelta(days=730)
    residents.correct(application.resident, {"birth_date": earlier}, by=people["counter"], reason="uji")
    application.refresh_from_db()
    assert application.paused_by == ""


def test_that_clock_is_made_anew_under_the_lock_of_its_file(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    # Else a move of the same moment would be given back the columns of before.
    application, locked = application_in("awaiting_age", people), []
    lock = ApplicationQuerySet.select_for_update
    monkeypatch.setattr(ApplicationQuerySet, "select_for_update", lambda self: locked.append(self) or lock(self))
    fields = {"birth_date": application.resident.birth_date - timedelta(days=3)}
    residents.correct(application.resident, fields, by=people["counter"], reason="salah ketik")
    assert [list(found) for found in locked] == [[application]]


def test_two_told_apart_stand_in_both_books_and_are_no_doubles_any_more(people: People) -> None:
    one = make_resident(name="Siti Maimunah")
    two = make_resident(name="Siti Maemunah", birth=one.birth_date)
    assert residents.doubles_of(one) == [two] and residents.doubles_of(two) == [one]
    for _ in range(2):
        residents.tell_apart(one, two, by=people["counter"], reason="sepupu")
    assert residents.doubles_of(one) == [] and residents.doubles_of(two) == []
    assert [(e.resident_id, e.facts["other"]) for e in ResidentEntry.objects.all()] == [
        (one.pk, two.pk), (two.pk, one.pk)
    ]
    with pytest.raises(Refused):
        residents.tell_apart(one, one, by=people["counter"], reason="uji")


@pytest.mark.parametrize("what", ["3508175503900999", {"nik": "3508175503900999", "name": "Siti", "foto": "x"}])
def test_recognise_keeps_what_was_typed_as_words(people: People, what: Any) -> None:
    residents.recognise(make_resident(), by=people["counter"], reason="sama", typed=what)
    entry = ResidentEntry.objects.get()
    assert entry.detail.words["typed"]["nik"] == "3508175503900999" and "foto" not in entry.detail.words["typed"]
    assert "350817" not in entry.body


# -- likely doubles --------------------------------------------------------------------------------

BORN, CARD = date(1990, 3, 15), "3508170101120042"


@pytest.mark.parametrize(
    ("name", "birth", "card", "found"),
    [
        ("Siti Maemunah", BORN, "3508170101129999", True),  # same date
        ("Siti Maemunah", date(1991, 3, 15), CARD, True),  # same card, mistyped year
        ("Maimunah", BORN, CARD, True),
        ("Siti Maimunah", date(1991, 3, 15), "3508170101129999", False),  # a name alone says nothing
        ("Dewi Lestari", BORN, CARD, False),  # a twin: same date, same card, another first name
        ("Hasan Basri", BORN, CARD, False),
    ],
)
def test_who_may_be_the_same_person(name: str, birth: date, card: str, found: bool) -> None:
    other = make_resident(name=name, birth=birth, kk_number=card)
    doubles = residents.likely_doubles(name="Siti Maimunah", birth_date=BORN, kk_number=CARD, nik="")
    assert doubles == ([other] if found else [])


def test_twins_are_not_doubles_of_each_other() -> None:
    make_resident(name="Hasan Maulana", birth=BORN, kk_number=CARD)
    twin = make_resident(name="Husein Maulana", birth=BORN, kk_number=CARD)
    assert residents.doubles_of(twin) == []


def test_the_same_nik_is_no_double_and_at_most_five_are_shown_in_two_queries() -> None:
    made = [make_resident(name="Siti Maimunah", birth=BORN, kk_number=CARD) for _ in range(7)]
    with CaptureQueriesContext(connection) as captured:
        doubles = residents.likely_doubles(
            name="Siti Maimunah", birth_date=BORN, kk_number=CARD, nik=made[0].nik
        )
    assert len(doubles) == 5 and made[0] not in doubles and len(captured) == 2


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="reads the plan of SQLite")
def test_doubles_are_fetched_by_an_index() -> None:
    for same in ({"kk_number": CARD}, {"birth_date": BORN}):
        plan = Resident.objects.filter(**same).explain()
        assert "USING INDEX resident_" in plan and "SCAN" not in plan


# -- search ----------------------------------------------------------------------------------------


def test_a_name_is_found_by_any_part_the_best_first() -> None:
    for name in ("Nur Maimunah", "Siti Maimunah", "Maimunah", "Rofi'i Sumaim", "Agus Salim"):
        make_resident(name=name)
    assert [each.name for each in residents.find("maim")] == [
        "Maimunah", "Nur Maimunah", "Siti Maimunah", "Rofi'i Sumaim"
    ]
    assert [each.name for each in residents.find("ROFI’I")] == ["Rofi'i Sumaim"]
    assert [each.name for each in residents.find("maimunah siti")] == ["Siti Maimunah"]
    assert residents.find("%") == [] and residents.find("xyz") == []


def test_numbers_are_found_whole_or_by_the_beginning_of_a_nik() -> None:
    one = make_resident(nik="3508175503900421", kk_number=CARD)
    two = make_resident(nik="3508170101800002", kk_number=CARD)
    assert residents.find("3508 1755 0390 0421") == [one]
    assert set(residents.find(CARD)) == {one, two}
    assert residents.find("350817") == [two, one] and residents.find("35081755") == [one]
    assert residents.find("8175503900421") == [] and residents.find("1" * 17) == []


def test_a_search_is_bounded_in_queries_and_rows() -> None:
    for _ in range(8):
        make_resident(name="Siti Maimunah")
    for text in ("siti", "zzz", "350", "3508175503900421", "maim"):
        with CaptureQueriesContext(connection) as captured:
            found = residents.find(text, 5)
        assert len(captured) <= 3 and len(found) <= 5


# -- pages -----------------------------------------------------------------------------------------


def test_the_search_masks_the_nik_and_is_logged_once(client_of: Browser) -> None:
    resident = make_resident(name="Siti Maimunah")
    client = client_of("counter")
    for url in ("/penduduk/", "/penduduk/cari/"):
        response = client.post(url, {"q": "maim"})
        assert "Siti Maimunah" in text_of(response) and resident.nik not in text_of(response)
        assert resident.nik_masked in text_of(response)
    assert list(Read.objects.values_list("what", "count")) == [("search", 1)] * 2
    assert "<html" not in text_of(client.post("/penduduk/cari/", {"q": "maim"}))
    assert Read.objects.count() == 3
    client.post("/penduduk/cari/", {"q": "  "})
    client.get("/penduduk/")
    assert Read.objects.count() == 3


@pytest.mark.parametrize("text", ["\0", "%_", "'\"<script>", "x" * 5000, "१२३", "²"])
def test_a_strange_search_finds_nothing_and_breaks_nothing(client_of: Browser, text: str) -> None:
    make_resident()
    response = client_of("counter").post("/penduduk/cari/", {"q": text})
    assert response.status_code == 200 and "<script>" not in text_of(response)


@pytest.mark.parametrize("text", ["\0", "Siti\0", "\x01", "\x1c", "Siti\x07"])
def test_a_search_with_signs_that_cannot_be_seen_is_told_and_keeps_the_rest(client_of: Browser, text: str) -> None:
    client = client_of("counter")
    for url in ("/penduduk/", "/penduduk/cari/"):
        assert "Ada tanda yang tidak terbaca." in text_of(client.post(url, {"q": text}))
    assert ('value="Siti"' in text_of(client.post("/penduduk/", {"q": text}))) == ("Siti" in text)
    assert not Read.objects.exists()


def test_the_record_shows_all_with_history_and_files_and_logs_the_nik(people: People, client_of: Browser) -> None:
    application = application_in("submitted", people)
    resident = application.resident
    residents.correct(resident, {"occupation": "Guru"}, by=people["counter"], reason="sesuai KK")
    page = text_of(client_of("counter").get(f"/penduduk/{resident.pk}/"))
    for words in (resident.nik_grouped, application.number, "Pekerjaan: kosong → Guru", "sesuai KK", "Perbaiki data"):
        assert words in page
    assert Read.objects.get().what == "nik"


def test_the_record_takes_few_queries_however_much_there_is(people: People, client_of: Browser) -> None:
    resident, client = make_resident(birth=BORN), client_of("counter")
    few = queries_of(client, f"/penduduk/{resident.pk}/")
    for number in range(9):
        residents.correct(resident, {"rt": f"{number:03d}"}, by=people["counter"], reason="uji")
        make_resident(name=resident.name, birth=BORN)
    assert queries_of(client, f"/penduduk/{resident.pk}/") <= max(few, 12)


def test_correcting_says_old_and_new_and_keeps_what_was_typed_when_refused(client_of: Browser) -> None:
    resident, client = make_resident(name="Siti Maemunah", sex="P"), client_of("counter")
    url = f"/penduduk/{resident.pk}/perbaiki/"
    sent = typed(name="Siti Maimunah", nik=resident.nik, seen=fields_of(client.get(url))["seen"])
    refused = client.post(url, sent)
    assert "Isi alasannya" in text_of(refused) and 'value="Siti Maimunah"' in text_of(refused)
    response = client.post(url, sent | {"reason": "salah ketik"})
    assert response.status_code == 302 and "Siti Maemunah → Siti Maimunah" in told(response)
    stale = client.post(url, sent | {"name": "Lain", "reason": "uji"})
    assert "baru saja diubah" in told(stale) and Resident.objects.get().name == "Siti Maimunah"


def test_correcting_to_the_nik_of_another_is_told_beside_the_field(client_of: Browser) -> None:
    one, other, client = make_resident(), make_resident(), client_of("counter")
    url = f"/penduduk/{one.pk}/perbaiki/"
    sent = typed(nik=other.nik, reason="uji", seen=residents.fingerprint(one))
    assert "milik orang lain" in text_of(client.post(url, sent))
    assert not ResidentEntry.objects.exists()


def test_a_likely_double_is_shown_beside_and_decided_on_with_a_reason(client_of: Browser) -> None:
    one = make_resident(name="Siti Maimunah")
    two, client = make_resident(name="Siti Maemunah", birth=one.birth_date), client_of("counter")
    url = f"/penduduk/{one.pk}/"
    page = text_of(client.get(url))
    assert "Mungkin orang yang sama" in page and "berbeda" in page and "sama" in page and two.nik_grouped in page
    sent = {"form": f"d{two.pk}", f"d{two.pk}-other": str(two.pk), f"d{two.pk}-reason": ""}
    assert "Isi alasannya" in text_of(client.post(f"{url}bedakan/", sent))
    response = client.post(f"{url}bedakan/", sent | {f"d{two.pk}-reason": "sepupu"})
    assert response.status_code == 302 and "orang yang berbeda" in told(response)
    assert "Mungkin orang yang sama" not in text_of(client.get(url))
    for bad in ({}, {"form": "x", "x-other": "999999", "x-reason": "a"}, {"form": "x", "x-other": "a"}):
        assert client.post(f"{url}bedakan/", bad).status_code in (200, 404)
