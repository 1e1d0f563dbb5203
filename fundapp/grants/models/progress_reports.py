"""What grantees report on the way and at the end: when it is due, drafts, versions, remarks."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, append_only, check, fk, words

if TYPE_CHECKING:
    from fundapp.grants.models.awards import Award


class ReportRule(StrEnum):
    """When progress reports are due."""

    NONE = "none"
    MONTHS = "months"
    MILESTONES = "milestones"


class ReportBlock(StrEnum):
    """Which late reports keep a payment from being approved."""

    NONE = "none"
    FINAL = "final"
    ALL = "all"


class ReportPolicy(Versioned, Base):
    """What a fund asks of all its grants. final_weeks: after the planned end; None: no final report."""

    __tablename__ = "report_policy"

    fund_id: Mapped[int] = fk("fund.id", index=False, primary_key=True)
    rule: Mapped[ReportRule] = words(ReportRule, "rule", default=ReportRule.NONE)
    every_months: Mapped[int] = mapped_column(default=6)
    final_weeks: Mapped[int | None] = mapped_column(default=6)
    blocks: Mapped[ReportBlock] = words(ReportBlock, "blocks", default=ReportBlock.FINAL)

    __table_args__ = (
        check("months_some", "every_months BETWEEN 1 AND 24"),
        check("weeks_some", "final_weeks BETWEEN 0 AND 52"),
    )


class ReportKind(StrEnum):
    """On the way, or at the end."""

    PROGRESS = "progress"
    FINAL = "final"


class ReportState(StrEnum):
    """Where a report stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WAIVED = "waived"


class ProgressReport(Row, Versioned, Base):
    """One report that is due. questions: the form as it was when writing began; None before.

    is_fixed: its day was set by hand, so the fund's rule leaves it alone.
    """

    __tablename__ = "progress_report"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int]
    kind: Mapped[ReportKind] = words(ReportKind, "kind")
    due_on: Mapped[date]
    is_fixed: Mapped[bool] = mapped_column(default=False)
    milestone_id: Mapped[int | None] = mapped_column()
    state: Mapped[ReportState] = words(ReportState, default=ReportState.OPEN)
    state_at: Mapped[datetime]
    questions: Mapped[dict[str, Any] | None]
    version_number: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = fk("user.id", index=False)
    submitted_at: Mapped[datetime | None]
    reviewed_by: Mapped[int | None] = fk("user.id", index=False)
    note: Mapped[str] = mapped_column(default="")
    """What the reviewer writes to the grantee."""
    internal: Mapped[str] = mapped_column(default="")
    """The reviewer's note for the office."""

    award: Mapped["Award"] = relationship(
        primaryjoin="ProgressReport.award_id == Award.id", foreign_keys=[award_id], viewonly=True
    )
    versions: Mapped[list["ReportVersion"]] = relationship(
        back_populates="report", order_by="ReportVersion.number"
    )

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        ForeignKeyConstraint(["milestone_id", "award_id"], ["milestone.id", "milestone.award_id"]),
        UniqueConstraint("award_id", "number"),
        Index("ix_progress_report_due", "fund_id", "state", "due_on"),
        Index(
            "uq_progress_report_final", "award_id",
            unique=True,
            sqlite_where=text("kind = 'final' AND state <> 'waived'"),
            postgresql_where=text("kind = 'final' AND state <> 'waived'"),
        ),
        check("sent_whole", "state NOT IN ('submitted', 'accepted') OR (version_number > 0"
              " AND submitted_by IS NOT NULL AND submitted_at IS NOT NULL AND questions IS NOT NULL)"),
        check("two_people", "state <> 'accepted' OR (reviewed_by IS NOT NULL"
              " AND reviewed_by <> submitted_by)"),
    )  # fmt: skip

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.award.application


class ReportAnswer(Base):
    """One answer of the working copy; its revision tells two writers apart. value: {"v": …}."""

    __tablename__ = "report_answer"

    report_id: Mapped[int] = fk("progress_report.id", index=False, primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None] = fk("user.id", index=False)


class ReportVersion(Row, Base):
    """A report as it was sent in."""

    __tablename__ = "report_version"

    report_id: Mapped[int] = fk("progress_report.id", index=False)
    number: Mapped[int]
    answers: Mapped[dict[str, Any]]
    digest: Mapped[str]
    sent_by: Mapped[int] = fk("user.id", index=False)
    sent_at: Mapped[datetime]

    report: Mapped[ProgressReport] = relationship(back_populates="versions")

    __table_args__ = (UniqueConstraint("report_id", "number"),)


class ReportRemark(Row, Base):
    """What the reviewer asks about one answer of a version."""

    __tablename__ = "report_remark"

    report_id: Mapped[int] = mapped_column()
    version_number: Mapped[int]
    field: Mapped[str]
    text: Mapped[str]
    asked_by: Mapped[int] = fk("user.id", index=False)
    asked_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(
            ["report_id", "version_number"], ["report_version.report_id", "report_version.number"]
        ),
        UniqueConstraint("report_id", "version_number", "field"),
    )


append_only(ReportVersion.__table__)  # type: ignore[arg-type]
append_only(ReportRemark.__table__)  # type: ignore[arg-type]
