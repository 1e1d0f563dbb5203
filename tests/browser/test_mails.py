"""Writing a fund's mail in a real browser: edit, look, try out; and the next mail carries it."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.applications import receipts
from fundapp.applications.models import ApplicationVersion
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.funds.models import Fund
from tests.browser.axe import assert_accessible
from tests.browser.conftest import LiveServer
from tests.browser.people import sign_in
from tests.factories import PASSWORD, make_application, make_cast, make_round, make_user
from tests.mailbox import text_of

OWN = "Dag {{ reader.name }}!\n\n[Bekijk het hier]({{ page }})"


def test_a_manager_writes_a_mail_and_the_next_one_carries_it(live_server: LiveServer, page: Page) -> None:
    with live_server.app.app_context():
        cast = make_cast()
        fund, reader, to_reader = cast.fund.id, cast.ben.id, cast.ben.email
        manager = make_user("Mia Mol", roles={cast.fund: [RoleName.MANAGER]}, password=PASSWORD).email
        _receive(fund, reader)
    sign_in(page, manager)

    page.goto(f"/office/funds/{fund}/mail-texts")
    page.get_by_role("link", name=re.compile("Receipt of a proposal, Dutch")).click()
    page.get_by_role("textbox", name="Subject").fill("Binnen: {{ application.cod }}")
    page.get_by_role("textbox", name="Text").fill(OWN)
    page.get_by_role("button", name="Save the text").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Do you mean {{ application.code }}?")

    page.get_by_role("textbox", name="Subject").fill("Binnen: {{ application.code }}")
    page.get_by_role("button", name="Preview").click()
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text("Dag Ben Bosch!")).to_be_visible()
    expect(mail.get_by_role("link", name="Bekijk het hier")).to_have_css("font-weight", "700")
    assert_accessible(page)

    page.get_by_role("button", name="Send me a test").click()
    expect(page.get_by_text("A test is on its way")).to_be_visible()
    page.get_by_role("button", name="Save the text").last.click()
    expect(page.get_by_text("Mail of this kind carries it from now on")).to_be_visible()
    with live_server.app.app_context():
        _receive(fund, reader)
    live_server.tick()

    (test,) = live_server.mailbox.to(manager)
    assert test["Subject"].startswith("[Test] Binnen: ")
    newest = live_server.mailbox.to(to_reader)[-1]
    assert newest["Subject"].startswith("Binnen: ")
    assert text_of(newest).startswith("Dag Ben Bosch!")


def _receive(fund_id: int, reader_id: int) -> None:
    """Let a proposal of the reader's come in, so that its receipt is queued."""
    round = make_round(db.session.get_one(Fund, fund_id))
    proposal = make_application(round, db.session.get_one(User, reader_id), title="Getijdenboek")
    version = db.session.scalars(
        select(ApplicationVersion).where(ApplicationVersion.application_id == proposal.id)
    ).one()
    receipts.send(proposal, version, at=clock.now())
    db.session.commit()
