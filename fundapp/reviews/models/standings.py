"""How an application stands after its reviews."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models import Application
from fundapp.core.db import Base


class Standing(Base):
    """What the submitted reviews of one application add up to; rewritten with each review."""

    __tablename__ = "standing"

    application_id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    reviews: Mapped[int]
    mean_ppm: Mapped[int | None]
    median_ppm: Mapped[int | None]
    spread_ppm: Mapped[int | None]
    coverage_ppm: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """totals: review totals in ppm, ascending; criteria: {key: {median, spread, n, na}} in scale units."""
    computed_at: Mapped[datetime]

    application: Mapped[Application] = relationship(
        foreign_keys=[application_id], primaryjoin="Standing.application_id == Application.id", viewonly=True
    )

    __table_args__ = (
        ForeignKeyConstraint(
            ["application_id", "round_id", "fund_id"],
            ["application.id", "application.round_id", "application.fund_id"],
        ),
        ForeignKeyConstraint(["stage_id", "round_id"], ["stage.id", "stage.round_id"]),
        Index("ix_standing_round", "round_id", "stage_id", "mean_ppm", "application_id"),
    )
