"""Numbers in Indonesian words, as formal records write them beside the figures. Plain Python."""

SMALL = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
)
MOST = 999_999


def spelled(number: int) -> str:
    """`24` → dua puluh empat. ValueError for a negative number and beyond 999,999."""
    if not 0 <= number <= MOST:
        raise ValueError(f"not spelled: {number}")
    if number < 12:
        return SMALL[number]
    if number < 20:
        return f"{SMALL[number - 10]} belas"
    for size, word in ((1000, "ribu"), (100, "ratus"), (10, "puluh")):
        if number >= size:
            count, rest = divmod(number, size)
            head = f"se{word}" if count == 1 else f"{spelled(count)} {word}"
            return f"{head} {spelled(rest)}" if rest else head
    raise AssertionError(number)
