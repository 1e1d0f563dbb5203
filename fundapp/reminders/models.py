"""Notices: one reminder to one person about one thing, ever."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, fk


class Notice(Row, Base):
    """A reminder that was given; its key makes a second one impossible."""

    __tablename__ = "notice"

    key: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = fk("user.id")
    fund_id: Mapped[int] = fk("fund.id")
    subject_type: Mapped[str]
    subject_id: Mapped[int] = mapped_column()
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
