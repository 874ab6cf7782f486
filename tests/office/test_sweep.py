"""A process killed anywhere between a file and its row: no row lacks its file, and the sweep takes the rest."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from office import sweep as sweeping
from office import vault
from office.models import VaultFile
from office.sweep import Swept, sweep
from tests.office.books import environment
from tests.office.killed import CONTENT, STEPS

HOURS = 60 * 60


@pytest.fixture(autouse=True)
def own_vault(settings, tmp_path) -> Path:
    settings.VAR_DIR, settings.VAULT_DIR = tmp_path, tmp_path / "vault"
    return settings.VAULT_DIR


def row(sealed: vault.Sealed) -> VaultFile:
    return VaultFile.objects.create(
        name=sealed.name, purpose="uji", mime="text/plain", size=sealed.size, sha256=sealed.sha256,
        key_label=sealed.key_label, created_at=timezone.now(),
    )


def on_disk() -> list[Path]:
    return sorted(path for path in vault._root().rglob("*") if path.is_file())


def unfinished(name: str = "a" * 32) -> Path:
    path = vault._path(name).with_name(name + vault.TEMPORARY)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"setengah")
    return path


def age(path: Path, seconds: float = 2 * HOURS) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def age_all() -> None:
    for path in on_disk():
        age(path)


# -- killed --------------------------------------------------------------------------------------


def killed_at(step: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.office.killed", step], env=environment(), capture_output=True, text=True,
        timeout=60, check=False,
    )
    assert (ran.returncode, ran.stderr) == (-signal.SIGKILL, "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_at_any_step_leaves_each_row_its_file_and_the_sweep_takes_the_rest(step):
    half, whole, rows = STEPS[step]
    killed_at(step)
    left = on_disk()
    assert [path.suffix for path in left] == [vault.TEMPORARY] * half + [""] * whole
    assert VaultFile.objects.count() == rows
    assert sweep() == Swept(young=1)  # it might still be under way
    assert on_disk() == left

    age_all()
    assert sweep() == Swept(old=rows, files=whole - rows, unfinished=half)
    assert len(on_disk()) == rows
    assert [vault.read(file.name) for file in VaultFile.objects.all()] == [CONTENT] * rows


# -- what it takes and what it leaves ------------------------------------------------------------


@pytest.mark.django_db
def test_the_sweep_takes_old_files_without_a_row_and_nothing_else(own_vault):
    named, bare, young = vault.write(b"bernama"), vault.write(b"telantar"), vault.write(b"baru")
    row(named)
    half = unfinished()
    age_all()
    os.utime(vault._path(young.name))
    assert sweep() == Swept(old=1, young=1, files=1, unfinished=1)
    assert not half.exists() and not vault.exists(bare.name)
    assert vault.read(named.name) == b"bernama" and vault.read(young.name) == b"baru"


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "taken"), [(59 * 60, 0), (61 * 60, 1), (-2 * HOURS, 0)])
def test_an_hour_is_old_enough(seconds, taken):
    vault.write(b"telantar")
    for path in on_disk():
        age(path, seconds)
    assert sweep().removed == taken


@pytest.mark.django_db
def test_what_bears_no_name_of_the_vault_is_left_alone(own_vault):
    foreign = [own_vault / "ab" / "catatan.txt", own_vault / "ab" / ("c" * 32), own_vault / "lain" / ("a" * 32),
               own_vault / ("a" * 32), own_vault / "ab" / ("AB" * 16), own_vault / "ab" / ("ab" * 16 + ".bak")]
    for path in foreign:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    outside = own_vault.parent / "luar"
    outside.write_bytes(b"x")
    (own_vault / "ab" / ("ab" * 16)).symlink_to(outside)
    age_all()
    assert sweep() == Swept()
    assert all(path.exists() for path in [*foreign, outside])


@pytest.mark.django_db
def test_there_may_be_no_vault_yet():
    assert sweep() == Swept()


@pytest.mark.django_db
def test_more_files_than_a_batch_are_swept_in_several(monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 3)
    row(vault.write(b"bernama"))
    for _ in range(7):
        vault.write(b"telantar")
    age_all()
    assert sweep() == Swept(old=1, files=7)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_is_refused_inside_a_transaction():
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        sweep()


# -- at the same time ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_row_whose_file_was_swept_meanwhile_is_not_kept():
    sealed = vault.write(b"komputer tertidur")
    age_all()
    assert sweep().files == 1
    with pytest.raises(vault.FileMissing):
        row(sealed)
    assert VaultFile.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_file_that_gets_its_row_while_the_sweep_runs_is_left(monkeypatch):
    """The row comes after the sweep has seen the file and before it asks for rows."""
    sealed = vault.write(b"terlambat")
    age_all()
    seen = vault.kept_files

    def with_a_late_row():
        yield from seen()
        row(sealed)

    monkeypatch.setattr(vault, "kept_files", with_a_late_row)
    assert sweep() == Swept(old=1)
    assert vault.read(sealed.name) == b"terlambat"


@pytest.mark.django_db(transaction=True)
def test_a_row_cannot_come_between_the_question_and_the_removal(monkeypatch):
    sealed = vault.write(b"terlambat")
    age_all()
    failures: list[BaseException] = []
    asked, discard = threading.Event(), vault.discard

    def write_row() -> None:
        try:
            asked.wait(10)
            row(sealed)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    def slowly(kept: vault.Kept) -> bool:
        asked.set()
        time.sleep(0.5)  # long enough for a row to come, were nothing in its way
        assert VaultFile.objects.count() == 0
        return discard(kept)

    monkeypatch.setattr(vault, "discard", slowly)
    writer = threading.Thread(target=write_row)
    writer.start()
    swept = sweep()
    writer.join()
    assert swept.files == 1
    assert [type(error) for error in failures] == [vault.FileMissing]
    assert VaultFile.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_remove_each_file_once_between_them():
    kept = [vault.write(b"bernama") for _ in range(20)]
    for sealed in kept:
        row(sealed)
    for _ in range(200):
        vault.write(b"telantar")
    age_all()
    found: list[Swept] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        try:
            barrier.wait(10)
            found.append(sweep())
        finally:
            connection.close()

    sweeps = [threading.Thread(target=work) for _ in range(2)]
    for each in sweeps:
        each.start()
    for each in sweeps:
        each.join()
    assert sum(swept.removed for swept in found) == 200
    assert len(found) == 2 and len(on_disk()) == 20
    assert all(vault.exists(sealed.name) for sealed in kept)


# -- the command ---------------------------------------------------------------------------------


def told(**options) -> list[str]:
    out = io.StringIO()
    call_command("vault_sweep", stdout=out, **options)
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_vault_sweep_counts_and_a_dry_run_removes_nothing():
    row(vault.write(b"bernama"))
    vault.write(b"telantar")
    unfinished()
    age_all()
    vault.write(b"baru")
    rest = ["Ada barisnya, tetap: 1", "Belum satu jam, belum diperiksa: 1"]
    assert told(dry_run=True) == ["Tanpa baris, akan dihapus: 1", "Tidak selesai ditulis, akan dihapus: 1", *rest]
    assert len(on_disk()) == 4
    assert told() == ["Tanpa baris, dihapus: 1", "Tidak selesai ditulis, dihapus: 1", *rest]
    assert len(on_disk()) == 2
