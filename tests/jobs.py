"""For tests whose page starts long work: be the worker until the queue is empty."""

from unittest.mock import patch

from office.management.commands.worker import new_worker


def work_off_the_queue() -> None:
    """Run what waits, as `manage.py worker` would, in this process and thread."""
    # It would close the connection, and with it the transaction that a test is wrapped in.
    with patch("django_tasks_db.management.commands.db_worker.close_old_connections"):
        new_worker().run()
