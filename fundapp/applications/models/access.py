"""Who may see an application, in what capacity."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, relationship

from fundapp.accounts.models import User
from fundapp.applications.models.proposals import Application
from fundapp.core.db import Base, Row, fk, words


class Capacity(StrEnum):
    """In what capacity somebody may see an application."""

    OWNER = "owner"
    CO_APPLICANT = "co_applicant"
    PARTNER = "partner"
    REVIEWER = "reviewer"
    EXPERT = "expert"
    GUIDE = "guide"


APPLICANTS = frozenset({Capacity.OWNER, Capacity.CO_APPLICANT, Capacity.PARTNER})


WORKERS = frozenset({Capacity.REVIEWER, Capacity.EXPERT, Capacity.GUIDE})


class Level(StrEnum):
    """How much they see: title and people only, all, or all and change it."""

    CARD = "card"
    READ = "read"
    WRITE = "write"


class Access(Row, Base):
    """One person's way in to one application."""

    __tablename__ = "access"

    application_id: Mapped[int] = fk("application.id", index=False)
    user_id: Mapped[int] = fk("user.id", index=False)
    capacity: Mapped[Capacity] = words(Capacity, "capacity")
    level: Mapped[Level] = words(Level, "level")
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(back_populates="access")
    user: Mapped[User] = relationship()

    __table_args__ = (
        Index(
            "uq_access_live", "user_id", "application_id", "capacity",
            unique=True, sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_access_owner", "application_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND capacity = 'owner'"),
            postgresql_where=text("ended_at IS NULL AND capacity = 'owner'"),
        ),
        Index("ix_access_application", "application_id"),
    )  # fmt: skip
