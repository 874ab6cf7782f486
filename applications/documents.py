"""The documents of an application and of a visit: what each says, gathered for its template (look.md, Documents).

Receipt and slips are on the paper that the office chose (A5, or a roll without room for signatures); the proof of
handover is always on A5.
"""

from datetime import date
from typing import Any

import segno
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from applications import lifecycle, papers
from applications.models import Application, Bringer, Entry, Paper, Visit
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


def proof(application: Application) -> bytes:
    """Bukti penyerahan: which card, to whom, when; signed by both."""
    card = application.prints.filter(failed_at=None, rejected_at=None).order_by("-pk").first()
    handover = application.handover
    receiver = application.resident.name if handover.collector == "self" else handover.collector_name
    more = {
        "handover": handover,
        "card": card,
        "paper": SlipPaper.A5.value,
        "signatures": signatures(receiver, handover.by, "Yang menyerahkan,", "Yang menerima,"),
    }
    return pdf.render("applications/documents/proof.html", of_application(application) | more)


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
