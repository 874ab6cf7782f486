"""Serial numbers of blanks: letters and a number of fixed width, from first to last."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from applications.refusals import Refused

FORM = re.compile(r"(\D*)(\d+)(\D*)", re.ASCII)


def plain(text: str) -> str:
    """A serial number as it is kept and compared: capitals, no spaces, however it was typed."""
    return "".join(text.split()).upper()


@dataclass(frozen=True)
class Range:
    """All numbers from `first` to `last`, both included; what stands around the digits is the same."""

    before: str
    after: str
    width: int
    first: int
    last: int

    @classmethod
    def read(cls, first: str, last: str) -> "Range":
        """Raises Refused where the two do not make a row of numbers."""
        first, last = plain(first), plain(last)
        one, other = FORM.fullmatch(first), FORM.fullmatch(last)
        if not one or not other:
            raise Refused("Tulis nomor seri pertama dan terakhir, misalnya A00001 dan A00500.")
        same = (one[1], one[3], len(one[2])) == (other[1], other[3], len(other[2]))
        if not same or int(one[2]) > int(other[2]):
            raise Refused(f"Nomor seri {first} sampai {last} bukan urutan. Periksa nomor pertama dan terakhir.")
        return cls(one[1], one[3], len(one[2]), int(one[2]), int(other[2]))

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return self.last - self.first + 1

    def holds(self, serial: str) -> bool:
        """Whether this number is one of the range."""
        found = FORM.fullmatch(plain(serial))
        if not found or (found[1], found[3], len(found[2])) != (self.before, self.after, self.width):
            return False
        return self.first <= int(found[2]) <= self.last

    def numbers(self, after: str = "") -> Iterator[str]:
        """All of them in order, or those that follow one of them."""
        found = FORM.fullmatch(plain(after)) if after else None
        for number in range(int(found[2]) + 1 if found else self.first, self.last + 1):
            yield f"{self.before}{number:0{self.width}d}{self.after}"

    def overlaps(self, other: "Range") -> bool:
        """Whether some number is in both."""
        alike = (self.before, self.after, self.width) == (other.before, other.after, other.width)
        return alike and self.first <= other.last and other.first <= self.last
