"""The page on which reviews are asked by hand: proposals with who was asked, reviewers with their load."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from fundapp.accounts.models import Absence, User
from fundapp.applications.models import Application, ApplicationState, Conflict, ConflictState
from fundapp.applications.queries import seen
from fundapp.applications.tie_words import explain
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.reviews import members, pool
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState
from fundapp.reviews.profiles import HOURS_A_REVIEW
from fundapp.reviews.workflow import LIVE, OPEN
from fundapp.rounds.models import Round

PAGE = 50


@dataclass(frozen=True)
class Assigning:
    """Who reviews what in a round. rows: one page; asked, ties: by application id.

    readers: reviewers with their work in this round; known: what they said, by id; away: absences by id.
    """

    rows: Sequence[Any]
    asked: Mapping[int, list[Any]]
    ties: Mapping[int, list[Any]]
    readers: Sequence[Any]
    known: Mapping[int, Any]
    away: Mapping[int, list[Absence]]
    count: int
    missing: int
    wanted: int
    at: datetime
    today: date
    older: str | None

    def live(self, row: Any) -> list[Any]:
        """List who reviews this one, or did."""
        return [one for one in self.asked.get(row.id, []) if one.state in LIVE]

    def done(self, row: Any) -> int:
        """Count the reviews that are in."""
        return sum(one.state is ReviewState.SUBMITTED for one in self.asked.get(row.id, []))

    def lacks(self, row: Any) -> int:
        """Count the people who are still to be found."""
        return max(0, self.wanted - len(self.live(row)))

    def is_late(self, one: Any) -> bool:
        """Tell whether a review should have been in by now."""
        return one.state in OPEN and one.due_at is not None and one.due_at < self.at

    def late(self, reader: Any) -> int:
        """Count the late reviews of one person on this page."""
        return sum(self.is_late(one) for row in self.asked.values() for one in row if one.name == reader.name)

    def possible(self, row: Any) -> list[str]:
        """Say whom a check found possibly tied to this one, and why."""
        return [
            f"{tie.name}: {' '.join(explain(tie.reasons)) or tie.note}"
            for tie in self.ties.get(row.id, [])
            if not tie.bars
        ]

    def out(self, row: Any) -> list[str]:
        """Name who is kept away from this one."""
        return [tie.name for tie in self.ties.get(row.id, []) if tie.bars]

    def room(self, reader: Any) -> int | None:
        """Give how many reviews somebody has hours for; None when they did not say."""
        hours = getattr(self.known.get(reader.id), "capacity_hours", None)
        return None if hours is None else hours // HOURS_A_REVIEW

    def is_full(self, reader: Any) -> bool:
        """Tell whether somebody has as much as they have hours for."""
        room = self.room(reader)
        return room is not None and reader.to_do + reader.done >= room

    def away_word(self, reader: Any) -> Absence | None:
        """Give the present or next absence of somebody."""
        return next(iter(self.away.get(reader.id, [])), None)


def assigning(
    user: User, round: Round, *, after: str = "", is_missing: bool = False, at: datetime
) -> Assigning:
    """Put the page of assignments together; seven queries. after: the code the page begins behind."""
    wanted, today = round.stage_at(at).reviews_wanted, clock.day(at, round.fund.zone)
    base, lacking = _base(user, round), _live_count() < wanted
    count, missing = db.session.execute(
        select(func.count(Application.id), func.count().filter(lacking)).where(*base)
    ).one()
    rows = _rows([*base, *([lacking] if is_missing else [])], after)
    page = rows[:PAGE]
    ids = [row.id for row in page]
    readers = pool.pool(user, round)
    return Assigning(
        rows=page, asked=pool.asked_for(ids), ties=ties(round, ids), readers=readers,
        known={row.id: row for row in members.reviewers(round.fund_id)},
        away=members.absences([row.id for row in readers], on=today),
        count=count, missing=missing, wanted=wanted, at=at, today=today,
        older=page[-1].code if len(rows) > PAGE else None,
    )  # fmt: skip


def _base(user: User, round: Round) -> list[ColumnElement[bool]]:
    return [
        Application.round_id == round.id,
        Application.state == ApplicationState.IN_REVIEW,
        seen(user),
    ]


def _live_count() -> Any:
    """Count who reviews an application in its present stage."""
    return (
        select(func.count(Review.id))
        .where(
            Review.application_id == Application.id,
            Review.stage_id == Application.stage_id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.state.in_(LIVE),
        )
        .scalar_subquery()
    )


def _rows(wanted: list[ColumnElement[bool]], after: str) -> Sequence[Any]:
    columns = (
        Application.id, Application.code, Application.title, Application.applicant_name, Application.theme,
        Application.requested_cents,
    )  # fmt: skip
    return db.session.execute(
        select(*columns).where(*wanted, Application.code > after).order_by(Application.code).limit(PAGE + 1)
    ).all()


def ties(round: Round, ids: Sequence[int]) -> dict[int, list[Any]]:
    """Give who may be tied, or is kept away, of those who review for the fund, by application."""
    found: dict[int, list[Any]] = {}
    rows = db.session.execute(
        select(Conflict.application_id, User.name, Conflict.bars, Conflict.reasons, Conflict.note)
        .join(User, User.id == Conflict.user_id)
        .where(
            Conflict.application_id.in_(ids),
            or_(Conflict.bars, Conflict.state == ConflictState.HINTED),
            User.id.in_(pool.held_by(round.fund_id)),
        )
        .order_by(func.lower(User.name), User.id)
    )
    for row in rows:
        found.setdefault(row.application_id, []).append(row)
    return found
