"""Dates of the office: to decide by, and to answer who asks or objects (Awb 4:13, 7:10)."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, case, exists, func, or_, select

from fundapp.accounts.models import Role, RoleName
from fundapp.applications.clock_stops import DAY_S
from fundapp.applications.models import Application, Conflict
from fundapp.core import due
from fundapp.decisions import panel_ties
from fundapp.decisions.appeal_rows import OPEN
from fundapp.decisions.models import (
    AgendaItem,
    Appeal,
    Decision,
    DecisionState,
    Meeting,
    MeetingState,
    Seat,
)
from fundapp.decisions.queries import LIVE
from fundapp.funds.models import Fund, Regime
from fundapp.rounds.models import Round, RoundState, Stage

AWB_DAYS = 56
"""Within eight weeks there is a decision, where the law says nothing else (Awb 4:13)."""


def _managers(fund_id: Any) -> Any:
    return (Role.fund_id == fund_id) & (Role.name == RoleName.MANAGER) & Role.ended_at.is_(None)


def _undecided() -> Any:
    """Give the condition that an application still has no approved decision."""
    approved = exists().where(
        Decision.application_id == Application.id, Decision.state == DecisionState.APPROVED
    )
    return and_(Application.state.in_(LIVE), ~approved)


def _promised() -> Any:
    """Give the day of a stage, else of its call; else, where the Awb holds, eight weeks after closing."""
    day = func.coalesce(Stage.decide_by_on, Round.decide_by_on)
    under_awb = (Fund.legal_regime == Regime.AWB) & Stage.closes_at.is_not(None)
    return case((day.is_not(None), due.noon(day)), (under_awb, due.later(Stage.closes_at, AWB_DAYS)))


def _to_decide(first: datetime, until: datetime) -> Select[Any]:
    """Select the rounds with a promised day, or the term of the Awb, and proposals without a decision."""
    end = _promised()
    open_still = exists().where(
        Application.round_id == Round.id, Application.stage_id == Stage.id, _undecided()
    ).correlate(Round, Stage)  # fmt: skip
    return (
        select(
            *due.columns(
                "decide-by", subject_id=Round.id, user_id=Role.user_id, fund_id=Round.fund_id,
                round_id=Round.id, due_at=end, is_day=True, label=Round.name,
            )
        )
        .select_from(Round)
        .join(Fund, Fund.id == Round.fund_id)
        .join(Stage, Stage.round_id == Round.id)
        .join(Role, _managers(Round.fund_id))
        .where(
            Round.state.in_((RoundState.REVIEWING, RoundState.DECIDING)),
            open_still,
            end >= first,
            end < until,
        )
        .distinct()
    )  # fmt: skip


def _moved_terms(first: datetime, until: datetime) -> Select[Any]:
    """Select the proposals whose clock stood still (Awb 4:15): each has a last day of its own."""
    days = (Application.clock_stopped_s + (DAY_S - 1)) // DAY_S
    end = due.later(_promised(), days)
    bars = exists().where(
        Conflict.application_id == Application.id, Conflict.user_id == Role.user_id, Conflict.bars
    )
    return (
        select(
            *due.columns(
                "decision-term", subject_id=Application.id, user_id=Role.user_id, fund_id=Application.fund_id,
                round_id=Application.round_id, application_id=Application.id, due_at=end, is_day=True,
            )
        )
        .select_from(Application)
        .join(Round, Round.id == Application.round_id)
        .join(Fund, Fund.id == Round.fund_id)
        .join(Stage, Stage.id == Application.stage_id)
        .join(Role, _managers(Application.fund_id))
        .where(
            Application.clock_stopped_s > 0,
            Application.clock_stopped_at.is_(None),  # while it stands still nothing is due
            Round.state.not_in((RoundState.CANCELLED, RoundState.ARCHIVED)),
            _undecided(),
            ~bars,
            end >= first,
            end < until,
        )
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


def _panel_ties(first: datetime, until: datetime) -> Select[Any]:
    """Select, for each who sits in a meeting to come, whether they left open if there is a tie."""
    member = or_(
        (Role.name == RoleName.PANEL) & (Role.round_id == Meeting.round_id),
        (Role.name == RoleName.MANAGER) & (Role.fund_id == Meeting.fund_id),
    )
    sits = exists().where(Role.user_id == Seat.user_id, Role.ended_at.is_(None), member)
    left_open = (
        exists()
        .where(
            AgendaItem.meeting_id == Meeting.id,
            Application.id == AgendaItem.application_id,
            panel_ties.unsaid(Seat.user_id),
        )
        .correlate(Meeting, Seat)
    )
    return (
        select(
            *due.columns(
                "panel-tie-to-declare", subject_id=Meeting.id, user_id=Seat.user_id, fund_id=Meeting.fund_id,
                round_id=Meeting.round_id, due_at=Meeting.starts_at, since_at=Meeting.created_at,
                label=Round.name,
            )
        )
        .select_from(Meeting)
        .join(Round, Round.id == Meeting.round_id)
        .join(Seat, Seat.meeting_id == Meeting.id)
        .where(
            Meeting.state == MeetingState.PLANNED,
            sits,
            left_open,
            Meeting.starts_at >= first,
            Meeting.starts_at < until,
        )
    )  # fmt: skip


due.add(
    due.Kind(
        "panel-tie-to-declare", _l("Say with which proposals of a meeting you have a tie"), _panel_ties,
        "decisions.panel_ties_of", offsets=(-7, -2, -1), is_optional=False, todo="panel_ties", ends=True,
        whom=_l("each who sits in the meeting"),
        stops=_l("they have said so for every proposal on the agenda, or the meeting has begun"),
    ),
    due.Kind(
        "decide-by", _l("Decide about the proposals of a round"), _to_decide, "decisions.office_index",
        offsets=(-14, -3), is_optional=False, todo="propose",
        whom=_l("each manager of the fund"),
        stops=_l("every proposal of the round has an approved decision"),
    ),
    due.Kind(
        "decision-term", _l("The term to decide about a proposal ends (its clock stood still)"), _moved_terms,
        "applications.office_show", offsets=(-14, -3), is_optional=False,
        whom=_l("each manager of the fund whom no tie bars"),
        stops=_l("the proposal has an approved decision, or its clock stands still again"),
    ),
    due.Kind(
        "appeal-answer", _l("Answer who objects to a decision"), _to_answer, "decisions.appeal",
        offsets=(-14, -3, 0), is_optional=False, is_urgent=True, todo="look_again",
        whom=_l("who has the objection in hand, else each manager who may look again"),
        stops=_l("the objection is answered or withdrawn"),
    ),
)  # fmt: skip
