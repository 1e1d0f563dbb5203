"""The whole way of a round, walked by five people in real browsers: from the call to the report."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from fundapp.accounts.models import RoleName
from fundapp.core import clock
from fundapp.core.db import db
from tests.browser import walk_call, walk_grant, walk_judging, walk_report
from tests.browser.conftest import LiveServer
from tests.browser.people import Person
from tests.databases import Database
from tests.factories import PASSWORD, make_fund, make_user

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday morning in Amsterdam, 10:00 on the wall."""
OFFICE = {
    "Sol Smit": RoleName.MANAGER,
    "Max Maas": RoleName.MANAGER,
    "Rhea Rood": RoleName.REVIEWER,
    "Fin Faber": RoleName.FINANCE,
}


@pytest.fixture
def time_passes(monkeypatch: pytest.MonkeyPatch) -> Callable[..., datetime]:
    """Begin at BEGIN, and let days go by at once: `time_passes(days=11)` gives the new instant.

    The one place that reads the time is turned forward; has to stand before `live_server`.
    """
    started, passed = datetime.now(UTC), [timedelta()]
    monkeypatch.setattr(clock, "now", lambda: BEGIN + passed[0] + (datetime.now(UTC) - started))

    def pass_by(**time: float) -> datetime:
        passed[0] += timedelta(**time)
        return clock.now()

    return pass_by


@pytest.fixture
def people(live_server: LiveServer, browse: Callable[..., Page], database: Database) -> dict[str, Person]:
    """The four who work for a fund that has money, and Ana, who has no account yet and reads Dutch."""
    looks = database.engine == "sqlite"  # pages look the same on both engines
    with live_server.app.app_context():
        fund = make_fund("commons", received_cents=10_000_000)
        users = [make_user(name, roles={fund: [role]}, password=PASSWORD) for name, role in OFFICE.items()]
        db.session.commit()
        office = [(user.name, user.email) for user in users]
    found = {name.split()[0].lower(): Person(browse(), name, email, looks=looks) for name, email in office}
    ana = Person(browse(locale="nl-NL"), "Ana Alders", "ana@example.org", "nl", looks)
    return {"ana": ana} | found


def test_a_round_is_carried_from_call_to_report(
    time_passes: Callable[..., datetime], live_server: LiveServer, people: dict[str, Person], tmp_path: Path
) -> None:
    ana, sol, max_, rhea, fin = (people[name] for name in ("ana", "sol", "max", "rhea", "fin"))

    walk_call.publish(sol.sign_in())
    walk_call.register(ana, live_server)
    walk_call.write_and_send(ana, live_server)
    time_passes(days=11, hours=3)
    walk_judging.admit_and_assign(sol, live_server)
    walk_judging.review(rhea, live_server, time_passes)
    walk_judging.propose(sol)
    walk_judging.approve_and_release(max_)
    walk_judging.get_the_letter(ana, live_server)
    walk_grant.agree(ana, sol, max_, live_server)
    walk_grant.enter_account(ana, fin)
    walk_grant.claim(ana)
    walk_grant.check(sol)
    walk_grant.pay(fin, tmp_path, time_passes)
    walk_report.read_the_ledger(fin, live_server)
    walk_report.report(sol, tmp_path)
    walk_report.be_public(ana)
