"""The life of a grant: its milestones lapse, it ends well or early."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account
from fundapp.grants import awards, milestones, offering, service
from fundapp.grants.models import AgreementState, AwardState, Milestone
from tests.factories import NOW, make_application, make_award, make_cast, make_round
from tests.grants.scene import cents, in_force

S = AgreementState


def test_expired_milestone_gives_its_money_back_and_takes_it_again(app: Flask) -> None:
    start = in_force()
    last = start.award.milestones[1]

    late = datetime(2027, 9, 2, 12, tzinfo=UTC)

    given = milestones.expire(last, actor=start.cast.sol, at=late, note="Two years idle.")
    after = (start.award.amount_cents, cents(start.award, Account.COMMITTED))
    until = date(2027, 12, 1)
    taken = milestones.revive(last, actor=start.cast.sol, at=late, note="They are back.", until=until)

    assert (given, taken) == (300_000, 300_000)
    assert after == (500_000, 500_000)
    assert (start.award.amount_cents, cents(start.award, Account.COMMITTED)) == (800_000, 800_000)


def test_grant_completes_only_when_every_milestone_is_settled(app: Flask) -> None:
    start = in_force()

    with pytest.raises(Refusal):
        awards.complete(start.award, actor=start.cast.sol, at=NOW)

    assert start.award.state is AwardState.ACTIVE


def test_grant_that_ends_early_gives_back_what_is_left(app: Flask) -> None:
    start = in_force()

    awards.terminate(start.award, actor=start.cast.sol, at=NOW, note="The team fell apart.")

    of_round = ledger.Where(round_id=start.award.round_id)
    assert start.award.state is AwardState.TERMINATED
    assert ledger.balances(start.cast.fund.id, of_round)[Account.RESERVED] == 5_000_000
    assert cents(start.award, Account.COMMITTED) == start.award.amount_cents == 0


def test_grant_that_ended_is_not_signed_any_more(app: Flask) -> None:
    start = in_force()
    service.redraft(start.award, actor=start.cast.sol, at=NOW)
    db.session.refresh(start.award)
    draft = start.draft
    offering.offer(draft, actor=start.cast.sol, at=NOW)
    offering.accept(draft, draft.digest or "", actor=start.cast.ana, at=NOW)
    db.session.flush()

    awards.terminate(start.award, actor=start.cast.sol, at=NOW, note="Stopped.")

    assert draft.state is S.WITHDRAWN
    with pytest.raises(MoveRefused):
        service.redraft(start.award, actor=start.cast.sol, at=NOW)


def test_factory_and_service_make_the_same_kind_of_grant(app: Flask) -> None:
    cast = make_cast()
    application = make_application(make_round(cast.fund), cast.ana, state=ApplicationState.AWARDED)

    award = make_award(application, cast.sol, cast.max)

    assert cents(award, Account.COMMITTED) == award.amount_cents
    assert db.session.scalar(select(func.count(Milestone.id))) == 2
