"""Funds and their money, as the asking person may see them."""

from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.core.db import db
from fundapp.funds.models import Contribution, Fund, FundAccount

OFFICE_ROLES = (RoleName.MANAGER, RoleName.FINANCE, RoleName.AUDITOR)


def all_funds() -> list[Fund]:
    """List every fund by its slug; funds themselves are public."""
    return list(db.session.scalars(select(Fund).order_by(Fund.slug)))


def fund_by_slug(slug: str) -> Fund | None:
    """Find one fund."""
    return db.session.scalar(select(Fund).where(Fund.slug == slug))


def office_fund(user: User, id: int) -> Fund | None:
    """Load a fund the person works at in the office."""
    return db.session.scalar(select(Fund).where(Fund.id == id, Fund.id.in_(user.funds(*OFFICE_ROLES))))


def office_funds(user: User) -> list[Fund]:
    """List the funds the person works at in the office."""
    return list(
        db.session.scalars(select(Fund).where(Fund.id.in_(user.funds(*OFFICE_ROLES))).order_by(Fund.slug))
    )


def own_account(fund_id: int) -> FundAccount | None:
    """Give the account the fund pays from."""
    return db.session.scalar(
        select(FundAccount).where(FundAccount.fund_id == fund_id).order_by(FundAccount.id).limit(1)
    )


def contributions(fund_id: int) -> list[Contribution]:
    """List what the fund was given, oldest first."""
    return list(
        db.session.scalars(
            select(Contribution)
            .where(Contribution.fund_id == fund_id)
            .order_by(Contribution.received_on, Contribution.id)
        )
    )
