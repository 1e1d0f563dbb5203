"""A fund's own text of one kind of mail, in one language: each version a row."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, append_only, check, fk


class MailText(Row, Base):
    """One version of what a mail says; the highest number counts. Without a subject: back to what is shipped.

    shipped_digest, shipped_text: what came with the software when this was written, in the same placeholders.
    """

    __tablename__ = "mail_text"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    name: Mapped[str]
    language: Mapped[str]
    number: Mapped[int]
    subject: Mapped[str | None]
    body: Mapped[str | None]
    shipped_digest: Mapped[str]
    shipped_text: Mapped[str]
    made_by: Mapped[int | None] = fk("user.id", index=False)
    made_at: Mapped[datetime] = mapped_column()

    __table_args__: Any = (
        UniqueConstraint("fund_id", "name", "language", "number"),
        check("whole", "(subject IS NULL) = (body IS NULL)"),
        check("language_known", "language IN ('en', 'nl')"),
        check("number_counts", "number >= 1"),
    )


append_only(cast(Any, MailText.__table__))
