"""Dates of the office: to decide by, and to answer who asks or objects (Awb 4:13, 7:10)."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, or_, select

from fundapp.accounts.models import Role, RoleName
from fundapp.applications.models import Application, Conflict
from fundapp.core import due
from fundapp.decisions.appeal_rows import OPEN
from fundapp.decisions.models import Appeal, Decision, DecisionState
from fundapp.decisions.queries import LIVE
from fundapp.rounds.models import Round, RoundState


def _managers(fund_id: Any) -> Any:
    return (Role.fund_id == fund_id) & (Role.name == RoleName.MANAGER) & Role.ended_at.is_(None)


def _to_decide(first: datetime, until: datetime) -> Select[Any]:
    """Select the rounds with a promised day and proposals that have no approved decision."""
    approved = exists().where(
        Decision.application_id == Application.id, Decision.state == DecisionState.APPROVED
    )
    open_still = exists().where(
        Application.round_id == Round.id, Application.state.in_(LIVE), ~approved
    ).correlate(Round)  # fmt: skip
    end = due.noon(Round.decide_by_on)
    return (
        select(
            *due.columns(
                "decide-by", subject_id=Round.id, user_id=Role.user_id, fund_id=Round.fund_id,
                round_id=Round.id, due_on=Round.decide_by_on, label=Round.name,
            )
        )
        .select_from(Round)
        .join(Role, _managers(Round.fund_id))
        .where(
            Round.state.in_((RoundState.REVIEWING, RoundState.DECIDING)),
            Round.decide_by_on.is_not(None),
            open_still,
            end >= first,
            end < until,
        )
        .distinct()
    )  # fmt: skip


def _to_answer(first: datetime, until: datetime) -> Select[Any]:
    """Select open appeals: for whoever has it in hand, else for each manager who may look again."""
    bars = exists().where(
        Conflict.application_id == Appeal.application_id, Conflict.user_id == Role.user_id, Conflict.bars
    )
    hands = (Appeal.proposed_by, Appeal.approved_by, Appeal.released_by)
    end = due.noon(Appeal.due_on)
    return (
        select(
            *due.columns(
                "appeal-answer", subject_id=Appeal.id, user_id=Role.user_id, fund_id=Appeal.fund_id,
                round_id=Appeal.round_id, application_id=Appeal.application_id, due_on=Appeal.due_on,
                since_at=Appeal.received_at,
            )
        )
        .select_from(Appeal)
        .join(Role, _managers(Appeal.fund_id))
        .where(
            Appeal.state.in_(OPEN),
            Appeal.due_on.is_not(None),
            or_(Appeal.handler_id.is_(None), Appeal.handler_id == Role.user_id),
            *(hand != Role.user_id for hand in hands),
            ~bars,
            end >= first,
            end < until,
        )
        .distinct()
    )  # fmt: skip


due.add(
    due.Kind(
        "decide-by", _l("Decide about the proposals of a round"), _to_decide, "decisions.office_index",
        offsets=(-14, -3), is_optional=False, todo="propose",
    ),
    due.Kind(
        "appeal-answer", _l("Answer who objects to a decision"), _to_answer, "decisions.appeal",
        offsets=(-14, -3, 0), is_optional=False, is_urgent=True, todo="look_again",
    ),
)  # fmt: skip
