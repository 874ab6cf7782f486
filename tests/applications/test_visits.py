"""Visits: numbered without gaps, kept as the day said, written once, and their pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import RoleTerm, User
from applications import visits
from applications.models import Visit, VisitReason
from applications.refusals import NotAllowed, Refused
from applications.routing import birthday
from applications.states import Kind
from office.models import NumberCounter
from tests.factories import make_resident
from tests.pages import fields_of, pdf_text, queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
CHILD = "3508171506150001"  # born on 15-6-2015


@pytest.fixture
def counter(client_of: Browser) -> Client:
    return client_of("counter")


def reason(code: str) -> VisitReason:
    return VisitReason.objects.get(pk=code)


def register(people: People, code: str = "wna", **more: Any) -> Visit:
    return visits.register(**{"by": people["counter"], "reason": reason(code), "name": "John Doe"} | more)


def sent(client: Client, **typed: str) -> Any:
    """The form opened and sent as a browser does it, with its token."""
    return client.post("/kunjungan/baru/", fields_of(client.get("/kunjungan/baru/")) | typed)


# -- the verb ------------------------------------------------------------------------------------


def test_visits_are_numbered_without_gaps_in_their_year(people: People, at_time: Callable[[str], Any]) -> None:
    with at_time("2026-12-31 10:00"):
        numbers = [register(people).number, register(people, "bertanya").number]
    with at_time("2027-01-04 10:00"):
        numbers.append(register(people).number)
    assert numbers == ["KJG/2026/000001", "KJG/2026/000002", "KJG/2027/000001"]


def test_a_visit_keeps_what_its_reason_said_that_day(people: People) -> None:
    visit = register(people)
    VisitReason.objects.filter(pk="wna").update(label="Orang asing", destination="Imigrasi", advice="Ke sana.")
    visit.refresh_from_db()
    assert visit.reason == "Warga negara asing" and "Disdukcapil" in visit.advice
    assert visit.destination.startswith("Dinas Kependudukan")


def test_the_right_is_asked_from_the_database(people: People) -> None:
    assert people["counter"].has_perm(visits.PERMISSION)  # and remembered by the object
    RoleTerm.objects.filter(user=people["counter"]).update(valid_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        register(people)
    assert not Visit.objects.exists()


@pytest.mark.parametrize("name", ["", "   "])
def test_a_slip_needs_a_name_a_question_does_not(name: str, people: People) -> None:
    with pytest.raises(Refused, match="Isi nama yang datang"):
        register(people, name=name)
    assert register(people, "bertanya", name=name, note="Jam buka").has_slip is False
    assert NumberCounter.objects.get(series="KJG").last == 1


@pytest.mark.parametrize("note", ["", "  "])
def test_a_question_of_which_nothing_is_known_is_refused(note: str, people: People) -> None:
    with pytest.raises(Refused, match="apa yang ditanyakan"):
        register(people, "bertanya", name="", note=note)
    assert not Visit.objects.exists() and register(people, "bertanya", name="Budi").pk


def test_the_slip_of_another_reason_says_what_was_noted(people: People, counter: Client) -> None:
    visit = register(people, "lainnya", note="Bawa akta dari desa")
    assert not visit.destination and not visit.advice
    assert "Keterangan Bawa akta dari desa" in pdf_text(counter.get(f"/kunjungan/{visit.slug}/surat.pdf"))


def test_a_slip_that_would_say_nothing_asks_for_a_note(people: People) -> None:
    with pytest.raises(Refused, match="Tulis dalam catatan"):
        register(people, "lainnya")
    assert register(people, "lainnya", note="Bawa akta dari desa").note == "Bawa akta dari desa"


def test_a_known_resident_gives_name_and_nik(people: People) -> None:
    resident = make_resident(name="Siti Aminah")
    by_person = register(people, name="", resident=resident)
    by_nik = register(people, name="", nik=resident.nik)
    assert {(each.name, each.nik, each.resident) for each in (by_person, by_nik)} == {
        ("Siti Aminah", resident.nik, resident)
    }


def test_a_visit_with_the_same_token_is_made_once(people: People) -> None:
    once = uuid4()
    first = register(people, once=once)
    with pytest.raises(visits.AlreadyRegistered) as twice:
        register(people, once=once)
    assert twice.value.visit == first
    assert Visit.objects.count() == NumberCounter.objects.get(series="KJG").last == 1


def test_the_advice_for_who_is_too_young_names_the_day_to_come(people: People) -> None:
    today = timezone.localdate()
    birth = birthday(today, -15)
    sentence = visits.underage_advice(birth, Kind.NEW, today)
    assert "belum berusia 16 tahun" in sentence and str(today.year + 1) in sentence
    assert "17 tahun" in visits.underage_advice(birthday(today, -16), Kind.LOST, today)
    assert visits.underage_advice(birthday(today, -17), Kind.LOST, today) == ""
    resident = make_resident(birth=birth)
    assert register(people, Visit.UNDERAGE, resident=resident).advice == sentence


# -- the pages -----------------------------------------------------------------------------------


def test_a_visit_is_written_from_the_page_and_leads_to_its_slip(people: People, counter: Client) -> None:
    response = sent(counter, reason="wna", name="John Doe", nik="")
    visit = Visit.objects.get()
    assert response["Location"] == f"/kunjungan/{visit.slug}/"
    text = text_of(counter.get(response["Location"]))
    assert f'href="/kunjungan/{visit.slug}/surat.pdf"' in text and "Cetak surat rujukan" in text
    assert visit.by == people["counter"] and visit.name == "John Doe"


def test_the_form_shows_where_each_reason_leads(counter: Client) -> None:
    text = text_of(counter.get("/kunjungan/baru/"))
    assert all(f"{each.label} → {each.destination}" in text for each in VisitReason.objects.exclude(destination=""))


def test_a_page_sent_twice_makes_one_visit_and_says_so(people: People, counter: Client) -> None:
    page = fields_of(counter.get("/kunjungan/baru/")) | {"reason": "wna", "name": "John Doe"}
    answers = [counter.post("/kunjungan/baru/", page) for _ in range(2)]
    visit = Visit.objects.get()
    assert {each["Location"] for each in answers} == {f"/kunjungan/{visit.slug}/"}
    assert "tidak dicatat dua kali" in told(answers[1]) and visit.number in told(answers[1])


def test_each_opened_page_makes_its_own_visit(people: People, counter: Client) -> None:
    for _ in range(2):
        sent(counter, reason="wna", name="John Doe")
    assert Visit.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "John Doe"}, "Pilih keperluan atau sebab."),
        ({"reason": "x", "name": "John Doe"}, "reason"),
        ({"reason": "wna"}, "Isi nama yang datang"),
        ({"reason": "wna", "name": "J", "nik": "12ab"}, "NIK hanya terdiri dari angka"),
        ({"reason": "wna", "name": "J", "nik": "123"}, "NIK harus 16 angka"),
        ({"reason": "wna", "name": "J" * 61}, "Nama paling banyak 60 huruf; yang diketik 61."),
        ({"reason": "wna", "name": "J", "once": "x"}, "Halaman ini tidak utuh lagi"),
        ({"reason": "belum-cukup-umur", "name": "Budi"}, "Isi tanggal lahirnya"),
        ({"reason": "belum-cukup-umur", "name": "Budi", "birth_date": "1-1-1990"}, "sudah cukup umur"),
        ({"reason": "belum-cukup-umur", "name": "Budi", "birth_date": "31-2-2015"}, "Tanggal tidak dikenali"),
        ({"reason": "belum-cukup-umur", "name": "Budi", "birth_date": "1-1-2999"}, "Isi tanggal lahirnya"),
        ({"reason": "wna", "name": "J\x00"}, "Ada tanda yang tidak terbaca."), ({"reason": "bertanya"}, "ditanyakan"),
        ({"reason": "lainnya", "name": "Budi"}, "Tulis dalam catatan"),
    ],
)
def test_what_is_typed_wrongly_is_said_and_kept(typed: dict[str, str], sentence: str, counter: Client) -> None:
    response = sent(counter, **typed)
    text = text_of(response)
    assert response.status_code == 200 and 'class="error-summary"' in text and sentence in text
    assert not Visit.objects.exists()


def test_who_is_too_young_gets_the_day_from_the_nik(counter: Client) -> None:
    sent(counter, reason="belum-cukup-umur", name="Budi", nik=CHILD)
    assert "15 Juni 2031" in Visit.objects.get().advice


def test_a_question_has_no_slip(people: People, counter: Client) -> None:
    visit = register(people, "bertanya", name="", note="Jam buka")
    assert "surat.pdf" not in text_of(counter.get(f"/kunjungan/{visit.slug}/"))
    assert counter.get(f"/kunjungan/{visit.slug}/surat.pdf").status_code == 404


def test_a_nik_is_masked_on_every_page(people: People, counter: Client) -> None:
    visit = register(people, nik=CHILD)
    for url in ("/kunjungan/", f"/kunjungan/{visit.slug}/"):
        text = text_of(counter.get(url))
        assert visit.nik_masked in text and CHILD not in text.replace(" ", "")


def test_an_unknown_number_is_not_found(counter: Client) -> None:
    assert counter.get("/kunjungan/KJG-2026-000099/").status_code == 404


def test_the_list_counts_today_by_reason_and_opens_their_rows(people: People, counter: Client) -> None:
    register(people, "wna", name="Kemarin", at=timezone.now() - timedelta(days=1))
    register(people, "wna", name="John Doe")
    register(people, "wna", name="Jane Doe")
    register(people, "bertanya", name="Penanya")
    text = text_of(counter.get("/kunjungan/"))
    assert 'href="?sebab=wna"><b>2</b>' in text and 'href="?sebab=bertanya"><b>1</b>' in text
    assert text.index("Penanya") < text.index("Jane Doe") < text.index("John Doe") < text.index("Kemarin")
    only = text_of(counter.get("/kunjungan/?sebab=wna"))
    assert "Kemarin" in only and "Jane Doe" in only and "Penanya" not in only


def test_an_empty_list_says_so(counter: Client) -> None:
    assert "Belum ada kunjungan" in text_of(counter.get("/kunjungan/"))
    assert "Tidak ada kunjungan dengan sebab ini" in text_of(counter.get("/kunjungan/?sebab=wna"))


def test_the_list_is_cut_into_pages_within_its_budget(people: People, counter: Client) -> None:
    register(people)
    counter.get("/kunjungan/")
    few = queries_of(counter, "/kunjungan/?sebab=wna")
    for i in range(29):
        register(people, name=f"Tamu {i:03d}")
    text = text_of(counter.get("/kunjungan/?sebab=wna"))
    assert "Halaman 1 dari 2 · 30 baris" in text and 'href="?sebab=wna&amp;page=2"' in text
    assert queries_of(counter, "/kunjungan/?sebab=wna") == few <= 12


def test_a_child_s_birthday_on_a_leap_day_is_told(people: People) -> None:
    assert "1 Maret 2026" in visits.underage_advice(date(2010, 2, 28) + timedelta(days=1), Kind.NEW, date(2025, 1, 1))
