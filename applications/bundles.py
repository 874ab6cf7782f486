"""Bundles: finished cards that a person of the village takes out with a list, and the list that comes back.

Each card keeps its own entries in the book of applications (`send_to_village`, `hand_over`, `back_from_village`); what
is said of many cards here holds for all of them or for none. Order of locks: bundle, applications by their number in
the database, number counter, heads of the books: custody (an old card that came back), then applications.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from applications import lifecycle
from applications.models import Application, Bundle, BundleCard, CustodyEntry, Handover, Village
from applications.refusals import Refused
from applications.states import State
from office import counters, ledger

DAYS_OUT = "hari-titipan-desa"
NOON = time(12)  # of a delivery the list gives the day, not the hour
AT_ONCE = 60  # cards on one list: four pages, and a box that a person carries


@dataclass(frozen=True)
class Answer:
    """What the list says of one card; for a delivered one `handed` holds the arguments of the handover, `on` its day.

    Without a day it was delivered at the moment that is noted.
    """

    card: int
    outcome: str
    handed: Mapping[str, Any] = field(default_factory=dict)
    on: date | None = None


def send(
    village: Village, cards: Iterable[int], *, by: User, carrier: str, carrier_post: str, at: datetime | None = None
) -> Bundle:
    """Give finished cards of one village out with a new numbered list.

    Raises NotAllowed, and Refused with a sentence that names the first card in the way; then none leaves the box.
    """
    wanted = set(cards)
    if not wanted:
        raise Refused("Pilih paling sedikit satu kartu.")
    if len(wanted) > AT_ONCE:
        raise Refused(f"Satu daftar memuat paling banyak {AT_ONCE} kartu. Buat daftar kedua untuk sisanya.")
    if not (carrier.strip() and carrier_post.strip()):
        raise Refused("Isi nama dan jabatan yang membawa kartu.")
    with transaction.atomic():
        locked = lock(wanted)
        at = at or timezone.now()
        year = timezone.localdate(at).year
        bundle = Bundle.objects.create(
            year=year, serial=counters.next_number(Bundle.SERIES, year), village=village, carrier=carrier.strip(),
            carrier_post=carrier_post.strip(), out_at=at, out_by=by,
        )
        for application in locked:
            with naming(application):
                lifecycle.send_to_village(application, by=by, bundle=bundle, at=at)
    return bundle


def take_back(bundle: Bundle, answers: Iterable[Answer], *, by: User, at: datetime | None = None) -> Bundle:
    """Note what the list says; when it has answered for every card the bundle is closed.

    Raises NotAllowed, and Refused with a sentence that names the first card in the way; then nothing is noted.
    """
    said = {answer.card: answer for answer in answers}
    if not said:
        raise Refused("Belum ada yang dicatat. Pilih hasil pada paling sedikit satu kartu.")
    with transaction.atomic():
        # The bundle first: two counters that answer for the last two cards must not both leave it open.
        locked = Bundle.objects.select_for_update().get(pk=bundle.pk)
        cards = {card.pk: card for card in locked.cards.filter(pk__in=said)}
        if len(cards) < len(said):
            raise Refused(f"Ada kartu yang tidak tercantum pada daftar {locked.number}. Muat ulang halaman ini.")
        of = {card.application_id: card for card in cards.values()}
        at, applications = at or timezone.now(), lock(of)
        ledger.hold(CustodyEntry)
        for application in applications:
            with naming(application):
                answer(application, of[application.pk], said[of[application.pk].pk], by=by, at=at)
        if not locked.cards.filter(outcome="").exists():
            locked.back_at, locked.back_by = at, by
            locked.save(update_fields=["back_at", "back_by"])
    return locked


def answer(application: Application, card: BundleCard, said: Answer, *, by: User, at: datetime) -> None:
    """One card, under the lock: given into a hand in the village, or back in the box."""
    card.refresh_from_db()
    if card.outcome:
        raise Refused(f"Kartu ini sudah dicatat “{card.get_outcome_display()}”.")
    if said.outcome == BundleCard.Outcome.DELIVERED:
        lifecycle.hand_over(
            application, by=by, at=delivered_at(application, card.bundle, said.on, at), old_card_at=at,
            signed=Handover.Signed.VILLAGE, bundle_card=card, **said.handed,
        )
    elif said.outcome == BundleCard.Outcome.RETURNED:
        lifecycle.back_from_village(application, by=by, at=at)
    else:
        raise Refused("Pilih hasilnya: diterima, atau kembali ke kantor.")


def delivered_at(application: Application, bundle: Bundle, day: date | None, noted: datetime) -> datetime:
    """The moment that the book keeps for a delivery: the list knows its day only, so that is noon.

    Later on that day where the file has a later entry, and never after the noting. Raises Refused for an impossible
    day.
    """
    if day is None:
        return noted
    if sentence := doubt_about(day, bundle, noted):
        raise Refused(sentence)
    last = application.entries.order_by("-seq").values_list("occurred_at", flat=True).first()
    moment = timezone.make_aware(datetime.combine(day, NOON))
    if last and timezone.localdate(last) == day:
        moment = max(moment, last)
    return min(moment, noted)


def doubt_about(day: date, bundle: Bundle, noted: datetime) -> str:
    """Why a card of this list cannot have been delivered on that day; empty where it can."""
    if day > timezone.localdate(noted):
        return "Tanggal penyerahan belum tiba."
    if day < timezone.localdate(bundle.out_at):
        return f"Kartu baru dibawa {date_format(timezone.localdate(bundle.out_at))}. Periksa tanggalnya."
    return ""


def lock(pks: Iterable[int]) -> list[Application]:
    """The applications, locked in one order whatever order they were ticked in. Raises Refused for an unknown one."""
    wanted = set(pks)
    locked = list(Application.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(locked) < len(wanted):
        raise Refused("Ada kartu yang tidak dikenal. Muat ulang halaman ini.")
    return locked


@contextmanager
def naming(application: Application) -> Iterator[None]:
    """A refusal inside says which card it is about."""
    try:
        yield
    except Refused as refused:
        if application.number in refused.sentence:
            raise
        raise type(refused)(f"{application.number}: {refused.sentence}") from refused


# -- lists -------------------------------------------------------------------------------------------


def out() -> QuerySet[Bundle]:
    """Lists that are not all back, those that are out longest first."""
    return Bundle.objects.filter(back_at=None).order_by("pk")


def overdue(now: datetime, limit: int) -> QuerySet[Bundle]:
    """Lists that are out for `limit` days (the parameter DAYS_OUT) or longer."""
    return out().filter(out_at__lte=now - timedelta(days=limit))


def with_counts(found: QuerySet[Bundle]) -> QuerySet[Bundle]:
    """Each with its village and how many of its cards are still out (`still_out`) of how many (`size`)."""
    return found.select_related("village").annotate(
        size=Count("cards"), still_out=Count("cards", filter=Q(cards__outcome=""))
    )


def villages_to_serve() -> list[Village]:
    """Every village with the number of its finished cards in the box (`ready`)."""
    out_now = BundleCard.objects.filter(outcome="").values("application")
    ready = Q(resident__applications__state=State.READY_FOR_PICKUP) & ~Q(resident__applications__in=out_now)
    return list(Village.objects.annotate(ready=Count("resident__applications", filter=ready)))
