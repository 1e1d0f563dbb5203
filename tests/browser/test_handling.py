"""Questions and checks in a real browser: asked, answered with a change, seen by the office; by keyboard."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from fundapp.accounts import passwords
from fundapp.applications.models import Application, ApplicationState
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.rounds.models import RoundState
from tests.applications.checking import list_of
from tests.browser.axe import assert_accessible
from tests.browser.conftest import LiveServer
from tests.browser.people import sign_in
from tests.factories import NOW, PASSWORD, Cast, make_application, make_cast, make_review, make_round


@pytest.fixture
def people(live_server: LiveServer) -> dict[str, str]:
    """Ana's proposal in review, Rhea its reviewer, Sol in the office: their addresses, and its id."""
    with live_server.app.app_context():
        cast = make_cast()
        call = make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))
        own = make_application(call, cast.ana, state=ApplicationState.IN_REVIEW, title="Tide book")
        make_review(own, cast.rhea)
        found = {name: getattr(cast, name).email for name in ("ana", "sol", "rhea", "max")}
        settings = live_server.app.config["SETTINGS"]
        _passwords(cast, settings)
        db.session.commit()
        return found | {"id": str(own.id), "round": str(call.id)}


def _passwords(cast: Cast, settings: Settings) -> None:
    for name in ("ana", "sol", "rhea", "max"):
        getattr(cast, name).password_digest = passwords.digest(PASSWORD, settings)


def enter(browse: Callable[..., Page], email: str) -> Page:
    """Give somebody their own browser, signed in."""
    page = browse()
    sign_in(page, email)
    return page


def press(page: Page, key: str) -> None:
    """Press a key once the page listens to it."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def test_question_answer_and_new_version(
    browse: Callable[..., Page], people: dict[str, str], live_server: LiveServer
) -> None:
    page = enter(browse, people["sol"])
    page.goto(f"/office/applications/{people['id']}")
    page.get_by_text("More steps").click()
    page.get_by_role("link", name="Ask the applicants").click()
    page.get_by_label("In a few words").fill("Less money")
    page.get_by_label("What do you want to know?").fill("Can you do it for 8,000 euro?")
    page.get_by_text("Answers of the proposal that may change with it").click()
    page.get_by_role("checkbox", name="Amount").check()
    assert_accessible(page)
    page.get_by_role("button", name="Send to the applicants").click()
    expect(page.get_by_text("The question is sent.")).to_be_visible()

    page = enter(browse, people["ana"])
    page.goto(f"/proposals/{people['id']}")
    page.get_by_role("link", name=re.compile("Read it and answer")).click()
    page.get_by_label("Your answer").fill("Yes: we leave out the second harbour.")
    page.get_by_label("Amount").fill("8000")
    expect(page.get_by_text(re.compile("Saved at"))).to_be_visible(timeout=20_000)
    page.reload()
    expect(page.get_by_label("Your answer")).to_have_value("Yes: we leave out the second harbour.")
    assert_accessible(page)
    page.get_by_role("button", name="See what changes, then send").click()
    expect(page.locator("del")).to_contain_text("10,000")
    expect(page.locator("ins")).to_contain_text("8,000")
    assert_accessible(page)
    page.get_by_role("button", name="Send the answer and version 2").click()
    expect(page.get_by_text("Sent, with version 2 of your proposal.")).to_be_visible()

    page = enter(browse, people["sol"])
    page.goto(f"/office/applications/{people['id']}")
    page.get_by_role("link", name="Read the answer").click()
    expect(page.get_by_text("Yes: we leave out the second harbour.")).to_be_visible()
    live_server.tick()
    subjects = [
        message["Subject"] for message in live_server.mailbox.messages if people["rhea"] in message["To"]
    ]
    assert any("Changed while you review it: Tide book" in subject for subject in subjects)


def test_conditions_are_checked_by_keyboard(
    browse: Callable[..., Page], people: dict[str, str], live_server: LiveServer
) -> None:
    with live_server.app.app_context():
        own = db.session.get_one(Application, int(people["id"]))
        cast = make_cast(own.fund)
        list_of(own.round, cast)
        for title in ("First", "Second"):
            make_application(own.round, cast.ana, title=title)
        db.session.commit()
    page = enter(browse, people["sol"])
    page.goto(f"/office/rounds/{people['round']}/checks")
    press(page, "j")
    expect(page.get_by_role("heading", name="First", level=1)).to_be_visible()
    press(page, "j")
    expect(page.get_by_role("heading", name="Second", level=1)).to_be_visible()
    press(page, "k")
    expect(page.get_by_role("heading", name="First", level=1)).to_be_visible()
    assert_accessible(page)
    for group in page.get_by_role("group", name="Is it met?").all():
        group.get_by_label("Met", exact=True).check()
    page.get_by_role("button", name="Keep this and go on").click()

    expect(page.get_by_role("heading", name="Second", level=1)).to_be_visible()
