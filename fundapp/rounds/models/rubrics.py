"""Rubrics and their criteria."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.core.db import Base, Row, Versioned, check, fk


class Rubric(Row, Versioned, Base):
    """A version of a rubric; its criteria are rows, so that scores can point at them."""

    __tablename__ = "rubric"

    fund_id: Mapped[int | None] = fk("fund.id")
    slug: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    name: Mapped[dict[str, Any]]
    rules: Mapped[list[Any]] = mapped_column(default=list)
    threshold_ppm: Mapped[int | None]
    definition: Mapped[dict[str, Any] | None]
    """What a fund writes, finished or not; none for what we ship. The criteria follow once it is whole."""
    digest: Mapped[str]
    frozen_at: Mapped[datetime | None]

    criteria: Mapped[list["Criterion"]] = relationship(back_populates="rubric", order_by="Criterion.position")

    __table_args__ = (UniqueConstraint("fund_id", "slug", "number"),)


class Criterion(Row, Base):
    """One question of a rubric with its anchors: [{value, label{}, anchor{}}], lowest first."""

    __tablename__ = "criterion"

    rubric_id: Mapped[int] = fk("rubric.id", index=False)
    key: Mapped[str]
    position: Mapped[int]
    group: Mapped[str] = mapped_column(default="")
    name: Mapped[dict[str, Any]]
    question: Mapped[dict[str, Any]]
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    levels: Mapped[list[Any]]
    lowest: Mapped[int]
    highest: Mapped[int]
    weight: Mapped[int]
    allows_na: Mapped[bool] = mapped_column(default=True)
    asks_expected: Mapped[bool] = mapped_column(default=False)
    is_public: Mapped[bool] = mapped_column(default=True)

    rubric: Mapped[Rubric] = relationship(back_populates="criteria")

    __table_args__ = (
        UniqueConstraint("rubric_id", "key"),
        UniqueConstraint("id", "rubric_id"),
        check("scale", "lowest < highest"),
        check("weight_some", "weight >= 0"),
    )
