"""Scenarios: what was tried at the funding line of a round."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.core.db import Base, Row, Versioned, check, fk
from fundapp.rounds.models import Round


class Scenario(Row, Versioned, Base):
    """One try that was saved: its rules, what they led to, and whether it was chosen.

    settings: the rules as typed. result: [{id, code, kind, why, amount_cents, rank, lot}], best first.
    seed: what lots were drawn from, empty for none. digest: names the figures the line was drawn on.
    """

    __tablename__ = "scenario"

    round_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    stage_id: Mapped[int] = mapped_column()
    number: Mapped[int]
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, Any]]
    result: Mapped[list[Any]]
    seed: Mapped[str] = mapped_column(default="")
    digest: Mapped[str]
    made_by: Mapped[int] = fk("user.id", index=False)
    made_at: Mapped[datetime]
    chosen_by: Mapped[int | None] = fk("user.id", index=False)
    chosen_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship(
        foreign_keys=[round_id], primaryjoin="Scenario.round_id == Round.id", viewonly=True
    )
    maker: Mapped[User] = relationship(foreign_keys=[made_by])
    chooser: Mapped[User | None] = relationship(foreign_keys=[chosen_by])

    __table_args__ = (
        ForeignKeyConstraint(["round_id", "fund_id"], ["round.id", "round.fund_id"]),
        ForeignKeyConstraint(["stage_id", "round_id"], ["stage.id", "stage.round_id"]),
        UniqueConstraint("round_id", "number"),
        check("chosen_when", "(chosen_by IS NULL) = (chosen_at IS NULL)"),
        Index(
            "uq_scenario_chosen", "stage_id",
            unique=True,
            sqlite_where=text("chosen_at IS NOT NULL"),
            postgresql_where=text("chosen_at IS NOT NULL"),
        ),
    )  # fmt: skip
