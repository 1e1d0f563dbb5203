"""Notices: one reminder to one person about one date, ever."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, check, fk, words


class Fate(StrEnum):
    """What became of a reminder: waits for the reader's next mail, went out, or was no longer needed."""

    WAITING = "waiting"
    TOLD = "told"
    DROPPED = "dropped"


class Notice(Row, Base):
    """A reminder that was planned; its key makes a second one impossible.

    offset_days: days before (negative) or after the day on which it falls due. escalated_from: the person
    whose date it is, where somebody else is told. mail_key: the mail it went with. moment_at: when it
    was meant to go. way: why somebody else is told: late, away, also.
    """

    __tablename__ = "notice"

    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column()
    user_id: Mapped[int] = fk("user.id")
    fund_id: Mapped[int] = fk("fund.id")
    application_id: Mapped[int | None] = fk("application.id")
    escalated_from: Mapped[int | None] = fk("user.id", index=False)
    offset_days: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[Fate] = words(Fate, default=Fate.WAITING)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    moment_at: Mapped[datetime | None]
    way: Mapped[str] = mapped_column(default="", server_default="")
    mail_key: Mapped[str | None]

    __table_args__ = (
        check("ended_when", "(state = 'waiting') = (ended_at IS NULL)"),
        Index(
            "ix_notice_waiting", "user_id",
            sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"),
        ),
    )  # fmt: skip
