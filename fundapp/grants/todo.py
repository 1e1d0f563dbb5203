"""What waits for people about grants: agreements to offer and to sign, accounts to confirm."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Access, Application, Capacity
from fundapp.applications.queries import seen
from fundapp.core import todo
from fundapp.grants import agreement_todo, report_todo  # noqa: F401  add agreements and reports
from fundapp.grants.models import Agreement, AgreementState, Award, AwardState, BankAccount

LIVE = (AwardState.PLANNING, AwardState.ACTIVE, AwardState.PAUSED)


def _agreements(kind: str, state: AgreementState) -> Select[Any]:
    return (
        select(
            *todo.columns(
                kind, Award.id, Application.title, code=Application.code, since_at=Agreement.state_at
            )
        )
        .select_from(Agreement)
        .join(Award, Award.id == Agreement.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(Agreement.state == state, Award.state.in_(LIVE))
    )


def _to_sign(user: User, at: datetime) -> Select[Any]:
    """Select the agreements that the owner of a proposal was offered."""
    owned = select(Access.application_id).where(
        Access.user_id == user.id, Access.ended_at.is_(None), Access.capacity == Capacity.OWNER
    )
    return _agreements("sign", AgreementState.OFFERED).where(Application.id.in_(owned))


def _to_offer(user: User, at: datetime) -> Select[Any] | None:
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    return _agreements("offer", AgreementState.DRAFT).where(Award.fund_id.in_(funds), seen(user))


def _to_countersign(user: User, at: datetime) -> Select[Any] | None:
    """Select the signed agreements that somebody else offered."""
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    return _agreements("countersign", AgreementState.ACCEPTED).where(
        Award.fund_id.in_(funds),
        seen(user),
        or_(Agreement.offered_by.is_(None), Agreement.offered_by != user.id),
    )


def _to_confirm(user: User, at: datetime) -> Select[Any] | None:
    """Select the bank accounts that were entered by somebody else and not confirmed."""
    if not (funds := user.funds(RoleName.FINANCE)):
        return None
    return (
        select(
            *todo.columns(
                "account", Award.id, Application.title, code=Application.code, other=BankAccount.id,
                since_at=BankAccount.entered_at,
            )
        )
        .select_from(Award)
        .join(Application, Application.id == Award.application_id)
        .join(BankAccount, BankAccount.party_id == Application.party_id)
        .where(
            Award.fund_id.in_(funds),
            Award.state.in_(LIVE),
            BankAccount.confirmed_at.is_(None),
            BankAccount.retired_at.is_(None),
            BankAccount.entered_by != user.id,
            seen(user),
        )
    )  # fmt: skip


todo.add(
    todo.Kind("sign", _l("Read the agreement and sign it"), _to_sign, "grants.show"),
    todo.Kind("offer", _l("Finish the plan and offer the agreement"), _to_offer, "grants.show"),
    todo.Kind("countersign", _l("Sign the agreement for the fund"), _to_countersign, "grants.show"),
    todo.Kind("account", _l("Confirm a bank account"), _to_confirm, "grants.ask_confirm"),
)
