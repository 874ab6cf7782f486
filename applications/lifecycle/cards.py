"""The card: printed in turn on a blank that is accounted for, looked at, rejected, handed over once, withdrawn."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from applications import blank_serials, blanks, custody
from applications.lifecycle.writing import WHY, Deviation, Outcome, change
from applications.models import Application, BlankFault, BundleCard, Handover, HeldCard, Print
from applications.refusals import Refused
from applications.states import Kind, State
from office import parameters, vault
from office.models import VaultFile

# -- in turn -------------------------------------------------------------------------------------


def goes_before(application: Application) -> Application | None:
    """The file whose turn it is, where that is another than this one (fact F9.13)."""
    first = Application.objects.filter(state=State.READY_TO_PRINT).in_order_of_completeness().first()
    return first if first and first.pk != application.pk else None


@dataclass(frozen=True)
class Turn:
    """How a file stands before the printer: the blanks in the box, and whose turn it is where it is not its own."""

    blanks: int
    first: Application | None


def turn(application: Application) -> Turn:
    """Asked once for the file that a page shows, for its words and its buttons; a verb asks anew under the lock."""
    known: Turn | None = getattr(application, "turn_asked", None)
    if known is None:
        known = Turn(blanks.current().on_hand, goes_before(application))
        application.turn_asked = known  # type: ignore[attr-defined]
    return known


def printing_rule(application: Application, user: User) -> str:
    """The deviation that printing this file now would be. Raises Refused when there is no blank."""
    stands = turn(application)
    if stands.blanks == 0:
        raise Refused(blanks.EMPTY)
    return Deviation.OUT_OF_TURN if stands.first else ""


def postpone(
    application: Application, *, by: User, reason: str, at: datetime | None = None, version: int | None = None
) -> Application:
    """Put a file off that cannot be printed now, so that others pass it without a reason for each: listed."""

    def work(app: Application, at: datetime) -> Outcome:
        if app.postponed:
            raise Refused("Berkas ini sudah ditunda.")
        if not reason.strip():
            raise Refused("Isi alasan penundaan.")
        app.postponed, app.postponed_reason = True, reason
        return Outcome(deviation=Deviation.POSTPONED, words={"reason": reason})

    return change("postpone", application, by=by, at=at, version=version, work=work)


def resume(
    application: Application, *, by: User, at: datetime | None = None, version: int | None = None
) -> Application:
    """What kept the file from being printed is over: back to its place in the order."""

    def work(app: Application, at: datetime) -> Outcome:
        if not app.postponed:
            raise Refused("Berkas ini tidak ditunda.")
        app.postponed, app.postponed_reason = False, ""
        return Outcome()

    return change("resume", application, by=by, at=at, version=version, work=work)


# -- print ---------------------------------------------------------------------------------------


def start_print(
    application: Application, *, by: User, reason: str = "", at: datetime | None = None, version: int | None = None
) -> Application:
    """The card is sent to the printer: a blank is reserved, a fact of its own, before a person has looked.

    Out of turn with a `reason` only, and listed to the Sekretaris. Raises Refused when there is no blank.
    """

    def work(app: Application, at: datetime) -> Outcome:
        deviation = Deviation.OUT_OF_TURN if goes_before(app) else ""
        if deviation and not reason.strip():
            raise Refused(WHY[deviation])
        card = Print.objects.create(application=app, started_at=at, started_by=by)
        blanks.reserve(blanks.lock(), card, by=by, at=at)
        words = {"reason": reason} if deviation else {}
        return Outcome(State.PRINTING, deviation=deviation, facts={"print": card.pk}, words=words)

    return change("start_print", application, by=by, at=at, version=version, work=work, with_blanks=True)


def confirm_print(
    application: Application, *, by: User, blank_serial: str = "", serial_unreadable: bool = False,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """A person looked at the card and it is good: this ends the clock and binds the blank.

    Where every delivery has its serial numbers, the blank's is needed, or `serial_unreadable`, which the entry keeps.
    """

    def work(app: Application, at: datetime) -> Outcome:
        serial = blank_serials.checked(blank_serial)
        if not serial and not serial_unreadable:
            blank_serials.check_not_needed()
        card = card_in_work(app)
        card.confirmed_at, card.confirmed_by = at, by
        card.blank_serial, card.blank_used = serial, True
        keep(card, "confirmed_at", "confirmed_by", "blank_serial", "blank_used")
        blanks.use(blanks.lock(), card, by=by, at=at)
        unreadable = {"serial_unreadable": True} if serial_unreadable and not serial else {}
        return Outcome(State.READY_FOR_PICKUP, facts={"print": card.pk} | unreadable)

    return change("confirm_print", application, by=by, at=at, version=version, work=work, with_blanks=True)


def fail_print(
    application: Application, *, by: User, blank_used: bool, fault: str = "", blank_serial: str = "", reason: str = "",
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """The print failed: the blank goes back into the box, or with its fault into custody."""

    def work(app: Application, at: datetime) -> Outcome:
        if blank_used and fault not in BlankFault.values:
            raise Refused("Pilih sebab rusaknya blangko.")
        serial = blank_serials.checked(blank_serial) if blank_used else ""
        card = card_in_work(app)
        card.failed_at, card.failed_by, card.blank_used = at, by, blank_used
        if blank_used:
            card.blank_fault, card.blank_serial = fault, serial
        keep(card, "failed_at", "failed_by", "blank_used", "blank_fault", "blank_serial")
        if blank_used:
            blanks.spoil_reserved(blanks.lock(), card, by=by, at=at)
            into_custody(app, card, HeldCard.Source.SPOILED, fault, by=by, at=at, note=reason)
        else:
            blanks.release(blanks.lock(), card, by=by, at=at)
        facts = {"print": card.pk, "blank_used": blank_used, "cause": fault if blank_used else ""}
        return Outcome(State.READY_TO_PRINT, facts=facts, words={"reason": reason} if reason else {})

    return change("fail_print", application, by=by, at=at, version=version, work=work, with_blanks=True)


def keep(card: Print, *fields: str) -> None:
    """Raises Refused for a serial number that another card bears: two may be confirmed at the same moment."""
    try:
        with transaction.atomic():
            card.save(update_fields=list(fields))
    except IntegrityError as error:
        raise Refused("Blangko dengan nomor seri ini sudah dipakai untuk kartu lain. Periksa nomornya.") from error


def into_custody(
    app: Application, card: Print | None, source: str, cause: str, *, by: User, at: datetime, note: str = "",
    corner_cut: bool = False,
) -> None:
    """A card of this resident that is out of use."""
    custody.take_in(
        source=source, cause=cause, application=app, print=card, holder=app.resident.name,
        serial=card.blank_serial if card else "", by=by, at=at, note=note[:120], corner_cut=corner_cut,
    )


def card_in_work(application: Application) -> Print:
    """The card that is printed or lies ready: one that neither failed nor was rejected."""
    return application.prints.get(failed_at=None, rejected_at=None)


# -- wrong cards -----------------------------------------------------------------------------------


class CardFault:
    """By whose cause a card is wrong, and where its file goes: printed again, or validated again.

    The codes are causes of custody (HeldCard.Cause): the report of a month counts by them.
    """

    TARGETS = {
        "print": State.READY_TO_PRINT, "encoding": State.READY_TO_PRINT, "factory": State.READY_TO_PRINT,
        "office": State.SUBMITTED, "resident": State.SUBMITTED, "centre": State.SUBMITTED,
    }
    LABELS = {
        "print": "Hasil cetak cacat", "encoding": "Chip tidak terbaca", "factory": "Cacat pabrik",
        "office": "Data salah: kekeliruan kantor", "resident": "Data salah: dari pemohon",
        "centre": "Data salah: dari pusat atau KK",
    }
    DATA = frozenset({"office", "resident", "centre"})


def reject_card(
    application: Application, *, by: User, fault: str, reason: str,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """The card in the box is wrong: into custody by whose cause, printed again or validated again."""

    def work(app: Application, at: datetime) -> Outcome:
        if fault not in CardFault.TARGETS:
            raise Refused("Pilih letak kesalahannya.")
        if not reason.strip():
            raise Refused("Isi apa yang salah pada kartu.")
        check_in_the_box(app)
        card = card_in_work(app)
        card.rejected_at, card.rejected_by, card.rejected_cause = at, by, fault
        card.save(update_fields=["rejected_at", "rejected_by", "rejected_cause"])
        into_custody(app, card, HeldCard.Source.REJECTED, fault, by=by, at=at, note=reason)
        facts = {"fault": fault, "print": card.pk}
        return Outcome(CardFault.TARGETS[fault], facts=facts, words={"reason": reason})

    return change("reject_card", application, by=by, at=at, version=version, work=work)


# Why a finished card is withdrawn, and after how long nobody came (a parameter).
WITHDRAWAL_CAUSES = {"deceased": "Pemegang meninggal", "uncollected": "Tidak diambil"}
DAYS_UNCOLLECTED = "hari-belum-diambil-3"


def withdraw_card(
    application: Application, *, by: User, cause: str, reason: str,
    at: datetime | None = None, version: int | None = None,
) -> Application:
    """Take a finished card back that nobody will collect: the holder died, or never came."""

    def work(app: Application, at: datetime) -> Outcome:
        check_in_the_box(app)
        if cause not in WITHDRAWAL_CAUSES:
            raise Refused("Pilih sebab penarikan kartu.")
        if not reason.strip():
            raise Refused("Isi alasan penarikan.")
        if cause not in withdrawal_causes(app, at):
            days = parameters.number(DAYS_UNCOLLECTED)
            raise Refused(f"“Tidak diambil” hanya untuk kartu yang sudah siap {days} hari atau lebih.")
        into_custody(app, card_in_work(app), HeldCard.Source.WITHDRAWN, cause, by=by, at=at, note=reason)
        return Outcome(State.WITHDRAWN, facts={"cause": cause}, words={"reason": reason})

    return change("withdraw_card", application, by=by, at=at, version=version, work=work)


def withdrawal_causes(application: Application, at: datetime) -> list[str]:
    """Why this card may be withdrawn now: nobody came is a cause only after the days of the parameter."""
    waited = application.state_since + parameters.days(DAYS_UNCOLLECTED) <= at
    return [cause for cause in WITHDRAWAL_CAUSES if cause != "uncollected" or waited]


def check_in_the_box(application: Application) -> None:
    """Raises Refused for a card that a village has taken out to deliver."""
    out = bundled(application)
    if out:
        raise Refused(
            f"Kartu ini sedang dibawa Desa {out.bundle.village.name} dengan daftar {out.bundle.number}. "
            "Catat dahulu daftarnya kembali."
        )


def in_the_box_rule(application: Application, user: User) -> str:
    """Raises Refused while a village has the card."""
    check_in_the_box(application)
    return ""


def bundled(application: Application) -> BundleCard | None:
    """The bundle that this card is out with, if it is."""
    return application.bundle_cards.filter(outcome="").select_related("bundle__village").first()


# -- hand over -----------------------------------------------------------------------------------

OLD_CARD_CAUSES = {Kind.DAMAGED: HeldCard.Cause.WORN, Kind.DATA_CHANGE: HeldCard.Cause.CHANGED}


def hand_over(
    application: Application, *, by: User, collector: str, collector_name: str = "", relation: str = "",
    authority_seen: bool = False, id_seen: bool = False, without_papers_reason: str = "",
    old_card_surrendered: bool = False, signed: str = Handover.Signed.PAPER, signature: vault.Sealed | None = None,
    bundle_card: BundleCard | None = None, old_card_at: datetime | None = None, at: datetime | None = None,
    version: int | None = None,
) -> Application:
    """Give the card into a hand, once. The old card is surrendered first, where the kind needs it.

    Another person brings a name, a relation, a written authority and an identity card; without the papers a reason is
    needed, and the Sekretaris sees it. `signature` is the sealed picture from the pad. `bundle_card` names the list of
    the village on which the card was delivered: then `at` lies before the noting, and the old card came to the office
    at `old_card_at`.
    """

    def work(app: Application, at: datetime) -> Outcome:
        if collector not in Handover.Collector.values:
            raise Refused("Pilih siapa yang mengambil kartu.")
        if signed not in Handover.Signed.values or (signed == Handover.Signed.VILLAGE) != (bundle_card is not None):
            raise Refused("Pilih cara penerima menandatangani.")
        other = collector == Handover.Collector.OTHER
        papers_seen = authority_seen and id_seen
        if other and not (collector_name and relation):
            raise Refused("Kartu diambil orang lain: isi nama dan hubungannya dengan pemohon.")
        if other and not papers_seen and not without_papers_reason.strip():
            raise Refused(WHY[Deviation.WITHOUT_PAPERS])
        if app.kind in OLD_CARD_CAUSES and not old_card_surrendered:
            raise Refused("KTP lama diserahkan dan dipotong sudutnya lebih dahulu.")
        if (signature is None) == (signed == Handover.Signed.PAD):
            raise Refused("Tanda tangan di papan belum ada. Ulangi, atau pilih tanda tangan di lembar bukti.")
        out = delivered_by(app, bundle_card)
        Handover.objects.create(
            application=app, at=at, by=by, collector=collector, authority_seen=other and authority_seen,
            id_seen=other and id_seen, collector_name=collector_name if other else "",
            relation=relation if other else "",
            without_papers_reason=without_papers_reason if other and not papers_seen else "",
            old_card_surrendered=old_card_surrendered, signed=signed, signature=keep_signature(signature, by, at),
        )
        if old_card_surrendered:
            cause = OLD_CARD_CAUSES.get(Kind(app.kind), HeldCard.Cause.FOUND)
            into_custody(app, None, HeldCard.Source.OLD, cause, by=by, at=old_card_at or at, corner_cut=True)
        facts = {
            "collector": collector, "old_card": old_card_surrendered, "signed": signed, "bundle": out,
            "signature": signature.sha256 if signature else "",
        }
        deviation = Deviation.WITHOUT_PAPERS if other and not papers_seen else ""
        words = {"name": collector_name} if other else {}
        if deviation:
            words["reason"] = without_papers_reason
        return Outcome(State.HANDED_OVER, deviation=deviation, facts=facts, words=words)

    return change("hand_over", application, by=by, at=at, version=version, work=work)


def keep_signature(signature: vault.Sealed | None, by: User, at: datetime) -> VaultFile | None:
    """The row of the signature from the pad, if there is one."""
    if signature is None:
        return None
    return VaultFile.objects.keep(signature, purpose="signature", mime="image/png", by=by, at=at)


def delivered_by(app: Application, bundle_card: BundleCard | None) -> int | None:
    """Mark the card of the village's list as delivered. Raises Refused where the card is out and not on this list."""
    if bundle_card is None:
        check_in_the_box(app)
        return None
    if bundled(app) != bundle_card:
        raise Refused("Kartu ini tidak ada pada daftar desa itu.")
    bundle_card.outcome = BundleCard.Outcome.DELIVERED
    bundle_card.save(update_fields=["outcome"])
    return bundle_card.bundle_id


