"""The hash chain through the captures of one person. Source: reference/biometric-devices.md section 1.4."""

from hashlib import sha256

START = sha256(b"").hexdigest().upper()


def link(previous: str, raw: bytes) -> str:
    """The hash of `raw` as the link after `previous` (64 hex digits, or "" for the first): upper-case hex.

    HEX_UPPER(SHA256(previous as bytes || SHA256(raw))), the only reading the reference device agrees with.
    """
    return sha256(bytes.fromhex(previous or START) + sha256(raw).digest()).hexdigest().upper()
