"""Documents as PDF from a template, with nothing fetched from anywhere but our own static folder."""

from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from office.transactions import outside_transaction

if TYPE_CHECKING:
    from weasyprint import CSS


def renderer() -> ModuleType:
    """WeasyPrint, imported when first needed: it costs half a second, which a command that prints nothing need not pay.

    Its import tells Pillow to take cut-off pictures for whole ones, everywhere in the process; a capture that was cut
    off on its way from the device must stay refused, so this is taken back.
    """
    import weasyprint
    from PIL import ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


@lru_cache(maxsize=1)
def stylesheet() -> "CSS":
    return renderer().CSS(filename=str(Path(finders.find("jatiroto/document.css") or "")))


@outside_transaction
def render(template: str, context: dict[str, Any]) -> bytes:
    """The PDF of a template under `templates/`. No image or sheet is loaded but `data:` ones."""
    weasyprint = renderer()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)
    document = weasyprint.HTML(string=render_to_string(template, context), url_fetcher=fetcher)
    return document.write_pdf(stylesheets=[stylesheet()])


def warm() -> None:
    """Load WeasyPrint, its fonts and the sheet once, when a worker starts, not at the first resident's receipt."""
    renderer().HTML(string="<p>Kecamatan Jatiroto</p>").write_pdf(stylesheets=[stylesheet()])
