"""The live plan."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words

if TYPE_CHECKING:
    from fundapp.grants.models.awards import Award


class MilestoneState(StrEnum):
    """Where a milestone stands; claimed and paid follow from its claims."""

    OPEN = "open"
    HELD = "held"
    DELIVERED = "delivered"
    DROPPED = "dropped"
    EXPIRED = "expired"


class Milestone(Row, Versioned, Base):
    """A step of the plan in force, with what it delivers and what it pays."""

    __tablename__ = "milestone"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    parent_id: Mapped[int | None] = fk("milestone.id", index=False)
    ref: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    deliverable: Mapped[str] = mapped_column(default="")
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    due_on: Mapped[date | None]
    state: Mapped[MilestoneState] = words(MilestoneState, default=MilestoneState.OPEN)
    state_at: Mapped[datetime]
    licence: Mapped[str | None]
    place: Mapped[str | None]
    responsible_id: Mapped[int | None] = fk("user.id", index=False)
    """Who of the grantee looks after it."""
    claim_until: Mapped[date | None]
    """The last day on which it can be claimed, where the fund gave another than its term brings."""
    unpublished: Mapped[str] = mapped_column(default="", server_default="")
    """Why nothing of it has to be public; confirmed by the fund."""

    award: Mapped["Award"] = relationship(
        back_populates="milestones", primaryjoin="Milestone.award_id == Award.id", foreign_keys=[award_id]
    )

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        UniqueConstraint("award_id", "ref"),
        UniqueConstraint("id", "award_id"),
        check("amount_some", "amount_cents >= 0"),
    )

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.award.application
