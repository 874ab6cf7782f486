"""Takes away what a crash left in the vault: files that no row names, and files that were never finished.

Old enough is an hour; between writing a file and committing its row a second goes by. Were it an hour all the same (a
computer that slept), it is the row that fails: the sweep looks for rows and removes files while no row can be written,
and `VaultFile.save` looks for the file after writing its row.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction

from office import vault
from office.models import VaultFile
from office.transactions import outside_transaction

OLD = 60 * 60  # seconds
BATCH = 200
TRIES, PAUSE = 5, 0.2


@dataclass
class Swept:
    """What a sweep found. `old` are files with a row, `young` are not judged yet, `busy` are left for next time."""

    old: int = 0
    young: int = 0
    busy: int = 0
    files: int = 0
    unfinished: int = 0

    @property
    def removed(self) -> int:
        return self.files + self.unfinished


@outside_transaction
def sweep(*, dry_run: bool = False) -> Swept:
    """Remove files older than an hour that no row names, and unfinished ones; never a file with a row.

    What bears no name of ours is left alone. Two sweeps at once do no harm: each counts what it removed itself.
    """
    swept, batch = Swept(), []
    before = time.time() - OLD
    for kept in vault.kept_files():
        if kept.written > before:
            swept.young += 1
        else:
            batch.append(kept)
        if len(batch) == BATCH:
            remove_rowless(batch, swept, dry_run)
            batch = []
    if batch:
        remove_rowless(batch, swept, dry_run)
    return swept


def remove_rowless(batch: list[vault.Kept], swept: Swept, dry_run: bool) -> None:
    for _ in range(TRIES):
        try:
            with no_new_rows():
                count(batch, swept, dry_run)
            return
        except OperationalError:  # somebody is writing rows just now
            time.sleep(PAUSE)
    swept.busy += len(batch)


@contextmanager
def no_new_rows() -> Iterator[None]:
    """A transaction that no other can write rows of files beside. SQLite has one writer; see settings.DATABASES.

    It does not wait for the lock: somebody who holds it may himself wait for one who waits for us.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {VaultFile._meta.db_table} IN SHARE MODE NOWAIT")
        yield


def count(batch: list[vault.Kept], swept: Swept, dry_run: bool) -> None:
    found = VaultFile.objects.filter(name__in=[kept.name for kept in batch if kept.finished])
    with_row = set(found.values_list("name", flat=True))
    for kept in batch:
        if kept.finished and kept.name in with_row:
            swept.old += 1
        elif dry_run or vault.discard(kept):
            swept.files += kept.finished
            swept.unfinished += not kept.finished