# -- the proof -----------------------------------------------------------------------------------


def keep_proof(
    application: Application, *, by: User, scan: vault.Sealed, at: datetime | None = None, version: int | None = None
) -> Application:
    """Keep the scan of the signed proof (a sealed JPEG), once: evidence is not replaced."""

    def work(app: Application, at: datetime) -> Outcome:
        given = proof_to_scan(app)
        given.proof_scan = VaultFile.objects.keep(scan, purpose="proof", mime="image/jpeg", by=by, at=at)
        given.proof_scanned_at, given.proof_scanned_by = at, by
        given.save(update_fields=["proof_scan", "proof_scanned_at", "proof_scanned_by"])
        return Outcome(facts={"scan": scan.sha256})

    return change("keep_proof", application, by=by, at=at, version=version, work=work)


def proof_to_scan(application: Application) -> Handover:
    """The handover whose signed proof, or the list of its village, is still only paper.

    Raises Refused where there is nothing to scan.
    """
    given = Handover.objects.filter(application=application).first()
    if given is None or given.signed not in Handover.ON_PAPER:
        raise Refused("Penyerahan ini tidak ditandatangani di kertas; tidak ada yang perlu dipindai.")
    if given.proof_scan_id:
        raise Refused("Bukti penyerahan ini sudah dipindai. Pindaian tidak diganti.")
    return given


def proof_rule(application: Application, user: User) -> str:
    """Raises Refused where no signed proof waits to be scanned."""
    proof_to_scan(application)
    return ""
