"""Who may be paid, and on which account."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import Party
from fundapp.core.db import Base, Row, Versioned, check, fk

if TYPE_CHECKING:
    from fundapp.grants.models.awards import Award


class Payee(Row, Base):
    """Who may be paid under an award. share_cents: a fixed part of it; None: all there is.

    approved_cents: what was approved or paid of the share; the database keeps it within the share.
    user_id: who speaks for the party. left_at: since when it is no payee any more.
    """

    __tablename__ = "payee"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    party_id: Mapped[int] = fk("party.id", index=False)
    user_id: Mapped[int | None] = fk("user.id", index=False)
    share_cents: Mapped[int | None] = mapped_column(BigInteger)
    approved_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    left_at: Mapped[datetime | None]

    award: Mapped["Award"] = relationship(
        back_populates="payees", primaryjoin="Payee.award_id == Award.id", foreign_keys=[award_id]
    )
    party: Mapped[Party] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        UniqueConstraint("award_id", "party_id"),
        UniqueConstraint("id", "party_id"),
        check("approved_some", "approved_cents >= 0"),
        check("share_kept", "share_cents IS NULL OR approved_cents <= share_cents"),
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
