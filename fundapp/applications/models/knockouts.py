"""The conditions every application of a round has to meet, and what was found of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models.proposals import Application
from fundapp.core.db import Base, Row, Versioned, check, fk


class Checklist(Row, Versioned, Base):
    """The conditions of one round: [{key, label{}, help{}}]. seed: draws who gets a second look."""

    __tablename__ = "checklist"

    round_id: Mapped[int] = mapped_column(unique=True)
    fund_id: Mapped[int] = mapped_column()
    items: Mapped[list[Any]]
    second_look_percent: Mapped[int]
    seed: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["round_id", "fund_id"], ["round.id", "round.fund_id"]),
        check("share", "second_look_percent >= 0 AND second_look_percent <= 100"),
    )


class Knockout(Row, Versioned, Base):
    """What one person found of one condition, at the first or the second look."""

    __tablename__ = "knockout"

    application_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    key: Mapped[str]
    look: Mapped[int]
    by_id: Mapped[int] = fk("user.id", index=False)
    passed: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]

    application: Mapped[Application] = relationship()
    by: Mapped[User] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        UniqueConstraint("application_id", "key", "look", name="uq_knockout_look"),
        UniqueConstraint("application_id", "key", "by_id", name="uq_knockout_person"),
        check("looks", "look IN (1, 2)"),
        check("refused_why", "passed OR reason <> ''"),
    )


class KnockoutRuling(Row, Base):
    """What counts of one condition where two looks came to different answers."""

    __tablename__ = "knockout_ruling"

    application_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    key: Mapped[str]
    by_id: Mapped[int] = fk("user.id", index=False)
    passed: Mapped[bool]
    reason: Mapped[str]
    at: Mapped[datetime]

    application: Mapped[Application] = relationship()
    by: Mapped[User] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        UniqueConstraint("application_id", "key"),
        check("said_why", "reason <> ''"),
    )
