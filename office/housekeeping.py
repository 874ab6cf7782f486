"""What has to be tidied up regularly: apps put their functions into TASKS, the worker runs them all once an hour."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from office import jobs
from office.models import Job
from office.sweep import sweep

QUEUE_KEPT = timedelta(days=7)
JOBS_KEPT = timedelta(days=30)  # their results may name residents
TASKS: dict[str, Callable[[], int]] = {}
log = logging.getLogger(__name__)


def register(label: str, function: Callable[[], int]) -> None:
    """Have a function run regularly. It says how many things it tidied up, and may run twice at once."""
    TASKS[label] = function


def run() -> Iterator[tuple[str, int | None]]:
    """Every task with its count; None for one that failed, which goes into the log and stops no other."""
    for label, function in TASKS.items():
        try:
            yield label, function()
        except Exception:
            log.exception("housekeeping failed: %s", label)
            yield label, None


def prune_queue() -> int:
    """Rows of the queue that ended long ago, and those whose worker died: nothing takes them up again."""
    before = timezone.now() - QUEUE_KEPT
    left = Q(finished_at__lt=before) | Q(status="RUNNING", started_at__lt=before)
    return DBTaskResult.objects.filter(left).delete()[0]


def prune_jobs() -> int:
    return Job.objects.filter(finished_at__lt=timezone.now() - JOBS_KEPT).delete()[0]


def sweep_vault() -> int:
    return sweep().removed


def register_own() -> None:
    """Called when the office is ready."""
    register("Pekerjaan terputus ditutup", jobs.close_silent)
    register("Pekerjaan lama dihapus", prune_jobs)
    register("Baris antrean lama dihapus", prune_queue)
    register("Berkas brankas tanpa baris dihapus", sweep_vault)
