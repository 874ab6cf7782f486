"""Every state x every move x every role against a table written by hand from the design, section 2.

The table lists only what is allowed; everything else has to be refused and to change nothing.
"""

import inspect
from typing import Any, NamedTuple

import pytest

from accounts.models import User
from applications import lifecycle
from applications.lifecycle import SYSTEM, Actor
from applications.models import Application, Entry
from applications.moves import MOVES
from applications.refusals import NotAllowed, Refused, WrongState
from applications.states import State
from tests.applications.acts import begin, make, prepare, undone
from tests.factories import application_in, make_resident


class Row(NamedTuple):
    """`roles` may make `move` in `state` (empty: no application yet) on a first card; it is in `to` afterwards."""

    state: str
    move: str
    roles: frozenset[str]
    to: str


def table(text: str) -> list[Row]:
    split = [line.split() for line in text.strip().splitlines()]
    return [Row(state.strip("-"), move, frozenset(roles.split(",")), to) for state, move, roles, to in split]


ALLOWED = table("""
-                   register_incomplete  counter               returned
-                   submit               counter               submitted
returned            resubmit             counter               submitted
returned            return_again         counter               returned
returned            cancel               counter,section_head  cancelled
submitted           return_to_applicant  section_head          returned
submitted           decide_waiver        section_head          submitted
submitted           validate             section_head          awaiting_recording
submitted           refer                section_head          referred
submitted           cancel               counter,section_head  cancelled
awaiting_recording  left                 counter,operator      awaiting_recording
awaiting_recording  came_back            counter,operator      awaiting_recording
awaiting_recording  record               operator              awaiting_central
awaiting_recording  send_back            operator              submitted
awaiting_recording  refer                section_head          referred
awaiting_recording  cancel               counter,section_head  cancelled
awaiting_central    note_status          operator              awaiting_central
awaiting_central    mark_print_ready     operator              ready_to_print
awaiting_central    allow_rerecord       section_head          awaiting_recording
awaiting_central    refer                section_head          referred
awaiting_central    cancel               counter,section_head  cancelled
awaiting_age        release_by_age       system                ready_to_print
awaiting_age        cancel               counter,section_head  cancelled
ready_to_print      start_print          operator              printing
ready_to_print      back_to_central      operator              awaiting_central
ready_to_print      send_back            operator              submitted
ready_to_print      cancel               counter,section_head  cancelled
printing            confirm_print        operator              ready_for_pickup
printing            fail_print           operator              ready_to_print
ready_for_pickup    hand_over            counter               handed_over
ready_for_pickup    reject_card          counter               ready_to_print
ready_for_pickup    withdraw_card        section_head          withdrawn
referred            answer_referral      operator              submitted
awaiting_central    review_exceptions    section_head          awaiting_central
awaiting_age        review_exceptions    section_head          awaiting_age
ready_to_print      review_exceptions    section_head          ready_to_print
printing            review_exceptions    section_head          printing
ready_for_pickup    review_exceptions    section_head          ready_for_pickup
handed_over         review_exceptions    section_head          handed_over
ready_to_print      postpone             operator              ready_to_print
ready_to_print      resume               operator              ready_to_print
ready_for_pickup    remind               counter               ready_for_pickup
ready_for_pickup    send_to_village      counter               ready_for_pickup
ready_for_pickup    back_from_village    counter               ready_for_pickup
handed_over         keep_proof           counter               handed_over
""")
BEGINNINGS = ("register_incomplete", "submit")
LATER = sorted({row.move for row in ALLOWED} - set(BEGINNINGS))
# Where the same resident may hand in another first card: the old file waits elsewhere or ended without a card.
MAY_APPLY_AGAIN = {"referred", "cancelled", "withdrawn"}


def expected(state: str, move: str, who: str) -> str:
    """The state afterwards, or the name of the refusal: the right is asked for before the state."""
    rows = [row for row in ALLOWED if row.move == move and who in row.roles]
    return next((row.to for row in rows if row.state == state), "WrongState" if rows else "NotAllowed")


def actors(people: dict[str, User]) -> dict[str, Actor]:
    return people | {"system": SYSTEM}


def snapshot(application: Application) -> tuple[Any, ...]:
    row = Application.objects.values_list("state", "version", "trips", "waits_in_room").get(pk=application.pk)
    return (*row, application.entries.count(), Entry.objects.count(), Application.objects.count())


