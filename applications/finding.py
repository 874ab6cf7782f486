"""Find files by what a person types or a scanner reads: number, tracking code or its whole address, NIK, name."""

import re

from applications.models import Application, ApplicationQuerySet
from office import tokens

LONGEST = 200  # signs of a search: the longest is a tracking address out of a QR


def matching(text: str) -> ApplicationQuerySet:
    """Newest first. A number is a register number or a NIK, by its length; other words are part of a name."""
    every = Application.objects.with_resident().order_by("-year", "-serial")
    text = read_from_address(text.replace("\0", ""))  # no database searches for a sign that no text holds
    compact = re.sub(r"[\s/-]", "", text).upper()
    if numbered := re.fullmatch(r"(?:KTP)?(\d{4})(\d{6})", compact):
        return every.numbered(int(numbered[1]), int(numbered[2]))
    if short := re.fullmatch(r"(?:KTP/)?(\d{4})/(\d{1,6})", text.upper().replace(" ", "")):
        return every.numbered(int(short[1]), int(short[2]))
    if re.fullmatch(r"\d{16}", compact):
        return every.filter(resident__nik=compact)
    if re.fullmatch(r"\d{1,6}", compact):
        return every.filter(serial=int(compact))
    if re.fullmatch(r"K[A-Z2-9]{11}", compact) and (code := tokens.typed(text)):
        by_code = every.filter(tracking_code=code)
        if by_code.exists():
            return by_code
    return every.filter(resident__name__icontains=text)


def read_from_address(text: str) -> str:
    """A scanner types the whole address of a tracking QR: the code in it; any other text as it is."""
    asked = re.search(r"[?&]kode=([^&#\s]+)", text)
    return asked[1] if asked else text
