"""Applications, their working answers and immutable versions."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import Party, User
from fundapp.core.db import Base, Row, Versioned, append_only, check, fk, words
from fundapp.funds.models import Fund
from fundapp.rounds.models import Form, Round, Stage

if TYPE_CHECKING:
    from fundapp.applications.models.access import Access
    from fundapp.applications.models.conflicts import Conflict


class ApplicationState(StrEnum):
    """Where an application stands. Outcomes arrive here only when a decision is released."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    INCOMPLETE = "incomplete"
    IN_REVIEW = "in_review"
    INVITED = "invited"
    AWARDED = "awarded"
    RESERVE = "reserve"
    DECLINED = "declined"
    INELIGIBLE = "ineligible"
    DEFERRED = "deferred"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Application(Row, Versioned, Base):
    """One proposal to one round."""

    __tablename__ = "application"

    fund_id: Mapped[int] = mapped_column()
    round_id: Mapped[int] = mapped_column()
    stage_id: Mapped[int] = mapped_column()
    code: Mapped[str | None] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="")
    state: Mapped[ApplicationState] = words(ApplicationState, default=ApplicationState.DRAFT)
    state_at: Mapped[datetime]
    party_id: Mapped[int | None] = fk("party.id")
    applicant_name: Mapped[str] = mapped_column(default="")
    theme: Mapped[str | None]
    country: Mapped[str | None]
    requested_cents: Mapped[int | None] = mapped_column(BigInteger)
    version_number: Mapped[int] = mapped_column(default=0)
    lead_id: Mapped[int | None] = fk("user.id")
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    extended_until_at: Mapped[datetime | None]
    clock_stopped_at: Mapped[datetime | None]
    clock_stopped_s: Mapped[int] = mapped_column(default=0)
    previous_id: Mapped[int | None] = fk("application.id", index=False)
    merged_into_id: Mapped[int | None] = mapped_column()
    import_key: Mapped[str | None]
    import_note: Mapped[str | None]

    fund: Mapped[Fund] = relationship(
        foreign_keys=[fund_id], primaryjoin="Application.fund_id == Fund.id", viewonly=True
    )
    round: Mapped[Round] = relationship(
        foreign_keys=[round_id], primaryjoin="Application.round_id == Round.id", viewonly=True
    )
    stage: Mapped[Stage] = relationship(
        foreign_keys=[stage_id], primaryjoin="Application.stage_id == Stage.id", viewonly=True
    )
    party: Mapped[Party | None] = relationship()
    lead: Mapped[User | None] = relationship()
    access: Mapped[list["Access"]] = relationship(back_populates="application")
    conflicts: Mapped[list["Conflict"]] = relationship(back_populates="application")
    answers: Mapped[list["Answer"]] = relationship(back_populates="application")
    versions: Mapped[list["ApplicationVersion"]] = relationship(
        back_populates="application", order_by="ApplicationVersion.number"
    )

    __table_args__ = (
        ForeignKeyConstraint(["round_id", "fund_id"], ["round.id", "round.fund_id"]),
        ForeignKeyConstraint(["stage_id", "round_id"], ["stage.id", "stage.round_id"]),
        ForeignKeyConstraint(["merged_into_id", "fund_id"], ["application.id", "application.fund_id"]),
        UniqueConstraint("id", "round_id", "fund_id"),
        UniqueConstraint("id", "fund_id"),
        UniqueConstraint("round_id", "import_key"),
        check(
            "past_draft",
            "state IN ('draft', 'withdrawn')"
            " OR (code IS NOT NULL AND submitted_at IS NOT NULL AND version_number > 0)",
        ),
        check("clock_when", "(state = 'incomplete') = (clock_stopped_at IS NOT NULL)"),
        check("clock_some", "clock_stopped_s >= 0"),
        check("merged_when", "(state = 'merged') = (merged_into_id IS NOT NULL)"),
        check("merged_other", "merged_into_id <> id"),
        Index("ix_application_office", "fund_id", "submitted_at", "id"),
        Index("ix_application_round", "round_id", "submitted_at", "id"),
        Index("ix_application_state", "round_id", "state", "submitted_at", "id"),
        Index("ix_application_amount", "fund_id", "requested_cents", "id"),
    )

    @property
    def application_id(self) -> int:
        """The application a rule or the log looks at: itself."""
        return self.id

    @property
    def application(self) -> "Application":
        """Itself, so that one rule serves applications and all that hangs under them."""
        return self

    @property
    def ends_at(self) -> datetime | None:
        """The deadline as its applicant is told: that of the stage, or later for them; None: no end."""
        closes_at, own = self.stage.closes_at, self.extended_until_at
        return max(closes_at, own) if closes_at and own else closes_at

    @property
    def current(self) -> "ApplicationVersion | None":
        """The version that counts: the last one sent in."""
        return self.versions[-1] if self.versions else None


class Answer(Base):
    """One field of the working copy. revision tells two writers apart."""

    __tablename__ = "answer"

    application_id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    """{"v": the answer}: text, number, bool, list of rows; wrapped, since JSON null is no answer."""
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None] = fk("user.id", index=False)

    application: Mapped[Application] = relationship(back_populates="answers")

    __table_args__ = (ForeignKeyConstraint(["application_id"], ["application.id"]),)


class VersionReason(StrEnum):
    """Why a version was made."""

    SUBMITTED = "submitted"
    COMPLETED = "completed"
    REVISED = "revised"
    IMPORTED = "imported"


class ApplicationVersion(Row, Base):
    """What was sent in, whole and for ever."""

    __tablename__ = "application_version"

    application_id: Mapped[int] = fk("application.id", index=False)
    number: Mapped[int]
    stage_id: Mapped[int] = fk("stage.id", index=False)
    form_id: Mapped[int] = fk("form.id", index=False)
    answers: Mapped[dict[str, Any]]
    title: Mapped[str]
    requested_cents: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[VersionReason] = words(VersionReason, "reason")
    is_over_limit: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = fk("user.id", index=False)

    application: Mapped[Application] = relationship(back_populates="versions")
    form: Mapped[Form] = relationship()

    __table_args__ = (UniqueConstraint("application_id", "number"),)


def of_wiped_trial(application: str) -> str:
    """Write the condition, in SQL, that an application (a column or a select) is of a trial being wiped."""
    found = 'SELECT 1 FROM application JOIN "round" AS trial ON trial.id = application.round_id'
    which = "trial.is_trial AND trial.state = 'cancelled'"
    return f"EXISTS ({found} WHERE application.id = {application} AND {which})"


append_only(ApplicationVersion.__table__, may_go=of_wiped_trial("OLD.application_id"))  # type: ignore[arg-type]
