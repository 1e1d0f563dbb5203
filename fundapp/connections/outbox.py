"""What leaves for other programs: one delivery at a time, held by a lease, signed, tried for days."""

from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import structlog
from cryptography.fernet import InvalidToken
from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from fundapp.accounts import queries as accounts
from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.office_list import handled
from fundapp.config import Settings
from fundapp.connections import hooks, payloads, signatures, wire
from fundapp.connections.events import EVENTS, PING
from fundapp.connections.models import Delivery, DeliveryState, Webhook, WebhookEvent, WebhookState
from fundapp.connections.rules import HEAR
from fundapp.connections.workflow import WHY_PAUSED
from fundapp.core import clock, mail
from fundapp.core.db import db, locked
from fundapp.core.version import VERSION
from fundapp.rounds.models import Round

log = structlog.get_logger()
LEASE = timedelta(minutes=2)
WAITS_MIN = (1, 5, 30, 120, 300, 600, 840, 1200, 1440)
"""Minutes to the next try; the tenth is the last, three days and more after the first."""
PATIENCE = timedelta(days=3)
"""An address that answers nothing for so long is paused."""
KEPT = timedelta(days=90)
"""How long one reads what became of a delivery."""
D = DeliveryState


def deliver(at: datetime, *, settings: Settings, site: str) -> dict[str, int]:
    """Send what is due; an address that fails once is left alone until the next run. Gives counts.

    Commits: a lease before each message, and what became of it right after. A worker that dies in between
    leaves a lease that runs out; the message then goes again, with the same number.
    """
    done = {"sent": 0, "failed": 0, "withheld": 0}
    failed: set[int] = set()
    while (held := _claim(at, failed)) is not None:
        outcome = _handle(held, at, settings, site)
        done[outcome] += 1
        if outcome == "failed":
            failed.add(held.webhook_id)
    return done


