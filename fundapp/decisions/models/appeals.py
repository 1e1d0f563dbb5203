"""Appeals: a request to explain a decision, or an objection to it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.decisions.models.decisions import Decision

HANDS = "proposed_by, approved_by, released_by"


class AppealKind(StrEnum):
    """What is asked: to explain (private law), or to decide anew (General Administrative Law Act)."""

    EXPLANATION = "explanation"
    OBJECTION = "objection"


class AppealState(StrEnum):
    """How far an appeal has come; a draft is only the applicant's."""

    DRAFT = "draft"
    RECEIVED = "received"
    IN_HAND = "in_hand"
    UPHELD = "upheld"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    PROPOSED = "proposed"


class Finding(StrEnum):
    """What came of looking again."""

    UPHOLD = "uphold"
    CHANGE = "change"


class Appeal(Row, Versioned, Base):
    """What an applicant has against one decision, and what people outside of that decision find."""

    __tablename__ = "appeal"

    application_id: Mapped[int] = mapped_column()
    round_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    decision_id: Mapped[int] = mapped_column()
    proposed_by: Mapped[int] = mapped_column()
    approved_by: Mapped[int] = mapped_column()
    released_by: Mapped[int] = mapped_column()
    kind: Mapped[AppealKind] = words(AppealKind, "kind")
    state: Mapped[AppealState] = words(AppealState, default=AppealState.DRAFT)
    state_at: Mapped[datetime]
    term_ends_on: Mapped[date]
    grounds: Mapped[str] = mapped_column(default="")
    late_reason: Mapped[str] = mapped_column(default="")
    is_late: Mapped[bool] = mapped_column(default=False)
    written_by: Mapped[int] = fk("user.id", index=False)
    saved_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    extended_at: Mapped[datetime | None]
    handler_id: Mapped[int | None] = fk("user.id")
    hearing_on: Mapped[date | None]
    hearing_summary: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    internal: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[int | None] = fk("user.id", index=False)
    answered_at: Mapped[datetime | None]
    finding: Mapped[Finding | None] = words(Finding, "finding", nullable=True)
    proposed_at: Mapped[datetime | None]
    proposed_answer: Mapped[str] = mapped_column(default="", server_default="")
    proposed_internal: Mapped[str] = mapped_column(default="", server_default="")
    agreed_by: Mapped[int | None] = fk("user.id", index=False)

    application: Mapped[Application] = relationship(
        foreign_keys=[application_id], primaryjoin="Appeal.application_id == Application.id", viewonly=True
    )
    decision: Mapped[Decision] = relationship(
        foreign_keys=[decision_id], primaryjoin="Appeal.decision_id == Decision.id", viewonly=True
    )
    author: Mapped[User] = relationship(foreign_keys=[written_by])
    handler: Mapped[User | None] = relationship(foreign_keys=[handler_id])
    answerer: Mapped[User | None] = relationship(foreign_keys=[answered_by])
    agreer: Mapped[User | None] = relationship(foreign_keys=[agreed_by])

    __table_args__ = (
        ForeignKeyConstraint(
            ["application_id", "round_id", "fund_id"],
            ["application.id", "application.round_id", "application.fund_id"],
        ),
        ForeignKeyConstraint(["decision_id", "application_id"], ["decision.id", "decision.application_id"]),
        ForeignKeyConstraint(
            ["decision_id", "proposed_by", "approved_by", "released_by"],
            ["decision.id", "decision.proposed_by", "decision.approved_by", "decision.released_by"],
            name="fk_appeal_hands",
        ),
        check("second_hands", f"handler_id IS NULL OR handler_id NOT IN ({HANDS})"),
        check("second_eyes", f"answered_by IS NULL OR answered_by NOT IN ({HANDS})"),
        check(
            "sent_when",
            "state IN ('draft', 'withdrawn')"
            " OR (received_at IS NOT NULL AND due_on IS NOT NULL AND grounds <> '')",
        ),
        check("in_hand_who", "state NOT IN ('in_hand', 'upheld', 'changed') OR handler_id IS NOT NULL"),
        check(
            "answered_when",
            "state NOT IN ('upheld', 'changed')"
            " OR (answered_by IS NOT NULL AND answered_at IS NOT NULL AND answer <> '')",
        ),
        check("other_eyes", "agreed_by IS NULL OR agreed_by <> answered_by"),
        check(
            "proposed_when",
            "state <> 'proposed' OR (finding IS NOT NULL AND proposed_at IS NOT NULL"
            " AND answered_by IS NOT NULL AND proposed_answer <> '')",
        ),
        check(
            "agreed_when",
            "finding IS NULL OR state NOT IN ('upheld', 'changed') OR agreed_by IS NOT NULL",
        ),
        check("late_why", "NOT is_late OR late_reason <> ''"),
        Index(
            "uq_appeal_live", "decision_id",
            unique=True,
            sqlite_where=text("state <> 'withdrawn'"), postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_appeal_application", "application_id"),
        Index("ix_appeal_round", "round_id", "state"),
        Index("ix_appeal_due", "state", "due_on"),
    )  # fmt: skip
