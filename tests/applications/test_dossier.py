"""`/permohonan/…/`: one file whole, and the form of every move: right, wrong, asked once, stale."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from applications import lifecycle
from applications.models import Application
from applications.moves import MOVES
from applications.states import Kind, State
from applications.views.dossier import ON_THIS_PAGE
from tests.factories import (
    application_in,
    capture_all,
    crowd,
    intake,
    make_resident,
    note_central_status,
    receive_blanks,
)
from tests.pages import fields_of, queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
BUDGET = 12  # with the navigation, the papers, the story and the moves of the person


@dataclass(frozen=True)
class Try:
    """A move through the browser: who, from where, what is sent rightly and wrongly, and where it leads."""

    role: str
    state: str
    to: str
    right: dict[str, str] = field(default_factory=dict)
    wrong: tuple[tuple[dict[str, str], str], ...] = ()
    prepare: str = ""


REASON = (({"reason": ""}, "Isi alasannya"), ({"reason": "x" * 201}, "200"))
SEEN = {"status": "DUPLICATE_RECORD", "seen_at": "2026-01-05T09:00"}
ANSWER = {"number": "470/12", "answered_on": "2026-01-05", "continues": "ya"}
TRIES = {
    "return_to_applicant": Try("section_head", State.SUBMITTED, State.RETURNED, {"kata-kk": "buram"},
                               (({"kata-kk": " "}, "Pilih atau tulis alasan pada paling sedikit satu"),
                                ({"kata-kk": "x" * 201}, "200"))),
    "validate": Try("section_head", State.SUBMITTED, State.AWAITING_RECORDING),
    "decide_waiver": Try("section_head", State.SUBMITTED, State.SUBMITTED,
                         {"paper": "akta-kelahiran", "granted": "tidak"},
                         (({}, "Keputusan"), ({"paper": "kk", "granted": "ya"}, "Persyaratan")), prepare="waiver"),
    "refer": Try("section_head", State.SUBMITTED, State.REFERRED, {"reason": "data ganda"}, REASON),
    "cancel": Try("section_head", State.SUBMITTED, State.CANCELLED, {"reason": "meninggal"},
                  (({}, "Alasan"), ({"reason": "bosan"}, "Alasan"), ({"reason": "tidak_kembali"}, "Alasan"))),
    "allow_rerecord": Try("section_head", State.AWAITING_CENTRAL, State.AWAITING_RECORDING,
                          {"reason": "sudah dihapus"}, REASON),
    "withdraw_card": Try("section_head", State.READY_FOR_PICKUP, State.WITHDRAWN,
                         {"cause": "deceased", "reason": "sudah meninggal"},
                         (({"cause": "deceased", "reason": ""}, "Isi alasannya"), ({"reason": "x"}, "Sebab"),
                          ({"cause": "uncollected", "reason": "x"}, "Sebab"))),
    "record": Try("operator", State.AWAITING_RECORDING, State.AWAITING_CENTRAL, prepare="captures"),
    "left": Try("operator", State.AWAITING_RECORDING, State.AWAITING_RECORDING),
    "came_back": Try("counter", State.AWAITING_RECORDING, State.AWAITING_RECORDING, prepare="left"),
    "send_back": Try("operator", State.AWAITING_RECORDING, State.SUBMITTED, {"reason": "nama salah"}, REASON),
    "note_status": Try("operator", State.AWAITING_CENTRAL, State.AWAITING_CENTRAL, SEEN,
                       (({"status": "", "seen_at": "2026-01-05T09:00"}, "Status"),
                        (SEEN | {"status": "KARANGAN"}, "Status"),
                        (SEEN | {"seen_at": "kemarin"}, "Dilihat pada"),
                        (SEEN | {"seen_at": "0001-01-01T00:00"}, "Tahunnya tidak mungkin"),
                        (SEEN | {"seen_at": "2099-01-05T09:00"}, "Status tidak mungkin dilihat setelah dicatat"))),
    "mark_print_ready": Try("operator", State.AWAITING_CENTRAL, State.READY_TO_PRINT, prepare="good status"),
    "answer_referral": Try("operator", State.REFERRED, State.SUBMITTED, ANSWER,
                           ((ANSWER | {"number": ""}, "Nomor surat jawaban"),
                            (ANSWER | {"answered_on": "31-02-2026"}, "Tanggal surat jawaban"),
                            (ANSWER | {"answered_on": "2099-01-01"}, "Tanggal jawaban belum tiba."),
                            (ANSWER | {"continues": "mungkin"}, "Menurut jawaban itu"))),
    "back_to_central": Try("operator", State.READY_TO_PRINT, State.AWAITING_CENTRAL, {"reason": "salah"}, REASON),
    "start_print": Try("operator", State.READY_TO_PRINT, State.PRINTING, prepare="blanks"),
    "confirm_print": Try("operator", State.PRINTING, State.READY_FOR_PICKUP, {"blank_serial": "A1"},
                         (({"blank_serial": "x" * 31}, "30"),)),
    "fail_print": Try("operator", State.PRINTING, State.READY_TO_PRINT, {"blank_used": "tidak"},
                      (({"reason": "pita habis"}, "Apakah blangko terpakai atau rusak"),
                       ({"blank_used": "ya"}, "Pilih sebab rusaknya blangko"))),
    "reject_card": Try("counter", State.READY_FOR_PICKUP, State.READY_TO_PRINT, {"fault": "print", "reason": "buram"},
                       (({"reason": "buram"}, "Yang salah"), ({"fault": "print"}, "Keterangan"))),
    "hand_over": Try("counter", State.READY_FOR_PICKUP, State.HANDED_OVER, {"collector": "self", "signed": "paper"},
                     (({"collector": "other", "signed": "paper"}, "Isi nama orang yang mengambil."),
                      ({"collector": "self"}, "Pilih cara penerima menandatangani."),
                      ({"collector": "self", "signed": "paper", "collector_name": "x" * 61}, "60"))),
    "postpone": Try("operator", State.READY_TO_PRINT, State.READY_TO_PRINT, {"reason": "data diperiksa"},
                    (({"reason": ""}, "Isi sebab berkas ini"), ({"reason": "x" * 121}, "120"))),
    "resume": Try("operator", State.READY_TO_PRINT, State.READY_TO_PRINT, prepare="postponed"),
    "review_exceptions": Try("section_head", State.AWAITING_CENTRAL, State.AWAITING_CENTRAL, {"verdict": "ya"},
                             (({}, "Pilih disetujui atau diragukan"),
                              ({"verdict": "tidak"}, "Isi alasan mengapa pengecualian ini diragukan"))),
}
CAN_BE_WRONG = [name for name, each in TRIES.items() if each.wrong]
# A wrong choice is not shown again; a wrong text is.
CHOICES = {"status", "paper", "granted", "continues", "collector", "fault", "cause", "means", "informed", "verdict"}
CONFIRMED = [name for name in TRIES if MOVES[name].confirm]


def prepared(each: Try, people: People) -> Application:
    if each.prepare == "waiver":
        ticks = {code: tick for code, tick in intake().ticks.items() if code != "akta-kelahiran"}
        asked = intake(ticks=ticks, waivers={"akta-kelahiran": "terbakar"})
        return lifecycle.submit(make_resident(), by=people["counter"], intake=asked)
    application = application_in(each.state, people)
    if each.prepare == "captures":
        capture_all(application, people["operator"])
    if each.prepare == "blanks":
        receive_blanks(people["operator"])
    if each.prepare == "postponed":
        return lifecycle.postpone(application, by=people["operator"], reason="uji")
    if each.prepare == "left":
        return lifecycle.left(application, by=people["counter"])
    if each.prepare == "good status":
        note_central_status(application.resident, "PRINT_READY_RECORD", people["operator"])
    return application


def url_of(application: Application, name: str) -> str:
    return reverse("applications:dossier-move", args=[application.slug, name])


def dossier(application: Application) -> str:
    return reverse("applications:dossier-show", args=[application.slug])


def send(client: Client, application: Application, name: str, sent: dict[str, str], **more: str) -> Any:
    basis = {"version": str(application.version), "confirmed": "1"}
    return client.post(url_of(application, name), basis | sent | more)


def test_every_move_of_this_page_is_tried() -> None:
    assert set(TRIES) == ON_THIS_PAGE


# -- the form of every move ----------------------------------------------------------------------


@pytest.mark.parametrize("name", TRIES)
def test_a_move_sent_rightly_is_made_and_told(name: str, people: People, client_of: Browser) -> None:
    each = TRIES[name]
    application = prepared(each, people)
    response = send(client_of(each.role), application, name, each.right)
    assert response.status_code == 302
    assert f"Sekarang “{State(each.to).label}”." in told(response)
    assert str(application.number) in told(response)
    application.refresh_from_db()
    assert application.state == each.to
    assert application.entries.filter(verb=name).count() == 1


@pytest.mark.parametrize("name", TRIES)
def test_the_page_of_a_move_names_the_file_and_the_move(name: str, people: People, client_of: Browser) -> None:
    each = TRIES[name]
    application = prepared(each, people)
    response = client_of(each.role).get(url_of(application, name))
    text = text_of(response)
    assert application.number in text and f"<h1>{MOVES[name].label}</h1>" in text
    assert MOVES[name].confirm in text
    assert fields_of(response)["version"] == str(application.version)
    application.refresh_from_db()
    assert application.state == each.state


@pytest.mark.parametrize("name", CAN_BE_WRONG)
def test_wrong_input_gets_a_sentence_and_stays_and_changes_nothing(
    name: str, people: People, client_of: Browser
) -> None:
    each = TRIES[name]
    application, client = prepared(each, people), client_of(each.role)
    for sent, sentence in each.wrong:
        response = send(client, application, name, sent)
        assert response.status_code == 200, sent
        summary = text_of(response).split('class="error-summary"')[1]
        assert sentence in summary.split("</ul>")[0]
        typed = {value for field_name, value in sent.items() if value.strip() and field_name not in CHOICES}
        assert all(value in text_of(response) for value in typed)
    application.refresh_from_db()
    assert application.state == each.state
    assert not application.entries.filter(verb=name).exists()


@pytest.mark.parametrize("name", CONFIRMED)
def test_a_move_that_cannot_be_undone_asks_once(name: str, people: People, client_of: Browser) -> None:
    each = TRIES[name]
    application = prepared(each, people)
    client = client_of(each.role)
    question = client.post(url_of(application, name), {"version": str(application.version)} | each.right)
    assert question.status_code == 200 and MOVES[name].confirm in text_of(question)
    application.refresh_from_db()
    assert application.state == each.state
    answer = client.post(url_of(application, name), fields_of(question) | each.right)
    assert answer.status_code == 302
    application.refresh_from_db()
    assert application.state == each.to


@pytest.mark.parametrize("name", [name for name in TRIES if name != "review_exceptions"])
def test_a_stale_page_makes_no_move_and_is_told_so_before_its_form_is_judged(
    name: str, people: People, client_of: Browser
) -> None:
    each = TRIES[name]
    application, client = prepared(each, people), client_of(each.role)
    for sent in (each.right, *(wrong for wrong, _ in each.wrong)):
        response = send(client, application, name, sent, version=str(application.version + 1))
        assert "tidak ada yang diubah" in told(response)
        assert response["Location"] == dossier(application)
    application.refresh_from_db()
    assert application.state == each.state
    assert not application.entries.filter(verb=name).exists()


def test_the_page_of_a_move_that_starts_elsewhere_says_where_the_file_is(
    people: People, client_of: Browser
) -> None:
    application = application_in(State.CANCELLED, people)
    for name, each in TRIES.items():
        response = client_of(each.role).get(url_of(application, name))
        assert response["Location"] == dossier(application)
        assert "sudah berpindah: sekarang “Dibatalkan”" in told(response)


@pytest.mark.parametrize("name", TRIES)
def test_a_move_pressed_twice_is_made_once(name: str, people: People, client_of: Browser) -> None:
    each = TRIES[name]
    application = prepared(each, people)
    client = client_of(each.role)
    send(client, application, name, each.right)
    second = send(client, application, name, each.right)
    assert second.status_code == 302 and "tidak ada yang diubah" in told(second).lower()
    assert application.entries.filter(verb=name).count() == 1


# -- where one comes back to ---------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["https://penipu.example", "//penipu.example", "intake", "tidak-ada", ""])
def test_only_an_own_desk_is_come_back_to(origin: str, people: People, client_of: Browser) -> None:
    application = application_in(State.SUBMITTED, people)
    url = url_of(application, "validate")
    response = client_of("section_head").post(f"{url}?dari={origin}", {"version": str(application.version)})
    assert response["Location"] == dossier(application)


def test_a_version_that_no_page_has_makes_no_move(people: People, client_of: Browser) -> None:
    application = application_in(State.SUBMITTED, people)
    response = client_of("section_head").post(url_of(application, "validate"), {"version": "9" * 5000})
    assert response.status_code == 302 and "berubah sejak halaman ini dibuka" in told(response)
    assert Application.objects.get(pk=application.pk).state == State.SUBMITTED


def test_a_move_without_a_version_is_made_on_the_file_as_it_is(people: People, client_of: Browser) -> None:
    application = application_in(State.SUBMITTED, people)
    client_of("section_head").post(url_of(application, "validate"))
    application.refresh_from_db()
    assert application.state == State.AWAITING_RECORDING


# -- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_a_reader_sees_a_file_in_every_state_and_is_offered_no_move(
    state: str, people: People, client_of: Browser
) -> None:
    application = application_in(state, people)
    text = text_of(client_of("secretary").get(dossier(application)))
    assert application.number in text and State(state).label in text
    assert application.resident.nik not in text and application.resident.nik_grouped not in text
    assert "data-key=" not in bar_of(text) and "buka di meja" not in text


@pytest.mark.parametrize("state", State)
def test_only_moves_that_the_person_may_make_are_offered(state: str, people: People, client_of: Browser) -> None:
    application = application_in(state, people)
    for role in ("counter", "operator", "section_head"):
        bar = bar_of(text_of(client_of(role).get(dossier(application))))
        may = {move.label for move in lifecycle.available_moves(application, people[role])}
        offered = {move.label for move in MOVES.values() if f">{move.label} <kbd" in bar}
        assert offered <= may
        assert may - offered <= {MOVES[name].label for name in lifecycle.pointless(application)}


def bar_of(text: str) -> str:
    return text.split('<div class="bar')[1]


def test_the_timeline_tells_what_happened_in_words(people: People, client_of: Browser) -> None:
    application = application_in(State.HANDED_OVER, people)
    text = text_of(client_of("counter").get(dossier(application)))
    steps = ["Diajukan lengkap", "Disetujui", "Direkam", "Status pusat dicatat", "Dikirim ke pencetak",
             "Kartu dicetak baik", "Kartu diserahkan"]
    timeline = text.split('class="timeline"')[1]
    places = [timeline.index(step) for step in steps]
    assert places == sorted(places)
    assert "PRINT READY RECORD" in timeline and "Section Head" in timeline


def test_a_typed_reason_is_shown_as_text(people: People, client_of: Browser) -> None:
    application = application_in(State.SUBMITTED, people)
    lifecycle.refer(application, by=people["section_head"], reason="<b>ganda</b>")
    text = text_of(client_of("counter").get(dossier(application)))
    assert "&lt;b&gt;ganda&lt;/b&gt;" in text and "<b>ganda</b>" not in text


def test_a_name_with_markup_is_shown_as_text(people: People, client_of: Browser) -> None:
    application = application_in(State.SUBMITTED, people, resident=make_resident(name="<script>x</script> O'Neil"))
    text = text_of(client_of("counter").get(dossier(application)))
    assert "<script>x" not in text and "O&#x27;Neil" in text


def test_a_change_of_data_is_listed(people: People, client_of: Browser) -> None:
    application = application_in(State.SUBMITTED, people, kind=Kind.DATA_CHANGE)
    assert "Dusun Baru" in text_of(client_of("secretary").get(dossier(application)))


@pytest.mark.parametrize("role", ["counter", "operator", "section_head", "secretary"])
def test_a_file_keeps_its_budget_of_queries(role: str, people: People, client_of: Browser) -> None:
    client = client_of(role)
    few = crowd(State.SUBMITTED, people, 3)[0]
    client.get(dossier(few))
    before = queries_of(client, dossier(few))
    crowd(State.SUBMITTED, people, 60)
    assert queries_of(client, dossier(few)) == before <= BUDGET
