"""What waits for people about proposals: drafts and questions, checks, ties, words meant for them."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, case, func, or_, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import (
    Application,
    ApplicationState,
    Audience,
    Conflict,
    ConflictState,
    Mention,
    Message,
    Screening,
    Stand,
    Thread,
    ThreadState,
)
from fundapp.applications.queries import mine, seen
from fundapp.core import todo
from fundapp.rounds.models import Round, RoundState, Stage

S = ApplicationState


def _managed(user: User) -> list[int]:
    return user.funds(RoleName.MANAGER)


# --- those who apply -----------------------------------------------------------------


def _to_write(kind: str, state: S, user: User, at: datetime) -> Select[Any]:
    """Select what can still be sent in; a longer term for one applicant counts."""
    end = case(
        (Application.extended_until_at > Stage.closes_at, Application.extended_until_at),
        else_=Stage.closes_at,
    )
    return (
        select(*todo.columns(kind, Application.id, Application.title, code=Application.code, due_at=end))
        .select_from(Application)
        .join(Round, Round.id == Application.round_id)
        .join(Stage, Stage.id == Application.stage_id)
        .where(
            mine(user),
            Application.state == state,
            Round.state == RoundState.PUBLISHED if state is S.DRAFT else Round.state != RoundState.CANCELLED,
            Stage.opens_at <= at,
            or_(Stage.closes_at.is_(None), end > at),
        )
    )


def _questions(user: User, at: datetime) -> Select[Any]:
    return (
        select(
            *todo.columns(
                "question", Thread.id, Application.title, code=Application.code, due_at=Thread.due_at,
                since_at=Thread.state_at,
            )
        )
        .select_from(Thread)
        .join(Application, Application.id == Thread.application_id)
        .where(mine(user), Thread.audience == Audience.APPLICANT, Thread.state == ThreadState.OPEN)
    )  # fmt: skip


# --- the office ----------------------------------------------------------------------


def _received(user: User, at: datetime) -> Select[Any] | None:
    """Select the rounds with proposals to take into review: closed ones, and those without an end."""
    if not (funds := _managed(user)):
        return None
    first = (Stage.round_id == Round.id) & (Stage.number == 1)
    return (
        select(
            *todo.columns(
                "received", Round.id, Round.name, number=func.count(Application.id),
                since_at=func.min(Application.submitted_at),
            )
        )
        .select_from(Round)
        .join(Application, Application.round_id == Round.id)
        .join(Stage, first)
        .where(
            Application.fund_id.in_(funds),
            Application.state == S.SUBMITTED,
            seen(user),
            or_(Round.state == RoundState.REVIEWING, Stage.closes_at.is_(None)),
        )
        .group_by(Round.id)
    )  # fmt: skip


def _checks(kind: str, stand: Stand, user: User) -> Select[Any] | None:
    """Select the checks of conditions that stand here, and that somebody else began."""
    if not (funds := _managed(user)):
        return None
    return (
        select(
            *todo.columns(
                kind, Application.id, Application.title, code=Application.code,
                since_at=Screening.first_at,
            )
        )
        .select_from(Screening)
        .join(Application, Application.id == Screening.application_id)
        .where(
            Screening.fund_id.in_(funds),
            Screening.stand == stand,
            Screening.first_by != user.id,
            Application.state == S.SUBMITTED,
            seen(user),
        )
    )  # fmt: skip


def _second_looks(user: User, at: datetime) -> Select[Any] | None:
    return _checks("second_look", Stand.SECOND, user)


def _apart(user: User, at: datetime) -> Select[Any] | None:
    return _checks("apart", Stand.APART, user)


def _asked(kind: str, state: ThreadState, user: User) -> Select[Any] | None:
    """Select what applicants were asked and stands like this: for the lead, or without one for all."""
    if not (funds := _managed(user)):
        return None
    return (
        select(
            *todo.columns(
                kind, Thread.id, Application.title, code=Application.code, since_at=Thread.state_at
            )
        )
        .select_from(Thread)
        .join(Application, Application.id == Thread.application_id)
        .where(
            Thread.fund_id.in_(funds),
            Thread.audience == Audience.APPLICANT,
            Thread.state == state,
            Application.state.in_((S.SUBMITTED, S.INCOMPLETE, S.IN_REVIEW, S.RESERVE)),
            or_(Application.lead_id == user.id, Application.lead_id.is_(None)),
            seen(user),
        )
    )  # fmt: skip


def _answers(user: User, at: datetime) -> Select[Any] | None:
    return _asked("answer", ThreadState.ANSWERED, user)


def _unanswered(user: User, at: datetime) -> Select[Any] | None:
    return _asked("unanswered", ThreadState.EXPIRED, user)


def _ties(user: User, at: datetime) -> Select[Any] | None:
    if not (funds := _managed(user)):
        return None
    return (
        select(
            *todo.columns(
                "tie", Conflict.id, Application.title, code=Application.code, since_at=Conflict.state_at
            )
        )
        .select_from(Conflict)
        .join(Application, Application.id == Conflict.application_id)
        .where(
            Conflict.fund_id.in_(funds),
            Conflict.state == ConflictState.UNSURE,
            Conflict.user_id != user.id,
            seen(user),
        )
    )


def _mentions(user: User, at: datetime) -> Select[Any]:
    """Select the conversations in which somebody asked for this person's attention."""
    return (
        select(
            *todo.columns(
                "mention", Thread.id, Application.title, code=Application.code, other=Application.id,
                since_at=func.min(Message.at),
            )
        )
        .select_from(Mention)
        .join(Message, Message.id == Mention.message_id)
        .join(Thread, Thread.id == Message.thread_id)
        .join(Application, Application.id == Thread.application_id)
        .where(
            Mention.user_id == user.id,
            Mention.seen_at.is_(None),
            Message.author_id != user.id,
            seen(user),
        )
        .group_by(Thread.id, Application.id, Application.title, Application.code)
    )  # fmt: skip


todo.add(
    todo.Kind(
        "draft", _l("Finish your proposal and send it in"),
        lambda user, at: _to_write("draft", S.DRAFT, user, at), "applications.check",
    ),
    todo.Kind(
        "full_proposal", _l("Write the full proposal"),
        lambda user, at: _to_write("full_proposal", S.INVITED, user, at), "applications.check",
    ),
    todo.Kind("question", _l("Answer a question about your proposal"), _questions, "applications.question"),
    todo.Kind(
        "received", _l("Take what came in into review: %(number)s"), _received, "applications.office_index",
        lambda line: {"id": line.ref, "q": "state:submitted"},
    ),
    todo.Kind(
        "second_look", _l("Give the second look at the conditions"), _second_looks,
        "applications.office_check",
    ),
    todo.Kind("apart", _l("Two looks at the conditions differ"), _apart, "applications.office_check"),
    todo.Kind("answer", _l("Read what the applicants answered"), _answers, "applications.thread"),
    todo.Kind("unanswered", _l("Not answered in time: what now?"), _unanswered, "applications.thread"),
    todo.Kind("tie", _l("Decide about a declared tie"), _ties, "applications.office_settle"),
    todo.Kind(
        "mention", _l("Somebody asks you to look"), _mentions, "applications.thread",
        seen="applications.thread_seen",
    ),
)  # fmt: skip
