"""The log of everything that was done: one row a change, in the same transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, append_only, db, fk


class AuditEvent(Row, Base):
    """Who did what to which row. Detail holds ids, codes and cents, never typed text."""

    __tablename__ = "audit_event"

    at: Mapped[datetime]
    actor_id: Mapped[int | None] = fk("user.id")
    fund_id: Mapped[int | None] = fk("fund.id", index=False)
    application_id: Mapped[int | None] = fk("application.id", index=False)
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    verb: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str | None]

    __table_args__ = (
        Index("ix_audit_event_subject", "subject_type", "subject_id", "id"),
        Index("ix_audit_event_fund", "fund_id", "id"),
        Index("ix_audit_event_application", "application_id", "id"),
    )


append_only(AuditEvent.__table__, but=("note",))  # type: ignore[arg-type]


class AuditSeal(Row, Base):
    """The seal on one line of the log: a digest over it and the seal before it; written by the worker."""

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), unique=True)
    digest: Mapped[str]


append_only(AuditSeal.__table__)  # type: ignore[arg-type]

LISTENERS: list[Callable[["AuditEvent", Any], None]] = []
"""What later features do beside each line, in its transaction: (line, row) → nothing flushed."""


def record(
    verb: str,
    row: Any,
    *,
    actor: Any,
    at: datetime,
    from_state: str | None = None,
    to_state: str | None = None,
    note: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write one line of the log beside the change itself.

    actor: None for the clock. note: free text a person gave as the reason; may be erased later.
    """
    if row.id is None:
        db.session.flush()  # a new row has no id to name yet
    event = AuditEvent(
        at=at,
        actor_id=actor.id if actor is not None else None,
        fund_id=getattr(row, "fund_id", None),
        application_id=getattr(row, "application_id", None),
        subject_type=row.__tablename__,
        subject_id=row.id,
        verb=verb,
        from_state=from_state,
        to_state=to_state,
        note=note or None,
        detail=detail or {},
    )
    db.session.add(event)
    for hear in LISTENERS:
        hear(event, row)
    return event
