"""Two pairs of processes for all races of the run: starting them anew for each file took seconds."""

from collections.abc import Iterator

import pytest

from tests.applications.racers import Racer


@pytest.fixture(scope="session")
def racers(django_db_setup: None) -> Iterator[list[Racer]]:
    with Racer() as one, Racer() as other:
        yield [one, other]


@pytest.fixture(scope="session")
def unlocked(django_db_setup: None) -> Iterator[list[Racer]]:
    """The same with the locks taken out."""
    with Racer("unlocked") as one, Racer("unlocked") as other:
        yield [one, other]
