"""How a person wishes to be told: rhythm, hour, what not, what later, and a calendar of their own."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from fundapp.accounts.models import User
from fundapp.core import due
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.reminders.models import CalendarToken, Habit, Muted, Rhythm, Snooze


def of(user: User) -> Habit:
    """Give a person's habits: what was kept, or the usual, not yet kept."""
    return db.session.scalar(select(Habit).where(Habit.user_id == user.id)) or Habit(
        user_id=user.id, rhythm=Rhythm.AT_ONCE, hour=None, weekday=0, zone=None
    )


def muted_by(user: User) -> set[str]:
    """Give the kinds a person switched off."""
    return set(db.session.scalars(select(Muted.kind).where(Muted.user_id == user.id)))


def change(
    *, rhythm: Rhythm, hour: int | None, weekday: int, zone: str | None, actor: User, at: datetime
) -> None:
    """Keep a person's own rhythm. hour: 0-23, None for that of each rule; zone: None for the fund's."""
    habit = of(actor)
    habit.rhythm, habit.hour, habit.weekday, habit.zone = rhythm, hour, weekday, zone
    db.session.add(habit)


def mute(kinds: Collection[str], *, actor: User, at: datetime) -> None:
    """Switch off exactly these kinds for a person. Refused for what nobody may do without."""
    if any(kind not in due.KINDS or not due.KINDS[kind].is_optional for kind in kinds):
        raise Refusal(_("This reminder cannot be switched off."))
    db.session.execute(delete(Muted).where(Muted.user_id == actor.id, Muted.kind.not_in(list(kinds))))
    for kind in kinds:
        row = {"user_id": actor.id, "kind": kind, "muted_at": at}
        db.session.execute(_insert(Muted, row).on_conflict_do_nothing())


def optional_kinds() -> list[str]:
    """List the kinds people may do without."""
    return [key for key, kind in due.KINDS.items() if kind.is_optional]


def snooze(kind: str, subject_id: int, *, until_at: datetime, actor: User, at: datetime) -> None:
    """Let a person hear of one thing later. kind: of a date or of a line to do. Refused for the past."""
    if until_at <= at:
        raise Refusal(_("Choose a day that is still to come."))
    for key in {kind, *(one.key for one in due.KINDS.values() if one.todo == kind)}:
        row = {"user_id": actor.id, "kind": key, "subject_id": subject_id, "until_at": until_at}
        insert = _insert(Snooze, row)
        db.session.execute(
            insert.on_conflict_do_update(
                index_elements=["user_id", "kind", "subject_id"], set_={"until_at": until_at}
            )
        )


def wake(kind: str, subject_id: int, *, actor: User) -> None:
    """End what `snooze` began."""
    kinds = [kind, *(one.key for one in due.KINDS.values() if one.todo == kind)]
    db.session.execute(
        delete(Snooze).where(
            Snooze.user_id == actor.id, Snooze.kind.in_(kinds), Snooze.subject_id == subject_id
        )
    )


def put_off(user: User, at: datetime) -> dict[tuple[str, int], datetime]:
    """Give what a person put off, until when: (kind, subject) → instant."""
    rows = select(Snooze.kind, Snooze.subject_id, Snooze.until_at).where(
        Snooze.user_id == user.id, Snooze.until_at > at
    )
    return {(kind, subject): until_at for kind, subject, until_at in db.session.execute(rows)}


def _insert(table: Any, row: dict[str, Any]) -> Any:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return dialect.insert(table).values(**row)


# --- the calendar --------------------------------------------------------------------


def calendar_of(user: User) -> CalendarToken | None:
    """Give the live address of a person's calendar, if they made one."""
    return db.session.scalar(
        select(CalendarToken).where(CalendarToken.user_id == user.id, CalendarToken.revoked_at.is_(None))
    )


def open_calendar(*, actor: User, at: datetime) -> str:
    """Make a new secret for a person's calendar and give it, this once; an older one ends."""
    close_calendar(actor=actor, at=at)
    secret = token_urlsafe(32)
    db.session.add(CalendarToken(user_id=actor.id, digest=digest(secret), made_at=at))
    return secret


def close_calendar(*, actor: User, at: datetime) -> None:
    """End the address of a person's calendar."""
    db.session.execute(
        update(CalendarToken)
        .where(CalendarToken.user_id == actor.id, CalendarToken.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def reader_of_calendar(secret: str) -> User | None:
    """Give whose calendar a secret opens."""
    return db.session.scalar(
        select(User)
        .join(CalendarToken, CalendarToken.user_id == User.id)
        .where(CalendarToken.digest == digest(secret), CalendarToken.revoked_at.is_(None))
    )


def digest(secret: str) -> str:
    """Give what is kept of a secret: it has 256 random bits, so a plain hash is enough."""
    return sha256(secret.encode()).hexdigest()
