"""Evaluations of a fund: frozen figures, written sections, remarks, a signature, a decision."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.core.db import Base, Row, Versioned, append_only, check, fk, words
from fundapp.funds.models import Fund
from fundapp.reports.models.snapshots import Snapshot


class EvaluationState(StrEnum):
    """How far an evaluation has come."""

    DRAFT = "draft"
    SIGNED = "signed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Course(StrEnum):
    """What is advised, and what is decided, about the next investment."""

    CONTINUE = "continue"
    CHANGE = "change"
    STOP = "stop"


class Evaluation(Row, Versioned, Base):
    """One evaluation of a fund. figures: what it counts with; document: what was signed, frozen."""

    __tablename__ = "evaluation"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    number: Mapped[int]
    title: Mapped[dict[str, Any]]
    from_on: Mapped[date]
    until_on: Mapped[date]
    state: Mapped[EvaluationState] = words(EvaluationState, default=EvaluationState.DRAFT)
    state_at: Mapped[datetime]
    figures_id: Mapped[int] = fk("snapshot.id", index=False)
    document_id: Mapped[int | None] = fk("snapshot.id", index=False)
    made_by: Mapped[int] = fk("user.id", index=False)
    made_at: Mapped[datetime]
    evaluator_id: Mapped[int | None] = fk("user.id")
    evaluator_office: Mapped[str] = mapped_column(default="")
    invited_by: Mapped[int | None] = fk("user.id", index=False)
    invited_at: Mapped[datetime | None]
    recommendation: Mapped[Course | None] = words(Course, "recommendation")
    signed_by: Mapped[int | None] = fk("user.id", index=False)
    signed_name: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[datetime | None]
    signed_digest: Mapped[str | None]
    decision: Mapped[Course | None] = words(Course, "decision")
    decided_on: Mapped[date | None]
    decision_text: Mapped[dict[str, Any]] = mapped_column(default=dict)
    decided_by: Mapped[int | None] = fk("user.id", index=False)
    confirmed_by: Mapped[int | None] = fk("user.id", index=False)
    confirmed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(default="")

    fund: Mapped[Fund] = relationship()
    figures: Mapped[Snapshot] = relationship(foreign_keys=[figures_id])
    document: Mapped[Snapshot | None] = relationship(foreign_keys=[document_id])
    evaluator: Mapped[User | None] = relationship(foreign_keys=[evaluator_id])
    texts: Mapped[list["EvaluationText"]] = relationship(
        primaryjoin="Evaluation.id == EvaluationText.evaluation_id",
        foreign_keys="EvaluationText.evaluation_id",
    )
    remarks: Mapped[list["EvaluationRemark"]] = relationship(
        primaryjoin="Evaluation.id == EvaluationRemark.evaluation_id",
        foreign_keys="EvaluationRemark.evaluation_id",
        order_by="EvaluationRemark.id",
    )

    __table_args__ = (
        UniqueConstraint("fund_id", "number"),
        check("in_order", "from_on <= until_on"),
        check("evaluator_outside", "evaluator_id IS NULL OR evaluator_id NOT IN (made_by, invited_by)"),
        check("invited_when", "(evaluator_id IS NULL) = (invited_at IS NULL)"),
        check("signed_who", "signed_by IS NULL OR signed_by = evaluator_id"),
        check(
            "signed_whole",
            "state NOT IN ('signed', 'published') OR (signed_by IS NOT NULL AND signed_at IS NOT NULL"
            " AND signed_digest IS NOT NULL AND document_id IS NOT NULL AND recommendation IS NOT NULL)",
        ),
        check("decided_whole", "(decision IS NULL) = (decided_by IS NULL)"),
        check("decided_when", "(decision IS NULL) = (decided_on IS NULL)"),
        check("two_people", "confirmed_by IS NULL OR (decision IS NOT NULL AND confirmed_by <> decided_by)"),
        check("published_when", "state <> 'published' OR published_at IS NOT NULL"),
        Index("ix_evaluation_state", "state", "published_at"),
    )

    @property
    def is_decided(self) -> bool:
        """Whether two people stand behind the decision."""
        return self.confirmed_by is not None


class EvaluationText(Base):
    """The working text of one section in one language; what is kept of it stands in EvaluationSection."""

    __tablename__ = "evaluation_text"

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)
    saved_by: Mapped[int] = fk("user.id", index=False)
    saved_at: Mapped[datetime]

    __table_args__ = (check("language_known", "language IN ('en', 'nl')"),)


class EvaluationSection(Row, Base):
    """A kept version of one section in one language: who wrote it, and when."""

    __tablename__ = "evaluation_section"

    evaluation_id: Mapped[int] = fk("evaluation.id", index=False)
    key: Mapped[str]
    language: Mapped[str]
    number: Mapped[int]
    body: Mapped[str]
    written_by: Mapped[int] = fk("user.id", index=False)
    written_at: Mapped[datetime]

    author: Mapped[User] = relationship(foreign_keys=[written_by])

    __table_args__ = (
        UniqueConstraint("evaluation_id", "key", "language", "number"),
        check("language_known", "language IN ('en', 'nl')"),
    )


append_only(EvaluationSection.__table__)  # type: ignore[arg-type]


class EvaluationRemark(Row, Base):
    """What somebody remarks about a section, until it is dealt with."""

    __tablename__ = "evaluation_remark"

    evaluation_id: Mapped[int] = fk("evaluation.id")
    key: Mapped[str]
    body: Mapped[str]
    written_by: Mapped[int] = fk("user.id", index=False)
    written_at: Mapped[datetime]
    settled_by: Mapped[int | None] = fk("user.id", index=False)
    settled_at: Mapped[datetime | None]

    author: Mapped[User] = relationship(foreign_keys=[written_by])

    __table_args__ = (check("settled_who", "(settled_by IS NULL) = (settled_at IS NULL)"),)
