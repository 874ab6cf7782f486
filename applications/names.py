"""Names of people: how they are found and compared. Plain Python.

Names of one word, with an apostrophe or longer than the rule of today are as valid as any (fact F2.9), so nothing here
refuses a name; it only says what is the same when a clerk types it.
"""

import unicodedata
from difflib import SequenceMatcher

ALIKE = 0.85  # share of equal letters from which two names may be one person's: chosen by trial, tests show cases
SHORT_FORMS = {"MOH": "MUHAMMAD", "MOCH": "MUHAMMAD", "MOHAMMAD": "MUHAMMAD", "MUH": "MUHAMMAD", "M": "MUHAMMAD",
               "ABD": "ABDUL", "ACH": "ACHMAD", "AHMAD": "ACHMAD", "ST": "SITI"}


def key(name: str) -> str:
    """A name as it is searched for: capitals without accents and signs, one space between words.

    “Moh. Rofi'i” becomes “MOH ROFII”.
    """
    plain = unicodedata.normalize("NFKD", name)
    letters = (sign if sign.isalnum() else " " if sign.isspace() or sign in "-/" else "" for sign in plain)
    return " ".join("".join(letters).upper().split())


def alike(one: str, other: str) -> bool:
    """Whether two names may be written for one person: a letter off, a short form, a word left out."""
    a, b = spelled(one), spelled(other)
    if not a or not b:
        return False
    if set(a) <= set(b) or set(b) <= set(a):
        return True
    return SequenceMatcher(None, " ".join(a), " ".join(b), autojunk=False).ratio() >= ALIKE


def spelled(name: str) -> list[str]:
    """The words of a name, usual short forms written out."""
    return [SHORT_FORMS.get(word, word) for word in key(name).split()]
