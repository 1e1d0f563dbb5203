"""Lists of requests for the office, and what a grantee can still ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Row, func, select, type_coerce

from fundapp.accounts.models import Party, RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.grants import windows
from fundapp.grants.models import Award, AwardState, Milestone, MilestoneState
from fundapp.payouts.claim_dates import rest_column
from fundapp.payouts.models import Claim, ClaimState

PAGE = 50
LATE = timedelta(days=14)
"""A request that waits longer than this to be checked is late."""
AGES = (7, 14, 30, 60)


@dataclass(frozen=True)
class Wish:
    """What a list is narrowed to. days: sent at least so long ago; late: waits too long to be checked."""

    state: ClaimState | None = None
    fund_id: int | None = None
    days: int | None = None
    late: bool = False


def office_claims(user: User, wish: Wish, *, at: datetime, before: int | None = None) -> Sequence[Row[Any]]:
    """List requests of the funds where the person works, newest first, one more than a page holds.

    Columns: id, code, title, grantee, state, amount_cents, currency, submitted_at, state_at, kind, award_id.
    """
    funds = user.funds(RoleName.MANAGER, RoleName.FINANCE, RoleName.AUDITOR)
    columns: tuple[Any, ...] = (
        Claim.id, Claim.code, Application.title, Claim.state, Claim.amount_cents, Fund.currency,
        Claim.submitted_at, Claim.state_at, Claim.kind, Claim.award_id,
        func.coalesce(Party.public_name, Application.applicant_name).label("grantee"),
    )  # fmt: skip
    statement = (
        select(*columns)
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(Fund, Fund.id == Claim.fund_id)
        .outerjoin(Party, Party.id == Application.party_id)
        .where(Claim.fund_id.in_(funds), seen(user), Claim.submitted_at.is_not(None))
        .order_by(Claim.id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip
    if wish.state is not None:
        statement = statement.where(Claim.state == wish.state)
    if wish.fund_id is not None:
        statement = statement.where(Claim.fund_id == wish.fund_id)
    if wish.days is not None:
        statement = statement.where(Claim.submitted_at <= at - timedelta(days=wish.days))
    if wish.late:
        statement = statement.where(Claim.state == ClaimState.SUBMITTED, Claim.state_at <= at - LATE)
    if before is not None:
        statement = statement.where(Claim.id < before)
    return db.session.execute(statement).all()


def is_late(row: Any, at: datetime) -> bool:
    """Tell whether a request waits too long to be checked."""
    return row.state is ClaimState.SUBMITTED and bool(row.state_at <= at - LATE)


@dataclass(frozen=True)
class Claimable:
    """What can be asked for of a grant now, in cents, and the first last day of it."""

    cents: int
    until: date | None


def claimable(award_ids: Sequence[int], on: date) -> dict[int, Claimable]:
    """Give what can be asked for of each of these grants on a day; one query."""
    last, rest = windows.last_day_column(), rest_column()
    every = (
        select(Milestone.award_id, rest.label("rest"), last.label("last"))
        .join(Award, Award.id == Milestone.award_id)
        .join(Fund, Fund.id == Award.fund_id)
        .where(
            Milestone.award_id.in_(award_ids),
            Milestone.state == MilestoneState.OPEN,
            Milestone.amount_cents > 0,
            Award.state == AwardState.ACTIVE,
        )
        .subquery()
    )
    is_open = (every.c.rest > 0) & ((every.c.last.is_(None)) | (every.c.last >= on))
    rows = db.session.execute(
        select(every.c.award_id, func.sum(every.c.rest), type_coerce(func.min(every.c.last), Date()))
        .where(is_open)
        .group_by(every.c.award_id)
    )
    return {int(id): Claimable(int(cents), until) for id, cents, until in rows}
