"""The documents of an application: what each says, gathered for its template (look.md, Documents)."""

from datetime import date
from typing import Any

import segno
from django.conf import settings
from django.utils import timezone

from applications import papers
from applications.models import Application, Paper
from applications.routing import birthday
from office import pdf, tokens
from office.models import Office


def receipt(application: Application) -> bytes:
    """Tanda terima: the number, the papers, the promised time in a sentence, Rp 0, the code."""
    listed = list(application.papers.all())
    first = application.entries.order_by("seq").select_related("by").first()
    more = {
        "received_at": first.occurred_at if first else None,
        "received_by": first.by.name if first and first.by else "",
        "papers": [{"label": paper.label, "said": said_of(paper)} for paper in listed],
        "complete": not any(paper.missing for paper in listed),
        "code": tokens.shown(application.tracking_code),
        "qr": qr(application),
        "printed_from": printed_from(application),
    }
    return pdf.render("applications/documents/receipt.html", context(application) | more)


def printed_from(application: Application) -> date | None:
    """The 17th birthday, where the card waits for it: then no day is promised for it now."""
    resident = application.resident
    if resident.ever_married or resident.age_on(timezone.localdate()) >= 17:
        return None
    return birthday(resident.birth_date, 17)


def slip(application: Application) -> bytes:
    """Surat kekurangan: each paper to bring, and why."""
    more = {"papers": papers.missing(application)}
    return pdf.render("applications/documents/slip.html", context(application) | more)


def proof(application: Application) -> bytes:
    """Bukti penyerahan: which card, to whom, when; signed by both."""
    card = application.prints.filter(failed_at=None, rejected_at=None).order_by("-pk").first()
    handover = application.handover
    receiver = application.resident.name if handover.collector == "self" else handover.collector_name
    more = {
        "handover": handover,
        "card": card,
        "signatures": [
            {"above": "Yang menerima,", "name": receiver},
            {"above": "Yang menyerahkan,", "name": handover.by.name, "nip": handover.by.nip},
        ],
    }
    return pdf.render("applications/documents/proof.html", context(application) | more)


def context(application: Application) -> dict[str, Any]:
    last = application.entries.order_by("-seq").select_related("by").first()
    return {
        "office": Office.objects.current(),
        "application": application,
        "resident": application.resident,
        "entry": last,
        "digest": last.hash[:12] if last else "",
        "printed_at": timezone.now(),
        "paper": "a5",
        "demo": settings.DEMO,
    }


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
