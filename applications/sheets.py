"""Tables that come in as files: CSV in the usual encodings, and XLSX. Judged by content, never by name; bounded.

Cells come out as text; nothing in them is evaluated. Every way in which a file can be wrong is a NotATable with a
sentence. Plain Python.
"""

import codecs
import csv
import io
import struct
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

MOST_COLUMNS = 200
MOST_ROWS = 250_000
UNPACKED = 300 * 1024 * 1024  # of a whole XLSX; 60,000 rows of residents are about 70 MB
UNPACKED_STRINGS = 80 * 1024 * 1024  # of the part that the reader holds in memory
MOST_ZEROS = 100  # in a text, by mistake; more of them is another kind of file
LARGEST_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number: the 16th is lost
DELIMITERS = ",;\t|"

Row = tuple[int, list[str]]


class NotATable(ValueError):
    """The file cannot be read as a table; the text is a sentence for whoever sent it."""


NEITHER = "Berkas ini bukan CSV atau XLSX. Simpan daftarnya dari Excel sebagai CSV atau XLSX, lalu unggah lagi."
ZERO_BYTE = "Baris {row} berisi tanda yang tidak terbaca (NUL). Hapus tanda itu, simpan ulang, lalu unggah lagi."
EMPTY = "Berkas ini kosong. Baris pertama berisi judul kolom, baris berikutnya data."
BROKEN_XLSX = "Berkas XLSX ini rusak atau tidak lengkap. Buka di Excel, simpan ulang, lalu unggah lagi."
TOO_LARGE = "Isi berkas XLSX ini terlalu besar setelah dibuka. Simpan hanya lembar daftarnya, atau bagi berkasnya."
TOO_WIDE = f"Berkas ini mempunyai lebih dari {MOST_COLUMNS} kolom. Hapus kolom yang tidak diperlukan."
TOO_LONG = f"Berkas ini mempunyai lebih dari {MOST_ROWS} baris. Bagi menjadi beberapa berkas."
BROKEN_CSV = "Baris {row} tidak dapat dibaca: satu sel terlalu panjang, atau tanda kutipnya tidak ditutup. Perbaiki."


class Table:
    """A file with a row of headings. `rows()` reads it from the beginning each time, one row after the other."""

    def __init__(self, content: bytes) -> None:
        """Raises NotATable when there is no heading to be found."""
        if not content.strip(b"\x00\r\n\t "):
            raise NotATable(EMPTY)
        self.content = content
        self.is_workbook = content[:4] == b"PK\x03\x04"
        self.encoding = "" if self.is_workbook else encoding_of(content)
        self.delimiter = "" if self.is_workbook else delimiter_of(content, self.encoding)
        first = next(self.filled(MOST_COLUMNS + 1), None)
        if first is None:
            raise NotATable(EMPTY)
        self.header_row, heading = first
        if len(heading) > MOST_COLUMNS:
            raise NotATable(TOO_WIDE)
        self.header = [" ".join(cell.split())[:60] for cell in heading]

    def rows(self) -> Iterator[Row]:
        """The rows below the heading that hold anything, with their number as a spreadsheet shows it."""
        for number, cells in self.filled(len(self.header) + 1):
            if number > self.header_row:
                yield number, cells

    def sample(self, count: int) -> list[list[str]]:
        return [cells for _, cells in islice(self.rows(), count)]

    def filled(self, width: int) -> Iterator[Row]:
        every = workbook_rows(self.content, width) if self.is_workbook else self.csv_rows(width)
        for number, cells in every:
            if number > MOST_ROWS + 1:
                raise NotATable(TOO_LONG)
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield number, cells

    def csv_rows(self, width: int) -> Iterator[Row]:
        text = io.TextIOWrapper(io.BytesIO(self.content), encoding=self.encoding, errors="replace", newline="")
        reader, number = csv.reader(text, delimiter=self.delimiter), 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise NotATable(BROKEN_CSV.format(row=number)) from error
            if number == 1 and cells[:1] and cells[0].lower().startswith("sep="):
                continue
            yield number, [cell.strip() for cell in cells[:width]]


def encoding_of(content: bytes) -> str:
    """By the mark at the beginning, by the zero bytes of UTF-16, else UTF-8 if it is that, else Windows."""
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return checked(content, "utf-16")
    head = content[:2000]
    if head[1::2].count(0) > len(head) / 4:
        return checked(content, "utf-16-le")
    if head[::2].count(0) > len(head) / 4:
        return checked(content, "utf-16-be")
    if unreadable(head.replace(b"\x00", b"").decode("latin-1")):
        raise NotATable(NEITHER)
    if zeros := content.count(b"\x00"):
        raise NotATable(told_of_zero(content) if zeros <= MOST_ZEROS and like_text(content) else NEITHER)
    return "utf-8" if decodes(content, "utf-8") else "cp1252"


def told_of_zero(content: bytes) -> str:
    before = content[: content.index(b"\x00")]
    return ZERO_BYTE.format(row=len(before.splitlines()) + before.endswith((b"\n", b"\r")) + (not before))


def like_text(content: bytes) -> bool:
    """A list with a stray zero byte, not a program or a picture: nothing else in it is a sign of control."""
    plain = content.translate(None, b"\x00")
    return decodes(plain, "utf-8") and not unreadable(plain.decode())


def checked(content: bytes, encoding: str) -> str:
    if not decodes(content, encoding) or unreadable(content[:2000].decode(encoding, "replace")):
        raise NotATable(NEITHER)
    return encoding


def decodes(content: bytes, encoding: str) -> bool:
    reader = io.TextIOWrapper(io.BytesIO(content), encoding=encoding)
    try:
        while reader.read(1 << 16):
            pass
    except UnicodeDecodeError:
        return False
    return True


def unreadable(text: str) -> bool:
    return any(sign < " " and sign not in "\t\r\n\x0b\x0c\x1a" for sign in text)


def delimiter_of(content: bytes, encoding: str) -> str:
    """The sign that parts the headings; a first line `sep=;` of Excel says it itself."""
    text = content[:200_000].decode(encoding, "replace").lstrip("\ufeff\r\n")
    first = text.splitlines()[0] if text else ""
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    outside = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


# -- XLSX ------------------------------------------------------------------------------------------


def workbook_rows(content: bytes, width: int) -> Iterator[Row]:
    """The rows of the first sheet. The sizes that a zip tells of its parts bind its reader too, so they are a bound."""
    import openpyxl

    check_unpacked(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=width, values_only=True), start=1):
            yield number, [as_text(cell) for cell in cells]
    except (NotATable, GeneratorExit):
        raise
    except Exception as error:  # whatever a damaged workbook makes the reader stumble over
        raise NotATable(BROKEN_XLSX) from error


def check_unpacked(content: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise NotATable(BROKEN_XLSX) from error
    sizes = {part.filename: part.file_size for part in parts}
    if "xl/workbook.xml" not in sizes:
        raise NotATable(NEITHER)
    held = sum(size for name, size in sizes.items() if "worksheets/" not in name)
    if sum(part.file_size for part in parts) > UNPACKED or held > UNPACKED_STRINGS:
        raise NotATable(TOO_LARGE)


def as_text(cell: Any) -> str:
    """A cell as it would be typed. A number too large to be exact is written so that it is noticed."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_EXACT:
        return str(int(cell))
    if isinstance(cell, int | float) and abs(cell) >= LARGEST_EXACT:
        return f"{cell:.5E}"
    return str(cell).strip()
