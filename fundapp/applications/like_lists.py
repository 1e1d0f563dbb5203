"""Which look-alikes a person may see: only where they may see both applications."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload, selectinload

from fundapp.accounts.models import User
from fundapp.applications import queries
from fundapp.applications.models import APPLICANTS, Application, Likeness, LikenessState
from fundapp.core.db import db


def seen_likeness(user: User, id: int) -> Likeness | None:
    """Load two applications that look alike, for somebody who may see both."""
    allowed = select(Application.id).where(queries.seen(user))
    one, other = joinedload(Likeness.application), joinedload(Likeness.other)
    return db.session.scalar(
        select(Likeness)
        .where(Likeness.id == id, Likeness.application_id.in_(allowed), Likeness.other_id.in_(allowed))
        .options(
            one.joinedload(Application.fund),
            one.joinedload(Application.round),
            other.joinedload(Application.round),
            one.selectinload(Application.access),
            other.selectinload(Application.access),
            one.selectinload(Application.conflicts),
            other.selectinload(Application.conflicts),
        )
    )


def around(user: User, application: Application) -> list[Row[Any]]:
    """List (likeness, the other application) of what looks like an application; what is open stands first."""
    other = aliased(Application)
    beside = or_(
        and_(Likeness.application_id == application.id, Likeness.other_id == other.id),
        and_(Likeness.other_id == application.id, Likeness.application_id == other.id),
    )
    allowed = select(Application.id).where(queries.seen(user))
    return list(
        db.session.execute(
            select(Likeness, other)
            .join(other, beside)
            .where(other.id.in_(allowed))
            .options(joinedload(other.round))
            .order_by(Likeness.state != LikenessState.OPEN, Likeness.text_ppm.desc(), Likeness.id)
        )
    )


PAGE = 50


def in_round(
    user: User, round_id: int, state: LikenessState | None, *, after: tuple[int, int] | None = None
) -> list[Row[Any]]:
    """List one page, and one row more, of the look-alikes in which a round has a part, the most alike first.

    Rows: likeness, application, other; only where the person may see both. state: only those; None: all.
    after: (text_ppm, id) of the last one before the page.
    """
    one, other = aliased(Application), aliased(Application)
    wanted = _pairs(user, round_id, one, other)
    if state is not None:
        wanted = wanted.where(Likeness.state == state)
    if after is not None:
        wanted = wanted.where(tuple_(Likeness.text_ppm, Likeness.id) < tuple_(*map(literal, after)))
    return list(
        db.session.execute(
            wanted.add_columns(one, other)
            .options(joinedload(one.round), joinedload(other.round))
            .order_by(Likeness.text_ppm.desc(), Likeness.id.desc())
            .limit(PAGE + 1)
        )
    )


def counts(user: User, round_id: int) -> dict[LikenessState, int]:
    """Count the look-alikes of a round by what was said of them, as far as the person may see both."""
    one, other = aliased(Application), aliased(Application)
    pairs = _pairs(user, round_id, one, other).with_only_columns(Likeness.state, func.count(Likeness.id))
    found = {row[0]: int(row[1]) for row in db.session.execute(pairs.group_by(Likeness.state))}
    return {state: found.get(state, 0) for state in LikenessState}


def _pairs(user: User, round_id: int, one: Any, other: Any) -> Select[Any]:
    allowed = select(Application.id).where(queries.seen(user))
    return (
        select(Likeness)
        .join(one, one.id == Likeness.application_id)
        .join(other, other.id == Likeness.other_id)
        .where(
            or_(one.round_id == round_id, other.round_id == round_id),
            one.id.in_(allowed),
            other.id.in_(allowed),
        )
    )


def by_code(user: User, application: Application, code: str) -> Application | None:
    """Find another application of the same fund by its number, as far as the person may see it."""
    return db.session.scalar(
        select(Application).where(
            Application.code == code.strip(),
            Application.fund_id == application.fund_id,
            Application.id != application.id,
            queries.seen(user),
        )
    )


@dataclass(frozen=True)
class Joining:
    """An application that may be joined with another; rules look at the first."""

    application: Application
    into: Application

    @property
    def fund_id(self) -> int:
        """The fund a rule looks at."""
        return self.application.fund_id

    @property
    def has_same_people(self) -> bool:
        """Tell whether somebody applies with both."""
        sides = [
            {
                access.user_id
                for access in one.access
                if access.ended_at is None and access.capacity in APPLICANTS
            }
            for one in (self.application, self.into)
        ]
        return bool(sides[0] & sides[1])


def source_and_target(user: User, id: int, into: int) -> Joining | None:
    """Load two applications of one fund, for somebody who may see both."""
    found = {
        one.id: one
        for one in db.session.scalars(
            select(Application)
            .where(Application.id.in_((id, into)), queries.seen(user))
            .options(
                joinedload(Application.fund),
                joinedload(Application.round),
                selectinload(Application.access),
                selectinload(Application.conflicts),
            )
        )
    }
    if len(found) != 2 or found[id].fund_id != found[into].fund_id:
        return None
    return Joining(found[id], found[into])
