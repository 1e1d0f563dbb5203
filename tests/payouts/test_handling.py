"""Lines without a match, explained by hand: each is booked once, and only as what it can be."""

from datetime import date

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds import gifts, ledger
from fundapp.funds.models import Account, Gift
from fundapp.funds.queries import own_account
from fundapp.payouts import handling, ledger_proof, statements
from fundapp.payouts.models import Handled, LineState, PaymentState, StatementLine
from tests.factories import NOW, give_role, make_conflict, make_user
from tests.payouts.answers import camt, entry
from tests.payouts.scene import TODAY, Scene, make_scene
from tests.visitor import Visitor


def line_of(scene: Scene, told: str) -> StatementLine:
    """Take in a statement with one line, and give that line."""
    content = camt(told, iban=own_account(scene.cast.fund.id).iban)  # type: ignore[union-attr,no-untyped-call]
    statements.take_in(content, name="s.xml", settings=current_app.config["SETTINGS"], actor=None, at=NOW)
    return db.session.scalars(select(StatementLine)).one()


def held(scene: Scene, account: Account) -> int:
    return ledger.balances(scene.cast.fund.id)[account]


def test_line_without_our_reference_pays_what_finance_chooses(app: Flask) -> None:
    scene = make_scene()
    payment = scene.ordered()
    line = line_of(scene, entry("5000.00", "", on=TODAY))

    handling.handle(line, Handled.PAYMENT, payment.id, "", actor=scene.cast.fin, at=NOW)

    assert (payment.state, payment.paid_on) == (PaymentState.PAID, TODAY)
    assert ledger_proof.prove(scene.cast.fund).faults == []


def test_line_of_another_amount_pays_nothing(app: Flask) -> None:
    scene = make_scene()
    payment = scene.ordered()
    line = line_of(scene, entry("4999.99", "", on=TODAY))

    with pytest.raises(Refusal):
        handling.handle(line, Handled.PAYMENT, payment.id, "", actor=scene.cast.fin, at=NOW)

    assert payment.state is PaymentState.ORDERED


def test_money_in_stands_apart_until_it_is_known_to_be_a_gift(app: Flask) -> None:
    scene = make_scene()
    fund, fin = scene.cast.fund, scene.cast.fin
    gift = gifts.pledge(
        fund, giver="City", amount_cents=25_000, pledged_on=date(2026, 11, 1), actor=fin, at=NOW
    )
    line = line_of(scene, entry("250.00", on=TODAY, side="CRDT"))
    bank = held(scene, Account.BANK)

    handling.handle(line, Handled.SUSPENSE, None, "Asked the bank.", actor=fin, at=NOW)
    apart = held(scene, Account.SUSPENSE)
    handling.handle(line, Handled.GIFT, gift.id, "", actor=fin, at=NOW)

    assert (apart, held(scene, Account.SUSPENSE), held(scene, Account.BANK) - bank) == (25_000, 0, 25_000)
    assert gift.state is Gift.RECEIVED
    assert ledger_proof.prove(fund).faults == []


def test_costs_of_the_bank_are_booked_once(app: Flask) -> None:
    scene = make_scene()
    line = line_of(scene, entry("12.50", on=TODAY))
    free = held(scene, Account.FREE)

    handling.handle(line, Handled.COSTS, None, "", actor=scene.cast.fin, at=NOW)
    with pytest.raises(Refusal):
        handling.handle(line, Handled.COSTS, None, "", actor=scene.cast.fin, at=NOW)

    assert free - held(scene, Account.FREE) == 1_250


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Handled.COSTS, {"side": "CRDT"}),
        (Handled.GIFT, {"side": "DBIT"}),
        (Handled.SUSPENSE, {"side": "CRDT"}),
        (Handled.COSTS, {"currency": "SEK"}),
    ],
)
def test_what_does_not_fit_is_refused(app: Flask, kind: Handled, told: dict[str, str]) -> None:
    scene = make_scene()
    line = line_of(scene, entry("12.50", on=TODAY, **told))  # type: ignore[arg-type]

    with pytest.raises(Refusal):
        handling.handle(line, kind, None, "", actor=scene.cast.fin, at=NOW)

    assert line.state is LineState.UNMATCHED


def test_only_finance_explains_lines(app: Flask) -> None:
    scene = make_scene()
    line = line_of(scene, entry("12.50", on=TODAY))

    for person in (scene.cast.sol, scene.cast.aud, scene.cast.ana):
        with pytest.raises(MoveRefused):
            handling.handle(line, Handled.COSTS, None, "", actor=person, at=NOW)


def test_page_offers_what_fits_and_books_it(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    payment = scene.ordered()
    line = line_of(scene, entry("5000.00", "", on=TODAY))
    client.sign_in(scene.cast.fin)

    listed = client.get(f"/ledger/{scene.cast.fund.id}/unmatched").text
    page = client.get(f"/statements/lines/{line.id}").text
    silent = client.post(f"/statements/lines/{line.id}", data={})
    noteless = client.post(f"/statements/lines/{line.id}", data={"about": "suspense"})
    client.post(f"/statements/lines/{line.id}", data={"about": f"payment:{payment.id}"})

    assert f"/statements/lines/{line.id}" in listed
    assert (payment.end_to_end_id in page, "Costs of the bank" in page) == (True, True)
    assert (silent.status_code, noteless.status_code) == (422, 422)
    assert payment.state is PaymentState.PAID
    assert "Everything is explained" in client.get(f"/ledger/{scene.cast.fund.id}/unmatched").text


def test_lines_about_a_tied_project_stay_with_others(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    payment = scene.ordered()
    line = line_of(scene, entry("1.00", payment.end_to_end_id, on=TODAY))
    tied = make_user("Tess Tied")
    give_role(tied, scene.cast.fund, RoleName.FINANCE)
    make_conflict(scene.award.application, tied)
    client.sign_in(tied)

    listed = client.get(f"/ledger/{scene.cast.fund.id}/unmatched").text

    assert f"/statements/lines/{line.id}" not in listed
    assert client.get(f"/statements/lines/{line.id}").status_code == 404
