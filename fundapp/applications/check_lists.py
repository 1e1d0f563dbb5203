"""Lists of what has to be checked in a round, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, or_, select, tuple_

from fundapp.accounts.models import User
from fundapp.applications import queries
from fundapp.applications.models import Application, ApplicationState, Screening, Stand
from fundapp.core.db import UTCDateTime, db

S = ApplicationState
PAGE = 50


class Queue(StrEnum):
    """The lists of the check: what waits for oneself first."""

    YOURS = "yours"
    COLLEAGUE = "colleague"
    APART = "apart"
    PASSED = "passed"
    REFUSED = "refused"
    TOLD = "told"


@dataclass(frozen=True)
class Neighbours:
    """The applications before and after one in the list of what waits for oneself, by id."""

    before: int | None
    after: int | None


def _conditions(user: User) -> dict[Queue, ColumnElement[bool]]:
    received = Application.state == S.SUBMITTED
    second = Screening.stand == Stand.SECOND
    nobody = Screening.application_id.is_(None)
    return {
        Queue.YOURS: and_(received, or_(nobody, and_(second, Screening.first_by != user.id))),
        Queue.COLLEAGUE: and_(received, second, Screening.first_by == user.id),
        Queue.APART: and_(received, Screening.stand == Stand.APART),
        Queue.PASSED: and_(received, Screening.stand == Stand.PASSED),
        Queue.REFUSED: and_(received, Screening.stand == Stand.REFUSED),
        Queue.TOLD: Application.state == S.INELIGIBLE,
    }


def _within(user: User, round_id: int) -> ColumnElement[bool]:
    return and_(Application.round_id == round_id, queries.seen(user))


def counts(user: User, round_id: int) -> dict[Queue, int]:
    """Count each list, as far as the person may see the applications."""
    wanted = _conditions(user)
    row = db.session.execute(
        select(*(func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in wanted.values()))
        .select_from(Application)
        .outerjoin(Screening, Screening.application_id == Application.id)
        .where(_within(user, round_id))
    ).one()
    return dict(zip(wanted, (int(number) for number in row), strict=True))


def rows(user: User, round_id: int, queue: Queue, *, after: int | None = None) -> list[Row[Any]]:
    """List one page, and one row more, of a list: the longest waiting first. after: the last id before it."""
    found = (
        select(
            Application.id, Application.code, Application.title, Application.applicant_name,
            Application.submitted_at, Application.state_at, Screening.is_drawn,
        )
        .select_from(Application)
        .outerjoin(Screening, Screening.application_id == Application.id)
        .where(_within(user, round_id), _conditions(user)[queue])
        .order_by(Application.submitted_at, Application.id)
        .limit(PAGE + 1)
    )  # fmt: skip
    if after is not None:
        last_at = select(Application.submitted_at).where(Application.id == after).scalar_subquery()
        found = found.where(tuple_(Application.submitted_at, Application.id) > tuple_(last_at, after))
    return list(db.session.execute(found))


def neighbours(user: User, application: Application) -> Neighbours:
    """Find what stands before and after an application among what waits for the person."""
    place = tuple_(Application.submitted_at, Application.id)
    here = tuple_(literal(application.submitted_at, UTCDateTime), literal(application.id))
    base = (
        select(Application.id)
        .outerjoin(Screening, Screening.application_id == Application.id)
        .where(_within(user, application.round_id), _conditions(user)[Queue.YOURS])
        .limit(1)
    )
    before = base.where(place < here).order_by(Application.submitted_at.desc(), Application.id.desc())
    after = base.where(place > here).order_by(Application.submitted_at, Application.id)
    found = db.session.execute(select(before.scalar_subquery(), after.scalar_subquery())).one()
    return Neighbours(*found)
