"""Rules: when a fund reminds of one kind of date, and of the same kind in one of its rounds."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, Versioned, check, fk, words


class Channel(StrEnum):
    """How a reminder reaches somebody: by mail, or only on their list of what is to be done."""

    MAIL = "mail"
    LIST = "list"


class ReminderRule(Row, Versioned, Base):
    """How one kind of date is reminded of. offsets: [days], negative before the day it falls due.

    hour: of the reader's day, 0-23. also_to: a role that hears of it beside whoever has to do it.
    escalate_to: a role at the fund that hears of what is too late by escalate_after_days.
    """

    __tablename__ = "reminder_rule"

    fund_id: Mapped[int] = fk("fund.id")
    round_id: Mapped[int | None]
    kind: Mapped[str]
    is_on: Mapped[bool] = mapped_column(default=True)
    offsets: Mapped[list[Any]] = mapped_column(default=list)
    in_working_days: Mapped[bool] = mapped_column(default=False)
    hour: Mapped[int] = mapped_column(default=8)
    channel: Mapped[Channel] = words(Channel, "channel", default=Channel.MAIL)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    escalate_to: Mapped[str | None]
    escalate_after_days: Mapped[int | None]
    also_to: Mapped[str | None]
    changed_by: Mapped[int | None] = fk("user.id", index=False)
    changed_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["round_id", "fund_id"], ["round.id", "round.fund_id"]),
        check("hour_of_day", "hour BETWEEN 0 AND 23"),
        check("escalation_whole", "(escalate_to IS NULL) = (escalate_after_days IS NULL)"),
        check("escalation_late", "escalate_after_days IS NULL OR escalate_after_days BETWEEN 0 AND 365"),
        Index(
            "uq_reminder_rule_fund", "fund_id", "kind",
            unique=True, sqlite_where=text("round_id IS NULL"), postgresql_where=text("round_id IS NULL"),
        ),
        Index(
            "uq_reminder_rule_round", "round_id", "kind",
            unique=True, sqlite_where=text("round_id IS NOT NULL"),
            postgresql_where=text("round_id IS NOT NULL"),
        ),
    )  # fmt: skip
