"""The vault: what goes in comes out, each way to lose it is told apart, no committed row lacks its file."""

import base64
import hashlib
import os
import re
import stat
from pathlib import Path

import pytest
from django.db import transaction

from office import vault
from office.transactions import outside_transaction

OLD, NEW, OTHER = bytes(range(32)), bytes(range(1, 33)), bytes(32)
LABEL = "2026"
CONTENT = b"NIK 3508000000000001 \xff\xd8\xff sidik jari"


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.VAULT_DIR = tmp_path / "var" / "vault"
    settings.VAULT_KEYS = {LABEL: NEW}


def path_of(name: str) -> Path:
    from django.conf import settings

    return settings.VAULT_DIR / name[:2] / name


def files(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "content", [b"", b"\0", CONTENT, os.urandom(5 * 1024 * 1024)], ids=["empty", "one byte", "short", "5 MB"]
)
def test_what_was_written_is_read_again(content):
    sealed = vault.write(content)
    assert vault.read(sealed.name) == content
    assert (sealed.size, sealed.key_label) == (len(content), LABEL)
    assert sealed.sha256 == hashlib.sha256(content).hexdigest()


def test_a_file_lies_in_its_shard_and_only_the_owner_reads_it(tmp_path):
    sealed = vault.write(CONTENT)
    path = path_of(sealed.name)
    assert re.fullmatch(r"[0-9a-f]{32}", sealed.name)
    assert files(tmp_path) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in path.parents[:2]] == [0o700, 0o700]


def test_neither_the_content_nor_its_pattern_is_on_the_disk():
    one, two = vault.write(CONTENT), vault.write(CONTENT)
    first, second = path_of(one.name).read_bytes(), path_of(two.name).read_bytes()
    assert b"3508" not in first
    assert first[-80:] != second[-80:]
    assert len(first) == 77 + len(LABEL) + len(CONTENT)


def test_removing_a_file_twice_is_fine(tmp_path):
    sealed = vault.write(CONTENT)
    vault.remove(sealed.name)
    vault.remove(sealed.name)
    assert files(tmp_path) == []


# Four ways to lose a file, told apart.


def test_a_file_that_is_gone_is_missing():
    with pytest.raises(vault.FileMissing):
        vault.read("0" * 32)


def test_a_key_that_is_not_set_is_missing(settings):
    sealed = vault.write(CONTENT)
    settings.VAULT_KEYS = {"2025": NEW}
    with pytest.raises(vault.KeyMissing, match=LABEL):
        vault.read(sealed.name)


def test_another_key_under_the_same_label_is_wrong(settings):
    sealed = vault.write(CONTENT)
    settings.VAULT_KEYS = {LABEL: OTHER}
    with pytest.raises(vault.KeyWrong, match=LABEL):
        vault.read(sealed.name)


def test_a_flipped_byte_anywhere_is_damage():
    sealed = vault.write(CONTENT)
    path = path_of(sealed.name)
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(flipped(whole, position))
        with pytest.raises(vault.Damaged):
            vault.read(sealed.name)
    path.write_bytes(whole)
    assert vault.read(sealed.name) == CONTENT


def test_damage_is_called_damage_also_without_the_right_key(settings):
    sealed = vault.write(CONTENT)
    path = path_of(sealed.name)
    path.write_bytes(flipped(path.read_bytes(), 20))
    for keys in ({}, {LABEL: OTHER}):
        settings.VAULT_KEYS = keys
        with pytest.raises(vault.Damaged):
            vault.read(sealed.name)


def flipped(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 0x01]) + data[position + 1 :]


def summed(body: bytes) -> bytes:
    return body + hashlib.sha256(body).digest()


HEADER = 8 + 1 + len(LABEL)  # magic and version, length of the label, label
REGIONS = [
    ("magic", 0, vault.Damaged),
    ("version", 7, vault.Damaged),
    ("label length", 8, vault.KeyMissing),  # 5 instead of 4: the label takes in a byte of the check value
    ("label", 9, vault.KeyMissing),
    ("label's end", HEADER - 1, vault.KeyMissing),
    ("check value", HEADER, vault.KeyWrong),
    ("check value's end", HEADER + 7, vault.KeyWrong),
    ("nonce", HEADER + 8, vault.Damaged),
    ("nonce's end", HEADER + 19, vault.Damaged),
    ("ciphertext", HEADER + 20, vault.Damaged),
    ("ciphertext's end", HEADER + 20 + len(CONTENT) - 1, vault.Damaged),
    ("tag", HEADER + 20 + len(CONTENT), vault.Damaged),
    ("tag's end", HEADER + 20 + len(CONTENT) + 15, vault.Damaged),
]


@pytest.mark.parametrize(("position", "error"), [r[1:] for r in REGIONS], ids=[r[0] for r in REGIONS])
def test_a_changed_byte_with_a_true_checksum_fails_at_its_own_check(position, error):
    sealed = vault.write(CONTENT)
    path = path_of(sealed.name)
    path.write_bytes(summed(flipped(path.read_bytes()[:-32], position)))
    with pytest.raises(error):
        vault.read(sealed.name)


