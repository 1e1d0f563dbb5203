"""The two doors to applications, never OR-ed: mine for applicants, seen for those who work."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import (
    APPLICANTS,
    WORKERS,
    Access,
    Application,
    ApplicationState,
    Conflict,
    Level,
)
from fundapp.core.db import db
from fundapp.rounds.models import Round

AWARDED_ONLY = (ApplicationState.AWARDED,)


def mine(user: User) -> ColumnElement[bool]:
    """Give the condition for the applications the person applies with: own pages, public wording."""
    return Application.id.in_(
        select(Access.application_id).where(
            Access.user_id == user.id, Access.ended_at.is_(None), Access.capacity.in_(APPLICANTS)
        )
    )


def barred_for(user: User) -> Any:
    """Give the ids of the applications a tie bars the person from."""
    return select(Conflict.application_id).where(Conflict.user_id == user.id, Conflict.bars)


def seen(user: User) -> ColumnElement[bool]:
    """Give the condition for the applications the person may see by their work.

    Only the arms the person's roles need are built: managers and auditors by fund (no drafts,
    no sealed rounds), finance by fund what is awarded, reviewers by their access. What a tie
    bars falls out of every arm.
    """
    arms = [arm for arm in (_office(user), _finance(user), _work(user)) if arm is not None]
    return and_(or_(*arms), Application.id.not_in(barred_for(user))) if arms else false()


def _office(user: User) -> ColumnElement[bool] | None:
    funds = user.funds(RoleName.MANAGER, RoleName.AUDITOR)
    if not funds:
        return None
    unsealed = select(Round.id).where(Round.fund_id.in_(funds), Round.is_sealed.is_(False))
    return and_(
        Application.fund_id.in_(funds),
        Application.state != ApplicationState.DRAFT,
        Application.submitted_at.is_not(None),
        Application.round_id.in_(unsealed),
    )


def _finance(user: User) -> ColumnElement[bool] | None:
    funds = user.funds(RoleName.FINANCE)
    if not funds:
        return None
    return and_(Application.fund_id.in_(funds), Application.state.in_(AWARDED_ONLY))


def _work(user: User) -> ColumnElement[bool] | None:
    if not user.holds(RoleName.REVIEWER):
        return None
    mine_to_read = select(Access.application_id).where(
        Access.user_id == user.id,
        Access.ended_at.is_(None),
        Access.capacity.in_(WORKERS),
        Access.level != Level.CARD,
    )
    return Application.id.in_(mine_to_read)


def own_application(user: User, id: int) -> Application | None:
    """Load one application through the applicants' door."""
    return db.session.scalar(select(Application).where(Application.id == id, mine(user)))


def seen_application(user: User, id: int) -> Application | None:
    """Load one application through the working door."""
    return db.session.scalar(select(Application).where(Application.id == id, seen(user)))
