"""Numbers as formal records write them in words."""

import pytest

from office.numerals import spelled


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"), (1, "satu"), (10, "sepuluh"), (11, "sebelas"), (12, "dua belas"), (19, "sembilan belas"),
        (20, "dua puluh"), (24, "dua puluh empat"), (31, "tiga puluh satu"), (99, "sembilan puluh sembilan"),
        (100, "seratus"), (101, "seratus satu"), (111, "seratus sebelas"), (200, "dua ratus"),
        (999, "sembilan ratus sembilan puluh sembilan"), (1000, "seribu"), (1100, "seribu seratus"),
        (2026, "dua ribu dua puluh enam"), (11_000, "sebelas ribu"), (100_000, "seratus ribu"),
    ],
)
def test_a_number_is_spelled_as_it_is_spoken(number: int, words: str) -> None:
    assert spelled(number) == words


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_what_no_record_needs_is_not_spelled(number: int) -> None:
    with pytest.raises(ValueError, match="not spelled"):
        spelled(number)
