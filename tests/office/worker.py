"""A process of its own that works on the books of a test, on the same database (see `at_a_barrier`).

`python -m tests.office.worker append PERSON COUNT [TRANSACTION_MODE]` appends entries about one person;
`python -m tests.office.worker count SERIES COUNT` draws numbers, gives every third back by a rollback, and
prints the ones that it kept; `serve GRACE` is the worker of the queue, with a kind of work that never ends. Each says
`ready` once it is connected and starts when a line comes in.
"""

import sys
import time
from collections.abc import Callable

import django


class Thrown(Exception):
    """Rolls a transaction back on purpose."""


def append(person: str, count: str) -> None:
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import RoleEntry, User
    from office import ledger

    user = User.objects.get(pk=person)
    for number in range(int(count)):
        with transaction.atomic():
            ledger.append(
                RoleEntry, subject=user, verb="give_role", by=user, occurred_at=timezone.now(),
                facts={"number": number}, words={"reason": "bersama"},
            )
        time.sleep(0.001)  # who just had SQLite's write lock finds it first again; let the others in between


def count(series: str, times: str) -> None:
    from django.db import transaction

    from office import counters

    for turn in range(int(times)):
        try:
            with transaction.atomic():
                number = counters.next_number(series, 2026)
                if turn % 3 == 2:
                    raise Thrown
        except Thrown:
            continue
        print(number)


def serve(grace: str) -> None:
    """The worker of the queue; work of kind `endless` says that it has begun and then goes on for ever."""
    from django.core.management import call_command

    from office import housekeeping, jobs
    from office.management.commands import worker

    def endless(progress: jobs.Progress) -> None:
        print("begun", flush=True)
        for turn in range(1_000_000):
            progress.advance(turn)
            time.sleep(0.02)

    housekeeping.register("uji", lambda: print("tidied", flush=True) or 0)
    jobs.register("endless", permission="")(endless)
    worker.GRACE = int(grace)
    call_command("worker", interval=0.05)


def main(task: str, *arguments: str) -> None:
    django.setup()
    from django.db import connection

    tasks: dict[str, Callable[..., None]] = {"append": append, "count": count, "serve": serve}
    if len(arguments) == 3:
        connection.settings_dict["OPTIONS"]["transaction_mode"] = arguments[2]
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    tasks[task](*arguments[:2])


if __name__ == "__main__":
    main(*sys.argv[1:])
