"""A shield against the double click: the same form sent twice does its work once."""

from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, db


class Once(Base):
    """A form that was carried out, and where its person was sent."""

    __tablename__ = "once"

    key: Mapped[str] = mapped_column(primary_key=True)
    result: Mapped[str]
    at: Mapped[datetime]


def fresh() -> str:
    """Give a key for a new form."""
    return token_urlsafe(18)


def result(key: str | None) -> str | None:
    """Give where the first sending of this form led, if there was one."""
    done = db.session.get(Once, key) if key else None
    return done.result if done else None


def remember(key: str | None, to: str, *, at: datetime) -> None:
    """Keep that this form was carried out; a second sending meets the primary key."""
    if key:
        db.session.add(Once(key=key[:64], result=to, at=at))
