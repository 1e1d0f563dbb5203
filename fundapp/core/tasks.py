"""Work that takes long: asked for on a page, done by the worker, taken from the shelf of downloads."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, check, fk, words

KEPT = timedelta(days=7)
"""How long what was made lies on the shelf."""


class State(StrEnum):
    """How a piece of work stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (State.QUEUED, State.RUNNING)


class Task(Row, Base):
    """One piece of long work: who asked for what, how far it is, and the file that came of it."""

    __tablename__ = "task"

    key: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[dict[str, Any]]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[State] = words(State, default=State.QUEUED)
    fund_id: Mapped[int | None] = fk("fund.id")
    asked_by: Mapped[int | None] = fk("user.id", index=False)
    asked_at: Mapped[datetime]
    run_at: Mapped[datetime]
    lease_until_at: Mapped[datetime | None]
    lease_token: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"), unique=True)
    fault: Mapped[str | None]

    __table_args__ = (
        check("leased_when", "(state = 'running') = (lease_token IS NOT NULL)"),
        check("ended_when", "(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)"),
        check("file_when", "file_id IS NULL OR state = 'done'"),
        Index("ix_task_asked_by", "asked_by", "id"),
        Index(
            "ix_task_due",
            "run_at",
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
    )
