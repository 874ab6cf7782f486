"""Records of destruction: who, before whom, numbered, each card once, its PDF; two heads at the same instant."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import RoleTerm, User
from accounts.roles import Role
from applications import blanks, custody, lifecycle
from applications.custody import Witness
from applications.models import CustodyEntry, Destruction, HeldCard
from applications.refusals import NotAllowed, Refused
from applications.states import State
from office.models import Official, Section
from office.verification import verify
from tests.applications.racers import Job, Racer, race
from tests.factories import WITNESSES, application_in, destroyed, found_card, make_person, receive_blanks
from tests.pages import fields_of, pdf_pages, pdf_text, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
URL = "/kartu-ditarik/pemusnahan/"
PAGE = {
    "place": "halaman kantor", "manner": "dibakar", "note": "",
    "witness1_name": "Sugeng Prayitno", "witness1_post": "Satpol PP", "witness2_name": "Rini Astutik",
    "witness2_post": "Staf Seksi Pemerintahan",
}


def keys(*cards: HeldCard) -> dict[str, list[int]]:
    return {"cards": [card.pk for card in cards]}


# -- the verb ------------------------------------------------------------------------------------


def test_a_record_holds_its_cards_and_each_has_its_entry(people: People) -> None:
    file = application_in(State.READY_FOR_PICKUP, people)
    lifecycle.reject_card(file, by=people["counter"], fault="print", reason="buram")
    found_card(people, "Siti Aminah")
    record = destroyed(custody.lying(), people, note="Disaksikan Babinsa")
    assert record.count == 2 == record.cards.count() and not custody.lying().exists()
    assert (record.number, record.by, record.note) == (
        f"BAP/{timezone.localtime().year}/000001", people["section_head"], "Disaksikan Babinsa"
    )
    entries = CustodyEntry.objects.filter(verb="destroy")
    assert {entry.facts["destruction"] for entry in entries} == {record.pk} and entries.count() == 2
    assert {entry.facts["corner_cut"] for entry in entries} == {True, False}  # the rejected one was not cut
    assert list(verify(CustodyEntry)) == []


def test_records_are_numbered_without_gaps_in_the_year_of_wib(people: People, at_time: Callable[[str], Any]) -> None:
    numbers = []
    for moment in ("2026-12-31 08:00", "2026-12-31 23:59", "2027-01-01 00:00"):
        with at_time(moment):
            numbers.append(destroyed([found_card(people)], people).number)
    assert numbers == ["BAP/2026/000001", "BAP/2026/000002", "BAP/2027/000001"]


def test_the_right_to_destroy_is_asked_from_the_database(people: People) -> None:
    card = found_card(people)
    for who in ("counter", "operator", "secretary", "other_head", "camat", "admin"):
        with pytest.raises(NotAllowed):
            destroyed([card], people, by=people[who])
    assert people["section_head"].has_perm(custody.DESTROY)  # and remembered by the object
    RoleTerm.objects.filter(user=people["section_head"]).update(valid_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        destroyed([card], people)
    assert not Destruction.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"place": "  "}, "Isi tempat pemusnahan"), ({"method": ""}, "Isi cara pemusnahan"),
        ({"witnesses": (Witness("Sugeng", "Satpol PP"), Witness("sugeng ", "Polsek"))}, "orang yang berbeda"),
        ({"witnesses": (Witness("Sugeng", "Satpol PP"), Witness("SUGENG, S.H.", "Polsek"))}, "orang yang berbeda"),
        ({"witnesses": (Witness("Section Head", "Kasi"), WITNESSES[1])}, "Yang mencatat tidak menjadi saksi"),
        ({"witnesses": (WITNESSES[0], Witness("SECTION HEAD, S.AP", "Kasi"))}, "Yang mencatat tidak menjadi saksi"),
        ({"witnesses": (Witness("Hasan Mustofa", "Kasi"), WITNESSES[1])}, "Kepala seksi menandatangani sendiri"),
        ({"witnesses": (Witness("-", "Satpol PP"), WITNESSES[1])}, "Isi nama saksi"),
        ({"witnesses": (Witness("Sugeng", " 1"), WITNESSES[1])}, "Isi jabatan dan instansi saksi"),
        ({"at": datetime(2020, 1, 2, tzinfo=UTC)}, "diterima setelah waktu itu"),
        ({"at": datetime(2999, 1, 2, tzinfo=UTC)}, "Waktu kejadian belum tiba"),
    ],
)
def test_a_record_that_cannot_be_is_refused(wrong: dict[str, Any], sentence: str, people: People) -> None:
    card = found_card(people)
    with pytest.raises(Refused, match=sentence):
        destroyed([card], people, **wrong)
    assert custody.lying().get() == card and not Destruction.objects.exists()


def test_a_faulty_blank_is_not_destroyed(people: People) -> None:
    receive_blanks(people["operator"])
    blanks.spoil(by=people["operator"], cause="factory")
    with pytest.raises(Refused, match="Blangko rusak tidak dimusnahkan di sini"):
        destroyed([*custody.lying(), found_card(people)], people)
    assert custody.lying().count() == 2


def test_none_too_many_and_unknown_cards_are_refused(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = [found_card(people) for _ in range(3)]
    with pytest.raises(Refused, match="Pilih paling sedikit satu kartu"):
        destroyed([], people)
    with pytest.raises(Refused, match="Ada kartu yang tidak dikenal"):
        destroyed([*cards, HeldCard(pk=99999)], people)
    monkeypatch.setattr(custody, "MOST", 2)
    with pytest.raises(Refused, match="paling banyak 2 kartu"):
        destroyed(cards, people)
    assert destroyed(cards[:2], people).count == 2


def test_a_card_that_left_meanwhile_is_named_and_nothing_is_kept(people: People) -> None:
    cards = [found_card(people) for _ in range(3)]
    destroyed(cards[:1], people)
    with pytest.raises(Refused, match="1 dari 3 kartu yang dipilih baru saja keluar"):
        destroyed(cards, people)
    assert Destruction.objects.count() == 1 and custody.lying().count() == 2


def test_the_same_record_sent_twice_names_the_first(people: People) -> None:
    cards = [found_card(people) for _ in range(2)]
    first = destroyed(cards, people)
    with pytest.raises(custody.AlreadyDestroyed) as twice:
        destroyed(cards, people)
    assert twice.value.record == first
    with pytest.raises(Refused, match="baru saja keluar") as part:
        destroyed(cards[:1], people)
    assert not isinstance(part.value, custody.AlreadyDestroyed)


def test_a_record_keeps_who_was_the_head_that_day(people: People, client_of: Browser) -> None:
    record = destroyed([found_card(people)], people)
    Official.objects.filter(post="section_head").update(name="KEPALA BARU")
    text = pdf_text(client_of("secretary").get(f"/kartu-ditarik/berita-acara/{record.slug}/cetak.pdf"))
    assert "HASAN MUSTOFA" in text and "KEPALA BARU" not in text


# -- the page ------------------------------------------------------------------------------------


def test_a_record_is_written_after_a_question_and_opens_its_cards(people: People, client_of: Browser) -> None:
    card, client = found_card(people, "Siti Aminah"), client_of("section_head")
    opened = text_of(client.get(URL))
    assert "Siti Aminah" in opened and f'name="cards" value="{card.pk}" checked' in opened
    assert 'value="dibakar"' in opened
    asked = client.post(URL, PAGE | keys(card))
    assert "Setelah tercatat, berita acara tidak dapat dibatalkan" in text_of(asked)
    assert not Destruction.objects.exists()
    sent = client.post(URL, fields_of(asked))  # what the question keeps is enough
    record = Destruction.objects.get()
    assert sent["Location"] == f"/kartu-ditarik/berita-acara/{record.slug}/"
    assert "1 kartu. Cetak, lalu tanda tangani." in told(sent)
    assert "Siti Aminah" in text_of(client.get(sent["Location"]))
    assert record.number in text_of(client.get("/kartu-ditarik/berita-acara/"))


def test_a_page_sent_twice_makes_one_record_and_opens_it(people: People, client_of: Browser) -> None:
    card, client = found_card(people), client_of("section_head")
    answers = [client.post(URL, PAGE | keys(card) | {"confirmed": "1"}) for _ in range(2)]
    record = Destruction.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/kartu-ditarik/berita-acara/{record.slug}/"}
    assert "tidak dicatat dua kali" in told(answers[1])


def test_what_is_typed_wrongly_is_said_beside_its_field_and_kept(people: People, client_of: Browser) -> None:
    card, other, client = found_card(people), found_card(people), client_of("section_head")
    tries = [
        ({"place": ""}, "Isi Tempat."), ({"witness1_name": "Section Head"}, "Yang mencatat tidak menjadi saksi"),
        ({"witness2_name": "sugeng prayitno"}, "Kedua saksi harus orang yang berbeda"),
        ({"witness2_post": ""}, "Isi Jabatan dan instansi saksi kedua."), ({"cards": []}, "Pilih paling sedikit"),
        ({"cards": ["x"]}, "Muat ulang halaman ini"), ({"cards": ["9" * 40]}, "Muat ulang halaman ini"),
        ({"cards": ["99999"]}, "Ada kartu yang tidak dikenal"), ({"place": "x\x00"}, "Ada tanda yang tidak terbaca"),
        ({"note": "x" * 201}, "paling banyak 200 huruf"),
    ]
    for wrong, sentence in tries:
        response = client.post(URL, PAGE | keys(card) | {"confirmed": "1"} | wrong)
        text = text_of(response)
        assert response.status_code == 200 and sentence in text and 'class="error-summary"' in text, wrong
        assert 'value="Satpol PP"' in text
    assert not Destruction.objects.exists()
    text = text_of(client.post(URL, PAGE | keys(card) | {"place": ""}))
    assert f'value="{card.pk}" checked' in text and f'value="{other.pk}" checked' not in text


def test_the_last_place_and_witnesses_are_offered(people: People, client_of: Browser) -> None:
    destroyed([found_card(people)], people, place="halaman belakang")
    found_card(people)
    text = text_of(client_of("section_head").get(URL))
    assert 'value="halaman belakang"' in text
    assert '<option value="Sugeng Prayitno">' in text and '<option value="Satpol PP Kecamatan Jatiroto">' in text
    assert 'id="id_witness1_name"' in text and 'value="Sugeng Prayitno" class' not in text  # who stands there is typed


def test_more_cards_than_a_record_holds_are_offered_in_parts(
    people: People, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(custody, "MOST", 2)
    for name in ("Satu", "Dua", "Tiga"):
        found_card(people, f"Pemegang {name}")
    text = text_of(client_of("section_head").get(URL))
    assert text.count('name="cards"') == 2 and "Pemegang Tiga" not in text
    assert "Satu berita acara paling banyak 2 kartu" in text


def test_an_unknown_record_is_not_found(client_of: Browser) -> None:
    for page in ("", "cetak.pdf"):
        url = f"/kartu-ditarik/berita-acara/BAP-2026-000099/{page}"
        assert client_of("section_head").get(url).status_code == 404


# -- the document --------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["", "f4", "x"])
def test_the_pdf_says_when_where_how_which_and_before_whom(paper: str, people: People, client_of: Browser) -> None:
    file = application_in(State.READY_FOR_PICKUP, people)
    lifecycle.reject_card(file, by=people["counter"], fault="print", reason="buram")
    found_card(people, "Siti Aminah")
    record = destroyed(custody.lying(), people)
    Destruction.objects.update(at=datetime(2026, 11, 24, 8, 10, tzinfo=UTC))
    response = client_of("secretary").get(f"/kartu-ditarik/berita-acara/{record.slug}/cetak.pdf?kertas={paper}")
    text = pdf_text(response)
    assert response["Content-Type"] == "application/pdf"
    for words in (
        "PEMERINTAH KABUPATEN LUMAJANG", record.number,
        "Selasa, tanggal dua puluh empat bulan November tahun dua ribu dua puluh enam (24-11-2026) pukul 15.10 WIB",
        "halaman kantor Kecamatan Jatiroto", "dengan cara dibakar", "2 (dua) keping", "470.13/11176/SJ",
        "Sugeng Prayitno", "Satpol PP Kecamatan Jatiroto", "Rini Astutik", file.number, file.resident.name,
        "Siti Aminah", "Hasil cetak cacat; sudut tidak dipotong", "Hilang lalu ditemukan", "Jumlah 2",
        "Yang memusnahkan,", "Mengetahui,", people["section_head"].name, "HASAN MUSTOFA",
    ):
        assert words in text, words


def test_the_head_who_records_signs_once(people: People, client_of: Browser) -> None:
    User.objects.filter(pk=people["section_head"].pk).update(name="Hasan Mustofa")
    people["section_head"].refresh_from_db()
    record = destroyed([found_card(people)], people)
    text = pdf_text(client_of("secretary").get(f"/kartu-ditarik/berita-acara/{record.slug}/cetak.pdf"))
    assert text.count("HASAN MUSTOFA") == 1 and text.count("Mengetahui") == 1
    assert "Camat" in text and "Kasi Pelayanan Umum" in text


def test_a_long_record_repeats_its_heading_and_keeps_its_signatures_together(
    people: People, client_of: Browser
) -> None:
    record = destroyed([found_card(people, f"Pemegang {i:03d}") for i in range(60)], people)
    pages = pdf_pages(client_of("secretary").get(f"/kartu-ditarik/berita-acara/{record.slug}/cetak.pdf"))
    listed = [page for page in pages if "Pemegang 0" in page]
    assert len(listed) > 1 and all("Nomor register" in page for page in listed)
    assert any("Jumlah 60" in page for page in pages[-2:])
    assert "Saksi pertama," in pages[-1] and "Yang memusnahkan," in pages[-1]


# -- two heads at the same instant -----------------------------------------------------------------

at_once = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heads(people: People) -> list[User]:
    """The head of the section, and a deputy."""
    section = Section.objects.get(serves_ktp=True)
    return [people["section_head"], make_person("plh_kasi", Role.SECTION_HEAD, section=section)]


def job(by: User, *cards: HeldCard) -> Job:
    return {"task": "destroy", "by": by.pk, **keys(*cards)}


@at_once
def test_two_heads_who_destroy_the_same_cards_at_once_make_one_record(
    racers: list[Racer], people: People, heads: list[User]
) -> None:
    for number in range(1, 6):
        cards = [found_card(people) for _ in range(3)]
        # Two of the three are on both lists, in opposite order.
        jobs = [job(heads[0], *cards[:2]), job(heads[1], *reversed(cards))]
        results = race(racers, *jobs, window=0.05)
        assert sorted(result["outcome"] for result in results) == ["Refused", "done"], results
        assert "2 dari" in "".join(result["sentence"] for result in results)
        assert Destruction.objects.count() == number
    assert one_record_per_card() and list(verify(CustodyEntry)) == []
    assert sorted(Destruction.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5]


@at_once
def test_a_double_click_makes_one_record_and_both_open_it(
    racers: list[Racer], people: People
) -> None:
    card, head = found_card(people), people["section_head"]
    sent = {"task": "post", "url": URL, "data": PAGE | keys(card) | {"confirmed": "1"}, "by": head.pk}
    results = race(racers, sent, window=0.05)
    assert [result["outcome"] for result in results] == [302, 302]
    assert sorted("tidak dicatat dua kali" in result["sentence"] for result in results) == [False, True]
    assert Destruction.objects.count() == 1


@at_once
def test_a_double_click_takes_one_found_card_in(racers: list[Racer], people: People) -> None:
    for number in range(1, 4):
        data = {"holder": "Siti Aminah", "note": "", "corner_cut": "on", "once": str(uuid4())}
        sent = {"task": "post", "url": "/kartu-ditarik/temuan/", "data": data, "by": people["counter"].pk}
        results = race(racers, sent, window=0.05)
        assert sorted(result["outcome"] for result in results) == [200, 302]
        assert sum("tidak dicatat dua kali" in result["page"] for result in results) == 1
        assert HeldCard.objects.count() == CustodyEntry.objects.count() == number


@at_once
def test_the_race_would_be_seen_if_the_lock_were_taken_out(
    unlocked: list[Racer], people: People, heads: list[User]
) -> None:
    """PostgreSQL lets both through, so cards stand in two records; SQLite fails the second one without a sentence."""
    card = found_card(people)
    results = race(unlocked, *[job(head, card) for head in heads], window=0.15)
    outcomes = sorted(result["outcome"] for result in results)
    assert outcomes == (["OperationalError", "done"] if connection.vendor == "sqlite" else ["done", "done"]), results
    assert one_record_per_card() == (connection.vendor == "sqlite")


def one_record_per_card() -> bool:
    entries = list(CustodyEntry.objects.filter(verb="destroy").values_list("card_id", flat=True))
    return len(entries) == len(set(entries)) == HeldCard.objects.exclude(destruction=None).count()
