"""One small round that went all the way, for the tests of reports."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from fundapp.applications.models import Application, ApplicationState
from fundapp.core.db import db
from fundapp.decisions.models import DecisionState, Outcome
from fundapp.funds import ledger
from fundapp.grants.models import Award
from fundapp.reviews import standings
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import Round, RoundState
from tests.factories import (
    NOW,
    Cast,
    make_application,
    make_award,
    make_cast,
    make_decision,
    make_review,
    make_round,
    make_user,
)


@dataclass(frozen=True)
class Story:
    """Three applications: one funded and paid in part, one declined, one withdrawn before review."""

    cast: Cast
    round: Round
    funded: Application
    declined: Application
    withdrawn: Application
    award: Award


@pytest.fixture
def story(session) -> Story:
    """Two reviewers scored two applications (P1 20, P2 30 on 0-4; T 50 on 1-7)."""
    cast = make_cast()
    ida = make_user("Ida Ito")
    round = make_round(
        cast.fund,
        state=RoundState.RELEASED,
        closes_at=NOW - timedelta(days=40),
        opens_at=NOW - timedelta(days=70),
        decide_by_on=(NOW - timedelta(days=5)).date(),
    )
    state = ApplicationState
    funded = make_application(round, cast.ana, state=state.AWARDED, country="NL", theme="web")
    declined = make_application(
        round, cast.ben, state=state.DECLINED, country="DE", requested_cents=2_000_000
    )
    withdrawn = make_application(round, state=state.WITHDRAWN, requested_cents=500_000)
    for application, given in ((funded, ([3, 2, 6], [None, 4, 5])), (declined, ([1, 1, 3], [2, 1, 4]))):
        for reviewer, values in zip((cast.rhea, ida), given, strict=True):
            make_review(application, reviewer, state=ReviewState.SUBMITTED, values=list(values))
        standings.refresh(application, at=NOW)
    award = make_award(funded, cast.sol, cast.max, amount_cents=800_000)
    make_decision(
        declined, cast.sol, outcome=Outcome.DECLINED, state=DecisionState.RELEASED, releaser=cast.max
    )
    pay(award, 300_000)
    session.commit()
    return Story(cast, round, funded, declined, withdrawn, award)


def pay(award: Award, cents: int) -> None:
    """Move money of an award through the ledger to the grantee's account."""
    where = ledger.Where(round_id=award.round_id, award_id=award.id)
    for step in (ledger.APPROVE, ledger.ORDER, ledger.PAY):
        ledger.move(
            award.application.fund, step, f"{step.event}:{award.id}", cents,
            at_source=where, onto=where, actor=None, at=NOW,
        )  # fmt: skip
    db.session.flush()


DAY = date(2026, 11, 22)
