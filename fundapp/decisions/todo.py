"""What waits for managers about decisions: to propose, to approve, to release."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, exists, func, or_, select

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import Application, ApplicationState, Conflict
from fundapp.applications.queries import seen
from fundapp.core import todo
from fundapp.core.approvals import Approval
from fundapp.core.audit import AuditEvent
from fundapp.decisions import panel_ties
from fundapp.decisions.models import (
    AgendaItem,
    Appeal,
    AppealState,
    Decision,
    DecisionState,
    Letter,
    LetterState,
    Meeting,
    MeetingState,
    Seat,
)
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


def _to_read_over(user: User, at: datetime) -> Select[Any] | None:
    """Select the rounds with letters that wait to be read over by somebody who did not change them."""
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    return (
        select(
            *todo.columns(
                "read_over", Round.id, Round.name, number=func.count(Letter.id),
                since_at=func.min(Letter.state_at),
            )
        )
        .select_from(Round)
        .join(Decision, Decision.round_id == Round.id)
        .join(Letter, Letter.decision_id == Decision.id)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Round.fund_id.in_(funds),
            Decision.state == DecisionState.APPROVED,
            Letter.state == LetterState.DRAFT,
            or_(Letter.edited_by.is_(None), Letter.edited_by != user.id),
            seen(user),
        )
        .group_by(Round.id)
    )  # fmt: skip


def _to_look_again(user: User, at: datetime) -> Select[Any] | None:
    """Select the requests and objections that this person, who had no hand in the decision, may answer."""
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    hands = (Appeal.proposed_by, Appeal.approved_by, Appeal.released_by)
    return (
        select(
            *todo.columns(
                "look_again", Appeal.id, Application.title, code=Application.code, since_at=Appeal.received_at
            )
        )
        .select_from(Appeal)
        .join(Application, Application.id == Appeal.application_id)
        .where(
            Appeal.fund_id.in_(funds),
            Appeal.state.in_((AppealState.RECEIVED, AppealState.IN_HAND)),
            *(hand != user.id for hand in hands),
            or_(Appeal.handler_id.is_(None), Appeal.handler_id == user.id),
            seen(user),
        )
    )


def _to_agree(user: User, at: datetime) -> Select[Any] | None:
    """Select the proposed answers this person may agree with.

    Who took no part in the decision does; who did only where a fund has nobody else without a tie.
    """
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    hands = (Appeal.proposed_by, Appeal.approved_by, Appeal.released_by)
    tied = exists().where(
        Conflict.application_id == Appeal.application_id, Conflict.user_id == Role.user_id, Conflict.bars
    )
    outside = exists().where(
        Role.fund_id == Appeal.fund_id,
        Role.name == RoleName.MANAGER,
        Role.ended_at.is_(None),
        Role.user_id != Appeal.answered_by,
        *(hand != Role.user_id for hand in hands),
        ~tied,
    )
    return (
        select(
            *todo.columns(
                "agree_answer", Appeal.id, Application.title, code=Application.code,
                since_at=Appeal.proposed_at,
            )
        )
        .select_from(Appeal)
        .join(Application, Application.id == Appeal.application_id)
        .where(
            Appeal.fund_id.in_(funds),
            Appeal.state == AppealState.PROPOSED,
            Appeal.answered_by != user.id,
            or_(and_(*(hand != user.id for hand in hands)), ~outside),
            seen(user),
        )
    )  # fmt: skip


def _to_sign(user: User, at: datetime) -> Select[Any] | None:
    """Select the closed meetings the person was in and whose minutes, as they stand, they did not sign."""
    if not (user.panels() or user.funds(RoleName.MANAGER)):
        return None
    signed = exists().where(
        Approval.subject_type == Meeting.__tablename__,
        Approval.subject_id == Meeting.id,
        Approval.user_id == user.id,
        Approval.at >= Meeting.closed_at,
        ~exists().where(
            AuditEvent.subject_type == Meeting.__tablename__,
            AuditEvent.subject_id == Meeting.id,
            AuditEvent.verb == "remark",
            AuditEvent.at > Approval.at,
        ),
    )
    return (
        select(*todo.columns("sign", Meeting.id, Round.name, since_at=Meeting.closed_at))
        .select_from(Meeting)
        .join(Round, Round.id == Meeting.round_id)
        .join(Seat, Seat.meeting_id == Meeting.id)
        .where(
            Meeting.state == MeetingState.CLOSED,
            Seat.user_id == user.id,
            Seat.present_at.is_not(None),
            ~signed,
        )
    )


def _panel_ties(user: User, at: datetime) -> Select[Any] | None:
    """Select the meetings to come for which the person left open whether they have ties."""
    if not (user.panels() or user.funds(RoleName.MANAGER)):
        return None
    return (
        select(
            *todo.columns(
                "panel_ties", Meeting.id, Round.name, number=func.count(AgendaItem.id),
                due_at=Meeting.starts_at, since_at=Meeting.created_at,
            )
        )
        .select_from(Meeting)
        .join(Round, Round.id == Meeting.round_id)
        .join(Seat, Seat.meeting_id == Meeting.id)
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .join(Application, Application.id == AgendaItem.application_id)
        .where(
            Meeting.state == MeetingState.PLANNED,
            Seat.user_id == user.id,
            panel_ties.unsaid(user.id),
            seen(user),
        )
        .group_by(Meeting.id, Round.id)
    )  # fmt: skip


todo.add(
    todo.Kind(
        "panel_ties", _l("Say with which proposals of a meeting you have a tie: %(number)s"), _panel_ties,
        "decisions.panel_ties_of",
    ),
    todo.Kind("propose", _l("Propose decisions: %(number)s to go"), _to_propose, "decisions.office_index"),
    todo.Kind("approve", _l("Approve a proposed decision"), _to_approve, "decisions.show"),
    todo.Kind("release", _l("Release approved decisions: %(number)s"), _to_release, "decisions.office_index"),
    todo.Kind("read_over", _l("Read letters over: %(number)s"), _to_read_over, "decisions.outbox"),
    todo.Kind("look_again", _l("Look again at a decision"), _to_look_again, "decisions.appeal"),
    todo.Kind("agree_answer", _l("Agree with an answer to an objection"), _to_agree, "decisions.appeal"),
    todo.Kind("sign", _l("Sign the minutes"), _to_sign, "decisions.minutes"),
)  # fmt: skip
