"""Keys with which a program reads the data of one fund."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.core.db import Base, Row, check, fk
from fundapp.funds.models import Fund


class ApiToken(Row, Base):
    """One key: made by a person, for one fund; of its secret only the digest is kept.

    hint: how the secret ends, to tell keys apart. window_at, window_count: requests in the present
    minute. used_on, used_from: the last day of use and the network it came from, without the last part.
    """

    __tablename__ = "api_token"

    fund_id: Mapped[int] = fk("fund.id")
    user_id: Mapped[int] = fk("user.id")
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(default=list)
    digest: Mapped[str] = mapped_column(unique=True)
    hint: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = fk("user.id", index=False)
    window_at: Mapped[datetime | None]
    window_count: Mapped[int] = mapped_column(default=0, server_default="0")
    used_on: Mapped[date | None]
    used_from: Mapped[str] = mapped_column(default="", server_default="")

    fund: Mapped[Fund] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])

    __table_args__ = (
        check("digest_whole", "length(digest) = 64"),
        check("ends_later", "made_at < expires_at"),
        check("revoked_who", "revoked_by IS NULL OR revoked_at IS NOT NULL"),
    )

    @property
    def last_at(self) -> datetime:
        """An instant of the last day on which it works."""
        return self.expires_at - timedelta(seconds=1)
