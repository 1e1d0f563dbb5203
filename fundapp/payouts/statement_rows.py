"""Reading what the bank sent back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.queries import barred_for
from fundapp.core.db import db
from fundapp.funds.models import Contribution, Fund
from fundapp.grants.models import Award
from fundapp.payouts.models import BankStatement, Claim, LineState, Payment, Recovery, StatementLine

MOST = 100
PAGE = 200


def of_fund(fund: Fund) -> Sequence[Any]:
    """List the newest statements of a fund: row, how many lines, how many without a match."""
    unmatched = func.count(StatementLine.id).filter(StatementLine.state == LineState.UNMATCHED)
    return db.session.execute(
        select(
            BankStatement.id, BankStatement.kind, BankStatement.bank_id, BankStatement.taken_at,
            BankStatement.closing_cents, func.count(StatementLine.id).label("lines"),
            unmatched.label("unmatched"),
        )
        .outerjoin(StatementLine, StatementLine.statement_id == BankStatement.id)
        .where(BankStatement.fund_id == fund.id)
        .group_by(BankStatement.id)
        .order_by(BankStatement.id.desc())
        .limit(MOST)
    ).all()  # fmt: skip


def office_statement(user: User, id: int) -> BankStatement | None:
    """Load one statement for finance and auditors of its fund."""
    funds = user.funds(RoleName.FINANCE, RoleName.AUDITOR)
    return db.session.scalar(
        select(BankStatement)
        .where(BankStatement.id == id, BankStatement.fund_id.in_(funds))
        .options(joinedload(BankStatement.taker).lazyload(User.roles))
    )


def lines_of(user: User, statement: BankStatement, after: int = 0) -> Sequence[Any]:
    """List the lines of a statement, one more than a page holds; names of tied projects are left out.

    after: only lines with a larger id. Columns: the line, claim_id, is_hidden, recovery (its code), gift
    (its reference). Amounts stay: they are part of the control total.
    """
    tied = Award.application_id.in_(barred_for(user))
    return db.session.execute(
        select(
            StatementLine,
            Payment.claim_id,
            func.coalesce(tied, False).label("is_hidden"),
            Recovery.code.label("recovery"),
            Contribution.reference.label("gift"),
        )
        .outerjoin(Payment, Payment.id == StatementLine.payment_id)
        .outerjoin(Claim, Claim.id == Payment.claim_id)
        .outerjoin(Recovery, Recovery.id == StatementLine.recovery_id)
        .outerjoin(Contribution, Contribution.id == StatementLine.contribution_id)
        .outerjoin(Award, Award.id == func.coalesce(Claim.award_id, Recovery.award_id))
        .where(StatementLine.statement_id == statement.id, StatementLine.id > after)
        .order_by(StatementLine.id)
        .limit(PAGE + 1)
    ).all()
