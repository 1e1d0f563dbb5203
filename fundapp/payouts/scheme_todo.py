"""What waits for people about final accounts and recoveries."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import mine, seen
from fundapp.core import due, todo
from fundapp.grants.models import Award
from fundapp.payouts.models import AccountState, FinalAccount, Instalment, Recovery, RecoveryState


def _accounts(kind: str, state: AccountState) -> Select[Any]:
    return (
        select(
            *todo.columns(
                kind, Award.id, Application.title, code=Application.code, since_at=FinalAccount.state_at
            )
        )
        .select_from(FinalAccount)
        .join(Award, Award.id == FinalAccount.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(FinalAccount.state == state)
    )


def _to_mend(user: User, at: datetime) -> Select[Any]:
    return _accounts("account_mend", AccountState.RETURNED).where(mine(user))


def _to_check(user: User, at: datetime) -> Select[Any] | None:
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    found = _accounts("account_check", AccountState.SUBMITTED)
    return found.where(FinalAccount.fund_id.in_(funds), FinalAccount.submitted_by != user.id, seen(user))


def _recoveries(kind: str) -> Select[Any]:
    first = select(func.min(Instalment.due_on)).where(Instalment.recovery_id == Recovery.id).scalar_subquery()
    return (
        select(
            *todo.columns(
                kind, Recovery.id, Application.title, code=Recovery.code, due_at=due.noon(first),
                since_at=Recovery.opened_at,
            )
        )
        .select_from(Recovery)
        .join(Award, Award.id == Recovery.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(Recovery.state == RecoveryState.OPEN)
    )  # fmt: skip


def _to_pay_back(user: User, at: datetime) -> Select[Any]:
    return _recoveries("pay_back").where(mine(user))


def _to_write_off(user: User, at: datetime) -> Select[Any] | None:
    """Select what somebody else proposed to write off."""
    if not (funds := user.funds(RoleName.MANAGER, RoleName.FINANCE)):
        return None
    return _recoveries("write_off").where(
        Recovery.fund_id.in_(funds),
        Recovery.write_off_by != user.id,
        seen(user),
    )


def _late(user: User, at: datetime) -> Select[Any] | None:
    """Select what should have come back by now, for finance."""
    if not (funds := user.funds(RoleName.FINANCE)):
        return None
    last = select(func.max(Instalment.due_on)).where(Instalment.recovery_id == Recovery.id).scalar_subquery()
    return _recoveries("recovery_late").where(
        Recovery.fund_id.in_(funds), due.noon(last) < at, Recovery.write_off_by.is_(None), seen(user)
    )


todo.add(
    todo.Kind("account_mend", _l("Change your final account"), _to_mend, "payouts.final_account"),
    todo.Kind("account_check", _l("Check a final account"), _to_check, "payouts.final_account"),
    todo.Kind("pay_back", _l("Pay back what was paid too much"), _to_pay_back, "payouts.recovery"),
    todo.Kind("write_off", _l("Decide whether to write it off"), _to_write_off, "payouts.recovery"),
    todo.Kind("recovery_late", _l("Money that should be back is late"), _late, "payouts.recovery"),
)
