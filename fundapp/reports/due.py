"""Dates in evaluating: closing scores, and whether projects live on."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, select

from fundapp.applications.models import Access, Application, Capacity, Conflict
from fundapp.core import due
from fundapp.grants.models import Award
from fundapp.reports.models import AliveCheck
from fundapp.reviews.models import Review, ReviewPurpose
from fundapp.reviews.workflow import OPEN


def _alive(first: datetime, until: datetime) -> Select[Any]:
    """Select the questions to owners whether their project lives on, while nobody answered."""
    day = due.noon(AliveCheck.due_on)
    return (
        select(
            *due.columns(
                "alive-check", subject_id=AliveCheck.id, user_id=Access.user_id, fund_id=AliveCheck.fund_id,
                round_id=Award.round_id, application_id=Award.application_id, due_on=AliveCheck.due_on,
            )
        )
        .select_from(AliveCheck)
        .join(Award, Award.id == AliveCheck.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(
            Access,
            and_(
                Access.application_id == Application.id,
                Access.capacity == Capacity.OWNER,
                Access.ended_at.is_(None),
            ),
        )
        .where(AliveCheck.answered_at.is_(None), day >= first, day < until)
    )  # fmt: skip


def _closing(first: datetime, until: datetime) -> Select[Any]:
    """Select the projects to be scored again by people whom no tie bars."""
    bars = select(Conflict.application_id).where(Conflict.user_id == Review.reviewer_id, Conflict.bars)
    return (
        select(
            *due.columns(
                "closing-score", subject_id=Review.id, user_id=Review.reviewer_id, fund_id=Review.fund_id,
                round_id=Review.round_id, application_id=Review.application_id, due_at=Review.due_at,
                since_at=Review.state_at,
            )
        )
        .select_from(Review)
        .where(
            Review.purpose == ReviewPurpose.CLOSING,
            Review.state.in_(OPEN),
            Review.application_id.not_in(bars),
            Review.due_at >= first,
            Review.due_at < until,
        )
    )  # fmt: skip


due.add(
    due.Kind(
        "alive-check", _l("Tell whether your project lives on"), _alive, "reports.alive", offsets=(0, 14, 28),
        escalation=("manager", 42),
    ),
    due.Kind("closing-score", _l("Score a finished project again"), _closing, "reports.closing"),
)  # fmt: skip
