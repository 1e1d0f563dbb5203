"""Dates in evaluating: closing scores, and whether projects live on."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, select

from fundapp.accounts.models import Role, RoleName
from fundapp.applications.models import Access, Application, Capacity, Conflict
from fundapp.core import due
from fundapp.funds.models import Fund
from fundapp.grants.models import Award
from fundapp.reports import disclosure_due  # noqa: F401  add disclosures
from fundapp.reports.models import AliveCheck, Evaluation, EvaluationState
from fundapp.reviews.models import Review, ReviewPurpose
from fundapp.reviews.workflow import OPEN

LAST_YEAR = 365
"""An evaluation that came out within so many days before the date, or since, is the one that was due."""


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


def _evaluations(first: datetime, until: datetime) -> Select[Any]:
    """Select the days by which funds are to be evaluated, while no evaluation of their last year is out."""
    day = due.noon(Fund.evaluation_due_on)
    out = (
        select(Evaluation.id)
        .where(
            Evaluation.fund_id == Fund.id,
            Evaluation.state == EvaluationState.PUBLISHED,
            due.later(Evaluation.published_at, LAST_YEAR) > day,
        )
        .exists()
    )
    return (
        select(
            *due.columns(
                "fund-evaluation", subject_id=Fund.id, user_id=Role.user_id, fund_id=Fund.id,
                due_on=Fund.evaluation_due_on, label=Fund.name,
            )
        )
        .select_from(Fund)
        .join(Role, Role.fund_id == Fund.id)
        .where(
            Fund.evaluation_due_on.is_not(None),
            Role.name == RoleName.MANAGER,
            Role.ended_at.is_(None),
            ~out,
            day >= first,
            day < until,
        )
    )  # fmt: skip


due.add(
    due.Kind(
        "fund-evaluation", _l("The fund is to be evaluated"), _evaluations, "reports.index",
        values=lambda row: {"_anchor": "evaluations"}, offsets=(-90, -30, -7, 0), is_optional=False,
        whom=_l("each manager of the fund"),
        stops=_l("an evaluation is published, or the fund has another date"),
    ),
    due.Kind(
        "alive-check", _l("Tell whether your project lives on"), _alive, "reports.alive", offsets=(0, 14, 28),
        escalation=("manager", 42),
        todo="alive-check",
        whom=_l("the owner of the finished project"),
        stops=_l("they have answered, or the office did for them"),
    ),
    due.Kind("closing-score", _l("Score a finished project again"), _closing, "reports.closing",
        todo="closing-score",
        whom=_l("the reviewer"),
        stops=_l("the closing score is handed in or given back"),
    ),
)  # fmt: skip
