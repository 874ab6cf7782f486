"""The clock of the promise against examples worked by hand and against a clock that counts minute by minute.

The office of these tests: Monday to Thursday 07.30-15.00 (450 minutes), Friday 07.30-11.00 and 13.00-14.30
(210 + 90 = 300 minutes). 5 January 2026 is a Monday.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.clock import (
    SEARCH_DAYS,
    WIB,
    Calendar,
    Cause,
    NeverOpen,
    Pause,
    add_service_minutes,
    age_pause_end,
    one_service_day_after,
    read,
    service_minutes,
)

LONG_DAY = ((time(7, 30), time(15, 0)),)
FRIDAY = ((time(7, 30), time(11, 0)), (time(13, 0), time(14, 30)))
CLOSED = {
    date(2026, 1, 1),  # a Thursday: New Year
    date(2026, 1, 16),  # a Friday: Isra Mikraj
    date(2026, 2, 16),  # a Monday: closed by decree
    date(2026, 2, 17),  # a Tuesday: Imlek
}
OFFICE = Calendar({0: LONG_DAY, 1: LONG_DAY, 2: LONG_DAY, 3: LONG_DAY, 4: FRIDAY}, CLOSED.__contains__)
AGE, RESIDENT, CENTRAL, BLANK, OUTAGE = Cause


def wib(text: str) -> datetime:
    """`05-01 08:00` is in 2026; any other year is written out, and seconds may follow."""
    return datetime.fromisoformat(text if text[4] == "-" else f"2026-{text}").replace(tzinfo=WIB)


def pause(cause: Cause, start: str, end: str | None) -> Pause:
    return Pause(cause, wib(start), None if end is None else wib(end))


# Start as it came in, the moment it counts from, the deadline one service day later.
DEADLINES = [
    # Monday morning: the same clock time on Tuesday.
    ("in the morning", "01-05 08:00", "01-05 08:00", "01-06 08:00"),
    # 07.30 is already inside hours.
    ("exactly at opening", "01-05 07:30", "01-05 07:30", "01-06 07:30"),
    # Before opening: counts from 07.30 of the same day.
    ("before opening", "01-05 06:10", "01-05 07:30", "01-06 07:30"),
    # 14.59 is the last minute of service.
    ("last minute", "01-05 14:59", "01-05 14:59", "01-06 14:59"),
    # 15.00 is closed: counts from Tuesday 07.30, so Wednesday 07.30.
    ("exactly at closing", "01-05 15:00", "01-06 07:30", "01-07 07:30"),
    ("after closing", "01-05 15:20", "01-06 07:30", "01-07 07:30"),
    ("at night", "01-05 21:00", "01-06 07:30", "01-07 07:30"),
    # 00.00 belongs to the day that begins: the same Tuesday opening as a minute before.
    ("a minute to midnight", "01-05 23:59", "01-06 07:30", "01-07 07:30"),
    ("midnight", "01-06 00:00", "01-06 07:30", "01-07 07:30"),
    # Thursday 14.45 would be Friday 14.45, but Friday closes at 14.30.
    ("cut to Friday's closing", "01-08 14:45", "01-08 14:45", "01-09 14:30"),
    # Thursday 14.30 is Friday 14.30: nothing to cut.
    ("meets Friday's closing", "01-08 14:30", "01-08 14:30", "01-09 14:30"),
    # Thursday 11.20 is Friday 11.20, in the prayer break: stays, no service minute lies around it.
    ("deadline in the Friday break", "01-08 11:20", "01-08 11:20", "01-09 11:20"),
    ("Friday morning", "01-09 10:00", "01-09 10:00", "01-12 10:00"),
    # Friday 11.00 is the beginning of the break: counts from 13.00.
    ("exactly at the Friday break", "01-09 11:00", "01-09 13:00", "01-12 13:00"),
    ("in the Friday break", "01-09 12:10", "01-09 13:00", "01-12 13:00"),
    ("Friday afternoon", "01-09 13:40", "01-09 13:40", "01-12 13:40"),
    # Friday 14.30 is closed: counts from Monday 07.30, so Tuesday 07.30.
    ("exactly at Friday's closing", "01-09 14:30", "01-12 07:30", "01-13 07:30"),
    ("Saturday", "01-10 09:00", "01-12 07:30", "01-13 07:30"),
    ("last minute of Sunday", "01-11 23:59", "01-12 07:30", "01-13 07:30"),
    # Thursday 15 January; Friday 16 is a holiday, then the weekend: Monday 19.
    ("holiday in between", "01-15 09:00", "01-15 09:00", "01-19 09:00"),
    # On the holiday itself: counts from Monday 19, so Tuesday 20.
    ("on a holiday", "01-16 09:00", "01-19 07:30", "01-20 07:30"),
    # Friday 13 February; weekend, Monday closed, Tuesday a holiday: Wednesday 18.
    ("closed day and holiday", "02-13 10:00", "02-13 10:00", "02-18 10:00"),
    # Wednesday 31 December; Thursday is New Year: Friday 2 January.
    ("year's end", "2025-12-31 14:20", "2025-12-31 14:20", "01-02 14:20"),
    # As above, but Friday closes at 14.30.
    ("year's end, cut to closing", "2025-12-31 14:50", "2025-12-31 14:50", "01-02 14:30"),
    # After closing on 31 December: counts from Friday 2 January 07.30, so Monday 5 January.
    ("year's last evening", "2025-12-31 23:59", "01-02 07:30", "01-05 07:30"),
    # 2028 has a 29 February, a Tuesday.
    ("leap day", "2028-02-28 09:00", "2028-02-28 09:00", "2028-02-29 09:00"),
    # Seconds are cut off: 14.59.59 is 14.59 (inside), 07.29.59 is 07.29 (before opening).
    ("seconds before closing", "01-05 14:59:59", "01-05 14:59", "01-06 14:59"),
    ("seconds before opening", "01-05 07:29:59", "01-05 07:30", "01-06 07:30"),
]


@pytest.mark.parametrize(
    ("start", "counts_from", "deadline"), [row[1:] for row in DEADLINES], ids=[row[0] for row in DEADLINES]
)
def test_deadline_is_the_same_clock_time_on_the_next_service_day(start, counts_from, deadline):
    assert OFFICE.opening_on_or_after(wib(start)) == wib(counts_from)
    assert one_service_day_after(OFFICE, wib(start)) == wib(deadline)
    reading = read(OFFICE, start=wib(start), end=None, pauses=[], now=wib(start))
    assert (reading.started_at, reading.deadline_at) == (wib(counts_from), wib(deadline))


def test_deadline_is_not_before_a_later_opening():
    # Monday opens at 07.00, Tuesday at 09.00: Monday 07.10 would be Tuesday 07.10, before anyone is there.
    calendar = Calendar({0: ((time(7), time(15)),), 1: ((time(9), time(15)),)}, lambda day: False)
    assert one_service_day_after(calendar, wib("01-05 07:10")) == wib("01-06 09:00")


SPANS = [
    ("within a morning", "01-05 08:00", "01-05 10:15", 135),  # 60 + 60 + 15
    ("no time at all", "01-05 08:00", "01-05 08:00", 0),
    ("over a night", "01-05 14:30", "01-06 08:00", 60),  # 30 to closing, 30 from opening
    ("the night itself", "01-05 15:00", "01-06 07:30", 0),
    ("over the Friday break", "01-09 10:30", "01-09 13:30", 60),  # 30 before, 30 after
    ("the Friday break itself", "01-09 11:00", "01-09 13:00", 0),
    ("from inside the Friday break", "01-09 12:00", "01-09 14:30", 90),  # 13.00 to 14.30
    ("over a weekend", "01-09 14:00", "01-12 08:00", 60),  # Friday 30, Monday 30
    ("the weekend itself", "01-09 14:30", "01-12 07:30", 0),
    ("a week from midnight to midnight", "01-05 00:00", "01-12 00:00", 2100),  # 4 x 450 + 300
    ("over a holiday", "01-15 14:00", "01-19 08:30", 120),  # Thursday 60, Friday 0, Monday 60
    ("over the closed days", "02-13 14:00", "02-18 08:00", 60),  # Friday 30, Wednesday 30
    ("over the year's end", "2025-12-31 14:00", "01-02 08:00", 90),  # Wednesday 60, Friday 30
    ("end before start", "01-06 09:00", "01-05 09:00", 0),
    ("seconds that make a minute", "01-05 08:00:59", "01-05 08:01:00", 1),  # 08.00 to 08.01
    ("seconds that make none", "01-05 08:00:00", "01-05 08:00:59", 0),  # 08.00 to 08.00
]


@pytest.mark.parametrize(("start", "end", "minutes"), [row[1:] for row in SPANS], ids=[r[0] for r in SPANS])
def test_service_minutes_are_those_within_hours(start, end, minutes):
    assert service_minutes(OFFICE, wib(start), wib(end)) == minutes


# Start, end, pauses, now; then deadline, elapsed minutes, minutes by cause, cause going on, late.
READINGS = [
    # 10.00 to 12.00.
    ("ended the same day", "01-05 10:00", "01-05 12:00", [], "01-07 09:00",
     "01-06 10:00", 120, {}, None, False),
    # Monday 300, Tuesday 150; the deadline minute itself is in time.
    ("ended exactly at the deadline", "01-05 10:00", "01-06 10:00", [], "01-07 09:00",
     "01-06 10:00", 450, {}, None, False),
    ("ended a minute after the deadline", "01-05 10:00", "01-06 10:01", [], "01-07 09:00",
     "01-06 10:00", 451, {}, None, True),
    ("open at the deadline", "01-05 10:00", None, [], "01-06 10:00", "01-06 10:00", 450, {}, None, False),
    ("open a minute after the deadline", "01-05 10:00", None, [], "01-06 10:01",
     "01-06 10:00", 451, {}, None, True),
    # Paused 60, so until 11.00; elapsed 300 + 195.
    ("pause within a day", "01-05 10:00", "01-06 10:45", [pause(CENTRAL, "01-05 11:00", "01-05 12:00")],
     "01-07 09:00", "01-06 11:00", 495, {CENTRAL: 60}, None, False),
    # 30 minutes before the night and 30 after it; elapsed 300 + 90.
    ("pause over a night", "01-05 10:00", None, [pause(CENTRAL, "01-05 14:30", "01-06 08:00")],
     "01-06 09:00", "01-06 11:00", 390, {CENTRAL: 60}, None, False),
    # Nobody serves at night: nothing was lost, the deadline stays.
    ("pause within a night", "01-05 10:00", None, [pause(OUTAGE, "01-05 16:00", "01-06 06:00")],
     "01-06 09:00", "01-06 10:00", 390, {}, None, False),
    # Tuesday from midnight to midnight is 450: 300 fit into Tuesday after 10.00, 150 into Wednesday.
    ("pause from midnight to midnight", "01-05 10:00", None, [pause(OUTAGE, "01-06 00:00", "01-07 00:00")],
     "01-07 08:00", "01-07 10:00", 780, {OUTAGE: 450}, None, False),
    # Friday 14.00 to 14.30 and Monday 07.30 to 08.00; elapsed Friday 120 + 90, Monday 140.
    ("pause over a weekend", "01-09 09:00", "01-12 09:50", [pause(OUTAGE, "01-09 14:00", "01-12 08:00")],
     "01-13 09:00", "01-12 10:00", 350, {OUTAGE: 60}, None, False),
    # 30 on either side of the break; elapsed 120 + 60.
    ("pause over the Friday break", "01-09 09:00", None, [pause(BLANK, "01-09 10:30", "01-09 13:30")],
     "01-09 14:00", "01-12 10:00", 180, {BLANK: 60}, None, False),
    # Thursday 60, holiday 0, Monday 60: Monday 09.00 becomes 11.00; elapsed Thursday 360, Monday 90.
    ("pause over a holiday", "01-15 09:00", None, [pause(CENTRAL, "01-15 14:00", "01-19 08:30")],
     "01-19 09:00", "01-19 11:00", 450, {CENTRAL: 120}, None, False),
    # Wednesday 60, New Year 0, Friday 30: Friday 13.00 becomes 14.30, which is closing; elapsed 120 + 150.
    ("pause over the year's end", "2025-12-31 13:00", None,
     [pause(OUTAGE, "2025-12-31 14:00", "01-02 08:00")],
     "01-02 10:00", "01-02 14:30", 270, {OUTAGE: 90}, None, False),
    ("pause before the start", "01-05 10:00", None, [pause(OUTAGE, "01-05 08:00", "01-05 09:00")],
     "01-05 12:00", "01-06 10:00", 120, {}, None, False),
    # Only 10.00 to 10.30 lies within the clock.
    ("pause across the start", "01-05 10:00", None, [pause(OUTAGE, "01-05 09:00", "01-05 10:30")],
     "01-05 12:00", "01-06 10:30", 120, {OUTAGE: 30}, None, False),
    ("pause after the end", "01-05 10:00", "01-05 12:00", [pause(OUTAGE, "01-05 13:00", "01-05 14:00")],
     "01-05 13:30", "01-06 10:00", 120, {}, None, False),
    # Only 11.30 to 12.00 lies within the clock.
    ("pause across the end", "01-05 10:00", "01-05 12:00", [pause(OUTAGE, "01-05 11:30", "01-05 13:00")],
     "01-05 12:30", "01-06 10:30", 120, {OUTAGE: 30}, None, False),
    ("pause that begins later", "01-05 10:00", None, [pause(OUTAGE, "01-05 13:00", None)],
     "01-05 12:00", "01-06 10:00", 120, {}, None, False),
    # 12.00 to 13.00 so far.
    ("open pause", "01-05 10:00", None, [pause(CENTRAL, "01-05 12:00", None)],
     "01-05 13:00", "01-06 11:00", 180, {CENTRAL: 60}, CENTRAL, False),
    # Monday 180, Tuesday 450, Wednesday 90: 720. Tuesday 10.00 + 300 is closing, + 420 is Wednesday 14.30.
    ("open pause over days", "01-05 10:00", None, [pause(CENTRAL, "01-05 12:00", None)],
     "01-07 09:00", "01-07 14:30", 840, {CENTRAL: 720}, CENTRAL, False),
    # The end of the clock closes a pause that nobody ended.
    ("open pause of an ended clock", "01-05 10:00", "01-05 13:00", [pause(BLANK, "01-05 12:00", None)],
     "01-06 09:00", "01-06 11:00", 180, {BLANK: 60}, None, False),
    # Its end is known beforehand: 11.00 to closing is 240 so far, and it holds the clock.
    ("pause with an end to come", "01-05 10:00", None, [pause(AGE, "01-05 11:00", "01-08 07:30")],
     "01-06 07:30", "01-06 14:00", 300, {AGE: 240}, AGE, False),
    # Late before the power went: standing still does not hide it.
    ("standing still past the deadline", "01-05 10:00", None, [pause(OUTAGE, "01-06 11:00", None)],
     "01-06 11:30", "01-06 10:30", 540, {OUTAGE: 30}, OUTAGE, True),
    ("late again after the pause", "01-05 10:00", None, [pause(OUTAGE, "01-06 11:00", "01-06 11:30")],
     "01-06 11:30", "01-06 10:30", 540, {OUTAGE: 30}, None, True),
    # Thursday 14.50 is cut to Friday 14.30; 15 more minutes are Monday 07.45. Elapsed 10 + 300 + 15.
    ("pause moves it past Friday's closing", "01-08 14:50", "01-12 07:45",
     [pause(BLANK, "01-09 08:00", "01-09 08:15")],
     "01-13 09:00", "01-12 07:45", 325, {BLANK: 15}, None, False),
    # Tuesday 14.00 + 60 is Tuesday 15.00, not Wednesday 07.30, which is the same service minute.
    ("pause moves it exactly to closing", "01-05 14:00", None, [pause(CENTRAL, "01-06 08:00", "01-06 09:00")],
     "01-06 09:00", "01-06 15:00", 150, {CENTRAL: 60}, None, False),
    # Friday 11.20 lies in the break, 10 more service minutes are 13.10.
    ("pause moves it out of the break", "01-08 11:20", None, [pause(OUTAGE, "01-08 12:00", "01-08 12:10")],
     "01-08 13:00", "01-09 13:10", 100, {OUTAGE: 10}, None, False),
    # All five at once: one hour, and it is age's.
    ("five causes at once", "01-05 10:00", None,
     [pause(cause, "01-05 11:00", "01-05 12:00") for cause in reversed(Cause)],
     "01-05 13:00", "01-06 11:00", 180, {AGE: 60}, None, False),
    # 11.00 to 12.30 and 12.00 to 13.00 are two hours, not two and a half.
    ("one cause twice at once", "01-05 10:00", None,
     [pause(OUTAGE, "01-05 11:00", "01-05 12:30"), pause(OUTAGE, "01-05 12:00", "01-05 13:00")],
     "01-05 14:00", "01-06 12:00", 240, {OUTAGE: 120}, None, False),
    # The centre takes 12.00 to 13.00 out of the outage's 11.00 to 14.00.
    ("one cause inside another", "01-05 10:00", None,
     [pause(OUTAGE, "01-05 11:00", "01-05 14:00"), pause(CENTRAL, "01-05 12:00", "01-05 13:00")],
     "01-05 14:00", "01-06 13:00", 240, {CENTRAL: 60, OUTAGE: 120}, None, False),
    # At 12.00 the first is over and the second goes on.
    ("one cause right after another", "01-05 10:00", None,
     [pause(CENTRAL, "01-05 11:00", "01-05 12:00"), pause(BLANK, "01-05 12:00", "01-05 13:00")],
     "01-05 12:00", "01-06 11:00", 120, {CENTRAL: 60}, BLANK, False),
    # 11.00.50 to 11.01.10 is 11.00 to 11.01.
    ("seconds of a pause", "01-05 10:00:30", None, [pause(OUTAGE, "01-05 11:00:50", "01-05 11:01:10")],
     "01-05 12:00:59", "01-06 10:01", 120, {OUTAGE: 1}, None, False),
    ("pause that ends before it starts", "01-05 10:00", None, [pause(OUTAGE, "01-05 12:00", "01-05 11:00")],
     "01-05 13:00", "01-06 10:00", 180, {}, None, False),
    # Counts from Tuesday 07.30: nothing has elapsed on Monday evening, though the power is out.
    ("before its first minute", "01-05 16:00", None, [pause(OUTAGE, "01-05 15:30", None)],
     "01-05 17:00", "01-07 07:30", 0, {}, OUTAGE, False),
    ("ended before its first minute", "01-05 16:00", "01-05 16:20", [], "01-08 09:00",
     "01-07 07:30", 0, {}, None, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "pauses", "now", "deadline", "elapsed", "paused", "going_on", "late"),
    [row[1:] for row in READINGS],
    ids=[row[0] for row in READINGS],
)
def test_reading_is_the_one_worked_by_hand(
    start, end, pauses, now, deadline, elapsed, paused, going_on, late
):
    ended_at = None if end is None else wib(end)
    reading = read(OFFICE, start=wib(start), end=ended_at, pauses=pauses, now=wib(now))
    assert reading.deadline_at == wib(deadline)
    assert reading.elapsed_minutes == elapsed
    assert reading.paused == dict.fromkeys(Cause, 0) | paused
    assert reading.office_minutes == elapsed - sum(paused.values())
    assert (reading.paused_by, reading.ended_at) == (going_on, ended_at)
    assert reading.late(wib(now)) is late


@pytest.mark.parametrize(("first", "second"), list(combinations(Cause, 2)))
def test_minutes_under_two_causes_go_to_the_first_in_order(first, second):
    # The first pauses 11.00-12.30, the second 12.00-13.00: 90 to the first, and 30 are left for the second.
    # The other way round: 60 to the first, 60 left for the second. Two hours either way: 10.00 becomes 12.00.
    for early, late, of_first, of_second in ((first, second, 90, 30), (second, first, 60, 60)):
        pauses = [pause(early, "01-05 11:00", "01-05 12:30"), pause(late, "01-05 12:00", "01-05 13:00")]
        at_noon = read(OFFICE, start=wib("01-05 10:00"), end=None, pauses=pauses, now=wib("01-05 12:10"))
        reading = read(OFFICE, start=wib("01-05 10:00"), end=None, pauses=pauses, now=wib("01-05 14:00"))
        assert at_noon.paused_by is first
        assert (reading.paused[first], reading.paused[second]) == (of_first, of_second)
        assert reading.deadline_at == wib("01-06 12:00")


def test_causes_stand_in_the_order_of_the_design():
    assert list(Cause) == ["age", "resident", "central", "blank", "outage"]


def test_an_open_reading_becomes_late_as_time_passes():
    reading = read(OFFICE, start=wib("01-05 10:00"), end=None, pauses=[], now=wib("01-05 11:00"))
    assert not reading.late(wib("01-06 10:00:59"))
    assert reading.late(wib("01-06 10:01"))


def test_moments_of_another_zone_are_read_in_wib():
    # 18.00 UTC on 4 January is Monday 01.00 WIB; 03.00 UTC on Monday is 10.00 WIB.
    start, now = datetime(2026, 1, 4, 18, 0, tzinfo=UTC), datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
    reading = read(OFFICE, start=start, end=None, pauses=[], now=now)
    assert reading.started_at.isoformat() == "2026-01-05T07:30:00+07:00"
    assert reading.deadline_at.isoformat() == "2026-01-06T07:30:00+07:00"
    assert reading.elapsed_minutes == 150


def test_midnight_in_wib_divides_the_years():
    # 16.59 UTC on 31 December is 23.59 WIB of the old year, 17.00 UTC is New Year's midnight.
    midnight = datetime(2025, 12, 31, 17, 0, tzinfo=UTC)
    minutes = service_minutes(OFFICE, datetime(2025, 12, 31, 0, 0, tzinfo=WIB), midnight)
    assert minutes == 450
    assert service_minutes(OFFICE, midnight, wib("01-02 00:00")) == 0


ADDITIONS = [
    ("within the morning", "01-05 08:00", 90, "01-05 09:30"),
    ("to closing", "01-05 14:00", 60, "01-05 15:00"),
    ("past closing", "01-05 14:00", 61, "01-06 07:31"),
    ("from the night", "01-05 20:00", 1, "01-06 07:31"),
    ("over the Friday break", "01-09 10:30", 31, "01-09 13:01"),
    ("over weekend and a day", "01-09 14:00", 480, "01-12 15:00"),  # 30 on Friday, 450 on Monday
    ("nothing, at night", "01-05 20:00", 0, "01-05 20:00"),
    ("nothing, with seconds", "01-05 20:00:40", 0, "01-05 20:00"),
]


@pytest.mark.parametrize(("at", "minutes", "sum_"), [r[1:] for r in ADDITIONS], ids=[r[0] for r in ADDITIONS])
def test_adding_service_minutes_skips_what_is_closed(at, minutes, sum_):
    assert add_service_minutes(OFFICE, wib(at), minutes) == wib(sum_)


@pytest.mark.parametrize(
    ("birthday", "opening"),
    [
        (date(2026, 1, 5), "01-05 07:30"),  # a Monday: that morning
        (date(2026, 1, 10), "01-12 07:30"),  # a Saturday: Monday
        (date(2026, 1, 16), "01-19 07:30"),  # a holiday before a weekend: Monday
        (date(2026, 1, 1), "01-02 07:30"),  # New Year: the day after
    ],
)
def test_age_pause_ends_at_the_first_opening_from_the_birthday_on(birthday, opening):
    assert age_pause_end(OFFICE, birthday) == wib(opening)


def test_calendar_tells_service_days_and_their_intervals():
    friday, holiday, saturday = date(2026, 1, 9), date(2026, 1, 16), date(2026, 1, 10)
    assert [OFFICE.is_service_day(day) for day in (friday, holiday, saturday)] == [True, False, False]
    assert OFFICE.intervals(friday) == (
        (wib("01-09 07:30"), wib("01-09 11:00")),
        (wib("01-09 13:00"), wib("01-09 14:30")),
    )
    assert OFFICE.intervals(holiday) == OFFICE.intervals(saturday) == ()
    assert OFFICE.service_day_on_or_after(friday) == friday
    assert OFFICE.next_service_day(friday) == date(2026, 1, 12)
    assert OFFICE.service_day_on_or_after(holiday) == date(2026, 1, 19)


NEVER = [Calendar({}, lambda day: False), Calendar(OFFICE.hours, lambda day: True), Calendar({0: ()}, bool)]


@pytest.mark.parametrize("calendar", NEVER, ids=["no hours", "always closed", "a day without intervals"])
def test_a_calendar_that_never_opens_raises_instead_of_searching_for_ever(calendar):
    at = wib("01-05 08:00")
    for question in (
        lambda: calendar.opening_on_or_after(at),
        lambda: calendar.next_service_day(at.date()),
        lambda: one_service_day_after(calendar, at),
        lambda: add_service_minutes(calendar, at, 1),
        lambda: age_pause_end(calendar, at.date()),
        lambda: read(calendar, start=at, end=None, pauses=[], now=at),
    ):
        with pytest.raises(NeverOpen, match="Tidak ada hari layanan dalam 400 hari"):
            question()
    assert service_minutes(calendar, at, at + timedelta(days=3)) == 0
    assert add_service_minutes(calendar, at, 0) == at


def test_the_search_for_a_service_day_ends_after_its_bound():
    asked = []
    calendar = Calendar(dict.fromkeys(range(7), LONG_DAY), lambda day: not asked.append(day))
    with pytest.raises(NeverOpen):
        calendar.service_day_on_or_after(date(2026, 1, 5))
    assert len(asked) == SEARCH_DAYS


def test_three_months_are_counted_by_days_and_not_by_minutes():
    asked = []
    calendar = Calendar(OFFICE.hours, lambda day: bool(asked.append(day)))
    open_pause = [pause(CENTRAL, "01-05 09:00", None)]
    read(calendar, start=wib("01-05 08:00"), end=None, pauses=open_pause, now=wib("04-05 08:00"))
    # 91 days to count the elapsed time and again to move the deadline, a few to find start and deadline.
    assert len(asked) < 3 * 91


@pytest.mark.parametrize("naive", ["start", "end", "now"])
def test_a_moment_without_a_time_zone_is_refused(naive):
    moments = {"start": wib("01-05 08:00"), "end": wib("01-05 09:00"), "now": wib("01-05 10:00")}
    moments[naive] = moments[naive].replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        read(OFFICE, pauses=[], **moments)


def test_a_negative_number_of_minutes_is_refused():
    with pytest.raises(ValueError, match="negative"):
        add_service_minutes(OFFICE, wib("01-05 08:00"), -1)


@pytest.mark.parametrize(
    "hours",
    [
        ((time(15, 0), time(7, 30)),),
        ((time(7, 30), time(7, 30)),),
        ((time(20, 0), time(0, 0)),),
        ((time(13, 0), time(14, 30)), (time(7, 30), time(11, 0))),
        ((time(7, 30), time(12, 0)), (time(11, 0), time(14, 30))),
        ((time(7, 30, 30), time(11, 0)),),
    ],
    ids=["reversed", "empty", "past midnight", "out of order", "overlapping", "with seconds"],
)
def test_hours_that_make_no_sense_are_refused(hours):
    with pytest.raises(ValueError, match="[Ss]ervice"):
        Calendar({0: hours}, lambda day: False)


# Properties. The calendars are drawn too: any weekdays, up to three intervals, any closed days.

DAYS = [date(2025, 12, 22) + timedelta(days=count) for count in range(40)]
MOMENTS = st.datetimes(datetime(2025, 12, 22), datetime(2026, 1, 30)).map(lambda at: at.replace(tzinfo=WIB))


@st.composite
def day_hours(draw):
    marks = sorted(draw(st.sets(st.integers(0, 1439), max_size=6)))
    edges = [time(mark // 60, mark % 60) for mark in marks]
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw):
    hours = draw(st.dictionaries(st.integers(0, 6), day_hours()))
    hours.setdefault(2, ((time(8), time(12)),))
    hours[2] = hours[2] or ((time(8), time(12)),)
    return Calendar(hours, draw(st.sets(st.sampled_from(DAYS), max_size=8)).__contains__)


@st.composite
def pauses_of_a_clock(draw):
    start = draw(MOMENTS)
    length = draw(st.none() | st.integers(0, 3000))
    return Pause(
        draw(st.sampled_from(Cause)), start, None if length is None else start + timedelta(minutes=length)
    )


PAUSES = st.lists(pauses_of_a_clock(), max_size=6)


def minutes_one_by_one(calendar, start, end):
    """Every service minute from `start` to `end`, found by looking at each minute in turn."""
    at, end = (moment.replace(second=0, microsecond=0) for moment in (start, end))
    while at < end:
        hours = () if calendar.closed(at.date()) else calendar.hours.get(at.weekday(), ())
        if any(opening <= at.time() < closing for opening, closing in hours):
            yield at
        at += timedelta(minutes=1)


def first_cause_at(at, pauses):
    """The cause that a minute goes to: of all pauses that hold it, seconds cut off, the first in order."""
    spans = [(p.cause, p.start.replace(second=0, microsecond=0), p.end) for p in pauses]
    held = {
        cause
        for cause, start, end in spans
        if start <= at and (end is None or at < end.replace(second=0, microsecond=0))
    }
    return next((cause for cause in Cause if cause in held), None)


@settings(max_examples=60, deadline=None)
@given(calendars(), MOMENTS, st.integers(0, 3 * 1440))
def test_service_minutes_agree_with_a_count_one_by_one(calendar, start, length):
    end = start + timedelta(minutes=length)
    assert service_minutes(calendar, start, end) == sum(1 for _ in minutes_one_by_one(calendar, start, end))


@settings(max_examples=60, deadline=None)
@given(calendars(), MOMENTS, st.integers(0, 2 * 1440), st.data())
def test_a_reading_agrees_with_a_count_one_by_one(calendar, start, length, data):
    now = start + timedelta(minutes=length)
    near = st.integers(-600, 2 * 1440).map(lambda minutes: start + timedelta(minutes=minutes))
    pauses = data.draw(st.lists(st.builds(Pause, st.sampled_from(Cause), near, st.none() | near), max_size=5))
    counted = dict.fromkeys([*Cause, None], 0)
    for at in minutes_one_by_one(calendar, start, now):
        counted[first_cause_at(at, pauses)] += 1
    reading = read(calendar, start=start, end=None, pauses=pauses, now=now)
    assert {**reading.paused, None: reading.office_minutes} == counted


@given(calendars(), MOMENTS, MOMENTS, MOMENTS)
def test_service_minutes_add_up_over_a_split(calendar, one, two, three):
    start, middle, end = sorted((one, two, three))
    whole = service_minutes(calendar, start, end)
    assert service_minutes(calendar, start, middle) + service_minutes(calendar, middle, end) == whole


@given(calendars(), MOMENTS, st.integers(0, 3000))
def test_adding_service_minutes_is_the_inverse_of_counting_them(calendar, at, minutes):
    reached = add_service_minutes(calendar, at, minutes)
    assert service_minutes(calendar, at, reached) == minutes
    if minutes:
        assert service_minutes(calendar, at, reached - timedelta(minutes=1)) == minutes - 1


@given(calendars(), MOMENTS, st.none() | MOMENTS, PAUSES, MOMENTS)
def test_office_time_and_all_causes_make_up_the_elapsed_time(calendar, start, end, pauses, now):
    reading = read(calendar, start=start, end=end, pauses=pauses, now=now)
    assert set(reading.paused) == set(Cause)
    assert reading.office_minutes + sum(reading.paused.values()) == reading.elapsed_minutes
    assert reading.elapsed_minutes == service_minutes(calendar, start, now if end is None else end)
    assert min(reading.office_minutes, *reading.paused.values()) >= 0


@given(calendars(), MOMENTS, st.none() | MOMENTS, PAUSES, MOMENTS)
def test_the_deadline_is_after_the_start_and_after_one_service_day(calendar, start, end, pauses, now):
    reading = read(calendar, start=start, end=end, pauses=pauses, now=now)
    assert reading.started_at < one_service_day_after(calendar, start) <= reading.deadline_at


@given(calendars(), MOMENTS, st.none() | MOMENTS, PAUSES, pauses_of_a_clock(), MOMENTS)
def test_one_more_pause_never_makes_the_deadline_earlier(calendar, start, end, pauses, more, now):
    without = read(calendar, start=start, end=end, pauses=pauses, now=now)
    assert read(calendar, start=start, end=end, pauses=[*pauses, more], now=now).deadline_at >= (
        without.deadline_at
    )


@given(calendars(), MOMENTS, PAUSES, MOMENTS, st.randoms())
def test_the_order_in_which_pauses_are_given_changes_nothing(calendar, start, pauses, now, random):
    shuffled = random.sample(pauses, len(pauses))
    assert read(calendar, start=start, end=None, pauses=pauses, now=now) == read(
        calendar, start=start, end=None, pauses=shuffled, now=now
    )
