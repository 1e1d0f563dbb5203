"""Which threads a person may read, who reads a thread, and what is due in them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload, selectinload

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications import queries
from fundapp.applications.models import (
    WORKERS,
    Access,
    Application,
    Audience,
    Capacity,
    Conflict,
    Level,
    Message,
    ReplyDraft,
    Thread,
    ThreadKind,
    ThreadState,
)
from fundapp.core.db import db

ASKING = (ThreadKind.QUESTION, ThreadKind.COMPLETION)
"""The kinds of threads that applicants answer."""


class Withheld(NamedTuple):
    """To whom discussions stay closed for now; both give a select of ids.

    applications: those whose discussions are closed to a person. people: those to whom the discussions
    of one application are closed.
    """

    applications: Callable[[User], Any]
    people: Callable[[int], Any]


WITHHELD: list[Withheld] = []
"""Filled by reviewing: who is still to judge independently takes no part in discussions yet."""


def readable(user: User) -> ColumnElement[bool]:
    """Give the condition for the threads a person may read by their work; join it with `queries.seen`.

    Managers and auditors read all of their fund, finance what is the office's, reviewers what is meant
    for those who review, and so does a panel.
    """
    arms: list[ColumnElement[bool]] = []
    if whole := user.funds(RoleName.MANAGER, RoleName.AUDITOR):
        arms.append(Thread.fund_id.in_(whole))
    if money := user.funds(RoleName.FINANCE):
        arms.append(and_(Thread.fund_id.in_(money), Thread.audience == Audience.OFFICE))
    if user.holds(RoleName.REVIEWER):
        mine = select(Access.application_id).where(
            Access.user_id == user.id,
            Access.ended_at.is_(None),
            Access.capacity.in_(WORKERS),
            Access.level != Level.CARD,
        )
        arms.append(and_(Thread.audience == Audience.REVIEWERS, Thread.application_id.in_(mine)))
    if rounds := user.panels():
        judged = select(Application.id).where(Application.round_id.in_(rounds))
        arms.append(and_(Thread.audience == Audience.REVIEWERS, Thread.application_id.in_(judged)))
    is_other = Thread.kind != ThreadKind.DISCUSSION
    closed = [or_(is_other, Thread.application_id.not_in(one.applications(user))) for one in WITHHELD]
    return and_(or_(*arms), *closed) if arms else false()


def _whole(chosen: Select[Thread]) -> Select[Thread]:
    turns = selectinload(Thread.messages).joinedload(Message.author).lazyload(User.roles)
    return chosen.options(turns)


def seen_threads(
    user: User, application_id: int, kinds: Iterable[ThreadKind] = tuple(ThreadKind)
) -> list[Thread]:
    """List the threads about an application that the person may read by their work, open ones first."""
    return list(
        db.session.scalars(
            _whole(select(Thread))
            .join(Thread.application)
            .options(contains_eager(Thread.application))
            .where(
                Thread.application_id == application_id,
                Thread.kind.in_(tuple(kinds)),
                readable(user),
                queries.seen(user),
            )
            .order_by(Thread.state != ThreadState.OPEN, Thread.id.desc())
        )
    )


def asked_of(user: User, application_id: int) -> list[Thread]:
    """List what the applicants of a proposal of the person's own were asked, the newest first."""
    return list(
        db.session.scalars(
            select(Thread)
            .join(Thread.application)
            .where(
                Thread.application_id == application_id,
                Thread.audience == Audience.APPLICANT,
                queries.mine(user),
            )
            .order_by(Thread.id.desc())
        )
    )


def seen_thread(user: User, id: int) -> Thread | None:
    """Load one thread through the working door."""
    return _one(id, and_(readable(user), queries.seen(user)))


def own_thread(user: User, id: int) -> Thread | None:
    """Load one thread to the applicants through their own door."""
    return _one(id, and_(Thread.audience == Audience.APPLICANT, queries.mine(user)))


def _one(id: int, allowed: ColumnElement[bool]) -> Thread | None:
    whole = contains_eager(Thread.application)
    return db.session.scalars(
        _whole(select(Thread))
        .join(Thread.application)
        .options(
            whole.joinedload(Application.fund),
            whole.joinedload(Application.round),
            whole.joinedload(Application.stage),
            whole.selectinload(Application.access),
            whole.selectinload(Application.conflicts),
        )
        .where(Thread.id == id, allowed)
    ).one_or_none()


