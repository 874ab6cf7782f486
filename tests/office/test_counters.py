"""Numbers per year without a gap or a double, whatever is rolled back and whoever counts at once."""

from datetime import datetime

import pytest
from django.db import transaction

from applications import lifecycle
from applications.models import Application
from applications.refusals import Refused
from office import counters
from office.clock import WIB
from office.models import NumberCounter
from tests import factories
from tests.office.books import at_a_barrier


class Thrown(Exception):
    pass


def number(series: str = "KTP", year: int = 2026) -> int:
    with transaction.atomic():
        return counters.next_number(series, year)


@pytest.mark.django_db
def test_numbers_begin_with_one_and_go_on_without_a_gap():
    assert [number() for _ in range(5)] == [1, 2, 3, 4, 5]


@pytest.mark.django_db
def test_another_year_begins_with_one_again_and_the_old_one_goes_on():
    assert [number(year=2026), number(year=2026), number(year=2027), number(year=2026)] == [1, 2, 1, 3]


@pytest.mark.django_db
def test_each_series_counts_for_itself():
    assert [number("KTP"), number("RUJ"), number("KTP"), number("RUJ")] == [1, 1, 2, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("before", [0, 3])
def test_a_number_of_a_rolled_back_transaction_is_given_out_again(before):
    for _ in range(before):
        number()
    with pytest.raises(Thrown), transaction.atomic():
        assert counters.next_number("KTP", 2026) == before + 1
        assert counters.next_number("KTP", 2026) == before + 2
        raise Thrown
    assert number() == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="in the transaction of what it numbers"):
        counters.next_number("KTP", 2026)
    assert not NumberCounter.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("processes", [2, 4])
def test_processes_that_count_at_once_and_roll_back_leave_no_gap_and_no_double(processes):
    """The row of the counter does not exist yet: its making is part of the race."""
    done = at_a_barrier([("count", "KTP", 45)] * processes)
    assert [(process.returncode, process.stderr) for process in done] == [(0, "")] * processes
    drawn = [[int(line) for line in process.stdout.split()] for process in done]
    assert [len(numbers) for numbers in drawn] == [30] * processes
    assert sorted(sum(drawn, [])) == list(range(1, 30 * processes + 1))
    assert all(numbers == sorted(numbers) for numbers in drawn)
    assert NumberCounter.objects.get().last == 30 * processes


@pytest.mark.django_db
def test_the_year_of_a_register_number_ends_at_midnight_in_jatiroto(people, at_time):
    def submitted(text: str) -> str:
        moment = datetime.fromisoformat(text).replace(tzinfo=WIB)
        with at_time(text):
            return factories.Path(people, start=moment).submitted().number

    numbers = [submitted(text) for text in ("2026-12-31 23:50", "2026-12-31 23:58", "2027-01-01 00:00")]
    assert numbers == ["KTP/2026/000001", "KTP/2026/000002", "KTP/2027/000001"]


@pytest.mark.django_db
def test_a_refused_application_uses_no_number(people):
    first = factories.Path(people).submitted()
    with pytest.raises(Refused):
        lifecycle.submit(factories.make_resident(), by=people["counter"], intake=factories.incomplete())
    second = factories.Path(people).submitted()
    assert second.serial == first.serial + 1
    assert Application.objects.count() == 2
