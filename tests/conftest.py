"""People of the office with their browsers, a frozen clock, and the one place that lifts the triggers of the books."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management.commands import flush
from django.test import Client
from django.utils import timezone
from hypothesis import settings as hypothesis_settings

from accounts.models import User
from office import triggers
from tests import factories
from tests.measured import FIGURES

WIB = ZoneInfo("Asia/Jakarta")

# The suite tries the same examples every time; `--hypothesis-profile=long` tries others, and many more.
hypothesis_settings.register_profile("suite", derandomize=True, deadline=None)
hypothesis_settings.register_profile("long", max_examples=3000, deadline=None)
hypothesis_settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def flush_may_empty_books() -> Iterator[None]:
    """Transactional tests empty their own database; only around that are the triggers lifted.

    They come back with the `post_migrate` signal that flush sends, as after a migration.
    """
    original = flush.Command.handle

    def lifted(self: Any, **options: Any) -> Any:
        triggers.remove(options["database"])
        return original(self, **options)

    flush.Command.handle = lifted
    yield
    flush.Command.handle = original


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was loaded by now stays to the end: looking through it again and again took a tenth of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of a run in parallel hands over what it measured."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = FIGURES


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    FIGURES.extend(getattr(node, "workeroutput", {}).get("figures", []))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was measured stands in the output also when all is well."""
    if FIGURES:
        terminalreporter.section("measured")
        for figure in FIGURES:
            terminalreporter.write_line(figure)


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """One person for each role, and the head of another section."""
    return factories.make_people()


@pytest.fixture
def client_of(people: dict[str, User]) -> Callable[[str], Client]:
    """A browser signed in as `counter`, `operator`, `section_head`, …"""

    def signed_in(who: str) -> Client:
        client = Client()
        client.force_login(people[who], backend="accounts.backends.RoleBackend")
        return client

    return signed_in


@pytest.fixture
def at_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Stop the clock of the application: `with at_time("2026-11-24 10:42"): …` (WIB)."""

    @contextmanager
    def frozen(text: str) -> Iterator[datetime]:
        moment = datetime.fromisoformat(text).replace(tzinfo=WIB)
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda: moment)
            yield moment

    return frozen
