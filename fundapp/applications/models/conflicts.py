"""Ties between people and applications."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models.proposals import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words


class ConflictState(StrEnum):
    """What is known of a tie between a person and an application."""

    HINTED = "hinted"
    CLEAR = "clear"
    UNSURE = "unsure"
    BARRED = "barred"


class ConflictKind(StrEnum):
    """What kind of tie it is."""

    EMPLOYER = "employer"
    COLLABORATOR = "collaborator"
    ADVISER = "adviser"
    FAMILY = "family"
    COMPETITOR = "competitor"
    CO_APPLICANT = "co_applicant"
    GRANTEE = "grantee"
    ADMINISTRATIVE = "administrative"
    OTHER = "other"


class ConflictSource(StrEnum):
    """Who or what found the tie."""

    DECLARED = "declared"
    DETECTED = "detected"
    OFFICE = "office"
    ACCESS = "access"


class Conflict(Row, Versioned, Base):
    """What one person declared, or the office found, about their tie to one application."""

    __tablename__ = "conflict"

    application_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    user_id: Mapped[int] = fk("user.id", index=False)
    state: Mapped[ConflictState] = words(ConflictState)
    state_at: Mapped[datetime]
    bars: Mapped[bool]
    kind: Mapped[ConflictKind | None] = words(ConflictKind, "kind", nullable=True)
    source: Mapped[ConflictSource] = words(ConflictSource, "source")
    is_pinned: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    reasons: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """What a check found, as data ({"why": …, "who": …, "what": …}); ties_words says it in words."""
    settled_by: Mapped[int | None] = fk("user.id", index=False)
    """Who decided about it, when that was not the person."""

    application: Mapped[Application] = relationship(back_populates="conflicts")
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    settler: Mapped[User | None] = relationship(foreign_keys=[settled_by])

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        UniqueConstraint("application_id", "user_id"),
        check("bars_when", "bars = (state IN ('unsure', 'barred'))"),
        check("barred_why", "state <> 'barred' OR kind IS NOT NULL"),
        Index(
            "ix_conflict_bars", "user_id", "application_id",
            sqlite_where=text("bars = 1"), postgresql_where=text("bars"),
        ),
    )  # fmt: skip
