"""Batches and payments."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, frozen, words
from fundapp.funds.models import FileFormat
from fundapp.payouts.models.claims import Claim


class BatchState(StrEnum):
    """Where a batch of payments stands."""

    OPEN = "open"
    RELEASED = "released"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class Batch(Row, Versioned, Base):
    """Payments that go to the bank in one file."""

    __tablename__ = "batch"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    number: Mapped[int]
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[BatchState] = words(BatchState, default=BatchState.OPEN)
    state_at: Mapped[datetime]
    pay_on: Mapped[date]
    total_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    format: Mapped[FileFormat] = words(
        FileFormat, "format", default=FileFormat.PAIN_09, server_default="pain.001.001.09"
    )
    file_id: Mapped[int | None] = fk("file.id", index=False)
    digest: Mapped[str | None]
    signed_by: Mapped[int | None] = fk("user.id", index=False)
    """The first of two releasers; signed_digest: the list they saw. A changed list takes it away."""
    signed_at: Mapped[datetime | None]
    signed_digest: Mapped[str | None]
    released_by: Mapped[int | None] = fk("user.id", index=False)
    released_at: Mapped[datetime | None]
    second_from_cents: Mapped[int | None] = mapped_column(BigInteger)
    """The fund's threshold for a second releaser when this was released."""
    second_released_by: Mapped[int | None] = fk("user.id", index=False)
    second_released_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    payments: Mapped[list["Payment"]] = relationship(
        back_populates="batch",
        foreign_keys="Payment.batch_id",
        primaryjoin="Payment.batch_id == Batch.id",
        order_by="Payment.id",
    )

    __table_args__ = (
        UniqueConstraint("fund_id", "number"),
        UniqueConstraint("id", "fund_id"),
        UniqueConstraint("id", "released_by"),
        UniqueConstraint("id", "second_released_by"),
        check(
            "signed_whole",
            "(signed_by IS NULL) = (signed_at IS NULL) AND (signed_by IS NULL) = (signed_digest IS NULL)",
        ),
        check(
            "two_releasers",
            "(second_released_by IS NULL) = (second_released_at IS NULL) AND (second_released_by IS NULL"
            " OR (released_by IS NOT NULL AND second_released_by <> released_by))",
        ),
        check(
            "second_when",
            "state NOT IN ('released', 'settled') OR second_from_cents IS NULL"
            " OR total_cents < second_from_cents OR second_released_by IS NOT NULL",
        ),
        check(
            "released_whole",
            "state NOT IN ('released', 'settled') OR (released_by IS NOT NULL AND released_at IS NOT NULL"
            " AND file_id IS NOT NULL AND digest IS NOT NULL AND total_cents > 0)",
        ),
        Index(
            "uq_batch_open", "fund_id",
            unique=True, sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip


class PaymentState(StrEnum):
    """Where one payment stands."""

    LISTED = "listed"
    REMOVED = "removed"
    ORDERED = "ordered"
    PAID = "paid"
    RETURNED = "returned"


class Payment(Row, Versioned, Base):
    """One transfer. Composite keys tie it to its sign-off and batch, so three people are three people."""

    __tablename__ = "payment"

    fund_id: Mapped[int] = mapped_column()
    claim_id: Mapped[int] = mapped_column()
    batch_id: Mapped[int] = mapped_column()
    signoff_number: Mapped[int]
    claimed_by: Mapped[int] = mapped_column()
    approved_by: Mapped[int]
    released_by: Mapped[int | None]
    second_released_by: Mapped[int | None]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    bank_account_id: Mapped[int] = mapped_column()
    end_to_end_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[PaymentState] = words(PaymentState, default=PaymentState.LISTED)
    state_at: Mapped[datetime]
    paid_on: Mapped[date | None]
    marked_by: Mapped[int | None] = fk("user.id", index=False)

    claim: Mapped[Claim] = relationship(
        foreign_keys=[claim_id], primaryjoin="Payment.claim_id == Claim.id", viewonly=True
    )
    batch: Mapped[Batch] = relationship(
        back_populates="payments", foreign_keys=[batch_id], primaryjoin="Payment.batch_id == Batch.id"
    )

    __table_args__ = (
        ForeignKeyConstraint(
            [
                "claim_id", "fund_id", "claimed_by", "approved_by",
                "amount_cents", "bank_account_id", "signoff_number",
            ],
            [
                "signoff.claim_id", "signoff.fund_id", "signoff.claimed_by", "signoff.approved_by",
                "signoff.amount_cents", "signoff.bank_account_id", "signoff.number",
            ],
            name="fk_payment_signoff",
        ),
        ForeignKeyConstraint(["batch_id", "fund_id"], ["batch.id", "batch.fund_id"]),
        ForeignKeyConstraint(["batch_id", "released_by"], ["batch.id", "batch.released_by"]),
        ForeignKeyConstraint(["batch_id", "second_released_by"], ["batch.id", "batch.second_released_by"]),
        check(
            "three_people",
            "released_by IS NULL OR (released_by <> approved_by AND released_by <> claimed_by"
            " AND approved_by <> claimed_by)",
        ),
        check(
            "four_people",
            "second_released_by IS NULL OR (released_by IS NOT NULL AND second_released_by <> released_by"
            " AND second_released_by <> approved_by AND second_released_by <> claimed_by)",
        ),
        check("released_who", "state IN ('listed', 'removed') OR released_by IS NOT NULL"),
        check("paid_when", "state <> 'paid' OR paid_on IS NOT NULL"),
        Index(
            "uq_payment_live", "claim_id",
            unique=True,
            sqlite_where=text("state IN ('listed', 'ordered', 'paid')"),
            postgresql_where=text("state IN ('listed', 'ordered', 'paid')"),
        ),
        Index("ix_payment_batch", "batch_id"),
    )  # fmt: skip

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.claim.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.claim.award.application


frozen(
    "batch",
    "OLD.file_id IS NOT NULL",
    *("fund_id", "number", "message_id", "pay_on", "total_cents", "file_id", "digest", "format"),
    *("released_by", "released_at", "second_released_by", "second_released_at", "second_from_cents"),
)
frozen(
    "payment",
    "OLD.released_by IS NOT NULL",
    *("fund_id", "claim_id", "batch_id", "signoff_number", "claimed_by", "approved_by", "released_by"),
    *("second_released_by", "amount_cents", "bank_account_id", "end_to_end_id"),
)
frozen(
    "file",
    "OLD.kind LIKE 'pain.001.%'",
    *("subject_type", "subject_id", "name", "media_type", "size", "sha256", "storage_key", "kind"),
)
