"""Words and flags by which the office keeps its applications apart; never seen by applicants or reviewers."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.core.db import Base, Row, check, fk


class Tag(Row, Base):
    """A word of one fund. folded: the same without capitals and accents, so that no word stands twice."""

    __tablename__ = "tag"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    name: Mapped[str]
    folded: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = fk("user.id", index=False)

    __table_args__ = (
        UniqueConstraint("fund_id", "folded"),
        UniqueConstraint("id", "fund_id"),
        check("folded_some", "length(folded) > 0"),
    )


class ApplicationTag(Base):
    """One word on one application, both of the same fund."""

    __tablename__ = "application_tag"

    application_id: Mapped[int] = mapped_column(primary_key=True)
    tag_id: Mapped[int] = mapped_column(primary_key=True, index=True)
    fund_id: Mapped[int] = mapped_column()
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = fk("user.id", index=False)

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        ForeignKeyConstraint(["tag_id", "fund_id"], ["tag.id", "tag.fund_id"]),
    )


class Flag(Base):
    """Somebody asks their colleagues to look at an application; lowered by taking the row away."""

    __tablename__ = "flag"

    application_id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column()
    reason: Mapped[str] = mapped_column(default="")
    raised_at: Mapped[datetime]
    raised_by: Mapped[int] = fk("user.id")

    raiser: Mapped[User] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
    )
