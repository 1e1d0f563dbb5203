"""Grants."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, words
from fundapp.funds.models import PaymentScheme
from fundapp.grants.models.agreements import UNDER_WAY, Agreement, AgreementState
from fundapp.grants.models.conditions import Condition
from fundapp.grants.models.milestones import Milestone
from fundapp.grants.models.payees import Payee


class AwardState(StrEnum):
    """Where a grant stands."""

    PLANNING = "planning"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class Award(Row, Versioned, Base):
    """A grant: what a released decision gave to an application."""

    __tablename__ = "award"

    fund_id: Mapped[int] = mapped_column()
    round_id: Mapped[int] = mapped_column()
    application_id: Mapped[int] = mapped_column(unique=True)
    decision_id: Mapped[int] = mapped_column()
    state: Mapped[AwardState] = words(AwardState, default=AwardState.PLANNING)
    state_at: Mapped[datetime]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    scheme: Mapped[PaymentScheme] = words(
        PaymentScheme, "scheme", default=PaymentScheme.MILESTONES, server_default="milestones"
    )
    advance_percent: Mapped[int] = mapped_column(default=80, server_default="80")
    """Under the scheme of advances: the part that is paid before the settlement."""
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]

    application: Mapped[Application] = relationship(
        foreign_keys=[application_id], primaryjoin="Award.application_id == Application.id", viewonly=True
    )
    # Joined on the id alone, though the keys carry the fund too: a row in hand is then not asked for again.
    agreements: Mapped[list[Agreement]] = relationship(
        back_populates="award",
        primaryjoin="Award.id == Agreement.award_id",
        foreign_keys="Agreement.award_id",
        order_by="Agreement.number",
    )
    milestones: Mapped[list[Milestone]] = relationship(
        back_populates="award",
        primaryjoin="Award.id == Milestone.award_id",
        foreign_keys="Milestone.award_id",
        order_by="Milestone.position",
    )
    conditions: Mapped[list[Condition]] = relationship(
        back_populates="award",
        primaryjoin="Award.id == Condition.award_id",
        foreign_keys="Condition.award_id",
        order_by="Condition.number",
    )
    payees: Mapped[list[Payee]] = relationship(
        back_populates="award", primaryjoin="Award.id == Payee.award_id", foreign_keys="Payee.award_id"
    )

    __table_args__ = (
        ForeignKeyConstraint(
            ["application_id", "round_id", "fund_id"],
            ["application.id", "application.round_id", "application.fund_id"],
        ),
        ForeignKeyConstraint(["decision_id", "application_id"], ["decision.id", "decision.application_id"]),
        UniqueConstraint("id", "fund_id"),
        check("amount_some", "amount_cents >= 0"),
        check("advance_share", "advance_percent BETWEEN 1 AND 100"),
    )

    @property
    def award(self) -> "Award":
        """Itself, so that one rule serves awards and all that hangs under them."""
        return self

    @property
    def agreement_under_way(self) -> Agreement | None:
        """The version that is being written, offered or signed."""
        return next((version for version in self.agreements if version.state in UNDER_WAY), None)

    @property
    def agreement_in_force(self) -> Agreement | None:
        """The version that counts."""
        return next(
            (version for version in self.agreements if version.state is AgreementState.IN_FORCE), None
        )
