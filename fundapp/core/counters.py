"""Numbers without gaps, given out inside the transaction that uses them."""

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, db


class Counter(Base):
    """The last number given out under a name."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


_NEXT = text(
    "INSERT INTO counter (name, value) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
)


def next_number(name: str) -> int:
    """Give the next number of a series, from 1; rolled back with the transaction, so gapless."""
    # Raw SQL: one statement that both engines run atomically.
    return int(db.session.execute(_NEXT, {"name": name}).scalar_one())
