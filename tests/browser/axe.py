"""Whether a page can be used: accessible as axe-core sees it, and no wider than its screen."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

SOURCE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def assert_accessible(page: Page, *, but: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> None:
    """Fail on any breach of WCAG 2.2 A and AA or of axe's best practices.

    but: ids of rules left out; say why where it is called. only: ids of the rules to look at.
    """
    page.wait_for_load_state()  # before its stylesheet is there, a page looks like nothing we made
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(SOURCE + "; null")
    options = {
        "runOnly": {"type": "rule", "values": only} if only else {"type": "tag", "values": RULES},
        "rules": {name: {"enabled": False} for name in but},
        "resultTypes": ["violations"],
    }
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    assert not found, f"{page.url}\n" + "\n".join(map(_line, found))


def wider_by(page: Page) -> int:
    """Tell how many pixels a page is wider than its screen."""
    page.wait_for_load_state()
    return int(page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"))


def assert_fits(page: Page) -> None:
    """Fail when a page has to be scrolled sideways."""
    wide = wider_by(page)
    assert wide <= 0, f"{page.url} is {wide} px wider than its screen"


def _line(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    places = [f"    {node['html'][:160]}\n      {node['failureSummary']}" for node in nodes[:4]]
    head = f"{violation['id']} ({violation['impact']}), {len(nodes)} times: {violation['help']}"
    return "\n".join([head, *places])
