"""Warnings about payments, as people answered them before the release."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from fundapp.core.db import Base, Row, append_only, check, fk


class WarningAnswer(Row, Base):
    """Why one warning about one payment does not stand in its way.

    kind: which warning; fact: what exactly it warned of, so that a new fact asks for a new answer.
    """

    __tablename__ = "warning_answer"

    payment_id: Mapped[int] = fk("payment.id", index=False)
    kind: Mapped[str]
    fact: Mapped[str]
    reason: Mapped[str]
    answered_by: Mapped[int] = fk("user.id", index=False)
    answered_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("payment_id", "kind", "fact"),
        check("reason_given", "length(trim(reason)) >= 3"),
    )


append_only(WarningAnswer.__table__)  # type: ignore[arg-type]
