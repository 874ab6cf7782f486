"""The vault: scans and captures as encrypted files (design section 3, "Vault and transactions").

A file is on the disk, whole and under its name in VAULT_DIR, before `write` returns; the caller commits its
row after that, so no committed row ever lacks its file. On deletion the row goes first and `remove` follows.
What is left by a crash in between (a file that no row names, a `<name>.tmp`) is swept later (office.sweep).
`write`, `read` and `remove` refuse to run inside a database transaction.

Layout of `VAULT_DIR/ab/<name>`, where `ab` are the first two characters of the name:

    7 bytes    magic, LKVAULT
    1 byte     version of this layout, 1
    1 byte     length of the key label
    n bytes    key label, ASCII
    8 bytes    key check value: the first bytes of HMAC-SHA256(key, KEY_CHECK)
    12 bytes   nonce, random
    m bytes    AES-256-GCM ciphertext and tag; a file is 77 + n bytes longer than its content.
               Associated data: all bytes above and the file name, so that swapped files are found out
    32 bytes   SHA-256 of all bytes above, without a key: tells a damaged disk from a wrong key

Checked in this order: checksum, magic and version (Damaged), label (KeyMissing), check value (KeyWrong), tag
(Damaged).
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from office.transactions import outside_transaction

MAGIC = b"LKVAULT\x01"
KEY_CHECK = b"loket-ktp vault key check 1"
KEY_BYTES, CHECK_BYTES, NONCE_BYTES, TAG_BYTES, SUM_BYTES = 32, 8, 12, 16, 32
TEMPORARY = ".tmp"  # ending of a file that is still being written

_NAME = re.compile(r"[0-9a-f]{32}")
_LABEL = re.compile(r"[A-Za-z0-9._-]{1,32}")


class VaultError(Exception):
    """A file cannot be had. `sentence` is for the page, `name` says which file; never any content."""

    sentence = "Berkas tidak dapat dibuka. Hubungi administrator."

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(f"{self.sentence} (Berkas {name}{detail})")
        self.name = name


class KeyMissing(VaultError):
    """VAULT_KEYS has no key of the label that the file was written with, or none at all to write with."""

    sentence = "Kunci brankas untuk berkas ini tidak ada di pengaturan VAULT_KEYS. Hubungi administrator."


class KeyWrong(VaultError):
    """VAULT_KEYS has a key of this label, but it is not the one that the file was written with."""

    sentence = (
        "Kunci brankas di pengaturan VAULT_KEYS bukan kunci yang dipakai untuk menyimpan berkas ini. "
        "Hubungi administrator."
    )


class Damaged(VaultError):
    """The bytes on the disk are not the ones that were written, or they stand under another file's name."""

    sentence = "Berkas rusak atau tertukar. Hubungi administrator untuk memulihkannya dari cadangan."


class FileMissing(VaultError):
    """There is no file of this name."""

    sentence = "Berkas tidak ditemukan. Hubungi administrator untuk memulihkannya dari cadangan."


@dataclass(frozen=True)
class Sealed:
    """What a row keeps of a file.

    `name` is random (32 hexadecimal digits, no personal data); `size` in bytes and `sha256` in hexadecimal
    digits are of the plain content; `key_label` names the key it was written with.
    """

    name: str
    size: int
    sha256: str
    key_label: str


def parse_keys(text: str) -> dict[str, bytes]:
    """Keys of `VAULT_KEYS` as label -> 32 bytes, in the order given; the first one writes, all read.

    The text reads `2026:BASE64,2025:BASE64`. ValueError with a sentence that says which entry to correct and
    how; it never repeats a key.
    """
    keys: dict[str, bytes] = {}
    for position, entry in enumerate(text.split(","), start=1):
        label, colon, code = entry.strip().partition(":")
        where = f"VAULT_KEYS, kunci ke-{position}"
        if not colon or not _LABEL.fullmatch(label):
            raise ValueError(
                f"{where}: tulis LABEL:KUNCI, misalnya 2026:…; label berisi 1 sampai 32 huruf, angka, "
                "titik, garis bawah, atau tanda hubung."
            )
        if label in keys:
            raise ValueError(f"{where}: label {label} sudah dipakai; beri setiap kunci label sendiri.")
        keys[label] = _decoded(code.strip(), f"{where} (label {label})")
    return keys


