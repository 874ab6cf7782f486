"""Two processes that meet at a barrier: of the same move at the same instant one takes effect, the other is told why.

On whichever database the suite runs: the file of SQLite, or PostgreSQL by DATABASE_URL. The last tests take the lock
out and show that the others would see it.
"""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection

from applications import clocks, drafts
from applications.models import Application, Capture, Entry, Print, Resident
from applications.moves import BEGINNINGS, MOVES
from applications.rules import papers_version
from applications.states import State
from office.models import VaultFile
from office.verification import verify
from tests.applications.acts import PRINTABLE, UNPRINTABLE, WHO, begin, make, prepare
from tests.applications.racers import Job, race
from tests.factories import application_in, make_resident

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = 0.15  # seconds between reading and writing where a test widens the window
FROM = [(move.name, state) for move in MOVES.values() if move not in BEGINNINGS for state in sorted(move.sources)]


def job(move: str, application: Application, people: Any, **more: Any) -> Job:
    by = None if WHO[move] == "system" else people[WHO[move]].pk
    return {"task": "move", "move": move, "application": application.pk, "by": by, **more}


def standing(move: str, state: str, people: Any) -> Application:
    """A file for which only a faster person can stand in the way of the move."""
    application = application_in(state, people)
    prepare(move, application, people)
    return Application.objects.get(pk=application.pk)


def verdict(results: list[Job]) -> str:
    """`one effect` if one did it and the other got a sentence, else what happened."""
    outcomes = sorted(str(result["outcome"]) for result in results)
    told = [result["sentence"] for result in results if result["outcome"] != "done"]
    fine = outcomes in (["WrongState", "done"], ["Refused", "done"]) and told[0].endswith(".")
    return "one effect" if fine else f"{results}"


def test_of_every_move_made_twice_at_once_one_takes_effect(racers, people):
    seen: dict[tuple[str, str], str] = {}
    for move, state in FROM:
        application = standing(move, state, people)
        before = application.entries.count()
        # Noting the same status twice is no mistake by itself: there the version of the page decides.
        more = {"version": application.version} if move == "note_status" else {}
        seen[move, state] = verdict(race(racers, job(move, application, people, **more)))
        after = Application.objects.get(pk=application.pk)
        if (after.entries.count(), after.version) != (before + 1, application.version + 1):
            seen[move, state] += f", but {after.entries.count() - before} entries"
    assert seen == dict.fromkeys(FROM, "one effect")
    assert {move for move, _ in FROM} == set(MOVES) - {move.name for move in BEGINNINGS}
    check_books()


def check_books() -> None:
    assert list(verify(Entry)) == []
    assert clocks.recompute(Application.objects.all()) == 0


def test_two_different_moves_at_once_leave_one_of_them(racers, people):
    pairs = [
        ("validate", "cancel", "submitted"), ("validate", "return_to_applicant", "submitted"),
        ("start_print", "send_back", "ready_to_print"), ("confirm_print", "fail_print", "printing"),
        ("hand_over", "reject_card", "ready_for_pickup"), ("hand_over", "withdraw_card", "ready_for_pickup"),
        ("record", "cancel", "awaiting_recording"), ("mark_print_ready", "allow_rerecord", "awaiting_central"),
    ]
    for one, other, state in pairs:
        application = standing(one, state, people)
        before = application.entries.count()
        # Both pages were opened before: else the second move might be right again after the first.
        jobs = [job(move, application, people, version=application.version) for move in (one, other)]
        results = race(racers, *jobs)
        assert verdict(results) == "one effect", (one, other, results)
        assert application.entries.count() == before + 1


@pytest.mark.parametrize("code", [UNPRINTABLE, PRINTABLE])
def test_one_status_noted_on_two_pages_at_once_is_noted_once(code, racers, people):
    application = application_in(State.AWAITING_CENTRAL, people)
    results = race(racers, job("note_status", application, people, status=code, version=application.version))
    assert verdict(results) == "one effect"
    assert application.entries.filter(verb="note_status").count() == 1 == application.resident.statuses.count()


@pytest.mark.parametrize("move", [move.name for move in BEGINNINGS])
def test_two_counters_take_in_the_same_resident_at_once(move, racers, people):
    for _ in range(3):
        resident = make_resident()
        results = race(racers, {"task": "begin", "move": move, "resident": resident.pk, "by": people["counter"].pk})
        assert verdict(results) == "one effect"
        application = resident.applications.get()
        assert application.entries.count() == 1
        assert application.number in "".join(result["sentence"] for result in results)
    assert sorted(Application.objects.values_list("serial", flat=True)) == [1, 2, 3]


