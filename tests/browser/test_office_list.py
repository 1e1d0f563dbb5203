"""The office's list in a real browser: searched, ticked by keyboard, taken back, kept; on a phone too."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from fundapp.accounts import passwords
from fundapp.applications import search_texts
from fundapp.core.db import db
from fundapp.rounds.models import RoundState
from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import LiveServer
from tests.browser.people import sign_in
from tests.factories import NOW, PASSWORD, make_application, make_cast, make_round

ROWS = "form table tbody tr"


@pytest.fixture
def office(live_server: LiveServer) -> dict[str, str]:
    """Four proposals that came in, and two managers: their addresses."""
    with live_server.app.app_context():
        cast = make_cast()
        call = make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))
        for title in ("Tide book", "Lighthouse", "Seed swap", "Field guide"):
            own = make_application(call, cast.ana, title=title, country="NL")
            search_texts.keep(own, own.current)
        for user in (cast.sol, cast.max):
            user.password_digest = passwords.digest(PASSWORD, live_server.app.config["SETTINGS"])
        db.session.commit()
        return {"sol": cast.sol.email, "max": cast.max.email, "max name": cast.max.name}


def enter(page: Page, email: str) -> None:
    page.goto("about:blank")  # who was signed in before asks for nothing more
    page.context.clear_cookies()
    sign_in(page, email)


def find(page: Page, words: str) -> None:
    page.get_by_label("Find").fill(words)
    page.get_by_role("button", name="Find").click()


def test_words_are_found_and_wrong_ones_pointed_at(page: Page, office: dict[str, str]) -> None:
    enter(page, office["sol"])
    page.goto("/office/applications")

    find(page, "light stat:received")
    expect(page.get_by_role("alert")).to_contain_text("There is no key “stat:”")
    expect(page.locator("mark")).to_have_text("stat:received")
    assert_accessible(page)
    page.get_by_role("link", name="Search without it").click()
    expect(page.locator(ROWS)).to_have_count(1)

    find(page, "lighthouse country:de")
    page.get_by_role("link", name="without country:de").click()
    expect(page.locator(ROWS)).to_contain_text("Lighthouse")

    page.get_by_text("Filters by list").click()
    page.get_by_role("combobox", name="State").select_option("In review")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_label("Find")).to_have_value("lighthouse state:in_review")


def test_ticked_rows_are_done_and_taken_back_by_keyboard(page: Page, office: dict[str, str]) -> None:
    enter(page, office["sol"])
    page.goto("/office/applications")
    for title in ("Lighthouse", "Seed swap"):
        page.get_by_role("checkbox", name=f"Tick {title}").focus()
        page.keyboard.press("Space")
    page.get_by_role("combobox", name="With what is ticked").select_option("add a new tag …")
    page.get_by_label("New tag, or reason for the flag").fill("second try")
    assert_accessible(page)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Add the tag second try")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Add the tag second try: 2 applications").press("Enter")
    expect(page.get_by_text("You can take this back until")).to_be_visible()
    assert_accessible(page)
    page.goto("/office/applications")
    expect(page.locator("tbody .tag")).to_have_count(2)
    page.go_back()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", name="Taken back")).to_be_visible()
    page.goto("/office/applications")
    expect(page.locator("tbody .tag")).to_have_count(0)


def test_view_is_kept_and_shared(page: Page, office: dict[str, str]) -> None:
    enter(page, office["sol"])
    page.goto("/office/applications")
    find(page, "title:tide")
    page.get_by_role("link", name="Keep this view").click()
    page.get_by_label("Name of the view").fill("Tides")
    page.get_by_label("For whom").select_option(index=1)
    assert_accessible(page)
    page.get_by_role("button", name="Keep this view").click()
    expect(page.get_by_text("Kept as Tides.")).to_be_visible()

    enter(page, office["max"])
    page.goto("/office/applications")
    page.get_by_role("link", name="Tides").click()
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.get_by_label("Find")).to_have_value("title:tide")


def test_note_calls_a_colleague_to_their_list(page: Page, office: dict[str, str]) -> None:
    enter(page, office["sol"])
    page.goto("/office/applications")
    page.get_by_role("link", name="Tide book").click()
    page.get_by_role("link", name="Write a note").click()
    page.get_by_label("Note", exact=True).fill("Is this the same people as last year?")
    page.get_by_label("Ask somebody to look").select_option(office["max name"])
    assert_accessible(page)
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("The note is kept.")).to_be_visible()

    enter(page, office["max"])
    page.goto("/to-do")
    assert_accessible(page)
    page.get_by_role("link", name=re.compile("^Somebody asks you to look")).click()
    expect(page.locator("p.text")).to_contain_text("Is this the same people as last year?")
    page.goto("/to-do")
    page.get_by_role("button", name="Seen").click()
    expect(page.get_by_text("Somebody asks you to look")).to_have_count(0)


def test_list_fits_a_phone(phone: Page, office: dict[str, str]) -> None:
    enter(phone, office["sol"])
    phone.goto("/office/applications?q=tide")
    for name in ("Filters by list", "Columns", "How to search"):
        phone.get_by_text(name, exact=True).click()

    assert_fits(phone)
    assert_accessible(phone)
    phone.get_by_role("checkbox", name="Tick Tide book").check()
    phone.get_by_role("combobox", name="With what is ticked").select_option("raise the flag")
    phone.get_by_role("button", name="Show what will happen").click()
    expect(phone.get_by_role("button", name="Raise the flag: 1 application")).to_be_visible()
    assert_fits(phone)
    phone.get_by_role("button", name="Raise the flag: 1 application").click()
    expect(phone.get_by_role("button", name="Take it back")).to_be_visible()
