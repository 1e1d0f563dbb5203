"""Dates of the payout room: a batch that waits to be released, and one whose statement does not come."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, Select, case, literal, or_, select

from fundapp.accounts.models import Role, RoleName
from fundapp.core import due
from fundapp.funds.models import Fund
from fundapp.payouts.bank_days import is_bank_day
from fundapp.payouts.models import Batch, BatchState, Payment, PaymentState

PATIENCE = 3
"""So many bank days after the day of payment its statement should be here."""
LONGEST = 14
"""Days in which that many bank days always fit, holidays included."""


def _finance(kind: str, due_on: Any) -> Select[Any]:
    """Select batches for every finance officer of their fund."""
    return (
        select(
            *due.columns(
                kind, subject_id=Batch.id, user_id=Role.user_id, fund_id=Batch.fund_id, due_on=due_on,
                label=Batch.message_id, since_at=Batch.state_at,
            )
        )
        .select_from(Batch)
        .join(Fund, Fund.id == Batch.fund_id)
        .join(Role, Role.fund_id == Batch.fund_id)
        .where(Role.name == RoleName.FINANCE, Role.ended_at.is_(None))
    )  # fmt: skip


def _to_release(first: datetime, until: datetime) -> Select[Any]:
    """Select the open batches with payments in them, by the day they should be carried out."""
    day = due.noon(Batch.pay_on)
    listed = select(Payment.id).where(Payment.batch_id == Batch.id, Payment.state == PaymentState.LISTED)
    return _finance("batch-release", Batch.pay_on).where(
        Batch.state == BatchState.OPEN,
        listed.exists(),
        # Who gave the first of two releases has done their part.
        or_(Batch.signed_by.is_(None), Batch.signed_by != Role.user_id),
        day >= first,
        day < until,
    )


def _unanswered(first: datetime, until: datetime) -> Select[Any]:
    """Select the released batches of which payments are still at the bank, some bank days after their day."""
    ends = _ends(first, until)
    at_bank = select(Payment.id).where(Payment.batch_id == Batch.id, Payment.state == PaymentState.ORDERED)
    due_on = case(
        *((Batch.pay_on == day, literal(end.date(), Date())) for day, end in ends.items()), else_=Batch.pay_on
    )
    return _finance("statement-missing", due_on if ends else Batch.pay_on).where(
        Batch.state == BatchState.RELEASED, at_bank.exists(), Batch.pay_on.in_(list(ends))
    )


def _ends(first: datetime, until: datetime) -> dict[date, datetime]:
    """Give the days of payment whose statement falls due between two instants, and when it does."""
    start, days = first.date() - timedelta(days=LONGEST), (until - first).days + LONGEST + 2
    found = {start + timedelta(days=n): patience_ends(start + timedelta(days=n)) for n in range(days)}
    return {day: end for day, end in found.items() if first <= end < until}


def patience_ends(pay_on: date) -> datetime:
    """Give the noon (UTC) of the day by which a statement should tell of payments of this day."""
    day, left = pay_on, PATIENCE
    while left:
        day += timedelta(days=1)
        left -= is_bank_day(day)
    return datetime.combine(day, time(12), UTC)


KINDS = (
    due.Kind(
        "batch-release", _l("A batch waits to be released"), _to_release, "payouts.release",
        offsets=(-1, 0, 1), is_optional=False, escalation=("manager", 3),
        todo="batch",
        whom=_l("each finance officer who still has to sign for it"),
        stops=_l("the batch is released or cancelled"),
    ),
    due.Kind(
        "statement-missing", _l("Take in the statement of a released batch"), _unanswered, "payouts.batch",
        offsets=(0, 5), is_optional=False, escalation=("manager", 10),
        todo="ordered",
        whom=_l("each finance officer of the fund"),
        stops=_l("the bank has answered for every payment of the batch"),
    ),
)  # fmt: skip

due.add(*KINDS)
