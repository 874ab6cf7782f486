"""Which serial numbers the blanks of this office bear, which are taken, and which comes next (fact F6.1)."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from django.db.models import QuerySet

from applications.models import BlankReceipt, HeldCard, Print
from applications.refusals import Refused
from applications.serials import Range, plain

AHEAD = 100  # numbers in which the next free one is looked for
NEEDED = "Isi nomor seri blangko, atau beri tanda bahwa nomornya tidak terbaca."


def ranges() -> list[Range]:
    """The numbers of all deliveries, the oldest first; none where a delivery came without numbers."""
    found = list(BlankReceipt.objects.filter(reversed=False).order_by("pk").values_list("serial_from", "serial_to"))
    return [Range.read(first, last) for first, last in found] if all(first for first, _ in found) else []


def checked(serial: str, *, field: str = "blank_serial") -> str:
    """The number as it is kept. Raises Refused, with what it is taken for, and for a number of no delivery.

    The stock is locked. `field` is what the number was asked by.
    """
    serial = plain(serial)
    if not serial:
        return ""
    if taken := taken_for(serial):
        raise Refused(f"Nomor seri {serial} {taken}. Periksa nomornya.", field)
    known = ranges()
    if known and not any(each.holds(serial) for each in known):
        raise Refused(f"Nomor seri {serial} tidak ada dalam kiriman mana pun. Periksa nomornya.", field)
    return serial


def taken_for(serial: str) -> str:
    """What became of the blank with this number; empty while it is in the box."""
    card = Print.objects.filter(blank_serial=serial).select_related("application").first()
    if spoiled().filter(serial=serial).exists() or (card and card.failed_at):
        return "sudah dicatat rusak"
    return f"sudah dipakai untuk {card.application.number}" if card else ""


def check_not_needed() -> None:
    """Raises Refused where every delivery has its numbers."""
    if ranges():
        raise Refused(NEEDED, "blank_serial")


def following() -> str:
    """The free number after the last one that was used; empty where there is none, or numbers are not known."""
    candidates = list(islice(onward(ranges()), AHEAD))
    if not candidates:
        return ""
    taken = {*Print.objects.filter(blank_serial__in=candidates).values_list("blank_serial", flat=True),
             *spoiled().filter(serial__in=candidates).values_list("serial", flat=True)}
    return next((each for each in candidates if each not in taken), "")


def onward(known: list[Range]) -> Iterable[str]:
    """The numbers after the last used one to the end of its delivery, then those of the others, the oldest first."""
    last = Print.objects.exclude(blank_serial="").order_by("-pk").values_list("blank_serial", flat=True).first()
    here = next((each for each in known if last and each.holds(last)), None)
    rest: Iterator[str] = chain.from_iterable(each.numbers() for each in known if each != here)
    return chain(here.numbers(last or ""), rest) if here else rest


def spoiled() -> QuerySet[HeldCard]:
    """Blanks that were found faulty before printing and not put right since: in custody, or sent back."""
    return HeldCard.objects.filter(source=HeldCard.Source.BLANK, corrected_at=None)
