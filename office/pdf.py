"""Documents as PDF from a template, with nothing fetched from anywhere but our own static folder.

Sheets of a fixed size (A4, F4, A5) have running feet; a roll of 80 mm is one page as long as what stands on it.
"""

from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from office.transactions import outside_transaction

if TYPE_CHECKING:
    from weasyprint import CSS, HTML

ROLL = "roll80"
# A document on the roll ends with an element of this id: what lies above it is the length of the paper.
END_OF_ROLL = "end"
MARGIN = 5  # mm, below the end: the margin of the sheet, and one against rounding
MM_PER_PX = 25.4 / 96


class NotSelfContained(RuntimeError):
    """A document asked for something outside itself, which is never fetched."""


def renderer() -> ModuleType:
    """WeasyPrint, imported when first needed: it costs half a second, which a command that prints nothing need not pay.

    Its import tells Pillow to take cut-off pictures for whole ones, everywhere in the process; a capture that was cut
    off on its way from the device must stay refused, so this is taken back.
    """
    import weasyprint
    from PIL import ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


SHEET = "jatiroto/document.css"


@lru_cache(maxsize=4)
def stylesheet(name: str = SHEET) -> "CSS":
    return renderer().CSS(filename=str(Path(finders.find(name) or "")))


@outside_transaction
def render(template: str, context: dict[str, Any], sheet: str = SHEET) -> bytes:
    """The PDF of a template under `templates/`, on the paper that `context["paper"]` names.

    `sheet` is the static style sheet: that of the documents, or one of its own for what is no document.

    No image or sheet is loaded but `data:` ones: any other raises NotSelfContained, an ordinary exception, where
    WeasyPrint's own would pass by every `except Exception` up to the end of the worker.
    """
    weasyprint = renderer()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)
    document = weasyprint.HTML(string=render_to_string(template, context), url_fetcher=fetcher)
    try:
        sheets = [stylesheet(sheet)]
        if context.get("paper") == ROLL:
            sheets.append(as_long_as_needed(document))
        return document.write_pdf(stylesheets=sheets)
    except weasyprint.urls.FatalURLFetchingError as refused:
        raise NotSelfContained(f"{template} asks for something outside itself") from refused


def as_long_as_needed(document: "HTML") -> "CSS":
    """The page of the roll for this document: laid out once on a very long page to see where it ends."""
    first = document.render(stylesheets=[stylesheet()]).pages[0]
    length = first.anchors[END_OF_ROLL][1] * MM_PER_PX + MARGIN
    return renderer().CSS(string=f"@page roll {{ size: 80mm {length:.2f}mm }}")


def warm() -> None:
    """Load WeasyPrint, its fonts and the sheet once, when a worker starts, not at the first resident's receipt."""
    renderer().HTML(string="<p>Kecamatan Jatiroto</p>").write_pdf(stylesheets=[stylesheet()])
