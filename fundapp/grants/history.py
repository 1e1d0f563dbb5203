"""What happened to a milestone, step by step, as both sides may read it."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.grants.models import Milestone

TITLES: dict[str, LazyString] = {
    "hold": _l("Put on hold"),
    "resume": _l("Went on"),
    "move": _l("Date moved"),
    "entrust": _l("Given to somebody to look after"),
    "extend": _l("Claim period extended"),
    "keep_back": _l("Agreed what has to be public"),
    "deliver": _l("Delivered"),
    "reopen": _l("Open again"),
    "drop": _l("Dropped from the plan"),
    "expire": _l("Closed: the claim period was over"),
    "revive": _l("Opened again"),
}


@dataclass(frozen=True)
class Event:
    """One step. before, after: days, where it moved one."""

    title: LazyString
    at: datetime
    who: str
    text: str
    before: date | None
    after: date | None


def of(milestone: Milestone) -> list[Event]:
    """List what happened to a milestone, the newest first; one query."""
    rows = db.session.execute(
        select(AuditEvent, User.name)
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(
            AuditEvent.subject_type == Milestone.__tablename__,
            AuditEvent.subject_id == milestone.id,
            AuditEvent.verb.in_(TITLES),
        )
        .order_by(AuditEvent.id.desc())
    ).all()
    return [
        Event(
            title=TITLES[event.verb],
            at=event.at,
            who=name or "",
            text=event.note or "",
            before=_day(event, "from"),
            after=_day(event, "to") or _day(event, "until"),
        )
        for event, name in rows
    ]


def _day(event: AuditEvent, name: str) -> date | None:
    text = event.detail.get(name)
    return date.fromisoformat(text) if isinstance(text, str) else None
