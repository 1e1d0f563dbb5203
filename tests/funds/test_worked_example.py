"""The worked example of the domain model, section 5, to the cent; and what may never break."""

from datetime import date

import pytest
from flask import Flask

from fundapp.core.db import db
from fundapp.funds import invariants, ledger, service
from fundapp.funds.ledger import Step, Where
from fundapp.funds.models import Account, Contribution, Fund
from tests.factories import NOW, make_application, make_award, make_cast, make_fund, make_round

EURO = 100


def steps(fund: Fund, *made: tuple[Step, int], source: Where, onto: Where, key: str) -> None:
    for number, (step, euros) in enumerate(made):
        name = f"{key}:{number}:{step.event}"
        ledger.move(fund, step, name, euros * EURO, at_source=source, onto=onto, actor=None, at=NOW)


def gift(fund: Fund, euros: int, day: int, theme: str | None = None) -> Contribution:
    given = service.receive(
        fund,
        giver="City",
        amount_cents=euros * EURO,
        received_on=date(2026, 1, day),
        theme=theme,
        actor=None,
        at=NOW,
    )
    db.session.flush()
    return given


def held(fund: Fund, where: Where | None = None) -> dict[Account, int]:
    """Give what stands where, in euros; of a grant without where it came from."""
    cents = ledger.balances(fund.id, where)
    if where and where.award_id:
        del cents[Account.RESERVED]
    return {account: held // EURO for account, held in cents.items() if held}


def test_worked_example_ends_as_the_model_computes_it(app: Flask) -> None:
    fund = make_fund(received_cents=0)
    large, small = gift(fund, 100_000, 1), gift(fund, 2_500, 2, "web")
    cast = make_cast(fund)
    round = make_round(fund, budget_cents=60_000 * EURO)
    here = Where(round_id=round.id)
    assert held(fund) == {Account.BANK: 102_500, Account.FREE: 42_500, Account.RESERVED: 60_000}

    first = make_award(
        make_application(round, cast.ana, theme="web"), cast.sol, cast.max, amount_cents=40_000 * EURO
    )
    a = Where(round.id, first.id)
    steps(fund, (ledger.COMMIT, 2_000), source=here, onto=a, key="amend")
    steps(
        fund, (ledger.APPROVE, 8_000), (ledger.ORDER, 8_000), (ledger.PAY, 8_000),
        (ledger.RETURN, 8_000), source=a, onto=a, key="once",
    )  # fmt: skip
    assert held(fund, a) == {Account.COMMITTED: 34_000, Account.APPROVED: 8_000}
    steps(fund, (ledger.ORDER, 8_000), (ledger.PAY, 8_000), source=a, onto=a, key="twice")
    steps(fund, (ledger.RELEASE, 4_000), source=a, onto=a, key="expire")
    assert held(fund, a) == {Account.COMMITTED: 30_000, Account.BANK: -8_000}

    second = make_award(make_application(round, cast.fin), cast.sol, cast.max, amount_cents=10_000 * EURO)
    b = Where(round.id, second.id)
    steps(
        fund, (ledger.ADVANCE, 8_000), (ledger.ORDER, 8_000), (ledger.PAY, 8_000),
        (ledger.SETTLE, 7_000), (ledger.CLAIM_BACK, 1_000), (ledger.CLAIM_BACK_ADVANCE, 1_000),
        (ledger.RELEASE, 2_000), source=b, onto=b, key="settle",
    )  # fmt: skip
    figures = ledger.figures(fund.id, b)
    assert (figures.granted, figures.paid, figures.recoverable) == (700_000, 800_000, 100_000)
    steps(fund, (ledger.RECOVERED, 1_000), (ledger.RECOVERED_FREED, 1_000), source=b, onto=b, key="back")

    alone = Where(contribution_id=large.id)
    steps(
        fund, (ledger.GIFT_REFUND, 500), (ledger.REFUND_ORDER, 500), (ledger.REFUND_PAY, 500),
        source=alone, onto=Where(), key="refund",
    )  # fmt: skip

    assert held(fund) == {
        Account.BANK: 87_000,
        Account.COMMITTED: 30_000,
        Account.FREE: 42_000,
        Account.RESERVED: 15_000,
    }
    of_round = ledger.figures(fund.id, here)
    assert (of_round.reserved, of_round.committed, of_round.paid) == (1_500_000, 3_000_000, 1_500_000)
    of_b = ledger.figures(fund.id, b)
    assert of_b.granted == of_b.paid == 700_000
    assert ledger.balances(fund.id, Where(contribution_id=small.id))[Account.BANK] == 0
    whole = ledger.figures(fund.id)
    assert whole.budget == whole.kept == 102_000 * EURO
    assert invariants.broken(invariants.Books(invariants.rows_of(fund))) == []


def test_pledge_comes_in_and_pledge_is_cancelled(app: Flask) -> None:
    fund = make_fund(received_cents=100)
    given = gift(fund, 5, 3)

    for step, key in ((ledger.PLEDGE, "p"), (ledger.PLEDGE_PAID, "q"), (ledger.EARMARK_OF_PLEDGE, "r")):
        ledger.post(fund, step, key, 700, contribution_id=given.id, actor=None, at=NOW)

    assert held(fund, Where(contribution_id=given.id)) == {
        Account.BANK: 12,
        Account.FREE: 5,
        Account.RESTRICTED: 7,
    }
    with pytest.raises(ledger.NotEnough):
        ledger.post(fund, ledger.PLEDGE_CANCELLED, "s", 1, contribution_id=given.id, actor=None, at=NOW)


def test_unknown_line_of_the_bank_waits_in_suspense(app: Flask) -> None:
    fund = make_fund(received_cents=100)

    ledger.post(fund, ledger.SUSPEND, "line:1", 900, contribution_id=None, actor=None, at=NOW)
    assert ledger.balances(fund.id)[Account.SUSPENSE] == 900

    with pytest.raises(ledger.NotEnough):
        ledger.post(fund, ledger.UNSUSPEND, "out:1", 901, contribution_id=None, actor=None, at=NOW)
    ledger.post(fund, ledger.UNSUSPEND, "out:1", 900, contribution_id=None, actor=None, at=NOW)
    assert (ledger.balances(fund.id)[Account.SUSPENSE], ledger.figures(fund.id).received) == (0, 100)


def test_written_off_recovery_stays_paid(app: Flask) -> None:
    cast = make_cast()
    award = make_award(
        make_application(make_round(cast.fund), cast.ana), cast.sol, cast.max, amount_cents=900_000
    )
    there = Where(award.round_id, award.id)
    steps(
        cast.fund, (ledger.APPROVE, 900), (ledger.ORDER, 900), (ledger.PAY, 900), (ledger.RECOVERY, 300),
        (ledger.WRITE_OFF, 300), source=there, onto=there, key="w",
    )  # fmt: skip

    books = invariants.Books(invariants.rows_of(cast.fund))
    written = books.written_off[award.id] // EURO
    assert (held(cast.fund, there), written) == ({Account.COMMITTED: 8_100, Account.BANK: -900}, 300)
    assert invariants.broken(books) == []


def test_advance_keeps_what_it_covers_from_being_released(app: Flask) -> None:
    cast = make_cast()
    award = make_award(
        make_application(make_round(cast.fund), cast.ana), cast.sol, cast.max, amount_cents=1_000_000
    )
    there = Where(award.round_id, award.id)
    steps(cast.fund, (ledger.ADVANCE, 8_000), source=there, onto=there, key="a")

    with pytest.raises(ledger.NotEnough, match="€2,000"):
        steps(cast.fund, (ledger.RELEASE, 2_001), source=there, onto=there, key="b")