def reply_draft(thread_id: int, user_id: int) -> ReplyDraft | None:
    """Find what a person was writing in a thread."""
    return db.session.get(ReplyDraft, (thread_id, user_id))


# --- who is told ------------------------------------------------------------------


def readers(thread: Thread) -> list[User]:
    """List the people who may read a thread, by name: whom it may mention, and mail may reach.

    The applicants of a thread to them; else the office and, for the reviewers' threads, those who
    review the application. Nobody whom a tie bars, applicants aside.
    """
    condition: ColumnElement[bool] = User.id.in_(_office(thread))
    condition &= User.id.not_in(_barred(thread.application_id))
    if thread.audience is Audience.REVIEWERS:
        condition |= User.id.in_(_workers(thread.application_id))
    if thread.audience is Audience.APPLICANT:
        condition |= User.id.in_([user.id for user in queries.applicants(thread.application_id)])
    if thread.kind is ThreadKind.DISCUSSION:
        condition = and_(condition, *(User.id.not_in(one.people(thread.application_id)) for one in WITHHELD))
    return list(
        db.session.scalars(
            select(User)
            .where(condition)
            .options(lazyload(User.roles))
            .order_by(func.lower(User.name), User.id)
        )
    )


def _office(thread: Thread) -> Any:
    return select(Role.user_id).where(
        Role.fund_id == thread.fund_id,
        Role.name.in_((RoleName.MANAGER, RoleName.AUDITOR)),
        Role.ended_at.is_(None),
    )


def _barred(application_id: int) -> Any:
    return select(Conflict.user_id).where(Conflict.application_id == application_id, Conflict.bars)


def _workers(application_id: int) -> Any:
    return select(Access.user_id).where(
        Access.application_id == application_id,
        Access.ended_at.is_(None),
        Access.capacity.in_(WORKERS),
        Access.level != Level.CARD,
        Access.user_id.not_in(_barred(application_id)),
    )


def reviewers(application_id: int) -> list[User]:
    """List the people who review an application and read it whole."""
    working = _workers(application_id).where(Access.capacity == Capacity.REVIEWER)
    return list(
        db.session.scalars(
            select(User).where(User.id.in_(working)).options(lazyload(User.roles)).order_by(User.id)
        )
    )


def handlers(application: Application) -> list[User]:
    """List who in the office hears of an application: its lead, or without one every manager.

    Never somebody whom a tie bars.
    """
    held = select(Role.user_id).where(
        Role.fund_id == application.fund_id, Role.name == RoleName.MANAGER, Role.ended_at.is_(None)
    )
    found = list(
        db.session.scalars(
            select(User)
            .where(User.id.in_(held), User.id.not_in(_barred(application.id)))
            .options(lazyload(User.roles))
            .order_by(User.id)
        )
    )
    return [user for user in found if user.id == application.lead_id] or found


# --- what is due ------------------------------------------------------------------


def open_questions(application_id: int) -> list[Thread]:
    """List the questions to the applicants that wait for an answer."""
    return list(
        db.session.scalars(
            select(Thread)
            .where(
                Thread.application_id == application_id,
                Thread.audience == Audience.APPLICANT,
                Thread.state == ThreadState.OPEN,
            )
            .order_by(Thread.due_at, Thread.id)
        )
    )


def has_lapsed(application_id: int) -> bool:
    """Tell whether the applicants were asked to complete a proposal and did not in time."""
    asked = select(Thread.id).where(
        Thread.application_id == application_id,
        Thread.kind == ThreadKind.COMPLETION,
        Thread.state == ThreadState.EXPIRED,
    )
    return db.session.scalar(asked.limit(1)) is not None


def opened_keys(application_id: int) -> set[str]:
    """Give the questions of the form that open threads let the applicants answer anew."""
    found = db.session.scalars(
        select(Thread.unlocks).where(
            Thread.application_id == application_id,
            Thread.audience == Audience.APPLICANT,
            Thread.state == ThreadState.OPEN,
        )
    )
    return {key for keys in found for key in keys}


def overdue(at: datetime) -> list[Thread]:
    """List the questions whose term is over and that nobody answered."""
    return _asked(Thread.due_at <= at)


def _asked(when: ColumnElement[bool]) -> list[Thread]:
    return list(
        db.session.scalars(
            select(Thread)
            .where(
                Thread.state == ThreadState.OPEN,
                Thread.kind.in_(ASKING),
                Thread.audience == Audience.APPLICANT,
                when,
            )
            .options(joinedload(Thread.application).joinedload(Application.fund))
            .order_by(Thread.id)
        )
    )
