"""Reading rubrics for the office: those of one's funds, what is wrong with them, where they are used."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from fundapp.accounts.models import RoleName, User
from fundapp.core.db import db
from fundapp.rounds import rubrics
from fundapp.rounds.models import Round, Rubric, Stage

OFFICE = (RoleName.MANAGER, RoleName.AUDITOR)


def office_rubrics(user: User) -> list[Rubric]:
    """List the newest version of each rubric of the person's funds, and of those taken in for all funds."""
    mine = or_(Rubric.fund_id.is_(None), Rubric.fund_id.in_(user.funds(*OFFICE)))
    rows = db.session.scalars(select(Rubric).where(mine).order_by(Rubric.slug, Rubric.number)).all()
    newest = {(row.fund_id, row.slug): row for row in rows}
    return list(newest.values())


def office_rubric(user: User, id: int, **more: Any) -> Rubric | None:
    """Load a rubric of a fund the person works at, or one that all funds can use."""
    mine = or_(Rubric.fund_id.is_(None), Rubric.fund_id.in_(user.funds(*OFFICE)))
    return db.session.scalar(
        select(Rubric).where(Rubric.id == id, mine).options(selectinload(Rubric.criteria))
    )


def own_rubric(user: User, id: int, **more: Any) -> Rubric | None:
    """Load a rubric of a fund the person works at."""
    found = office_rubric(user, id)
    return found if found is not None and found.fund_id is not None else None


def open_rubric(user: User, id: int, **more: Any) -> Rubric | None:
    """Load a rubric that can still be written on."""
    found = own_rubric(user, id)
    return found if found is not None and found.frozen_at is None else None


class Part(tuple[Rubric, str]):
    """One criterion of a rubric, by key, with the fund that rules look at."""

    @property
    def fund_id(self) -> int | None:
        """The fund of the rubric."""
        return self[0].fund_id


def open_rubric_with(user: User, id: int, key: str, **more: Any) -> Part | None:
    """Load a rubric that can still be written on, with one of its criteria."""
    found = open_rubric(user, id)
    if found is None or key not in [one["key"] for one in rubrics.definition_of(found)["criteria"]]:
        return None
    return Part((found, key))


def problems(rubric: Rubric) -> list[str]:
    """List what keeps a rubric from being used."""
    return rubrics.problems(rubric.definition) if rubric.definition is not None else []


def versions(rubric: Rubric) -> list[Rubric]:
    """List the versions of a rubric, the newest first."""
    same = Rubric.fund_id.is_(None) if rubric.fund_id is None else Rubric.fund_id == rubric.fund_id
    return list(
        db.session.scalars(
            select(Rubric).where(same, Rubric.slug == rubric.slug).order_by(Rubric.number.desc())
        )
    )


def uses(user: User, rubric: Rubric) -> list[Round]:
    """List the rounds of the person's funds that ask this rubric."""
    asking = select(Stage.round_id).where(Stage.rubric_id == rubric.id)
    mine = Round.fund_id.in_(user.funds(*OFFICE))
    return list(db.session.scalars(select(Round).where(Round.id.in_(asking), mine).order_by(Round.id.desc())))


def may_write(user: User, rubric: Rubric) -> bool:
    """Tell whether the person may write on this version."""
    return may_renew(user, rubric) and rubric.frozen_at is None


def may_renew(user: User, rubric: Rubric) -> bool:
    """Tell whether the person may make versions of this rubric."""
    return rubric.fund_id is not None and user.holds(RoleName.MANAGER, rubric.fund_id)
