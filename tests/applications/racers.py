"""Processes that make the same move at the same instant, on the database of the running test.

`python -m tests.applications.racers [unlocked]` reads one job a line as JSON and answers with one line: what came of
it and the sentence that the person would read. A job names the `start`, a moment of the machine's monotonic clock at
which all racers begin, and a `window`: seconds between reading under the lock and writing, 0 unless a test widens it.
`unlocked` takes the locks of residents, applications and the stock of blanks away (on SQLite: the write lock at
BEGIN), to show that the tests see it. The parent's side is `Racer` and `race`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

LEAD = 0.03  # seconds that the parent gives every racer to be ready
Job = dict[str, Any]


class Racer:
    """One process, kept for many races; `with` ends it."""

    def __init__(self, *arguments: str) -> None:
        from django.conf import settings

        from tests.office.books import environment

        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.applications.racers", *arguments], cwd=settings.BASE_DIR,
            env=environment() | {"LOG_LEVEL": "ERROR"}, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )

    def send(self, job: Job) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()

    def receive(self) -> Job:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, "the racer died: its last words are above"
        return json.loads(line)

    def __enter__(self) -> "Racer":
        return self

    def __exit__(self, *failure: object) -> None:
        with self.process:  # closes its input, which ends it, and waits
            pass


def race(racers: list[Racer], *jobs: Job, window: float = 0) -> list[Job]:
    """Let each racer do its job at the same instant; one job alone is done by all."""
    start = time.monotonic() + LEAD
    for number, racer in enumerate(racers):
        racer.send(jobs[number % len(jobs)] | {"start": start, "window": window})
    return [racer.receive() for racer in racers]


# -- in the process -------------------------------------------------------------------------------


def move(job: Job) -> None:
    from applications.lifecycle import SYSTEM
    from applications.models import Application
    from tests.applications import acts

    application = Application.objects.get(pk=job["application"])
    by = person(job) or SYSTEM
    more = {"status": acts.status(job["status"])} if "status" in job else job.get("more", {})
    wait(job)
    acts.make(job["move"], application, by, version=job.get("version"), **more)


def begin(job: Job) -> None:
    from applications.models import Resident
    from tests.applications import acts

    resident, by = Resident.objects.get(pk=job["resident"]), person(job)
    wait(job)
    acts.begin(job["move"], resident, by)


def capture(job: Job) -> None:
    from applications import capturing
    from applications.models import Application
    from devices.capture import Position

    application, by = Application.objects.get(pk=job["application"]), person(job)
    wait(job)
    capturing.capture(application, [Position(job["position"])], by=by)


def destroy(job: Job) -> None:
    from applications.models import HeldCard
    from tests import factories

    cards, by = [HeldCard(pk=key) for key in job["cards"]], person(job)
    wait(job)
    factories.destroyed(cards, {}, by=by)


def face(job: Job) -> None:
    from django.conf import settings

    from applications import lifecycle
    from applications.models import Application

    settings.DEMO = False
    application, by = Application.objects.get(pk=job["application"]), person(job)
    card = lifecycle.card_in_work(application)
    wait(job)
    lifecycle.show_face(application, card=card, by=by)


def send_bundle(job: Job) -> None:
    from applications import bundles
    from applications.models import Application

    by, cards = person(job), job["cards"]
    village = Application.objects.get(pk=cards[0]).resident.village
    wait(job)
    bundles.send(village, cards, by=by, carrier="Suparman", carrier_post="Kepala Dusun")


def take_back(job: Job) -> None:
    from applications import bundles
    from applications.models import Bundle

    by, bundle = person(job), Bundle.objects.get(pk=job["bundle"])
    answers = [bundles.Answer(card, outcome, {"collector": "self"} if outcome == "delivered" else {})
               for card, outcome in job["answers"]]
    wait(job)
    bundles.take_back(bundle, answers, by=by)


def post(job: Job) -> Job:
    """A form sent by a browser that is signed in; the sentences are the messages and the errors of the page."""
    from django.contrib.messages import get_messages
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.force_login(person(job), backend="accounts.backends.RoleBackend")
    wait(job)
    response = client.post(job["url"], job["data"])
    said = [str(message) for message in get_messages(response.wsgi_request)] if response.status_code < 500 else []
    return {"outcome": response.status_code, "sentence": " ".join(said), "page": response.content.decode()}


TASKS: dict[str, Callable[[Job], Job | None]] = {
    "move": move, "begin": begin, "capture": capture, "destroy": destroy, "post": post, "face": face,
    "send_bundle": send_bundle, "take_back": take_back,
}


def person(job: Job) -> Any:
    from accounts.models import User

    return User.objects.get(pk=job["by"]) if job["by"] else None


def wait(job: Job) -> None:
    time.sleep(max(0.0, job["start"] - time.monotonic() - 0.005))
    while time.monotonic() < job["start"]:
        pass


def answer(job: Job) -> Job:
    global window
    window = job["window"]
    try:
        return TASKS[job["task"]](job) or {"outcome": "done", "sentence": ""}
    except Exception as error:  # whatever it is, the parent judges it
        return {"outcome": type(error).__name__, "sentence": getattr(error, "sentence", ""), "detail": str(error)}


window = 0.0


def widen_the_window() -> None:
    """After what was read has been checked, wait: another process that is not locked out comes in between."""
    from applications import blanks, custody, lifecycle

    def slowly(check: Callable[..., Any]) -> Callable[..., Any]:
        def checked(*arguments: Any) -> Any:
            result = check(*arguments)
            time.sleep(window)
            return result

        return checked

    def later(verb: Callable[..., Any]) -> Callable[..., Any]:
        def delayed(*arguments: Any, **options: Any) -> Any:
            time.sleep(window)
            return verb(*arguments, **options)

        return delayed

    blanks.reserve = later(blanks.reserve)  # the stock was read just before
    lifecycle.writing.check_source = slowly(lifecycle.writing.check_source)
    lifecycle.beginning.check_may_apply = slowly(lifecycle.beginning.check_may_apply)
    custody.check_lying = slowly(custody.check_lying)
    lifecycle.faces.check_face = slowly(lifecycle.faces.check_face)


def take_the_locks_out() -> None:
    from django.db import connection
    from django.db.models import QuerySet

    from applications.models import Application, BlankStock, HeldCard, Resident

    locked = QuerySet.select_for_update

    def unlocked(self: Any, *arguments: Any, **options: Any) -> Any:
        free = self.model in (Application, BlankStock, HeldCard, Resident)
        return self if free else locked(self, *arguments, **options)

    QuerySet.select_for_update = unlocked  # type: ignore[method-assign]
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"


def main(*arguments: str) -> None:
    import django
    from django.conf import settings

    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": static}
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    django.setup()
    widen_the_window()
    if "unlocked" in arguments:
        take_the_locks_out()
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
