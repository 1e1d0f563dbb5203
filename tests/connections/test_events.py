"""Every event that is declared is really told by its service."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications import service as applications
from fundapp.applications.models import ApplicationState
from fundapp.connections import events, hooks, payloads
from fundapp.connections.models import WebhookEvent
from fundapp.core.db import db
from fundapp.core.workflow import FLOWS
from fundapp.grants import awards
from fundapp.payouts import payments
from fundapp.payouts.models import Payment, PaymentState
from fundapp.rounds.models import RoundState
from tests.databases import rolled_back
from tests.demo.conftest import Played, played  # noqa: F401 - the played demo, once an engine
from tests.factories import NOW, Cast, make_application, make_award, make_round

APART = {"call.opened", "application.withdrawn", "grant.terminated", "payment.returned"}
"""What does not happen in the demo; each has its own test below or beside."""


def test_what_happens_in_the_demo_is_written_down(played: Played) -> None:  # noqa: F811
    with rolled_back(played.app), played.app.app_context():
        told = set(db.session.scalars(select(WebhookEvent.name)))
        bodies = [payloads.body(one, "") for one in db.session.scalars(select(WebhookEvent))]
        db.session.remove()

    assert told == set(events.EVENTS) - APART
    assert all(b"@" not in body and b'"href":' in body and b"null" not in body for body in bodies)


def test_every_event_comes_from_a_deed_that_there_is(app: Any) -> None:
    moves = {(flow.column.class_.__tablename__, move.name) for flow in FLOWS for move in flow}

    assert [deed for deed in events.BY_DEED if deed not in moves] == []


@pytest.fixture
def heard(cast: Cast, settings: Any) -> Any:
    hooks.add(
        cast.fund, url="https://example.org/", events_wanted=list(events.EVENTS), settings=settings,
        actor=cast.sol, at=NOW - timedelta(days=99),
    )  # fmt: skip
    db.session.commit()
    return lambda: db.session.scalars(select(WebhookEvent.name).order_by(WebhookEvent.id)).all()


def test_a_withdrawal_is_told(cast: Cast, heard: Any) -> None:
    own = make_application(make_round(cast.fund), cast.ana)

    applications.withdraw(own, reason="No time.", actor=cast.ana, at=NOW)

    assert heard() == ["application.withdrawn"]


def test_a_grant_that_is_terminated_is_told(cast: Cast, heard: Any) -> None:
    call = make_round(cast.fund, state=RoundState.DECIDING)
    award = make_award(make_application(call, cast.ana, state=ApplicationState.AWARDED), cast.sol, cast.max)

    awards.terminate(award, actor=cast.sol, at=NOW, note="It ended.")

    assert heard() == ["grant.terminated"]


def test_a_payment_that_comes_back_is_told(played: Played) -> None:  # noqa: F811
    with rolled_back(played.app), played.app.app_context():
        paid = db.session.scalars(
            select(Payment).where(Payment.state == PaymentState.PAID).order_by(Payment.id.desc())
        ).first()
        payments.return_payment(paid, "AC04", actor=db.session.get_one(User, paid.released_by), at=NOW)
        db.session.flush()
        last = db.session.scalars(select(WebhookEvent).order_by(WebhookEvent.id.desc())).first()
        told = (last.name, last.subject_id == paid.id)
        db.session.remove()

    assert told == ("payment.returned", True)
