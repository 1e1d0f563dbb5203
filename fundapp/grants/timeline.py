"""What happened to a grant, in one order: agreements, milestones, requests, payments, reports, recoveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, tuple_

from fundapp.accounts.models import User
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.grants.models import Award

PAGE = 100

TITLES: dict[tuple[str, str], LazyString] = {
    ("award", "open"): _l("Awarded"),
    ("award", "choose_scheme"): _l("How it is paid was chosen"),
    ("award", "start"): _l("The grant began"),
    ("award", "pause"): _l("Put on hold"),
    ("award", "resume"): _l("Went on"),
    ("award", "complete"): _l("Closed as finished"),
    ("award", "terminate"): _l("Ended early"),
    ("award", "enter_account"): _l("A bank account was entered"),
    ("award", "confirm_account"): _l("The bank account was confirmed"),
    ("agreement", "redraft"): _l("A new version of the agreement was begun"),
    ("agreement", "offer"): _l("The agreement was offered"),
    ("agreement", "take_back"): _l("The offer was taken back"),
    ("agreement", "send_back"): _l("The grantee asked for another text"),
    ("agreement", "accept"): _l("Signed by the grantee"),
    ("agreement", "countersign"): _l("The agreement came into force"),
    ("agreement", "withdraw"): _l("A version was dropped"),
    ("milestone", "hold"): _l("A milestone was put on hold"),
    ("milestone", "resume"): _l("A milestone went on"),
    ("milestone", "deliver"): _l("A milestone was delivered"),
    ("milestone", "drop"): _l("A milestone was dropped"),
    ("milestone", "expire"): _l("A milestone expired"),
    ("milestone", "revive"): _l("A milestone was opened again"),
    ("progress_report", "ask"): _l("A report was asked"),
    ("progress_report", "submit"): _l("A report was handed in"),
    ("progress_report", "return"): _l("A report came back with questions"),
    ("progress_report", "accept"): _l("A report was accepted"),
    ("progress_report", "waive"): _l("A report was let go"),
}
"""What is told, to both sides; later features add their own."""
OFFICE_ONLY: set[tuple[str, str]] = set()
"""Of these, what is no news to a grantee."""
PLACES: dict[str, str] = {"progress_report": "grants.report"}
"""The page of a row, by its kind; the id is the row's own."""


@dataclass(frozen=True)
class Event:
    """One step. endpoint: the page of what it is about, with its id, or empty."""

    title: Any
    at: datetime
    who: str
    text: str
    endpoint: str
    subject_id: int
    cents: int | None


def of(award: Award, *, own: bool, before: int | None = None) -> tuple[Sequence[Event], int | None]:
    """List what happened to a grant, newest first, and where the next page begins; one statement."""
    shown = [pair for pair in TITLES if not (own and pair in OFFICE_ONLY)]
    statement = (
        select(AuditEvent, User.name)
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(
            AuditEvent.application_id == award.application_id,
            tuple_(AuditEvent.subject_type, AuditEvent.verb).in_(shown),
        )
        .order_by(AuditEvent.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(AuditEvent.id < before)
    rows = db.session.execute(statement).all()
    events = [_event(event, name) for event, name in rows[:PAGE]]
    return events, rows[PAGE - 1][0].id if len(rows) > PAGE else None


def _event(event: AuditEvent, name: str | None) -> Event:
    cents = event.detail.get("amount_cents") or event.detail.get("settled_cents")
    return Event(
        title=TITLES[event.subject_type, event.verb],
        at=event.at,
        who=name or "",
        text=event.note or "",
        endpoint=PLACES.get(event.subject_type, ""),
        subject_id=event.subject_id,
        cents=cents if isinstance(cents, int) else None,
    )
