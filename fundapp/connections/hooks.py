"""Addresses that hear of what happens: made, changed, paused, tried out, taken away."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from fundapp.accounts.models import User
from fundapp.config import Settings
from fundapp.connections import events, wire
from fundapp.connections.models import Delivery, DeliveryState, Webhook, WebhookEvent, WebhookState
from fundapp.connections.secret_texts import new_signing_secret
from fundapp.connections.workflow import workflow
from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds.models import Fund
from fundapp.grants import keys
from fundapp.grants.sealing import current_key_id, seal, unseal

MOST = 20
"""More addresses than this one fund needs not."""
OVERLAP = timedelta(hours=24)
"""How long an old secret signs beside a new one."""


def add(
    fund: Fund, *, url: str, events_wanted: Sequence[str], settings: Settings, actor: User, at: datetime
) -> tuple[Webhook, str]:
    """Let an address hear of events; give its row and its secret, which is shown this once.

    Raises Refusal: no address on the internet, no events, events this person may not hear of.
    """
    wire.check(url, wire.allowed(settings.webhooks_allow))
    _check_events(fund, events_wanted, actor)
    live = select(func.count(Webhook.id)).where(
        Webhook.fund_id == fund.id, Webhook.state != WebhookState.ENDED
    )
    if (db.session.scalar(live) or 0) >= MOST:
        raise Refusal(_("A fund has at most %(most)d addresses. Remove one first.", most=MOST))
    secret = new_signing_secret()
    made = Webhook(
        fund_id=fund.id,
        user_id=actor.id,
        url=url,
        events=_ordered(events_wanted),
        state_at=at,
        secret_sealed=seal(secret, settings),
        key_id=current_key_id(settings),
        made_at=at,
    )
    db.session.add(made)
    audit.record("add_webhook", made, actor=actor, at=at, detail={"events": made.events})
    return made, secret


def change(
    hook: Webhook, *, url: str, events_wanted: Sequence[str], settings: Settings, actor: User, at: datetime
) -> None:
    """Change address and events; from then on it hears in the name of who changed it."""
    held = locked(Webhook, hook.id)
    if held.state is WebhookState.ENDED:
        raise MoveRefused(_("This address was removed."))
    wire.check(url, wire.allowed(settings.webhooks_allow))
    _check_events(held, events_wanted, actor)
    held.url, held.events, held.user_id = url, _ordered(events_wanted), actor.id
    audit.record("change_webhook", held, actor=actor, at=at, detail={"events": held.events})


def lost_to(hook: Webhook, user: User) -> list[str]:
    """Give the events an address hears of that it would hear no more in somebody else's name."""
    theirs = events.open_to(user, hook)
    return [name for name in hook.events if name not in theirs]


def _check_events(row: Any, wanted: Sequence[str], actor: User) -> None:
    if not wanted:
        raise Refusal(_("Choose at least one event."))
    if not set(wanted) <= set(events.open_to(actor, row)):
        raise Refusal(_("Not all of these events are yours to hear of."))


def _ordered(wanted: Sequence[str]) -> list[str]:
    return [name for name in events.EVENTS if name in wanted]


def rotate(hook: Webhook, *, settings: Settings, actor: User, at: datetime) -> str:
    """Make a new secret and give it, this once; the old one signs beside it for a day."""
    held = locked(Webhook, hook.id)
    if held.state is WebhookState.ENDED:
        raise MoveRefused(_("This address was removed."))
    secret, before = new_signing_secret(), unseal(held.secret_sealed, settings)
    held.old_secret_sealed, held.old_until_at = seal(before, settings), at + OVERLAP
    held.secret_sealed, held.key_id = seal(secret, settings), current_key_id(settings)
    audit.record("rotate_secret", held, actor=actor, at=at)
    return secret


