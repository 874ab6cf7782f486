"""Names of people: the key for searching, and which two may be one person's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications import names


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Siti Maimunah", "SITI MAIMUNAH"), ("Moh. Rofi'i", "MOH ROFII"), ("  siti   aminah ", "SITI AMINAH"),
        ("Nur-Laili", "NUR LAILI"), ("André", "ANDRE"), ("Buasan", "BUASAN"), ("Ma’ruf", "MARUF"), ("", ""),
    ],
)
def test_a_key_has_capitals_without_signs_and_one_space(name: str, key: str) -> None:
    assert names.key(name) == key


@given(st.text(max_size=80))
def test_a_key_is_its_own_key_and_the_same_for_other_capitals(name: str) -> None:
    assert names.key(names.key(name)) == names.key(name)
    assert "  " not in names.key(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siti Maimunah", "Siti Maemunah"), ("Moh. Rofi'i", "Muhammad Rofii"), ("Siti Maimunah", "Maimunah"),
        ("Abd. Rahman", "Abdul Rahman"), ("Ahmad Fauzi", "Achmad Fauzi"), ("Buasan", "BUASAN"),
        ("Slamet Riyadi", "Riyadi Slamet"),
    ],
)
def test_a_letter_off_a_short_form_or_a_word_left_out_is_alike(one: str, other: str) -> None:
    assert names.alike(one, other) and names.alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hasan Basri", "Husni Mubarok"), ("Dewi Lestari", "Dina Lestari"), ("Ahmad Hasan", "Ahmad Husein"),
        ("Budi Santoso", "Joko Santoso"), ("", "Siti"), ("...", "Siti"),
    ],
)
def test_other_first_names_are_not_alike(one: str, other: str) -> None:
    assert not names.alike(one, other) and not names.alike(other, one)
