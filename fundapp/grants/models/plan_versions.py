"""Every state a plan was in, and what the grantee proposed instead."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, fk, words

if TYPE_CHECKING:
    from fundapp.grants.models.awards import Award


class PlanState(StrEnum):
    """What became of a written plan: saved as the draft, or proposed and answered."""

    SAVED = "saved"
    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class PlanVersion(Row, Versioned, Base):
    """One written plan, as it was: saved in the draft, or a proposal of the grantee.

    plan and payees: as in Agreement. number: counts through the whole life of a grant.
    """

    __tablename__ = "plan_version"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    agreement_id: Mapped[int] = mapped_column()
    number: Mapped[int]
    state: Mapped[PlanState] = words(PlanState, default=PlanState.SAVED)
    state_at: Mapped[datetime]
    plan: Mapped[list[Any]]
    payees: Mapped[list[Any]] = mapped_column(default=list)
    total_cents: Mapped[int] = mapped_column(BigInteger)
    change_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    ends_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    made_by: Mapped[int | None] = fk("user.id", index=False)
    made_at: Mapped[datetime]

    award: Mapped["Award"] = relationship(
        primaryjoin="PlanVersion.award_id == Award.id", foreign_keys=[award_id], viewonly=True
    )

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        ForeignKeyConstraint(["agreement_id", "award_id"], ["agreement.id", "agreement.award_id"]),
        UniqueConstraint("award_id", "number"),
        Index(
            "uq_plan_version_open", "award_id",
            unique=True, sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.award.application
