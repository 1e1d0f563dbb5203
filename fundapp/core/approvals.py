"""Approvals that bind to a digest: a change of what was approved voids them without clean-up."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped

from fundapp.core.db import Base, Row, append_only, db, fk


class Approval(Row, Base):
    """One person's answer about one exact text or amount."""

    __tablename__ = "approval"

    subject_type: Mapped[str]
    subject_id: Mapped[int]
    digest: Mapped[str]
    user_id: Mapped[int] = fk("user.id")
    answer: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("subject_type", "subject_id", "digest", "user_id"),
        Index("ix_approval_subject", "subject_type", "subject_id", "digest"),
    )


append_only(Approval.__table__)  # type: ignore[arg-type]


def given(row: Any, digest: str) -> int:
    """Count the distinct people who said yes to exactly this digest."""
    count = select(func.count(Approval.id)).where(
        Approval.subject_type == row.__tablename__,
        Approval.subject_id == row.id,
        Approval.digest == digest,
        Approval.answer == "yes",
    )
    return db.session.scalar(count) or 0


def give(row: Any, digest: str, *, user_id: int, at: datetime, answer: str = "yes") -> int:
    """Add one person's answer and give how many have said yes; twice by one person is refused by the key."""
    added = Approval(
        subject_type=row.__tablename__,
        subject_id=row.id,
        digest=digest,
        user_id=user_id,
        answer=answer,
        at=at,
    )
    db.session.add(added)
    db.session.flush()  # the count below must see it
    return given(row, digest)
