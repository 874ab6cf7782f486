"""Long work outside requests: a row that its owner can watch, and the function that a worker runs for it.

An app registers a function for a kind, a view calls `start`, the worker (`manage.py worker`) calls `run`. The row and
the task in the queue are written in one transaction, so there are both or none. What happens when a worker dies
stands in docs/adr/0013-jobs.md.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from office.models import Job
from office.transactions import in_transaction

WRITE_EVERY = 0.5  # seconds between two notes of how far the work is
SILENCE = timedelta(minutes=3)  # work that has not called `advance` for so long is taken for dead
PATIENCE = timedelta(minutes=15)  # a job that nobody took for so long may be started again
INTERRUPTED = "Pekerjaan terputus sebelum selesai. Mulai lagi."
BROKEN = (
    "Pekerjaan gagal karena kesalahan program. Tidak ada yang setengah tersimpan. Mulai lagi; bila gagal lagi, "
    "sebutkan nomor pekerjaan ini kepada administrator."
)
log = logging.getLogger(__name__)


class JobRefused(Exception):
    """The work cannot be done; the text is a sentence for the person who asked for it."""


class JobClosed(Exception):
    """Somebody took this work for dead and closed it while it was still going on: stop, and keep nothing more."""


class Interrupted(BaseException):
    """The worker is told to end and the work took longer than it can wait. No `except Exception` holds it up."""


class Progress:
    """What a work function gets: its arguments, who asked for it, and a place to say how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.owner = job.owner
        self.arguments: dict[str, Any] = json.loads(job.arguments)
        self.done, self.total = job.done, job.total
        self._noted = time.monotonic()

    def advance(self, done: int, total: int | None = None) -> None:
        """Say that `done` units are finished, and of how many; call it freely, and once a minute at least.

        Written at most twice a second. Inside a transaction nothing is written: nobody could see it before the end.
        Raises JobClosed.
        """
        self.done = done
        self.total = self.total if total is None else total
        if time.monotonic() - self._noted < WRITE_EVERY or in_transaction():
            return
        self._noted = time.monotonic()
        if not change(self.job, done=self.done, total=self.total, beat_at=timezone.now()):
            raise JobClosed(self.job.pk)


Work = Callable[[Progress], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Kind:
    work: Work
    permission: str
    unit: str


KINDS: dict[str, Kind] = {}


def register(kind: str, *, permission: str, unit: str = "baris") -> Callable[[Work], Work]:
    """Make a function the work of a kind; its module is imported in the `ready` of its app.

    The work either keeps all or nothing, or can be done again without harm: whoever holds `permission` may start it
    again. What it returns is JSON for the page: `facts` (label and value each), `url` inside the office, `link` (its
    text), `said` (a sentence). It raises JobRefused with a sentence.
    """

    def keep(work: Work) -> Work:
        KINDS[kind] = Kind(work, permission, unit)
        return work

    return keep


def start(kind: str, *, owner: Any, title: str, arguments: Mapping[str, Any] | None = None) -> Job:
    """Put work into the queue. `arguments` are ids and codes. KeyError for a kind that nobody registered."""
    unit, said = KINDS[kind].unit, json.dumps(dict(arguments or {}))
    with transaction.atomic():
        job = Job.objects.create(
            owner=owner, kind=kind, title=title[:120], unit=unit, arguments=said, created_at=timezone.now()
        )
        work_off.enqueue(job.pk)
    return job


def start_again(job: Job) -> Job:
    """Close a job that failed or fell silent, and put the same work into the queue as a new one.

    JobRefused when it is still going on, was done, was started again before, or when its owner may not do this work
    any more.
    """
    kind = KINDS.get(job.kind)
    if kind is None or not job.owner.has_perm(kind.permission):
        raise JobRefused("Pekerjaan ini bukan lagi bagian dari tugas Anda.")
    with transaction.atomic():
        held = Job.objects.select_for_update().select_related("owner").get(pk=job.pk)
        if not may_start_again(held):
            raise JobRefused("Pekerjaan ini masih berjalan atau sudah selesai; tidak perlu diulang.")
        if later := Job.objects.filter(
            owner=held.owner, kind=held.kind, arguments=held.arguments, pk__gt=held.pk
        ).exclude(state=Job.State.FAILED).first():
            raise JobRefused(f"Pekerjaan ini sudah dimulai lagi sebagai nomor {later.pk}.")
        if held.state != Job.State.FAILED:
            close(held, Job.State.FAILED, message=INTERRUPTED, seen_at=timezone.now())
        return start(held.kind, owner=held.owner, title=held.title, arguments=json.loads(held.arguments))


def may_start_again(job: Job) -> bool:
    if job.state == Job.State.WAITING:
        return timezone.now() - job.created_at > PATIENCE
    return job.state == Job.State.FAILED or silent(job)


def silent(job: Job) -> bool:
    """Whether the worker of a running job must have died: it has not been heard of for longer than SILENCE."""
    heard = job.beat_at or job.created_at
    return job.state == Job.State.RUNNING and timezone.now() - heard > SILENCE


def close_silent() -> int:
    """Housekeeping: what died without a word is closed as failed. How many there were."""
    gone = Job.objects.filter(state=Job.State.RUNNING, beat_at__lt=timezone.now() - SILENCE)
    return sum(close(job, Job.State.FAILED, message=INTERRUPTED) for job in gone)


def see(job: Job) -> None:
    """Its owner has seen how it ended."""
    if job.finished_at and not job.seen_at:
        Job.objects.filter(pk=job.pk, seen_at=None).update(seen_at=timezone.now())


@task()
def work_off(pk: int) -> None:
    """What stands in the queue for a job."""
    run(pk)


def run(pk: int) -> None:
    """Do the work of a job and note how it ended; nothing when it was taken or closed before."""
    job = begin(pk)
    if job is None:
        return
    progress = Progress(job)
    try:
        result = json.dumps(dict(KINDS[job.kind].work(progress) or {}))
    except JobClosed:
        return
    except JobRefused as refused:
        close(job, Job.State.FAILED, message=str(refused)[:300])
    except Exception:
        log.exception("job %s of kind %s failed", pk, job.kind)
        close(job, Job.State.FAILED, message=BROKEN)
    except Interrupted:
        close(job, Job.State.FAILED, message=INTERRUPTED)
    else:
        close(job, Job.State.DONE, result=result, done=progress.done, total=progress.total)


def begin(pk: int) -> Job | None:
    now = timezone.now()
    waiting = Job.objects.filter(pk=pk, state=Job.State.WAITING)
    taken = waiting.update(state=Job.State.RUNNING, started_at=now, beat_at=now)
    return Job.objects.select_related("owner").get(pk=pk) if taken else None


def change(job: Job, **fields: Any) -> int:
    """Change the row of running work; 0 when somebody closed it meanwhile."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(**fields)


def close(job: Job, state: Job.State, **fields: Any) -> int:
    """End a job in the state that it was read in; 0 when it is in another by now."""
    same = Job.objects.filter(pk=job.pk, state=job.state)
    return same.update(state=state, finished_at=timezone.now(), **fields)
