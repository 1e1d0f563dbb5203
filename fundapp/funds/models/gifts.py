"""What a fund is given, from promise to thanks, and what goes back to givers."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.core.references import gift_reference
from fundapp.funds.models.funds import Fund


class Gift(StrEnum):
    """Where a contribution to a fund stands."""

    PLEDGED = "pledged"
    RECEIVED = "received"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class GiverKind(StrEnum):
    """Who gives."""

    PUBLIC = "public"
    PRIVATE = "private"
    PERSON = "person"


class Contribution(Row, Versioned, Base):
    """Money given or promised to a fund, from one giver.

    is_anonymous: the public does not see the name. email, language: where and how the giver is
    thanked; may be empty. expected_on: the day by which a pledge should come in.
    """

    __tablename__ = "contribution"

    fund_id: Mapped[int] = fk("fund.id")
    giver: Mapped[str]
    giver_kind: Mapped[GiverKind] = words(GiverKind, "giver_kind", default=GiverKind.PUBLIC)
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str] = mapped_column(default="en", server_default="en")
    reference: Mapped[str] = mapped_column(unique=True)
    theme: Mapped[str | None]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[Gift] = words(Gift, default=Gift.PLEDGED)
    pledged_on: Mapped[date | None]
    expected_on: Mapped[date | None]
    received_on: Mapped[date | None]
    split_from_id: Mapped[int | None] = mapped_column()

    fund: Mapped[Fund] = relationship()
    refunds: Mapped[list["Refund"]] = relationship(back_populates="gift", order_by="Refund.id")

    __table_args__ = (
        UniqueConstraint("id", "fund_id"),
        ForeignKeyConstraint(
            ["split_from_id", "fund_id"],
            ["contribution.id", "contribution.fund_id"],
            name="fk_contribution_split",
        ),
        check("amount_positive", "amount_cents > 0"),
        check("received_when", "(state IN ('received', 'refunded')) = (received_on IS NOT NULL)"),
        check("pledged_when", "state <> 'pledged' OR pledged_on IS NOT NULL"),
        Index(
            "ix_contribution_expected",
            "expected_on",
            sqlite_where=text("state = 'pledged'"),
            postgresql_where=text("state = 'pledged'"),
        ),
    )

    @property
    def bank_reference(self) -> str:
        """The ISO 11649 reference that the giver puts with the transfer."""
        return gift_reference(int(self.reference.removeprefix("GIFT-")))


class RefundState(StrEnum):
    """Where money that goes back to a giver stands."""

    ASKED = "asked"
    AGREED = "agreed"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class Refund(Row, Versioned, Base):
    """Money of a gift that goes back to its giver: asked by one person, agreed by another, then paid."""

    __tablename__ = "refund"

    fund_id: Mapped[int] = mapped_column()
    contribution_id: Mapped[int] = mapped_column()
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    state: Mapped[RefundState] = words(RefundState, default=RefundState.ASKED)
    state_at: Mapped[datetime]
    asked_by: Mapped[int] = fk("user.id", index=False)
    agreed_by: Mapped[int | None] = fk("user.id", index=False)
    paid_on: Mapped[date | None]

    gift: Mapped[Contribution] = relationship(back_populates="refunds")
    asker: Mapped[User] = relationship(foreign_keys=[asked_by])
    agreer: Mapped[User | None] = relationship(foreign_keys=[agreed_by])

    __table_args__ = (
        ForeignKeyConstraint(["contribution_id", "fund_id"], ["contribution.id", "contribution.fund_id"]),
        check("amount_positive", "amount_cents > 0"),
        check("two_people", "agreed_by IS NULL OR agreed_by <> asked_by"),
        check("agreed_who", "state IN ('asked', 'withdrawn') OR agreed_by IS NOT NULL"),
        check("paid_when", "(state = 'paid') = (paid_on IS NOT NULL)"),
        Index("ix_refund_contribution", "contribution_id"),
        Index("ix_refund_fund", "fund_id", "state"),
    )
