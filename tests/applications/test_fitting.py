"""Text in a box: no line wider, no more lines than have room, no sign lost; widths from the font that is embedded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications import card_face
from applications.fitting import MM_PER_POINT, Box, TooMuch, fit, wrap

ONE_EACH = len  # every sign one em wide
WORDS = st.text(st.sampled_from("WMI' .ABC-"), max_size=120)


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("SITI MAIMUNAH", 13, ["SITI MAIMUNAH"]),
        ("SITI MAIMUNAH", 12, ["SITI", "MAIMUNAH"]),
        ("A B C D", 3, ["A B", "C D"]),
        ("BUASAN", 4, ["BUAS", "AN"]),  # a word that is longer than the line
        ("AN BUASAN", 4, ["AN", "BUAS", "AN"]),
        ("BUASAN DI", 5, ["BUASA", "N DI"]),
        ("", 4, [""]),
        ("A", 0.5, ["A"]),  # a sign that is wider than the line stands alone
    ],
)
def test_lines_are_broken_between_words_and_within_only_where_they_must(
    text: str, limit: float, lines: list[str]
) -> None:
    assert wrap(text, limit, ONE_EACH) == lines


@given(text=WORDS, limit=st.integers(1, 40))
def test_no_line_is_wider_than_its_limit_and_no_sign_is_lost(text: str, limit: int) -> None:
    lines = wrap(text, limit, ONE_EACH)
    assert all(len(line) <= limit for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_the_largest_size_that_has_room_is_taken() -> None:
    ten = 10 * MM_PER_POINT  # mm: one line of ten points, as wide as one sign
    box = Box(width=10 * ten, height=2 * ten, steps=(10, 5, 2), leading=1)
    assert fit(["A" * 10], box, ONE_EACH).size == 10
    assert fit(["A" * 20], box, ONE_EACH).size == 10
    assert fit(["A" * 21], box, ONE_EACH).size == 5
    assert fit(["A" * 80], box, ONE_EACH).texts == (("A" * 20,) * 4,)
    assert fit(["A" * 81], box, ONE_EACH).size == 2
    with pytest.raises(TooMuch):
        fit(["A" * 501], box, ONE_EACH)


@given(
    name=st.text(min_size=1, max_size=60), place=st.text(min_size=1, max_size=60), address=st.text(max_size=120),
    village=st.text(max_size=60), occupation=st.text(max_size=60),
)
def test_whatever_the_register_can_hold_fits_the_card(
    name: str, place: str, address: str, village: str, occupation: str
) -> None:
    """By the widths of the font: so a line that is measured as fitting is one that fits."""
    texts = [name, f"{place}, 31-12-1999", "PEREMPUAN", address, "001/002", village, "JATIROTO",
             "KEPERCAYAAN TERHADAP TUHAN YME", "BELUM KAWIN", occupation, "WNI", "SEUMUR HIDUP"]
    found = fit([text.upper()[:130] for text in texts], card_face.DATA, card_face.measure)
    limit = card_face.DATA.ems(found.size)
    assert all(card_face.measure(line) <= limit for lines in found.texts for line in lines)
    assert sum(map(len, found.texts)) <= card_face.DATA.lines(found.size)


def test_the_widest_signs_in_every_field_still_fit() -> None:
    texts = ["W" * 60, "W" * 72, "W" * 9, "W" * 120, "W" * 7, "W" * 60, "W" * 60, "W" * 30, "W" * 11, "W" * 60,
             "WNI", "SEUMUR HIDUP"]
    assert fit(texts, card_face.DATA, card_face.measure).size == card_face.STEPS[-1]


def test_a_sign_that_the_font_may_not_have_is_taken_for_wide() -> None:
    assert card_face.measure("漢") > card_face.measure("W")
