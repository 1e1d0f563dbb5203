"""What happened to a request, step by step, as its two sides read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.payouts.models import Claim, ClaimState, Payment, PaymentState

TITLES: dict[tuple[str, str], LazyString] = {
    ("claim", "submit"): _l("Asked"),
    ("claim", "revise"): _l("Changed by the grantee"),
    ("claim", "return"): _l("A change was asked for"),
    ("claim", "refuse"): _l("Refused"),
    ("claim", "approve"): _l("Checked and approved"),
    ("claim", "void"): _l("Approval taken back"),
    ("claim", "withdraw"): _l("Withdrawn"),
    ("payment", "list"): _l("Put in a batch"),
    ("payment", "remove"): _l("Taken out of the batch"),
    ("payment", "order"): _l("Released to the bank"),
    ("payment", "settle"): _l("Paid by the bank"),
    ("payment", "return"): _l("Came back from the bank"),
}
FOR_GRANTEES = frozenset(TITLES) - {("payment", "list"), ("payment", "remove")}
"""What happens inside the fund before a release is no news to a grantee."""


@dataclass(frozen=True)
class Event:
    """One step. state: done, now or none, for the mark beside it."""

    title: Any
    at: datetime | None
    who: str
    text: str
    state: str


def of(claim: Claim, *, own: bool) -> list[Event]:
    """List what happened to a request, oldest first, then what comes next; one statement."""
    about_claim = (AuditEvent.subject_type == "claim") & (AuditEvent.subject_id == claim.id)
    rows = db.session.execute(
        select(AuditEvent, User.name, Payment.id, Payment.state)
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .outerjoin(Payment, (AuditEvent.subject_type == "payment") & (AuditEvent.subject_id == Payment.id))
        .where(about_claim | (Payment.claim_id == claim.id))
        .order_by(AuditEvent.id)
    ).all()
    payments = {row.id: row.state for row in rows if row.id is not None}
    shown = FOR_GRANTEES if own else frozenset(TITLES)
    events = [
        Event(TITLES[key], event.at, name or "", event.note or "", "done")
        for event, name, _payment, _state in rows
        if (key := (event.subject_type, event.verb)) in shown
    ]
    return events + _next(claim, set(payments.values()))


def _next(claim: Claim, payments: set[PaymentState]) -> list[Event]:
    """Say what is to come, by whom."""
    release = Event(_l("Released by a third person"), None, "", "", "none")
    paid = Event(_l("Paid by the bank"), None, "", "", "none")
    if claim.state is ClaimState.SUBMITTED:
        now = Event(_l("Being checked"), None, "", "", "now")
        return [now, release, paid]
    if claim.state is ClaimState.APPROVED:
        if PaymentState.ORDERED in payments:
            return [Event(_l("With the bank"), None, "", "", "now")]
        return [Event(_l("Payment is prepared"), None, "", "", "now"), paid]
    if claim.state is ClaimState.RETURNED:
        return [Event(_l("Waits for the grantee"), None, "", "", "now")]
    return []
