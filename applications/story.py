"""What happened to an application, as people tell it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format

from accounts.models import User
from applications.desks import BY_STATE
from applications.lifecycle import CANCEL_REASONS, WITHDRAWAL_CAUSES, CardFault
from applications.models import Application, BlankFault, Bundle, Entry, Reminder, StatusRule
from applications.states import OPEN, State

PAST = {
    "register_incomplete": "Dicatat belum lengkap",
    "submit": "Diajukan lengkap",
    "resubmit": "Diajukan kembali",
    "return_again": "Datang lagi, masih kurang",
    "return_to_applicant": "Dikembalikan kepada pemohon",
    "validate": "Disetujui",
    "record": "Direkam",
    "allow_rerecord": "Rekam ulang diizinkan",
    "mark_print_ready": "Diteruskan menurut status",
    "release_by_age": "Sudah berusia 17 tahun",
    "back_to_central": "Kembali menunggu pusat",
    "send_back": "Dikembalikan ke validasi",
    "start_print": "Dikirim ke pencetak",
    "confirm_print": "Kartu dicetak baik",
    "fail_print": "Cetak gagal",
    "reject_card": "Kartu ditolak",
    "hand_over": "Kartu diserahkan",
    "refer": "Dirujuk ke Disdukcapil",
    "answer_referral": "Jawaban Disdukcapil dicatat",
    "cancel": "Permohonan dibatalkan",
    "withdraw_card": "Kartu ditarik",
    "left": "Pemohon pulang",
    "came_back": "Pemohon datang kembali",
    "note_status": "Status pusat dicatat",
    "decide_waiver": "Keringanan diputuskan",
    "review_exceptions": "Pengecualian perekaman diperiksa",
    "postpone": "Pencetakan ditunda",
    "resume": "Kembali ke urutan cetak",
    "remind": "Pengingat dicatat",
    "send_to_village": "Kartu dititipkan ke desa",
    "back_from_village": "Kartu kembali dari desa",
    "keep_proof": "Bukti penyerahan dipindai",
}


SETBACKS = frozenset({
    "postpone",
    "register_incomplete", "return_to_applicant", "return_again",
    "back_to_central", "send_back", "fail_print", "reject_card",
    "refer", "answer_referral", "allow_rerecord",
})


@dataclass(frozen=True)
class Step:
    """One line of the timeline. `tone` as in the badges; `at` is empty for what is still to come.

    `wrong_data`: a card was rejected because of its data.
    """

    label: str
    at: datetime | None
    by: str
    detail: str
    tone: str = "rest"
    done: bool = True
    current: bool = False
    wrong_data: bool = False


def steps(application: Application) -> list[Step]:
    """Every entry of the book, oldest first, and where the file is now if it is still open."""
    entries = application.entries.select_related("by", "detail").order_by("seq")
    found = [step(entry) for entry in entries]
    if application.state in OPEN:
        label = str(State(application.state).label)
        found.append(Step(label, None, "", "", tone=application.badge.tone, done=False, current=True))
    return found


def step(entry: Entry) -> Step:
    by = entry.by.name if entry.by else "Sistem"
    late = f"dicatat {entry.written_at:%d-%m-%Y}" if entry.written_at.date() != entry.occurred_at.date() else ""
    tone = "warn" if entry.verb in SETBACKS else "go"
    detail = " · ".join(t for t in (told(entry), late) if t)
    wrong_data = entry.facts.get("fault") in CardFault.DATA
    return Step(PAST[entry.verb], entry.occurred_at, by, detail, tone=tone, wrong_data=wrong_data)


@dataclass(frozen=True)
class Trip:
    """One visit of the resident for this file, and why it was not the last."""

    number: int
    at: datetime
    cause: str


TRIP_ENDS = ("register_incomplete", "return_to_applicant", "return_again", "left")


def trips(application: Application) -> list[Trip]:
    """The visits that were made in vain, oldest first, each with its cause."""
    entries = application.entries.filter(verb__in=TRIP_ENDS).select_related("detail").order_by("seq")
    labels = {paper.code: paper.label for paper in application.papers.all()}
    return [Trip(number, entry.occurred_at, cause(entry, labels)) for number, entry in enumerate(entries, start=1)]


def cause(entry: Entry, labels: dict[str, str]) -> str:
    codes = entry.facts.get("missing") or entry.facts.get("failed") or []
    what = ", ".join(labels.get(code, code) for code in codes)
    if entry.verb == "left":
        return "pulang sebelum perekaman"
    return f"tidak memenuhi: {what}" if entry.verb == "return_to_applicant" else f"belum ada: {what}"


def worth_knowing(application: Application) -> Step | None:
    """The last step, where it brought the file back or tells the desk what to look at; else None."""
    if application.version == 0:
        return None  # nothing but the beginning has happened
    last = application.entries.select_related("by", "detail").order_by("-seq").first()
    return step(last) if last and last.verb in SETBACKS else None


def told(entry: Entry) -> str:
    """The reason or the fact of an entry in words; an erased reason is said to be erased."""
    facts = entry.facts
    if "status" in facts:
        rule = StatusRule.objects.filter(pk=facts["status"]).first()
        return str(rule) if rule else facts["status"]
    if entry.verb == "fail_print":
        cause = dict(BlankFault.choices).get(facts.get("cause", ""), "")
        used = f"blangko rusak: {cause.lower()}" if cause else "blangko utuh"
        reason = getattr(entry, "detail", None)
        return " · ".join([used, *plain(reason.words)]) if reason else used
    if entry.verb == "answer_referral":
        referral = entry.application.referrals.get(pk=facts["referral"])
        return f"surat {referral.answer_number}, {date_format(referral.answer_date or entry.occurred_at)}"
    if entry.verb == "cancel":
        return CANCEL_REASONS.get(facts["reason"], facts["reason"])
    if entry.verb == "decide_waiver":
        return "Diberi" if facts["granted"] else "Tidak diberi"
    return with_words(entry, code_told(entry))


def code_told(entry: Entry) -> str:
    """What the codes of an entry say, before its own words."""
    facts = entry.facts
    if entry.verb == "review_exceptions":
        return "Disetujui" if facts["confirmed"] else "Diragukan"
    if entry.verb == "withdraw_card":
        return WITHDRAWAL_CAUSES.get(facts.get("cause", ""), "")
    if entry.verb == "remind":
        how = dict(Reminder.Means.choices).get(facts["means"], "")
        return f"{how}: {'sudah diberi tahu' if facts['informed'] else 'belum berhasil'}"
    if facts.get("bundle"):
        bundle = Bundle.objects.select_related("village").get(pk=facts["bundle"])
        by = f"diserahkan di desa oleh {bundle.carrier}, {bundle.carrier_post} · " if entry.verb == "hand_over" else ""
        return f"{by}Desa {bundle.village.name}, daftar {bundle.number}"
    return CardFault.LABELS.get(facts.get("fault", ""), "")


def with_words(entry: Entry, said: str) -> str:
    """The same with the words beside the entry, or that they were erased."""
    detail = getattr(entry, "detail", None)
    if detail is None:
        return said
    own = ["(keterangan dihapus menurut ketentuan)"] if detail.erased_at else plain(detail.words)
    return " · ".join(text for text in (said, *own) if text)


def plain(words: dict) -> list[str]:
    found: list[str] = []
    for value in words.values():
        found += plain(value) if isinstance(value, dict) else [str(value)]
    return found


def at_a_desk_of(application: Application, user: User) -> bool:
    """Whether the file waits at a desk where this person works."""
    desk = BY_STATE.get(State(application.state))
    return desk is not None and user.has_perm(desk.permission)
