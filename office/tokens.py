"""Codes that cannot be guessed and can be read aloud."""

import secrets

# 28 signs: without 0 O, 1 I L, B (8), S (5), Z (2).
ALPHABET = "ACDEFGHJKMNPQRTUVWXY23456789"


def tracking_code(prefix: str) -> str:
    """`prefix` (K: KTP, A: aduan) and 11 random signs: 28**11 possibilities, about 53 bits."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(11))


def shown(code: str) -> str:
    """KXXXXXXXXXXX as it is printed: KXXX-XXXX-XXXX."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def typed(text: str) -> str:
    """What a person typed, as it is stored: capitals, without dashes and spaces."""
    return "".join(sign for sign in text.upper() if sign.isalnum())
