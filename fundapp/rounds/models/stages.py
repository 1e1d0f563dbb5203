"""The steps of a round."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.core.db import Base, Row, check, fk
from fundapp.rounds.models.calls import Round
from fundapp.rounds.models.forms import Form
from fundapp.rounds.models.rubrics import Rubric


class Stage(Row, Base):
    """A step of a round in which something is asked and judged."""

    __tablename__ = "stage"

    round_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column(default=1)
    name: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    form_id: Mapped[int] = fk("form.id", index=False)
    rubric_id: Mapped[int] = fk("rubric.id", index=False)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    grace_minutes: Mapped[int] = mapped_column(default=0)
    reviews_due_at: Mapped[datetime | None]
    reviews_wanted: Mapped[int] = mapped_column(default=3)
    decide_by_on: Mapped[date | None]
    """When applicants hear about this stage; the round's own day for the last one."""
    is_independent_first: Mapped[bool] = mapped_column(default=True)
    is_blind: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Reviewers judge without knowing who applies."""

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
