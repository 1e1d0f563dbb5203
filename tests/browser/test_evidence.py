"""Pins in a real browser: selected in the text, marked there, jumped to both ways, and gone again."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.test_desk import Desk, desk, saved

__all__ = ["desk"]

SELECT = """(words) => {
  const walk = document.createTreeWalker(document.getElementById('proposal'), NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const at = walk.currentNode.data.indexOf(words)
    if (at < 0) continue
    const range = document.createRange()
    range.setStart(walk.currentNode, at)
    range.setEnd(walk.currentNode, at + words.length)
    getSelection().removeAllRanges()
    getSelection().addRange(range)
    return true
  }
  return false
}"""


@pytest.fixture
def words(desk: Desk) -> str:
    return "What project"


def test_a_selected_passage_is_pinned_marked_and_taken_away(page: Page, desk: Desk, words: str) -> None:
    desk.open(page)
    crit = page.locator(".crit[open]")

    assert page.evaluate(SELECT, words)
    expect(crit.locator("[data-selection]")).to_contain_text(f"Selected: {words}")
    crit.get_by_role("button", name="Pin the selected passage").click()

    expect(page.locator("#proposal mark.pin")).to_contain_text(words)
    expect(crit.locator(".pins")).to_contain_text(words)
    expect(page.locator("#outline .n")).to_contain_text("1")
    assert_accessible(page)

    crit.locator(".pins a").click()
    assert page.url.endswith(
        "#" + (page.locator("#proposal mark.pin span[id]").get_attribute("id") or "none")
    )
    page.locator(".crit > summary").nth(2).click()
    page.locator("#proposal mark.pin a").click()
    expect(page.locator(".crit").first).to_have_attribute("open", "")

    page.locator(".crit").first.get_by_role("button", name="Unpin").click()
    expect(page.locator("#proposal mark.pin")).to_have_count(0)


def test_pinning_keeps_what_is_being_typed(page: Page, desk: Desk, words: str) -> None:
    desk.open(page)
    page.get_by_label("Why, in a sentence or two").first.fill("Half a sen")

    assert page.evaluate(SELECT, words)
    page.locator(".crit[open]").get_by_role("button", name="Pin the selected passage").click()

    expect(page.locator("#proposal mark.pin")).to_have_count(1)
    expect(page.get_by_label("Why, in a sentence or two").first).to_have_value("Half a sen")
    saved(page)


def test_without_a_selection_it_says_what_to_do(page: Page, desk: Desk) -> None:
    desk.open(page)

    page.locator(".crit[open]").get_by_role("button", name="Pin the selected passage").click()

    expect(page.locator(".crit[open] [data-pin-status]")).to_contain_text("Select the words")


def test_what_is_missing_follows_each_save(page: Page, desk: Desk) -> None:
    desk.open(page)

    page.locator(".crit > summary").first.focus()
    page.keyboard.press("3")
    page.keyboard.press("r")
    page.keyboard.type("Seen in the plan.")
    saved(page)

    expect(page.locator("#missing")).to_have_text("Still missing: scores for P2, T.")
    expect(page.locator("#progress")).to_contain_text("1 of 3")


def test_keys_can_be_switched_off_and_never_act_while_typing(page: Page, desk: Desk) -> None:
    desk.open(page)
    first = page.locator(".crit").first
    reason = page.get_by_label("Why, in a sentence or two").first

    reason.fill("")
    reason.press_sequentially("3n j")
    assert first.locator("input[type=radio]:checked").count() == 0
    expect(reason).to_have_value("3n j")
    page.keyboard.press("Escape")
    expect(first.locator("> summary")).to_be_focused()

    page.locator("#keys summary").click()
    page.get_by_label("Single keys work").uncheck()
    first.locator("> summary").focus()
    page.keyboard.press("3")
    assert first.locator("input[type=radio]:checked").count() == 0
    page.reload()
    page.locator(".crit > summary").first.focus()
    page.keyboard.press("3")
    assert page.locator(".crit").first.locator("input[type=radio]:checked").count() == 0


def test_the_part_of_the_whole_that_clashes_is_shown_beside_its_field(
    page: Page, browse: object, desk: Desk
) -> None:
    other = browse()  # type: ignore[operator]
    desk.open(page)
    desk.open(other)
    page.get_by_label("For the applicant").fill("Mine.")
    saved(page)

    other.get_by_label("For the office only").fill("Kept.")
    other.get_by_label("For the applicant").fill("Theirs.")
    expect(other.locator("[data-autosave-status]")).to_contain_text("changed this in the meantime")
    other.get_by_role("button", name="Save, go on later").click()

    expect(other.locator(".beside")).to_have_count(1)
    expect(other.locator(".beside")).to_contain_text("Mine.")
    other.get_by_role("button", name="Save, go on later").click()
    expect(other.get_by_label("For the applicant")).to_have_value("Theirs.")
    expect(other.get_by_label("For the office only")).to_have_value("Kept.")
