"""The reviews one person has to do, as plain rows."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts.models import User
from fundapp.applications.models import Application, ApplicationVersion, Conflict, ConflictState
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.reviews import effort
from fundapp.reviews.blind import hides_title, shown_applicant, shown_title
from fundapp.reviews.models import Review, ReviewState, ScoreChange
from fundapp.reviews.queries import own
from fundapp.rounds.models import Criterion, Round, RoundState, Rubric, Stage

WRITABLE = (RoundState.PUBLISHED, RoundState.REVIEWING)
"""Rounds in which reviews can still be written."""

WAY = (Review.skipped_at.is_not(None), Review.skipped_at, Review.due_at, Review.id)
"""The order in which a batch is done: what was skipped comes last."""


def batch(user: User) -> Sequence[Any]:
    """List a reviewer's live reviews as plain rows: newest round first, then by due date."""
    columns = (
        Review.id, Review.state, Review.due_at, Review.submitted_at, Review.total_ppm, Review.rubric_id,
        Review.round_id, Application.id.label("application_id"), shown_title(user), Application.code,
        shown_applicant(user), Review.seconds, Review.skipped_at, Application.version_number,
        Application.state.label("application_state"),
        Round.name.label("round_name"), Round.state.label("round_state"), Fund.zone,
        Conflict.note.label("hint"), Conflict.reasons.label("hint_reasons"), Stage.is_blind,
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
        .join(Stage, Stage.id == Review.stage_id)
        .outerjoin(Conflict, hinted)
        .where(own(user))
        .order_by(Review.round_id.desc(), *WAY)
        .limit(500)
    ).all()


class Neighbours(NamedTuple):
    """The reviews (id, title) before and after one that are still to be written; how far the batch is."""

    before: Any
    after: Any
    done: int
    total: int


def neighbours(user: User, review: Review) -> Neighbours:
    """Find one's place in the batch of a round: by due date, what was skipped at the end."""
    title = Application.code if hides_title(review.stage) else Application.title
    rows = db.session.execute(
        select(Review.id, title.label("title"), Review.state)
        .join(Application, Application.id == Review.application_id)
        .where(own(user), Review.round_id == review.round_id)
        .order_by(*WAY)
    ).all()
    way = [row for row in rows if row.state is ReviewState.ACCEPTED or row.id == review.id]
    at = next((place for place, row in enumerate(way) if row.id == review.id), 0)
    done = sum(row.state is ReviewState.SUBMITTED for row in rows)
    after = way[at + 1] if at + 1 < len(way) else None
    return Neighbours(way[at - 1] if at else None, after, done, len(rows))


def word_counts(application_ids: Sequence[int]) -> dict[int, int]:
    """Count the words of the newest version of some applications, by id; one query."""
    rows = db.session.execute(
        select(ApplicationVersion.application_id, ApplicationVersion.answers)
        .join(Application, Application.id == ApplicationVersion.application_id)
        .where(Application.id.in_(application_ids), ApplicationVersion.number == Application.version_number)
    )
    return {id: effort.count_words(answers) for id, answers in rows}


def own_to_write(user: User) -> list[Review]:
    """Load the reviews somebody has taken on and not handed in, with proposals, rubrics and sheets."""
    whole = joinedload(Review.application)
    return list(
        db.session.scalars(
            select(Review)
            .join(Application, Application.id == Review.application_id)
            .join(Round, Round.id == Review.round_id)
            .where(own(user), Review.state == ReviewState.ACCEPTED, Round.state.in_(WRITABLE))
            .order_by(*WAY)
            .options(
                whole.joinedload(Application.round).joinedload(Round.fund),
                whole.joinedload(Application.stage).joinedload(Stage.form),
                whole.selectinload(Application.conflicts),
                joinedload(Review.rubric).selectinload(Rubric.criteria),
                selectinload(Review.scores),
            )
        ).unique()
    )


def newest_versions(application_ids: Iterable[int]) -> dict[int, ApplicationVersion]:
    """Load the newest version of some applications, by application; the caller asked who may read."""
    found = db.session.scalars(
        select(ApplicationVersion)
        .join(Application, Application.id == ApplicationVersion.application_id)
        .where(
            ApplicationVersion.application_id.in_(list(application_ids)),
            ApplicationVersion.number == Application.version_number,
        )
        .options(joinedload(ApplicationVersion.form))
    )
    return {version.application_id: version for version in found}


def versions(application_id: int, *numbers: int) -> dict[int, ApplicationVersion]:
    """Load some versions of an application with their forms, by number; the caller asked who may read."""
    found = db.session.scalars(
        select(ApplicationVersion)
        .where(ApplicationVersion.application_id == application_id, ApplicationVersion.number.in_(numbers))
        .options(joinedload(ApplicationVersion.form))
    )
    return {version.number: version for version in found}


def movement(review_ids: Iterable[int]) -> list[Any]:
    """List what was changed in reviews after they were handed in, the oldest first, as plain rows.

    Rows: review_id, key and name of the criterion, from_value, to_value (None is N/A), reason, at.
    The caller has asked who may read these reviews.
    """
    columns = (
        ScoreChange.review_id, Criterion.key, Criterion.name, ScoreChange.from_value, ScoreChange.to_value,
        ScoreChange.reason, ScoreChange.at,
    )  # fmt: skip
    return list(
        db.session.execute(
            select(*columns)
            .join(Criterion, Criterion.id == ScoreChange.criterion_id)
            .where(ScoreChange.review_id.in_(list(review_ids)))
            .order_by(ScoreChange.id)
        )
    )
