"""Long work: queued with its row, watched while it runs, a sentence for every end, started again after a death."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from office import housekeeping, jobs
from office.jobs import JobRefused, Progress
from office.management.commands import worker
from office.models import Job
from tests.jobs import work_off_the_queue
from tests.office.books import environment

State = Job.State
RIGHT = "applications.import_residents"


@pytest.fixture
def owner(people):
    return people["section_head"]


@pytest.fixture
def work(monkeypatch):
    """Make a function the work of the kind `uji`."""
    return lambda function: monkeypatch.setitem(jobs.KINDS, "uji", jobs.Kind(function, RIGHT, "baris"))


def started(owner, **arguments) -> Job:
    return jobs.start("uji", owner=owner, title="Uji", arguments=arguments)


def again(job: Job) -> Job:
    return Job.objects.select_related("owner").get(pk=job.pk)


def make(job: Job, **fields) -> Job:
    Job.objects.filter(pk=job.pk).update(**fields)
    return again(job)


def ago(**time) -> object:
    return timezone.now() - timedelta(**time)


# -- queued, done --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_work_waits_until_a_worker_does_it_and_its_result_waits_for_its_owner(work, owner):
    work(lambda progress: {"facts": [{"label": "Berkas", "value": progress.arguments["file"]}], "url": "/loket/"})
    job = started(owner, file=7)
    assert (again(job).state, again(job).started_at) == (State.WAITING, None)
    work_off_the_queue()
    done = again(job)
    assert (done.state, done.seen_at) == (State.DONE, None)
    assert done.created_at <= done.started_at <= done.finished_at
    assert json.loads(done.result) == {"facts": [{"label": "Berkas", "value": 7}], "url": "/loket/"}


@pytest.mark.django_db
def test_work_knows_who_asked_for_it(work, owner):
    work(lambda progress: {"facts": [{"label": "Oleh", "value": progress.owner.username}]})
    job = started(owner)
    work_off_the_queue()
    assert owner.username in again(job).result


@pytest.mark.django_db
def test_the_job_and_its_task_are_both_kept_or_neither(work, owner, monkeypatch):
    work(lambda progress: None)
    with pytest.raises(RuntimeError), transaction.atomic():
        started(owner)
        raise RuntimeError
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (0, 0)

    monkeypatch.setattr(DBTaskResult.objects, "create", lambda **fields: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        started(owner)
    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_a_kind_that_nobody_registered_is_refused_before_anything_is_kept(owner):
    with pytest.raises(KeyError):
        jobs.start("entah", owner=owner, title="Uji")
    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_a_job_is_done_once_also_when_its_task_is_run_twice(work, owner):
    turns = []
    work(lambda progress: turns.append(1))
    job = started(owner)
    jobs.run(job.pk)
    jobs.run(job.pk)
    work_off_the_queue()
    assert turns == [1]


# -- progress ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_progress_is_written_at_most_twice_a_second_and_the_last_count_at_the_end(work, owner, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(jobs.time, "monotonic", lambda: clock[0])
    seen = []

    def count(progress: Progress) -> None:
        for turn in range(1, 81):
            clock[0] += 0.125
            with CaptureQueriesContext(connection) as queries:
                progress.advance(turn, 80)
            seen.append(len(queries))

    work(count)
    job = started(owner)
    work_off_the_queue()
    assert sum(seen) == 20  # in ten seconds
    assert (again(job).done, again(job).total, again(job).state) == (80, 80, State.DONE)


@pytest.mark.django_db(transaction=True)
def test_progress_inside_a_transaction_is_written_after_it(work, owner, monkeypatch):
    monkeypatch.setattr(jobs, "WRITE_EVERY", -1)
    seen = []

    def count(progress: Progress) -> None:
        with transaction.atomic():
            progress.advance(3, 9)
            seen.append(again(progress.job).done)
        progress.advance(4)
        seen.append(again(progress.job).done)

    work(count)
    job = started(owner)
    jobs.run(job.pk)
    assert seen == [0, 4]
    assert again(job).total == 9


# -- failures ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_refused_work_says_its_sentence(work, owner):
    def refuse(progress: Progress) -> None:
        raise JobRefused("Kolom NIK tidak ditemukan. Pilih kolomnya.")

    work(refuse)
    job = started(owner)
    work_off_the_queue()
    assert (again(job).state, again(job).message) == (State.FAILED, "Kolom NIK tidak ditemukan. Pilih kolomnya.")


@pytest.mark.django_db
def test_broken_work_says_what_to_do_and_nothing_of_the_error(work, owner, caplog):
    work(lambda progress: {"angka": 1 / 0})
    job = started(owner)
    work_off_the_queue()
    failed = again(job)
    assert (failed.state, failed.message, failed.result) == (State.FAILED, jobs.BROKEN, "{}")
    assert f"job {job.pk} of kind uji failed" in caplog.text and "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in "".join(DBTaskResult.objects.values_list("traceback", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("result", [{"waktu": timezone.now()}, {"x": object()}, 7])
def test_a_result_that_is_no_json_is_broken_work(work, owner, result, caplog):
    work(lambda progress: result)
    job = started(owner)
    work_off_the_queue()
    assert (again(job).state, again(job).message) == (State.FAILED, jobs.BROKEN)


@pytest.mark.django_db(transaction=True)
def test_what_broken_work_wrote_in_its_transaction_is_not_kept(work, owner, caplog):
    def half(progress: Progress) -> None:
        with transaction.atomic():
            owner.__class__.objects.filter(pk=owner.pk).update(name="Setengah")
            raise ValueError

    work(half)
    job = started(owner)
    work_off_the_queue()
    owner.refresh_from_db()
    assert again(job).state == State.FAILED and owner.name != "Setengah"


@pytest.mark.django_db
def test_one_failure_does_not_keep_the_next_work_from_being_done(work, owner, caplog):
    work(lambda progress: 1 / progress.arguments["by"])
    first, second = started(owner, by=0), started(owner, by=0)
    work_off_the_queue()
    assert [again(job).state for job in (first, second)] == [State.FAILED] * 2


# -- a worker that died --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "may"),
    [
        ({"state": State.WAITING, "created_at": timedelta(minutes=14)}, False),
        ({"state": State.WAITING, "created_at": timedelta(minutes=16)}, True),
        ({"state": State.RUNNING, "beat_at": timedelta(minutes=2)}, False),
        ({"state": State.RUNNING, "beat_at": timedelta(minutes=4)}, True),
        ({"state": State.FAILED, "finished_at": timedelta(minutes=1)}, True),
        ({"state": State.DONE, "finished_at": timedelta(minutes=1)}, False),
    ],
)
def test_only_work_that_failed_or_fell_silent_may_be_started_again(work, owner, fields, may):
    work(lambda progress: None)
    now = timezone.now()  # asked here: the table is read when the suite begins
    fields = {name: now - value if isinstance(value, timedelta) else value for name, value in fields.items()}
    job = make(started(owner, file=7), **fields)
    assert jobs.may_start_again(job) is may
    if not may:
        with pytest.raises(JobRefused, match="masih berjalan atau sudah selesai"):
            jobs.start_again(job)
        assert Job.objects.count() == 1
        return
    new = jobs.start_again(job)
    assert again(job).state == State.FAILED
    assert again(job).message == ("" if job.state == State.FAILED else jobs.INTERRUPTED)
    assert (new.pk != job.pk, new.arguments, new.title) == (True, '{"file": 7}', "Uji")
    work_off_the_queue()
    assert (again(new).state, again(job).state) == (State.DONE, State.FAILED)


@pytest.mark.django_db
def test_who_may_not_do_the_work_any_more_does_not_start_it_again(work, owner, people, monkeypatch):
    work(lambda progress: None)
    job = make(started(people["information"]), state=State.FAILED)
    with pytest.raises(JobRefused, match="bukan lagi bagian dari tugas Anda"):
        jobs.start_again(job)
    monkeypatch.delitem(jobs.KINDS, "uji")
    with pytest.raises(JobRefused, match="bukan lagi bagian dari tugas Anda"):
        jobs.start_again(make(job, owner=owner))


@pytest.mark.django_db
def test_work_that_was_taken_for_dead_stops_and_changes_the_row_no_more(work, owner, monkeypatch):
    monkeypatch.setattr(jobs, "WRITE_EVERY", -1)
    reached = []

    def slow(progress: Progress) -> None:
        make(progress.job, beat_at=ago(minutes=5))
        assert jobs.close_silent() == 1
        progress.advance(1)
        reached.append(1)

    work(slow)
    job = started(owner)
    work_off_the_queue()
    assert reached == []
    assert (again(job).state, again(job).message, again(job).done) == (State.FAILED, jobs.INTERRUPTED, 0)


@pytest.mark.django_db
def test_work_that_ends_after_it_was_closed_changes_nothing(work, owner):
    def slow(progress: Progress) -> dict:
        make(progress.job, beat_at=ago(minutes=5))
        jobs.close_silent()
        return {"url": "/loket/"}

    work(slow)
    job = started(owner)
    work_off_the_queue()
    assert (again(job).state, again(job).result) == (State.FAILED, "{}")


@pytest.mark.django_db
def test_waiting_work_is_not_closed_by_the_housekeeping_however_long_the_office_was_closed(work, owner):
    work(lambda progress: None)
    job = make(started(owner), created_at=ago(days=4))
    assert jobs.close_silent() == 0
    work_off_the_queue()
    assert again(job).state == State.DONE


@pytest.fixture
def serving(people) -> Iterator[subprocess.Popen]:
    """A worker process that has begun an endless job."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.office.worker", "serve", "1"], cwd=settings.BASE_DIR, env=environment(),
        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        assert process.stdout.readline() == "tidied\n"
        yield process
    finally:
        process.kill()
        process.communicate(timeout=10)


