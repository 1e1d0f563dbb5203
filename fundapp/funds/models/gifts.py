"""What a fund is given."""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.funds.models.funds import Fund


class Gift(StrEnum):
    """Where a contribution to a fund stands."""

    PLEDGED = "pledged"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class Contribution(Row, Versioned, Base):
    """Money given or promised to a fund, from one giver."""

    __tablename__ = "contribution"

    fund_id: Mapped[int] = fk("fund.id")
    giver: Mapped[str]
    giver_kind: Mapped[str] = mapped_column(default="public")
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    reference: Mapped[str] = mapped_column(unique=True)
    theme: Mapped[str | None]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[Gift] = words(Gift)
    received_on: Mapped[date | None]

    fund: Mapped[Fund] = relationship()

    __table_args__ = (
        UniqueConstraint("id", "fund_id"),
        check("amount_positive", "amount_cents > 0"),
        check("received_when", "(state = 'received') = (received_on IS NOT NULL)"),
    )
