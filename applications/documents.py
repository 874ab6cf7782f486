"""The documents of an application and of a visit: what each says, gathered for its template (look.md, Documents).

Receipt and slips are on the paper that the office chose (A5, or a roll without room for signatures); the proof of
handover is always on A5.
"""

from base64 import b64encode
from collections.abc import Iterable
from datetime import date
from typing import Any

import segno
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from applications import lifecycle, papers, recording, uncollected
from applications.models import Application, Bringer, Bundle, BundleCard, Entry, Handover, Paper, Village, Visit
from applications.states import State
from office import pdf, tokens
from office.models import Office, SlipPaper


def receipt(application: Application) -> bytes:
    """Tanda terima: the number, the papers, the promised time in a sentence, Rp 0, the code, who received and when."""
    listed = list(application.papers.all())
    first = application.entries.order_by("seq").select_related("by").first()
    more = {
        "received_at": first.occurred_at if first else None,
        "received_by": first.by if first else None,
        "papers": [{"label": paper.label, "said": said_of(paper)} for paper in listed],
        "complete": not any(paper.missing for paper in listed),
        "code": tokens.shown(application.tracking_code),
        "qr": qr(application),
        "printed_from": application.resident.of_age_at,  # no day is promised for a card that waits for it
        "signatures": signatures(bringer(application), first.by if first else None, "Petugas yang menerima berkas,"),
    }
    return pdf.render("applications/documents/receipt.html", of_application(application) | more)


def slip(application: Application) -> bytes:
    """Surat kekurangan: each paper to bring and why, and until when the file is kept for it."""
    back = returned_with(application)
    more = {
        "papers": papers.missing(application),
        "noted": back,
        "kept_until": kept_until(application),
        "signatures": signatures(bringer(application), back.by if back else None),
    }
    return pdf.render("applications/documents/slip.html", of_application(application) | more)


def returned_with(application: Application) -> Entry | None:
    """The entry that gave the file back; the last one, where it has not been given back."""
    newest_first = application.entries.select_related("by").order_by("-seq")
    giving = newest_first.filter(verb__in=("register_incomplete", "return_to_applicant", "return_again"))
    return giving.first() or newest_first.first()


def kept_until(application: Application) -> date | None:
    """The last day on which a returned file is surely still open; None for a file that is not with its resident."""
    if application.state != State.RETURNED:
        return None
    return timezone.localdate(lifecycle.not_brought_back_since(application))


def referral(visit: Visit) -> bytes:
    """Surat rujukan of a visit: where to go, why, what to do and to bring."""
    more = {"visit": visit, "signatures": signatures(visit.name, visit.by)}
    return pdf.render("applications/documents/referral.html", context() | more)


def proof(application: Application, *, signature: bytes | None = None) -> bytes:
    """Bukti penyerahan: which card, to whom, with which papers, signed how and by both; the code of the survey.

    `signature` is the picture from the pad, for those who may see it. A reprint says the same as the first print.
    """
    given = application.handover
    itself = given.collector == Handover.Collector.SELF
    book = application.entries.filter(verb="hand_over").order_by("-seq").first()
    delivered = application.bundle_cards.filter(outcome=BundleCard.Outcome.DELIVERED).select_related("bundle").first()
    receiver = application.resident.name if itself else given.collector_name
    thumb = given.signed == Handover.Signed.THUMB
    receives = "Yang menerima (cap jempol)," if thumb else "Yang menerima,"
    signed = signatures(receiver, given.by, "Yang menyerahkan,", receives)
    signed[0]["picture"] = as_data("image/png", signature) if signature else ""
    more = {
        "handover": given,
        "card": application.prints.filter(failed_at=None, rejected_at=None).order_by("-pk").first(),
        "papers_seen": papers_seen(given),
        "noted_at": book.written_at if book else given.at,
        "bundle": delivered.bundle if delivered else None,
        "survey": tokens.shown(tokens.survey_code(given.pk)),
        "digest": book.hash[:12] if book else "",
        "paper": SlipPaper.A5.value,
        "thumb": thumb,
        "pictured": bool(signature),
        "signatures": signed,
    }
    return pdf.render("applications/documents/proof.html", of_application(application) | more)


