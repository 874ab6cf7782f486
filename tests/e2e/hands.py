"""Hands that count: every key and every click of a person at the counter."""

from playwright.sync_api import Locator, Page

from tests.measured import note


class Hands:
    """Keys and clicks on one page, counted. A word that is typed counts each of its letters."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.count += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.count += len(text)
        self.page.keyboard.type(text)

    def click(self, target: Locator) -> None:
        self.count += 1
        target.click()

    def counted(self, what: str, most: int) -> None:
        """Said in the output of the tests, and held."""
        note(f"{what}: {self.count} keystrokes and clicks (at most {most})")
        assert self.count <= most
