"""Snapshots: the figures of a report, frozen when it was made, and the files that were printed from them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, append_only, fk


class Snapshot(Row, Base):
    """Everything a report says, computed once; the same snapshot always gives the same bytes.

    basis: by which rules it was judged: {"rubrics": [{"key", "name", "version", "digest"}], "forms": …}.
    """

    __tablename__ = "snapshot"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    round_id: Mapped[int | None] = fk("round.id", index=False)
    application_id: Mapped[int | None] = fk("application.id", index=False)
    award_id: Mapped[int | None] = fk("award.id", index=False)
    kind: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    data: Mapped[dict[str, Any]]
    basis: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    digest: Mapped[str]
    code_version: Mapped[str]
    made_by: Mapped[int | None] = fk("user.id", index=False)
    made_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_snapshot_round", "round_id", "kind", "id"),
        Index("ix_snapshot_application", "application_id", "kind", "id"),
        Index("ix_snapshot_award", "award_id", "kind", "id"),
        Index("ix_snapshot_fund", "fund_id", "kind", "id"),
    )


class IssuedFile(Row, Base):
    """A file printed from a snapshot, known by its bytes; file_id: where it is kept, if it is."""

    __tablename__ = "issued_file"

    snapshot_id: Mapped[int] = fk("snapshot.id", index=False)
    format: Mapped[str]
    lang: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    code_version: Mapped[str]
    file_id: Mapped[int | None] = fk("file.id")
    issued_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("snapshot_id", "format", "lang", "sha256"),
        Index("ix_issued_file_sha256", "sha256"),
    )


append_only(Snapshot.__table__)  # type: ignore[arg-type]
append_only(IssuedFile.__table__)  # type: ignore[arg-type]
