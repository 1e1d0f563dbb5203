"""The ledger keeps each euro: what comes in, is reserved, committed, paid; and whose it is."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from fundapp.core.db import db
from fundapp.funds import ledger, service
from fundapp.funds.models import Account, Posting
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_award, make_cast, make_fund, make_round


def test_figures_of_a_round_add_up_to_what_was_reserved(app: Flask) -> None:
    cast = make_cast()
    round = make_round(cast.fund, budget_cents=5_000_000)

    award = make_award(make_application(round, cast.ana), cast.sol, cast.max, amount_cents=800_000)

    figures = ledger.figures(cast.fund.id, ledger.Where(round_id=round.id))
    assert (figures.reserved, figures.committed) == (4_200_000, 800_000)
    whole = ledger.figures(cast.fund.id)
    assert (whole.received, whole.free, whole.budget) == (10_000_000, 5_000_000, 10_000_000)
    assert ledger.balances(cast.fund.id, ledger.Where(award_id=award.id))[Account.COMMITTED] == 800_000


def test_reserve_refuses_more_than_there_is(app: Flask) -> None:
    fund = make_fund(received_cents=100)
    round = make_round(fund, state=RoundState.DRAFT, budget_cents=101)

    with pytest.raises(ledger.NotEnough):
        ledger.reserve(fund, round.id, 101, themes=frozenset(), actor=None, at=NOW)

    assert ledger.balances(fund.id)[Account.FREE] == 100


def test_earmarked_money_goes_first_and_only_to_its_theme(app: Flask) -> None:
    fund = make_fund(received_cents=1_000)
    service.receive(
        fund, giver="City", amount_cents=300, received_on=date(2026, 2, 1), theme="web", actor=None, at=NOW
    )
    service.receive(
        fund, giver="Lab", amount_cents=500, received_on=date(2026, 2, 2), theme="chips", actor=None, at=NOW
    )

    make_round(fund, budget_cents=700)

    held = ledger.balances(fund.id)
    assert (held[Account.RESTRICTED], held[Account.FREE], held[Account.RESERVED]) == (500, 600, 700)


def test_postings_cannot_be_changed_or_deleted(app: Flask) -> None:
    make_fund()

    for statement in (update(Posting).values(amount_cents=1), delete(Posting)):
        with pytest.raises(DatabaseError), db.session.begin_nested():
            db.session.execute(statement)

    assert db.session.scalar(select(Posting.amount_cents)) == 10_000_000