@pytest.fixture
def endless(monkeypatch, owner):
    monkeypatch.setitem(jobs.KINDS, "endless", jobs.Kind(lambda progress: None, RIGHT, "baris"))
    return jobs.start("endless", owner=owner, title="Tak berujung")


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_work_that_is_seen_to_be_dead_and_is_started_again(endless, serving):
    assert serving.stdout.readline() == "begun\n"
    serving.send_signal(signal.SIGKILL)
    serving.wait(10)
    job = again(endless)
    assert (job.state, jobs.silent(job)) == (State.RUNNING, False)
    assert DBTaskResult.objects.get().status == "RUNNING"

    job = make(job, beat_at=ago(minutes=4))
    assert jobs.silent(job)
    new = jobs.start_again(job)
    work_off_the_queue()
    assert (again(new).state, again(job).state, again(job).message) == (State.DONE, State.FAILED, jobs.INTERRUPTED)


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_stop_breaks_off_long_work_after_a_grace_and_says_so(endless, serving):
    assert serving.stdout.readline() == "begun\n"
    serving.send_signal(signal.SIGTERM)
    out, err = serving.communicate(timeout=8)
    assert (serving.returncode, out, err) == (0, "", "")
    assert (again(endless).state, again(endless).message) == (State.FAILED, jobs.INTERRUPTED)


