"""Applying in a real browser: two tabs, an expired session, a deadline that passes, files, an invitation."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fundapp.applications import drafts, queries, service, versions
from fundapp.applications.models import Application
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.rounds import service as rounds
from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import LiveServer
from tests.browser.people import sign_in
from tests.factories import PASSWORD, make_cast, make_round, make_user

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nxref\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@dataclass
class Proposal:
    """A draft of Ana's in an open call, and the server it is on."""

    server: LiveServer
    id: int
    email: str

    def sign_in(self, page: Page, email: str = "") -> None:
        """Sign in by the form."""
        sign_in(page, email or self.email)

    def open(self, page: Page, section: str = "project") -> None:
        """Open one section to write in."""
        page.goto(f"/proposals/{self.id}/edit/{section}")

    def kept(self) -> dict[str, Any]:
        """Give the working copy in the database."""
        with self.server.app.app_context():
            return versions.values(drafts.answers_of(self.id).values())

    def close_call(self) -> None:
        """Let the deadline pass."""
        with self.server.app.app_context():
            db.session.get_one(Application, self.id).stage.closes_at = clock.now() - timedelta(seconds=1)
            db.session.commit()


@pytest.fixture
def proposal(live_server: LiveServer) -> Proposal:
    with live_server.app.app_context():
        cast, now = make_cast(), clock.now()
        ana = make_user("Ana Anders", password=PASSWORD)
        call = make_round(
            cast.fund, form=rounds.install_form("proposal_form", at=now), opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=5),
        )  # fmt: skip
        made = service.start(call, actor=ana, at=now)
        db.session.commit()
        return Proposal(live_server, made.id, ana.email)


def status(page: Page) -> Any:
    return expect(page.locator("[data-autosave-status]"))


def test_two_tabs_lose_no_character(page: Page, browse: Callable[..., Page], proposal: Proposal) -> None:
    other = browse()
    for tab in (page, other):
        proposal.sign_in(tab)
        proposal.open(tab)
    summary = re.compile("What will you make")
    page.get_by_label(summary).fill("Text of the first tab.")
    status(page).to_contain_text("Saved at")

    other.get_by_label("Name of the project").fill("Sluis")
    other.get_by_label(summary).fill("Text of the second tab.")
    status(other).to_contain_text("someone else changed this")
    other.get_by_role("button", name="Save and go to section").click()

    expect(other.get_by_role("heading", level=1)).to_contain_text("written twice")
    expect(other.locator(".beside")).to_contain_text("Text of the first tab.")
    assert_accessible(other)
    other.set_viewport_size({"width": 390, "height": 844})
    assert_fits(other)
    other.get_by_label("Both, below each other").check()
    other.get_by_role("button", name="Save what I chose").click()

    expect(other.get_by_text("both texts stand below each other")).to_be_visible()
    assert proposal.kept() == {
        "title": "Sluis", "abstract": "Text of the second tab.\n\nText of the first tab.",
    }  # fmt: skip


