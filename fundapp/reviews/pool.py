"""Who can review what: who was asked for each proposal, and each reviewer's load."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import Application, ApplicationState, Conflict
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState
from fundapp.reviews.workflow import LIVE, OPEN
from fundapp.rounds.models import Round, RoundState


def held_by(fund_id: int) -> Any:
    """Give the ids of the people who review for a fund."""
    return select(Role.user_id).where(
        Role.fund_id == fund_id, Role.name == RoleName.REVIEWER, Role.ended_at.is_(None)
    )


def asked_for(application_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Give who was asked for what in the present stage, by application id; the caller asked who sees them."""
    found: dict[int, list[Any]] = {}
    rows = db.session.execute(
        select(Review.id, Review.application_id, User.name, Review.state, Review.due_at)
        .join(User, User.id == Review.reviewer_id)
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.application_id.in_(application_ids),
            Review.purpose == ReviewPurpose.SELECTION,
            Review.stage_id == Application.stage_id,
        )
        .order_by(Review.id)
    )
    for row in rows:
        found.setdefault(row.application_id, []).append(row)
    return found


def pool(user: User, round: Round) -> Sequence[Any]:
    """List the reviewers of the fund with their load in a round: rows (id, name, to_do, done, declined)."""
    mine = (
        select(Review.reviewer_id, Review.state)
        .join(Application, Application.id == Review.application_id)
        .where(Review.round_id == round.id, Review.purpose == ReviewPurpose.SELECTION, seen(user))
        .subquery()
    )

    def count(*states: ReviewState) -> Any:
        return func.coalesce(func.sum(case((mine.c.state.in_(states), 1), else_=0)), 0)

    return db.session.execute(
        select(
            User.id,
            User.name,
            count(*OPEN).label("to_do"),
            count(ReviewState.SUBMITTED).label("done"),
            count(ReviewState.DECLINED).label("declined"),
        )
        .outerjoin(mine, mine.c.reviewer_id == User.id)
        .where(User.id.in_(held_by(round.fund_id)))
        .group_by(User.id, User.name)
        .order_by(func.lower(User.name), User.id)
    ).all()


def chosen_applications(user: User, round: Round, ids: Sequence[int]) -> list[Application]:
    """Load the applications of a round that were ticked, within what the person sees."""
    if not ids:
        return []
    return list(
        db.session.scalars(
            select(Application)
            .where(Application.id.in_(ids), Application.round_id == round.id, seen(user))
            .order_by(Application.code)
        )
    )


def reviewer(round: Round, id: int) -> User | None:
    """Load one reviewer of the fund."""
    return db.session.scalar(select(User).where(User.id == id, User.id.in_(held_by(round.fund_id))))


def open_on(application: Application) -> list[Review]:
    """List the reviews of an application that are still to be done."""
    return list(
        db.session.scalars(
            select(Review)
            .where(Review.application_id == application.id, Review.state.in_(OPEN))
            .order_by(Review.id)
        )
    )


def live_of(application_id: int, reviewer_id: int) -> list[Review]:
    """List the live reviews of one person on one application."""
    return list(
        db.session.scalars(
            select(Review)
            .where(
                Review.application_id == application_id,
                Review.reviewer_id == reviewer_id,
                Review.state.in_(LIVE),
            )
            .order_by(Review.id)
        )
    )


def open_of(reviewer_id: int, fund_id: int) -> list[Review]:
    """List the reviews at a fund that one person has still to do."""
    return list(
        db.session.scalars(
            select(Review)
            .where(Review.reviewer_id == reviewer_id, Review.fund_id == fund_id, Review.state.in_(OPEN))
            .order_by(Review.id)
        )
    )


def open_count(round: Round) -> int:
    """Count the reviews of a round that are still to be done."""
    return (
        db.session.scalar(
            select(func.count(Review.id)).where(
                Review.round_id == round.id,
                Review.purpose == ReviewPurpose.SELECTION,
                Review.state.in_(OPEN),
            )
        )
        or 0
    )


def out_of_line(limit: int = 200) -> list[Review]:
    """List live reviews that a tie bars, and open ones whose application is no longer under review."""
    tied = (
        select(Conflict.id)
        .where(
            Conflict.application_id == Review.application_id,
            Conflict.user_id == Review.reviewer_id,
            Conflict.bars,
        )
        .exists()
    )
    to_choose = Review.purpose == ReviewPurpose.SELECTION
    over = or_(
        Application.state != ApplicationState.IN_REVIEW,
        Round.state.not_in([RoundState.PUBLISHED, RoundState.REVIEWING]),
    )
    return list(
        db.session.scalars(
            select(Review)
            .join(Application, Application.id == Review.application_id)
            .join(Round, Round.id == Review.round_id)
            .where(or_(and_(Review.state.in_(LIVE), tied), and_(to_choose, Review.state.in_(OPEN), over)))
            .order_by(Review.id)
            .limit(limit)
        )
    )
