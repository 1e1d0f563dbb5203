"""What waits for people about a fund's own money: promises that are late, refunds, corrections."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from fundapp.accounts.models import RoleName, User
from fundapp.core import clock, due, todo
from fundapp.funds.models import Contribution, Correction, CorrectionState, Gift, Refund, RefundState

KEEPERS = (RoleName.FINANCE, RoleName.MANAGER)


def _late(user: User, at: datetime) -> Select[Any] | None:
    """Select promised gifts that should have been in."""
    if not (funds := user.funds(RoleName.FINANCE)):
        return None
    return select(
        *todo.columns(
            "late_gift", Contribution.id, Contribution.giver, code=Contribution.reference,
            due_at=due.noon(Contribution.expected_on),
        )
    ).where(
        Contribution.fund_id.in_(funds),
        Contribution.state == Gift.PLEDGED,
        Contribution.expected_on < clock.day(at, "UTC"),
    )  # fmt: skip


def _refunds(kind: str, state: RefundState, funds: Any) -> Select[Any]:
    return (
        select(
            *todo.columns(
                kind,
                Contribution.id,
                Contribution.giver,
                code=Contribution.reference,
                since_at=Refund.state_at,
            )
        )
        .select_from(Refund)
        .join(Contribution, Contribution.id == Refund.contribution_id)
        .where(Refund.state == state, Refund.fund_id.in_(funds))
    )


def _to_agree(user: User, at: datetime) -> Select[Any] | None:
    if not (funds := user.funds(*KEEPERS)):
        return None
    return _refunds("refund", RefundState.ASKED, funds).where(Refund.asked_by != user.id)


def _to_pay(user: User, at: datetime) -> Select[Any] | None:
    if not (funds := user.funds(RoleName.FINANCE)):
        return None
    return _refunds("refund_to_pay", RefundState.AGREED, funds)


def _corrections(user: User, at: datetime) -> Select[Any] | None:
    if not (funds := user.funds(*KEEPERS)):
        return None
    return select(
        *todo.columns("correction", Correction.posting_id, Correction.reason, since_at=Correction.state_at)
    ).where(
        Correction.state == CorrectionState.ASKED,
        Correction.fund_id.in_(funds),
        Correction.asked_by != user.id,
    )


todo.add(
    todo.Kind("late_gift", _l("Should have been in: a promised gift"), _late, "funds.gift"),
    todo.Kind("refund", _l("Agree that money goes back to a giver"), _to_agree, "funds.gift"),
    todo.Kind("refund_to_pay", _l("Pay money back to a giver"), _to_pay, "funds.gift"),
    todo.Kind("correction", _l("Take a posting back, or leave it"), _corrections, "payouts.posting"),
)
