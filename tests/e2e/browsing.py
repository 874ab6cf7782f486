"""What is asked of every page in a browser: accessible, quiet, at home, under the policy, readable at 200 %."""

import base64
import io
import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response
from pypdf import PdfReader

ZOOMED = {"width": 683, "height": 384}  # 1366 × 768 at 200 %
PHONE = {"width": 390, "height": 844}
# axe leaves the target size of WCAG 2.2 (24 px) out unless asked for it.
AXE_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
FETCH = """async path => {
    const answer = await fetch(path), bytes = new Uint8Array(await answer.arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return [answer.status, answer.headers.get("Content-Type"), btoa(text)];
}"""


class Watch:
    """Listens to all tabs of a browser and keeps what must not be.

    That is: console errors and warnings, uncaught errors, requests to any other host, answers without the
    Content-Security-Policy.
    """

    def __init__(self, context: BrowserContext, home: str, allow: tuple[str, ...] = ()) -> None:
        self.home, self.allow = home, allow
        self.complaints: list[str] = []
        context.on("console", self.heard)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("request", self.asked)
        context.on("response", self.answered)

    def heard(self, message: ConsoleMessage) -> None:
        expected = any(re.search(pattern, message.text) for pattern in self.allow)
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def asked(self, request: Request) -> None:
        if not request.url.startswith((self.home + "/", "data:", "blob:")):
            self.complaints.append(f"request to another host: {request.url}")

    def answered(self, response: Response) -> None:
        policy = response.headers.get("content-security-policy", "")
        if response.url.startswith(self.home) and not ("default-src 'self'" in policy and "unsafe" not in policy):
            self.complaints.append(f"policy {policy!r} on {response.url}")


def check(page: Page) -> None:
    """The page as it stands now: no violation found by axe, and no scrolling sideways at 200 %."""
    found = violations(page)
    assert not found, "\n".join([page.url, *found])
    fits(page, ZOOMED)


def violations(page: Page) -> list[str]:
    """What axe finds. It runs outside the page's policy, which stays on."""
    page.evaluate(axe_script())
    found = page.evaluate("options => axe.run(document, options)", AXE_OPTIONS)["violations"]
    return [f"{each['id']}: {each['help']}: {places(each)}" for each in found]


@cache
def axe_script() -> str:
    package = find_spec("axe_playwright_python")
    assert package and package.origin, "the development packages are not installed"
    return (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def places(violation: dict[str, Any]) -> str:
    return json.dumps([node["target"] for node in violation["nodes"]])


def fits(page: Page, window: dict[str, int]) -> None:
    """In a window of this size nothing lies to the right of it; the window gets its size back."""
    before = page.viewport_size
    page.set_viewport_size(window)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(before)
    assert width <= window["width"], f"{page.url} is {width} px wide in a window of {window['width']} px"


def background(page: Page, selector: str) -> str:
    return page.locator(selector).first.evaluate("element => getComputedStyle(element).backgroundColor")


def pdf_text(page: Page, path: str) -> str:
    """The text of a PDF that the page fetches, so that its answer is watched like all others."""
    status, kind, content = page.evaluate(FETCH, path)
    assert (status, kind) == (200, "application/pdf")
    pages = PdfReader(io.BytesIO(base64.b64decode(content))).pages
    return " ".join(re.sub(r"\s+", " ", each.extract_text()) for each in pages)


def focused(page: Page) -> str:
    """The words of the element that has the focus, or the id of a field."""
    return page.evaluate(
        "() => { const here = document.activeElement; return here.id || here.textContent.trim(); }"
    )


def focus_is_visible(page: Page) -> bool:
    """Whether the focused element is drawn with a ring of 2 px or more, inside the window."""
    return page.evaluate(
        """() => {
            const here = document.activeElement.matches(".choices input") ?
                document.activeElement.closest(".form-check") : document.activeElement;
            const style = getComputedStyle(here), box = here.getBoundingClientRect();
            return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
                && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
        }"""
    )
