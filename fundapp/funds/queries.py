"""Funds and their money, as the asking person may see them."""

from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.funds.models import Contribution, Fund, FundAccount, Gift, Posting

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
    """List what the fund received, oldest first."""
    return list(
        db.session.scalars(
            select(Contribution)
            .where(Contribution.fund_id == fund_id, Contribution.state == Gift.RECEIVED)
            .order_by(Contribution.received_on, Contribution.id)
        )
    )


def has_money(fund_id: int) -> bool:
    """Tell whether anything was ever booked or promised in a fund."""
    booked = select(Posting.id).where(Posting.fund_id == fund_id).limit(1)
    given = select(Contribution.id).where(Contribution.fund_id == fund_id).limit(1)
    return db.session.scalar(booked) is not None or db.session.scalar(given) is not None


def themes_with_money(fund_id: int, keys: list[str]) -> list[str]:
    """Give those of these themes that money was earmarked for."""
    found = select(Contribution.theme).where(Contribution.fund_id == fund_id, Contribution.theme.in_(keys))
    return sorted(theme for theme in db.session.scalars(found.distinct()) if theme)


def logo(slug: str) -> File | None:
    """Find the logo of a fund; logos are public."""
    return db.session.scalar(select(File).join(Fund, Fund.logo_id == File.id).where(Fund.slug == slug))
