"""Who may be paid, and on which account."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import Party, PartyKind
from fundapp.core.db import Base, Row, Versioned, append_only, check, fk, words

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


class PartyDetail(Row, Base):
    """Who a party was on paper, one row for each time it was written down."""

    __tablename__ = "party_detail"

    party_id: Mapped[int] = fk("party.id", index=False)
    number: Mapped[int]
    kind: Mapped[PartyKind] = words(PartyKind, "kind")
    legal_name: Mapped[str]
    registration: Mapped[str | None]
    vat_number: Mapped[str | None]
    country: Mapped[str | None]
    address: Mapped[dict[str, Any]]
    written_by: Mapped[int | None] = fk("user.id", index=False)
    written_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("party_id", "number"),)


append_only(PartyDetail.__table__)  # type: ignore[arg-type]


class NameCheck(StrEnum):
    """What a bank answered when it held a name against an account number (Verification of Payee)."""

    MATCH = "match"
    CLOSE = "close"
    NONE = "none"
    IMPOSSIBLE = "impossible"


class BankAccount(Row, Versioned, Base):
    """An account of a party: sealed, shown masked; a change is a new row.

    key_id: under which key it is sealed. usable_from_at: the end of the cooling-off after a change, unless
    somebody waived it, with the reason.
    """

    __tablename__ = "bank_account"

    party_id: Mapped[int] = fk("party.id")
    number: Mapped[int] = mapped_column(default=1)
    iban_sealed: Mapped[str]
    holder_sealed: Mapped[str]
    bic: Mapped[str | None]
    iban_mark: Mapped[str]
    masked: Mapped[str]
    country: Mapped[str]
    key_id: Mapped[str] = mapped_column(default="", server_default="")
    entered_by: Mapped[int] = fk("user.id", index=False)
    entered_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = fk("user.id", index=False)
    confirmed_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    usable_from_at: Mapped[datetime | None]
    waived_by: Mapped[int | None] = fk("user.id", index=False)
    waived_at: Mapped[datetime | None]
    waived_why: Mapped[str] = mapped_column(default="", server_default="")
    name_check: Mapped[NameCheck | None] = words(NameCheck, "name_check")
    name_checked_on: Mapped[date | None]
    name_checked_by: Mapped[int | None] = fk("user.id", index=False)
    name_check_said: Mapped[str] = mapped_column(default="", server_default="")

    party: Mapped[Party] = relationship()

    __table_args__ = (
        UniqueConstraint("party_id", "number"),
        UniqueConstraint("id", "party_id"),
        check("two_people", "confirmed_by IS NULL OR confirmed_by <> entered_by"),
        check(
            "name_check_when",
            "(name_check IS NULL) = (name_checked_on IS NULL)"
            " AND (name_check IS NULL) = (name_checked_by IS NULL)",
        ),
        check(
            "waived_whole",
            "(waived_by IS NULL) = (waived_at IS NULL) AND (waived_by IS NULL OR waived_why <> '')",
        ),
        check(
            "waived_apart",
            "waived_by IS NULL OR (waived_by <> entered_by AND confirmed_by IS NOT NULL"
            " AND waived_by <> confirmed_by)",
        ),
        Index(
            "uq_bank_account_live", "party_id",
            unique=True, sqlite_where=text("retired_at IS NULL"), postgresql_where=text("retired_at IS NULL"),
        ),
    )  # fmt: skip
