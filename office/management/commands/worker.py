"""`manage.py worker`: does the jobs of the queue one after another, and the housekeeping once an hour.

The package's own `db_worker` opens an exclusive transaction every second, which under SQLite takes the one write lock
with nothing to do, and ends with an error when it does not get it in time. So here a plain read looks whether anything
waits, and only then the package's worker runs until the queue is empty.
"""

import logging
import signal
import time
from argparse import ArgumentParser
from contextlib import suppress
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from office import housekeeping
from office.jobs import Interrupted

HOUR = 60 * 60
GRACE = 6  # seconds that running work has to come to its end when the worker is told to stop
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Kerjakan antrean pekerjaan satu per satu, dan rapikan setiap jam."
    worker: Worker
    tidied = -HOUR - 1.0

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=float, default=1.0, help="Detik antara dua pemeriksaan antrean.")
        parser.add_argument("--batch", action="store_true", help="Kerjakan yang menunggu, lalu selesai.")

    def handle(self, *args: Any, interval: float, batch: bool, **options: Any) -> None:
        self.worker = new_worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        signal.signal(signal.SIGALRM, give_up)
        with suppress(Interrupted):
            while self.worker.running:
                self.turn()
                if batch:
                    break
                if self.worker.running:
                    time.sleep(interval)

    def turn(self) -> None:
        """One look at the queue and the clock; a database that is away or busy is tried again at the next turn."""
        try:
            close_old_connections()
            if time.monotonic() - self.tidied > HOUR:
                self.tidied = time.monotonic()
                list(housekeeping.run())
            if DBTaskResult.objects.ready().exists():
                self.worker.run()
        except DatabaseError as error:
            log.warning("the queue could not be read: %s", type(error).__name__)
            connection.close()

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Running work may come to its end, for a while; an idle worker ends with its nap."""
        self.worker.running = False
        signal.alarm(GRACE)


def new_worker() -> Worker:
    """The package's worker, so that it runs what waits and comes back."""
    return Worker(
        queue_names=["default"], excluded_queue_names=[], backend_name="default", interval=0, batch=True,
        startup_delay=False, max_tasks=None, worker_id=get_random_string(32),
    )


def give_up(number: int, frame: FrameType | None) -> None:
    raise Interrupted
