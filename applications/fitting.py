"""Text that fits its box: broken into lines by measured widths, and smaller in steps until all lines have room.

Plain Python: widths come from `measure`, in ems (1.0 is as wide as the type is high); everything else is in millimetres
but the sizes, which are in points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MM_PER_POINT = 25.4 / 72
Measure = Callable[[str], float]


class TooMuch(ValueError):
    """Not even the smallest step makes the text fit."""


@dataclass(frozen=True)
class Box:
    """Where text has to fit: `width` and `height`, the `steps` of its size, largest first, and the `leading`."""

    width: float
    height: float
    steps: tuple[float, ...]
    leading: float = 1.2

    def ems(self, size: float) -> float:
        """How wide a line of this size may be."""
        return self.width / (size * MM_PER_POINT)

    def lines(self, size: float) -> int:
        """How many lines of this size have room, one above the other."""
        return int(self.height / (size * self.leading * MM_PER_POINT) + 1e-9)


@dataclass(frozen=True)
class Fitted:
    """The size in points, and the lines of each text."""

    size: float
    texts: tuple[tuple[str, ...], ...]


def fit(texts: Sequence[str], box: Box, measure: Measure) -> Fitted:
    """All texts below one another, in one size: the largest step at which they have room. Raises TooMuch."""
    for size in box.steps:
        found = tuple(tuple(wrap(text, box.ems(size), measure)) for text in texts)
        if sum(map(len, found)) <= box.lines(size):
            return Fitted(size, found)
    raise TooMuch(f"{len(texts)} texts do not fit into {box.width} × {box.height} mm")


def wrap(text: str, limit: float, measure: Measure) -> list[str]:
    """Lines of at most `limit` ems, broken between words; a word that is longer is broken where it has to be.

    Nothing is left out; an empty text takes one line.
    """
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if measure(joined) <= limit:
            lines[-1] = joined
            continue
        pieces = broken(word, limit, measure)
        lines = [*lines, *pieces] if lines[-1] else pieces
    return lines


def broken(word: str, limit: float, measure: Measure) -> list[str]:
    """A word in pieces of at most `limit` ems, each of one sign at least."""
    pieces = [""]
    for sign in word:
        if pieces[-1] and measure(pieces[-1] + sign) > limit:
            pieces.append("")
        pieces[-1] += sign
    return pieces
