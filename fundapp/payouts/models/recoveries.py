"""What was paid too much and comes back: claimed with a reason, in parts, received or written off."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import Party
from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, append_only, check, fk, words
from fundapp.grants.models import Award


class RecoveryReason(StrEnum):
    """Why money has to come back."""

    SETTLEMENT = "settlement"
    ENDED = "ended"
    WRONG_PAYMENT = "wrong_payment"
    SENT_BACK = "sent_back"
    OTHER = "other"


class RecoveryState(StrEnum):
    """Where it stands."""

    OPEN = "open"
    SETTLED = "settled"
    WRITTEN_OFF = "written_off"
    CANCELLED = "cancelled"


class Recovery(Row, Versioned, Base):
    """An amount a grantee owes the fund. reference: what they put with the transfer.

    party_id: which payee owes it, where a grant has several; None: the grantee.
    """

    __tablename__ = "recovery"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int]
    code: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[RecoveryReason] = words(RecoveryReason, "reason")
    why: Mapped[str]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[RecoveryState] = words(RecoveryState, default=RecoveryState.OPEN)
    state_at: Mapped[datetime]
    account_id: Mapped[int | None] = fk("final_account.id", index=False)
    party_id: Mapped[int | None] = fk("party.id", index=False)
    opened_by: Mapped[int] = fk("user.id", index=False)
    opened_at: Mapped[datetime]
    write_off_why: Mapped[str] = mapped_column(default="")
    write_off_by: Mapped[int | None] = fk("user.id", index=False)
    written_off_by: Mapped[int | None] = fk("user.id", index=False)

    award: Mapped[Award] = relationship(
        foreign_keys=[award_id], primaryjoin="Recovery.award_id == Award.id", viewonly=True
    )
    party: Mapped[Party | None] = relationship()
    instalments: Mapped[list["Instalment"]] = relationship(
        back_populates="recovery", order_by="Instalment.number", cascade="all, delete-orphan"
    )
    receipts: Mapped[list["RecoveryReceipt"]] = relationship(
        back_populates="recovery",
        primaryjoin="Recovery.id == RecoveryReceipt.recovery_id",
        foreign_keys="RecoveryReceipt.recovery_id",
        order_by="RecoveryReceipt.id",
    )

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        UniqueConstraint("award_id", "number"),
        UniqueConstraint("id", "fund_id"),
        check("amount_positive", "amount_cents > 0"),
        check(
            "written_off_by_two",
            "state <> 'written_off' OR (write_off_by IS NOT NULL AND written_off_by IS NOT NULL"
            " AND write_off_by <> written_off_by)",
        ),
        Index("ix_recovery_fund", "fund_id", "state"),
    )

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.award.application

    @property
    def received_cents(self) -> int:
        """What came in so far."""
        return sum(one.amount_cents for one in self.receipts)

    @property
    def rest_cents(self) -> int:
        """What is still owed."""
        return self.amount_cents - self.received_cents


class Instalment(Row, Base):
    """A part of a recovery with its own day; together they are the whole."""

    __tablename__ = "instalment"

    recovery_id: Mapped[int] = fk("recovery.id", index=False)
    number: Mapped[int]
    due_on: Mapped[date]
    amount_cents: Mapped[int] = mapped_column(BigInteger)

    recovery: Mapped[Recovery] = relationship(back_populates="instalments")

    __table_args__ = (
        UniqueConstraint("recovery_id", "number"),
        check("amount_positive", "amount_cents > 0"),
        Index("ix_instalment_due", "due_on"),
    )


class RecoveryReceipt(Row, Base):
    """Money that came in for a recovery. statement_line: the bank's word for it, used once."""

    __tablename__ = "recovery_receipt"

    recovery_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    received_on: Mapped[date]
    statement_line_id: Mapped[int | None] = fk("statement_line.id", index=False, unique=True)
    entered_by: Mapped[int | None] = fk("user.id", index=False)
    entered_at: Mapped[datetime]

    recovery: Mapped[Recovery] = relationship(
        back_populates="receipts",
        primaryjoin="RecoveryReceipt.recovery_id == Recovery.id",
        foreign_keys=[recovery_id],
    )

    __table_args__ = (
        ForeignKeyConstraint(["recovery_id", "fund_id"], ["recovery.id", "recovery.fund_id"]),
        check("amount_positive", "amount_cents > 0"),
        Index("ix_recovery_receipt_recovery", "recovery_id"),
    )


append_only(RecoveryReceipt.__table__)  # type: ignore[arg-type]
