"""Secret addresses of personal calendars."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, fk


class CalendarToken(Row, Base):
    """The address of a person's calendar; only its digest is kept, and it can be taken back."""

    __tablename__ = "calendar_token"

    user_id: Mapped[int] = fk("user.id", index=False)
    digest: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_calendar_token_live", "user_id",
            unique=True, sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL"),
        ),
    )  # fmt: skip
