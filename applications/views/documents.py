"""Papers for the resident as PDF: receipt, slip of what is missing, proof of handover."""

from django.http import Http404, HttpResponse

from applications import documents, handing, papers
from applications.models import Application
from applications.views import desk
from applications.views.access import StaffRequest, application_or_404, permitted
from applications.views.files import as_pdf
from office import vault


@permitted("applications.view_application")
def receipt(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_or_404(number)
    return as_pdf(documents.receipt(application), f"tanda-terima-{application.slug}")


@permitted("applications.view_application")
def slip(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_or_404(number)
    if not papers.missing(application):
        raise Http404("nothing is missing")
    return as_pdf(documents.slip(application), f"surat-kekurangan-{application.slug}")


@permitted("applications.view_application")
def proof(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_or_404(number)
    if not hasattr(application, "handover"):
        raise Http404("not handed over")
    signature = signature_for(request, application)
    return as_pdf(documents.proof(application, signature=signature), f"bukti-penyerahan-{application.slug}")


def signature_for(request: StaffRequest, application: Application) -> bytes | None:
    """The signature from the pad, for those who may see scans; the reading is logged. None where it cannot be had."""
    given = application.handover
    if given.signature_id is None or not request.user.has_perm("applications.view_scans"):
        return None
    desk.note_read(request, "signature", application.resident)
    try:
        return handing.signature_of(given)
    except vault.VaultError:
        return None  # the proof says how it was signed; the sweep and the backups tell of the missing file
