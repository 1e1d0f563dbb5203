"""Awards, agreements, milestones, payees, bank accounts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import Party
from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words


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
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]

    application: Mapped[Application] = relationship(
        foreign_keys=[application_id], primaryjoin="Award.application_id == Application.id", viewonly=True
    )
    # Joined on the id alone, though the keys carry the fund too: a row in hand is then not asked for again.
    agreements: Mapped[list["Agreement"]] = relationship(
        back_populates="award",
        primaryjoin="Award.id == Agreement.award_id",
        foreign_keys="Agreement.award_id",
        order_by="Agreement.number",
    )
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="award",
        primaryjoin="Award.id == Milestone.award_id",
        foreign_keys="Milestone.award_id",
        order_by="Milestone.position",
    )
    payees: Mapped[list["Payee"]] = relationship(
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
    )

    @property
    def award(self) -> "Award":
        """Itself, so that one rule serves awards and all that hangs under them."""
        return self

    @property
    def agreement_under_way(self) -> "Agreement | None":
        """The version that is being written, offered or signed."""
        return next((version for version in self.agreements if version.state in UNDER_WAY), None)

    @property
    def agreement_in_force(self) -> "Agreement | None":
        """The version that counts."""
        return next(
            (version for version in self.agreements if version.state is AgreementState.IN_FORCE), None
        )


class AgreementState(StrEnum):
    """Where a version of the agreement stands."""

    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


UNDER_WAY = frozenset({AgreementState.DRAFT, AgreementState.OFFERED, AgreementState.ACCEPTED})


class Agreement(Row, Versioned, Base):
    """One version of what was agreed. plan: [{ref, parent, title, deliverable, amount_cents, due_on}]."""

    __tablename__ = "agreement"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[AgreementState] = words(AgreementState, default=AgreementState.DRAFT)
    state_at: Mapped[datetime]
    plan: Mapped[list[Any]] = mapped_column(default=list)
    total_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    language: Mapped[str] = mapped_column(default="en")
    body: Mapped[str] = mapped_column(default="")
    digest: Mapped[str | None]
    file_id: Mapped[int | None] = fk("file.id", index=False)
    offered_by: Mapped[int | None] = fk("user.id", index=False)
    accepted_by: Mapped[int | None] = fk("user.id", index=False)
    accepted_at: Mapped[datetime | None]
    in_force_at: Mapped[datetime | None]

    award: Mapped[Award] = relationship(
        back_populates="agreements", primaryjoin="Agreement.award_id == Award.id", foreign_keys=[award_id]
    )

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        UniqueConstraint("award_id", "number"),
        check("offered_what", "state IN ('draft', 'withdrawn') OR digest IS NOT NULL"),
        check("accepted_who", "state NOT IN ('accepted', 'in_force') OR accepted_by IS NOT NULL"),
        Index(
            "uq_agreement_in_force", "award_id",
            unique=True, sqlite_where=text("state = 'in_force'"), postgresql_where=text("state = 'in_force'"),
        ),
        Index(
            "uq_agreement_open", "award_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'offered', 'accepted')"),
            postgresql_where=text("state IN ('draft', 'offered', 'accepted')"),
        ),
    )  # fmt: skip

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.award.application


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

    award: Mapped[Award] = relationship(
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


class Payee(Row, Base):
    """Who may be paid under an award."""

    __tablename__ = "payee"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    party_id: Mapped[int] = fk("party.id", index=False)

    award: Mapped[Award] = relationship(
        back_populates="payees", primaryjoin="Payee.award_id == Award.id", foreign_keys=[award_id]
    )
    party: Mapped[Party] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        UniqueConstraint("award_id", "party_id"),
        UniqueConstraint("id", "party_id"),
    )


class BankAccount(Row, Versioned, Base):
    """An account of a party: sealed, shown masked; a change is a new row."""

    __tablename__ = "bank_account"

    party_id: Mapped[int] = fk("party.id")
    number: Mapped[int] = mapped_column(default=1)
    iban_sealed: Mapped[str]
    holder_sealed: Mapped[str]
    bic: Mapped[str | None]
    iban_mark: Mapped[str]
    masked: Mapped[str]
    country: Mapped[str]
    entered_by: Mapped[int] = fk("user.id", index=False)
    entered_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = fk("user.id", index=False)
    confirmed_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]

    party: Mapped[Party] = relationship()

    __table_args__ = (
        UniqueConstraint("party_id", "number"),
        UniqueConstraint("id", "party_id"),
        check("two_people", "confirmed_by IS NULL OR confirmed_by <> entered_by"),
        Index(
            "uq_bank_account_live", "party_id",
            unique=True, sqlite_where=text("retired_at IS NULL"), postgresql_where=text("retired_at IS NULL"),
        ),
    )  # fmt: skip
