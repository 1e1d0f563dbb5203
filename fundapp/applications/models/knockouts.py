"""The conditions every application of a round has to meet, and what was found of each."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models.proposals import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words


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


class Stand(StrEnum):
    """How far the check of one application is, once somebody looked."""

    SECOND = "second"
    APART = "apart"
    PASSED = "passed"
    REFUSED = "refused"


class Screening(Base):
    """What the looks at one application come to. is_drawn: the lot gave it a second look."""

    __tablename__ = "screening"

    application_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    stand: Mapped[Stand] = words(Stand, "stand")
    first_by: Mapped[int] = fk("user.id", index=False)
    first_at: Mapped[datetime]
    is_drawn: Mapped[bool]
    second_by: Mapped[int | None] = fk("user.id", index=False)
    second_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["application_id", "round_id", "fund_id"],
            ["application.id", "application.round_id", "application.fund_id"],
        ),
        check("two_people", "first_by <> second_by"),
        check("twice", "stand NOT IN ('apart', 'refused') OR second_by IS NOT NULL"),
        check("second_when", "(second_by IS NULL) = (second_at IS NULL)"),
        Index("ix_screening_round", "round_id", "stand", "application_id"),
    )
