"""Covering text before a file is disclosed: selected and tapped on a phone, and without scripts."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from fundapp.accounts.models import RoleName
from fundapp.applications.models import ApplicationState
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.reports import disclosing
from fundapp.reports.models import Disclosure
from fundapp.rounds.models import RoundState
from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import LiveServer
from tests.browser.people import sign_in
from tests.factories import PASSWORD, give_role, make_application, make_cast, make_round, make_user

LINE = '[data-cover] p.text:has-text("What project")'


@dataclass
class File:
    """One document of a disclosure, and who prepares it."""

    server: LiveServer
    id: int
    email: str

    def open(self, page: Page) -> None:
        """Sign in and look at the proposal in it."""
        sign_in(page, self.email)
        page.goto(f"/office/reports/disclosures/{self.id}/documents/version-1")

    def covered(self) -> int:
        """Count the passages that somebody covered by hand."""
        with self.server.app.app_context():
            return sum(one.maker is not None for one in db.session.get_one(Disclosure, self.id).marks)


@pytest.fixture
def file(live_server: LiveServer) -> File:
    with live_server.app.app_context():
        cast = make_cast()
        mona = make_user("Mona Maan", password=PASSWORD)
        give_role(mona, cast.fund, RoleName.MANAGER)
        round = make_round(cast.fund, state=RoundState.RELEASED)
        application = make_application(round, cast.ana, state=ApplicationState.DECLINED)
        row = disclosing.begin(application, language="en", actor=mona, at=clock.now())
        db.session.commit()
        made = File(live_server, row.id, mona.email)
        db.session.remove()
    return made


SELECT = """(line) => {
  const range = document.createRange()
  range.setStart(line.firstChild, 0)
  range.setEnd(line.firstChild, line.firstChild.data.indexOf(' '))
  getSelection().removeAllRanges()
  getSelection().addRange(range)
  return String(getSelection())
}"""
"""What a long press does on a phone; this browser knows it for Android alone."""


def test_a_finger_selects_a_word_and_covers_it(phone: Page, file: File) -> None:
    file.open(phone)
    word = phone.locator(LINE).first.evaluate(SELECT)

    phone.get_by_role("link", name="Cover what is selected").tap()

    field = phone.get_by_label("Text")
    expect(field).to_be_focused()
    expect(field).to_have_value(word)
    assert_fits(phone)
    phone.get_by_label("Cover it in this document").check()
    phone.get_by_role("button", name="Do it").tap()
    expect(phone.get_by_role("complementary").locator("q")).to_have_text([word])
    assert file.covered() == 1
    assert_accessible(phone)


def test_a_text_is_covered_without_scripts(browse: Callable[..., Page], file: File) -> None:
    page = browse(java_script_enabled=False, viewport={"width": 390, "height": 844})
    file.open(page)
    word = str(page.locator(LINE).first.text_content()).split()[-1]
    expect(page.locator("[data-cover-go]")).to_be_hidden()

    page.get_by_label("Text").fill(word)
    page.get_by_label("Cover it in this document").check()
    page.get_by_role("button", name="Do it").click()

    expect(page.get_by_role("complementary").locator("q")).to_have_text([word])
    assert file.covered() == 1
