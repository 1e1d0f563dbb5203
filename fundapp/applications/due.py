"""Dates of applicants: to send a draft in, and to answer what the office asks."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, case, exists, or_, select

from fundapp.accounts.models import Absence, Role, RoleName, User
from fundapp.applications.models import (
    APPLICANTS,
    Access,
    Answer,
    Application,
    ApplicationState,
    Audience,
    Level,
    Thread,
    ThreadKind,
    ThreadState,
)
from fundapp.applications.revisions import UNDER_WAY
from fundapp.core import due
from fundapp.rounds.models import Round, RoundState, Stage

TO_SEND = (ApplicationState.DRAFT, ApplicationState.INVITED)


def _applicants(chosen: Select[Any], *where: Any) -> Select[Any]:
    return chosen.join(Access, Access.application_id == Application.id).where(
        Access.ended_at.is_(None), Access.capacity.in_(APPLICANTS), *where
    )


def _drafts(first: datetime, until: datetime) -> Select[Any]:
    """Select what was begun and not sent in; a longer term for one applicant counts.

    A draft in which nobody answered anything is left alone: opening a form is no plan to apply.
    """
    end = case(
        (Application.extended_until_at > Stage.closes_at, Application.extended_until_at),
        else_=Stage.closes_at,
    )
    found = (
        select(
            *due.columns(
                "draft-open", subject_id=Application.id, user_id=Access.user_id,
                fund_id=Application.fund_id, round_id=Application.round_id,
                application_id=Application.id, due_at=end, since_at=Application.state_at,
            )
        )
        .select_from(Application)
        .join(Round, Round.id == Application.round_id)
        .join(Stage, Stage.id == Application.stage_id)
        .where(
            Application.state.in_(TO_SEND),
            or_(Application.state == ApplicationState.INVITED, _has_answers()),
            Round.state.not_in((RoundState.CANCELLED, RoundState.ARCHIVED)),
            Stage.closes_at.is_not(None),
            end >= first,
            end < until,
        )
    )  # fmt: skip
    return _applicants(found, Access.level == Level.WRITE)


def _has_answers() -> ColumnElement[bool]:
    return exists().where(Answer.application_id == Application.id)


def _questions(first: datetime, until: datetime) -> Select[Any]:
    found = (
        select(
            *due.columns(
                "question-open", subject_id=Thread.id, user_id=Access.user_id,
                fund_id=Application.fund_id, round_id=Application.round_id,
                application_id=Application.id, due_at=Thread.due_at, since_at=Thread.state_at,
                label=Thread.subject,
            )
        )
        .select_from(Thread)
        .join(Application, Application.id == Thread.application_id)
        .where(
            Thread.audience == Audience.APPLICANT,
            Thread.kind.in_((ThreadKind.QUESTION, ThreadKind.COMPLETION)),
            Thread.state == ThreadState.OPEN,
            Application.state.in_(UNDER_WAY),
            Thread.due_at >= first,
            Thread.due_at < until,
        )
    )  # fmt: skip
    return _applicants(found)


def _away(first: datetime, until: datetime) -> Select[Any]:
    """Select, for each manager or finance officer who goes away, the other managers of the fund."""
    theirs, others = Role.__table__.alias("theirs"), Role.__table__.alias("others")
    return (
        select(
            *due.columns(
                "key-person-away", subject_id=Absence.id, user_id=others.c.user_id,
                fund_id=theirs.c.fund_id, due_on=Absence.from_on, label=User.name,
            )
        )
        .select_from(Absence)
        .join(theirs, theirs.c.user_id == Absence.user_id)
        .join(others, others.c.fund_id == theirs.c.fund_id)
        .join(User, User.id == Absence.user_id)
        .where(
            theirs.c.name.in_((RoleName.MANAGER, RoleName.FINANCE)),
            theirs.c.ended_at.is_(None),
            others.c.name == RoleName.MANAGER,
            others.c.ended_at.is_(None),
            others.c.user_id != Absence.user_id,
            due.noon(Absence.from_on) >= first,
            due.noon(Absence.from_on) < until,
        )
        .distinct()
    )  # fmt: skip


due.add(
    due.Kind(
        "draft-open", _l("Send your proposal in"), _drafts, "applications.check",
        offsets=(-14, -7, -2, -1), todo="draft",
        whom=_l("everybody who may write in the draft, once something stands in it"),
        stops=_l("the proposal is sent in, or the call has closed"),
        ends=True,
    ),
    due.Kind(
        "question-open", _l("Answer a question about your proposal"), _questions, "applications.question",
        offsets=(-3, -1), is_optional=False, todo="question",
        whom=_l("everybody who applies with the proposal"),
        stops=_l("the question is answered or withdrawn"),
    ),
    due.Kind(
        "key-person-away", _l("Somebody the fund relies on is away"), _away, "reminders.to_do",
        values=lambda row: {}, offsets=(-3, 0),
        whom=_l("the other managers of the fund"),
        stops=_l("the days away are taken back"),
    ),
)  # fmt: skip
