"""A released decision opens a grant and commits its money."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.decisions import service as decisions
from fundapp.decisions.models import DecisionState, Outcome
from fundapp.funds import ledger
from fundapp.funds import service as funds
from fundapp.funds.models import Account, Posting
from fundapp.grants import service
from fundapp.grants.models import Award
from tests.factories import NOW, make_application, make_cast, make_decision, make_round
from tests.grants.scene import cents, opened


def test_release_of_a_decision_opens_the_grant() -> None:
    assert service.open_award in decisions.ON_RELEASE


def test_open_award_commits_the_money_and_begins_the_agreement(app: Flask) -> None:
    start = opened(
        asked=[
            {"title": "Format", "description": "A text", "amount_cents": 500_000},
            {"title": " ", "amount_cents": 5},
            {"title": "Form", "description": None, "amount_cents": "unreadable"},
        ]
    )

    award = start.award
    assert (award.state, award.amount_cents, cents(award, Account.COMMITTED)) == (
        "planning",
        800_000,
        800_000,
    )
    assert [(one["ref"], one["title"], one["amount_cents"]) for one in start.draft.plan] == [
        ("M1", "Format", 500_000),
        ("M2", "Form", 0),
    ]
    assert [payee.party_id for payee in award.payees] == [award.application.party_id]


def test_open_award_gives_the_applicants_without_a_party_one(app: Flask) -> None:
    cast = make_cast()
    application = make_application(make_round(cast.fund), cast.ana, state=ApplicationState.AWARDED)
    application.party_id = None
    db.session.flush()
    db.session.refresh(application)
    decision = make_decision(application, cast.sol, state=DecisionState.RELEASED, releaser=cast.max)

    service.open_award(decision, cast.max, NOW)

    assert application.party_id == cast.ana.party_id


@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.RESERVE, Outcome.INELIGIBLE])
def test_other_outcomes_open_nothing(app: Flask, outcome: Outcome) -> None:
    cast = make_cast()
    application = make_application(make_round(cast.fund), cast.ana)
    decision = make_decision(
        application, cast.sol, outcome=outcome, state=DecisionState.RELEASED, releaser=cast.max
    )

    service.open_award(decision, cast.max, NOW)

    assert db.session.scalar(select(func.count(Award.id))) == 0


def test_open_award_takes_money_earmarked_for_the_theme_first_and_no_other(app: Flask) -> None:
    cast = make_cast()
    for theme, amount in (("web", 300_000), ("chips", 900_000)):
        day = date(2026, 2, 1)
        funds.receive(
            cast.fund, giver="City", amount_cents=amount, received_on=day, theme=theme, actor=None, at=NOW
        )
    application = make_application(
        make_round(cast.fund), cast.ana, state=ApplicationState.AWARDED, theme="web"
    )
    decision = make_decision(
        application, cast.sol, state=DecisionState.RELEASED, amount_cents=400_000, releaser=cast.max
    )

    service.open_award(decision, cast.max, NOW)

    committed = db.session.execute(select(Posting.amount_cents).where(Posting.event == "commit"))
    assert [cents for (cents,) in committed] == [300_000, 100_000]


def test_open_award_refuses_more_than_the_round_has(app: Flask) -> None:
    with pytest.raises(ledger.NotEnough):
        opened(amount_cents=5_000_001)