def outcome(verb: Any, *arguments: Any) -> str:
    try:
        return str(verb(*arguments).state)
    except (NotAllowed, WrongState) as refused:
        assert refused.sentence.endswith(".")
        return type(refused).__name__


def tried(move: str, application: Application, by: Actor, people: dict[str, User]) -> str:
    """What came of one try; a refused one has to leave everything as it was."""
    with undone():
        prepare(move, application, people)
        before = snapshot(application)
        came = outcome(make, move, application, by)
        now = snapshot(application)
        if came in State.values:
            return came if now[0] == came and now[1] == before[1] + 1 and now[4] == before[4] + 1 else f"{came} {now}"
        return came if now == before else f"{came}, but it changed something: {before} {now}"


def test_the_table_by_hand_and_the_table_in_the_code_name_the_same_moves():
    assert {row.move for row in ALLOWED} == set(MOVES)
    assert len(ALLOWED) == len({(row.state, row.move) for row in ALLOWED}) == 45


def test_every_move_has_a_verb_that_asks_who_and_when_by_keyword():
    for name in MOVES:
        parameters = inspect.signature(getattr(lifecycle, name)).parameters
        assert {"by", "at"} <= {p.name for p in parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY}, name


@pytest.mark.parametrize("state", State.values)
def test_a_move_works_only_from_the_states_and_for_the_roles_of_the_table(state, people):
    application = application_in(state, people)
    wrong = {
        (move, who): (came, should)
        for move in LATER
        for who, by in actors(people).items()
        if (came := tried(move, application, by, people)) != (should := expected(state, move, who))
    }
    assert wrong == {}


def test_without_an_application_only_the_counter_begins_one(people):
    resident = make_resident()
    for move in BEGINNINGS:
        for who, by in actors(people).items():
            with undone():
                assert outcome(begin, move, resident, by) == expected("", move, who), (move, who)
                assert Entry.objects.count() == (who == "counter"), (move, who)


def test_without_an_application_no_other_move_has_anything_to_move(people):
    for move in LATER:
        for who, by in actors(people).items():
            with undone(), pytest.raises(Application.DoesNotExist):
                make(move, Application(resident=make_resident(), kind="new"), by)
            assert Entry.objects.count() == 0, (move, who)


@pytest.mark.parametrize("state", State.values)
def test_beginning_anew_never_touches_the_file_that_is_there(state, people):
    application = application_in(state, people)
    for move in BEGINNINGS:
        for who, by in actors(people).items():
            with undone():
                before = snapshot(application)
                came = begun_again(move, application, by)
                again = who == "counter" and state in MAY_APPLY_AGAIN
                assert came == (expected("", move, who) if again else refused_again(state, who)), (move, who)
                assert snapshot(application)[:5] == before[:5]
                assert again or snapshot(application) == before


def begun_again(move: str, application: Application, by: Actor) -> str:
    try:
        return outcome(begin, move, application.resident, by)
    except Refused:
        return "Refused"


def refused_again(state: str, who: str) -> str:
    """A first card that was handed over is refused by its own rule; any other open file by its number."""
    if who != "counter":
        return "NotAllowed"
    return "Refused" if state == "handed_over" else "WrongState"


@pytest.mark.parametrize("state", State.values)
def test_the_buttons_of_a_person_are_the_rows_of_the_table(state, people):
    application = application_in(state, people)
    for who, user in people.items():
        offered = {move.name for move in lifecycle.available_moves(application, user)}
        assert offered == {row.move for row in ALLOWED if row.state == state and who in row.roles}, who


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("ready", [True, False], ids=["prepared", "as it is"])
def test_the_sentence_beside_a_button_is_the_sentence_of_the_verb(state, ready, people):
    application = application_in(state, people)
    for who, user in people.items():
        for move in lifecycle.available_moves(application, user):
            with undone():
                if ready:
                    prepare(move.name, application, people)
                file = Application.objects.get(pk=application.pk)
                pointless = move.name in lifecycle.pointless(file) - {
                    "mark_print_ready", "return_again", "send_to_village", "back_from_village",
                }
                sentence = lifecycle.refusal(file, move, user)
                try:
                    make(move.name, file, user)
                except Refused as refused:
                    assert pointless or refused.sentence == sentence, (who, move.name)
                else:
                    assert not pointless and sentence == "", (who, move.name)
