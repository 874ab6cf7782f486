"""The one writer of an application's state, and who may call it.

Only `change` and `write` set what a move leaves behind: they lock, read anew, decide under the lock, save and write
the book.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications import blanks, clocks
from applications.models import Application, Entry
from applications.moves import MOVES, Move
from applications.refusals import NotAllowed, Refused, WrongState
from applications.states import State
from office import ledger


class System(Enum):
    """The calendar as an actor: the book names it `sistem`."""

    SYSTEM = "sistem"


SYSTEM = System.SYSTEM
Actor = User | System
AT_ONCE = timedelta(minutes=1)  # nobody comes or calls twice within it: it is the same, sent twice


class Deviation:
    """Codes of what the Sekretaris should see."""

    MAKER_IS_CHECKER = "maker_is_checker"
    FLAWED_NIK = "flawed_nik"
    UNCHANGED = "data_unchanged"
    WAIVER = "waiver"
    OUT_OF_TURN = "out_of_turn"
    POSTPONED = "postponed"
    WITHOUT_PAPERS = "without_papers"
    DOUBTED = "recording_doubted"


# What a person reads who may make a move with a reason only.
WHY = {
    Deviation.OUT_OF_TURN: "Ada kartu lain yang lebih dulu lengkap. Isi alasan mendahulukan kartu ini.",
    Deviation.MAKER_IS_CHECKER: "Berkas ini Anda ajukan atau rekam sendiri. Isi alasan mengapa Anda juga yang "
    "memvalidasi.",
    Deviation.FLAWED_NIK: "Angka dalam NIK ini tidak mungkin. Isi alasan mengapa NIK ini Anda anggap sah.",
    Deviation.UNCHANGED: "Kartu ditolak karena datanya salah, dan data pemohon belum diubah sejak itu. Perbaiki "
    "dahulu, atau isi alasan mengapa data ini tetap disetujui.",
    Deviation.WITHOUT_PAPERS: "Surat kuasa dan KTP pengambil belum dilihat. Lihat keduanya, atau isi alasan mengapa "
    "kartu tetap diserahkan; Sekretaris melihatnya.",
}


@dataclass
class Outcome:
    """What a verb decided under the lock: where the file goes (None: stays) and what its entry says."""

    to: State | None = None
    deviation: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)


Work = Callable[[Application, datetime], Outcome]


def check_right(move: Move, by: Actor) -> None:
    """Raises NotAllowed for who may not make this move now."""
    if by is SYSTEM:
        if not move.system:
            raise NotAllowed(f"Langkah “{move.label}” tidak dilakukan oleh sistem.")
    elif not User.objects.filter(pk=by.pk).holding(move.permission).exists():
        # Asked from the database, under the lock: the right may have been taken away since the page was opened.
        raise NotAllowed(f"Anda tidak berwenang untuk langkah “{move.label}”.")


def check_source(move: Move, application: Application, version: int | None) -> None:
    """Raises WrongState where the file is not where the move starts, or is another than the page showed."""
    if State(application.state) not in move.sources:
        label = State(application.state).label
        raise WrongState(f"{application.number} sudah berpindah: sekarang “{label}”. Tidak ada yang diubah.")
    if version is not None and version != application.version and not move.any_version:
        raise WrongState(
            f"{application.number} berubah sejak halaman ini dibuka. "
            "Periksa keadaannya sekarang; tidak ada yang diubah."
        )


def check_has_come(at: datetime) -> None:
    """Raises Refused for a moment that lies ahead, a minute of another clock aside."""
    if at > timezone.now() + ledger.CLOCKS_DIFFER:
        raise Refused("Waktu kejadian belum tiba. Periksa tanggal dan jamnya.")


def check_time(application: Application, at: datetime) -> None:
    """Raises Refused for a moment ahead, or before the last entry of the file."""
    check_has_come(at)
    last = application.entries.order_by("-seq").values_list("occurred_at", flat=True).first()
    if last and at < last:
        raise Refused("Waktu kejadian mendahului langkah sebelumnya. Periksa tanggal dan jamnya.")


def change(
    name: str, application: Application, *, by: Actor, at: datetime | None, version: int | None, work: Work,
    with_blanks: bool = False,
) -> Application:
    """Make one move: lock, read anew, check source, right and time, do the work, save, write the entry.

    The stock of blanks is locked first where the move changes it (`with_blanks`), and where it may lead to the queue
    of the printer: so the file's clock and the box that becomes empty or full at this moment know of each other.
    """
    move = MOVES[name]
    with transaction.atomic():
        if with_blanks or State.READY_TO_PRINT in move.targets:
            blanks.lock()
        locked = Application.objects.select_for_update().get(pk=application.pk)
        check_right(move, by)
        check_source(move, locked, version)
        at = at or timezone.now()
        check_time(locked, at)
        before = locked.state
        outcome = work(locked, at)
        if outcome.to is not None and outcome.to not in move.targets:
            raise AssertionError(f"{name} does not lead to {outcome.to}")
        locked.state = outcome.to or State(before)
        if locked.state != before:
            locked.postponed, locked.postponed_reason = False, ""  # that was for the queue it stood in
        locked.version += 1
        write(locked, name, by, at, before, outcome)
    return locked


def write(application: Application, verb: str, by: Actor, at: datetime, before: str, outcome: Outcome) -> None:
    """The entry of a move, the clock columns made anew, and the file saved."""
    ledger.append(
        Entry, subject=application, verb=verb, by=None if by is SYSTEM else by, occurred_at=at,
        deviation=outcome.deviation, facts=outcome.facts, words=outcome.words,
        from_state=before, to_state=application.state,
    )
    clocks.rewrite(application)
    application.save()
