"""Documents as PDF from a template, with nothing fetched from anywhere but our own static folder."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from office.transactions import outside_transaction

if TYPE_CHECKING:
    from weasyprint import CSS


@lru_cache(maxsize=1)
def stylesheet() -> "CSS":
    from weasyprint import CSS

    return CSS(filename=str(Path(finders.find("jatiroto/document.css") or "")))


@outside_transaction
def render(template: str, context: dict[str, Any]) -> bytes:
    """The PDF of a template under `templates/`. No image or sheet is loaded but `data:` ones.

    WeasyPrint is imported here: it costs half a second, which a command that prints nothing need not pay.
    """
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)
    document = HTML(string=render_to_string(template, context), url_fetcher=fetcher)
    return document.write_pdf(stylesheets=[stylesheet()])


def warm() -> None:
    """Load WeasyPrint, its fonts and the sheet once, when a worker starts, not at the first resident's receipt."""
    from weasyprint import HTML

    HTML(string="<p>Kecamatan Jatiroto</p>").write_pdf(stylesheets=[stylesheet()])
