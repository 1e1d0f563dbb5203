"""Rounds, their stage, and the frozen form and rubric."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.funds.models import Fund


class RoundState(StrEnum):
    """Where a round stands; whether it is open for proposals follows from its dates."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REVIEWING = "reviewing"
    DECIDING = "deciding"
    RELEASED = "released"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class Round(Row, Versioned, Base):
    """One call for proposals and everything that follows from it."""

    __tablename__ = "round"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    slug: Mapped[str]
    name: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    conditions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[RoundState] = words(RoundState, default=RoundState.DRAFT)
    state_at: Mapped[datetime | None]
    is_trial: Mapped[bool] = mapped_column(default=False)
    is_sealed: Mapped[bool] = mapped_column(default=False)
    budget_cents: Mapped[int] = mapped_column(BigInteger)
    lowest_cents: Mapped[int] = mapped_column(BigInteger)
    highest_cents: Mapped[int] = mapped_column(BigInteger)
    decide_by_on: Mapped[date | None]
    created_at: Mapped[datetime]

    fund: Mapped[Fund] = relationship()
    stages: Mapped[list["Stage"]] = relationship(back_populates="round", order_by="Stage.number")

    __table_args__ = (
        UniqueConstraint("fund_id", "slug"),
        UniqueConstraint("id", "fund_id"),
        check("amounts_in_order", "0 < lowest_cents AND lowest_cents <= highest_cents"),
        check("budget_positive", "budget_cents > 0"),
    )

    @property
    def round_id(self) -> int:
        """The round a rule looks at: itself."""
        return self.id

    @property
    def stage(self) -> "Stage":
        """The stage that is asked first; later stages follow from its answers."""
        return self.stages[0]

    def opens_for(self, at: datetime) -> bool:
        """Tell whether proposals are taken at this instant, grace included."""
        return self.state is RoundState.PUBLISHED and self.stage.is_open(at)


class Form(Row, Versioned, Base):
    """A version of an application form, frozen once a round that uses it is published."""

    __tablename__ = "form"

    fund_id: Mapped[int | None] = fk("fund.id")
    slug: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    definition: Mapped[dict[str, Any]]
    digest: Mapped[str]
    frozen_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("fund_id", "slug", "number"),)


class Rubric(Row, Versioned, Base):
    """A version of a rubric; its criteria are rows, so that scores can point at them."""

    __tablename__ = "rubric"

    fund_id: Mapped[int | None] = fk("fund.id")
    slug: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    name: Mapped[dict[str, Any]]
    rules: Mapped[list[Any]] = mapped_column(default=list)
    threshold_ppm: Mapped[int | None]
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


class Stage(Row, Base):
    """A step of a round in which something is asked and judged."""

    __tablename__ = "stage"

    round_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column(default=1)
    form_id: Mapped[int] = fk("form.id", index=False)
    rubric_id: Mapped[int] = fk("rubric.id", index=False)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    grace_minutes: Mapped[int] = mapped_column(default=0)
    reviews_due_at: Mapped[datetime | None]
    reviews_wanted: Mapped[int] = mapped_column(default=3)
    is_independent_first: Mapped[bool] = mapped_column(default=True)

    round: Mapped[Round] = relationship(back_populates="stages")
    form: Mapped[Form] = relationship()
    rubric: Mapped[Rubric] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["round_id", "fund_id"], ["round.id", "round.fund_id"]),
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("id", "round_id"),
        check("dates_in_order", "closes_at IS NULL OR opens_at < closes_at"),
        check("reviews_some", "reviews_wanted >= 1"),
        check("grace_some", "grace_minutes >= 0"),
    )

    def is_open(self, at: datetime, extended_until: datetime | None = None) -> bool:
        """Tell whether the stage takes proposals at this instant; a rolling stage has no end.

        extended_until: a later end for one applicant.
        """
        if at < self.opens_at:
            return False
        if self.closes_at is None:
            return True
        end = self.closes_at + timedelta(minutes=self.grace_minutes)
        return at < (max(end, extended_until) if extended_until else end)
