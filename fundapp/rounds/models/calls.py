"""Rounds: one call for proposals and all that follows."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.funds.models import Fund

if TYPE_CHECKING:
    from fundapp.rounds.models.stages import Stage


class RoundState(StrEnum):
    """Where a round stands; whether it is open for proposals follows from its dates."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REVIEWING = "reviewing"
    DECIDING = "deciding"
    RELEASED = "released"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class Round(Row, Versioned, Base):
    """One call for proposals and everything that follows from it."""

    __tablename__ = "round"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    slug: Mapped[str]
    name: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    conditions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[RoundState] = words(RoundState, default=RoundState.DRAFT)
    state_at: Mapped[datetime | None]
    is_trial: Mapped[bool] = mapped_column(default=False)
    is_sealed: Mapped[bool] = mapped_column(default=False)
    shows_disclosure: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether reviewers, and not only the office, read how generative AI was used."""
    budget_cents: Mapped[int] = mapped_column(BigInteger)
    lowest_cents: Mapped[int] = mapped_column(BigInteger)
    highest_cents: Mapped[int] = mapped_column(BigInteger)
    decide_by_on: Mapped[date | None]
    created_at: Mapped[datetime]
    cloned_from_id: Mapped[int | None] = fk("round.id")
    unsealed_at: Mapped[datetime | None]
    """When the seal of a sealed round was taken off: at its closing, or earlier with a reason."""

    fund: Mapped[Fund] = relationship()
    stages: Mapped[list["Stage"]] = relationship(back_populates="round", order_by="Stage.number")

    __table_args__ = (
        UniqueConstraint("fund_id", "slug"),
        UniqueConstraint("id", "fund_id"),
        check("amounts_in_order", "0 < lowest_cents AND lowest_cents <= highest_cents"),
        check("budget_positive", "budget_cents > 0"),
    )

    @property
    def round_id(self) -> int:
        """The round a rule looks at: itself."""
        return self.id

    @property
    def stage(self) -> "Stage":
        """The stage that is asked first; later stages follow from its answers."""
        return self.stages[0]

    @property
    def decided_stage(self) -> "Stage":
        """Give the stage whose outcome is being decided: the last once the whole call has closed."""
        is_on = self.state in (RoundState.DRAFT, RoundState.PUBLISHED)
        return self.stages[0 if is_on else -1]

    def stage_at(self, at: datetime) -> "Stage":
        """Give the stage that is at work at an instant: the last that has opened, else the first."""
        return next((stage for stage in reversed(self.stages) if stage.opens_at <= at), self.stage)

    def opens_for(self, at: datetime) -> bool:
        """Tell whether proposals are taken at this instant, grace included."""
        return self.state is RoundState.PUBLISHED and self.stage.is_open(at)
