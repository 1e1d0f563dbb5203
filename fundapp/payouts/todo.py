"""What waits for people about money: claims to mend, to judge and to pay, batches to release."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, func, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import mine, seen
from fundapp.core import todo
from fundapp.funds.models import Fund
from fundapp.grants.models import Award
from fundapp.payouts import scheme_todo  # noqa: F401  adds accounts and recoveries
from fundapp.payouts.models import Batch, BatchState, Claim, ClaimState, Payment, PaymentState
from fundapp.payouts.queries import LIVE


def _claims(kind: str, state: ClaimState) -> Select[Any]:
    return (
        select(*todo.columns(kind, Claim.id, Application.title, code=Claim.code, since_at=Claim.state_at))
        .select_from(Claim)
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(Claim.state == state)
    )


def _returned(user: User, at: datetime) -> Select[Any]:
    return _claims("claim_returned", ClaimState.RETURNED).where(mine(user))


def _to_judge(user: User, at: datetime) -> Select[Any] | None:
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    return _claims("claim", ClaimState.SUBMITTED).where(
        Claim.fund_id.in_(funds), Claim.claimed_by != user.id, seen(user)
    )


def _to_list(user: User, at: datetime) -> Select[Any] | None:
    """Select the approved claims that stand in no batch."""
    if not (funds := user.funds(RoleName.FINANCE)):
        return None
    listed = exists().where(Payment.claim_id == Claim.id, Payment.state.in_(LIVE))
    return _claims("to_pay", ClaimState.APPROVED).where(Claim.fund_id.in_(funds), ~listed, seen(user))


def _batches(kind: str, user: User, batch: BatchState, payment: PaymentState) -> Select[Any] | None:
    if not (funds := user.funds(RoleName.FINANCE)):
        return None
    return (
        select(
            *todo.columns(
                kind, Batch.id, Fund.name, number=func.count(Payment.id), since_at=func.min(Batch.state_at)
            )
        )
        .select_from(Batch)
        .join(Fund, Fund.id == Batch.fund_id)
        .join(Payment, Payment.batch_id == Batch.id)
        .where(Batch.fund_id.in_(funds), Batch.state == batch, Payment.state == payment)
        .group_by(Batch.id, Fund.id)
    )


def _to_release(user: User, at: datetime) -> Select[Any] | None:
    return _batches("batch", user, BatchState.OPEN, PaymentState.LISTED)


def _to_mark(user: User, at: datetime) -> Select[Any] | None:
    return _batches("ordered", user, BatchState.RELEASED, PaymentState.ORDERED)


todo.add(
    todo.Kind("claim_returned", _l("Mend your payment request"), _returned, "payouts.show"),
    todo.Kind("claim", _l("Judge a payment request"), _to_judge, "payouts.show"),
    todo.Kind("to_pay", _l("Put an approved request in a batch"), _to_list, "payouts.show"),
    todo.Kind("batch", _l("Release a batch, payments in it: %(number)s"), _to_release, "payouts.batch"),
    todo.Kind("ordered", _l("Say which payments arrived: %(number)s"), _to_mark, "payouts.batch"),
)
