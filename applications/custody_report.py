"""The month of the cards in custody, told upward by cause (fact F6.8); a month ends at midnight WIB.

For each cause: lay there at the beginning + taken in − destroyed − sent back − put right = lies there at the end.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format

from applications.models import Destruction, HeldCard
from office.calendar import midnight

CAUSES = dict(HeldCard.Cause.choices)
FIRST_YEAR, LAST_YEAR = 2000, 2999
FORM = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
PARTS = ("opening", "taken_in", "destroyed", "sent_back", "corrected")
HEADINGS = ("Sebab", "Awal bulan", "Diterima", "Dimusnahkan", "Dikembalikan", "Dikoreksi", "Akhir bulan")
OF_RECORDS = ("Nomor", "Tanggal", "Jumlah", "Tempat", "Cara", "Saksi")


@dataclass(frozen=True)
class Month:
    """A month of the office, from midnight to midnight WIB."""

    first: date

    @classmethod
    def read(cls, text: str, today: date) -> "Month":
        """`2026-11`; anything else, and a month to come, is the month of `today`."""
        found = FORM.fullmatch(text)
        year, month = (int(found[1]), int(found[2])) if found else (0, 0)
        if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
            return cls(today.replace(day=1))
        return cls(min(date(year, month, 1), today.replace(day=1)))

    @property
    def after(self) -> "Month":
        year, month = divmod(self.first.year * 12 + self.first.month, 12)
        return Month(date(year, month + 1, 1))

    @property
    def before(self) -> "Month":
        year, month = divmod(self.first.year * 12 + self.first.month - 2, 12)
        return Month(date(year, month + 1, 1))

    @property
    def code(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def name(self) -> str:
        return date_format(self.first, "F Y")

    @property
    def start(self) -> datetime:
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment that is no longer in it."""
        return midnight(self.after.first)


@dataclass(frozen=True)
class Line:
    """The cards of one cause in a month, or of all causes."""

    label: str
    opening: int = 0
    taken_in: int = 0
    destroyed: int = 0
    sent_back: int = 0
    corrected: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.taken_in - self.destroyed - self.sent_back - self.corrected

    @property
    def figures(self) -> tuple[int, ...]:
        return self.opening, self.taken_in, self.destroyed, self.sent_back, self.corrected, self.closing


@dataclass(frozen=True)
class Report:
    """One month: a line for every cause that had a card, the sum, the records of destruction."""

    month: Month
    lines: list[Line]
    total: Line
    records: list[Destruction] = field(default_factory=list)
    until: datetime | None = None  # where the month goes on: the moment up to which it is told

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.records)


def of(month: Month, now: datetime) -> Report:
    """Two queries."""
    counted = {each.pop("cause"): each for each in counts(month)}
    lines = [Line(label, **counted[code]) for code, label in CAUSES.items() if any(counted.get(code, {}).values())]
    sums = {name: sum(getattr(line, name) for line in lines) for name in PARTS}
    records = Destruction.objects.filter(at__gte=month.start, at__lt=month.end).select_related("by").order_by("pk")
    return Report(month, lines, Line("Jumlah", **sums), list(records), now if now < month.end else None)


def counts(month: Month) -> Iterable[Any]:
    """Per cause, what was there, came and left; a card that left before the month counts nowhere."""
    start, end = month.start, month.end
    return (
        HeldCard.objects.filter(taken_at__lt=end)
        .filter(Q(destruction=None) | Q(destruction__at__gte=start))
        .filter(Q(returned_at=None) | Q(returned_at__gte=start))
        .filter(Q(corrected_at=None) | Q(corrected_at__gte=start))
        .values("cause").order_by()
        .annotate(
            opening=Count("pk", filter=Q(taken_at__lt=start)),
            taken_in=Count("pk", filter=Q(taken_at__gte=start)),
            destroyed=Count("pk", filter=Q(destruction__at__lt=end)),
            sent_back=Count("pk", filter=Q(returned_at__lt=end)),
            corrected=Count("pk", filter=Q(corrected_at__lt=end)),
        )
    )


# -- as a workbook ---------------------------------------------------------------------------------


def workbook(report: Report, office: str) -> bytes:
    """The report as XLSX. No text in it is a formula, whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "Laporan"
    for number, row in enumerate(rows(report, office), start=1):
        for column, value in enumerate(row, start=1):
            write(sheet.cell(number, column), value)
    for column, width in enumerate((34, 22, 12, 30, 18, 60), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rows(report: Report, office: str) -> list[tuple[Any, ...]]:
    until = f"Sampai {date_format(timezone.localtime(report.until), 'DATETIME_FORMAT')}" if report.until else ""
    return [
        (f"Laporan kartu ditarik dan pemusnahan, {report.month.name}",), (office,), (until,), (), HEADINGS,
        *((line.label, *line.figures) for line in [*report.lines, report.total]),
        (), OF_RECORDS, *(cells_of(record) for record in report.records),
    ]


def cells_of(record: Destruction) -> tuple[Any, ...]:
    witnesses = f"{record.witness1_name}; {record.witness2_name}"
    at = timezone.localtime(record.at).replace(tzinfo=None)
    return record.number, at, record.count, record.place, record.method, witnesses


def write(cell: Any, value: Any) -> None:
    """Texts are marked as texts, and signs that a workbook cannot hold are left out."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type, cell.quotePrefix = "s", True
        return
    cell.value = value
    if isinstance(value, datetime):
        cell.number_format = "dd-mm-yyyy hh:mm"