def test_expired_session_gives_the_text_back(page: Page, proposal: Proposal) -> None:
    proposal.sign_in(page)
    proposal.open(page)
    page.wait_for_load_state("networkidle")  # a late answer would bring the cookie back
    page.context.clear_cookies()
    page.get_by_label("Name of the project").fill("Written without a session")
    status(page).to_contain_text("signed in")

    page.get_by_role("button", name="Save and go to section").click()
    expect(page.get_by_text("You are not signed in any more")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in").last.click()
    proposal.sign_in(opened.value)
    page.get_by_role("button", name="Send it again").click()

    expect(page.get_by_role("heading", name="The work")).to_be_visible()
    assert proposal.kept()["title"] == "Written without a session"


def test_copy_in_the_browser_comes_back_after_signing_in(page: Page, proposal: Proposal) -> None:
    proposal.sign_in(page)
    proposal.open(page)
    page.wait_for_load_state("networkidle")  # a late answer would bring the cookie back
    page.context.clear_cookies()
    page.get_by_label("Name of the project").fill("Only in this browser")
    status(page).to_contain_text("signed in")

    proposal.sign_in(page)
    proposal.open(page)
    page.get_by_role("button", name="Put it back").click()

    expect(page.get_by_label("Name of the project")).to_have_value("Only in this browser")
    status(page).to_contain_text("Saved at")
    assert proposal.kept()["title"] == "Only in this browser"


def test_deadline_that_passes_while_writing_keeps_the_text(page: Page, proposal: Proposal) -> None:
    proposal.sign_in(page)
    proposal.open(page)
    page.get_by_label("Name of the project").fill("Sluis")
    status(page).to_contain_text("Saved at")
    proposal.close_call()
    page.get_by_label(re.compile("What will you make")).fill("Just too late.")
    page.get_by_role("button", name="Save and go to section").click()

    expect(page.get_by_text("The deadline has passed").first).to_be_visible()
    assert proposal.kept() == {"title": "Sluis", "abstract": "Just too late."}
    page.get_by_role("link", name="Use it for another call").first.click()
    expect(page.get_by_text("No call is open now.")).to_be_visible()


def test_file_is_sent_while_one_writes(page: Page, proposal: Proposal, tmp_path: Path) -> None:
    plan, wrong = tmp_path / "log.pdf", tmp_path / "wrong.pdf"
    plan.write_bytes(PDF)
    wrong.write_bytes(b"<html>")
    proposal.sign_in(page)
    proposal.open(page, "closing")
    page.get_by_label("Yes", exact=True).first.check()
    files = page.locator("[data-files]")

    files.locator("input[type=file]").set_input_files(plan)
    expect(files.get_by_role("status")).to_contain_text("log.pdf is added.")
    files.locator("input[type=file]").set_input_files(wrong)
    expect(files.get_by_role("status")).to_contain_text("that is not what is in it")

    assert [one["name"] for one in proposal.kept()["genai_log"]] == ["log.pdf"]
    assert_accessible(page)
    with page.expect_download() as taken:
        files.get_by_role("link", name="log.pdf").click()
    assert taken.value.suggested_filename == "log.pdf"
    files.get_by_role("button", name=re.compile("Remove")).click()
    expect(files.get_by_role("status")).to_contain_text("The file is removed.")
    assert not proposal.kept().get("genai_log")


def test_invited_person_without_an_account_joins(
    page: Page, browse: Callable[..., Page], proposal: Proposal
) -> None:
    proposal.sign_in(page)
    page.goto(f"/proposals/{proposal.id}/people")
    assert_accessible(page)
    page.get_by_label("E-mail address").fill("nora@example.org")
    page.get_by_role("button", name="Send the invitation").click()
    proposal.server.tick()
    link = proposal.server.link_in("nora@example.org", "/join/")

    nora = browse()
    nora.goto(link)
    assert_accessible(nora)
    nora.get_by_role("link", name="Make an account").click()
    nora.get_by_label("Your name").fill("Nora Noord")
    nora.get_by_label("E-mail address").fill("nora@example.org")
    nora.get_by_label("Choose a password").fill(PASSWORD)
    nora.get_by_role("button", name=re.compile("account", re.IGNORECASE)).click()
    proposal.server.tick()
    nora.goto(proposal.server.link_in("nora@example.org", "/confirm/"))
    nora.get_by_role("button", name="Yes, this is my address").click()
    nora.get_by_role("button", name="Yes, I take part").click()

    expect(nora.get_by_text("You take part in this proposal now.")).to_be_visible()
    with proposal.server.app.app_context():
        assert [one.name for one in queries.applicants(proposal.id)] == ["Ana Anders", "Nora Noord"]


@pytest.mark.parametrize("path", ["people", "preview", "plan", "prefill", "copy", "check"])
def test_pages_of_a_proposal_fit_a_phone(phone: Page, proposal: Proposal, path: str) -> None:
    proposal.sign_in(phone)

    phone.goto(f"/proposals/{proposal.id}/{path}")

    assert_fits(phone)
    assert_accessible(phone)
