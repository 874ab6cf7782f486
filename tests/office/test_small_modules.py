"""Tokens, durations, calendar, reading log, request id, caches, and the guard of transactions."""

import io
import json
import logging
import random
import re
from collections import Counter
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jatiroto_ktp import navigation
from office import durations, tokens
from office.calendar import current_calendar, national_holidays
from office.middleware import current_request_id
from office.models import ClosedDay, Read, ServiceInterval
from office.reading import log_read
from office.transactions import in_transaction, outside_transaction
from tests import factories

# -- tokens --------------------------------------------------------------------------------------


def test_the_alphabet_has_28_signs_and_none_that_looks_like_another():
    assert len(set(tokens.ALPHABET)) == len(tokens.ALPHABET) == 28
    assert not set("0O1IL") & set(tokens.ALPHABET)
    for pair in ("8B", "5S", "2Z"):
        assert len(set(pair) & set(tokens.ALPHABET)) == 1


@pytest.mark.parametrize("prefix", ["K", "A"])
def test_a_tracking_code_is_its_prefix_and_11_signs_of_the_alphabet(prefix):
    for _ in range(200):
        assert re.fullmatch(f"{prefix}[{tokens.ALPHABET}]{{11}}", tokens.tracking_code(prefix))


def test_tracking_codes_do_not_repeat_and_use_every_sign_at_every_place():
    codes = [tokens.tracking_code("K") for _ in range(3000)]
    assert len(set(codes)) == 3000
    assert all({code[place] for code in codes} == set(tokens.ALPHABET) for place in range(1, 12))


def test_tracking_codes_do_not_follow_a_seed():
    random.seed(1)
    first = tokens.tracking_code("K")
    random.seed(1)
    assert tokens.tracking_code("K") != first


def test_a_code_is_shown_in_three_groups():
    assert tokens.shown("KAC4DEF6GHJ7") == "KAC4-DEF6-GHJ7"


@pytest.mark.parametrize(
    "text", ["KAC4-DEF6-GHJ7", "kac4 def6 ghj7", " Kac4def6ghj7 ", "KAC4–DEF6—GHJ7", "kac4.def6.ghj7"]
)
def test_a_code_is_found_however_it_is_typed(text):
    assert tokens.typed(text) == "KAC4DEF6GHJ7"


@given(st.text(tokens.ALPHABET, min_size=11, max_size=11))
def test_what_is_shown_and_typed_again_is_the_same_code(signs):
    assert tokens.typed(tokens.shown(f"K{signs}").lower()) == f"K{signs}"


# -- the code of the survey -------------------------------------------------------------------------


def test_a_survey_code_is_the_same_each_time_and_reads_like_a_tracking_code():
    code = tokens.survey_code(7)
    assert code == tokens.survey_code(7)
    assert re.fullmatch(f"S[{tokens.ALPHABET}]{{11}}", code)
    assert tokens.is_survey_code(code) and tokens.is_survey_code(f" {tokens.shown(code).lower()} ")


def test_no_two_services_share_a_survey_code_and_neighbours_do_not_look_alike():
    codes = [tokens.survey_code(number) for number in range(5000)]
    services = {code[1:7] for code in codes}
    assert len(services) == len(codes)
    assert all(sum(a == b for a, b in zip(one, next_one, strict=True)) < 9
               for one, next_one in zip(codes, codes[1:], strict=False))
    # Every sign of the alphabet at every place about as often as any other: 5000 / 28 = 179.
    counts = [Counter(code[place] for code in codes) for place in range(1, 12)]
    assert all(110 < count < 250 for each in counts for count in each.values())
    assert all(set(each) == set(tokens.ALPHABET) for each in counts)


def test_the_number_of_the_service_is_shuffled_one_to_one_up_to_the_last():
    last = 28**6 - 1
    assert len({tokens.shuffled(number) for number in (*range(300), *range(last - 300, last + 1))}) == 601
    assert tokens.is_survey_code(tokens.survey_code(last))
    for number in (-1, last + 1):
        with pytest.raises(ValueError, match="outside"):
            tokens.survey_code(number)


