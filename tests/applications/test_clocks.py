"""The clock of one application, worked by hand through the real verbs (design.md, section 1).

Monday to Thursday 07.30-15.00 (450 minutes), Friday 07.30-11.00 and 13.00-14.30 (210 + 90). 5 January 2026 is a
Monday; Friday 16 January is a holiday (Isra Mikraj). "Now" is 30 June 2026.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from applications import blanks, clocks
from applications.lifecycle import SYSTEM
from applications.models import Application, Resident
from applications.models.applications import ApplicationQuerySet
from applications.moves import MOVES
from applications.states import State
from office.clock import Cause
from office.models import Outage
from tests.applications.acts import PRINTABLE, UNPRINTABLE, WHO, begin, make, prepare, status
from tests.factories import application_in, capture_all, make_people, make_resident, note_central_status, receive_blanks

WIB = ZoneInfo("Asia/Jakarta")


def wib(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=WIB)


def shown(at: datetime | None) -> str:
    return f"{at.astimezone(WIB):%m-%d %H:%M}" if at else ""


@dataclass
class Desk:
    """One resident's file as it goes from desk to desk, each move at its time."""

    people: dict[str, User]
    resident: Resident
    file: Application | None = None

    def __call__(self, at: str, move: str, **more: Any) -> Application:
        by = SYSTEM if WHO[move] == "system" else self.people[WHO[move]]
        if move in ("submit", "register_incomplete"):
            self.file = begin(move, self.resident, by, at=wib(at), **more)
            return self.file
        assert self.file
        if move == "record":
            capture_all(self.file, by, wib(at))
        if "status" in more:
            more["status"] = status(more["status"])
        self.file = make(move, self.file, by, at=wib(at), **more)
        return self.file

    def recorded_before(self) -> "Desk":
        note_central_status(self.resident, PRINTABLE, self.people["operator"], wib("01-02 08:00"))
        return self


@pytest.fixture
def office(db: None, at_time: Any) -> Iterator[dict[str, User]]:
    with at_time("2026-06-30 12:00"):
        people = make_people()
        receive_blanks(people["operator"])
        yield people


@pytest.fixture
def desk(office: dict[str, User]) -> Desk:
    return Desk(office, make_resident())


def clock(file: Application) -> dict[str, Any]:
    """What the clock shows: minutes that are not 0, start, end, deadline, who holds it."""
    minutes = {str(cause): count for cause, count in file.minutes_per_cause.items() if count}
    return {
        "start": shown(file.complete_at), "ready": shown(file.ready_at), "deadline": shown(file.deadline_at),
        "elapsed": file.elapsed_minutes, "office": file.office_minutes, "paused_by": file.paused_by, **minutes,
    }


# -- without a pause ------------------------------------------------------------------------------


