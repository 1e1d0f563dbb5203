"""What waits for people about evaluating: to score again, to tell, to sign, to confirm."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Access, Application, Capacity
from fundapp.applications.queries import barred_for
from fundapp.core import todo
from fundapp.core.due import noon
from fundapp.grants.models import Award
from fundapp.reports import disclosure_todo  # noqa: F401  add disclosures
from fundapp.reports.models import AliveCheck, Evaluation, EvaluationState
from fundapp.reviews.models import Review, ReviewPurpose
from fundapp.reviews.workflow import OPEN

AHEAD = timedelta(days=30)


def _to_score(user: User, at: datetime) -> Select[Any]:
    """Select the projects a person was asked to score again."""
    return (
        select(
            *todo.columns(
                "closing-score", Review.id, Application.title, code=Application.code, due_at=Review.due_at,
                since_at=Review.state_at,
            )
        )
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.reviewer_id == user.id,
            Review.purpose == ReviewPurpose.CLOSING,
            Review.state.in_(OPEN),
            Review.application_id.not_in(barred_for(user)),
        )
    )  # fmt: skip


def _to_tell(user: User, at: datetime) -> Select[Any]:
    """Select the projects of which an owner is asked whether they live on."""
    day = noon(AliveCheck.due_on)
    return (
        select(
            *todo.columns("alive-check", AliveCheck.id, Application.title, code=Application.code, due_at=day)
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
        .where(AliveCheck.answered_at.is_(None), Access.user_id == user.id, day < at + AHEAD)
    )


def _to_sign(user: User, at: datetime) -> Select[Any]:
    """Select the evaluations a person was asked to judge."""
    return select(
        *todo.columns("sign-evaluation", Evaluation.id, Evaluation.title, since_at=Evaluation.invited_at)
    ).where(Evaluation.evaluator_id == user.id, Evaluation.state == EvaluationState.DRAFT)


def _to_confirm(user: User, at: datetime) -> Select[Any] | None:
    """Select the decisions on evaluations that somebody else recorded."""
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    return select(*todo.columns("confirm-evaluation", Evaluation.id, Evaluation.title)).where(
        Evaluation.fund_id.in_(funds),
        Evaluation.decision.is_not(None),
        Evaluation.confirmed_by.is_(None),
        Evaluation.decided_by != user.id,
        Evaluation.state.in_((EvaluationState.SIGNED, EvaluationState.PUBLISHED)),
    )


todo.add(
    todo.Kind("closing-score", _l("Score a finished project again"), _to_score, "reports.closing"),
    todo.Kind("alive-check", _l("Tell whether your project lives on"), _to_tell, "reports.alive"),
    todo.Kind("sign-evaluation", _l("Read an evaluation and sign it"), _to_sign, "reports.evaluation"),
    todo.Kind(
        "confirm-evaluation", _l("Confirm a decision on an evaluation"), _to_confirm, "reports.evaluation"
    ),
)
