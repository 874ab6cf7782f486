"""NIK: 16 digits PP KK CC DDMMYY SSSS; for women 40 is added to the day (facts F2.1, F2.2).

A NIK never changes (F2.3), so what it says may differ from the person: only a wrong length or sign is refused.
An impossible day, month or serial is a flaw for the section head to decide on; other doubts are warnings (F2.4).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

JATIROTO = "350817"


class NotANik(ValueError):
    """Not 16 digits; the text is a sentence for the person at the counter."""


class Flaw(StrEnum):
    DAY = "day"
    MONTH = "month"
    DATE = "date"
    SERIAL = "serial"


FLAW_SENTENCES = {
    Flaw.DAY: "Angka tanggal lahir dalam NIK tidak mungkin.",
    Flaw.MONTH: "Angka bulan lahir dalam NIK tidak mungkin.",
    Flaw.DATE: "Tanggal lahir dalam NIK tidak ada di kalender.",
    Flaw.SERIAL: "Nomor urut NIK 0000 tidak mungkin.",
}


@dataclass(frozen=True)
class Nik:
    """A NIK read apart. `day`, `month`, `year` are as written (two-digit year, day without the 40)."""

    digits: str
    region: str
    day: int
    month: int
    year: int
    female: bool
    serial: int
    flaws: tuple[Flaw, ...]

    @property
    def grouped(self) -> str:
        return grouped(self.digits)


def parse(text: str) -> Nik:
    """Read a NIK, with or without spaces. Raises NotANik unless exactly 16 ASCII digits remain."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit()):
        raise NotANik("NIK hanya terdiri dari angka. Periksa huruf atau tanda yang terketik.")
    if len(digits) != 16:
        raise NotANik(f"NIK harus 16 angka; yang diketik {len(digits)} angka.")
    written = int(digits[6:8])
    day, month, year = written - 40 if written > 40 else written, int(digits[8:10]), int(digits[10:12])
    serial = int(digits[12:])
    return Nik(digits, digits[:6], day, month, year, written > 40, serial, flaws(day, month, year, serial))


def flaws(day: int, month: int, year: int, serial: int) -> tuple[Flaw, ...]:
    found = [
        (Flaw.DAY, not 1 <= day <= 31),
        (Flaw.MONTH, not 1 <= month <= 12),
        (Flaw.DATE, 1 <= day <= 31 and 1 <= month <= 12 and not exists_in_some_century(day, month, year)),
        (Flaw.SERIAL, serial == 0),
    ]
    return tuple(flaw for flaw, there in found if there)


def exists_in_some_century(day: int, month: int, year: int) -> bool:
    return any(possible(century + year, month, day) for century in (1900, 2000))


def possible(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def warnings(nik: Nik, *, birth: date | None, female: bool | None) -> list[str]:
    """Doubts that never block: birth date, sex or region differ from what is typed (F2.3, F2.4, F2.5)."""
    doubts = []
    if birth and (birth.day, birth.month, birth.year % 100) != (nik.day, nik.month, nik.year):
        doubts.append("Tanggal lahir berbeda dengan NIK.")
    if female is not None and female != nik.female:
        doubts.append("Jenis kelamin berbeda dengan NIK.")
    if nik.region != JATIROTO:
        doubts.append("NIK pertama kali terdaftar di luar Kecamatan Jatiroto.")
    return doubts


def grouped(digits: str) -> str:
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def masked(digits: str) -> str:
    """First six and last four digits only, for lists: 3508 17•• •••• 0002."""
    return grouped(digits[:6] + "•" * 6 + digits[12:])


def likely_birth(nik: Nik, today: date) -> date | None:
    """The birth date that a NIK offers: the later century that is not in the future; None when it has a flaw.

    Only an offer (F2.5): who is a hundred years old and a child may share the digits.
    """
    found = [
        date(century + nik.year, nik.month, nik.day)
        for century in (2000, 1900)
        if not nik.flaws and possible(century + nik.year, nik.month, nik.day)
    ]
    return next((birth for birth in found if birth <= today), None)
