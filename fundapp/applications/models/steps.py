"""What was done to many applications at once, and the list it was done from."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.core.db import Base, Row, Versioned, check, fk, words


class SavedView(Row, Base):
    """A list that somebody keeps: what is looked for, which columns, in which order. fund: shared with it."""

    __tablename__ = "saved_view"

    owner_id: Mapped[int] = fk("user.id", index=False)
    fund_id: Mapped[int | None] = fk("fund.id")
    name: Mapped[str]
    query: Mapped[str] = mapped_column(default="")
    columns: Mapped[list[str]] = mapped_column(default=list)
    sort: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]

    owner: Mapped[User] = relationship()

    __table_args__ = (UniqueConstraint("owner_id", "name"), check("name_some", "length(name) > 0"))


class StepKind(StrEnum):
    """What can be done to many applications at once."""

    ADMIT = "admit"
    LEAD = "lead"
    TAG = "tag"
    UNTAG = "untag"
    FLAG = "flag"
    UNFLAG = "unflag"
    COMPLETION = "completion"


class Step(Row, Versioned, Base):
    """One thing done to many applications as one; can be taken back for a while."""

    __tablename__ = "step"

    kind: Mapped[StepKind] = words(StepKind, "kind")
    value: Mapped[dict[str, Any]] = mapped_column(default=dict)
    actor_id: Mapped[int] = fk("user.id")
    at: Mapped[datetime]
    undo_until_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    rows: Mapped[list["StepRow"]] = relationship(back_populates="step", order_by="StepRow.application_id")

    __table_args__ = (check("undo_later", "undo_until_at >= at"),)


class StepRow(Base):
    """One application of a step: what stood there before, and whether it was put back."""

    __tablename__ = "step_row"

    step_id: Mapped[int] = fk("step.id", index=False, primary_key=True)
    application_id: Mapped[int] = mapped_column(primary_key=True, index=True)
    fund_id: Mapped[int] = mapped_column()
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_undone: Mapped[bool] = mapped_column(default=False)

    step: Mapped[Step] = relationship(back_populates="rows")

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
    )
