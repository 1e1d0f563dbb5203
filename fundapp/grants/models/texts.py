"""What a fund says by itself: the articles of its agreements, and who agrees to which change."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, append_only, fk


class AgreementText(Row, Base):
    """The articles of a fund's agreements; a change is a new row with the next number.

    articles: [{heading: {en, nl}, text: {en, nl}}]. is_shipped: back to those of the house.
    """

    __tablename__ = "agreement_text"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    number: Mapped[int]
    articles: Mapped[list[Any]]
    is_shipped: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[int | None] = fk("user.id", index=False)
    made_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("fund_id", "number"),)


class AmendmentPolicy(Row, Base):
    """Who agrees to which change of a grant, as a fund has it; a change is a new row.

    rules: {key: {by: staff, committee or nobody, upto: a number or None}}.
    """

    __tablename__ = "amendment_policy"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    number: Mapped[int]
    rules: Mapped[dict[str, Any]]
    made_by: Mapped[int | None] = fk("user.id", index=False)
    made_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("fund_id", "number"),)


append_only(AgreementText.__table__)  # type: ignore[arg-type]
append_only(AmendmentPolicy.__table__)  # type: ignore[arg-type]
