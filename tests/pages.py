"""What tests read from answers: messages, the text of a PDF, the number of queries, the forms of a page."""

import io
import re
from html.parser import HTMLParser
from typing import Any

from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader


def text_of(response: Any) -> str:
    return response.content.decode()


def told(response: Any) -> str:
    """The messages that the request added, as one text."""
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def pdf_pages(response: Any) -> list[str]:
    """The text of each page of a PDF, with line breaks as spaces."""
    pages = PdfReader(io.BytesIO(response.content)).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


def pdf_text(response: Any) -> str:
    return " ".join(pdf_pages(response))


def pdf_pictures(response: Any) -> int:
    return sum(len(page.images) for page in PdfReader(io.BytesIO(response.content)).pages)


def queries_of(client: Client, url: str) -> int:
    """How many queries one GET of a page takes; the page has to be there."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured)


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        name = known.get("name")
        if tag != "input" or not name or known.get("type") == "submit":
            return
        if known.get("type") in ("checkbox", "radio") and "checked" not in known:
            return
        self.found[name] = known.get("value") or ""


def fields_of(response: Any) -> dict[str, str]:
    """The `input` fields of a page as a browser would send them back, all forms together."""
    parser = _Fields()
    parser.feed(text_of(response))
    return parser.found
