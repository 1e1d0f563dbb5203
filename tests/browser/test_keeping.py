"""Nothing that was typed is lost, counts agree, checks come first: the filling page in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fundapp.rounds.definitions import load_library
from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.filling import PHONE, Scene, begin, fill_short_ones, scene
from tests.browser.people import sign_in

# Scripts know no database: one engine is enough.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

__all__ = ["scene"]


def test_network_gone_while_typing_loses_nothing(page: Page, scene: Scene) -> None:
    begin(page, scene)
    page.context.set_offline(True)
    page.get_by_label("Story").fill("Written in a tunnel.")
    page.get_by_role("checkbox", name="A", exact=True).check()
    page.get_by_role("checkbox", name="C", exact=True).check()
    expect(page.get_by_role("status").filter(has_text="Not saved: no connection")).to_be_visible()

    page.context.set_offline(False)

    expect(page.get_by_role("status").filter(has_text="Saved at")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Story")).to_have_value("Written in a tunnel.")
    expect(page.get_by_role("checkbox", name="C", exact=True)).to_be_checked()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_browser_that_fell_over_gives_back_every_kind(page: Page, scene: Scene) -> None:
    begin(page, scene)
    page.route("**/autosave/**", lambda route: route.abort())
    fill_short_ones(page)
    page.get_by_role("radio", name="No", exact=True).check()
    expect(page.get_by_role("status").filter(has_text="Not saved")).to_be_visible()

    page.reload()
    expect(page.get_by_label("Story")).to_have_value("")
    page.get_by_role("button", name="Put it back").click()

    expect(page.get_by_label("Story")).to_have_value("Opening times of **locks**.")
    expect(page.get_by_label("Day")).to_have_value("2026-12-24")
    expect(page.get_by_label("Country")).to_have_value("NL")
    expect(page.get_by_role("radio", name="B", exact=True)).to_be_checked()
    expect(page.get_by_role("checkbox", name="A", exact=True)).to_be_checked()
    expect(page.get_by_role("checkbox", name="B", exact=True)).not_to_be_checked()
    expect(page.get_by_label("Why_not")).to_be_visible()


def test_session_that_ended_keeps_the_text_in_the_browser(page: Page, scene: Scene) -> None:
    begin(page, scene)
    where = page.url
    page.wait_for_load_state("networkidle")  # or a late answer brings the session back
    page.context.clear_cookies()
    page.get_by_label("Story").fill("Typed after the session ended.")
    expect(page.get_by_role("status").filter(has_text="Not saved")).to_be_visible()

    sign_in(page, scene.ana)
    page.goto(where)
    page.get_by_role("button", name="Put it back").click()

    expect(page.get_by_label("Story")).to_have_value("Typed after the session ended.")
    expect(page.get_by_role("status").filter(has_text="Saved at")).to_be_visible()


@pytest.mark.parametrize(
    "text", ["🌱é\nx", "a\u0301" * 7, "👩‍👩‍👧‍👦", "one\r\ntwo\rthree", "\u202eabc", "x" * 2100]
)
def test_browser_and_server_count_the_same(page: Page, scene: Scene, text: str) -> None:
    begin(page, scene)
    page.get_by_label("Story").fill(text)
    page.get_by_role("button", name="Save and stop for now").click()
    page.goto(page.url)

    counted = page.evaluate("async text => (await import('/static/js/counters.js')).size(text)", text)

    assert counted == len(text.replace("\r\n", "\n").replace("\r", "\n"))


# --- checks that come first ------------------------------------------------------------------


def test_check_that_does_not_fit_is_told_at_once_and_stops_kindly(
    browse: Callable[..., Page], live_server: Any
) -> None:
    scene = Scene(live_server, dict(load_library("pioneers_form").definition))
    page = browse(**PHONE)
    begin(page, scene)
    why = page.get_by_text("We cannot pay for work from before the decision.").first
    expect(why).to_be_hidden()

    page.get_by_role("group", name="Has the work you ask money for begun already?").get_by_label(
        "Yes"
    ).check()

    expect(why).to_be_visible()
    page.get_by_role("button", name="Save and go to section 2").click()
    expect(page.get_by_role("heading", name="This call may not be the right one for you")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)


def test_table_stays_in_sight_while_a_question_below_it_comes_and_goes(
    browse: Callable[..., Page], live_server: Any
) -> None:
    definition = dict(load_library("pioneers_form").definition)
    scene = Scene(live_server, definition | {"sections": definition["sections"][1:]})
    page = browse(**PHONE)
    begin(page, scene)
    page.goto(page.url.replace("/who", "/money"))
    page.get_by_label("What it is for, row 1").fill("Work")
    question = page.get_by_role("group", name="Does anybody else pay for this work?")

    for answer, height in (("Yes", 100), ("No", 100), ("Yes", 100)):
        question.get_by_label(answer).check()
        box = page.locator(".tblwrap").bounding_box()
        assert box is not None
        assert box["height"] > height
