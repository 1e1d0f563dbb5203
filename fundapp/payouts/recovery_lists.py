"""Recoveries as the asking person may see them, and what stands beside one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import mine, seen
from fundapp.core.db import db
from fundapp.funds.models import FundAccount
from fundapp.funds.queries import own_account
from fundapp.grants.models import Award, BankAccount
from fundapp.grants.queries import is_office
from fundapp.payouts import queries
from fundapp.payouts.models import (
    Claim,
    ClaimKind,
    FinalAccount,
    Handled,
    LineHandling,
    LineState,
    Recovery,
    StatementLine,
)


def recovery(user: User, id: int) -> Recovery | None:
    """Load one recovery with all that its page and its rules look at."""
    doors = [seen, mine] if is_office(user) else [mine]
    return next((found for door in doors if (found := _recovery(door(user), id)) is not None), None)


def _recovery(door: ColumnElement[bool], id: int) -> Recovery | None:
    project = joinedload(Recovery.award).joinedload(Award.application)
    statement = (
        select(Recovery)
        .join(Award, Award.id == Recovery.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(Recovery.id == id, door)
        .options(
            project.joinedload(Application.fund),
            project.joinedload(Application.party),
            project.joinedload(Application.access),
            project.joinedload(Application.conflicts),
            joinedload(Recovery.party),
            selectinload(Recovery.instalments),
            selectinload(Recovery.receipts),
        )
    )
    return db.session.scalars(statement).unique().one_or_none()


def recoveries_of(award: Award) -> Sequence[Recovery]:
    """List the recoveries of a grant with what came in; two statements."""
    statement = select(Recovery).where(Recovery.award_id == award.id).order_by(Recovery.number)
    loaded = statement.options(selectinload(Recovery.receipts))
    return db.session.scalars(loaded).all()


@dataclass(frozen=True)
class Beside:
    """What stands beside the milestones of a grant: its final account, its advances, what is owed."""

    account: FinalAccount | None
    advances: list[Claim]
    recoveries: list[Recovery]


def beside(award: Award) -> Beside:
    """Read the final account, the live advances and the recoveries of a grant in one statement."""
    live = (Claim.kind == ClaimKind.ADVANCE) & Claim.state.not_in(queries.DEAD)
    statement = (
        select(FinalAccount, Claim, Recovery)
        .select_from(Award)
        .outerjoin(FinalAccount, FinalAccount.award_id == Award.id)
        .outerjoin(Claim, (Claim.award_id == Award.id) & live)
        .outerjoin(Recovery, Recovery.award_id == Award.id)
        .options(joinedload(Recovery.receipts), joinedload(Claim.bank_account).joinedload(BankAccount.party))
        .where(Award.id == award.id)
        .order_by(Claim.id, Recovery.number)
    )
    rows = db.session.execute(statement).unique().all()
    claims: dict[Claim | None, None] = dict.fromkeys(row[1] for row in rows)
    owed: dict[Recovery | None, None] = dict.fromkeys(row[2] for row in rows)
    return Beside(rows[0][0], [*filter(None, claims)], [*filter(None, owed)])


def own_account_of(recovery: Recovery) -> FundAccount | None:
    """Give the account of the fund that the money is to be transferred to."""
    return own_account(recovery.fund_id)


def people(recovery: Recovery) -> dict[int, str]:
    """Name who had a hand in a recovery, by id."""
    ids = {recovery.opened_by, recovery.write_off_by, recovery.written_off_by}
    ids |= {one.entered_by for one in recovery.receipts}
    chosen = select(User.id, User.name).where(User.id.in_([id for id in ids if id]))
    return {row.id: row.name for row in db.session.execute(chosen.options(lazyload("*")))}


def too_much(recovery: Recovery) -> int:
    """Give what came in for a recovery beyond what was owed, and nobody has explained yet, in cents."""
    final = select(LineHandling.line_id).where(LineHandling.kind != Handled.SUSPENSE)
    over = select(func.coalesce(func.sum(StatementLine.amount_cents), 0)).where(
        StatementLine.recovery_id == recovery.id,
        StatementLine.state == LineState.UNMATCHED,
        StatementLine.id.not_in(final),
    )
    return int(db.session.scalar(over) or 0)
