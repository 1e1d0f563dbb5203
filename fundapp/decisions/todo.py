"""What waits for managers about decisions: to propose, to approve, to release."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, func, or_, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.queries import seen
from fundapp.core import todo
from fundapp.decisions.models import Decision, DecisionState
from fundapp.rounds.models import Round, RoundState


def _to_propose(user: User, at: datetime) -> Select[Any] | None:
    """Select the rounds in which decisions are made and some proposals have none yet."""
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    live = exists().where(
        Decision.application_id == Application.id,
        Decision.stage_id == Application.stage_id,
        Decision.state.not_in((DecisionState.SUPERSEDED, DecisionState.DRAFT)),
    )
    return (
        select(*todo.columns("propose", Round.id, Round.name, number=func.count(Application.id)))
        .select_from(Round)
        .join(Application, Application.round_id == Round.id)
        .where(
            Round.fund_id.in_(funds),
            Round.state == RoundState.DECIDING,
            Application.state == ApplicationState.IN_REVIEW,
            ~live,
            seen(user),
        )
        .group_by(Round.id)
    )


def _to_approve(user: User, at: datetime) -> Select[Any] | None:
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    return (
        select(
            *todo.columns(
                "approve", Decision.id, Application.title, code=Application.code, since_at=Decision.state_at
            )
        )
        .select_from(Decision)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.fund_id.in_(funds),
            Decision.state == DecisionState.PROPOSED,
            or_(Decision.proposed_by.is_(None), Decision.proposed_by != user.id),
            seen(user),
        )
    )


def _to_release(user: User, at: datetime) -> Select[Any] | None:
    """Select the rounds with approved decisions that somebody else proposed and nobody released."""
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    return (
        select(
            *todo.columns(
                "release", Round.id, Round.name, number=func.count(Decision.id),
                due_at=func.max(Decision.embargo_until_at), since_at=func.min(Decision.state_at),
            )
        )
        .select_from(Round)
        .join(Decision, Decision.round_id == Round.id)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Round.fund_id.in_(funds),
            Decision.state == DecisionState.APPROVED,
            or_(Decision.proposed_by.is_(None), Decision.proposed_by != user.id),
            seen(user),
        )
        .group_by(Round.id)
    )  # fmt: skip


todo.add(
    todo.Kind("propose", _l("Propose decisions: %(number)s to go"), _to_propose, "decisions.office_index"),
    todo.Kind("approve", _l("Approve a proposed decision"), _to_approve, "decisions.show"),
    todo.Kind("release", _l("Release approved decisions: %(number)s"), _to_release, "decisions.office_index"),
)  # fmt: skip