@pytest.mark.parametrize("position", [0, 7], ids=["magic", "version"])
def test_a_file_of_another_layout_is_not_searched_for_a_key(settings, position):
    sealed = vault.write(CONTENT)
    path = path_of(sealed.name)
    path.write_bytes(summed(flipped(path.read_bytes()[:-32], position)))
    settings.VAULT_KEYS = {}
    with pytest.raises(vault.Damaged):
        vault.read(sealed.name)


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 40, 76, 80, -33, -1])
def test_a_cut_off_file_is_damage(length):
    sealed = vault.write(CONTENT)
    path = path_of(sealed.name)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(vault.Damaged):
        vault.read(sealed.name)


@pytest.mark.parametrize("length", [0, 7, 8, 9, 13, 21, 33, 48])
def test_a_cut_off_body_with_a_true_checksum_is_damage(length):
    # 49 bytes (header, check value, nonce and a tag) are the least that is looked at.
    sealed = vault.write(CONTENT)
    path = path_of(sealed.name)
    path.write_bytes(summed(path.read_bytes()[:length]))
    with pytest.raises(vault.Damaged):
        vault.read(sealed.name)


def test_swapped_files_are_damage():
    one, two = vault.write(b"satu"), vault.write(b"dua")
    first, second = path_of(one.name), path_of(two.name)
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    for sealed in (one, two):
        with pytest.raises(vault.Damaged):
            vault.read(sealed.name)


@pytest.mark.parametrize("error", [vault.KeyMissing, vault.KeyWrong, vault.Damaged, vault.FileMissing])
def test_an_error_carries_a_sentence_and_the_file_name(error):
    raised = error("0" * 32)
    assert isinstance(raised, vault.VaultError)
    assert raised.sentence.endswith(".") and raised.sentence != vault.VaultError.sentence
    assert raised.sentence in str(raised) and "0" * 32 in str(raised)
    assert raised.name == "0" * 32


BAD_NAMES = [
    "",
    "a" * 31,
    "a" * 33,
    "A" * 32,
    "g" * 32,
    "a" * 32 + "\n",
    "../" * 10 + "ab",
    "/etc/passwd",
    "٣" * 32,
]


@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.parametrize("verb", [vault.read, vault.remove])
def test_what_is_no_name_of_the_vault_is_refused_and_not_repeated(verb, name):
    with pytest.raises(ValueError, match="32 lower-case hexadecimal digits") as caught:
        verb(name)
    assert not name.strip() or name not in str(caught.value)


# Keys.


def test_after_a_change_of_key_old_files_are_read_and_new_ones_use_the_first_key(settings):
    settings.VAULT_KEYS = {"2025": OLD}
    old = vault.write(b"lama")
    settings.VAULT_KEYS = {"2026": NEW, "2025": OLD}
    new = vault.write(b"baru")
    assert (old.key_label, new.key_label) == ("2025", "2026")
    assert (vault.read(old.name), vault.read(new.name)) == (b"lama", b"baru")
    settings.VAULT_KEYS = {"2026": NEW}
    assert vault.read(new.name) == b"baru"
    with pytest.raises(vault.KeyMissing):
        vault.read(old.name)


def test_without_any_key_nothing_is_written(settings, tmp_path):
    settings.VAULT_KEYS = {}
    with pytest.raises(vault.KeyMissing):
        vault.write(CONTENT)
    assert files(tmp_path) == []


def code(key: bytes) -> str:
    return base64.b64encode(key).decode()


