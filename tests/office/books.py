"""What the tests of the books share: first entries, lifted triggers, processes that meet at a barrier."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import RoleEntry, User
from applications import blanks
from applications.models import Resident, ResidentEntry
from office import ledger, triggers
from office.models import Office, SettingEntry
from office.verification import verify
from tests import factories

TABLE = RoleEntry._meta.db_table


def write(person: User, **more: Any) -> RoleEntry:
    """One entry in the book of roles, in a transaction of its own."""
    said = {"verb": "give_role", "by": person, "occurred_at": timezone.now(), "facts": {"role": "counter"}}
    with transaction.atomic():
        return ledger.append(RoleEntry, subject=person, **said | more)


def write_some(count: int, person: User | None = None) -> list[RoleEntry]:
    """Entries 1 to `count` of the book of roles, each with words beside it."""
    person = person or factories.make_person("pencatat")
    return [write(person, words={"reason": f"alasan {number}"}) for number in range(1, count + 1)]


def set_office(by: User, **more: Any) -> SettingEntry:
    """One entry in the book of settings."""
    said = {"verb": "set_parameter", "by": by, "occurred_at": timezone.now(), "facts": {"code": "hari-konsep"},
            "table": "ketentuan"}
    with transaction.atomic():
        return ledger.append(SettingEntry, subject=Office.objects.current(), **said | more)


def register(by: User, resident: Resident | None, **more: Any) -> ResidentEntry:
    """One entry in the book of residents; an import is one without a resident."""
    said = {"verb": "correct" if resident else "import", "by": by, "occurred_at": timezone.now(), "facts": {"rows": 3}}
    with transaction.atomic():
        return ledger.append(ResidentEntry, subject=resident, **said | more)


def fill_every_book(people: dict[str, User]) -> None:
    """Two entries at least in each book; `test_every_book_is_filled` says when one is forgotten here."""
    admin = people["admin"]
    factories.Path(people).validated()
    factories.Path(people).validated()
    for person in (people["counter"], admin):
        write(person)
        set_office(admin)
        register(admin, factories.make_resident())
        blanks.receive(by=people["operator"], document=f"BA {person.username}", source="Disdukcapil",
                       received_on=date(2020, 1, 2), count=5)
        factories.found_card(people, holder=person.username)
    factories.Path(people).printing()


def found(model: type[ledger.Entry] = RoleEntry) -> list[tuple[int, str]]:
    return [(finding.seq, finding.fault.name) for finding in verify(model)]


def sql(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@contextmanager
def lifted_triggers() -> Iterator[None]:
    """What somebody with the keys of the database can do: lift the triggers, change rows, put them back."""
    connection.check_constraints()  # PostgreSQL changes no triggers while foreign keys wait to be checked
    triggers.remove()
    yield
    connection.check_constraints()
    triggers.install()


def tamper(statement: str, *parameters: Any) -> None:
    """Change rows of a book behind its back."""
    with lifted_triggers():
        sql(statement, *parameters)


def database_url() -> str:
    """The database of the running test, for another process."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


def environment() -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "jatiroto_ktp.settings", "DEMO": "1", "VAR_DIR": str(settings.VAR_DIR),
        "DATABASE_URL": database_url(),
    }


def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`manage.py …` on the database of the running test."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, env=environment(),
        capture_output=True, text=True, timeout=60, check=False,
    )


def at_a_barrier(tasks: Sequence[Sequence[Any]]) -> list[subprocess.CompletedProcess[str]]:
    """Run `tests.office.worker` once for each task, in processes that are all ready before one begins."""
    command = [sys.executable, "-m", "tests.office.worker"]
    workers = [
        subprocess.Popen(
            [*command, *map(str, task)], cwd=settings.BASE_DIR, env=environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for task in tasks
    ]
    try:
        ready = [worker.stdout.readline().strip() if worker.stdout else "" for worker in workers]
        if set(ready) != {"ready"}:
            raise AssertionError([worker.communicate(timeout=10)[1] for worker in workers])
        for worker in workers:  # the barrier opens
            if worker.stdin:
                worker.stdin.write("go\n")
                worker.stdin.flush()
        return [finished(worker) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            with worker:  # closes its pipes and waits for its end
                pass


def finished(worker: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    out, err = worker.communicate(timeout=120)
    return subprocess.CompletedProcess(worker.args, worker.returncode, out, err)
