"""Gifts as those who work at the fund read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import selectinload

from fundapp.accounts.models import User
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.funds.models import Account, Contribution, Fund, Gift, Posting, Refund
from fundapp.funds.queries import OFFICE_ROLES

HELD = (Account.FREE, Account.RESTRICTED)


def office_gift(user: User, id: int) -> Contribution | None:
    """Load a gift to a fund the person works at."""
    return db.session.scalar(
        select(Contribution)
        .where(Contribution.id == id, Contribution.fund_id.in_(user.funds(*OFFICE_ROLES)))
        .options(selectinload(Contribution.fund), selectinload(Contribution.refunds))
    )


def office_refund(user: User, id: int) -> Refund | None:
    """Load money that goes back to a giver of a fund the person works at."""
    return db.session.scalar(
        select(Refund).where(Refund.id == id, Refund.fund_id.in_(user.funds(*OFFICE_ROLES)))
    )


@dataclass(frozen=True)
class Listed:
    """A gift in the list, and what of it is still free."""

    gift: Contribution
    free_cents: int


def listed(fund: Fund, state: Gift | None, theme: str | None) -> list[Listed]:
    """List the gifts of a fund, promises first, then the newest; two queries.

    theme: only those earmarked for it; an empty text: only those for everything.
    """
    chosen = select(Contribution).where(Contribution.fund_id == fund.id)
    if state is not None:
        chosen = chosen.where(Contribution.state == state)
    if theme is not None:
        chosen = chosen.where(Contribution.theme == theme if theme else Contribution.theme.is_(None))
    promised = case((Contribution.state == Gift.PLEDGED, 0), else_=1)
    newest = func.coalesce(Contribution.received_on, Contribution.pledged_on)
    rows = db.session.scalars(chosen.order_by(promised, newest.desc(), Contribution.id.desc())).all()
    free = _free(fund.id)
    return [Listed(gift, free.get(gift.id, 0)) for gift in rows]


def _free(fund_id: int) -> dict[int, int]:
    signed = case(
        (Posting.credit.in_(HELD) & Posting.debit.not_in(HELD), Posting.amount_cents),
        (Posting.debit.in_(HELD) & Posting.credit.not_in(HELD), -Posting.amount_cents),
        else_=0,
    )
    sums = select(Posting.contribution_id, func.sum(signed)).where(Posting.fund_id == fund_id)
    rows = db.session.execute(sums.group_by(Posting.contribution_id))
    return {int(id): int(cents) for id, cents in rows if id is not None}


def sums(fund_id: int) -> dict[Gift, int]:
    """Give the cents of all gifts by state."""
    rows = db.session.execute(
        select(Contribution.state, func.sum(Contribution.amount_cents))
        .where(Contribution.fund_id == fund_id)
        .group_by(Contribution.state)
    )
    found = dict.fromkeys(Gift, 0)
    found.update({state: int(cents) for state, cents in rows})
    return found


def history(gift: Contribution) -> Sequence[Any]:
    """List what was done with a gift and the money of it that went back, oldest first."""
    ids = [refund.id for refund in gift.refunds]
    is_about = (AuditEvent.subject_type == "contribution") & (AuditEvent.subject_id == gift.id)
    is_back = (AuditEvent.subject_type == "refund") & AuditEvent.subject_id.in_(ids)
    return db.session.execute(
        select(AuditEvent.at, AuditEvent.verb, AuditEvent.note, User.name)
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(is_about | is_back)
        .order_by(AuditEvent.id)
    ).all()