def test_numbers_have_no_gap_where_two_residents_are_taken_in_at_once(racers, people):
    for _ in range(5):
        jobs = [
            {"task": "begin", "move": "submit", "resident": make_resident().pk, "by": people["counter"].pk}
            for _ in racers
        ]
        assert [result["outcome"] for result in race(racers, *jobs)] == ["done", "done"]
    assert sorted(Application.objects.values_list("serial", flat=True)) == list(range(1, 11))
    check_books()


def test_an_answered_referral_and_a_new_application_at_once_leave_one_open_file(racers, people):
    for _ in range(5):
        referred = application_in(State.REFERRED, people)
        new = {"task": "begin", "move": "submit", "resident": referred.resident_id, "by": people["counter"].pk}
        results = race(racers, job("answer_referral", referred, people), new, window=0.05)
        assert verdict(results) == "one effect"
    check_books()


def test_one_blank_bound_to_two_cards_at_once_is_bound_to_one(racers, people):
    for number in range(5):
        cards = [application_in(State.PRINTING, people) for _ in racers]
        serial = {"more": {"blank_serial": f"A-{number}"}}
        results = race(racers, *[job("confirm_print", card, people, **serial) for card in cards], window=0.05)
        assert verdict(results) == "one effect"
        assert Print.objects.filter(blank_serial=f"A-{number}").count() == 1
    check_books()


def test_one_position_captured_twice_at_once_is_kept_once(racers, people):
    application = application_in(State.AWAITING_RECORDING, people)
    by = people["operator"].pk
    results = race(racers, {"task": "capture", "application": application.pk, "position": "face", "by": by})
    assert verdict(results) == "one effect"
    assert Capture.objects.filter(application=application).count() == 1 == VaultFile.objects.count()


# -- through the pages ----------------------------------------------------------------------------

PAPERS = {f"{tick}-{code}": "on" for code in ("kk", "akta-kelahiran") for tick in ("asli", "salinan")}
FORM = PAPERS | {
    "kind": "new", "langkah": "ajukan", "brought_by": "self", "unsur-TOTAL_FORMS": "0", "unsur-INITIAL_FORMS": "0",
}
# How far the other had come decides which of these it reads.
TOO_LATE = (
    "Konsep ini sudah diajukan atau dihapus", "Konsep itu sudah diajukan, dihapus", "masih mempunyai permohonan",
    "baru saja didaftarkan di loket lain", "sudah ada di register, atas nama",
)


def newcomer(nik: str) -> dict[str, str]:
    return {
        "nik": nik, "kk_number": "3508170101120001", "name": "Siti Rahayu", "birth_place": "Lumajang",
        "birth_date": "15-3-1990", "sex": "P", "marital_status": "single", "address": "Dusun Krajan",
        "rt": "3", "rw": "1", "village": "35.08.17.2006", "religion": "1", "occupation": "Wiraswasta",
        "blood_type": "-", "citizenship": "WNI", "disability": "none", "beda_alasan": "orang lain",
    }


def draft_page(by: Any, nik: str, resident: Resident | None = None) -> tuple[str, dict[str, str]]:
    """The address of a draft, and what its page sends."""
    draft = drafts.begin(by, nik, resident)
    return f"/loket/konsep/{draft.pk}/", FORM | {"daftar": papers_version()} | ({} if resident else newcomer(nik))


def send(url: str, data: dict[str, Any], by: Any) -> Job:
    return {"task": "post", "url": url, "data": data, "by": by.pk}


def test_the_draft_of_an_unknown_person_sent_from_two_tabs_at_once_is_one_application(racers, people):
    for number in range(1, 6):
        nik = f"350817550390{number:04d}"
        results = race(racers, send(*draft_page(people["counter"], nik), people["counter"]))
        assert {result["outcome"] for result in results} <= {200, 302}, results
        assert Resident.objects.get(nik=nik).applications.count() == 1
        told = [result["sentence"] or result["page"] for result in results]
        done = [text for text in told if "Berikan tanda terima" in text]
        other = next(text for text in told if "Berikan tanda terima" not in text)
        assert len(done) == 1 and any(words in other for words in TOO_LATE), told
    check_books()


def test_the_draft_of_a_known_resident_sent_from_two_tabs_at_once_is_one_application(racers, people):
    for _ in range(3):
        resident = make_resident()
        results = race(racers, send(*draft_page(people["counter"], resident.nik, resident), people["counter"]))
        assert [result["outcome"] for result in results] == [302, 302]
        assert resident.applications.count() == 1
        assert sorted(any(words in result["sentence"] for words in TOO_LATE) for result in results) == [False, True]


