"""Dates of reviewers: to answer an invitation, and to hand in."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, or_, select

from fundapp.applications.models import Application, ApplicationState, Conflict, ConflictState
from fundapp.core import due
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState

DAYS_TO_ANSWER = 5
"""How long an invitation to review may lie unanswered."""


def _reviews(kind: str, state: ReviewState, due_at: Any, first: datetime, until: datetime) -> Select[Any]:
    """Select open reviews of people whom no tie bars."""
    bars = select(Conflict.application_id).where(Conflict.user_id == Review.reviewer_id, Conflict.bars)
    return (
        select(
            *due.columns(
                kind, subject_id=Review.id, user_id=Review.reviewer_id, fund_id=Review.fund_id,
                round_id=Review.round_id, application_id=Review.application_id, due_at=due_at,
                since_at=Review.state_at,
            )
        )
        .select_from(Review)
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.state == state,
            Review.purpose == ReviewPurpose.SELECTION,
            Application.state == ApplicationState.IN_REVIEW,
            Review.application_id.not_in(bars),
            due_at >= first,
            due_at < until,
        )
    )  # fmt: skip


def _declared() -> Any:
    """Give the condition that the reviewer has said there is no tie."""
    return (
        select(Conflict.id)
        .where(
            Conflict.user_id == Review.reviewer_id,
            Conflict.application_id == Review.application_id,
            Conflict.state == ConflictState.CLEAR,
        )
        .exists()
    )


def _to_declare(first: datetime, until: datetime) -> Select[Any]:
    end = due.later(Review.state_at, DAYS_TO_ANSWER)
    return _reviews("tie-to-declare", ReviewState.INVITED, end, first, until).where(~_declared())


def _to_answer(first: datetime, until: datetime) -> Select[Any]:
    end = due.later(Review.state_at, DAYS_TO_ANSWER)
    return _reviews("invitation-to-answer", ReviewState.INVITED, end, first, until).where(_declared())


def _to_hand_in(first: datetime, until: datetime) -> Select[Any]:
    found = _reviews("review-due", ReviewState.ACCEPTED, Review.due_at, first, until)
    return found.where(and_(Review.due_at.is_not(None), or_(Review.submitted_at.is_(None))))


due.add(
    due.Kind(
        "tie-to-declare", _l("Say whether you have a tie with a proposal"), _to_declare, "reviews.card",
        offsets=(-2, 0, 2), escalation=("manager", 4), todo="invited",
        whom=_l("the reviewer who was asked"),
        stops=_l("they have said whether there is a tie, or the office has withdrawn the request"),
    ),
    due.Kind(
        "invitation-to-answer", _l("Answer whether you will review a proposal"), _to_answer, "reviews.card",
        offsets=(-2, 0, 2), escalation=("manager", 4), todo="invited",
        whom=_l("the reviewer who was asked"),
        stops=_l("they have said yes or no, or the office has withdrawn the request"),
    ),
    due.Kind(
        "review-due", _l("Hand in your review"), _to_hand_in, "reviews.desk",
        offsets=(-7, -3, -1, 1), is_optional=False, escalation=("manager", 2), todo="review",
        whom=_l("the reviewer"),
        stops=_l("the review is handed in or given back"),
    ),
)  # fmt: skip
