"""What other programs can hear of: each event, the line of the log it comes from, and what is sent of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fundapp.accounts.rules import administrator, manager
from fundapp.applications.models import Application
from fundapp.connections.models import Delivery, Webhook, WebhookEvent, WebhookState
from fundapp.core import audit
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.rules import Rule
from fundapp.rounds.models import Round, RoundState, Stage

PING = "ping"
ANYBODY = manager | administrator


@dataclass(frozen=True)
class Event:
    """One event: its words, where in the log it is seen (table, verb), and who may hear of it."""

    words: LazyString
    seen: tuple[tuple[str, str], ...]
    by: Rule = manager


EVENTS: dict[str, Event] = {
    "call.opened": Event(_l("A call opened, or opened again"), (("round", "reopen"),), ANYBODY),
    "call.closed": Event(_l("A call closed"), (("round", "close"),), ANYBODY),
    "application.submitted": Event(
        _l("An application was sent in, or sent in anew"), (("application", "submit"),)
    ),
    "application.withdrawn": Event(_l("An application was withdrawn"), (("application", "withdraw"),)),
    "decision.published": Event(_l("A decision was announced"), (("decision", "release"),)),
    "agreement.in_force": Event(_l("An agreement came into force"), (("agreement", "countersign"),)),
    "milestone.approved": Event(_l("A milestone was approved"), (("milestone", "deliver"),)),
    "claim.submitted": Event(_l("A request for payment was sent in"), (("claim", "submit"),)),
    "claim.approved": Event(_l("A request for payment was approved"), (("claim", "approve"),)),
    "payment.ordered": Event(_l("A payment went to the bank"), (("payment", "order"),)),
    "payment.paid": Event(_l("A payment was paid"), (("payment", "settle"),)),
    "payment.returned": Event(_l("A payment came back"), (("payment", "return"),)),
    "gift.received": Event(_l("A gift came in"), (("contribution", "receive"),)),
    "grant.completed": Event(_l("A grant was completed"), (("award", "complete"),)),
    "grant.terminated": Event(_l("A grant was terminated"), (("award", "terminate"),)),
    "report.published": Event(
        _l("An evaluation of the fund was published"), (("evaluation", "publish"),), ANYBODY
    ),
}
BY_DEED = {deed: name for name, event in EVENTS.items() for deed in event.seen}
LOOKS_BACK = timedelta(days=7)
"""How far back openings are looked for, should the worker have stood still."""


def open_to(user: Any, fund: Any) -> list[str]:
    """List the events this person can let a fund's address hear of."""
    return [name for name, event in EVENTS.items() if event.by(user, fund)]


def hear(line: AuditEvent, row: Any) -> None:
    """Write down, beside a line of the log and in its transaction, what has to be sent of it, and to whom.

    Nothing is flushed: the service may be in the middle of a change that is only whole at its end.
    """
    name = BY_DEED.get((line.subject_type, line.verb))
    if name is None or line.fund_id is None:
        return
    with db.session.no_autoflush:
        hooks = _hearing(line.fund_id, name)
        if not hooks or _is_trial(line, row):
            return
    event = WebhookEvent(
        fund_id=line.fund_id,
        name=name,
        at=line.at,
        subject_type=line.subject_type,
        subject_id=line.subject_id,
        application_id=line.application_id,
        audit=line,
    )
    queue(event, hooks, at=line.at)


def queue(event: WebhookEvent, hooks: list[Webhook], *, at: datetime) -> list[Delivery]:
    """Put an event on its way to these addresses, in the present transaction."""
    made = [
        Delivery(
            webhook=hook,
            event=event,
            fund_id=event.fund_id,
            message_id=f"msg_{token_hex(16)}",
            not_before_at=at,
        )
        for hook in hooks
    ]
    db.session.add_all([event, *made])
    return made


def _hearing(fund_id: int, name: str) -> list[Webhook]:
    """List the addresses of a fund that want to hear of this; what paused ones miss waits for them."""
    found = select(Webhook).where(Webhook.fund_id == fund_id, Webhook.state != WebhookState.ENDED)
    return [hook for hook in db.session.scalars(found.order_by(Webhook.id)) if name in hook.events]


def _is_trial(line: AuditEvent, row: Any) -> bool:
    """Tell whether this is about a round that is only tried out: it sends nothing."""
    if isinstance(row, Round):
        return row.is_trial
    if line.application_id is None:
        return False
    trial = select(Round.is_trial).join(Application, Application.round_id == Round.id)
    return bool(db.session.scalar(trial.where(Application.id == line.application_id)))


audit.LISTENERS.append(hear)


# --- what no line of the log says ----------------------------------------------


def note_openings(at: datetime) -> int:
    """Write down the calls that opened by the clock or with their publication, each once; give how many.

    An address made after a call opened does not hear of it any more.
    """
    count = 0
    for round, opened_at in _opened(at):
        key = f"call.opened:{round.id}:{opened_at.isoformat()}"
        hooks = [hook for hook in _hearing(round.fund_id, "call.opened") if hook.made_at <= opened_at]
        known = db.session.scalar(select(WebhookEvent.id).where(WebhookEvent.key == key))
        if not hooks or known is not None:
            continue
        event = WebhookEvent(
            fund_id=round.fund_id,
            name="call.opened",
            at=opened_at,
            subject_type=Round.__tablename__,
            subject_id=round.id,
            key=key,
        )
        queue(event, hooks, at=at)
        count += 1
    return count


def _opened(at: datetime) -> list[tuple[Round, datetime]]:
    """List the calls that opened lately, each with the later of its date and its publication."""
    published = (
        select(func.max(AuditEvent.at))
        .where(
            AuditEvent.subject_type == Round.__tablename__,
            AuditEvent.subject_id == Round.id,
            AuditEvent.verb == "publish",
        )
        .correlate(Round)
        .scalar_subquery()
    )
    listening = select(Webhook.fund_id).where(Webhook.state != WebhookState.ENDED)
    rows: Any = db.session.execute(
        select(Round, Stage.opens_at, published)
        .join(Stage, (Stage.round_id == Round.id) & (Stage.number == 1))
        .where(
            Round.state == RoundState.PUBLISHED,
            Round.is_trial.is_(False),
            Round.fund_id.in_(listening),
            Stage.opens_at <= at,
        )
        .order_by(Round.id)
    )
    found: list[tuple[Round, datetime]] = []
    for round, opens_at, told in rows:
        opened_at = max(opens_at, told or opens_at)
        if opened_at > at - LOOKS_BACK:
            found.append((round, opened_at))
    return found
