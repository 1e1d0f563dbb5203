"""What falls due, and for whom."""

from datetime import datetime, timedelta

from sqlalchemy import Row, select

from fundapp.accounts.models import User
from fundapp.applications.models import Application, Conflict
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.reviews.blind import shown_title
from fundapp.reviews.models import Review, ReviewState

AHEAD = timedelta(days=3)
Due = Row[tuple[int, int, int, datetime, int]]


def reviews_due(at: datetime) -> list[Due]:
    """List (review, reviewer, fund, due_at, application) for open reviews due within three days.

    A reviewer whom a tie bars hears nothing of the application any more.
    """
    bars = select(Conflict.application_id).where(Conflict.user_id == Review.reviewer_id, Conflict.bars)
    return list(
        db.session.execute(
            select(Review.id, Review.reviewer_id, Review.fund_id, Review.due_at, Review.application_id)
            .where(
                Review.state.in_([ReviewState.INVITED, ReviewState.ACCEPTED]),
                Review.due_at > at,
                Review.due_at <= at + AHEAD,
                Review.application_id.not_in(bars),
            )
            .order_by(Review.reviewer_id, Review.due_at, Review.id)
        )
    )


def people(ids: set[int]) -> dict[int, User]:
    """Load people by id."""
    return {user.id: user for user in db.session.scalars(select(User).where(User.id.in_(ids)))}


def named(user: User, ids: set[int]) -> dict[int, tuple[str, str]]:
    """Give (code, title) of applications by id, as this person may read them."""
    columns = (Application.id, Application.code, shown_title(user))
    rows = db.session.execute(select(*columns).where(Application.id.in_(ids)))
    return {id: (code or "", title) for id, code, title in rows}


def fund(id: int) -> Fund:
    """Load the fund a reminder speaks for; asked again it is at hand."""
    return db.session.get_one(Fund, id)
