"""Codes that cannot be guessed and can be read aloud."""

import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

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


# -- the code of the survey ----------------------------------------------------------------------
# S, six signs for which service, five signs that only the holder of the key can make. The six are the number of the
# service, shuffled with the key: no two services share a code, and nobody without the key can tell which one it was.

SURVEY, SERVICE_SIGNS, SEAL_SIGNS = "S", 6, 5
HALF = len(ALPHABET) ** (SERVICE_SIGNS // 2)
ROUNDS = 8


def survey_code(number: int) -> str:
    """The one-time code for a service that was given, the same each time; ValueError beyond 28**6 services.

    Whoever checks it needs no table of services: see `is_survey_code`. That it is used once is for the survey to keep.
    """
    if not 0 <= number < HALF * HALF:
        raise ValueError("The number of a service lies outside what a survey code can hold.")
    service = signs(shuffled(number), SERVICE_SIGNS)
    return SURVEY + service + seal(service, settings.SECRET_KEY)


def is_survey_code(text: str) -> bool:
    """Whether a code, as somebody typed it, is one that `survey_code` made; also with a key of before."""
    code = typed(text)
    if len(code) != 1 + SERVICE_SIGNS + SEAL_SIGNS or not code.startswith(SURVEY):
        return False
    service, sealed = code[1 : 1 + SERVICE_SIGNS], code[1 + SERVICE_SIGNS :]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any([constant_time_compare(sealed, seal(service, key)) for key in keys])


def shuffled(number: int) -> int:
    """Another number below 28**6, one for each: a Feistel network, its rounds keyed."""
    left, right = divmod(number, HALF)
    for step in range(ROUNDS):
        left, right = right, (left + keyed("shuffle", f"{step}:{right}", settings.SECRET_KEY)) % HALF
    return left * HALF + right


def seal(service: str, key: str) -> str:
    return signs(keyed("seal", service, key), SEAL_SIGNS)


def keyed(purpose: str, text: str, key: str) -> int:
    digest = salted_hmac(f"office.tokens.survey.{purpose}", text, secret=key, algorithm="sha256").digest()
    return int.from_bytes(digest)


def signs(number: int, count: int) -> str:
    """The last `count` digits of a number, written in the alphabet."""
    found = ""
    for _ in range(count):
        number, rest = divmod(number, len(ALPHABET))
        found = ALPHABET[rest] + found
    return found
