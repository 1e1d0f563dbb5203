"""Who may know what is told: not for whom a tie, a seal or a lost role stands in the way."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.accounts import service as accounts
from fundapp.accounts.models import Role
from fundapp.applications import service as applications
from fundapp.applications.models import ApplicationState
from fundapp.connections import events, hooks
from fundapp.connections.models import Delivery, DeliveryState, Webhook, WebhookState
from fundapp.core import jobs
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import Refusal
from fundapp.rounds import steps
from fundapp.rounds.models import RoundState
from tests.connections.receivers import Receiver
from tests.connections.telling import give, only, work
from tests.factories import NOW, Cast, make_application, make_conflict, make_round, make_user

D = DeliveryState
ALL = list(events.EVENTS)

# --- who may know -------------------------------------------------------------------


def submit(cast: Cast, **about: Any) -> Any:
    call = make_round(cast.fund, **about)
    own = make_application(call, cast.ana, state=ApplicationState.DRAFT)
    applications.submit(own, actor=cast.ana, at=NOW)
    db.session.commit()
    return own


def test_what_a_tie_bars_its_holder_from_is_withheld(
    cast: Cast, receiver: Receiver, settings: Any, hook: Any
) -> None:
    own = submit(cast)
    make_conflict(own, cast.sol)

    done = work(settings)

    assert done["withheld"] == 1
    assert receiver.heard == []
    assert only().state is D.WITHHELD


def test_a_sealed_round_is_told_when_its_seal_is_off(
    cast: Cast, receiver: Receiver, settings: Any, hook: Any
) -> None:
    own = submit(cast, is_sealed=True)
    sealed = work(settings)

    steps.open_early(own.round, actor=cast.sol, at=NOW, note="The jury meets early.")
    db.session.commit()
    opened = work(settings)

    assert (sealed["sent"], opened["sent"]) == (0, 1)
    assert json.loads(receiver.heard[0].body)["data"]["application"] == own.code


def test_a_trial_is_told_to_nobody(cast: Cast, receiver: Receiver, hook: Any) -> None:
    submit(cast, is_trial=True)

    assert db.session.scalars(select(Delivery)).all() == []


def test_who_lost_the_role_hears_no_more_and_the_managers_are_told(
    cast: Cast, receiver: Receiver, settings: Any, hook: tuple[Webhook, str]
) -> None:
    role = db.session.scalars(select(Role).where(Role.user_id == cast.sol.id, Role.ended_at.is_(None))).one()
    accounts.end_role(role, actor=None, at=NOW)
    give(cast)

    work(settings)

    db.session.expire_all()
    assert receiver.heard == []
    assert (hook[0].state, hook[0].pause_why) == (WebhookState.PAUSED, "holder")
    assert (only().state, only().tries) == (D.QUEUED, 0)
    mails = db.session.scalars(select(Outbox.user_id).where(Outbox.name == "webhook-paused")).all()
    assert mails == [cast.max.id]


def test_an_administrator_hears_of_calls_only(cast: Cast, receiver: Receiver, settings: Any) -> None:
    admin = make_user("Ad Min", is_administrator=True)

    with pytest.raises(Refusal):
        hooks.add(cast.fund, url=receiver.url, events_wanted=ALL, settings=settings, actor=admin, at=NOW)

    assert events.open_to(admin, cast.fund) == ["call.opened", "call.closed", "report.published"]


# --- calls --------------------------------------------------------------------------


def test_a_call_that_opens_by_the_clock_is_told_once(
    app: Flask, cast: Cast, receiver: Receiver, hook: Any
) -> None:
    make_round(cast.fund, opens_at=NOW - timedelta(days=1), budget_cents=1_000_000)
    call = make_round(cast.fund, opens_at=NOW + timedelta(hours=1), budget_cents=1_000_000)
    make_round(cast.fund, opens_at=NOW + timedelta(hours=1), budget_cents=1_000_000, is_trial=True)
    make_round(cast.fund, opens_at=NOW + timedelta(hours=1), budget_cents=1_000_000, state=RoundState.DRAFT)

    before = jobs.run("deliver-webhooks", NOW)
    opened = [jobs.run("deliver-webhooks", NOW + timedelta(hours=2))["opened"] for _turn in range(2)]

    assert (before["opened"], opened) == (0, [1, 0])
    assert json.loads(receiver.heard[0].body)["data"]["call"] == f"{cast.fund.slug}/{call.slug}"
