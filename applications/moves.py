"""The table of moves: what may happen to an application, from where, to where (design.md, section 2).

docs/workflow.md is generated from this table; the verbs that carry the moves out are in applications.lifecycle.
"""

from dataclasses import dataclass

from applications.states import State

S = State
AFTER_VALIDATION = frozenset({S.AWAITING_RECORDING, S.AWAITING_CENTRAL, S.AWAITING_AGE, S.READY_TO_PRINT})
START = None
AFTER_RECORDING = frozenset(
    {S.AWAITING_CENTRAL, S.AWAITING_AGE, S.READY_TO_PRINT, S.PRINTING, S.READY_FOR_PICKUP, S.HANDED_OVER}
)


@dataclass(frozen=True)
class Move:
    """One move. `sources` holds None for the beginning of a life; `key` is its letter on the keyboard.

    `confirm` names what will happen, for moves that cannot be undone. `system` moves may be made by the calendar.
    A move without `targets` is an entry that changes no state. `any_version`: what others did to the file since the
    page was opened does not stop it; the verb decides under the lock.
    """

    name: str
    label: str
    sources: frozenset[State | None]
    targets: frozenset[State]
    key: str = ""
    confirm: str = ""
    system: bool = False
    any_version: bool = False

    @property
    def permission(self) -> str:
        return f"applications.{self.name}"


def move(name: str, label: str, sources: object, targets: object, **more: object) -> Move:
    def states(value: object) -> frozenset:
        return frozenset(value) if isinstance(value, frozenset | set | tuple) else frozenset({value})

    return Move(name, label, states(sources), states(targets), **more)  # type: ignore[arg-type]


TABLE = (
    move("register_incomplete", "Kembalikan sekarang", START, S.RETURNED),
    move("submit", "Ajukan", START, S.SUBMITTED),
    move("resubmit", "Ajukan kembali", S.RETURNED, S.SUBMITTED, key="A"),
    move("return_again", "Catat masih kurang", S.RETURNED, frozenset()),
    move("return_to_applicant", "Kembalikan dengan alasan", S.SUBMITTED, S.RETURNED, key="K"),
    move("validate", "Setujui", S.SUBMITTED, AFTER_VALIDATION, key="S"),
    move("record", "Selesai merekam", S.AWAITING_RECORDING, AFTER_VALIDATION - {S.AWAITING_RECORDING}, key="S"),
    move("allow_rerecord", "Izinkan rekam ulang", S.AWAITING_CENTRAL, S.AWAITING_RECORDING, key="U",
         confirm="Rekaman yang lama digantikan. Lakukan hanya bila penghapusan di pusat sudah terlihat."),
    move("mark_print_ready", "Teruskan menurut status", S.AWAITING_CENTRAL,
         AFTER_VALIDATION - {S.AWAITING_CENTRAL}, key="T"),
    move("release_by_age", "Teruskan, sudah 17 tahun", S.AWAITING_AGE,
         AFTER_VALIDATION - {S.AWAITING_AGE}, system=True),
    move("back_to_central", "Kembali menunggu pusat", S.READY_TO_PRINT, S.AWAITING_CENTRAL, key="P"),
    move("send_back", "Kembalikan ke validasi", {S.AWAITING_RECORDING, S.READY_TO_PRINT}, S.SUBMITTED, key="V"),
    move("start_print", "Cetak", S.READY_TO_PRINT, S.PRINTING, key="C"),
    move("confirm_print", "Hasil cetak baik", S.PRINTING, S.READY_FOR_PICKUP, key="B"),
    move("fail_print", "Cetak gagal", S.PRINTING, S.READY_TO_PRINT, key="G"),
    move("reject_card", "Tolak kartu", S.READY_FOR_PICKUP, {S.READY_TO_PRINT, S.SUBMITTED}, key="T"),
    move("hand_over", "Serahkan", S.READY_FOR_PICKUP, S.HANDED_OVER, key="S",
         confirm="Kartu dicatat sudah diserahkan. Ini tidak dapat dibatalkan."),
    move("refer", "Rujuk ke Disdukcapil", {S.SUBMITTED, S.AWAITING_RECORDING, S.AWAITING_CENTRAL}, S.REFERRED,
         key="I"),
    move("answer_referral", "Catat jawaban", S.REFERRED, {S.SUBMITTED, S.CANCELLED}, key="C"),
    move("cancel", "Batalkan", {S.RETURNED, S.SUBMITTED, S.AWAITING_RECORDING, S.AWAITING_CENTRAL, S.AWAITING_AGE,
                                S.READY_TO_PRINT}, S.CANCELLED, key="X",
         confirm="Permohonan ditutup dan tidak dapat dibuka lagi."),
    move("withdraw_card", "Tarik kartu", S.READY_FOR_PICKUP, S.WITHDRAWN, key="X",
         confirm="Kartu ditarik dan tidak dapat diserahkan lagi."),
    move("left", "Pemohon pulang", S.AWAITING_RECORDING, frozenset(), key="P"),
    move("came_back", "Pemohon datang", S.AWAITING_RECORDING, frozenset(), key="D"),
    move("note_status", "Catat status", frozenset({S.AWAITING_CENTRAL}), frozenset(), key="C"),
    move("decide_waiver", "Putuskan keringanan", S.SUBMITTED, frozenset(), key="W"),
    move("review_exceptions", "Periksa pengecualian", AFTER_RECORDING, frozenset(), key="E", any_version=True),
    move("postpone", "Tunda", S.READY_TO_PRINT, frozenset(), key="T"),
    move("resume", "Kembali ke urutan", S.READY_TO_PRINT, frozenset(), key="U"),
    move("remind", "Catat pengingat", S.READY_FOR_PICKUP, frozenset(), key="I"),
    move("send_to_village", "Titip ke desa", S.READY_FOR_PICKUP, frozenset(), key="D"),
    move("back_from_village", "Kembali dari desa", S.READY_FOR_PICKUP, frozenset(), key="K"),
    move("keep_proof", "Simpan pindaian bukti", S.HANDED_OVER, frozenset(), key="U",
         confirm="Pindaian disimpan sebagai bukti dan tidak dapat diganti."),
)
MOVES = {each.name: each for each in TABLE}
# Moves that begin a life have no application yet: the intake page makes them.
BEGINNINGS = tuple(each for each in TABLE if START in each.sources)


def from_state(state: str) -> tuple[Move, ...]:
    """The moves that leave a state or are noted in it, in the order of the table."""
    return tuple(each for each in TABLE if State(state) in each.sources)