def papers_seen(given: Handover) -> str:
    """Which papers of another person were seen at the counter."""
    papers = (("surat kuasa", given.authority_seen), ("KTP pengambil", given.id_seen))
    seen, missing = ([label for label, done in papers if done == wanted] for wanted in (True, False))
    said = f"{' dan '.join(seen)} dilihat" if seen else ""
    return "; ".join(part for part in (said, f"tanpa {' dan '.join(missing)}" if missing else "") if part)


def as_data(mime: str, content: bytes) -> str:
    """A picture as an address that needs no file."""
    return f"data:{mime};base64,{b64encode(content).decode()}"


def bundle(bundle: Bundle) -> bytes:
    """Daftar titipan desa: every card with room for a signature or a thumb and the day; signed by giver and carrier."""
    cards = bundle.cards.select_related("application__resident").order_by("pk")
    carries, gives = signatures(bundle.carrier, bundle.out_by, "Yang menyerahkan,", "Yang membawa,")
    more = {
        "bundle": bundle,
        "cards": [{"application": each.application, "old_card": each.application.kind in uncollected.NEEDS_OLD_CARD}
                  for each in cards],
        "paper": "a4",
        "signatures": [{**carries, "rank": bundle.carrier_post}, gives],
    }
    return pdf.render("applications/documents/bundle.html", context() | more)


def village_sheets(villages: Iterable[Village]) -> bytes:
    """Lembar papan pengumuman, a page or more for each village: register numbers only, no names."""
    more = {"sheets": uncollected.sheets(villages), "hours": uncollected.service_hours(), "paper": "a4"}
    return pdf.render("applications/documents/village_sheet.html", context() | more)


def data_sheet(application: Application, officer: User) -> bytes:
    """Lembar pencocokan: name, birth place and birth date in big print, to be read and signed before the recording."""
    thumb = recording.signs_by_thumb(application)
    agrees = "Data ini benar (cap jempol)," if thumb else "Data ini benar,"
    signed = signatures(application.resident.name, officer, "Petugas perekaman,", agrees)
    more = {"paper": "a4", "thumb": thumb, "signatures": signed}
    return pdf.render("applications/documents/data_sheet.html", of_application(application) | more)


def context() -> dict[str, Any]:
    office = Office.objects.current()
    return {"office": office, "paper": office.slip_paper, "printed_at": timezone.now(), "demo": settings.DEMO}


def of_application(application: Application) -> dict[str, Any]:
    last = application.entries.order_by("-seq").first()
    return context() | {
        "application": application,
        "resident": application.resident,
        "brought": bringer(application) if application.brought_by == Bringer.OTHER else "",
        "digest": last.hash[:12] if last else "",
    }


def bringer(application: Application) -> str:
    """Who stands at the counter with this file."""
    return application.brought_name if application.brought_by == Bringer.OTHER else application.resident.name


def signatures(
    receiver: str, officer: User | None, gives: str = "Petugas,", receives: str = "Penerima,"
) -> list[dict[str, str]]:
    return [
        {"above": receives, "name": receiver},
        {"above": gives, "name": officer.name if officer else "", "nip": officer.nip if officer else ""},
    ]


def said_of(paper: Paper) -> str:
    if paper.ticked:
        return "ada"
    if paper.waiver_granted:
        return "diberi keringanan"
    return "menunggu keputusan keringanan" if paper.waiver_undecided else "belum ada"


def qr(application: Application) -> str:
    """The tracking page as a QR, as a data address; empty when the office has no public address."""
    if not settings.PUBLIC_URL:
        return ""
    address = f"{settings.PUBLIC_URL}/lacak/?kode={application.tracking_code}"
    return segno.make(address, error="m").png_data_uri(scale=4, border=0)
