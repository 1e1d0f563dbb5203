"""What is asked when a grant is over: whether the project lives on after one and after three years."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk
from fundapp.grants.models import Award

AFTER = (1, 3)
"""So many years after a grant ended it is asked."""


class AliveCheck(Row, Versioned, Base):
    """Whether a funded project is alive, asked so many years after its grant ended."""

    __tablename__ = "alive_check"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    year: Mapped[int]
    due_on: Mapped[date]
    is_alive: Mapped[bool | None]
    released_on: Mapped[date | None]
    contributors: Mapped[int | None]
    users: Mapped[str] = mapped_column(default="")
    funding: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[int | None] = fk("user.id", index=False)
    answered_at: Mapped[datetime | None]

    award: Mapped[Award] = relationship(
        foreign_keys=[award_id], primaryjoin="AliveCheck.award_id == Award.id", viewonly=True
    )

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        UniqueConstraint("award_id", "year"),
        check("year_known", "year IN (1, 3)"),
        check("answered_whole", "(answered_at IS NULL) = (answered_by IS NULL)"),
        check("answered_what", "(answered_at IS NULL) = (is_alive IS NULL)"),
        check("contributors_some", "contributors IS NULL OR contributors >= 0"),
        Index("ix_alive_check_due", "due_on", "fund_id"),
    )

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.award.application