def test_two_browsers_press_the_same_button_at_once(racers, people):
    for _ in range(3):
        application = application_in(State.SUBMITTED, people)
        url = f"/permohonan/{application.slug}/validate/"
        results = race(racers, send(url, {"version": str(application.version)}, people["section_head"]))
        assert [result["outcome"] for result in results] == [302, 302]
        assert application.entries.count() == 2
        assert sorted("Tidak ada yang diubah" in result["sentence"] for result in results) == [False, True]


# Pressed twice, one after the other, from the same page; the second time says so.
BUTTONS = [
    ("validate", "submitted", {}),
    ("return_to_applicant", "submitted", {"kata-kk": "tidak terbaca"}),
    ("cancel", "submitted", {"reason": "pemohon", "confirmed": "1"}),
    ("left", "awaiting_recording", {}),
    ("record", "awaiting_recording", {}),
    ("start_print", "ready_to_print", {"usual": "Keperluan mendesak"}),
    ("confirm_print", "printing", {"blank_serial": "A-1"}),
    ("fail_print", "printing", {"blank_used": "ya", "fault": "print"}),
    ("reject_card", "ready_for_pickup", {"fault": "print", "reason": "buram"}),
    ("hand_over", "ready_for_pickup", {"collector": "self", "signed": "paper", "confirmed": "1"}),
    ("answer_referral", "referred", {"number": "470/1", "answered_on": "2020-01-02", "continues": "ya"}),
]


def test_a_form_that_is_sent_twice_has_one_effect_and_says_so(people, client_of):
    for move, state, data in BUTTONS:
        application, client = standing(move, state, people), client_of(WHO[move])
        before = application.entries.count()
        sent = data | {"version": str(application.version)}
        first, second = [client.post(f"/permohonan/{application.slug}/{move}/", sent) for _ in range(2)]
        assert (first.status_code, second.status_code) == (302, 302), move
        assert application.entries.count() == before + 1, move
        told = [str(message) for message in get_messages(second.wsgi_request)]
        assert "idak ada yang diubah" in told[-1], (move, told)


def test_a_returned_file_that_is_handed_in_twice_is_handed_in_once(people, client_of):
    application, client = application_in(State.RETURNED, people), client_of("counter")
    url, sent = f"/loket/{application.slug}/", PAPERS | {"brought_by": "self", "version": str(application.version)}
    client.post(url, sent)
    again = client.post(url, sent, follow=True)
    assert application.entries.count() == 2 and Application.objects.get(pk=application.pk).trips == 2
    assert "tidak lagi menunggu di sini" in again.content.decode()


# -- with the lock taken out ----------------------------------------------------------------------


# What two processes did without the lock on PostgreSQL: only the constraint on cards in work stopped the second print.
WITHOUT_LOCK = {
    ("validate", "submitted"): (["done", "done"], 2),
    ("cancel", "returned"): (["done", "done"], 2),
    ("start_print", "ready_to_print"): (["IntegrityError", "done"], 1),
}


@pytest.mark.parametrize(("move", "state"), WITHOUT_LOCK)
def test_these_tests_would_see_it_if_the_lock_were_taken_out(move, state, racers, unlocked, people):
    """PostgreSQL lets both through; SQLite without the lock at BEGIN fails the second one without a sentence."""
    locked = standing(move, state, people)
    assert verdict(race(racers, job(move, locked, people), window=SLOW)) == "one effect"
    application = standing(move, state, people)
    results = race(unlocked, job(move, application, people), window=SLOW)
    assert verdict(results) != "one effect", results
    seen = sorted(result["outcome"] for result in results), application.entries.filter(verb=move).count()
    on_sqlite = (["OperationalError", "done"], 1)
    assert seen == (on_sqlite if connection.vendor == "sqlite" else WITHOUT_LOCK[move, state])


def test_without_the_lock_the_constraint_still_keeps_a_resident_to_one_open_file(unlocked, people):
    resident = make_resident()
    new = {"task": "begin", "move": "submit", "resident": resident.pk, "by": people["counter"].pk}
    results = race(unlocked, new, window=SLOW)
    assert sorted(result["outcome"] for result in results)[1] == "done" and resident.applications.count() == 1


def test_the_helpers_tell_one_effect_from_two(people):
    application = begin("submit", make_resident(), people["counter"])
    make("validate", application, people["section_head"])
    assert verdict([{"outcome": "done", "sentence": ""}] * 2) != "one effect"
    assert verdict([{"outcome": "done", "sentence": ""}, {"outcome": "WrongState", "sentence": ""}]) != "one effect"
    assert verdict([{"outcome": "done", "sentence": ""}, {"outcome": "Refused", "sentence": "A."}]) == "one effect"
