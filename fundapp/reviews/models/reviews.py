"""Reviews, their scores, and what was changed later."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.models.proposals import of_wiped_trial
from fundapp.core.db import Base, Row, Versioned, append_only, check, fk, words
from fundapp.rounds.models import Criterion, Rubric, Stage


class ReviewState(StrEnum):
    """Where one reviewer's work on one application stands."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUBMITTED = "submitted"
    RELEASED = "released"


class ReviewPurpose(StrEnum):
    """Reviewed to choose, or again at the end to measure change."""

    SELECTION = "selection"
    CLOSING = "closing"


class Review(Row, Versioned, Base):
    """One reviewer's assignment and judgement of one application."""

    __tablename__ = "review"

    application_id: Mapped[int] = mapped_column()
    round_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    stage_id: Mapped[int] = fk("stage.id", index=False)
    rubric_id: Mapped[int] = fk("rubric.id", index=False)
    purpose: Mapped[ReviewPurpose] = words(ReviewPurpose, "purpose", default=ReviewPurpose.SELECTION)
    reviewer_id: Mapped[int] = fk("user.id", index=False)
    state: Mapped[ReviewState] = words(ReviewState, default=ReviewState.INVITED)
    state_at: Mapped[datetime]
    assigned_by: Mapped[int | None] = fk("user.id", index=False)
    assigned_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    version_number: Mapped[int | None]
    confidence: Mapped[int | None]
    to_applicant: Mapped[str] = mapped_column(default="")
    internal: Mapped[str] = mapped_column(default="")
    decline_reason: Mapped[str | None]
    total_ppm: Mapped[int | None]
    coverage_ppm: Mapped[int | None]
    seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    """Time spent with the page in view, counted in steps of half a minute."""
    active_at: Mapped[datetime | None]
    skipped_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(
        foreign_keys=[application_id], primaryjoin="Review.application_id == Application.id", viewonly=True
    )
    reviewer: Mapped[User] = relationship(foreign_keys=[reviewer_id])
    stage: Mapped[Stage] = relationship(foreign_keys=[stage_id])
    rubric: Mapped[Rubric] = relationship(foreign_keys=[rubric_id])
    scores: Mapped[list["Score"]] = relationship(
        back_populates="review", foreign_keys="Score.review_id", order_by="Score.id"
    )

    __table_args__ = (
        ForeignKeyConstraint(
            ["application_id", "round_id", "fund_id"],
            ["application.id", "application.round_id", "application.fund_id"],
        ),
        UniqueConstraint("application_id", "stage_id", "purpose", "reviewer_id"),
        UniqueConstraint("id", "rubric_id"),
        UniqueConstraint("id", "rubric_id", "application_id"),
        check("declined_why", "(state = 'declined') = (decline_reason IS NOT NULL)"),
        check(
            "submitted_what",
            "state <> 'submitted' OR (submitted_at IS NOT NULL AND version_number IS NOT NULL)",
        ),
        check("seconds_some", "seconds >= 0"),
        check("confidence_known", "confidence IS NULL OR confidence BETWEEN 1 AND 4"),
        Index("ix_review_reviewer", "reviewer_id", "state"),
        Index("ix_review_round", "round_id", "stage_id", "state"),
    )


class Score(Row, Base):
    """One criterion's score with its reason. N/A is a flag of its own, never a number."""

    __tablename__ = "score"

    review_id: Mapped[int] = mapped_column()
    rubric_id: Mapped[int] = mapped_column()
    criterion_id: Mapped[int] = mapped_column()
    value: Mapped[int | None]
    is_na: Mapped[bool] = mapped_column(default=False)
    expected: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]

    review: Mapped[Review] = relationship(back_populates="scores", foreign_keys=[review_id])
    criterion: Mapped[Criterion] = relationship(
        foreign_keys=[criterion_id], primaryjoin="Score.criterion_id == Criterion.id", viewonly=True
    )

    __table_args__ = (
        ForeignKeyConstraint(["review_id", "rubric_id"], ["review.id", "review.rubric_id"]),
        ForeignKeyConstraint(["criterion_id", "rubric_id"], ["criterion.id", "criterion.rubric_id"]),
        UniqueConstraint("review_id", "criterion_id"),
        check("na_is_no_number", "NOT (is_na AND value IS NOT NULL)"),
    )


class ScoreChange(Row, Base):
    """A score that moved after it was handed in, and why."""

    __tablename__ = "score_change"

    review_id: Mapped[int] = fk("review.id")
    criterion_id: Mapped[int] = fk("criterion.id", index=False)
    from_value: Mapped[int | None]
    to_value: Mapped[int | None]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor_id: Mapped[int] = fk("user.id", index=False)


append_only(
    ScoreChange.__table__,  # type: ignore[arg-type]
    may_go=of_wiped_trial("(SELECT application_id FROM review WHERE review.id = OLD.review_id)"),
)
