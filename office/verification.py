"""Reading the books against their own chain: what was altered, taken out, swapped or cut off."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from office.ledger import Entry, body_of, canonical, digest
from office.models import BookHead


class Fault(StrEnum):
    ALTERED = "diubah"
    MISSING = "hilang"
    SWAPPED = "tertukar"
    CUT_OFF = "terpotong"
    HEAD = "kepala buku tidak cocok"
    WORDS = "keterangan diubah"


@dataclass(frozen=True)
class Finding:
    """One fault: which book, at which entry number, what is wrong."""

    book: str
    seq: int
    fault: Fault

    def __str__(self) -> str:
        return f"Buku {self.book}, entri {self.seq}: {self.fault.value}"


def verify(model: type[Entry]) -> Iterator[Finding]:
    """Every fault of one book, in order of entries; nothing when the book is whole.

    A whole tail that was removed together with its head cannot be seen from inside: the digests printed at the foot
    of documents are the witness for that.
    """
    head = BookHead.objects.filter(name=model.BOOK).first()
    expected, previous = 1, ""
    for entry in model.objects.select_related("detail").order_by("seq").iterator(chunk_size=2000):
        for seq in range(expected, entry.seq):
            yield Finding(model.BOOK, seq, Fault.MISSING)
        # After a gap the hash before cannot be known; the gap itself has been named.
        fault = fault_of(entry, previous if expected == entry.seq else entry.previous_hash)
        if fault:
            yield Finding(model.BOOK, entry.seq, fault)
        expected, previous = entry.seq + 1, entry.hash
    yield from head_faults(model, head, expected - 1, previous)


def fault_of(entry: Entry, previous: str) -> Fault | None:
    if digest(entry.body) != entry.hash:
        return Fault.ALTERED
    said = json.loads(entry.body)
    if said["seq"] != entry.seq or entry.previous_hash != previous:
        return Fault.SWAPPED
    if canonical(body_of(entry, said["facts"], said["words"])) != entry.body:
        return Fault.ALTERED
    return None if words_match(entry, said["words"]) else Fault.WORDS


def words_match(entry: Entry, promised: str) -> bool:
    """The words beside an entry against their digest; a row erased by law keeps its place, empty."""
    detail = getattr(entry, "detail", None)
    if detail is None:
        return not promised
    return bool(detail.erased_at) or digest(detail.salt + detail.text) == promised


def head_faults(model: type[Entry], head: BookHead | None, last: int, last_hash: str) -> Iterator[Finding]:
    if head is None:
        yield Finding(model.BOOK, last, Fault.HEAD)
    elif head.seq > last:
        yield Finding(model.BOOK, last + 1, Fault.CUT_OFF)
    elif head.seq < last or head.hash != last_hash:
        yield Finding(model.BOOK, last, Fault.HEAD)