def _decoded(code: str, where: str) -> bytes:
    try:
        key = base64.b64decode(code, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(
            f"{where}: kunci harus {KEY_BYTES} bita dalam bentuk base64; "
            f"buat dengan: openssl rand -base64 {KEY_BYTES}"
        )
    return key


@outside_transaction
def write(content: bytes) -> Sealed:
    """Encrypt `content` with the first key, put it safely on the disk, then return what the row needs.

    KeyMissing when no key is set, OSError when the disk fails (then no row may name the file), RuntimeError
    inside a transaction.
    """
    name = uuid4().hex
    keys = _keys()
    if not keys:
        raise KeyMissing(name)
    label, key = next(iter(keys.items()))
    _store(_path(name), _seal(name, label, key, content))
    return Sealed(name, len(content), hashlib.sha256(content).hexdigest(), label)


@outside_transaction
def read(name: str) -> bytes:
    """The plain content of a file.

    FileMissing, Damaged, KeyMissing or KeyWrong; ValueError for what is no name of a file here; RuntimeError
    inside a transaction.
    """
    path = _path(name)
    try:
        sealed = path.read_bytes()
    except FileNotFoundError:
        raise FileMissing(name) from None
    return _unseal(name, sealed)


@outside_transaction
def remove(name: str) -> None:
    """Delete the file; one that is gone already is fine. ValueError and RuntimeError as in `read`."""
    _path(name).unlink(missing_ok=True)


def exists(name: str) -> bool:
    """Whether there is a file of this name, whole or not: a look at the folder only, so also inside a transaction."""
    return _path(name).is_file()


@dataclass(frozen=True)
class Kept:
    """A file on the disk: its name in the vault, when it was last written (seconds), whether it was finished."""

    name: str
    written: float
    finished: bool


def kept_files() -> Iterator[Kept]:
    """Every file of the vault, the unfinished ones too; what bears no name of ours is passed over."""
    root = _root()
    folders = sorted(path for path in root.glob("[0-9a-f][0-9a-f]") if path.is_dir()) if root.is_dir() else []
    for folder in folders:
        for entry in os.scandir(folder):
            name = entry.name.removesuffix(TEMPORARY)
            if not _NAME.fullmatch(name) or not name.startswith(folder.name):
                continue
            with suppress(FileNotFoundError):  # renamed or removed since the folder was read
                if entry.is_file(follow_symlinks=False):
                    yield Kept(name, entry.stat(follow_symlinks=False).st_mtime, entry.name == name)


def discard(kept: Kept) -> bool:
    """Remove what the sweep found; whether it was still there. The only removal inside a transaction: no row names
    the file, so a rollback has nothing to take back."""
    path = _path(kept.name)
    try:
        (path if kept.finished else path.with_name(path.name + TEMPORARY)).unlink()
    except FileNotFoundError:
        return False
    return True


def _keys() -> dict[str, bytes]:
    from django.conf import settings

    keys: dict[str, bytes] = settings.VAULT_KEYS
    return keys


def _root() -> Path:
    from django.conf import settings

    return Path(settings.VAULT_DIR)


def _path(name: str) -> Path:
    """Where the file lies. The name is checked and not repeated: whatever else came in may be anything."""
    if not _NAME.fullmatch(name):
        raise ValueError("A name in the vault is 32 lower-case hexadecimal digits.")
    return _root() / name[:2] / name


def _check_value(key: bytes) -> bytes:
    return hmac.digest(key, KEY_CHECK, "sha256")[:CHECK_BYTES]


def _seal(name: str, label: str, key: bytes, content: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    header = MAGIC + bytes([len(label)]) + label.encode("ascii") + _check_value(key) + nonce
    body = header + AESGCM(key).encrypt(nonce, content, header + name.encode("ascii"))
    return body + hashlib.sha256(body).digest()


def _unseal(name: str, sealed: bytes) -> bytes:
    body, checksum = sealed[:-SUM_BYTES], sealed[-SUM_BYTES:]
    if hashlib.sha256(body).digest() != checksum or not body.startswith(MAGIC):
        raise Damaged(name)
    label_end = len(MAGIC) + 1 + int.from_bytes(body[len(MAGIC) : len(MAGIC) + 1])
    check_end = label_end + CHECK_BYTES
    header_end = check_end + NONCE_BYTES
    if len(body) < header_end + TAG_BYTES:
        raise Damaged(name)
    key = _key_for(name, body[len(MAGIC) + 1 : label_end], body[label_end:check_end])
    associated = body[:header_end] + name.encode("ascii")
    try:
        return AESGCM(key).decrypt(body[check_end:header_end], body[header_end:], associated)
    except InvalidTag:
        raise Damaged(name) from None


def _key_for(name: str, label_bytes: bytes, check: bytes) -> bytes:
    label = label_bytes.decode("ascii", "replace")
    key = _keys().get(label)
    if key is None:
        raise KeyMissing(name, f", kunci {label}")
    if not hmac.compare_digest(_check_value(key), check):
        raise KeyWrong(name, f", kunci {label}")
    return key


def _store(path: Path, sealed: bytes) -> None:
    """Write beside the final name, make it durable, rename, make that durable; on failure clear away."""
    _make_folder(path.parent)
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    # The folder above too: another process may have made path.parent and not yet synced it.
    _fsync_folder(path.parent)
    _fsync_folder(path.parent.parent)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _fsync_folder(folder.parent)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
