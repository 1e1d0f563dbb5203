"""The offline packet in a real browser: opened as a file, filled without a network, brought back."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.test_desk import Desk, desk

__all__ = ["desk"]


def test_filled_on_a_train_and_brought_back(
    page: Page, browse: Callable[..., Page], desk: Desk, tmp_path: Path
) -> None:
    desk.open(page)
    page.goto("/reviews")
    page.get_by_role("link", name="Take the rest offline").click()
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the packet").click()
    file = tmp_path / "packet.html"
    download.value.save_as(file)

    train = browse(accept_downloads=True)
    train.context.set_offline(True)
    train.goto(file.as_uri())
    expect(train.locator("#status")).to_have_text("Nothing written yet in this browser")
    assert_accessible(train)
    train.locator("form details").first.locator("input[value='3']").check()
    train.get_by_label("Why, in a sentence or two").first.fill("Read on a train.")
    expect(train.locator("#status")).to_contain_text("Kept in this browser at")
    expect(train.locator("[data-progress]")).to_have_text("1 of 3 scored")
    train.reload()
    expect(train.get_by_label("Why, in a sentence or two").first).to_have_value("Read on a train.")
    with train.expect_download() as made:
        train.get_by_role("button", name="Make the file to bring back").click()
    back = tmp_path / made.value.suggested_filename
    made.value.save_as(back)
    assert back.name.endswith(".json")
    assert list(json.loads(back.read_text())["reviews"]) == [str(desk.id)]

    page.get_by_label("The file that the packet made").set_input_files(back)
    page.get_by_role("button", name="Look what it changes").click()
    expect(page.locator(".beside")).to_contain_text("Read on a train.")
    assert desk.scores() == []
    assert_accessible(page)
    page.get_by_role("button", name="Take it over").click()

    expect(page.get_by_text("One review is brought up to date.")).to_be_visible()
    assert desk.scores() == [(3, "Read on a train.")]


def test_the_packet_fits_a_phone(page: Page, phone: Page, desk: Desk, tmp_path: Path) -> None:
    desk.open(page)
    page.goto("/reviews/packet")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the packet").click()
    file = tmp_path / "packet.html"
    download.value.save_as(file)

    phone.goto(file.as_uri())

    assert_fits(phone)
    assert_accessible(phone)
