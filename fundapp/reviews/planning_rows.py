"""What a plan of assignments reads: proposals with their text, reviews, ties, as plain rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, select, true

from fundapp.accounts.models import User
from fundapp.applications.models import (
    Application,
    ApplicationState,
    ApplicationVersion,
    Conflict,
    ConflictState,
)
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.reviews.models import Review, ReviewPurpose
from fundapp.rounds.models import Round


def proposals(user: User | None, round: Round) -> Sequence[Any]:
    """List the proposals in review with what they say, by code; user None sees all."""
    counts = and_(
        ApplicationVersion.application_id == Application.id,
        ApplicationVersion.number == Application.version_number,
    )
    return db.session.execute(
        select(
            Application.id, Application.code, Application.title, Application.applicant_name,
            Application.theme, ApplicationVersion.answers,
        )
        .join(ApplicationVersion, counts)
        .where(
            Application.round_id == round.id,
            Application.state == ApplicationState.IN_REVIEW,
            seen(user) if user is not None else true(),
        )
        .order_by(Application.code)
    ).all()  # fmt: skip


def reviews(round: Round) -> Sequence[Any]:
    """List what was asked in the present stage of a round, whatever came of it."""
    return db.session.execute(
        select(Review.application_id, Review.reviewer_id, Review.state, Review.due_at)
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.round_id == round.id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.stage_id == Application.stage_id,
        )
        .order_by(Review.id)
    ).all()


def ties(round: Round) -> Sequence[Any]:
    """List what is known of ties in a round: who is out, and what a check found."""
    return db.session.execute(
        select(
            Conflict.application_id, Conflict.user_id, Conflict.bars, Conflict.reasons,
            (Conflict.state == ConflictState.HINTED).label("is_hint"),
        )
        .join(Application, Application.id == Conflict.application_id)
        .where(Application.round_id == round.id)
        .order_by(Conflict.id)
    ).all()  # fmt: skip
