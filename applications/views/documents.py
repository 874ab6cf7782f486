"""Papers for the resident as PDF: receipt, slip of what is missing, proof of handover."""

from django.http import Http404, HttpResponse

from applications import documents, papers
from applications.models import Application
from applications.views.access import StaffRequest, application_or_404, permitted


def as_pdf(pdf: bytes, application: Application, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}-{application.slug}.pdf"'
    return response


@permitted("applications.view_application")
def receipt(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_or_404(number)
    return as_pdf(documents.receipt(application), application, "tanda-terima")


@permitted("applications.view_application")
def slip(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_or_404(number)
    if not papers.missing(application):
        raise Http404("nothing is missing")
    return as_pdf(documents.slip(application), application, "surat-kekurangan")


@permitted("applications.view_application")
def proof(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_or_404(number)
    if not hasattr(application, "handover"):
        raise Http404("not handed over")
    return as_pdf(documents.proof(application), application, "bukti-penyerahan")
