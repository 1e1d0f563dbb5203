"""What waits for people about money: claims to mend, to judge and to pay, batches to release."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, func, or_, select, type_coerce

from fundapp.accounts.models import Party, RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for, mine, seen
from fundapp.core import due, todo
from fundapp.core.db import UTCDateTime
from fundapp.funds.models import Fund
from fundapp.grants.models import Award, AwardState
from fundapp.payouts import (
    idle,
    open_lines,
    scheme_todo,  # noqa: F401  adds accounts and recoveries
)
from fundapp.payouts.models import (
    BankStatement,
    Batch,
    BatchState,
    Claim,
    ClaimDraft,
    ClaimState,
    OpinionState,
    Payment,
    PaymentState,
    SecondOpinion,
    StatementLine,
)
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


def _silent(user: User, at: datetime) -> Select[Any] | None:
    """Select the running grants of one's own that nothing was heard of for long."""
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    found = idle.signs()
    last = type_coerce(found.c.last_at, UTCDateTime())
    return (
        select(
            *todo.columns("silent_grant", Award.id, Application.title, code=Application.code, since_at=last)
        )
        .select_from(Award)
        .join(found, found.c.award_id == Award.id)
        .join(Fund, Fund.id == Award.fund_id)
        .join(Application, Application.id == Award.application_id)
        .where(
            Award.state == AwardState.ACTIVE,
            Award.fund_id.in_(funds),
            or_(Application.lead_id == user.id, Application.lead_id.is_(None)),
            idle.idle_at(found.c.last_at) <= at,
            seen(user),
        )
    )


def _opinions(user: User, at: datetime) -> Select[Any]:
    """Select the second opinions that somebody agreed to give."""
    return (
        select(
            *todo.columns(
                "second_opinion", SecondOpinion.id, Fund.name, code=Claim.code,
                due_at=due.noon(SecondOpinion.due_on), since_at=SecondOpinion.state_at,
            )
        )
        .select_from(SecondOpinion)
        .join(Claim, Claim.id == SecondOpinion.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .join(Fund, Fund.id == SecondOpinion.fund_id)
        .where(
            SecondOpinion.user_id == user.id,
            SecondOpinion.state == OpinionState.ACCEPTED,
            Award.application_id.not_in(barred_for(user)),
        )
    )  # fmt: skip


def _drafts(user: User, at: datetime) -> Select[Any]:
    """Select the requests that were begun and not sent."""
    return (
        select(
            *todo.columns(
                "claim_draft",
                Award.id,
                Application.title,
                code=Application.code,
                since_at=ClaimDraft.saved_at,
            )
        )
        .select_from(ClaimDraft)
        .join(Award, Award.id == ClaimDraft.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(ClaimDraft.claim_id.is_(None), Award.state == AwardState.ACTIVE, mine(user))
    )


def _lines(user: User, at: datetime) -> Select[Any] | None:
    """Select the funds whose statements have lines that nobody explained, with how many."""
    if not (funds := user.funds(RoleName.FINANCE)):
        return None
    return (
        select(
            *todo.columns(
                "bank_lines", Fund.id, Fund.name, number=func.count(StatementLine.id),
                since_at=func.min(BankStatement.taken_at),
            )
        )
        .select_from(StatementLine)
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .join(Fund, Fund.id == StatementLine.fund_id)
        .where(StatementLine.fund_id.in_(funds), *open_lines.waiting(user))
        .group_by(Fund.id)
    )  # fmt: skip


def _addresses(user: User, at: datetime) -> Select[Any]:
    """Select running grants of somebody whose address no bank would take."""
    town = func.coalesce(Party.address["town"].as_string(), "")
    return (
        select(*todo.columns("bank_address", Award.id, Application.title, code=Application.code))
        .select_from(Award)
        .join(Application, Application.id == Award.application_id)
        .join(Party, Party.id == Application.party_id)
        .where(
            Award.state.in_((AwardState.ACTIVE, AwardState.PAUSED)),
            or_(Party.country.is_(None), town == ""),
            mine(user),
        )
    )


todo.add(
    todo.Kind(
        "bank_lines",
        _l("Explain lines of statements: %(number)s"),
        _lines,
        "payouts.unmatched",
        values=lambda line: {"fund_id": line.ref},
    ),
    todo.Kind(
        "bank_address", _l("Complete your address, so that banks can pay you"), _addresses, "grants.party"
    ),
    todo.Kind(
        "silent_grant", _l("Ask how this grant goes: nothing was heard for long"), _silent, "grants.show"
    ),
    todo.Kind("second_opinion", _l("Give your second opinion"), _opinions, "payouts.opinion"),
    todo.Kind("claim_draft", _l("Finish your payment request and send it"), _drafts, "payouts.claim"),
)

todo.add(
    todo.Kind("claim_returned", _l("Mend your payment request"), _returned, "payouts.show"),
    todo.Kind("claim", _l("Judge a payment request"), _to_judge, "payouts.show"),
    todo.Kind("to_pay", _l("Put an approved request in a batch"), _to_list, "payouts.show"),
    todo.Kind("batch", _l("Release a batch, payments in it: %(number)s"), _to_release, "payouts.batch"),
    todo.Kind("ordered", _l("Say which payments arrived: %(number)s"), _to_mark, "payouts.batch"),
)
