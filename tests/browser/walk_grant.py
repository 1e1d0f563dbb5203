"""The walk, third part: the agreement signed by both; a milestone claimed, checked and paid."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sepaxml
from lxml import etree

from tests.browser.conftest import LiveServer
from tests.browser.people import PASSWORD, Person
from tests.browser.walk_call import TITLE

SCHEMA = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"
NAMES = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
ACCOUNT = "NL91 ABNA 0417 1643 00"
GRANT = "/grants/1"


def agree(ana: Person, sol: Person, max_: Person, server: LiveServer) -> None:
    """The grantee says who she is; the plan is made to fit and offered; both sides sign."""
    ana.follow("To your grant")
    ana.follow("Your name and address on paper")
    for label, text in {"Legal name": "Ana Alders", "Street": "Sluiskade", "House number": "12"}.items():
        ana.fill(label, text)
    ana.fill("Postcode", "8011 AB")
    ana.fill("Town", "Zwolle")
    ana.choose("Country", "Nederland")
    ana.press("Save")
    _plan(sol)
    server.tick()
    ana.go(server.link_in(ana.email, GRANT).removeprefix(server.url))
    ana.look("41-to-sign")
    _sign(ana)
    max_.go(GRANT)
    max_.follow("Sign for the fund")
    _sign(max_)
    max_.look("42-in-force")


def _sign(person: Person) -> None:
    person.tick("I have read the agreement and the plan, and I sign them.")
    person.press("Sign the agreement of %(amount)s", amount=person.euros(3_000_000))


def _plan(sol: Person) -> None:
    """Lower the second milestone to what was granted, and offer the agreement."""
    sol.go("/grants")
    sol.look("38-grants")
    sol.follow(TITLE)
    sol.follow("Work on the plan")
    sol.main.get_by_label("Amount").nth(1).fill("17.500")
    sol.press("Save the plan")
    sol.look("39-plan")
    sol.follow("Offer the agreement")
    sol.look("40-offer")
    sol.press("Offer the agreement of")


def enter_account(ana: Person, fin: Person) -> None:
    """The grantee enters her account; somebody at finance confirms it."""
    ana.go(GRANT)
    ana.follow("Enter your bank account")
    ana.fill("Name the account is in", "A. Alders")
    ana.fill("IBAN", ACCOUNT)
    ana.press("Save this account")
    fin.sign_in()
    fin.go("/payouts")
    fin.follow("Look at it")
    fin.look("43-account")
    fin.press("Confirm")


def claim(ana: Person) -> None:
    """The grantee asks to be paid for the first milestone, with where it can be seen."""
    ana.go(GRANT)
    ana.follow("Ask for a payment")
    first = ana.main.get_by_role("group", name="Werkend prototype")
    ana.tick("Ask for this", within=first)
    ana.fill("Where can anyone see it?", "https://sluiswachter.example/v1", within=first)
    ana.fill("Licence of the result", "EUPL-1.2", within=first)
    ana.fill("Where the result itself is public", "https://sluiswachter.example/v1/source", within=first)
    ana.look("44-claim")
    ana.press("Ask for this payment")
    ana.look("45-claimed")


def check(sol: Person) -> None:
    """A manager checks the result."""
    sol.go("/payouts")
    sol.look("46-payouts")
    sol.follow("Check it")
    for box in sol.main.get_by_role("checkbox").all():
        box.check()
    sol.look("47-check")
    sol.press("Approve")


def pay(fin: Person, folder: Path, time_passes: Callable[..., datetime]) -> None:
    """Finance puts it in the batch, releases it, takes the file to the bank and marks it paid."""
    release(fin, folder)
    time_passes(days=2)
    fin.go(fin.path)
    fin.press("Mark 1 payment as paid")
    fin.look("51-paid")


def release(fin: Person, folder: Path) -> None:
    """Finance puts it in the batch, releases it and takes the file to the bank."""
    fin.go("/payouts")
    fin.press("Put in the batch")
    fin.look("48-batch")
    fin.follow("and release")
    fin.look("48-warnings")
    for field in fin.main.locator('input[name^="why-"]').all():
        field.fill("Held against the signed agreement.")
    fin.press("Keep these answers")
    fin.fill("Your password, once more", PASSWORD)
    fin.tick("I compared")
    fin.look("49-release")
    fin.press("Release 1 payment")
    fin.look("50-released")
    _is_what_the_bank_takes(fin.download("Download the file for the bank", folder))


def _is_what_the_bank_takes(path: Path) -> None:
    """Check the file against the schema of another library, and that it pays her this amount."""
    file = etree.parse(path)
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(file)
    texts = [
        file.findtext(f".//p:{name}", namespaces=NAMES)
        for name in ("NbOfTxs", "CtrlSum", "InstdAmt", "CdtrAcct/p:Id/p:IBAN")
    ]
    assert texts == ["1", "12500.00", "12500.00", ACCOUNT.replace(" ", "")], texts
