"""The import of residents from a page: the file waits encrypted in the vault, the work runs as a job.

A person has one list waiting and one report at a time; a new one takes the place of the old one.
"""

import csv
import io
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from applications import importing
from applications.refusals import Refused
from applications.sheets import NotATable
from office import jobs, vault
from office.models import VaultFile

UPLOAD, REPORT = "import", "import-report"
KIND, PERMISSION = "import-residents", "applications.import_residents"
PAGE = "/penduduk/impor/"
UPLOAD_KEPT, REPORT_KEPT = timedelta(days=1), timedelta(days=30)
GONE = "Berkasnya sudah tidak ada: sudah diimpor, dihapus, atau diganti. Unggah sekali lagi."


def keep(content: bytes, purpose: str, *, by: User) -> VaultFile:
    """Put a file into the vault in place of the one that waited before."""
    mime, now = "application/octet-stream", timezone.now()
    row = VaultFile.objects.keep(vault.write(content), purpose=purpose, mime=mime, by=by, at=now)
    discard(purpose, by=by, but=row)
    return row


def waiting(purpose: str, *, by: User) -> VaultFile | None:
    return VaultFile.objects.filter(purpose=purpose, created_by=by).order_by("-pk").first()


def discard(purpose: str, *, by: User, but: VaultFile | None = None) -> None:
    """Take a person's files of a purpose away, rows first; `but` stays."""
    for row in list(VaultFile.objects.filter(purpose=purpose, created_by=by)):
        if row != but:
            take_away(row)


def take_away(row: VaultFile) -> None:
    """The row first, then the file (design.md, section 3, Vault)."""
    VaultFile.objects.filter(pk=row.pk).delete()
    vault.remove(row.name)


def discard_old() -> int:
    """Housekeeping: what nobody came back for. Returns how many files were taken away."""
    now = timezone.now()
    left = Q(purpose=UPLOAD, created_at__lt=now - UPLOAD_KEPT) | Q(purpose=REPORT, created_at__lt=now - REPORT_KEPT)
    rows = list(VaultFile.objects.filter(left))
    for row in rows:
        take_away(row)
    return len(rows)


def start(file: VaultFile, mapping: dict[int, str], *, by: User, dry_run: bool, update: bool) -> Any:
    """Put the work into the queue."""
    columns = {str(column): name for column, name in mapping.items()}
    return jobs.start(
        KIND, owner=by, title="Coba impor penduduk" if dry_run else "Impor penduduk",
        arguments={"file": file.pk, "mapping": columns, "dry_run": dry_run, "update": update},
    )


@jobs.register(KIND, permission=PERMISSION)
def work(progress: jobs.Progress) -> dict[str, Any]:
    """Can be done again without harm: who is in the register already is unchanged."""
    wanted, owner = progress.arguments, progress.owner
    file = VaultFile.objects.filter(pk=wanted["file"], purpose=UPLOAD, created_by=owner).first()
    if file is None:
        raise jobs.JobRefused(GONE)
    text = io.StringIO()
    try:
        report = importing.run(
            vault.read(file.name), {int(column): name for column, name in wanted["mapping"].items()}, by=owner,
            dry_run=wanted["dry_run"], update=wanted["update"], progress=progress.advance,
            note=importing.ReportFile(text).note,
        )
    except vault.FileMissing as error:
        raise jobs.JobRefused(GONE) from error
    except (NotATable, Refused) as error:
        raise jobs.JobRefused(str(error)) from error
    keep(text.getvalue().encode("utf-8-sig"), REPORT, by=owner)
    if not wanted["dry_run"]:
        discard(UPLOAD, by=owner)
    return outcome(report, wanted["dry_run"])


def outcome(report: importing.Report, dry_run: bool) -> dict[str, Any]:
    """What the page of the job shows; where rows were refused, it leads straight to which and why."""
    found = {"facts": facts(report, dry_run), "url": PAGE, "link": "Lanjut ke impor" if dry_run else "Impor lagi"}
    if report.refused:
        found |= {"url": f"{PAGE}#report", "link": f"Lihat {report.refused} baris yang ditolak"}
    if report.refused == report.rows:
        would = "akan masuk" if dry_run else "masuk"
        found["said"] = f"Selesai: tidak ada yang {would}, {report.refused} baris ditolak."
    return found


def facts(report: importing.Report, dry_run: bool) -> list[dict[str, Any]]:
    return [
        {"label": "Baris dibaca", "value": report.rows},
        {"label": "Akan ditambahkan" if dry_run else "Ditambahkan", "value": report.created},
        {"label": "Akan diperbarui" if dry_run else "Diperbarui", "value": report.updated},
        {"label": "Tidak berubah", "value": report.unchanged},
        {"label": "Ditolak", "value": report.refused},
    ]


def report_lines(file: VaultFile, most: int) -> tuple[list[list[str]], int]:
    """The first lines of a report, and how many there are."""
    every = list(csv.reader(io.StringIO(vault.read(file.name).decode("utf-8-sig"))))[1:]
    return every[:most], len(every)
