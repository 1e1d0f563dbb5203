"""A call that asks a form, and a person who fills it in, for tests in a browser."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from fundapp.accounts.models import RoleName
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.rounds import building
from tests.browser.people import sign_in
from tests.factories import NOW, PASSWORD, give_role, make_fund, make_round, make_user
from tests.rounds.every_kind import EVERY_KIND

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
"""A phone in the hand."""


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
