"""Two processes at a barrier at the counter: one draft, one person, one application, and a sentence for the other."""

from typing import Any

import pytest

from accounts.roles import Role
from applications import drafts, scans
from applications.models import Application, Draft, Resident, ResidentEntry, Scan, Visit
from office.models import VaultFile
from office.verification import verify
from tests.applications.hostile import jpeg
from tests.applications.racers import race
from tests.applications.test_barrier import check_books, send
from tests.applications.test_intake import form, papers, person
from tests.factories import make_person, make_resident

pytestmark = pytest.mark.django_db(transaction=True)
DONE = "Berikan tanda terima kepada pemohon."
TOO_LATE = ("baru saja didaftarkan di loket lain", "masih mempunyai permohonan", "sudah ada di register, atas nama")
SENT_ALREADY = ("sudah diajukan atau dihapus", "sudah diajukan, dihapus, atau milik petugas lain")


@pytest.fixture
def counters(people):
    """Two people who take applications in."""
    return [people["counter"], make_person("loket_2", Role.COUNTER)]


def draft_for(nik: str, by: Any) -> str:
    """The address of the draft that a person begins with a NIK."""
    draft = drafts.begin(by, nik, Resident.objects.filter(nik=nik).first())
    return f"/loket/konsep/{draft.pk}/"


def newcomer(nik: str, **more: str) -> dict[str, str]:
    """The page of somebody unknown; each of another name, so that none is the likely double of another."""
    name = chr(65 + int(nik[-2:])) + chr(97 + int(nik[-2:])) * 9
    return form() | papers() | person(nik, name=name) | more


def nik_of(number: int) -> str:
    return f"350817550390{number:04d}"


def fine(results: list[dict[str, Any]]) -> list[str]:
    """What both were told; neither met a broken page."""
    assert {result["outcome"] for result in results} <= {200, 302}, results
    return [result["sentence"] or result["page"] for result in results]


def test_two_counters_take_in_the_same_unknown_person_at_once(racers, counters):
    for number in range(1, 7):
        nik, before = nik_of(number), Application.objects.count()
        told = fine(race(racers, *[send(draft_for(nik, each), newcomer(nik), each) for each in counters]))
        assert Resident.objects.filter(nik=nik).count() == 1
        assert Application.objects.count() == before + 1 == Resident.objects.count()
        assert sum(DONE in text for text in told) == 1, told
        other = next(text for text in told if DONE not in text)
        # How far the other had come decides which of the three it reads.
        assert any(words in other for words in TOO_LATE), other
    check_books()
    assert list(verify(ResidentEntry)) == []
    assert sorted(Application.objects.values_list("serial", flat=True)) == list(range(1, 7))


def test_two_counters_send_the_form_of_one_known_resident_at_once(racers, counters):
    for _ in range(3):
        resident = make_resident()
        sent = [send(draft_for(resident.nik, each), form() | papers(), each) for each in counters]
        told = fine(race(racers, *sent))
        assert resident.applications.count() == 1
        assert sorted("masih mempunyai" in text for text in told) == [False, True]


def test_one_draft_sent_in_two_tabs_at_once_is_one_application(racers, people):
    for number in range(1, 7):
        nik, by, before = nik_of(number), people["counter"], Application.objects.count()
        url = draft_for(nik, by)
        scans.add(Draft.objects.get(), "kk", jpeg(), by=by)
        told = fine(race(racers, send(url, newcomer(nik), by)))
        assert Application.objects.count() == before + 1 and not Draft.objects.exists()
        assert Scan.objects.count() == VaultFile.objects.count() == before + 1
        assert sum(DONE in text for text in told) == 1, told
        other = next(text for text in told if DONE not in text)
        assert any(words in other for words in (*SENT_ALREADY, "masih mempunyai permohonan")), other
    check_books()
    assert list(verify(ResidentEntry)) == []


def test_a_draft_sent_in_one_tab_and_given_back_in_the_other_is_one_application(racers, people):
    for _ in range(3):
        resident = make_resident()
        url = draft_for(resident.nik, people["counter"])
        steps = [form("ajukan") | papers(), form("kembalikan") | papers("kk")]
        fine(race(racers, *[send(url, sent, people["counter"]) for sent in steps]))
        assert resident.applications.count() == 1 == resident.applications.get().entries.count()


def test_a_draft_sent_in_one_tab_and_deleted_in_the_other_is_one_of_both(racers, people):
    for number in range(1, 4):
        nik, by, before = nik_of(number), people["counter"], Application.objects.count()
        url = draft_for(nik, by)
        told = fine(race(racers, send(url, newcomer(nik), by), send(url, {"langkah": "hapus-konsep"}, by)))
        assert Application.objects.count() - before == sum(DONE in text for text in told)
        assert Resident.objects.count() == Application.objects.count() and not Draft.objects.exists()


def test_one_visit_noted_in_two_tabs_at_once_is_one_visit(racers, people):
    for number in range(1, 5):
        nik, by = nik_of(number), people["counter"]
        sent = newcomer(nik, langkah="tidak-dilayani", sebab="wna")
        told = fine(race(racers, send(draft_for(nik, by), sent, by)))
        assert Visit.objects.filter(nik=nik).count() == 1 and not Draft.objects.exists()
        assert sum("dicatat. Berikan suratnya" in text for text in told) == 1


def test_one_nik_searched_in_two_tabs_at_once_begins_one_draft(racers, people):
    for number in range(1, 4):
        fine(race(racers, send("/loket/baru/", {"q": nik_of(number), "nik_baru": "1"}, people["counter"])))
        assert Draft.objects.filter(nik=nik_of(number)).count() == 1


def test_of_two_links_for_a_phone_made_at_once_one_is_open(racers, people):
    url = draft_for(nik_of(1), people["counter"])
    fine(race(racers, send(url, {"langkah": "ponsel:kk"}, people["counter"])))
    assert Draft.objects.get().links.count() == 1
