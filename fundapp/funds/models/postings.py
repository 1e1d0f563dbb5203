"""The ledger: accounts, and postings that are never changed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, append_only, check, fk, words


class Account(StrEnum):
    """The accounts of the ledger; the first four grow by debit, the others by credit."""

    BANK = "bank"
    PLEDGES = "pledges"
    ADVANCES = "advances"
    RECOVERABLE = "recoverable"
    PLEDGED = "pledged"
    FREE = "free"
    RESTRICTED = "restricted"
    RESERVED = "reserved"
    TO_RECOVER = "to_recover"
    COMMITTED = "committed"
    APPROVED = "approved"
    ORDERED = "ordered"
    REFUNDS = "refunds"
    SUSPENSE = "suspense"


DEBIT_NORMAL = frozenset({Account.BANK, Account.PLEDGES, Account.ADVANCES, Account.RECOVERABLE})


class Posting(Row, Base):
    """One line of the ledger: debit and credit in one row, so it balances by construction."""

    __tablename__ = "posting"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    key: Mapped[str]
    event: Mapped[str]
    booked_on: Mapped[date]
    at: Mapped[datetime]
    debit: Mapped[Account] = words(Account, "debit")
    credit: Mapped[Account] = words(Account, "credit")
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    contribution_id: Mapped[int | None] = mapped_column()
    round_id: Mapped[int | None] = mapped_column()
    award_id: Mapped[int | None] = mapped_column()
    milestone_id: Mapped[int | None] = mapped_column()
    payment_id: Mapped[int | None] = mapped_column()
    statement_line_id: Mapped[int | None] = mapped_column()
    reverses_id: Mapped[int | None] = mapped_column(unique=True)
    actor_id: Mapped[int | None] = fk("user.id", index=False)

    __table_args__ = (
        UniqueConstraint("fund_id", "key"),
        UniqueConstraint("id", "fund_id"),
        check("amount_positive", "amount_cents > 0"),
        check("two_accounts", "debit <> credit"),
        ForeignKeyConstraint(["contribution_id", "fund_id"], ["contribution.id", "contribution.fund_id"]),
        ForeignKeyConstraint(["round_id", "fund_id"], ["round.id", "round.fund_id"]),
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        ForeignKeyConstraint(["milestone_id"], ["milestone.id"]),
        ForeignKeyConstraint(["payment_id"], ["payment.id"]),
        ForeignKeyConstraint(["statement_line_id"], ["statement_line.id"]),
        ForeignKeyConstraint(["reverses_id"], ["posting.id"]),
        Index("ix_posting_debit", "fund_id", "debit", "round_id", "award_id"),
        Index("ix_posting_credit", "fund_id", "credit", "round_id", "award_id"),
        Index("ix_posting_award", "award_id"),
        Index("ix_posting_contribution", "contribution_id"),
    )


append_only(Posting.__table__)  # type: ignore[arg-type]
