"""Decisions: what was decided, on what ground, by whom."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words


class Outcome(StrEnum):
    """What is decided."""

    AWARDED = "awarded"
    RESERVE = "reserve"
    DECLINED = "declined"
    INELIGIBLE = "ineligible"
    INVITED = "invited"


class DecisionState(StrEnum):
    """How far a decision has come; nothing of it shows outside before release."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    RELEASED = "released"
    SUPERSEDED = "superseded"


class Decision(Row, Versioned, Base):
    """One decision about one application at one stage."""

    __tablename__ = "decision"

    application_id: Mapped[int] = mapped_column()
    round_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    stage_id: Mapped[int] = fk("stage.id", index=False)
    number: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[Outcome] = words(Outcome, "outcome")
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[DecisionState] = words(DecisionState, default=DecisionState.DRAFT)
    state_at: Mapped[datetime]
    to_applicant: Mapped[str] = mapped_column(default="")
    internal: Mapped[str] = mapped_column(default="")
    reasons: Mapped[list[str]] = mapped_column(default=list)
    """Codes of the fund's standing reasons, in the order in which the letter gives them."""
    reserve_place: Mapped[int | None]
    embargo_until_at: Mapped[datetime | None]
    scenario_id: Mapped[int | None] = fk("scenario.id")
    """The try at the funding line that was chosen when this was proposed."""
    digest: Mapped[str]
    proposed_by: Mapped[int | None] = fk("user.id", index=False)
    proposed_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = fk("user.id", index=False)
    approved_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = fk("user.id", index=False)
    released_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(
        foreign_keys=[application_id], primaryjoin="Decision.application_id == Application.id", viewonly=True
    )
    proposer: Mapped[User | None] = relationship(foreign_keys=[proposed_by])
    approver: Mapped[User | None] = relationship(foreign_keys=[approved_by])
    releaser: Mapped[User | None] = relationship(foreign_keys=[released_by])

    __table_args__ = (
        ForeignKeyConstraint(
            ["application_id", "round_id", "fund_id"],
            ["application.id", "application.round_id", "application.fund_id"],
        ),
        UniqueConstraint("application_id", "stage_id", "number"),
        UniqueConstraint("id", "application_id"),
        UniqueConstraint("id", "proposed_by", "approved_by", "released_by"),  # for appeals: other hands
        check("amount_when", "(outcome = 'awarded') = (amount_cents IS NOT NULL)"),
        check("amount_positive", "amount_cents IS NULL OR amount_cents > 0"),
        check("place_when", "reserve_place IS NULL OR (outcome = 'reserve' AND reserve_place > 0)"),
        check("two_people", "released_by IS NULL OR released_by <> proposed_by"),
        check("two_minds", "approved_by IS NULL OR approved_by <> proposed_by"),
        check(
            "released_when",
            "state <> 'released' OR (released_at IS NOT NULL AND released_by IS NOT NULL)",
        ),
        Index(
            "uq_decision_live", "application_id", "stage_id",
            unique=True,
            sqlite_where=text("state <> 'superseded'"),
            postgresql_where=text("state <> 'superseded'"),
        ),
        Index("ix_decision_round", "round_id", "state"),
        Index(
            "uq_decision_place", "round_id", "reserve_place",
            unique=True,
            sqlite_where=text("state <> 'superseded' AND reserve_place IS NOT NULL"),
            postgresql_where=text("state <> 'superseded' AND reserve_place IS NOT NULL"),
        ),
    )  # fmt: skip
