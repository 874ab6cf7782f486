"""Append-only books with a hash chain (design.md, section 3, Books).

An entry says: who did what to which subject, when it happened and when it was written. What is hashed is kept as
the exact text (`body`), because a JSON column would give it back in another order. The text holds ids, codes and
a salted digest only; names and free words stand in a `Detail` row beside it, which the law may have erased without
breaking the chain.

Order of locks in one transaction: subject, number counter, head. The head is last, so that the one row which all
writers need is held for the shortest time.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

FORMAT = 1
CLOCKS_DIFFER = timedelta(minutes=1)  # what happened "in the future" by less is another clock


class BookClosed(RuntimeError):
    """The book has no head row: it was never opened, or somebody took the head away."""


class EntryIsFinal(RuntimeError):
    """An entry is never changed or taken away; a mistake is put right by another entry."""


class EntryQuerySet(models.QuerySet):
    """Refuses what would change or take away entries in bulk, with EntryIsFinal."""

    def update(self, **kwargs: Any) -> int:
        raise EntryIsFinal("entries of a book are not updated")

    def delete(self) -> Any:
        raise EntryIsFinal("entries of a book are not deleted")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise EntryIsFinal("entries of a book are not updated")


class Entry(models.Model):
    """One line of a book. Concrete books add a PROTECT foreign key to their subject and columns named in COLUMNS.

    `occurred_at` is when it happened; `written_at` when it was entered: after an outage, paper sheets are entered
    late with their true time. `deviation` is a code for what the Sekretaris should see, else empty.
    """

    BOOK: ClassVar[str]
    SUBJECT: ClassVar[str]
    COLUMNS: ClassVar[tuple[str, ...]] = ()

    seq = models.PositiveBigIntegerField(unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    format = models.PositiveSmallIntegerField()
    body = models.TextField()
    verb = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    occurred_at = models.DateTimeField()
    written_at = models.DateTimeField()
    deviation = models.CharField(max_length=30, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.BOOK} {self.seq} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise EntryIsFinal("entries of a book are not changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise EntryIsFinal("entries of a book are not deleted")

    @property
    def facts(self) -> dict[str, Any]:
        """The codes that the verb added to its entry, as they were hashed."""
        return json.loads(self.body)["facts"]


class Detail(models.Model):
    """Words beside an entry: erasable by law, while the entry keeps their salted digest."""

    salt = models.CharField(max_length=32)
    text = models.TextField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def words(self) -> dict[str, Any]:
        return json.loads(self.text) if self.text else {}


Book = TypeVar("Book", bound=Entry)


def append(
    model: type[Book],
    *,
    subject: models.Model | None,
    verb: str,
    by: Any,
    occurred_at: datetime,
    deviation: str = "",
    facts: Mapping[str, Any] | None = None,
    words: Mapping[str, Any] | None = None,
    **columns: Any,
) -> Book:
    """Write the next entry of a book; the caller's transaction holds the subject's lock already.

    `subject` is None where a book says that an entry may be about nobody. `by` is None for the system itself. `facts`
    are ids and codes and are hashed; `words` are free text or names and go into the Detail row.
    Raises BookClosed when the book has no head.
    """
    from office.models import BookHead

    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an entry is written in the transaction of the change that it records")
    head = BookHead.objects.select_for_update().filter(name=model.BOOK).first()
    if head is None:
        raise BookClosed(model.BOOK)
    salt, text = (secrets.token_hex(16), canonical(words)) if words else ("", "")
    entry = model(
        seq=head.seq + 1,
        previous_hash=head.hash,
        format=FORMAT,
        verb=verb,
        by=by,
        occurred_at=occurred_at,
        written_at=timezone.now(),
        deviation=deviation,
        **{model.SUBJECT: subject},
        **columns,
    )
    entry.body = canonical(body_of(entry, facts or {}, digest(salt + text) if text else ""))
    entry.hash = digest(entry.body)
    entry.save(force_insert=True)
    if text:
        detail_model(model).objects.create(entry=entry, salt=salt, text=text)
    head.seq, head.hash = entry.seq, entry.hash
    head.save(update_fields=["seq", "hash"])
    return entry


def hold(model: type[Entry]) -> None:
    """Lock the head of a book now, before the first entry of another book.

    A transaction that writes many entries into two books takes both heads in the order in which every other
    transaction takes them, whatever comes first in it; else two of them may wait for each other for good.
    """
    from office.models import BookHead

    list(BookHead.objects.select_for_update().filter(name=model.BOOK))


def body_of(entry: Entry, facts: Mapping[str, Any], words_digest: str) -> dict[str, Any]:
    """What is hashed of an entry: every column that means something, and the digest of the words."""
    return {
        "format": entry.format,
        "book": entry.BOOK,
        "seq": entry.seq,
        "previous": entry.previous_hash,
        "verb": entry.verb,
        "subject": getattr(entry, f"{entry.SUBJECT}_id"),
        "by": entry.by_id,
        "occurred_at": moment(entry.occurred_at),
        "written_at": moment(entry.written_at),
        "deviation": entry.deviation,
        "columns": {name: getattr(entry, name) for name in entry.COLUMNS},
        "facts": dict(facts),
        "words": words_digest,
    }


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def detail_model(model: type[Entry]) -> Any:
    return getattr(model, "detail").related.related_model  # noqa: B009 -- each book names its own


def entry_models() -> list[type[Entry]]:
    return [model for model in apps.get_models() if issubclass(model, Entry)]


def open_after_migrate(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Give each new book its head; a book with entries but no head stays without, so that it is noticed."""
    from office.models import BookHead

    for model in entry_models():
        if model._meta.app_label == sender.label and not model.objects.using(using).exists():
            BookHead.objects.using(using).get_or_create(name=model.BOOK)
