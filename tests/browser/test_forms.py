"""Forms in a real browser: every kind of question built, filled in on a phone, read at the office."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.filling import PHONE, Scene, begin, fill_short_ones, scene
from tests.browser.people import sign_in

# Scripts know no database: one engine is enough.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

__all__ = ["scene"]


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


def test_every_kind_is_filled_in_on_a_phone_and_read_at_the_office(
    browse: Callable[..., Page], scene: Scene
) -> None:
    page = browse(**PHONE)
    begin(page, scene)
    assert_fits(page)
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
    assert_fits(page)
    assert_accessible(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Plan of the work."}
    )
    expect(page.get_by_role("main")).to_contain_text("plan.txt")
    page.get_by_role("button", name="Save and check the whole").click()

    expect(page.get_by_role("heading", name="Ready to send")).to_be_visible()
    assert_fits(page)
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
