"""`/pencetakan/`: first complete, first printed; a person looks before a card is good."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from applications import blanks, closing, lifecycle
from applications.models import Application, BlankStock, Entry, HeldCard, Print
from applications.moves import MOVES
from applications.refusals import Refused
from applications.states import State
from tests.factories import Path, application_in, crowd, make_people, make_resident, receive_blanks
from tests.pages import text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]


@pytest.fixture
def operator(client_of: Browser) -> Client:
    return client_of("operator")


def press(client: Client, application: Application, name: str, **sent: str) -> Any:
    application.refresh_from_db()
    url = reverse("applications:dossier-move", args=[application.slug, name]) + "?dari=printing"
    return client.post(url, {"version": str(application.version)} | sent)


def job(application: Application) -> str:
    return reverse("applications:printing-job", args=[application.slug])


def test_what_was_complete_first_is_printed_first(people: People, operator: Client) -> None:
    """Not what became ready first: the second file was ready before the first (fact F9.13)."""
    early = Path(people)
    first = early.recorded()
    second = application_in(State.READY_TO_PRINT, people)
    early.status(first, "PRINT_READY_RECORD")
    text = text_of(operator.get("/pencetakan/"))
    assert text.index(f'href="{job(first)}"') < text.index(f'href="{job(second)}"')


def test_job_shows_the_whole_nik_and_what_to_do(people: People, operator: Client) -> None:
    application = application_in(State.READY_TO_PRINT, people)
    text = text_of(operator.get(job(application)))
    assert application.resident.nik_grouped in text
    assert "Setelah dikirim ke pencetak: lihat kartunya, lalu catat hasilnya." in text


def test_a_press_starts_the_print_and_the_same_card_asks_for_its_result(people: People, operator: Client) -> None:
    receive_blanks(people["operator"])
    application = application_in(State.READY_TO_PRINT, people)
    assert press(operator, application, "start_print")["Location"] == job(application)
    text = text_of(operator.get(job(application)))
    assert "Nomor seri blangko" in text and "Sedang dicetak" in text


def test_a_good_card_goes_to_the_counter(people: People, operator: Client) -> None:
    application = application_in(State.PRINTING, people)
    response = press(operator, application, "confirm_print", blank_serial="A 0001")
    assert "Kartu dicetak baik. Sekarang “Siap diserahkan”" in told(response)
    assert Print.objects.get().blank_serial == "A0001"


def test_a_blank_is_used_for_one_card_only(people: People, operator: Client) -> None:
    first, second = application_in(State.PRINTING, people), application_in(State.PRINTING, people)
    press(operator, first, "confirm_print", blank_serial="A0001")
    response = press(operator, second, "confirm_print", blank_serial="A0001")
    assert response.status_code == 200
    assert f"Nomor seri A0001 sudah dipakai untuk {first.number}." in text_of(response)
    assert 'value="A0001"' in text_of(response)
    second.refresh_from_db()
    assert second.state == State.PRINTING


def test_a_failed_print_asks_whether_the_blank_is_lost(people: People, operator: Client) -> None:
    application = application_in(State.PRINTING, people)
    response = press(operator, application, "fail_print", reason="pita habis")
    assert response.status_code == 200
    assert "Apakah blangko terpakai atau rusak" in text_of(response) and "error-summary" in text_of(response)
    assert 'value="pita habis"' in text_of(response)
    response = press(operator, application, "fail_print", blank_used="ya", reason="pita habis")
    assert "Pilih sebab rusaknya blangko." in text_of(response)
    press(operator, application, "fail_print", blank_used="ya", fault="print", reason="pita habis")
    application.refresh_from_db()
    assert application.state == State.READY_TO_PRINT
    card = Print.objects.get()
    assert (card.blank_used, card.blank_fault) == (True, "print")
    assert HeldCard.objects.get(print=card).cause == "print", "the spoiled card is in custody"


def test_a_job_lists_the_attempts_before(people: People, operator: Client) -> None:
    application = application_in(State.PRINTING, people)
    press(operator, application, "fail_print", blank_used="tidak")
    press(operator, application, "start_print")
    text = text_of(operator.get(job(application)))
    assert text.count(", Operator") == 2 and ": gagal" in text


@pytest.mark.parametrize(
    ("name", "goes_to"), [("back_to_central", State.AWAITING_CENTRAL), ("send_back", State.SUBMITTED)]
)
def test_a_file_leaves_the_printer_with_a_reason_only(
    name: str, goes_to: str, people: People, operator: Client
) -> None:
    application = application_in(State.READY_TO_PRINT, people)
    response = press(operator, application, name, reason=" ")
    assert response.status_code == 200 and "Isi alasannya" in text_of(response)
    assert press(operator, application, name, reason="nama salah")["Location"] == "/pencetakan/"
    application.refresh_from_db()
    assert application.state == goes_to


def test_a_card_is_never_sent_back_while_it_is_in_the_printer(people: People, operator: Client) -> None:
    application = application_in(State.PRINTING, people)
    for name in ("send_back", "back_to_central"):
        assert "sudah berpindah: sekarang “Sedang dicetak”" in told(press(operator, application, name, reason="x"))
    offered = {move.name for move in lifecycle.available_moves(application, people["operator"])}
    assert offered == {"confirm_print", "fail_print"}


# -- whose turn it is ------------------------------------------------------------------------------

EARLY, LATE = datetime(2026, 11, 2, 2, tzinfo=UTC), datetime(2026, 11, 3, 2, tzinfo=UTC)
# Files in the order in which they were made, each (complete at, put off); and in which order it is their turn.
TURNS = [
    ([], []),
    ([(EARLY, False)], [0]),
    ([(EARLY, False), (LATE, False)], [0, 1]),
    ([(LATE, False), (EARLY, False)], [1, 0]),
    ([(EARLY, False), (EARLY, False)], [0, 1]),  # equal times: the file that was made first
    ([(EARLY, True), (LATE, False)], [1, 0]),  # put off: passed by
    ([(LATE, True), (EARLY, True)], [1, 0]),  # nothing but files put off: in their order
    ([(LATE, True), (LATE, False), (EARLY, True)], [1, 2, 0]),
    ([(None, False), (LATE, False)], [1, 0]),  # no time known: behind all that have one
    ([(None, False), (LATE, True)], [0, 1]),  # but before what is put off
    ([(None, False), (None, False)], [0, 1]),
]


def queued(people: People, files: list[tuple[datetime | None, bool]]) -> list[Application]:
    """Files that wait for the printer, made in this order."""
    made = crowd(State.READY_TO_PRINT, people, len(files)) if files else []
    for application, (complete_at, put_off) in zip(made, files, strict=True):
        Application.objects.filter(pk=application.pk).update(
            complete_at=complete_at, postponed=put_off, postponed_reason="uji" if put_off else ""
        )
    return [Application.objects.get(pk=each.pk) for each in made]


@pytest.mark.parametrize(("files", "order"), TURNS)
def test_the_turn_goes_by_completeness_and_what_is_put_off_comes_last(
    files: list[tuple[datetime | None, bool]], order: list[int], people: People
) -> None:
    waiting = queued(people, files)
    expected = [waiting[place] for place in order]
    assert list(Application.objects.filter(state=State.READY_TO_PRINT).in_order_of_completeness()) == expected
    for application in waiting:
        assert lifecycle.goes_before(application) == (None if application == expected[0] else expected[0])


def test_what_is_in_the_printer_is_nobodys_turn_before(people: People) -> None:
    application_in(State.PRINTING, people)
    assert lifecycle.goes_before(application_in(State.READY_TO_PRINT, people)) is None


class Turns(TestCase):
    """Printing the first of the queue is never a deviation, and any other always is."""

    @settings(max_examples=25)
    @given(
        files=st.lists(
            st.tuples(st.sampled_from([None, EARLY, LATE, LATE + timedelta(days=1)]), st.booleans()),
            min_size=1, max_size=5,
        ),
        data=st.data(),
    )
    def test_only_the_first_is_printed_without_a_reason(
        self, files: list[tuple[datetime | None, bool]], data: st.DataObject
    ) -> None:
        people = make_people()
        receive_blanks(people["operator"])
        waiting = queued(people, files)
        while waiting:
            queue = list(Application.objects.filter(state=State.READY_TO_PRINT).in_order_of_completeness())
            chosen = data.draw(st.sampled_from(queue))
            first = chosen == queue[0]
            if not first:
                with self.assertRaises(Refused):
                    lifecycle.start_print(chosen, by=people["operator"])
            lifecycle.start_print(chosen, by=people["operator"], reason="" if first else "mendesak")
            deviation = Entry.objects.filter(application=chosen, verb="start_print").get().deviation
            assert deviation == ("" if first else "out_of_turn")
            waiting.remove(chosen)


# -- out of turn, put off --------------------------------------------------------------------------


def test_the_page_says_who_is_first_when_another_is_open_by_number_only(people: People, operator: Client) -> None:
    first, second = (application_in(State.READY_TO_PRINT, people) for _ in range(2))
    receive_blanks(people["operator"])
    notice = f'Yang pertama: <a href="{job(first)}">{first.number}</a>.'
    assert notice in text_of(operator.get(job(second)))
    assert "Yang pertama:" not in text_of(operator.get(job(first)))


def test_a_card_before_its_turn_asks_beside_the_file_for_a_reason_and_the_secretary_sees_it(
    people: People, operator: Client
) -> None:
    first, second = (application_in(State.READY_TO_PRINT, people) for _ in range(2))
    receive_blanks(people["operator"])
    response = press(operator, second, "start_print")
    text = text_of(response)
    assert response.status_code == 200 and "Pilih alasan, atau tulis keterangannya." in text
    assert f"<h1>{second.resident.name}</h1>" in text and second.resident.nik_grouped in text
    assert "Lanjut usia atau sakit" in text and "Hamil atau membawa bayi" in text and "Keperluan mendesak" in text
    assert 'class="moves"' not in text, "while it is asked nothing else can be pressed by mistake"
    assert press(operator, second, "start_print", usual="Penyandang disabilitas")["Location"] == job(second)
    entry = Entry.objects.get(application=second, verb="start_print")
    assert (entry.deviation, entry.detail.words["reason"]) == ("out_of_turn", "Penyandang disabilitas")
    first.refresh_from_db()
    assert first.state == State.READY_TO_PRINT


def test_a_file_that_is_put_off_is_passed_without_a_reason_and_taken_up_again(
    people: People, operator: Client
) -> None:
    first, second = (application_in(State.READY_TO_PRINT, people) for _ in range(2))
    receive_blanks(people["operator"])
    response = press(operator, first, "postpone", reason=" ")
    assert response.status_code == 200 and "Isi sebab berkas ini belum dapat dicetak." in text_of(response)
    press(operator, first, "postpone", reason="nama diperiksa")
    text = text_of(operator.get("/pencetakan/"))
    assert text.index(f'href="{job(second)}"') < text.index(f'href="{job(first)}"')
    assert "Ditunda</li>" in text and re.search(r"sejak \d+ \w+ \d\d\.\d\d: nama diperiksa", text)
    press(operator, second, "start_print")
    assert Entry.objects.get(application=second, verb="start_print").deviation == ""
    assert Entry.objects.get(application=first, verb="postpone").deviation == "postponed"
    assert "Kembali ke urutan" in text_of(operator.get(job(first)))
    press(operator, first, "resume")
    first.refresh_from_db()
    assert (first.postponed, first.postponed_reason) == (False, "")
    assert "nama diperiksa" not in text_of(operator.get("/pencetakan/"))


def test_each_row_says_its_place(people: People, operator: Client) -> None:
    in_printer = application_in(State.PRINTING, people)
    waiting = crowd(State.READY_TO_PRINT, people, 30)
    lifecycle.postpone(waiting[0], by=people["operator"], reason="uji")
    rows = [*places(text_of(operator.get("/pencetakan/"))), *places(text_of(operator.get("/pencetakan/?page=2")))]
    names = [each.resident.name for each in waiting[1:]]
    assert rows == [("", in_printer.resident.name), *((str(i), name) for i, name in enumerate(names, start=1)),
                    ("", waiting[0].resident.name)]


def places(text: str) -> list[tuple[str, str]]:
    pattern = r'<strong>(?:<span class="queue-place">(\d+)\.</span> )?([^<]+)</strong>'
    return re.findall(pattern, text.split('class="queue"')[1].split("</ol>")[0])


# -- blanks ----------------------------------------------------------------------------------------


def test_the_stock_stands_on_the_page(people: People, operator: Client) -> None:
    receive_blanks(people["operator"], 214)
    application = application_in(State.READY_TO_PRINT, people)
    text = text_of(operator.get(job(application)))
    assert "Blangko: 214" in text and "Blangko habis" not in text
    press(operator, application, "start_print")
    assert "Blangko: 213" in text_of(operator.get(job(application)))


def test_without_blanks_printing_is_closed_and_says_why(people: People, operator: Client) -> None:
    application = application_in(State.READY_TO_PRINT, people)
    text = text_of(operator.get(job(application)))
    assert "Blangko: 0" in text and "Blangko habis, pencetakan ditutup." in text
    assert "tidak berjalan selama itu" in text and blanks.EMPTY in text
    assert blanks.EMPTY in told(press(operator, application, "start_print"))
    application.refresh_from_db()
    assert application.state == State.READY_TO_PRINT
    receive_blanks(people["operator"], 50)
    press(operator, application, "start_print")
    application.refresh_from_db()
    assert application.state == State.PRINTING


def test_a_close_left_open_is_shown_at_the_printer(
    people: People, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "belum ditutup" not in text_of(operator.get("/pencetakan/"))
    monkeypatch.setattr(closing, "open_since", lambda: date(2026, 11, 23))
    text = text_of(operator.get("/pencetakan/"))
    assert "Senin, 23 November 2026" in text and "belum ditutup" in text


# -- the result ------------------------------------------------------------------------------------


def test_two_presses_of_good_use_one_blank_and_say_so_once(people: People, operator: Client) -> None:
    application = application_in(State.PRINTING, people)
    url = reverse("applications:dossier-move", args=[application.slug, "confirm_print"]) + "?dari=printing"
    sent = {"version": str(application.version)}
    before = BlankStock.objects.get()
    responses = [operator.post(url, sent) for _ in range(2)]
    assert "Kartu dicetak baik" in told(responses[0])
    assert "sudah berpindah: sekarang “Siap diserahkan”. Tidak ada yang diubah." in told(responses[1])
    after = BlankStock.objects.get()
    assert (after.on_hand, after.reserved) == (before.on_hand, before.reserved - 1)
    assert Entry.objects.filter(application=application, verb="confirm_print").count() == 1


def test_the_serial_that_was_typed_stays_beside_the_file(people: People, operator: Client) -> None:
    application = application_in(State.PRINTING, people)
    response = press(operator, application, "confirm_print", blank_serial="X" * 31)
    text = text_of(response)
    assert response.status_code == 200 and f'value="{"X" * 31}"' in text
    assert f"<h1>{application.resident.name}</h1>" in text and text.count('name="blank_serial"') == 1


def test_a_good_blank_goes_back_into_the_box(people: People, operator: Client) -> None:
    application = application_in(State.PRINTING, people)
    press(operator, application, "fail_print", blank_used="tidak", fault="print", blank_serial="A1")
    stock, card = BlankStock.objects.get(), Print.objects.get()
    assert (stock.on_hand, stock.reserved) == (1000, 0)
    assert (card.blank_used, card.blank_fault, card.blank_serial) == (False, "", "")
    assert not HeldCard.objects.exists()


@pytest.mark.parametrize("name", ["confirm_print", "fail_print"])
def test_after_the_result_nothing_of_the_resident_is_shown(name: str, people: People, operator: Client) -> None:
    former = application_in(State.PRINTING, people, resident=make_resident(name="Namanya Tidak Terulang"))
    following = application_in(State.READY_TO_PRINT, people)
    text = text_of(operator.get(press(operator, former, name, blank_used="tidak")["Location"]))
    shown = name == "fail_print"  # it waits in the queue again, and is open
    assert (former.resident.name in text, former.resident.nik_grouped in text) == (shown, shown)
    assert following.resident.name in text


@pytest.mark.parametrize("who", ["counter", "section_head", "secretary", "admin", "information", "camat"])
def test_nobody_but_the_operator_puts_off_prints_or_confirms(who: str, people: People, client_of: Browser) -> None:
    ready, printing = (application_in(state, people) for state in (State.READY_TO_PRINT, State.PRINTING))
    client = client_of(who)
    for name, application in (("start_print", ready), ("postpone", ready), ("confirm_print", printing),
                              ("fail_print", printing)):
        assert press(client, application, name, reason="x", blank_used="tidak").status_code == 403
    assert {each.state for each in Application.objects.all()} == {State.READY_TO_PRINT, State.PRINTING}


def test_a_card_is_printed_again_only_after_it_was_rejected_or_its_print_failed(people: People) -> None:
    """No other move leads back to the printer from a card that exists."""
    back = {name for name, move in MOVES.items()
            if move.sources & {State.PRINTING, State.READY_FOR_PICKUP} and State.READY_TO_PRINT in move.targets}
    assert back == {"reject_card", "fail_print"}