def test_a_survey_code_with_any_sign_altered_is_refused():
    code = tokens.survey_code(7)
    for place in range(len(code)):
        for sign in set(tokens.ALPHABET) - {code[place]}:
            assert not tokens.is_survey_code(code[:place] + sign + code[place + 1 :])


@pytest.mark.parametrize("text", ["", "S", "-", "S" * 12, "S" + "A" * 11, "KAC4DEF6GHJ7", "ſ" * 12, "S" * 5000])
def test_what_is_no_survey_code_is_refused(text):
    assert not tokens.is_survey_code(text)


def test_a_survey_code_belongs_to_the_key_of_the_office(settings):
    code = tokens.survey_code(7)
    settings.SECRET_KEY, before = "another-key-" * 5, settings.SECRET_KEY
    assert tokens.survey_code(7) != code and not tokens.is_survey_code(code)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert tokens.is_survey_code(code), "printed before the key was changed"


# -- durations -----------------------------------------------------------------------------------

TOLD = [
    (-5, 0, "0 menit"), (0, 0, "0 menit"), (0, 59, "0 menit"), (1, 0, "1 menit"), (12, 30, "12 menit"),
    (59, 59, "59 menit"), (60, 0, "1 jam 00 menit"), (65, 0, "1 jam 05 menit"), (125, 0, "2 jam 05 menit"),
    (1439, 59, "23 jam 59 menit"), (1440, 0, "1 hari"), (2879, 59, "1 hari"), (4320, 0, "3 hari"),
]


@pytest.mark.parametrize(("minutes", "seconds", "told"), TOLD)
def test_a_duration_is_told_as_people_say_it(minutes, seconds, told):
    assert durations.told(timedelta(minutes=minutes, seconds=seconds)) == told


# -- calendar ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_calendar_has_the_service_hours_of_each_weekday():
    calendar = current_calendar()
    assert calendar.hours[0] == ((time(7, 30), time(15, 0)),)
    assert calendar.hours[4] == ((time(7, 30), time(11, 0)), (time(13, 0), time(14, 30)))
    assert sorted(calendar.hours) == [0, 1, 2, 3, 4]


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "why"), [
    (date(2026, 8, 17), "Hari Kemerdekaan"), (date(2026, 6, 1), "Pancasila"), (date(2026, 2, 17), "Imlek"),
    (date(2026, 3, 20), "Cuti Bersama"), (date(2026, 12, 24), "Cuti Bersama"), (date(2025, 4, 7), "Cuti Bersama"),
    (date(2026, 5, 27), "Idul Adha"),
])
def test_the_office_is_closed_on_national_holidays_and_joint_leave(day, why):
    assert why in national_holidays(day.year)[day]
    assert day.weekday() < 5
    assert not current_calendar().is_service_day(day)


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "open_"), [
    (date(2026, 11, 23), True), (date(2026, 11, 27), True), (date(2026, 11, 28), False), (date(2026, 11, 29), False)
])
def test_the_office_is_open_on_weekdays(day, open_):
    assert current_calendar().is_service_day(day) is open_


@pytest.mark.django_db
def test_a_closed_day_of_the_office_closes_that_day_only():
    ClosedDay.objects.create(day=date(2026, 11, 24), reason="Pemilihan kepala desa")
    calendar = current_calendar()
    days = [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]
    assert [calendar.is_service_day(day) for day in days] == [True, False, True]


@pytest.mark.django_db
def test_the_calendar_follows_changed_hours():
    ServiceInterval.objects.filter(weekday=2).delete()
    ServiceInterval.objects.create(weekday=5, opens=time(8, 0), closes=time(11, 0))
    calendar = current_calendar()
    assert not calendar.is_service_day(date(2026, 11, 25))
    assert calendar.is_service_day(date(2026, 11, 28))


@pytest.mark.django_db
def test_a_year_of_the_calendar_costs_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        calendar = current_calendar()
        open_days = sum(calendar.is_service_day(date(2026, 1, 1) + timedelta(days=n)) for n in range(365))
    assert 230 < open_days < 250  # 261 weekdays less the holidays that fall on them


