"""Webhooks: written down with the change, signed, sent after it, tried again, told to who may know."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask, current_app
from sqlalchemy import select

from fundapp.accounts import service as accounts
from fundapp.accounts.models import Role
from fundapp.applications import service as applications
from fundapp.applications.models import ApplicationState
from fundapp.connections import events, hooks, outbox
from fundapp.connections.models import Delivery, DeliveryState, Webhook, WebhookEvent, WebhookState
from fundapp.core import jobs
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds import service as funds
from fundapp.rounds import steps
from fundapp.rounds.models import RoundState
from tests.connections.receivers import Receiver, is_signed
from tests.factories import NOW, Cast, make_application, make_conflict, make_round, make_user

D = DeliveryState
ALL = list(events.EVENTS)


@pytest.fixture
def hook(cast: Cast, receiver: Receiver, settings: Any) -> tuple[Webhook, str]:
    made = hooks.add(
        cast.fund, url=receiver.url, events_wanted=ALL, settings=settings, actor=cast.sol, at=NOW
    )
    db.session.commit()
    return made


def give(cast: Cast, cents: int = 500) -> None:
    given = {"giver": "City", "amount_cents": cents, "received_on": NOW.date()}
    funds.receive(cast.fund, **given, actor=cast.fin, at=NOW)
    db.session.commit()


def work(settings: Any, at: datetime = NOW) -> dict[str, int]:
    return outbox.deliver(at, settings=settings, site="https://fund.example.org")


def only() -> Delivery:
    db.session.expire_all()
    return db.session.scalars(select(Delivery)).one()


# --- what leaves --------------------------------------------------------------------


def test_what_happened_is_told_signed_and_thin(
    cast: Cast, receiver: Receiver, settings: Any, hook: tuple[Webhook, str]
) -> None:
    give(cast)

    done = work(settings)

    (heard,) = receiver.heard
    assert done == {"sent": 1, "failed": 0, "withheld": 0}
    assert is_signed(heard, hook[1])
    assert heard.headers["webhook-id"] == only().message_id
    told = json.loads(heard.body)
    assert (told["type"], told["timestamp"]) == ("gift.received", "2026-11-22T09:00:00Z")
    assert set(told["data"]) == {"fund", "gift", "href"}
    assert told["data"]["href"].startswith("https://fund.example.org/api/v1/gifts/GIFT-")
    assert "City" not in heard.body.decode()
    assert (only().state, only().status) == (D.SENT, 204)


def test_nothing_is_told_of_what_was_taken_back(cast: Cast, settings: Any, hook: Any) -> None:
    with db.session.begin_nested() as part:
        funds.receive(cast.fund, giver="City", amount_cents=5, received_on=NOW.date(), actor=cast.fin, at=NOW)
        db.session.flush()
        part.rollback()

    assert db.session.scalars(select(WebhookEvent)).all() == []


def test_without_an_address_nothing_is_written_down(cast: Cast) -> None:
    give(cast)

    assert db.session.scalars(select(WebhookEvent)).all() == []


def test_only_events_that_were_chosen_go(cast: Cast, receiver: Receiver, settings: Any) -> None:
    hooks.add(
        cast.fund, url=receiver.url, events_wanted=["call.closed"], settings=settings, actor=cast.sol, at=NOW
    )

    give(cast)

    assert db.session.scalars(select(Delivery)).all() == []


def test_two_secrets_sign_while_one_is_changed(
    cast: Cast, receiver: Receiver, settings: Any, hook: tuple[Webhook, str]
) -> None:
    new = hooks.rotate(hook[0], settings=settings, actor=cast.sol, at=NOW)
    give(cast)
    work(settings)
    give(cast, 700)
    db.session.scalars(select(Delivery).where(Delivery.state == D.QUEUED)).one().not_before_at = (
        NOW + timedelta(hours=25)
    )
    work(settings, NOW + timedelta(hours=25))

    first, later = receiver.heard
    assert [is_signed(first, hook[1]), is_signed(first, new)] == [True, True]
    assert [is_signed(later, hook[1]), is_signed(later, new)] == [False, True]
    assert new not in db.session.scalars(select(Webhook)).one().secret_sealed


# --- what goes wrong ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("mood", "fault"),
    [(500, "Answered 500."), (429, "Answered 429."), ("drop", "RemoteDisconnected"), (302, "led elsewhere")],
)
def test_a_failure_is_tried_again_with_the_same_number(
    cast: Cast, receiver: Receiver, hook: Any, mood: int | str, fault: str
) -> None:
    settings = current_app.config["SETTINGS"]
    receiver.mood, receiver.location = mood, receiver.url if mood == 302 else ""
    give(cast)

    first = work(settings)
    too_early = work(settings, NOW + timedelta(seconds=30))
    failed = only()
    assert (failed.state, failed.tries) == (D.QUEUED, 1)
    assert fault in (failed.fault or "")
    receiver.mood, receiver.location = 200, ""
    again = work(settings, NOW + timedelta(minutes=2))

    assert [one["sent"] + one["failed"] for one in (first, too_early, again)] == [1, 0, 1]
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 1
    assert len({heard.body for heard in receiver.heard}) == 1
    assert (only().state, len(only().answer)) == (D.SENT, 300)
    assert len(receiver.heard) == 2


def test_a_server_that_hangs_holds_up_nobody(
    cast: Cast, receiver: Receiver, settings: Any, hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fundapp.connections.wire.STEP_S", 0.3)
    receiver.mood = "hang"
    give(cast)
    give(cast, 700)

    done = work(settings)

    assert done["failed"] == 1
    assert len(receiver.heard) == 1
    faults = db.session.scalars(select(Delivery.fault).order_by(Delivery.id)).all()
    assert faults == ["It took too long.", None]


def test_an_address_that_is_silent_for_days_is_paused_and_its_maker_told_once(
    cast: Cast, receiver: Receiver, settings: Any, hook: tuple[Webhook, str]
) -> None:
    receiver.mood = 503
    give(cast)
    at = NOW
    for minutes in (*outbox.WAITS_MIN, 0):
        work(settings, at)
        at += timedelta(minutes=minutes)
    give(cast, 700)
    work(settings, at + timedelta(days=1))

    db.session.expire_all()
    held = db.session.get_one(Webhook, hook[0].id)
    assert (held.state, held.pause_why) == (WebhookState.PAUSED, "failing")
    states = db.session.scalars(select(Delivery.state).order_by(Delivery.id)).all()
    assert states[1] is D.QUEUED
    mails = db.session.scalars(select(Outbox.user_id).where(Outbox.name == "webhook-paused")).all()
    assert mails == [cast.sol.id]

    receiver.mood = 204
    hooks.resume(held, actor=cast.max, at=at + timedelta(days=2))
    work(settings, at + timedelta(days=2))

    assert db.session.scalars(select(Delivery.state)).all()[-1] is D.SENT
    assert db.session.get_one(Webhook, hook[0].id).user_id == cast.max.id


def test_an_address_that_is_gone_is_paused_at_once(
    cast: Cast, receiver: Receiver, settings: Any, hook: tuple[Webhook, str]
) -> None:
    receiver.mood = 410
    give(cast)

    work(settings)

    db.session.expire_all()
    assert hook[0].pause_why == "gone"


def test_a_delivery_can_be_sent_again(cast: Cast, receiver: Receiver, settings: Any, hook: Any) -> None:
    give(cast)
    work(settings)

    hooks.send_again(only(), actor=cast.sol, at=NOW)
    work(settings)

    assert [heard.headers["webhook-id"] for heard in receiver.heard] == [only().message_id] * 2


def test_what_is_removed_hears_no_more(
    cast: Cast, receiver: Receiver, settings: Any, hook: tuple[Webhook, str]
) -> None:
    give(cast)

    hooks.remove(hook[0], actor=cast.sol, at=NOW)
    give(cast, 700)
    work(settings)

    assert receiver.heard == []
    assert only().state is D.FAILED
    with pytest.raises(MoveRefused):
        hooks.send_again(only(), actor=cast.sol, at=NOW)


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


def test_old_deliveries_are_thrown_away(cast: Cast, receiver: Receiver, settings: Any, hook: Any) -> None:
    give(cast)
    work(settings)

    kept = outbox.sweep(NOW + timedelta(days=89))
    gone = outbox.sweep(NOW + timedelta(days=91))

    assert (kept, gone) == (0, 1)
    assert db.session.scalars(select(WebhookEvent)).all() == []


def test_secrets_follow_a_new_data_key(cast: Cast, settings: Any, hook: tuple[Webhook, str]) -> None:
    newer = replace(
        settings,
        key_is_given=True,
        data_key=Fernet.generate_key().decode(),
        old_data_keys=settings.data_key,
    )

    assert hooks.seal_anew(newer) == 1
    assert hooks.seal_anew(newer) == 0
    assert hooks.secrets_of(hook[0], replace(newer, old_data_keys=""), NOW) == [hook[1]]
