"""How a person wishes to be told: how often, when, of what not, and what later."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, Versioned, check, fk, words


class Rhythm(StrEnum):
    """How often reminders are put together in one mail; never more than one a day unless urgent."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Habit(Row, Versioned, Base):
    """One person's rhythm. hour: of the day in zone (IANA; None: that of the fund). weekday: 0 is Monday."""

    __tablename__ = "reminder_habit"

    user_id: Mapped[int] = fk("user.id", index=False)
    rhythm: Mapped[Rhythm] = words(Rhythm, "rhythm", default=Rhythm.AT_ONCE)
    hour: Mapped[int | None]
    weekday: Mapped[int] = mapped_column(default=0)
    zone: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("user_id"),
        check("hour_of_day", "hour IS NULL OR hour BETWEEN 0 AND 23"),
        check("weekday_known", "weekday BETWEEN 0 AND 6"),
    )


class Muted(Row, Base):
    """A kind of reminder that a person switched off."""

    __tablename__ = "reminder_muted"

    user_id: Mapped[int] = fk("user.id", index=False)
    kind: Mapped[str]
    muted_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("user_id", "kind"),)


class Snooze(Row, Base):
    """One thing that a person wants to hear of later. kind, subject_id: of a date or of a line to do."""

    __tablename__ = "reminder_snooze"

    user_id: Mapped[int] = fk("user.id", index=False)
    kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column()
    until_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("user_id", "kind", "subject_id"),)
