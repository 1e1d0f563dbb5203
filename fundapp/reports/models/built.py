"""Reports that people of the office put together themselves: kept, shared, mailed by the calendar."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from fundapp.accounts.models import RoleName, User
from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.funds.models import Fund


class Every(StrEnum):
    """How often a report goes out."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class BuiltReport(Row, Versioned, Base):
    """A table somebody put together: its subject, and a plan of columns, filters and groups.

    shared_role: the role at the fund that may open it too. every, mail_role: to whom a link goes by mail, how
    often; next_at: when it goes next, aware UTC.
    """

    __tablename__ = "built_report"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    owner_id: Mapped[int] = fk("user.id", index=False)
    name: Mapped[str]
    subject: Mapped[str]
    plan: Mapped[dict[str, Any]]
    shared_role: Mapped[RoleName | None] = words(RoleName, "shared_role")
    every: Mapped[Every | None] = words(Every, "every")
    mail_role: Mapped[RoleName | None] = words(RoleName, "mail_role")
    next_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    fund: Mapped[Fund] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=owner_id)
    shares: Mapped[list["ReportShare"]] = relationship(
        cascade="all, delete-orphan", order_by="ReportShare.id", back_populates="report"
    )

    __table_args__ = (
        check("mailed_when", "(every IS NULL) = (mail_role IS NULL) AND (every IS NULL) = (next_at IS NULL)"),
        UniqueConstraint("owner_id", "fund_id", "name"),
        Index("ix_built_report_fund", "fund_id", "id"),
        Index("ix_built_report_next", "next_at"),
    )


class ReportShare(Row, Base):
    """One person whom a report was shown to."""

    __tablename__ = "report_share"

    report_id: Mapped[int] = fk("built_report.id", index=False)
    user_id: Mapped[int] = fk("user.id")

    report: Mapped[BuiltReport] = relationship(back_populates="shares")
    user: Mapped[User] = relationship()

    __table_args__ = (UniqueConstraint("report_id", "user_id"),)
