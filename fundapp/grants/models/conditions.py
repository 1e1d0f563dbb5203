"""What a grant depends on beside its results: conditions, and agreements about values that clash."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words

if TYPE_CHECKING:
    from fundapp.grants.models.awards import Award


class ConditionKind(StrEnum):
    """What a condition is about. value: partners' interests and public values that clash."""

    OPEN_SOURCE = "open_source"
    VALUE = "value"
    OTHER = "other"


class ConditionState(StrEnum):
    """What the one who watches it found."""

    OPEN = "open"
    MET = "met"
    BROKEN = "broken"
    LIFTED = "lifted"


class Condition(Row, Versioned, Base):
    """One condition on a grant. ref: the milestone at which it is checked; empty: before the grant closes.

    Of a value agreement: whose interest clashes with which public value, and what was agreed about it.
    """

    __tablename__ = "condition"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int]
    kind: Mapped[ConditionKind] = words(ConditionKind, "kind")
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    interest: Mapped[str] = mapped_column(default="")
    public_value: Mapped[str] = mapped_column(default="")
    watcher_id: Mapped[int | None] = fk("user.id")
    ref: Mapped[str] = mapped_column(default="")
    state: Mapped[ConditionState] = words(ConditionState, default=ConditionState.OPEN)
    state_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
    judged_by: Mapped[int | None] = fk("user.id", index=False)
    made_by: Mapped[int | None] = fk("user.id", index=False)
    made_at: Mapped[datetime]

    award: Mapped["Award"] = relationship(
        back_populates="conditions", primaryjoin="Condition.award_id == Award.id", foreign_keys=[award_id]
    )
    # Names, not people: a person in hand would bring their roles along.
    watcher: Mapped[str | None] = column_property(
        select(User.name).where(User.id == watcher_id).correlate_except(User).scalar_subquery()
    )
    judge: Mapped[str | None] = column_property(
        select(User.name).where(User.id == judged_by).correlate_except(User).scalar_subquery()
    )

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        UniqueConstraint("award_id", "number"),
        check("value_whole", "kind <> 'value' OR (interest <> '' AND public_value <> '' AND text <> '')"),
        check("judged_who", "state = 'open' OR judged_by IS NOT NULL"),
    )

    @property
    def code(self) -> str:
        """Its name within the grant."""
        return f"V{self.number}"

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.award.application
