"""Snapshots: the figures of a report, frozen when it was made."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, append_only, fk


class Snapshot(Row, Base):
    """Everything a report says, computed once; the same snapshot always gives the same bytes."""

    __tablename__ = "snapshot"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    round_id: Mapped[int | None] = fk("round.id", index=False)
    application_id: Mapped[int | None] = fk("application.id", index=False)
    kind: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    data: Mapped[dict[str, Any]]
    digest: Mapped[str]
    code_version: Mapped[str]
    made_by: Mapped[int | None] = fk("user.id", index=False)
    made_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_snapshot_round", "round_id", "kind", "id"),
        Index("ix_snapshot_application", "application_id", "kind", "id"),
    )


append_only(Snapshot.__table__)  # type: ignore[arg-type]