def _claim(at: datetime, but: set[int]) -> Delivery | None:
    """Take the delivery that is due longest. What is about a sealed round stays until the seal is off."""
    sealed = exists().where(
        WebhookEvent.id == Delivery.event_id,
        Application.id == WebhookEvent.application_id,
        Round.id == Application.round_id,
        Round.is_sealed,
    )
    live = select(Webhook.id).where(Webhook.state == WebhookState.LIVE, Webhook.id.not_in(but))
    due = (
        select(Delivery.id)
        .where(
            Delivery.state.in_([D.QUEUED, D.SENDING]),
            Delivery.not_before_at <= at,
            or_(Delivery.lease_until_at.is_(None), Delivery.lease_until_at < at),
            Delivery.webhook_id.in_(live),
            ~sealed,
        )
        .order_by(Delivery.not_before_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = db.session.scalar(
        update(Delivery)
        .where(Delivery.id.in_(due))
        .values(
            state=D.SENDING,
            lease_until_at=at + LEASE,
            lease_token=token_hex(8),
            tries=Delivery.tries + 1,
            tried_at=at,
        )
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()  # the lease must be seen by other workers before anything is sent
    if taken is None:
        return None
    whole = (
        joinedload(Delivery.webhook).joinedload(Webhook.user).joinedload(User.roles),
        joinedload(Delivery.event),
    )
    chosen = select(Delivery).where(Delivery.id == taken).options(*whole)
    return db.session.scalars(chosen.execution_options(populate_existing=True)).unique().one()


def _handle(held: Delivery, at: datetime, settings: Settings, site: str) -> str:
    """Send one, or see that it may not go; write down which; give sent, failed or withheld."""
    hook = held.webhook
    if not HEAR(hook.user, hook):
        _mark(held, state=D.QUEUED, tries=held.tries - 1)
        _pause(hook, "holder", at)
        db.session.commit()
        return "failed"
    if not _may_hear(hook.user, held.event, hook):
        _mark(held, state=D.WITHHELD, fault=None)
        db.session.commit()
        return "withheld"
    try:
        secrets, body = hooks.secrets_of(hook, settings, at), payloads.body(held.event, site)
    except (
        InvalidToken,
        LookupError,
        SQLAlchemyError,
    ) as broken:  # one that cannot be written holds up nobody
        db.session.rollback()
        log.exception("message cannot be written", delivery=held.id)
        return _failed(held, at, None, f"On our side: {type(broken).__name__}.")
    url, message_id = hook.url, held.message_id
    db.session.commit()  # no transaction stays open while the other side takes its time
    try:
        answer = _send(message_id, url, body, secrets, settings)
    except wire.Unreachable as fault:
        return _failed(held, at, None, str(fault))
    if 200 <= answer.status < 300:
        return _sent(held, at, answer)
    why = "It was led elsewhere; that is not followed." if 300 <= answer.status < 400 else ""
    return _failed(held, at, answer, why or f"Answered {answer.status}.")


def _send(message_id: str, url: str, body: bytes, secrets: list[str], settings: Settings) -> wire.Answer:
    seconds = int(clock.now().timestamp())  # of the clock on the wall: receivers refuse what is old
    headers = {
        **signatures.headers(message_id, seconds, body, secrets),
        "Content-Type": "application/json",
        "User-Agent": f"fundapp/{VERSION}",
        "Accept": "*/*",
    }
    return wire.post(url, body, headers, wire.allowed(settings.webhooks_allow))


def _may_hear(user: User, event: WebhookEvent, hook: Webhook) -> bool:
    """Ask as of now whether who the address hears for may know of this."""
    if event.name == PING:
        return True
    if event.name not in hook.events or not EVENTS[event.name].by(user, hook):
        return False
    if event.application_id is None:
        return True
    one = select(Application.id).where(Application.id == event.application_id, handled(user))
    return db.session.scalar(one) is not None


def _sent(held: Delivery, at: datetime, answer: wire.Answer) -> str:
    _mark(held, state=D.SENT, sent_at=at, status=answer.status, answer=answer.text, fault=None)
    failing = update(Webhook).where(Webhook.id == held.webhook_id, Webhook.failing_since_at.is_not(None))
    db.session.execute(failing.values(failing_since_at=None).execution_options(synchronize_session=False))
    db.session.commit()
    return "sent"


def _failed(held: Delivery, at: datetime, answer: wire.Answer | None, fault: str) -> str:
    """Write down a failure and when to try again; pause an address that is gone, or silent for days."""
    is_last = held.tries > len(WAITS_MIN)
    wait = timedelta(minutes=WAITS_MIN[min(held.tries, len(WAITS_MIN)) - 1])
    if answer is not None and answer.retry_after is not None:
        wait = max(wait, timedelta(seconds=answer.retry_after))
    _mark(
        held,
        state=D.FAILED if is_last else D.QUEUED,
        not_before_at=at + wait,
        status=answer.status if answer else None,
        answer=answer.text if answer else "",
        fault=fault[:500],
    )
    hook = locked(Webhook, held.webhook_id)
    hook.failing_since_at = since = hook.failing_since_at or at
    if hook.state is WebhookState.LIVE and answer is not None and answer.status == 410:
        _pause(hook, "gone", at)
    elif hook.state is WebhookState.LIVE and (is_last or since <= at - PATIENCE):
        _pause(hook, "failing", at)
    db.session.commit()
    return "failed"


def _pause(hook: Webhook, why: str, at: datetime) -> None:
    """Pause an address and tell who it hears for or, when they left, who manages the fund."""
    hooks.pause(hook, why, actor=None, at=at)
    readers = accounts.holders(hook.fund_id, RoleName.MANAGER) if why == "holder" else [hook.user]
    for reader in readers:
        mail.queue(
            "webhook-paused",
            key=f"webhook-paused:{hook.id}:{reader.id}:{at.isoformat()}",
            to=reader,
            at=at,
            fund_id=hook.fund_id,
            fund=hook.fund,
            hook=hook,
            said=WHY_PAUSED[why],
        )


def _mark(held: Delivery, **values: Any) -> None:
    """Write down what became of a delivery, unless its lease ran out and another worker holds it."""
    mine = (Delivery.id == held.id, Delivery.lease_token == held.lease_token)
    given = {"lease_until_at": None, "lease_token": None, **values}
    db.session.execute(
        update(Delivery).where(*mine).values(**given).execution_options(synchronize_session=False)
    )


def consider_delivered(at: datetime) -> None:
    """Mark all that waits as delivered when it happened, without sending it: for a past told afterwards."""
    happened = select(WebhookEvent.at).where(WebhookEvent.id == Delivery.event_id).scalar_subquery()
    told = update(Delivery).where(Delivery.state == D.QUEUED, Delivery.not_before_at <= at)
    values = {"state": D.SENT, "sent_at": happened, "tried_at": happened, "tries": 1, "status": 204}
    db.session.execute(told.values(**values).execution_options(synchronize_session=False))


def sweep(at: datetime) -> int:
    """Throw away deliveries that ended long ago, with the events nobody waits for; give how many.

    What waits for an address that stays paused that long is thrown away too.
    """
    old = select(WebhookEvent.id).where(WebhookEvent.at < at - KEPT)
    options = {"synchronize_session": False}
    gone: Any = db.session.execute(
        delete(Delivery)
        .where(Delivery.event_id.in_(old), Delivery.state != D.SENDING)
        .execution_options(**options)
    )
    empty = ~exists().where(Delivery.event_id == WebhookEvent.id)
    db.session.execute(
        delete(WebhookEvent).where(WebhookEvent.at < at - KEPT, empty).execution_options(**options)
    )
    return int(gone.rowcount)
