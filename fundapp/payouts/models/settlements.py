"""The final account of a grant with an advance: what was planned, what it cost, what is settled."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.grants.models import Award


class AccountState(StrEnum):
    """Where a final account stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class FinalAccount(Row, Versioned, Base):
    """What the work cost, line by line. own, other: what the grantee and others put in, in cents.

    reclaims_vat: the grantee gets VAT back from the tax office, so it is no cost here.
    costs_cents: what the fund is asked to carry; award_cents, advance_cents, settled_cents: as they
    stood when it was approved. submitted_by None: settled by the fund without an account.
    """

    __tablename__ = "final_account"

    award_id: Mapped[int] = mapped_column(unique=True)
    fund_id: Mapped[int] = mapped_column()
    state: Mapped[AccountState] = words(AccountState, default=AccountState.DRAFT)
    state_at: Mapped[datetime]
    reclaims_vat: Mapped[bool] = mapped_column(default=False)
    own_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    other_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    note: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    costs_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    digest: Mapped[str] = mapped_column(default="")
    submitted_by: Mapped[int | None] = fk("user.id", index=False)
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = fk("user.id", index=False)
    approved_at: Mapped[datetime | None]
    award_cents: Mapped[int | None] = mapped_column(BigInteger)
    advance_cents: Mapped[int | None] = mapped_column(BigInteger)
    settled_cents: Mapped[int | None] = mapped_column(BigInteger)
    claim_id: Mapped[int | None] = mapped_column()

    award: Mapped[Award] = relationship(
        foreign_keys=[award_id], primaryjoin="FinalAccount.award_id == Award.id", viewonly=True
    )
    lines: Mapped[list["CostLine"]] = relationship(
        back_populates="account", order_by="CostLine.position", cascade="all, delete-orphan"
    )

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        ForeignKeyConstraint(["claim_id", "award_id"], ["claim.id", "claim.award_id"]),
        check("amounts_some", "own_cents >= 0 AND other_cents >= 0 AND costs_cents >= 0"),
        check(
            "approved_whole",
            "state <> 'approved' OR (approved_by IS NOT NULL AND approved_at IS NOT NULL"
            " AND award_cents IS NOT NULL AND advance_cents IS NOT NULL AND settled_cents IS NOT NULL)",
        ),
        check("two_people", "approved_by IS NULL OR submitted_by IS NULL OR approved_by <> submitted_by"),
        check("settled_within", "settled_cents BETWEEN 0 AND award_cents"),
    )

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.award.application


class CostLine(Row, Base):
    """One line of the budget with what it cost, in cents without VAT. evidence: [links]."""

    __tablename__ = "cost_line"

    account_id: Mapped[int] = fk("final_account.id")
    position: Mapped[int]
    title: Mapped[str]
    budget_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    net_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    vat_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")

    account: Mapped[FinalAccount] = relationship(back_populates="lines")

    __table_args__ = (check("amounts_some", "budget_cents >= 0 AND net_cents >= 0 AND vat_cents >= 0"),)
