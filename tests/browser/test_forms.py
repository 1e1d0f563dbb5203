"""Forms in a real browser: every kind of question built, filled in on a phone, read at the office."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fundapp.accounts.models import RoleName
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.rounds import building
from fundapp.rounds.definitions import load_library
from tests.browser.axe import assert_accessible
from tests.factories import NOW, PASSWORD, give_role, make_fund, make_round, make_user
from tests.rounds.every_kind import EVERY_KIND

# Scripts know no database: one engine is enough.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
"""A phone in the hand."""


def sign_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


def no_sideways(page: Page) -> None:
    wide = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


class Scene:
    """A fund with a manager, an applicant, and a call that asks a form."""

    def __init__(self, live_server: Any, definition: dict[str, Any]) -> None:
        now = clock.now()
        with live_server.app.app_context():
            fund, sol, ana = make_fund(), make_user(password=PASSWORD), make_user(password=PASSWORD)
            give_role(sol, fund, RoleName.MANAGER)
            form = building.make(fund, name=definition["name"], start=definition, actor=sol, at=NOW)
            round = make_round(
                fund,
                form=form,
                slug="phone",
                opens_at=now - timedelta(days=1),
                closes_at=now + timedelta(days=9),
            )
            db.session.commit()
            self.sol, self.ana = sol.email, ana.email
            self.fund, self.form, self.round = fund.id, form.id, round.id
            self.apply = f"/apply/{fund.slug}/phone"


@pytest.fixture
def scene(live_server: Any) -> Scene:
    return Scene(live_server, EVERY_KIND)


# --- building ------------------------------------------------------------------------


KINDS = [
    "Short text", "Long text", "Yes or no", "One of several", "Several choices", "Number", "Date", "Table",
    "Amount of money", "Country", "Web address", "E-mail address", "Licence", "Files", "Agreement",
]  # fmt: skip


def test_form_with_every_kind_is_built_and_read_as_an_applicant(page: Page, scene: Scene) -> None:
    sign_in(page, scene.sol)
    page.goto(f"/office/funds/{scene.fund}/forms/new")
    page.get_by_label("Name in English").fill("Built by hand")
    page.get_by_label("Name in Dutch").fill("Met de hand gemaakt")
    page.get_by_label("An empty form").check()
    page.get_by_role("button", name="Make the form").click()

    for number, kind in enumerate(KINDS):
        page.get_by_role("link", name="Add a question").first.click()
        page.get_by_label("Question in English").fill(f"Question {number}")
        page.get_by_label("Question in Dutch").fill(f"Vraag {number}")
        kinds = page.get_by_role("group", name="Kind of answer")
        kinds.get_by_role("radio", name=kind, exact=True).check()
        page.get_by_role("button", name="Add the question").click()
        expect(page.get_by_role("heading", name=f"Question {number}")).to_be_visible()
        page.get_by_role("button", name="Save").last.click()

    expect(page.get_by_text("Nothing to mend")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="See it as an applicant").click()
    for number in range(len(KINDS)):
        expect(page.get_by_text(f"Question {number}", exact=False).first).to_be_visible()
    assert_accessible(page)


def test_preview_is_drawn_while_one_types(page: Page, scene: Scene) -> None:
    sign_in(page, scene.sol)
    page.goto(f"/office/forms/{scene.form}/questions/story")

    page.get_by_label("Question in English").fill("Tell us a story")

    expect(page.locator("[data-preview-here] label")).to_contain_text("Tell us a story")
    assert_accessible(page)


def test_arrow_moves_a_question_and_keeps_the_focus(page: Page, scene: Scene) -> None:
    sign_in(page, scene.sol)
    page.goto(f"/office/forms/{scene.form}")
    page.get_by_role("button", name="Move “Number” up").focus()

    page.keyboard.press("Enter")
    page.wait_for_url("**#f-number")

    expect(page.get_by_role("button", name="Move “Number” up")).to_be_focused()
    assert page.locator(".build__list a").all_text_contents()[:3] == ["Title", "Number", "Story"]


def test_form_is_built_without_scripts(browse: Callable[..., Page], scene: Scene) -> None:
    page = browse(java_script_enabled=False)
    sign_in(page, scene.sol)
    page.goto(f"/office/forms/{scene.form}/questions/one")

    page.get_by_label("Answer in English, row 4").fill("D")
    page.get_by_role("button", name="Add an answer").click()
    page.get_by_label("Answer in English, row 5").fill("E")
    page.get_by_role("button", name="Add an answer").click()
    page.get_by_role("button", name="Move row 5 up").click()
    page.get_by_role("button", name="Save").last.click()
    page.goto(f"/office/forms/{scene.form}/questions/one")

    shown = [page.get_by_label(f"Answer in English, row {n}").input_value() for n in range(1, 6)]
    assert shown == ["A", "B", "C", "E", "D"]


# --- filling in on a phone ------------------------------------------------------------


def begin(page: Page, scene: Scene) -> None:
    sign_in(page, scene.ana)
    page.goto(scene.apply)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/edit/**")


def fill_short_ones(page: Page) -> None:
    page.get_by_label("Title").fill("Sluiswachter")
    page.get_by_label("Story").fill("Opening times of **locks**.")
    page.get_by_label("Number").fill("6")
    page.get_by_label("Weight").fill("37,5")
    page.get_by_label("Day").fill("2026-12-24")
    page.get_by_label("Country").select_option("NL")
    page.get_by_label("Site").fill("https://example.org")
    page.get_by_label("Mail").fill("ana@example.org")
    page.get_by_label("Licence").fill("EUPL-1.2")
    page.get_by_role("radio", name="B", exact=True).check()
    page.get_by_role("checkbox", name="A", exact=True).check()
    page.get_by_role("checkbox", name="C", exact=True).check()


def test_every_kind_is_filled_in_on_a_phone_and_read_at_the_office(
    browse: Callable[..., Page], scene: Scene
) -> None:
    page = browse(**PHONE)
    begin(page, scene)
    no_sideways(page)
    expect(page.get_by_label("Why_not")).to_be_hidden()
    fill_short_ones(page)
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_label("Why_not").fill("Because of the tide.")
    page.get_by_label("Promise").check()
    assert_accessible(page)
    page.get_by_role("button", name="Save and go to section 2").click()

    page.get_by_label("Amount").fill("5.000")
    page.get_by_label("What, row 1").fill("Work")
    page.get_by_label("Hours, row 1").fill("80")
    page.get_by_label("Rate, row 1").fill("60")
    expect(page.get_by_label("Cost, row 1")).to_have_value("4800")
    expect(page.locator("[data-compare]")).to_have_text("€200 less than the amount you ask.")
    page.get_by_role("button", name="Add a row").click()
    expect(page.get_by_label("What, row 2")).to_be_focused()
    page.get_by_label("What, row 2").fill("Travel")
    page.get_by_label("Hours, row 2").fill("2,5")
    page.get_by_label("Rate, row 2").fill("80")
    expect(page.locator("[data-compare]")).to_have_text("This is the amount you ask.")
    no_sideways(page)
    assert_accessible(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Plan of the work."}
    )
    expect(page.get_by_role("main")).to_contain_text("plan.txt")
    page.get_by_role("button", name="Save and check the whole").click()

    expect(page.get_by_role("heading", name="Ready to send")).to_be_visible()
    no_sideways(page)
    page.get_by_role("button", name="Send the proposal").click()
    expect(page.get_by_text("Sent and received as").first).to_be_visible()

    office = browse()
    sign_in(office, scene.sol)
    office.goto(f"/office/rounds/{scene.round}/applications")
    office.get_by_role("link", name="Sluiswachter").first.click()
    for said in ("Because of the tide.", "24 December 2026", "EUPL-1.2", "Travel", "plan.txt"):
        expect(office.get_by_role("main")).to_contain_text(said)


def test_rows_come_and_go_and_come_back_from_the_browsers_copy(page: Page, scene: Scene) -> None:
    begin(page, scene)
    page.goto(page.url.replace("short_ones", "money"))
    page.route("**/autosave/**", lambda route: route.abort())
    for number in (1, 2, 3):
        page.get_by_label(f"What, row {number}").fill(f"Task {number}")
        page.get_by_role("button", name="Add a row").click()
    page.get_by_role("button", name="Remove row 2").click()
    page.wait_for_timeout(1800)

    page.reload()
    page.get_by_role("button", name="Put it back").click()

    cells = page.locator("tbody input[name$=-what]")
    assert [cell.input_value() for cell in cells.all()][:3] == ["Task 1", "", "Task 3"] or [
        cell.input_value() for cell in cells.all() if cell.input_value()
    ] == ["Task 1", "Task 3"]


# --- nothing is lost ----------------------------------------------------------------------


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
    no_sideways(page)
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
