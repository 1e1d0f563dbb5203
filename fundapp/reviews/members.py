"""The reviewers of a fund as the office sees them: what they know, how much they do, when they are away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select

from fundapp.accounts.models import Absence, Role, RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.reviews.models import Review, Reviewer, ReviewPurpose, ReviewState
from fundapp.reviews.workflow import OPEN
from fundapp.rounds.models import Round

MOST = 500
"""More reviewers than this at one fund is another kind of fund."""


@dataclass(frozen=True)
class Pool:
    """The reviewers of a fund. rows: see members; away: absences by person that are not over."""

    rows: Sequence[Any]
    away: Mapping[int, list[Absence]]

    def is_away(self, row: Any, on: date) -> bool:
        """Tell whether somebody is away on a day."""
        return any(one.from_on <= on <= one.until_on for one in self.away.get(row.id, []))


def pool_of(user: User, fund: Fund, *, on: date, text: str = "") -> Pool:
    """Put the pool of a fund together; two queries. text: part of a name, a word of expertise …"""
    rows = [row for row in members(user, fund) if not text or _speaks_of(row, text.casefold())]
    return Pool(rows, absences([row.id for row in rows], on=on))


def _speaks_of(row: Any, text: str) -> bool:
    words = [row.name, row.email, row.organisation or "", *(row.expertise or []), *(row.themes or [])]
    return any(text in word.casefold() for word in words)


def members(user: User, fund: Fund) -> Sequence[Any]:
    """List the reviewers of a fund by name, with their profile and work: rows (id, name, …, to_do, done)."""
    work = (
        select(
            Review.reviewer_id.label("reviewer_id"),
            func.sum(case((Review.state.in_(OPEN), 1), else_=0)).label("to_do"),
            func.sum(case((Review.state == ReviewState.SUBMITTED, 1), else_=0)).label("done"),
            func.sum(case((Review.state == ReviewState.DECLINED, 1), else_=0)).label("declined"),
        )
        .join(Application, Application.id == Review.application_id)
        .where(Review.fund_id == fund.id, Review.purpose == ReviewPurpose.SELECTION, seen(user))
        .group_by(Review.reviewer_id)
        .subquery()
    )
    columns = (
        User.id, User.name, User.email, Role.id.label("role_id"), Role.granted_at, Reviewer.themes,
        Reviewer.expertise, Reviewer.languages, Reviewer.organisation, Reviewer.capacity_hours,
        Reviewer.collaborators, Reviewer.saved_at, User.party_id,
        func.coalesce(work.c.to_do, 0).label("to_do"),
        func.coalesce(work.c.done, 0).label("done"),
        func.coalesce(work.c.declined, 0).label("declined"),
    )  # fmt: skip
    return db.session.execute(
        select(*columns)
        .join(Role, Role.user_id == User.id)
        .outerjoin(Reviewer, (Reviewer.user_id == User.id) & (Reviewer.fund_id == fund.id))
        .outerjoin(work, work.c.reviewer_id == User.id)
        .where(Role.fund_id == fund.id, Role.name == RoleName.REVIEWER, Role.ended_at.is_(None))
        .order_by(func.lower(User.name), User.id)
        .limit(MOST)
    ).all()


def reviewers(fund_id: int) -> Sequence[Any]:
    """List the reviewers of a fund with what they know, by id, without their work."""
    return db.session.execute(
        select(
            User.id, User.name, User.email, Reviewer.themes, Reviewer.expertise, Reviewer.languages,
            Reviewer.organisation, Reviewer.capacity_hours,
        )
        .join(Role, Role.user_id == User.id)
        .outerjoin(Reviewer, (Reviewer.user_id == User.id) & (Reviewer.fund_id == fund_id))
        .where(Role.fund_id == fund_id, Role.name == RoleName.REVIEWER, Role.ended_at.is_(None))
        .order_by(User.id)
    ).all()  # fmt: skip


def absences(user_ids: Sequence[int], *, on: date) -> dict[int, list[Absence]]:
    """Give the absences that are not over on a day, by person."""
    found: dict[int, list[Absence]] = {}
    rows = db.session.scalars(
        select(Absence)
        .where(Absence.user_id.in_(user_ids), Absence.until_on >= on)
        .order_by(Absence.from_on, Absence.id)
    )
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    return found


def work_of(user: User, fund: Fund, reviewer: User, *, limit: int = 100) -> Sequence[Any]:
    """List what a reviewer was asked at a fund, the newest first, within what the asking person sees."""
    return db.session.execute(
        select(
            Review.id, Review.state, Review.due_at, Review.submitted_at, Review.assigned_at,
            Review.decline_reason, Application.id.label("application_id"), Application.code,
            Application.title, Round.name.label("round_name"), Round.id.label("round_id"),
        )
        .join(Application, Application.id == Review.application_id)
        .join(Round, Round.id == Review.round_id)
        .where(
            Review.fund_id == fund.id, Review.reviewer_id == reviewer.id,
            Review.purpose == ReviewPurpose.SELECTION, seen(user),
        )
        .order_by(Review.id.desc())
        .limit(limit)
    ).all()  # fmt: skip
