"""A real browser against a real server: people sign in, and all that their browsers see is watched.

The server answers as in an office: the whole middleware, WhiteNoise, static files with digests in their names.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts import demo as accounts_demo
from accounts.models import User
from applications import demo as applications_demo
from applications.states import Kind, State
from jatiroto_ktp import settings as office_settings
from tests.e2e.browsing import Watch
from tests.e2e.steps import let_in
from tests.factories import application_in, make_resident

FLAGS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
    # A moving test picture in place of a camera, and nobody to ask for leave.
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESK = {"width": 1366, "height": 768}
PICTURES = Path(office_settings.BASE_DIR) / "var" / "browser"
WAITING = {
    "Dewi Kartikasari": State.SUBMITTED,
    "Siti Maimunah": State.SUBMITTED,
    "Hasan Basri Mulyono": State.AWAITING_RECORDING,
    "Endah Purwaningsih": State.READY_TO_PRINT,
    "Wahyu Nugroho": State.PRINTING,
    "Rizki Aditya Pratama": State.READY_FOR_PICKUP,
}
KINDS = dict.fromkeys(WAITING, Kind.NEW) | {"Dewi Kartikasari": Kind.DAMAGED, "Siti Maimunah": Kind.LOST}
FAILED = pytest.StashKey[bool]()


class OfficeServer(LiveServer):
    """Every request, also for a static file, goes through the middleware: Django's own test server passes it by."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1", start=False)
        self.thread.static_handler = lambda _media: WSGIHandler()
        self.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="package")
def live_server() -> Iterator[OfficeServer]:
    with override_settings(MIDDLEWARE=office_settings.MIDDLEWARE, STORAGES=office_settings.STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
        server = OfficeServer()
        yield server
        server.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium of the machine. Playwright runs a loop in this thread, which Django takes for asynchronous code."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        pytest.fail("The browser journeys need chromium; `./dev test` installs it.")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def staff(browser: Browser, transactional_db: None) -> dict[str, User]:
    """The people of the demo office, who can sign in."""
    return accounts_demo.fill()


@pytest.fixture
def demo_office(staff: dict[str, User]) -> None:
    """The residents and applications of the demo office, pictures and all: at least one at each desk."""
    applications_demo.fill(staff)


@pytest.fixture
def files(staff: dict[str, User]) -> None:
    """A few files, quickly made: two to validate, and one each to record, to print, to look at, to hand over."""
    desks = {"counter": staff["loket"], "operator": staff["operator"], "section_head": staff["kasi"]}
    for name, state in WAITING.items():
        application_in(state, desks, kind=KINDS[name], resident=make_resident(name=name))


@pytest.fixture
def context_of(
    request: pytest.FixtureRequest, browser: Browser, live_server: OfficeServer, staff: dict[str, User]
) -> Iterator[Callable[..., BrowserContext]]:
    """A new browser of one's own, watched; what the watch found fails the test at its end."""
    watched: list[tuple[str, BrowserContext, Watch]] = []

    def opened(name: str = "warga", *, allow: tuple[str, ...] = (), **options: object) -> BrowserContext:
        more = {"viewport": DESK, "locale": "id-ID", "timezone_id": "Asia/Jakarta"} | options
        context = browser.new_context(base_url=live_server.url, **more)
        context.set_default_timeout(5000)
        watched.append((name, context, Watch(context, live_server.url, allow)))
        return context

    yield opened
    if request.node.stash.get(FAILED, False):
        take_pictures(request.node.name, watched)
    for _, context, _ in watched:
        context.close()
    found = [f"{name}: {complaint}" for name, _, watch in watched for complaint in watch.complaints]
    assert not found, "\n".join(found)


def take_pictures(test: str, watched: list[tuple[str, BrowserContext, Watch]]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for number, (name, context, _) in enumerate(watched):
        for tab, page in enumerate(context.pages):
            page.screenshot(path=PICTURES / f"{test}-{number}-{name}-{tab}.png")


@pytest.fixture
def visitor(context_of: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A page of a browser in which nobody is signed in."""

    def opened(**options: object) -> Page:
        return context_of(**options).new_page()

    return opened


@pytest.fixture
def person(context_of: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`person("loket", at="/penyerahan/")`: a page of a browser of one's own, signed in, at this address.

    Without `at` it is the first page of that person's day. Other options are Playwright's for a context
    (`java_script_enabled=False`, `viewport=…`) and `allow`: patterns of console messages that the test provokes on
    purpose.
    """

    def signed_in(username: str, *, at: str = "/", **options: object) -> Page:
        context = context_of(username, **options)
        let_in(context, username)
        page = context.new_page()
        page.goto(at)
        return page

    return signed_in


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
