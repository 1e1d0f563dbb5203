"""Dates in agreements: an offer that waits for its signature, a condition that is to be checked."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, literal, select

from fundapp.accounts.models import Role, RoleName
from fundapp.applications.models import Access, Application, Capacity, Conflict
from fundapp.core import due
from fundapp.grants.models import (
    Agreement,
    AgreementState,
    Award,
    AwardState,
    Condition,
    ConditionState,
    Milestone,
)

LIVE = (AwardState.PLANNING, AwardState.ACTIVE, AwardState.PAUSED)


def _unsigned(first: datetime, until: datetime) -> Select[Any]:
    """Select offered agreements for who signs them; they count from the day of the offer."""
    return (
        select(
            *due.columns(
                "agreement-unsigned", subject_id=Agreement.id, user_id=Access.user_id,
                fund_id=Agreement.fund_id, round_id=Award.round_id, application_id=Award.application_id,
                due_at=Agreement.state_at, since_at=Agreement.state_at, other=Award.id,
            )
        )
        .select_from(Agreement)
        .join(Award, Award.id == Agreement.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(Access, Access.application_id == Application.id)
        .where(
            Agreement.state == AgreementState.OFFERED,
            Award.state.in_(LIVE),
            Access.ended_at.is_(None),
            Access.capacity == Capacity.OWNER,
            Agreement.state_at >= first,
            Agreement.state_at < until,
        )
    )  # fmt: skip


def _conditions(first: datetime, until: datetime) -> Select[Any]:
    """Select conditions on the day of their milestone, for who watches them, else for the managers."""
    day = due.noon(Milestone.due_on)
    watches = (Role.user_id == Condition.watcher_id) | (
        Condition.watcher_id.is_(None) & (Role.name == RoleName.MANAGER)
    )
    tied = select(literal(1)).where(
        Conflict.application_id == Award.application_id, Conflict.user_id == Role.user_id, Conflict.bars
    )
    return (
        select(
            *due.columns(
                "condition-due", subject_id=Condition.id, user_id=Role.user_id, fund_id=Condition.fund_id,
                round_id=Award.round_id, application_id=Award.application_id, due_on=Milestone.due_on,
                label=Condition.title,
            )
        )
        .select_from(Condition)
        .join(Award, Award.id == Condition.award_id)
        .join(Milestone, and_(Milestone.award_id == Award.id, Milestone.ref == Condition.ref))
        .join(Role, and_(Role.fund_id == Condition.fund_id, Role.ended_at.is_(None), watches))
        .where(
            Condition.state == ConditionState.OPEN,
            Award.state == AwardState.ACTIVE,
            ~tied.exists(),
            day >= first,
            day < until,
        )
        .distinct()
    )  # fmt: skip


due.add(
    due.Kind(
        "agreement-unsigned", _l("An agreement was offered and waits for your signature"), _unsigned,
        "grants.accept", values=lambda row: {"id": row.other}, offsets=(7, 14),
        whom=_l("the owner of the grant"),
        stops=_l("the agreement is signed, withdrawn or replaced by another"),
    ),
    due.Kind(
        "condition-due", _l("A condition is to be checked"), _conditions, "grants.condition", offsets=(-7, 0),
        is_optional=False,
        todo="condition",
        whom=_l("who watches the condition, else each manager of the fund"),
        stops=_l("the condition is met, waived or found not met"),
    ),
)  # fmt: skip