def test_keys_are_parsed_in_the_order_given():
    parsed = vault.parse_keys(f" 2026:{code(NEW)}, 2025:{code(OLD)}\n")
    assert list(parsed.items()) == [("2026", NEW), ("2025", OLD)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "kunci ke-1: tulis LABEL:KUNCI"),
        (code(NEW), "kunci ke-1: tulis LABEL:KUNCI"),
        (f":{code(NEW)}", "kunci ke-1: tulis LABEL:KUNCI"),
        (f"dua kata:{code(NEW)}", "kunci ke-1: tulis LABEL:KUNCI"),
        (f"{'x' * 33}:{code(NEW)}", "kunci ke-1: tulis LABEL:KUNCI"),
        (f"2026:{code(NEW)},", "kunci ke-2: tulis LABEL:KUNCI"),
        (f"2026:{code(NEW)},2026:{code(OLD)}", "kunci ke-2: label 2026 sudah dipakai"),
        (f"2026:{code(NEW[:31])}", "label 2026.: kunci harus 32 bita"),
        (f"2026:{code(NEW + b'x')}", "label 2026.: kunci harus 32 bita"),
        (f"2026:{code(NEW)[:-1]}", "label 2026.: kunci harus 32 bita"),
        (f"2026:!{code(NEW)}", "label 2026.: kunci harus 32 bita"),
        ("2026:bukan base64!", "label 2026.: kunci harus 32 bita"),
        ("2026:kuncié", "label 2026.: kunci harus 32 bita"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_with_a_sentence_without_the_key(text, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        vault.parse_keys(text)
    assert code(NEW)[:12] not in str(caught.value) and "bukan base64" not in str(caught.value)


# A file never lacks for a committed row.


@pytest.fixture
def steps(monkeypatch, tmp_path):
    """The steps that make a file durable, in the order in which they were taken."""
    taken: list[tuple[str, str]] = []
    true_fsync, true_replace = os.fsync, os.replace

    def name_of(descriptor: int) -> str:
        number = os.fstat(descriptor).st_ino
        return next(p for p in [tmp_path, *tmp_path.rglob("*")] if p.stat().st_ino == number).name

    def fsync(descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        name = name_of(descriptor)
        taken.append(("fsync", f"{name} {size}" if name.endswith(vault.TEMPORARY) else name))
        true_fsync(descriptor)

    def replace(source: Path, target: Path) -> None:
        assert source.parent == target.parent and not target.exists()
        taken.append(("rename", f"{source.name} {target.name}"))
        true_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    return taken


def test_a_file_is_written_synced_renamed_and_its_folders_synced_in_this_order(settings, steps, tmp_path):
    settings.VAULT_DIR.mkdir(parents=True)
    name = vault.write(CONTENT).name
    size = 77 + len(LABEL) + len(CONTENT)  # all of it is there before the first sync
    assert (
        steps
        == [
            ("fsync", "vault"),  # the shard was made in it
            ("fsync", f"{name}.tmp {size}"),
            ("rename", f"{name}.tmp {name}"),
            ("fsync", name[:2]),
            ("fsync", "vault"),
        ]
    )


def test_every_folder_that_had_to_be_made_is_synced_into_the_one_above(steps, tmp_path):
    vault.write(CONTENT)
    assert steps[:3] == [("fsync", tmp_path.name), ("fsync", "var"), ("fsync", "vault")]


class DiskFull(OSError):
    pass


@pytest.mark.parametrize("failing_sync", [1, 2, 3])
def test_a_failing_sync_gives_no_name_to_commit(settings, monkeypatch, tmp_path, failing_sync):
    settings.VAULT_DIR.mkdir(parents=True)
    (settings.VAULT_DIR / "aa").mkdir()
    monkeypatch.setattr(vault, "uuid4", lambda: type("Drawn", (), {"hex": "a" * 32}))
    calls = []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == failing_sync:
            raise DiskFull

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(DiskFull):
        vault.write(CONTENT)
    # Before the rename nothing is left; after it a whole file that no row names, for the sweep.
    assert files(tmp_path) == ([] if failing_sync == 1 else [path_of("a" * 32)])


def test_a_failing_rename_leaves_no_file_under_any_name(monkeypatch, tmp_path):
    def replace(source: Path, target: Path) -> None:
        assert source.exists()
        raise DiskFull

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(DiskFull):
        vault.write(CONTENT)
    assert files(tmp_path) == []


def test_a_crash_at_the_rename_leaves_only_a_temporary_file(monkeypatch, tmp_path):
    def replace(source: Path, target: Path) -> None:
        raise DiskFull

    def unlink(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(Path, "unlink", unlink)
    with pytest.raises(DiskFull):
        vault.write(CONTENT)
    (left,) = files(tmp_path)
    assert left.suffix == vault.TEMPORARY
    with pytest.raises(vault.FileMissing):
        vault.read(left.stem)


# The guard.


VERBS = [lambda name: vault.write(CONTENT), vault.read, vault.remove]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", VERBS, ids=["write", "read", "remove"])
def test_the_vault_refuses_to_work_inside_a_transaction(verb, tmp_path):
    name = vault.write(CONTENT).name
    before = files(tmp_path)
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
        verb(name)
    with transaction.atomic(), transaction.atomic(), pytest.raises(RuntimeError):
        verb(name)
    assert files(tmp_path) == before and vault.read(name) == CONTENT


@pytest.mark.django_db
def test_the_transaction_around_a_test_is_not_the_application_s():
    name = vault.write(CONTENT).name
    assert vault.read(name) == CONTENT
    with transaction.atomic(), pytest.raises(RuntimeError):
        vault.read(name)
    assert vault.read(name) == CONTENT


@pytest.mark.django_db(transaction=True)
def test_the_guard_fits_methods_keeps_names_and_passes_arguments_on():
    class Printer:
        @outside_transaction
        def render(self, text: str, *, copies: int) -> str:
            """Render."""
            return text * copies

    assert (Printer.render.__name__, Printer.render.__doc__) == ("render", "Render.")
    assert Printer().render("ab", copies=2) == "abab"
    with transaction.atomic(), pytest.raises(RuntimeError, match="Printer.render must not run"):
        Printer().render("ab", copies=2)
