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

    A whole tail that was removed together with its head cannot be seen from inside: the digests printed at
    the foot of documents are the witness for that.
    """
    head = BookHead.objects.filter(name=model.BOOK).first()
    # A number beyond what the book can hold is itself altered; those before it are not missing.
    known = max(head.seq if head else 0, model.objects.count())
    last = 0
    link: str | None = ""  # the hash that the next entry has to name; a named fault leaves it unknown: None
    for entry in model.objects.select_related("detail").order_by("seq").iterator(chunk_size=2000):  # type: ignore[misc]
        for seq in range(last + 1, min(entry.seq, known + 1)):
            yield Finding(model.BOOK, seq, Fault.MISSING)
        fault = fault_of(entry)
        sound = fault in (None, Fault.WORDS)
        if entry.seq == last or (sound and entry.seq == last + 1 and link not in (None, entry.previous_hash)):
            # Sound by itself, but it vouches for another one than stands before it, or under its number, now.
            yield Finding(model.BOOK, max(last, 1), Fault.ALTERED)
        if fault:
            yield Finding(model.BOOK, entry.seq, fault)
        last, link = entry.seq, entry.hash if sound else None
    yield from head_faults(model, head, last, link)


def fault_of(entry: Entry) -> Fault | None:
    """What is wrong with an entry by itself, without those around it."""
    if digest(entry.body) != entry.hash:
        return Fault.ALTERED
    try:
        said = json.loads(entry.body)
        body, seq, words = canonical(body_of(entry, said["facts"], said["words"])), said["seq"], said["words"]
    except (ValueError, TypeError, LookupError):
        return Fault.ALTERED  # rewritten with its hash by somebody who did not know the form
    if seq != entry.seq:
        return Fault.SWAPPED
    if body != entry.body:
        return Fault.ALTERED
    return None if words_match(entry, words) else Fault.WORDS


def words_match(entry: Entry, promised: str) -> bool:
    """The words beside an entry against their digest; a row erased by law keeps its place, empty."""
    detail = getattr(entry, "detail", None)
    if detail is None:
        return not promised
    if detail.erased_at:
        return not detail.text
    return digest(detail.salt + detail.text) == promised


def head_faults(model: type[Entry], head: BookHead | None, last: int, link: str | None) -> Iterator[Finding]:
    if head is None:
        yield Finding(model.BOOK, last, Fault.HEAD)
    elif head.seq > last:
        yield Finding(model.BOOK, last + 1, Fault.CUT_OFF)
    elif head.seq < last or link not in (None, head.hash):
        yield Finding(model.BOOK, last, Fault.HEAD)
