"""Where a file goes next, how old a person is, and whom the office serves: examples by hand, then all cases."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.defaults import STATUSES
from applications.routing import Status, age_on, age_refusal, birthday, next_state
from applications.states import Kind, State

KNOWN = {code: Status(code, *flags) for code, _, *flags, _ in STATUSES}
REPLACEMENTS = [Kind.DAMAGED, Kind.DATA_CHANGE, Kind.LOST]

# kind, recorded here, status at the centre, age, ever married -> where next
NEXT = [
    ("nothing is known of a first card", "new", False, None, 30, False, State.AWAITING_RECORDING),
    ("nothing is known of a first card at 16", "new", False, None, 16, False, State.AWAITING_RECORDING),
    ("nothing is known of a lost card", "lost", False, None, 30, False, State.AWAITING_CENTRAL),
    ("nothing is known of a damaged card", "damaged", False, None, 30, False, State.AWAITING_CENTRAL),
    ("nothing is known of a changed card", "data_change", False, None, 30, False, State.AWAITING_CENTRAL),
    ("a lost card of somebody never recorded", "lost", False, "UNREGISTERED", 30, False, State.AWAITING_RECORDING),
    ("recorded here, nothing heard", "new", True, None, 30, False, State.AWAITING_CENTRAL),
    ("recorded here, the centre has not got it", "new", True, "UNREGISTERED", 30, False, State.AWAITING_CENTRAL),
    ("recorded here and received", "new", True, "RECEIVED_AT_CENTRAL", 30, False, State.AWAITING_CENTRAL),
    ("recorded elsewhere and received", "new", False, "RECEIVED_AT_CENTRAL", 30, False, State.AWAITING_CENTRAL),
    ("unreadable at the centre", "new", True, "ENROLL_FAILURE_AT_CENTRAL", 30, False, State.AWAITING_CENTRAL),
    ("like somebody else's", "new", False, "ADJUDICATE_RECORD", 30, False, State.AWAITING_CENTRAL),
    ("unique, grown up", "new", True, "PRINT_READY_RECORD", 17, False, State.READY_TO_PRINT),
    ("unique, recorded elsewhere", "new", False, "PRINT_READY_RECORD", 40, False, State.READY_TO_PRINT),
    ("unique, 16", "new", True, "PRINT_READY_RECORD", 16, False, State.AWAITING_AGE),
    ("unique, 16 and married", "new", True, "PRINT_READY_RECORD", 16, True, State.READY_TO_PRINT),
    ("unique, married at 15", "new", True, "PRINT_READY_RECORD", 15, True, State.READY_TO_PRINT),
    ("16 and still at the centre", "new", True, "SENT_FOR_ENROLLMENT", 16, False, State.AWAITING_CENTRAL),
    ("lost, printed before", "lost", False, "CARD_PRINTED", 30, False, State.READY_TO_PRINT),
    ("lost, issued before", "lost", True, "CARD_ISSUED", 30, False, State.READY_TO_PRINT),
    ("damaged, shipped before", "damaged", False, "CARD_SHIPPED", 30, False, State.READY_TO_PRINT),
    ("a first card that was printed elsewhere", "new", False, "CARD_PRINTED", 30, False, State.AWAITING_CENTRAL),
    ("a first card that was issued elsewhere", "new", True, "CARD_ISSUED", 30, False, State.AWAITING_CENTRAL),
    ("in the print queue", "new", True, "SENT_FOR_CARD_PRINTING", 30, False, State.READY_TO_PRINT),
    ("recorded twice", "lost", True, "DUPLICATE_RECORD", 30, False, State.AWAITING_CENTRAL),
]


@pytest.mark.parametrize(("what", "kind", "recorded", "status", "age", "married", "to"), NEXT, ids=[c[0] for c in NEXT])
def test_where_a_file_goes_next(what, kind, recorded, status, age, married, to):
    known = KNOWN[status] if status else None
    assert next_state(kind=kind, recorded=recorded, status=known, age=age, married=married) == to


ALL = list(product(Kind, [True, False], [None, *KNOWN.values()], [15, 16, 17, 60], [True, False]))


def test_nobody_under_17_who_never_married_is_ever_printed():
    for kind, recorded, status, age, married in ALL:
        to = next_state(kind=kind, recorded=recorded, status=status, age=age, married=married)
        assert to != State.READY_TO_PRINT or age >= 17 or married
        assert to != State.AWAITING_AGE or (age < 17 and not married)


def test_nothing_is_printed_without_a_status_that_allows_it_for_this_kind():
    for kind, recorded, status, age, married in ALL:
        to = next_state(kind=kind, recorded=recorded, status=status, age=age, married=married)
        if to in (State.READY_TO_PRINT, State.AWAITING_AGE):
            assert status and (status.printable_first if kind == Kind.NEW else status.printable_replacement)


def test_who_is_recorded_here_is_never_recorded_again():
    for kind, recorded, status, age, married in ALL:
        to = next_state(kind=kind, recorded=recorded, status=status, age=age, married=married)
        assert not (recorded and to == State.AWAITING_RECORDING)


def test_a_first_card_and_a_replacement_differ_in_exactly_three_statuses():
    differ = {s.code for s in KNOWN.values() if s.printable("new") != s.printable("lost")}
    assert differ == {"CARD_PRINTED", "CARD_SHIPPED", "CARD_ISSUED"}


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2009, 6, 10), date(2026, 6, 9), 16),
        (date(2009, 6, 10), date(2026, 6, 10), 17),
        (date(2009, 6, 10), date(2026, 6, 11), 17),
        (date(2009, 12, 31), date(2026, 1, 1), 16),
        # Born on 29 February: a year older on 1 March, in a leap year on the day itself.
        (date(2008, 2, 29), date(2025, 2, 28), 16),
        (date(2008, 2, 29), date(2025, 3, 1), 17),
        (date(2008, 2, 29), date(2024, 2, 28), 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
    ],
)
def test_how_old_a_person_is(birth, day, age):
    assert age_on(birth, day) == age


@given(birth=st.dates(date(1920, 1, 1), date(2012, 12, 31)), years=st.integers(0, 60))
def test_a_person_is_a_year_older_on_the_birthday_and_not_the_day_before(birth, years):
    day = birthday(birth, years)
    assert age_on(birth, day) == years and age_on(birth, day - timedelta(days=1)) == years - 1


TODAY = date(2026, 6, 10)
# kind, birth, married -> the date in the sentence, or "" when served
SERVED = [
    ("17 today", "new", date(2009, 6, 10), False, ""),
    ("16 today", "new", date(2010, 6, 10), False, ""),
    ("16 tomorrow", "new", date(2010, 6, 11), False, "11 Juni 2026"),
    ("15 and married", "new", date(2011, 6, 10), True, ""),
    ("9", "new", date(2017, 2, 28), False, "28 Februari 2033"),
    ("born on 29 February, 16 in a leap year", "new", date(2012, 2, 29), False, "29 Februari 2028"),
    ("16 and the card was lost", "lost", date(2010, 6, 10), False, "10 Juni 2027"),
    ("16 and the card is damaged", "damaged", date(2010, 1, 1), False, "1 Januari 2027"),
    ("16 and the data changed", "data_change", date(2010, 1, 1), False, "1 Januari 2027"),
    ("16, married, lost", "lost", date(2010, 1, 1), True, ""),
    ("15 and lost: not before 17", "lost", date(2011, 1, 1), False, "1 Januari 2028"),
    ("born on 29 February, 17 in no leap year", "lost", date(2012, 2, 29), False, "1 Maret 2029"),
    ("17 today and lost", "lost", date(2009, 6, 10), False, ""),
]


@pytest.mark.parametrize(("what", "kind", "birth", "married", "when"), SERVED, ids=[c[0] for c in SERVED])
def test_who_is_served_and_when_the_others_may_come(what, kind, birth, married, when):
    sentence = age_refusal(kind=kind, birth=birth, married=married, day=TODAY)
    assert (when in sentence and sentence.endswith(".")) if when else sentence == ""


def test_under_17_only_a_first_card_is_offered():
    for kind in REPLACEMENTS:
        assert "hanya permohonan baru" in age_refusal(kind=kind, birth=date(2010, 1, 1), married=False, day=TODAY)
