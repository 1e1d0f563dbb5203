"""What waits for people about agreements: shares to agree to, plans to answer, changes, conditions."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, Conflict
from fundapp.applications.queries import seen
from fundapp.core import todo
from fundapp.grants.models import (
    Award,
    AwardState,
    Condition,
    ConditionState,
    Milestone,
    MilestoneState,
    PlanState,
    PlanVersion,
)


def _proposed(user: User, at: datetime) -> Select[Any] | None:
    """Select the plans that grantees proposed and nobody answered."""
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    return (
        select(
            *todo.columns(
                "plan", Award.id, Application.title, code=Application.code, other=PlanVersion.number,
                since_at=PlanVersion.made_at,
            )
        )
        .select_from(PlanVersion)
        .join(Award, Award.id == PlanVersion.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(PlanVersion.state == PlanState.OPEN, Award.fund_id.in_(funds), seen(user))
    )  # fmt: skip


def _to_check(user: User, at: datetime) -> Select[Any]:
    """Select the open conditions of running grants that somebody watches, or staff where nobody does.

    Those of a milestone come while it can be claimed; the others at any time.
    """
    tied = select(Conflict.application_id).where(Conflict.user_id == user.id, Conflict.bars)
    unwatched = Condition.watcher_id.is_(None) & Award.fund_id.in_(user.funds(RoleName.MANAGER))
    return (
        select(
            *todo.columns(
                "condition", Condition.id, Condition.title, code=Application.code,
                since_at=Condition.state_at,
            )
        )
        .select_from(Condition)
        .join(Award, Award.id == Condition.award_id)
        .join(Application, Application.id == Award.application_id)
        .outerjoin(
            Milestone, (Milestone.award_id == Award.id) & (Milestone.ref == Condition.ref)
        )
        .where(
            Condition.state == ConditionState.OPEN,
            Award.state == AwardState.ACTIVE,
            or_(Milestone.id.is_(None), Milestone.state.in_([MilestoneState.OPEN, MilestoneState.DELIVERED])),
            or_(Condition.watcher_id == user.id, unwatched),
            Application.id.not_in(tied),
        )
    )  # fmt: skip


todo.add(
    todo.Kind(
        "plan", _l("Answer the plan that the grantee proposes"), _proposed, "grants.proposal",
        lambda line: {"id": line.ref, "number": line.other},
    ),
    todo.Kind("condition", _l("Check a condition"), _to_check, "grants.condition"),
)  # fmt: skip
