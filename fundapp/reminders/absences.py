"""Days away of anybody, and who stands in: their reminders wait, what is urgent still comes."""

from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import Absence, Role, RoleName, User
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import Refusal

OFFICES = (RoleName.MANAGER, RoleName.FINANCE)
"""Who can stand in for one another: they may see each other's dates by a place of their own."""
LONGEST = timedelta(days=366)


def to_come(user: User, *, on: date) -> list[Absence]:
    """List a person's days away that are not over on a day, the first to come first."""
    return list(
        db.session.scalars(
            select(Absence)
            .where(Absence.user_id == user.id, Absence.until_on >= on)
            .options(joinedload(Absence.stand_in))
            .order_by(Absence.from_on, Absence.id)
        ).unique()
    )


def colleagues(user: User) -> list[User]:
    """List who can stand in for a person: managers and finance officers of the funds they work at."""
    funds = user.funds(*OFFICES)
    if not funds:
        return []
    there = select(Role.user_id).where(
        Role.fund_id.in_(funds), Role.name.in_(OFFICES), Role.ended_at.is_(None), Role.user_id != user.id
    )
    return list(db.session.scalars(select(User).where(User.id.in_(there)).order_by(User.name, User.id)))


def own(user: User, id: int) -> Absence | None:
    """Load one of a person's own days away."""
    return db.session.scalar(select(Absence).where(Absence.id == id, Absence.user_id == user.id))


def go_away(
    first: date, last: date, stand_in: User | None, *, actor: User, today: date, at: datetime
) -> Absence:
    """Write down that a person is away from the first day to the last, both included.

    stand_in: hears of their dates meanwhile. Raises Refusal for days in the wrong order, over or taken,
    for more than a year, and for somebody who cannot stand in.
    """
    if last < first:
        raise Refusal(_("The first day away comes before the last."))
    if last < today:
        raise Refusal(_("These days are over."))
    if last - first > LONGEST:
        raise Refusal(_("Away for more than a year: ask the fund to give your work to somebody else."))
    if any(row.from_on <= last and first <= row.until_on for row in to_come(actor, on=first)):
        raise Refusal(_("You are away on some of these days already. Take those back first."))
    if stand_in is not None and stand_in.id not in {one.id for one in colleagues(actor)}:
        raise Refusal(
            _("%(name)s cannot stand in for you: they do not work at your fund.", name=stand_in.name)
        )
    row = Absence(
        user_id=actor.id, from_on=first, until_on=last, stand_in_id=stand_in.id if stand_in else None
    )
    db.session.add(row)
    detail = {"from": first.isoformat(), "until": last.isoformat(), "stand_in": row.stand_in_id}
    audit.record("go_away", row, actor=actor, at=at, detail=detail)
    return row


def come_back(row: Absence, *, actor: User, at: datetime) -> None:
    """Take days away back: from now on reminders come again."""
    audit.record("come_back", row, actor=actor, at=at, detail={"from": row.from_on.isoformat()})
    db.session.delete(row)
    db.session.flush()
