"""People at their browsers: each reads pages in their own language and looks for words, not for markup."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, Locator, Page, expect

from fundapp.core import money
from fundapp.core.i18n import catalogue
from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.pictures import picture
from tests.factories import PASSWORD

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

PAPER_MS = 60_000
"""A paper is set while one waits; how long that takes is for the benches."""


def sign_in(page: Page, email: str) -> None:
    """Sign in by the form, in whatever language it is, and wait for the page behind it."""
    page.goto("/login")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


@dataclass
class Person:
    """Somebody with a browser of their own.

    looks: whether pages are also judged by eye and axe, in light and dark, on a desk and a phone.
    """

    page: Page
    name: str
    email: str
    language: str = "en"
    looks: bool = True

    def say(self, text: str, **values: Any) -> str:
        """Give an English text of the house in the person's language."""
        said = catalogue(self.language).gettext(text)
        return said % values if values else said

    def euros(self, cents: int) -> str:
        """Give an amount as pages in the person's language write it."""
        return money.show(cents, "EUR", self.language)

    @property
    def main(self) -> Locator:
        """The page without masthead and footer."""
        return self.page.get_by_role("main")

    @property
    def path(self) -> str:
        """The address of the page, without the host."""
        return "/" + self.page.url.split("/", 3)[3]

    def go(self, path: str) -> "Person":
        """Open a page; it must answer."""
        # A page that follows by itself may be loading this address already; then there is no answer of ours.
        answer = self.page.goto(path) or self.page.reload()
        assert answer is not None, path
        assert answer.status == 200, f"{path}: {answer.status}"
        return self

    def sign_in(self) -> "Person":
        """Sign in by the form."""
        sign_in(self.page, self.email)
        return self

    def press(self, text: str, within: Locator | None = None, **values: Any) -> None:
        """Press a button by what it says, and wait for the page that follows.

        The last one of that name: a first one may stand there for the Enter key only.
        """
        self._click((within or self.main).get_by_role("button", name=self.say(text, **values)).last)

    def add_row(self) -> None:
        """Ask for one more row of a table; with scripts it comes without a new page."""
        before = self.main.locator("tbody tr").count()
        self.main.get_by_role("button", name=self.say("Add a row")).last.click()
        expect(self.main.locator("tbody tr")).to_have_count(before + 1)

    def follow(self, text: str, within: Locator | None = None, **values: Any) -> None:
        """Follow a link by what it says."""
        self._click((within or self.main).get_by_role("link", name=self.say(text, **values)).first)

    def _click(self, found: Locator) -> None:
        with self.page.expect_navigation() as navigation:
            found.click()
        answer = navigation.value
        assert answer is None or answer.status == 200, f"{self.page.url}: {answer.status}"

    def fill(self, label: str, text: str, within: Locator | None = None) -> None:
        """Write in a field."""
        (within or self.main).get_by_label(self.say(label)).locator("visible=true").first.fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose from a list by what stands in it."""
        self.main.get_by_role("combobox", name=self.say(label)).select_option(label=option)

    def tick(self, label: str, within: Locator | None = None) -> None:
        """Tick a box or a choice."""
        (within or self.main).get_by_label(self.say(label)).first.check()

    def sees(self, text: str, **values: Any) -> None:
        """Check that the page says this."""
        expect(self.main).to_contain_text(self.say(text, **values))

    def download(self, text: str, folder: Path, within: Locator | None = None) -> Path:
        """Take a file by the link that offers it."""
        link = (within or self.main).get_by_role("link", name=self.say(text)).first
        with self.page.expect_download(timeout=PAPER_MS) as started:
            link.click(timeout=PAPER_MS)
        taken: Download = started.value
        path = folder / taken.suggested_filename
        taken.save_as(path)
        return path

    def look(self, name: str) -> None:
        """Keep pictures of the page on a desk and on a phone, and judge it."""
        if not self.looks:
            return
        self.page.emulate_media(color_scheme="dark")
        assert_accessible(self.page, only=("color-contrast",))
        self.page.emulate_media(color_scheme="light")
        assert_accessible(self.page)
        picture(self.page, f"walk/{name}")
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        assert_fits(self.page)
        picture(self.page, f"walk/{name}-phone")
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]
