"""Which column of a list holds which field of a resident: guessed by its heading, then by its content.

Plain Python.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from applications import nik as niks

REQUIRED = (
    "nik", "kk_number", "name", "birth_place", "birth_date", "sex", "marital_status", "address", "rt", "rw", "village",
)
OPTIONAL = ("religion", "occupation", "blood_type", "citizenship", "disability", "phone")
FIELDS = REQUIRED + OPTIONAL

# Headings as SIAK, the villages' programs and people write them; signs and capitals do not matter.
ALIASES = {
    "nik": ("NIK", "NO NIK", "NOMOR NIK", "NOMOR INDUK KEPENDUDUKAN", "NO KTP"),
    "kk_number": ("NO KK", "NOMOR KK", "KK", "NKK", "NO KARTU KELUARGA", "NOMOR KARTU KELUARGA"),
    "name": ("NAMA", "NAMA LENGKAP", "NAMA LGKP", "NAMA PENDUDUK", "NM LGKP"),
    "birth_place": ("TEMPAT LAHIR", "TMPT LHR", "TMP LHR", "TPT LAHIR", "TMPT LAHIR"),
    "birth_date": ("TANGGAL LAHIR", "TGL LHR", "TGL LAHIR", "TANGGAL LHR"),
    "sex": ("JENIS KELAMIN", "JENIS KLMIN", "JK", "KELAMIN", "L P", "JNS KLMIN", "JNS KELAMIN", "SEX"),
    "marital_status": ("STATUS PERKAWINAN", "STAT KWN", "STATUS KAWIN", "STATUS", "STS KAWIN", "STAT KAWIN"),
    "address": ("ALAMAT", "ALAMAT LENGKAP", "DUSUN", "JALAN"),
    "rt": ("RT", "NO RT"),
    "rw": ("RW", "NO RW"),
    "village": ("DESA", "KELURAHAN", "DESA KELURAHAN", "NAMA KEL", "KEL DESA", "NO KEL", "NAMA DESA", "KODE DESA",
                "DESA KEL"),
    "religion": ("AGAMA",),
    "occupation": ("PEKERJAAN", "JENIS PKRJN", "JENIS PEKERJAAN", "PKRJN"),
    "blood_type": ("GOLONGAN DARAH", "GOL DRH", "GOL DARAH", "GOLDAR"),
    "citizenship": ("KEWARGANEGARAAN", "WARGA NEGARA", "KWRNGRN", "WNI WNA"),
    "disability": ("PENYANDANG DISABILITAS", "DISABILITAS", "PENYANDANG CACAT", "PNYDNG CCT", "CACAT"),
    "phone": ("NOMOR HP", "NO HP", "HP", "TELEPON", "NO TELP", "NOMOR TELEPON", "NO TELEPON", "HANDPHONE", "WA",
              "NO WA"),
}


def plain(heading: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", heading.upper())


KNOWN = {plain(alias): name for name, aliases in ALIASES.items() for alias in (*aliases, name)}
NO_HEADINGS = (
    "Baris pertama tampak seperti data, bukan judul kolom. Baris itu tidak akan diimpor: "
    "tambahkan baris judul di atasnya, lalu unggah lagi."
)
MOSTLY, HARDLY = 0.6, 0.2  # shares of the rows looked at


@dataclass(frozen=True)
class Guess:
    """Column number -> field, and what a person should look at before the list is read so."""

    mapping: dict[int, str]
    warnings: list[str] = field(default_factory=list)


def guess(header: Sequence[str], sample: Sequence[Sequence[str]]) -> Guess:
    """By heading first; a column of 16 digits without a known heading is the NIK if it agrees with the birth date."""
    mapping: dict[int, str] = {}
    for column, heading in enumerate(header):
        name = KNOWN.get(plain(heading))
        if name and name not in mapping.values():
            mapping[column] = name
    dates = next((column for column, name in mapping.items() if name == "birth_date"), None)
    for column in range(len(header)):
        if column not in mapping and share(sample, column, is_number) >= MOSTLY:
            name = "nik" if agreeing(sample, column, dates) >= MOSTLY else "kk_number"
            if name not in mapping.values():
                mapping[column] = name
    return Guess(dict(sorted(mapping.items())), doubts(header, sample, mapping))


def doubts(header: Sequence[str], sample: Sequence[Sequence[str]], mapping: dict[int, str]) -> list[str]:
    """What a person should look at before the list is read: no headings, or two columns in each other's place."""
    found = [NO_HEADINGS] if any(is_number(heading) for heading in header) else []
    return found + swapped(header, sample, mapping)


def swapped(header: Sequence[str], sample: Sequence[Sequence[str]], mapping: dict[int, str]) -> list[str]:
    """NIK and KK number are both 16 digits; only the NIK agrees with the birth date."""
    place = {name: column for column, name in mapping.items()}
    if not {"nik", "kk_number", "birth_date"} <= place.keys() or not sample:
        return []
    as_nik = agreeing(sample, place["nik"], place["birth_date"])
    as_kk = agreeing(sample, place["kk_number"], place["birth_date"])
    if as_nik <= HARDLY and as_kk >= MOSTLY:
        return [
            f"Kolom “{header[place['nik']]}” dan “{header[place['kk_number']]}” tampaknya tertukar: tanggal lahir "
            "cocok dengan angka di kolom Nomor KK, bukan di kolom NIK."
        ]
    return []


def is_number(text: str) -> bool:
    return re.fullmatch(r"\d{16}", "".join(text.split()), re.ASCII) is not None


def share(sample: Sequence[Sequence[str]], column: int, holds: object) -> float:
    cells = [row[column] for row in sample if column < len(row) and row[column].strip()]
    return sum(1 for cell in cells if callable(holds) and holds(cell)) / len(cells) if cells else 0.0


def agreeing(sample: Sequence[Sequence[str]], number: int, dates: int | None) -> float:
    """The share of rows in which the digits of the number tell the birth date beside it."""
    rows = [row for row in sample if dates is not None and max(number, dates) < len(row) and row[number].strip()]
    told = [row for row in rows if is_number(row[number]) and tells(row[number], row[dates or 0])]
    return len(told) / len(rows) if rows else 0.0


def tells(number: str, birth: str) -> bool:
    digits = re.findall(r"\d+", birth)
    read = niks.parse(number)
    if len(digits) == 1 and len(digits[0]) == 8:
        digits = [digits[0][:2], digits[0][2:4], digits[0][4:]]
    if len(digits) < 3:
        return False
    day, month, year = (digits[2], digits[1], digits[0]) if len(digits[0]) == 4 else digits[:3]
    return (read.day, read.month, read.year) == (int(day), int(month), int(year) % 100)


def missing(mapping: dict[int, str]) -> list[str]:
    return [name for name in REQUIRED if name not in mapping.values()]
