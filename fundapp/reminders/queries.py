"""What planning and telling read: habits, roles, ties, and who is away."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import lazyload

from fundapp.accounts.models import Absence, Role, User
from fundapp.applications.models import Application, Conflict
from fundapp.applications.queries import seen
from fundapp.core import todo
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.reminders.models import Fate, Habit, Muted, Notice, Snooze
from fundapp.reviews.blind import shown_title

AROUND = timedelta(days=2)
"""More than the day of anybody, wherever they are."""


def habits() -> dict[int, Habit]:
    """Give the habits of all who have any, by person."""
    return {habit.user_id: habit for habit in db.session.scalars(select(Habit))}


def funds_at_hand() -> tuple[dict[int, str], dict[tuple[int, str], list[int]]]:
    """Give the zone of every fund, and who holds which role there now: (fund, role) → people."""
    zones: dict[int, str] = {}
    holders: dict[tuple[int, str], list[int]] = defaultdict(list)
    live = (Role.fund_id == Fund.id) & Role.ended_at.is_(None)
    rows = select(Fund.id, Fund.zone, Role.name, Role.user_id).outerjoin(Role, live).order_by(Role.user_id)
    for fund_id, zone, name, user_id in db.session.execute(rows):
        zones[fund_id] = zone
        if user_id not in holders[(fund_id, str(name))]:
            holders[(fund_id, str(name))].append(user_id)
    return zones, holders


def zones() -> dict[int, str]:
    """Give the zone of every fund."""
    rows = db.session.execute(select(Fund.id, Fund.zone))
    return {row.id: row.zone for row in rows}


@dataclass(frozen=True)
class StandIn:
    """Who hears of a person's dates from one day to another, both included."""

    user_id: int
    from_on: date
    until_on: date


@dataclass
class Shut:
    """What keeps reminders from people: ties that bar, (person, application); what they switched off,
    (person, kind); and days away for which somebody stands in, by person.
    """

    bars: set[tuple[int, int]] = field(default_factory=set)
    muted: set[tuple[int, str]] = field(default_factory=set)
    stand_ins: dict[int, list[StandIn]] = field(default_factory=lambda: defaultdict(list))


def shut() -> Shut:
    """Read what keeps reminders from people, in one question."""
    never: Any = cast(null(), Date)
    bars = select(Conflict.user_id, Conflict.application_id, literal(""), never, never).where(Conflict.bars)
    muted = select(Muted.user_id, literal(0), Muted.kind, never, never)
    away = select(Absence.user_id, Absence.stand_in_id, literal(""), Absence.from_on, Absence.until_on).where(
        Absence.stand_in_id.is_not(None)
    )
    found = Shut()
    for user_id, other_id, kind, from_on, until_on in db.session.execute(union_all(bars, muted, away)):
        if kind:
            found.muted.add((user_id, kind))
        elif from_on is not None:
            found.stand_ins[user_id].append(StandIn(other_id, from_on, until_on))
        else:
            found.bars.add((user_id, other_id))
    return found


def snoozed(at: datetime) -> set[tuple[int, str, int]]:
    """Give what people want to hear of later: (person, kind, subject)."""
    rows = select(Snooze.user_id, Snooze.kind, Snooze.subject_id).where(Snooze.until_at > at)
    return {(user_id, kind, subject_id) for user_id, kind, subject_id in db.session.execute(rows)}


def absences(user_ids: Iterable[int]) -> dict[int, list[Absence]]:
    """Give the days away of people, by person."""
    away: dict[int, list[Absence]] = defaultdict(list)
    for row in db.session.scalars(select(Absence).where(Absence.user_id.in_(list(user_ids)))):
        away[row.user_id].append(row)
    return away


def fates(keys: Sequence[str]) -> dict[str, Fate]:
    """Give what became of those of these reminders that were planned before, by key."""
    rows = db.session.execute(select(Notice.key, Notice.state).where(Notice.key.in_(keys)))
    return {row.key: row.state for row in rows}


def held() -> tuple[datetime, datetime] | None:
    """Give the first and the last date of the reminders that wait to be told; None where none does."""
    ends: Any = (func.min(Notice.due_at), func.max(Notice.due_at))
    first, last = db.session.execute(select(*ends).where(Notice.state == Fate.WAITING)).one()
    return (first, last) if first else None


def waiting() -> list[Notice]:
    """List the reminders that wait to be told, by person, the earliest date first."""
    return list(
        db.session.scalars(
            select(Notice)
            .where(Notice.state == Fate.WAITING)
            .order_by(Notice.user_id, Notice.due_at, Notice.id)
        )
    )


def told_around(user_ids: Iterable[int], at: datetime) -> dict[int, list[datetime]]:
    """Give when each person got a mail with reminders in the days around an instant, later ones too."""
    rows = (
        select(Notice.user_id, Notice.ended_at)
        .where(
            Notice.user_id.in_(list(user_ids)),
            Notice.state == Fate.TOLD,
            Notice.ended_at.between(at - AROUND, at + AROUND),
        )
        .distinct()
    )
    told: dict[int, list[datetime]] = defaultdict(list)
    for user_id, ended_at in db.session.execute(rows):
        if ended_at is not None:
            told[user_id].append(ended_at)
    return told


def people(ids: Iterable[int]) -> dict[int, User]:
    """Load people by id."""
    chosen = select(User).where(User.id.in_(list(ids))).options(lazyload(User.roles))
    return {user.id: user for user in db.session.scalars(chosen)}


def funds(ids: Iterable[int]) -> dict[int, Fund]:
    """Load funds by id."""
    return {fund.id: fund for fund in db.session.scalars(select(Fund).where(Fund.id.in_(list(ids))))}


def named(user: User, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Give (code, title) of applications by id, as this person may read them."""
    columns = (Application.id, Application.code, shown_title(user))
    rows = db.session.execute(select(*columns).where(Application.id.in_(list(ids))))
    return {id: (code or "", title) for id, code, title in rows}


def titles(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Give (code, title) of applications by id, unveiled: for the system alone."""
    columns = (Application.id, Application.code, Application.title)
    rows = db.session.execute(select(*columns).where(Application.id.in_(list(ids))))
    return {id: (code or "", title) for id, code, title in rows}


def visible(user: User) -> Callable[[Any], ColumnElement[bool]]:
    """Give the condition for the dates a person may see by their work, on the columns of core/due."""
    ids = select(Application.id).where(seen(user))
    return lambda columns: or_(columns.application_id.is_(None), columns.application_id.in_(ids))


def label_of(row: Any) -> Any:
    """Give the own name of a date, in several languages where it has them; empty where it has none."""
    return todo.texts(row.label) if row.label else ""
