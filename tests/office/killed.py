"""A process that keeps a file in the vault with its row, as every verb does it, and is killed at one step of that.

`python -m tests.office.killed STEP` on the database and in the VAR_DIR of the environment. STEPS names the steps.
"""

import os
import signal
import sys
from typing import Any

import django

CONTENT = b"pindaian rekaan " * 500
# In their order. What is there after each: an unfinished file, a finished file, a row.
STEPS = {
    "file half written": (1, 0, 0),
    "file written": (1, 0, 0),
    "file on the disk": (1, 0, 0),
    "file renamed": (0, 1, 0),
    "folder on the disk": (0, 1, 0),
    "before the transaction": (0, 1, 0),
    "before the commit": (0, 1, 0),
    "after the commit": (0, 1, 1),
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class HalfWritten:
    """A file that gets half of its content, and no further."""

    def __init__(self, descriptor: int, mode: str) -> None:
        self.descriptor = descriptor

    def __enter__(self) -> "HalfWritten":
        return self

    def __exit__(self, *args: Any) -> None:
        os.close(self.descriptor)

    def write(self, content: bytes) -> None:
        os.write(self.descriptor, content[: len(content) // 2])
        die()


def prepare(step: str) -> None:
    """Put the death into what the vault calls."""
    from office import vault

    replace, renamed = os.replace, []

    def replace_and_note(*args: Any) -> None:
        replace(*args)
        renamed.append(args)

    def sync_and_die(folder: Any, sync: Any = vault._fsync_folder) -> None:
        sync(folder)
        if renamed:
            die()

    def sync_file_and_die(descriptor: int, sync: Any = os.fsync) -> None:
        sync(descriptor)
        if os.fstat(descriptor).st_size > len(CONTENT):
            die()

    if step == "file half written":
        vault.open = HalfWritten  # type: ignore[attr-defined]
    elif step == "file written":
        os.fsync = lambda descriptor, sync=os.fsync: (  # type: ignore[assignment]
            die() if os.fstat(descriptor).st_size > len(CONTENT) else sync(descriptor)
        )
    elif step == "file on the disk":
        os.fsync = sync_file_and_die  # type: ignore[assignment]
    elif step == "file renamed":
        os.replace = lambda *args: (replace(*args), die())  # type: ignore[assignment]
    elif step == "folder on the disk":
        os.replace, vault._fsync_folder = replace_and_note, sync_and_die


def keep(step: str) -> None:
    from django.db import transaction
    from django.utils import timezone

    from office import vault
    from office.models import VaultFile

    sealed = vault.write(CONTENT)
    if step == "before the transaction":
        die()
    with transaction.atomic():
        VaultFile.objects.create(
            name=sealed.name, purpose="uji", mime="text/plain", size=sealed.size, sha256=sealed.sha256,
            key_label=sealed.key_label, created_at=timezone.now(),
        )
        if step == "before the commit":
            die()
    die()


if __name__ == "__main__":
    django.setup()
    prepare(sys.argv[1])
    keep(sys.argv[1])
