"""Webhooks: written down with the change, signed, sent after it, tried again, told to who may know."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import current_app
from sqlalchemy import select

from fundapp.connections import events, hooks, outbox
from fundapp.connections.models import Delivery, DeliveryState, Webhook, WebhookEvent, WebhookState
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused
from fundapp.funds import service as funds
from tests.connections.receivers import Receiver, is_signed
from tests.connections.telling import give, only, work
from tests.factories import NOW, Cast

D = DeliveryState
ALL = list(events.EVENTS)


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


def test_a_secret_that_cannot_be_read_holds_up_nobody(
    cast: Cast, receiver: Receiver, settings: Any, hook: tuple[Webhook, str]
) -> None:
    hook[0].secret_sealed = "nonsense"
    given = {"url": receiver.url, "events_wanted": ALL, "settings": settings}
    hooks.add(cast.fund, **given, actor=cast.max, at=NOW)
    give(cast)

    done = work(settings)

    assert (done["failed"], done["sent"]) == (1, 1)
    assert "On our side: InvalidToken." in db.session.scalars(select(Delivery.fault)).all()


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