def secrets_of(hook: Webhook, settings: Settings, at: datetime) -> list[str]:
    """Give the secrets that sign at an instant, the newest first."""
    found = [unseal(hook.secret_sealed, settings)]
    if hook.old_secret_sealed is not None and hook.old_until_at is not None and at < hook.old_until_at:
        found.append(unseal(hook.old_secret_sealed, settings))
    return found


def pause(hook: Webhook, why: str, *, actor: User | None, at: datetime) -> None:
    """Write to an address no more for now; what happens meanwhile waits for it. why: of WHY_PAUSED."""
    held = locked(Webhook, hook.id)
    workflow.make("pause", held, actor=actor, at=at, detail={"why": why})
    held.pause_why = why


def resume(hook: Webhook, *, actor: User, at: datetime) -> None:
    """Write to an address again, in the name of who says so; what waited goes out now."""
    held = locked(Webhook, hook.id)
    _check_events(held, held.events, actor)
    workflow.make("resume", held, actor=actor, at=at)
    held.pause_why, held.failing_since_at, held.user_id = "", None, actor.id
    waiting = update(Delivery).where(Delivery.webhook_id == held.id, Delivery.state == DeliveryState.QUEUED)
    db.session.execute(waiting.values(not_before_at=at, tries=0).execution_options(synchronize_session=False))


def remove(hook: Webhook, *, actor: User, at: datetime) -> None:
    """Take an address away for good: what waits for it is given up, and its secrets are thrown away."""
    held = locked(Webhook, hook.id)
    workflow.make("remove", held, actor=actor, at=at)
    held.pause_why, held.secret_sealed = "", ""
    held.old_secret_sealed, held.old_until_at = None, None
    waiting = update(Delivery).where(Delivery.webhook_id == held.id, Delivery.state == DeliveryState.QUEUED)
    db.session.execute(
        waiting.values(state=DeliveryState.FAILED, fault="removed").execution_options(
            synchronize_session=False
        )
    )


def ping(hook: Webhook, *, actor: User, at: datetime) -> Delivery:
    """Send a first message that says nothing, to try an address out."""
    if hook.state is not WebhookState.LIVE:
        raise MoveRefused(_("Let it go on first: a paused address is not written to."))
    event = WebhookEvent(
        fund_id=hook.fund_id,
        name=events.PING,
        at=at,
        subject_type=Fund.__tablename__,
        subject_id=hook.fund_id,
        key=f"ping:{token_hex(12)}",
    )
    audit.record("ping", hook, actor=actor, at=at)
    return events.queue(event, [hook], at=at)[0]


def send_again(delivery: Delivery, *, actor: User | None, at: datetime) -> None:
    """Let a delivery go from the start, with the same number: the receiver knows what it has had already."""
    held = locked(Delivery, delivery.id)
    if held.state is DeliveryState.SENDING and held.lease_until_at is not None and held.lease_until_at > at:
        raise MoveRefused(_("It is being sent right now."))
    if held.webhook.state is WebhookState.ENDED:
        raise MoveRefused(_("This address was removed."))
    held.state, held.not_before_at, held.tries = DeliveryState.QUEUED, at, 0
    held.sent_at, held.lease_token, held.lease_until_at, held.fault = None, None, None, None
    audit.record("send_again", held.webhook, actor=actor, at=at, detail={"delivery": held.id})


# --- under a new key -----------------------------------------------------------


def seal_anew(settings: Settings) -> int:
    """Seal the secrets of every address under the present key and give how many addresses had another."""
    here = current_key_id(settings)
    older = select(Webhook).where(Webhook.key_id != here, Webhook.state != WebhookState.ENDED)
    found = db.session.scalars(older.order_by(Webhook.id).with_for_update(key_share=True)).all()
    for hook in found:
        hook.secret_sealed = seal(unseal(hook.secret_sealed, settings), settings)
        if hook.old_secret_sealed is not None:
            hook.old_secret_sealed = seal(unseal(hook.old_secret_sealed, settings), settings)
        hook.key_id = here
    db.session.flush()  # before older keys are thrown away
    return len(found)


keys.ALSO_SEALED.append(seal_anew)
