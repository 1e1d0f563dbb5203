"""Applications that look like one another: what was compared, what was found, what people said of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models.proposals import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words


class LikenessState(StrEnum):
    """What people said of two applications that look alike."""

    OPEN = "open"
    DIFFERENT = "different"
    JOINED = "joined"


class Fingerprint(Base):
    """Which version of an application was compared with the others of its fund."""

    __tablename__ = "fingerprint"

    application_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fund_id: Mapped[int] = mapped_column()
    version_number: Mapped[int]
    made_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
    )


class Trait(Base):
    """One thing an application may share with another: a band of its text, an address, a title."""

    __tablename__ = "trait"

    application_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fund_id: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        Index("ix_trait_value", "fund_id", "kind", "value"),
    )


class Likeness(Row, Versioned, Base):
    """Two applications of one fund that look alike. text_ppm: shared text in millionths.

    hints: what else they share: url, title, party, person, domain.
    """

    __tablename__ = "likeness"

    application_id: Mapped[int] = mapped_column()
    other_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    text_ppm: Mapped[int]
    hints: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[LikenessState] = words(LikenessState, default=LikenessState.OPEN)
    state_at: Mapped[datetime]
    settled_by: Mapped[int | None] = fk("user.id", index=False)
    note: Mapped[str] = mapped_column(default="")

    application: Mapped[Application] = relationship(
        foreign_keys=[application_id], primaryjoin="Likeness.application_id == Application.id", viewonly=True
    )
    other: Mapped[Application] = relationship(
        foreign_keys=[other_id], primaryjoin="Likeness.other_id == Application.id", viewonly=True
    )

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        ForeignKeyConstraint(["other_id", "fund_id"], ["application.id", "application.fund_id"]),
        UniqueConstraint("application_id", "other_id"),
        check("in_order", "application_id < other_id"),
        check("settled_when", "(state = 'open') = (settled_by IS NULL)"),
        Index("ix_likeness_other", "other_id"),
    )

    @property
    def share(self) -> float:
        """How much of the shorter text stands in both, from 0 to 1; for showing alone."""
        return self.text_ppm / 1_000_000