def test_a_file_that_is_done_in_the_morning(desk):
    desk.recorded_before()("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    desk("01-05 08:20", "start_print")
    assert clock(desk("01-05 08:30", "confirm_print")) == {
        "start": "01-05 08:00", "ready": "01-05 08:30", "deadline": "01-06 08:00",
        "elapsed": 30, "office": 30, "paused_by": "",
    }


def test_the_night_does_not_count(desk):
    # Monday 14.00-15.00 is 60, Tuesday 07.30-07.50 is 20.
    desk.recorded_before()("01-05 14:00", "submit")
    desk("01-05 14:10", "validate")
    desk("01-06 07:40", "start_print")
    assert clock(desk("01-06 07:50", "confirm_print")) == {
        "start": "01-05 14:00", "ready": "01-06 07:50", "deadline": "01-06 14:00",
        "elapsed": 80, "office": 80, "paused_by": "",
    }


def test_friday_has_a_break_and_the_weekend_does_not_count(desk):
    # Friday 10.30-11.00 is 30, 13.00-14.30 is 90, Monday 07.30-08.00 is 30.
    desk.recorded_before()("01-09 10:30", "submit")
    desk("01-09 10:40", "validate")
    desk("01-12 07:50", "start_print")
    file = desk("01-12 08:00", "confirm_print")
    assert (file.elapsed_minutes, file.office_minutes, shown(file.deadline_at)) == (150, 150, "01-12 10:30")


def test_the_deadline_is_cut_to_friday_s_closing(desk):
    assert shown(desk("01-08 14:45", "submit").deadline_at) == "01-09 14:30"


def test_the_holiday_is_no_service_day(desk):
    # Thursday 15 January; Friday is Isra Mikraj, so Monday 19.
    assert shown(desk("01-15 10:00", "submit").deadline_at) == "01-19 10:00"


def test_a_file_that_comes_after_closing_starts_with_the_next_opening(desk):
    file = desk("01-05 15:20", "submit")
    assert (shown(file.complete_at), shown(file.deadline_at)) == ("01-05 15:20", "01-07 07:30")


def test_handing_the_card_over_later_changes_nothing(desk):
    desk.recorded_before()("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    desk("01-05 08:20", "start_print")
    ready = clock(desk("01-05 08:30", "confirm_print"))
    assert clock(desk("03-02 10:00", "hand_over")) == ready


# -- waiting for the centre -----------------------------------------------------------------------


def test_waiting_for_the_centre_stops_the_clock_from_the_recording_on(desk):
    # Elapsed: Monday 08.00-15.00 is 420, Tuesday 07.30-09.50 is 140.
    # Centre: Monday 08.30-15.00 is 390, Tuesday 07.30-09.30 is 120. The deadline Tuesday 08.00 moves by 510:
    # 420 to Tuesday's closing, 90 from Wednesday 07.30.
    desk("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    assert clock(desk("01-05 08:30", "record"))["paused_by"] == "central"
    desk("01-06 09:30", "note_status", status=PRINTABLE)
    desk("01-06 09:40", "start_print")
    assert clock(desk("01-06 09:50", "confirm_print")) == {
        "start": "01-05 08:00", "ready": "01-06 09:50", "deadline": "01-07 09:00",
        "elapsed": 560, "office": 50, "paused_by": "", "central": 510,
    }


def test_while_nothing_is_known_of_a_lost_card_the_office_s_clock_runs(desk):
    # The status is looked up at 10.00: from there it waits, Monday 300, Tuesday 07.30-08.00 is 30.
    # The deadline Tuesday 08.00 moves by 330.
    desk("01-05 08:00", "submit", kind="lost")
    assert clock(desk("01-05 08:10", "validate"))["paused_by"] == ""
    file = desk("01-05 10:00", "note_status", status=UNPRINTABLE)
    assert clock(file) == {
        "start": "01-05 08:00", "ready": "", "deadline": "01-06 08:00", "elapsed": 120, "office": 120,
        "paused_by": "central",
    }
    desk("01-06 08:00", "note_status", status="CARD_ISSUED")
    desk("01-06 08:10", "start_print")
    assert clock(desk("01-06 08:20", "confirm_print")) == {
        "start": "01-05 08:00", "ready": "01-06 08:20", "deadline": "01-06 13:30",
        "elapsed": 470, "office": 140, "paused_by": "", "central": 330,
    }


def test_a_status_that_is_printable_at_the_first_look_was_never_waited_for(desk):
    desk("01-05 08:00", "submit", kind="lost")
    desk("01-05 08:10", "validate")
    file = desk("01-06 08:00", "note_status", status="CARD_ISSUED")
    assert (file.minutes_central, file.office_minutes) == (0, 450)


def test_a_pause_begins_when_the_status_is_entered_not_when_it_was_seen(desk):
    desk("01-05 08:00", "submit", kind="lost")
    desk("01-05 08:10", "validate")
    desk("01-05 10:00", "note_status", status=UNPRINTABLE, seen_at=wib("01-05 09:00"))
    file = desk("01-05 11:00", "note_status", status=UNPRINTABLE)
    assert (file.minutes_central, file.office_minutes) == (60, 120)


def test_going_back_to_the_centre_waits_again(desk):
    # 08.30-09.00 and 10.00-11.00.
    desk("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    desk("01-05 08:30", "record")
    desk("01-05 09:00", "note_status", status=PRINTABLE)
    desk("01-05 10:00", "back_to_central")
    file = desk("01-05 11:00", "note_status", status=PRINTABLE)
    assert (file.minutes_central, file.office_minutes, file.paused_by) == (90, 90, "")


def test_a_referral_waits_for_disdukcapil(desk):
    # Monday 09.00-15.00 is 360, Tuesday 07.30-08.30 is 60; the start stays.
    desk("01-05 08:00", "submit")
    assert desk("01-05 09:00", "refer").paused_by == "central"
    file = desk("01-06 08:30", "answer_referral")
    assert (file.minutes_central, file.office_minutes, shown(file.complete_at)) == (420, 60, "01-05 08:00")


# -- waiting for the birthday ---------------------------------------------------------------------


def waiting_for_17(desk: Desk, birth: date) -> Desk:
    desk.resident = make_resident(birth=birth)
    desk("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    desk("01-05 08:30", "record")
    assert desk("01-05 09:00", "note_status", status=PRINTABLE).paused_by == "age"
    return desk


def test_the_pause_for_age_ends_with_the_first_opening_from_the_17th_birthday_on(desk):
    # Saturday 10 January is the birthday: the pause ends Monday 12, 07.30. Age: Monday 360, three days 1350,
    # Friday 300. Elapsed: 420 + 1350 + 300 + 50. Office: 08.00-08.30 and Monday 12, 07.30-08.20.
    # The deadline Tuesday 08.00 moves by 30 + 2010: Tuesday 420, Wednesday and Thursday 900, Friday 300, then 420.
    waiting_for_17(desk, date(2009, 1, 10))("01-12 08:00", "release_by_age")
    desk("01-12 08:10", "start_print")
    assert clock(desk("01-12 08:20", "confirm_print")) == {
        "start": "01-05 08:00", "ready": "01-12 08:20", "deadline": "01-12 14:30",
        "elapsed": 2120, "office": 80, "paused_by": "", "central": 30, "age": 2010,
    }


def test_a_birthday_on_a_holiday_waits_for_the_next_opening(desk):
    # Friday 16 January is a holiday: Monday 19. Age: 360 + 1350 + 300 and Monday to Thursday 1800.
    file = waiting_for_17(desk, date(2009, 1, 16))("01-19 08:00", "release_by_age")
    assert (file.minutes_age, file.office_minutes) == (3810, 60)


def test_a_marriage_ends_the_pause_for_age_at_once(desk):
    waiting_for_17(desk, date(2009, 6, 1))
    Resident.objects.filter(pk=desk.resident.pk).update(marital_status="married")
    assert desk("01-05 10:00", "release_by_age").minutes_age == 60


# -- the resident went home -----------------------------------------------------------------------


def test_the_clock_stands_from_going_home_until_coming_back(desk):
    # Monday 08.20-15.00 is 400, Tuesday 07.30-10.20 is 170.
    desk("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    assert desk("01-05 08:20", "left").paused_by == "resident"
    assert desk("01-06 10:20", "came_back").paused_by == ""
    assert clock(desk("01-06 10:50", "record")) == {
        "start": "01-05 08:00", "ready": "", "deadline": "01-07 10:00", "elapsed": 620, "office": 50,
        "paused_by": "central", "resident": 570,
    }


def test_two_absences_add_up(desk):
    desk("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    for start, end in (("08:20", "08:50"), ("10:00", "10:15")):
        desk(f"01-05 {start}", "left")
        file = desk(f"01-05 {end}", "came_back")
    assert (file.minutes_resident, file.office_minutes) == (45, 90)


@pytest.mark.parametrize("move", ["send_back", "refer", "cancel"])
def test_any_step_on_ends_an_absence(move, desk):
    desk("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    desk("01-05 08:20", "left")
    file = desk("01-05 09:20", move)
    assert (file.minutes_resident, file.office_minutes) == (60, 20)


# -- outages --------------------------------------------------------------------------------------

# What stands still, written by hand from the design: electricity stops every desk, network and centre the wait for
# the centre and the print, a capture device the recording, the printer the print. `lost` waits with nothing known.
STOPPED = {
    "power": {"submitted", "awaiting_recording", "lost", "ready_to_print", "printing"},
    "network": {"lost", "ready_to_print", "printing"},
    "central_server": {"lost", "ready_to_print", "printing"},
    "capture_device": {"awaiting_recording"},
    "printer": {"ready_to_print", "printing"},
}


def waiting(place: str, people: dict[str, User]) -> Application:
    """A file that stands in a state since a few minutes after 08.00; each step a minute."""
    if place == "lost":
        return application_in("awaiting_recording", people, kind="lost", start=wib("01-05 08:00"))
    return application_in(place, people, start=wib("01-05 08:00"))


@pytest.mark.parametrize("place", ["submitted", "awaiting_recording", "lost", "ready_to_print", "printing"])
@pytest.mark.parametrize("dependency", Outage.Dependency.values)
def test_an_outage_stops_the_clocks_of_the_desks_that_depend_on_it(dependency, place, office):
    file = waiting(place, office)
    Outage.objects.create(dependency=dependency, since=wib("01-05 09:00"), until=wib("01-05 10:00"))
    clocks.recompute([file])
    expected = 60 if place in STOPPED[dependency] else 0
    assert file.minutes_outage == expected
    # One minute of the way to printing was waiting for the centre; it moves the deadline too.
    assert shown(file.deadline_at) == f"01-06 0{8 + expected // 60}:0{1 + file.minutes_central}"


def test_validation_is_never_stopped_by_a_printer(office):
    file = waiting("submitted", office)
    Outage.objects.create(dependency="printer", since=wib("01-05 08:30"))
    clocks.recompute([file])
    assert (file.paused_by, file.minutes_outage) == ("", 0)


def test_an_outage_that_goes_on_holds_the_clock(office):
    file = waiting("ready_to_print", office)
    Outage.objects.create(dependency="printer", since=wib("01-05 08:30"))
    clocks.recompute([file])
    assert (file.paused_by, shown(file.clocked_at)) == ("outage", "01-05 08:30")
    assert not file.late(wib("01-20 08:00"))


def test_an_outage_counts_only_while_the_file_is_at_that_desk(desk):
    # Printer down 08.00-12.00; the file waits for it 08.10-09.00 only.
    Outage.objects.create(dependency="printer", since=wib("01-05 08:00"), until=wib("01-05 12:00"))
    desk.recorded_before()("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    file = desk("01-05 09:00", "send_back")
    assert (file.minutes_outage, file.office_minutes) == (50, 10)


def test_two_outages_at_once_count_once(office):
    file = waiting("printing", office)
    for dependency, until in (("power", "10:00"), ("printer", "10:30")):
        Outage.objects.create(dependency=dependency, since=wib("01-05 09:00"), until=wib(f"01-05 {until}"))
    clocks.recompute([file])
    assert file.minutes_outage == 90


def test_an_outage_while_waiting_for_the_centre_is_the_centre_s(desk):
    Outage.objects.create(dependency="power", since=wib("01-05 09:00"), until=wib("01-05 10:00"))
    desk("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    desk("01-05 08:30", "record")
    file = desk("01-05 11:00", "note_status", status=PRINTABLE)
    assert (file.minutes_central, file.minutes_outage) == (150, 0)


def test_an_outage_before_the_file_came_is_nothing_to_it(desk):
    Outage.objects.create(dependency="power", since=wib("01-02 08:00"), until=wib("01-05 07:45"))
    desk("01-05 08:00", "submit")
    assert desk("01-05 08:10", "validate").minutes_outage == 0


# -- beginnings, ends, and coming back ------------------------------------------------------------


def test_a_rejected_card_reopens_the_clock_and_the_last_card_ends_it(desk):
    # Monday 420, Tuesday 07.30-09.00 is 90, and 20 more to the second card.
    desk.recorded_before()("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    desk("01-05 08:20", "start_print")
    desk("01-05 08:30", "confirm_print")
    rejected = clock(desk("01-06 09:00", "reject_card"))
    assert (rejected["ready"], rejected["elapsed"], rejected["start"]) == ("", 510, "01-05 08:00")
    desk("01-06 09:10", "start_print")
    file = desk("01-06 09:20", "confirm_print")
    assert (shown(file.ready_at), file.elapsed_minutes, shown(file.deadline_at)) == ("01-06 09:20", 530, "01-06 08:00")
    assert file.late(wib("01-06 09:20"))


def test_a_data_fault_goes_back_to_validation_with_the_same_start(desk):
    desk.recorded_before()("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    desk("01-05 08:20", "start_print")
    desk("01-05 08:30", "confirm_print")
    file = desk("01-05 09:00", "reject_card", fault="office")
    assert (file.state, shown(file.complete_at), file.ready_at) == ("submitted", "01-05 08:00", None)


NOTHING = {"start": "", "ready": "", "deadline": "", "elapsed": 0, "office": 0, "paused_by": ""}


def test_a_returned_file_has_no_clock(desk):
    desk("01-05 08:00", "submit")
    assert clock(desk("01-05 10:00", "return_to_applicant")) == NOTHING


def test_an_incomplete_file_has_no_clock_until_it_is_complete(desk):
    assert clock(desk("01-05 08:00", "register_incomplete")) == NOTHING
    file = desk("01-08 10:00", "resubmit")
    assert (shown(file.complete_at), file.elapsed_minutes, shown(file.deadline_at)) == ("01-08 10:00", 0, "01-09 10:00")


def test_a_file_that_was_sent_back_and_returned_starts_with_its_resubmission(desk):
    desk("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    desk("01-05 09:00", "send_back")
    desk("01-05 09:10", "return_to_applicant")
    desk("01-07 08:00", "resubmit")
    file = desk("01-07 08:20", "validate")
    assert (shown(file.complete_at), file.elapsed_minutes) == ("01-07 08:00", 20)


def test_a_resubmitted_file_that_is_referred_keeps_its_new_start(desk):
    desk("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    desk("01-05 09:00", "send_back")
    desk("01-05 09:10", "return_to_applicant")
    desk("01-07 08:00", "resubmit")
    file = desk("01-07 08:20", "refer")
    assert (shown(file.complete_at), file.elapsed_minutes) == ("01-07 08:00", 20)


def test_a_cancelled_file_keeps_what_its_clock_showed_and_is_never_late(desk):
    desk("01-05 08:00", "submit")
    file = desk("01-07 08:00", "cancel")
    assert (file.elapsed_minutes, shown(file.deadline_at), file.ready_at) == (900, "01-06 08:00", None)
    assert not file.late(wib("01-07 08:00"))


@pytest.mark.parametrize("first", ["submit", "register_incomplete"])
def test_a_file_that_is_cancelled_while_it_is_with_the_resident_has_no_clock(first, desk):
    desk("01-05 08:00", first)
    if first == "submit":
        desk("01-05 09:00", "return_to_applicant")
    assert clock(desk("03-05 09:00", "cancel", reason="tidak_kembali")) == NOTHING


def test_a_withdrawn_card_keeps_its_clock_and_is_never_late(desk):
    desk.recorded_before()("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    desk("01-09 08:20", "start_print")
    desk("01-09 08:30", "confirm_print")
    assert desk.file and desk.file.late(wib("01-09 08:30"))
    file = desk("05-05 08:30", "withdraw_card")
    assert shown(file.ready_at) == "01-09 08:30" and not file.late(wib("05-05 08:30"))


# -- late -----------------------------------------------------------------------------------------


def test_late_begins_the_minute_after_the_deadline(desk):
    file = desk("01-05 08:00", "submit")
    assert not file.late(wib("01-06 08:00"))
    assert file.late(wib("01-06 08:01"))


def test_a_clock_that_stands_still_is_judged_as_it_was_when_it_stopped(desk):
    desk("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    assert not desk("01-05 08:30", "record").late(wib("02-05 08:00"))


def test_a_file_that_was_late_before_it_paused_stays_late(desk):
    desk("01-05 08:00", "submit")
    desk("01-06 09:00", "validate")
    assert desk("01-06 09:30", "record").late(wib("01-06 09:30"))


def test_a_file_without_a_clock_is_not_late(desk):
    assert not desk("01-05 08:00", "register_incomplete").late(wib("06-01 08:00"))


# -- the columns are derived ----------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_office_time_and_causes_make_up_the_elapsed_time_and_recomputing_gives_the_same(state, office):
    Outage.objects.create(dependency="power", since=wib("01-05 08:02"), until=wib("01-05 08:05"))
    file = application_in(state, office, start=wib("01-05 08:00"))
    assert file.elapsed_minutes == file.office_minutes + sum(file.minutes_per_cause.values())
    assert clocks.recompute(Application.objects.all()) == 0


def test_recomputing_puts_right_what_was_changed_by_hand(office):
    file = application_in("ready_for_pickup", office, start=wib("01-05 08:00"))
    true = Application.objects.filter(pk=file.pk).values(*clocks.DERIVED)[0]
    wrong: dict[str, Any] = dict.fromkeys(clocks.DERIVED, 77) | {"paused_by": "age"}
    wrong |= dict.fromkeys(["state_since", "complete_at", "ready_at", "deadline_at", "clocked_at"], wib("02-02 02:02"))
    Application.objects.filter(pk=file.pk).update(**wrong)
    assert clocks.recompute(Application.objects.all()) == 1
    assert Application.objects.filter(pk=file.pk).values(*clocks.DERIVED)[0] == true
    assert clocks.recompute(Application.objects.all()) == 0


def test_every_cause_has_its_column():
    columns = {f.name for f in Application._meta.fields if f.name.startswith("minutes_")}
    assert columns == {f"minutes_{cause}" for cause in Cause} <= set(clocks.DERIVED)


# -- no blanks --------------------------------------------------------------------------------------


def emptied(people: dict[str, User], at: str) -> None:
    blanks.give_back(by=people["operator"], count=blanks.current().on_hand, document="S-1", at=wib(at))


def delivered(people: dict[str, User], at: str, document: str = "BA-BARU") -> None:
    blanks.receive(
        by=people["operator"], document=document, source="Disdukcapil", received_on=wib(at).date(), count=50, at=wib(at)
    )


def test_an_empty_box_holds_the_clock_of_a_card_that_waits_for_a_blank(desk):
    # Elapsed: Monday 08.00-15.00 is 420, Tuesday 07.30-10.20 is 170. No blank: Monday 09.00-15.00 is 360, Tuesday
    # 07.30-10.00 is 150. The deadline Tuesday 08.00 moves by 510: 420 to Tuesday's closing, 90 from Wednesday 07.30.
    desk.recorded_before()("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    emptied(desk.people, "01-05 09:00")
    waiting_file = Application.objects.get(pk=desk.file.pk)
    assert (waiting_file.paused_by, shown(waiting_file.clocked_at)) == ("blank", "01-05 09:00")
    assert not waiting_file.late(wib("01-30 08:00"))
    delivered(desk.people, "01-06 10:00")
    assert clock(Application.objects.get(pk=desk.file.pk))["paused_by"] == ""
    desk("01-06 10:10", "start_print")
    assert clock(desk("01-06 10:20", "confirm_print")) == {
        "start": "01-05 08:00", "ready": "01-06 10:20", "deadline": "01-07 09:00",
        "elapsed": 590, "office": 80, "paused_by": "", "blank": 510,
    }
    assert clocks.recompute(Application.objects.all()) == 0


def test_a_file_that_comes_into_the_queue_while_the_box_is_empty_waits_from_then_on(desk):
    # Ready to print at 10.00, delivered at 11.30.
    emptied(desk.people, "01-05 08:00")
    desk.recorded_before()("01-05 08:00", "submit")
    desk("01-05 10:00", "validate")
    assert Application.objects.get(pk=desk.file.pk).paused_by == "blank"
    delivered(desk.people, "01-05 11:30")
    file = Application.objects.get(pk=desk.file.pk)
    assert (file.minutes_blank, file.office_minutes, shown(file.deadline_at)) == (90, 120, "01-06 09:30")
    assert clocks.recompute(Application.objects.all()) == 0


@pytest.mark.parametrize("place", ["submitted", "awaiting_recording", "awaiting_central", "printing", "returned"])
def test_an_empty_box_holds_no_clock_but_that_of_a_card_that_waits_for_it(place, office):
    file = waiting(place, office)
    emptied(office, "01-05 09:00")
    delivered(office, "01-05 12:00")
    clocks.recompute([file])
    assert (file.minutes_blank, file.paused_by == "blank") == (0, False)


def gone_on(desk: Desk) -> Application:
    """Waited for the printer on Monday from 08.10 to 11.00, and for the centre since."""
    desk.recorded_before()("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    return desk("01-05 11:00", "back_to_central")


def test_a_delivery_written_down_late_ends_the_wait_of_a_file_that_has_gone_on(desk):
    emptied(desk.people, "01-05 09:00")
    file = gone_on(desk)
    assert file.minutes_blank == 120
    delivered(desk.people, "01-05 10:00")
    assert Application.objects.get(pk=file.pk).minutes_blank == 60
    assert clocks.recompute(Application.objects.all()) == 0


def test_a_box_that_was_found_empty_late_held_the_clock_of_a_file_that_has_gone_on(desk):
    file = gone_on(desk)
    emptied(desk.people, "01-05 10:30")
    assert Application.objects.get(pk=file.pk).minutes_blank == 30
    assert clocks.recompute(Application.objects.all()) == 0


TO_THE_PRINTER = {"note_status"} | {each.name for each in MOVES.values() if State.READY_TO_PRINT in each.targets}


@pytest.mark.parametrize("name", sorted(TO_THE_PRINTER))
def test_a_file_does_not_come_into_the_queue_while_the_box_becomes_empty_or_full(name, office, monkeypatch):
    locked: list[str] = []
    lock, get = blanks.lock, ApplicationQuerySet.select_for_update
    monkeypatch.setattr(blanks, "lock", lambda: locked.append("stock") or lock())
    monkeypatch.setattr(
        ApplicationQuerySet, "select_for_update", lambda self, **more: locked.append("file") or get(self, **more)
    )
    file = application_in(next(iter(MOVES[name].sources)), office)
    prepare(name, file, office)
    locked.clear()
    make(name, file, SYSTEM if WHO[name] == "system" else office[WHO[name]])
    assert locked[:2] == ["stock", "file"]


def test_two_stretches_without_blanks_add_up(desk):
    desk.recorded_before()("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    for number, (empty, full) in enumerate((("08:30", "09:00"), ("10:00", "10:45"))):
        emptied(desk.people, f"01-05 {empty}")
        delivered(desk.people, f"01-05 {full}", f"BA-{number}")
    file = Application.objects.get(pk=desk.file.pk)
    assert (file.minutes_blank, file.paused_by) == (75, "")


def test_minutes_without_blanks_and_without_power_count_once(desk):
    # No blank 09.00-11.00, no power 10.00-12.00: `blank` stands before `outage`, so 120 and 60.
    Outage.objects.create(dependency="power", since=wib("01-05 10:00"), until=wib("01-05 12:00"))
    desk.recorded_before()("01-05 08:00", "submit")
    desk("01-05 08:10", "validate")
    emptied(desk.people, "01-05 09:00")
    delivered(desk.people, "01-05 11:00")
    file = Application.objects.get(pk=desk.file.pk)
    clocks.recompute([file])
    assert (file.minutes_blank, file.minutes_outage) == (120, 60)
