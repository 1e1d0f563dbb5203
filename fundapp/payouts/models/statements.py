"""What the bank sent back: statements and status reports, line by line."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.core.db import Base, Row, append_only, check, fk, words
from fundapp.payouts.models.payments import Payment


class StatementKind(StrEnum):
    """What kind of answer it is."""

    STATEMENT = "camt053"
    STATUS = "pain002"


class BankStatement(Row, Base):
    """One file of the bank, or one statement of a file. The same is never taken in twice.

    sha256: of the file; part: which statement of it. bank_id: the bank's own number. iban: of the fund.
    """

    __tablename__ = "bank_statement"

    fund_id: Mapped[int] = fk("fund.id")
    kind: Mapped[StatementKind] = words(StatementKind, "kind")
    sha256: Mapped[str]
    part: Mapped[int] = mapped_column(default=1)
    bank_id: Mapped[str]
    iban: Mapped[str] = mapped_column(default="")
    opening_cents: Mapped[int | None] = mapped_column(BigInteger)
    closing_cents: Mapped[int | None] = mapped_column(BigInteger)
    file_id: Mapped[int | None] = fk("file.id", index=False)
    taken_by: Mapped[int | None] = fk("user.id", index=False)
    taken_at: Mapped[datetime]

    taker: Mapped[User | None] = relationship()
    lines: Mapped[list["StatementLine"]] = relationship(
        back_populates="statement",
        primaryjoin="BankStatement.id == StatementLine.statement_id",
        foreign_keys="StatementLine.statement_id",
        order_by="StatementLine.id",
    )

    __table_args__ = (
        UniqueConstraint("sha256", "part"),
        UniqueConstraint("fund_id", "kind", "iban", "bank_id"),
        UniqueConstraint("id", "fund_id"),
    )


class LineState(StrEnum):
    """What became of one line."""

    MATCHED = "matched"
    RETURNED = "returned"
    KNOWN = "known"
    NOTED = "noted"
    UNMATCHED = "unmatched"


class StatementLine(Row, Base):
    """One movement or verdict, as the bank told it. bank_key names it; taken in once a fund.

    amount_cents: above zero came in. why: what keeps an unmatched line from a payment. reference: what
    the payer named in a field of its own. recovery, contribution: what it is for, found by its reference;
    on an unmatched line the recovery of which it is too much.
    """

    __tablename__ = "statement_line"

    statement_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    bank_key: Mapped[str]
    state: Mapped[LineState] = words(LineState)
    booked_on: Mapped[date | None]
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(default="", server_default="")
    end_to_end_id: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    masked: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    why: Mapped[str] = mapped_column(default="")
    payment_id: Mapped[int | None] = fk("payment.id")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    recovery_id: Mapped[int | None] = mapped_column()
    contribution_id: Mapped[int | None] = mapped_column()

    statement: Mapped[BankStatement] = relationship(
        back_populates="lines",
        primaryjoin="StatementLine.statement_id == BankStatement.id",
        foreign_keys=[statement_id],
    )
    payment: Mapped[Payment | None] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["statement_id", "fund_id"], ["bank_statement.id", "bank_statement.fund_id"]),
        ForeignKeyConstraint(["recovery_id", "fund_id"], ["recovery.id", "recovery.fund_id"]),
        ForeignKeyConstraint(["contribution_id", "fund_id"], ["contribution.id", "contribution.fund_id"]),
        UniqueConstraint("fund_id", "bank_key", "payment_id"),
        check(
            "payment_when",
            "state NOT IN ('matched', 'returned') OR payment_id IS NOT NULL"
            " OR (state = 'matched' AND (recovery_id IS NOT NULL OR contribution_id IS NOT NULL))",
        ),
        Index("ix_statement_line_recovery", "recovery_id"),
        Index("ix_statement_line_key", "fund_id", "bank_key"),
        Index("ix_statement_line_statement", "statement_id"),
        Index(
            "ix_statement_line_unmatched",
            "fund_id",
            "id",
            sqlite_where=sql("state = 'unmatched'"),
            postgresql_where=sql("state = 'unmatched'"),
        ),
    )


append_only(BankStatement.__table__)  # type: ignore[arg-type]
append_only(StatementLine.__table__)  # type: ignore[arg-type]
