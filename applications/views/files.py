"""Answers that are a file: a document to print, a picture out of the vault."""

from collections.abc import Callable

from django.http import HttpResponse

from office import vault


def as_pdf(pdf: bytes, name: str) -> HttpResponse:
    """A document that opens in the browser under its name, without the ending."""
    return file(pdf, "application/pdf", f"{name}.pdf")


def file(content: bytes, kind: str, name: str, how: str = "inline") -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'{how}; filename="{name}"'})


def picture(read: Callable[[], bytes], mime: str) -> HttpResponse:
    """What `read` takes out of the vault, kept by no browser; its sentence as 503 where that fails."""
    try:
        content = read()
    except vault.VaultError as error:
        return HttpResponse(error.sentence, status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(content, content_type=mime)
    response["Cache-Control"] = "no-store"
    return response
