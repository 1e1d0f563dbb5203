"""The way of a euro in real browsers: promised, in the bank, given, asked for, paid, on the statement."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page
from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.funds import ledger
from fundapp.funds.models import Account, Fund
from fundapp.funds.queries import own_account
from fundapp.payouts import ledger_proof
from tests.browser import walk_grant
from tests.browser.conftest import LiveServer
from tests.browser.people import Person
from tests.databases import Database
from tests.factories import PASSWORD, make_application, make_award, make_fund, make_round, make_user
from tests.payouts.answers import camt, entry

ROLES = {
    "Sol Smit": RoleName.MANAGER,
    "Max Maas": RoleName.MANAGER,
    "Fin Faber": RoleName.FINANCE,
    "Mia Munt": RoleName.FINANCE,
}
GIFT, GRANT, FIRST = 2_000_000, 1_500_000, 1_250_000
TODAY = datetime.now(UTC).date()


@pytest.fixture
def people(live_server: LiveServer, browse: Callable[..., Page], database: Database) -> dict[str, Person]:
    """Those who work for a fund without money, and Ana, who will get a grant."""
    with live_server.app.app_context():
        fund = make_fund("commons", received_cents=0)
        users = [make_user(name, roles={fund: [role]}, password=PASSWORD) for name, role in ROLES.items()]
        users.append(make_user("Ana Alders", password=PASSWORD))
        db.session.commit()
        known = [(user.name, user.email) for user in users]
    looks = database.engine == "sqlite"
    return {name.split()[0].lower(): Person(browse(), name, email, looks=looks) for name, email in known}


def test_a_euro_goes_from_giver_to_statement(
    live_server: LiveServer, people: dict[str, Person], browse: Callable[..., Page], tmp_path: Path
) -> None:
    ana, sol, fin, mia = (people[name] for name in ("ana", "sol", "fin", "mia"))
    promise(mia.sign_in())
    reference = read_how_to_transfer(
        Person(browse(locale="nl-NL"), "Lab", "lab@example.org", "nl"), live_server
    )
    bring_in(mia, live_server, tmp_path, entry("20000.00", reference, on=TODAY, side="CRDT", ref="B1"))
    give(live_server)

    walk_grant.enter_account(ana.sign_in(), fin)
    walk_grant.claim(ana)
    walk_grant.check(sol.sign_in())
    walk_grant.release(fin, tmp_path)
    paid = etree.parse(newest(tmp_path)).findtext(".//p:EndToEndId", namespaces=walk_grant.NAMES)
    take_in(mia, live_server, tmp_path, entry("12500.00", paid or "", on=TODAY, ref="B2"), "2026-2")

    follow_it(mia, paid or "")
    is_proved(live_server)
    visitor = Person(browse(), "Nobody", "", looks=mia.looks)
    visitor.go("/money/commons")
    visitor.sees("a giver")
    visitor.look("63-public-flow")


def promise(mia: Person) -> None:
    """Finance writes down what a giver promised."""
    mia.go("/office/funds/1/gifts")
    mia.follow("Write down a gift")
    mia.fill("Giver", "Stadslab")
    mia.fill("Amount", "20,000")
    mia.fill("Address for thanks and for how to transfer", "lab@example.org")
    mia.choose("Language of the giver", "Dutch")
    mia.tick("Do not name the giver in public")
    mia.look("60-new-gift")
    mia.press("Write it down")
    mia.look("61-gift")


def read_how_to_transfer(giver: Person, server: LiveServer) -> str:
    """The giver opens the page from the mail, and copies the reference."""
    server.tick()
    giver.go(server.link_in(giver.email, "/gift/").removeprefix(server.url))
    giver.look("62-giver")
    return giver.main.get_by_text("RF").first.inner_text().replace(" ", "").replace("\u00a0", "")


def take_in(mia: Person, server: LiveServer, folder: Path, movements: str, number: str) -> None:
    """Finance takes in a statement of the bank."""
    with server.app.app_context():
        account = own_account(1)
        assert account is not None
        iban = account.iban
    file = folder / f"{number}.xml"
    file.write_bytes(camt(movements, iban=iban, id=number))
    mia.go("/ledger/1/statements")
    mia.main.locator("input[type=file]").set_input_files(file)
    mia.press("Take in")


def bring_in(mia: Person, server: LiveServer, folder: Path, movement: str) -> None:
    """The money comes in; its reference says that it is the promised gift."""
    take_in(mia, server, folder, movement, "2026-1")
    mia.go("/office/gifts/1")
    mia.sees("Received")


def give(server: LiveServer) -> None:
    """A round sets the money apart and a grant is given; how people do that is another walk."""
    with server.app.app_context():
        fund = db.session.scalars(select(Fund)).one()
        people = {user.name.split()[0]: user for user in db.session.scalars(select(User))}
        round = make_round(fund, budget_cents=GIFT)
        application = make_application(
            round, people["Ana"], state=ApplicationState.AWARDED, title="Sluiswachter"
        )
        award = make_award(
            application, people["Sol"], people["Max"], amount_cents=GRANT, parts=(FIRST, GRANT - FIRST)
        )
        for milestone in award.milestones:
            milestone.title = "Werkend prototype" if milestone.ref == "M1" else "Handleiding"
        db.session.commit()


def newest(folder: Path) -> Path:
    """Give the file for the bank that was taken from its page."""
    return max(
        (path for path in folder.glob("*.xml") if "2026-" not in path.name),
        key=lambda one: one.stat().st_mtime,
    )


def follow_it(mia: Person, paid: str) -> None:
    """From the ledger to the payment, back to its gift, and on to where that went."""
    mia.go("/ledger/1")
    mia.sees("The figures agree")
    mia.look("64-ledger")
    mia.follow(paid)
    mia.sees("Stadslab")
    mia.follow("Stadslab")
    mia.sees("Sluiswachter")
    mia.look("65-flow")
    for place in ("budget", "forecast"):
        mia.go(f"/ledger/1/{place}")
        mia.look(f"66-{place}")


def is_proved(server: LiveServer) -> None:
    """The ledger holds what was given, promised and paid, and proves it."""
    with server.app.app_context():
        fund = db.session.scalars(select(Fund)).one()
        figures = ledger.figures(fund.id)
        assert (figures.received, figures.paid, figures.promised) == (GIFT, FIRST, GRANT - FIRST)
        assert ledger.balances(fund.id)[Account.BANK] == GIFT - FIRST
        assert ledger_proof.prove(fund).faults == []