@pytest.mark.django_db
def test_the_database_refuses_hours_that_end_before_they_begin():
    with pytest.raises(IntegrityError):
        ServiceInterval.objects.create(weekday=5, opens=time(11, 0), closes=time(8, 0))


# -- the log of reading --------------------------------------------------------------------------


@pytest.mark.django_db
def test_reading_is_noted_with_who_what_of_whom_and_when():
    person, before = factories.make_person("pembaca"), timezone.now()
    log_read(by=person, what="scans", subject="application:7")
    log_read(by=person, what="search", count=12)
    noted = Read.objects.order_by("pk").values_list("by", "what", "subject", "count")
    assert list(noted) == [(person.pk, "scans", "application:7", 1), (person.pk, "search", "", 12)]
    assert all(before <= read.at <= timezone.now() for read in Read.objects.all())


# -- request id and caches -----------------------------------------------------------------------


@pytest.fixture
def log_lines(monkeypatch):
    """What goes into the log of the office from now on, line by line."""
    [handler] = [h for h in logging.getLogger().handlers if h.name == "stderr"]
    stream = io.StringIO()
    monkeypatch.setattr(handler, "stream", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.django_db
def test_every_answer_has_a_request_id_of_its_own(client_of):
    browser = client_of("counter")
    pages = ["/healthz", "/layanan/", "/loket/", "/validasi/", "/tidak-ada/", "/"]
    answers = [browser.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 403, 404, 302]
    ids = [answer["X-Request-ID"] for answer in answers]
    assert all(re.fullmatch("[0-9a-f]{12}", request_id) for request_id in ids)
    assert len(set(ids)) == len(pages)
    assert current_request_id.get() == "-"


@pytest.mark.django_db
def test_the_caller_does_not_choose_the_request_id(client):
    answer = client.get("/healthz", headers={"X-Request-ID": "palsu\n{}"})
    assert re.fullmatch("[0-9a-f]{12}", answer["X-Request-ID"])


@pytest.mark.django_db
def test_a_failure_is_in_the_log_under_the_request_id_of_its_answer(monkeypatch, log_lines):
    def broken(request):
        raise ZeroDivisionError

    monkeypatch.setattr(navigation, "first_page", broken)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    [line] = [line for line in log_lines() if line["level"] == "ERROR"]
    assert line["request_id"] == answer["X-Request-ID"]
    assert "ZeroDivisionError" in line["exc_info"]


def test_a_line_outside_a_request_has_no_request_id(log_lines):
    logging.getLogger("office").warning("Tanpa permintaan")
    [line] = log_lines()
    assert (line["message"], line["level"], line["request_id"]) == ("Tanpa permintaan", "WARNING", "-")


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/loket/", "/layanan/", "/validasi/", "/tidak-ada/", "/"])
def test_no_answer_to_a_signed_in_person_stays_in_a_cache(client_of, page):
    assert "no-store" in client_of("counter").get(page)["Cache-Control"]


@pytest.mark.django_db
def test_a_public_page_for_a_stranger_may_stay_in_a_cache(client):
    assert "no-store" not in client.get("/layanan/").get("Cache-Control", "")


# -- outside of transactions ---------------------------------------------------------------------


@outside_transaction
def slow_work() -> str:
    return "selesai"


@pytest.mark.django_db
@pytest.mark.parametrize("savepoint", [True, False])
def test_slow_work_is_refused_in_a_transaction_and_done_outside(savepoint):
    assert not in_transaction()
    with transaction.atomic(savepoint=savepoint):
        assert in_transaction()
        with pytest.raises(RuntimeError, match="slow_work must not run inside a database transaction"):
            slow_work()
    assert slow_work() == "selesai"


@pytest.mark.django_db
def test_slow_work_may_follow_the_commit(django_capture_on_commit_callbacks):
    done = []
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        transaction.on_commit(lambda: done.append(slow_work()))
    assert done == ["selesai"]
