"""The ledger for reading: every posting with what it is about, and what an account stood at after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for
from fundapp.core.db import db
from fundapp.funds.models import DEBIT_NORMAL, Account, Contribution, Fund, Posting
from fundapp.grants.models import Award, Milestone
from fundapp.payouts.models import Payment
from fundapp.rounds.models import Round

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """What the reader chose to see; None: all. before: the posting the page ends before."""

    account: Account | None = None
    event: str | None = None
    award_id: int | None = None
    gift_id: int | None = None
    round_id: int | None = None
    first: date | None = None
    last: date | None = None
    before: int | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything was chosen beside the page."""
        return any(value is not None for name, value in vars(self).items() if name != "before")

    def conditions(self) -> list[ColumnElement[bool]]:
        """Give the conditions of what was chosen, the page aside."""
        plain = {
            Posting.event: self.event,
            Posting.award_id: self.award_id,
            Posting.contribution_id: self.gift_id,
            Posting.round_id: self.round_id,
        }
        found: list[ColumnElement[bool]] = [
            column == value for column, value in plain.items() if value is not None
        ]
        if self.account is not None:
            found.append(or_(Posting.debit == self.account, Posting.credit == self.account))
        if self.first is not None:
            found.append(Posting.booked_on >= self.first)
        if self.last is not None:
            found.append(Posting.booked_on <= self.last)
        return found


def postings(user: User, fund: Fund, asked: Asked) -> Sequence[Any]:
    """List a fund's postings newest first, one row more than a page holds.

    Columns of the posting, and what it names: giver, round, code and title of the project,
    milestone, payment, actor. Projects the person has a tie to keep their amounts and lose their
    names (is_hidden): sums must stay whole. With an account chosen, change is what each did to it.
    """
    change = _change(asked.account).label("change")
    statement = (
        select(
            Posting.id,
            Posting.booked_on,
            Posting.event,
            Posting.debit,
            Posting.credit,
            Posting.amount_cents,
            Posting.award_id,
            Posting.contribution_id,
            Posting.reverses_id,
            change,
            Contribution.reference.label("gift"),
            Contribution.giver,
            Contribution.is_anonymous,
            Round.name.label("round_name"),
            Application.code,
            Application.title,
            Application.id.in_(barred_for(user)).label("is_hidden"),
            Milestone.ref,
            Payment.id.label("payment_id"),
            Payment.end_to_end_id,
            User.name.label("actor"),
        )
        .outerjoin(Contribution, Contribution.id == Posting.contribution_id)
        .outerjoin(Round, Round.id == Posting.round_id)
        .outerjoin(Award, Award.id == Posting.award_id)
        .outerjoin(Application, Application.id == Award.application_id)
        .outerjoin(Milestone, Milestone.id == Posting.milestone_id)
        .outerjoin(Payment, Payment.id == Posting.payment_id)
        .outerjoin(User, User.id == Posting.actor_id)
        .where(Posting.fund_id == fund.id, *asked.conditions())
        .order_by(Posting.id.desc())
        .limit(PAGE + 1)
    )
    if asked.before is not None:
        statement = statement.where(Posting.id < asked.before)
    return db.session.execute(statement).all()


def _change(account: Account | None) -> ColumnElement[int]:
    """Give what a posting does to an account, on its normal side."""
    side = Posting.debit if account in DEBIT_NORMAL else Posting.credit
    return case((side == account, Posting.amount_cents), else_=-Posting.amount_cents)


def standing(fund: Fund, asked: Asked) -> int:
    """Give what the chosen account held after the newest posting of this page, of what was chosen."""
    account = asked.account
    if account is None:
        return 0
    sums = select(func.coalesce(func.sum(_change(account)), 0)).where(
        Posting.fund_id == fund.id, *replace(asked, first=None).conditions()
    )
    if asked.before is not None:
        sums = sums.where(Posting.id < asked.before)
    return int(db.session.scalar(sums) or 0)


def running(rows: Sequence[Any], after: int) -> list[int]:
    """Give what the account held after each row, newest first, from what it holds after the first."""
    found = []
    for row in rows:
        found.append(after)
        after -= row.change
    return found


def posting(user: User, id: int) -> Posting | None:
    """Load a posting of a fund whose money the person handles or audits."""
    funds = user.funds(RoleName.FINANCE, RoleName.AUDITOR, RoleName.MANAGER)
    return db.session.scalar(select(Posting).where(Posting.id == id, Posting.fund_id.in_(funds)))
