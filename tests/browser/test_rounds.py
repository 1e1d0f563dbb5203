"""Rounds in a real browser: cloned, given a second stage, counted down; a fund in its own colour."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from fundapp.accounts import passwords
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.rounds.models import RoundState
from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import LiveServer
from tests.browser.people import sign_in
from tests.factories import PASSWORD, make_application, make_cast, make_round


@pytest.fixture
def scene(live_server: LiveServer) -> dict[str, str]:
    """A closed round and an open one of a fund; the addresses of its people and rounds."""
    with live_server.app.app_context():
        cast = make_cast()
        cast.fund.brand = "#7a1f5c"
        old = make_round(
            cast.fund, slug="call-4", state=RoundState.REVIEWING,
            opens_at=datetime(2026, 9, 1, 10, tzinfo=UTC), closes_at=datetime(2026, 10, 1, 10, tzinfo=UTC),
        )  # fmt: skip
        old.name = {"en": "Call 4", "nl": "Oproep 4"}
        old.stage.reviews_due_at = datetime(2026, 10, 20, 10, tzinfo=UTC)
        make_application(old, cast.ana)
        now = clock.now()
        call = make_round(cast.fund, opens_at=now - timedelta(days=1), closes_at=now + timedelta(minutes=5))
        settings = live_server.app.config["SETTINGS"]
        for user in (cast.sol, cast.ana):
            user.password_digest = passwords.digest(PASSWORD, settings)
        db.session.commit()
        return {
            "sol": cast.sol.email, "ana": cast.ana.email, "old": str(old.id), "fund": cast.fund.slug,
            "call": call.slug, "fund_id": str(cast.fund.id),
        }  # fmt: skip


def test_clone_a_round_and_give_it_a_second_stage(page: Page, scene: dict[str, str]) -> None:
    sign_in(page, scene["sol"])
    page.goto(f"/office/rounds/{scene['old']}")
    page.get_by_role("link", name="Clone this round").click()
    assert_accessible(page)
    expect(page.get_by_label("Name in English")).to_have_value("Call 5")
    expect(page.get_by_label("Address")).to_have_value("call-5")
    page.get_by_label("Opens").fill("2098-01-06T12:00")
    page.get_by_label("Closes").fill("2098-02-06T12:00")
    page.get_by_role("button", name="Prepare the round").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Call 5")
    expect(page.get_by_text("Thursday 6 February 2098, 12:00")).to_be_visible()
    page.get_by_role("link", name="One stage").click()
    page.get_by_role("link", name="Add a stage").click()
    page.get_by_label("Name in English").fill("Full proposal")
    page.get_by_label("Name in Dutch").fill("Volledig voorstel")
    page.get_by_label("Opens").fill("2098-04-01T12:00")
    page.get_by_label("Closes").fill("2098-05-01T12:00")
    page.get_by_role("button", name="Add the stage").click()

    expect(page.get_by_role("row", name="2. Full proposal")).to_be_visible()
    assert_accessible(page)


def test_cloning_works_without_scripts(browse, scene: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    page = browse(java_script_enabled=False)
    sign_in(page, scene["sol"])
    page.goto(f"/office/rounds/{scene['old']}/clone")
    page.get_by_label("Address").fill("call-4")
    page.get_by_role("button", name="Prepare the round").click()
    expect(page.get_by_text("has a round with the address")).to_be_visible()
    page.get_by_label("Address").fill("call-six")
    page.get_by_role("button", name="Prepare the round").click()

    expect(page.get_by_text("The round is prepared.")).to_be_visible()


def test_time_that_is_left_is_counted_by_the_second(page: Page, scene: dict[str, str]) -> None:
    page.goto(f"/calls/{scene['fund']}/{scene['call']}")
    clock_text = page.get_by_role("timer").first
    first = clock_text.inner_text()

    expect(clock_text).not_to_have_text(first)
    assert first.startswith("closes in 4 minutes")


def test_pages_of_a_fund_wear_its_colour(page: Page, scene: dict[str, str]) -> None:
    page.goto(f"/calls/{scene['fund']}/{scene['call']}")

    own = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()")
    page.goto("/calls")
    house = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()")

    assert (own, house) == ("#7a1f5c", "#1d4f91")


def test_calendar_and_settings_fit_a_phone(phone: Page, scene: dict[str, str]) -> None:
    sign_in(phone, scene["sol"])
    for address in ("/office/calendar?month=2026-10", f"/office/rounds/{scene['old']}", "/office/parties"):
        phone.goto(address)
        assert_fits(phone)
        assert_accessible(phone)
    phone.goto(f"/office/funds/{scene['fund_id']}")
    phone.get_by_role("link", name="Settings").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Settings")
    assert_fits(phone)
    assert_accessible(phone)