@pytest.mark.django_db(transaction=True)
def test_an_idle_worker_told_to_stop_ends_quietly(people, serving):
    serving.send_signal(signal.SIGTERM)
    out, err = serving.communicate(timeout=8)
    assert (serving.returncode, out, err) == (0, "", "")


# -- the worker ----------------------------------------------------------------------------------


@pytest.fixture
def command(monkeypatch) -> worker.Command:
    """The worker between two hours of housekeeping; it leaves the connection to the test."""
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    command = worker.Command()
    command.tidied = worker.time.monotonic()
    command.worker = worker.new_worker()
    return command


@pytest.mark.django_db
def test_a_worker_with_nothing_to_do_only_reads(command):
    with CaptureQueriesContext(connection) as queries:
        command.turn()
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


@pytest.mark.django_db
def test_a_worker_does_all_that_waits_in_one_turn(command, work, owner):
    work(lambda progress: None)
    several = [started(owner) for _ in range(3)]
    command.turn()
    assert [again(job).state for job in several] == [State.DONE] * 3


@pytest.mark.django_db
def test_a_worker_tidies_up_when_it_starts_and_then_once_an_hour(command, monkeypatch):
    turns, clock = [], [0.0]
    monkeypatch.setattr(housekeeping, "run", lambda: turns.append(clock[0]) or [])
    monkeypatch.setattr(worker.time, "monotonic", lambda: clock[0])
    command.tidied = worker.Command.tidied
    for clock[0] in range(0, 3 * 3600 + 60, 30):
        command.turn()
    assert turns == [0, 3630, 7260]


@pytest.mark.django_db
def test_a_database_that_is_away_is_tried_again_and_does_not_end_the_worker(command, monkeypatch, caplog):
    from django.db import OperationalError

    def away() -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(DBTaskResult.objects, "ready", away)
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    command.turn()
    assert "the queue could not be read: OperationalError" in caplog.text


# -- housekeeping --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_old_rows_of_the_queue_go_and_younger_or_waiting_ones_stay(work, owner):
    work(lambda progress: None)
    rows = [started(owner) and DBTaskResult.objects.order_by("-enqueued_at").first() for _ in range(5)]
    times = [
        {"status": "SUCCESSFUL", "finished_at": ago(days=8)}, {"status": "RUNNING", "started_at": ago(days=8)},
        {"status": "SUCCESSFUL", "finished_at": ago(days=6)}, {"status": "RUNNING", "started_at": ago(days=6)},
        {"status": "READY", "enqueued_at": ago(days=30)},
    ]
    for row, fields in zip(rows, times, strict=True):
        DBTaskResult.objects.filter(pk=row.pk).update(**fields)
    assert housekeeping.prune_queue() == 2
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == {row.pk for row in rows[2:]}


@pytest.mark.django_db
def test_results_are_kept_for_thirty_days(work, owner):
    work(lambda progress: None)
    old, young, waiting = (started(owner) for _ in range(3))
    make(old, state=State.DONE, finished_at=ago(days=31))
    make(young, state=State.DONE, finished_at=ago(days=29))
    make(waiting, created_at=ago(days=60))
    assert housekeeping.prune_jobs() == 1
    assert set(Job.objects.all()) == {young, waiting}


@pytest.mark.django_db
def test_one_task_that_fails_stops_no_other_and_is_logged(monkeypatch, caplog):
    monkeypatch.setattr(housekeeping, "TASKS", {"rusak": lambda: 1 // 0, "baik": lambda: 3})
    assert list(housekeeping.run()) == [("rusak", None), ("baik", 3)]
    assert "housekeeping failed: rusak" in caplog.text


@pytest.mark.django_db
def test_the_office_tidies_up_its_queue_its_jobs_and_its_vault(settings, tmp_path):
    settings.VAULT_DIR = tmp_path
    counts = dict(housekeeping.run())
    assert {"Pekerjaan terputus ditutup", "Pekerjaan lama dihapus", "Baris antrean lama dihapus",
            "Berkas brankas tanpa baris dihapus"} <= set(counts)
    assert None not in counts.values()
