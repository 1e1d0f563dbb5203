"""The reviews one person has to do, as plain rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, or_, select

from fundapp.accounts.models import User
from fundapp.applications.models import Application, Conflict, ConflictState
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.queries import own
from fundapp.rounds.models import Round


def batch(user: User) -> Sequence[Any]:
    """List a reviewer's live reviews as plain rows: newest round first, then by due date."""
    columns = (
        Review.id, Review.state, Review.due_at, Review.submitted_at, Review.total_ppm, Review.rubric_id,
        Review.round_id, Application.id.label("application_id"), Application.title, Application.code,
        Application.applicant_name, Application.state.label("application_state"),
        Round.name.label("round_name"), Round.state.label("round_state"), Fund.zone,
        Conflict.note.label("hint"),
    )  # fmt: skip
    hinted = and_(
        Conflict.application_id == Review.application_id,
        Conflict.user_id == user.id,
        Conflict.state == ConflictState.HINTED,
    )
    return db.session.execute(
        select(*columns)
        .join(Application, Application.id == Review.application_id)
        .join(Round, Round.id == Review.round_id)
        .join(Fund, Fund.id == Review.fund_id)
        .outerjoin(Conflict, hinted)
        .where(own(user))
        .order_by(Review.round_id.desc(), Review.due_at, Review.id)
        .limit(500)
    ).all()


def neighbours(user: User, review: Review) -> tuple[Any, Any]:
    """Give the reviews (id, title) before and after this one that are still to be written, or None."""
    rows = db.session.execute(
        select(Review.id, Application.title)
        .join(Application, Application.id == Review.application_id)
        .where(
            own(user),
            Review.round_id == review.round_id,
            or_(Review.state == ReviewState.ACCEPTED, Review.id == review.id),
        )
        .order_by(Review.due_at, Review.id)
    ).all()
    at = next((place for place, row in enumerate(rows) if row.id == review.id), 0)
    return rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None
