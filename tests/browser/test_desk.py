"""The reviewer's desk in a real browser: by keyboard, saved by itself, two windows, no scripts."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from fundapp.accounts.models import RoleName
from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.reviews.models import Review, ReviewState
from fundapp.rounds.models import RoundState
from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import LiveServer
from tests.browser.people import sign_in
from tests.factories import (
    NOW,
    PASSWORD,
    give_role,
    make_application,
    make_cast,
    make_review,
    make_round,
    make_user,
)


@dataclass
class Desk:
    """One review to be written, and whose it is."""

    server: LiveServer
    id: int
    email: str

    def open(self, page: Page) -> None:
        """Sign in and sit down."""
        sign_in(page, self.email)
        page.goto(f"/reviews/{self.id}/desk")

    def scores(self) -> list[tuple[int | None, str]]:
        """Give what the database holds: (value, reason)."""
        with self.server.app.app_context():
            review = db.session.get_one(Review, self.id)
            return [(score.value, score.reason) for score in review.scores]

    def state(self) -> ReviewState:
        """Give the state of the review."""
        with self.server.app.app_context():
            return db.session.get_one(Review, self.id).state


@pytest.fixture
def desk(live_server: LiveServer) -> Desk:
    with live_server.app.app_context():
        cast = make_cast()
        rhea = make_user("Rhea Rood", password=PASSWORD)
        give_role(rhea, cast.fund, RoleName.REVIEWER)
        round = make_round(cast.fund, state=RoundState.REVIEWING)
        application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW)
        review = make_review(application, rhea)
        review.due_at = NOW
        db.session.commit()
        return Desk(live_server, review.id, rhea.email)


def saved(page: Page) -> None:
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved at")


def test_scoring_by_keyboard_is_saved_by_itself(page: Page, desk: Desk) -> None:
    desk.open(page)

    page.locator(".crit summary").first.focus()
    page.keyboard.press("3")
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.get_by_label("Why, in a sentence or two").nth(1).fill("Nothing about it in the text.")
    saved(page)

    assert desk.scores() == [(3, ""), (None, "Nothing about it in the text.")]
    expect(page.locator(".crit .sc").nth(0)).to_have_text("3, no reason yet")
    assert_accessible(page)


def test_two_windows_are_told_and_lose_nothing(page: Page, browse: Callable[..., Page], desk: Desk) -> None:
    other = browse()
    desk.open(page)
    desk.open(other)
    page.get_by_label("Why, in a sentence or two").first.fill("Mine.")
    saved(page)

    other.get_by_label("Why, in a sentence or two").first.fill("Theirs.")
    expect(other.locator("[data-autosave-status]")).to_contain_text("changed this in the meantime")
    other.get_by_role("button", name="Save, go on later").click()

    expect(other.locator(".beside")).to_contain_text("Mine.")
    expect(other.get_by_label("Why, in a sentence or two").first).to_have_value("Theirs.")
    assert_accessible(other)
    other.get_by_role("button", name="Save, go on later").click()
    expect(other.get_by_text(re.compile("Saved at"))).to_be_visible()
    assert desk.scores() == [(None, "Theirs.")]


def test_without_scripts_a_review_is_written_and_handed_in(browse: Callable[..., Page], desk: Desk) -> None:
    page = browse(java_script_enabled=False)
    desk.open(page)

    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alert")).to_contain_text("Not handed in yet")
    for place in range(3):
        group = page.locator(".crit").nth(place)
        if group.get_attribute("open") is None:
            group.locator("> summary").click()
        group.locator("input[type=radio]").nth(2).check()
        group.get_by_label("Why, in a sentence or two").fill("Because.")
    page.get_by_role("button", name="Hand in").click()

    expect(page.get_by_text("is handed in. Thank you.")).to_be_visible()
    assert desk.state() is ReviewState.SUBMITTED
    assert desk.scores() == [(2, "Because."), (2, "Because."), (3, "Because.")]


def test_on_a_phone_nothing_scrolls_sideways(phone: Page, desk: Desk) -> None:
    desk.open(phone)

    assert_fits(phone)
    assert_accessible(phone)
