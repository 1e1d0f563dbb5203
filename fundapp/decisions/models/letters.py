"""Letters and what they are made of: standing reasons, texts by outcome, one letter per reader."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, append_only, check, fk, words
from fundapp.decisions.models.decisions import Decision, Outcome


class Reason(Row, Versioned, Base):
    """A standing reason of a fund, named by a code, in both languages: counted, and put into letters."""

    __tablename__ = "decision_reason"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    code: Mapped[str]
    name: Mapped[dict[str, Any]]
    text: Mapped[dict[str, Any]]
    outcomes: Mapped[list[str]] = mapped_column(default=list)
    position: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("fund_id", "code"),)


class LetterText(Row, Base):
    """What a fund writes around the reasons, by outcome; a change is a new row with the next number."""

    __tablename__ = "letter_text"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    outcome: Mapped[Outcome] = words(Outcome, "outcome")
    number: Mapped[int]
    opening: Mapped[dict[str, Any]]
    closing: Mapped[dict[str, Any]]
    made_by: Mapped[int | None] = fk("user.id", index=False)
    made_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("fund_id", "outcome", "number"),)


append_only(LetterText.__table__)  # type: ignore[arg-type]


class LetterState(StrEnum):
    """How far a letter has come."""

    DRAFT = "draft"
    HELD = "held"
    SENT = "sent"


class Letter(Row, Versioned, Base):
    """One letter about one decision to one applicant: drawn up, read over, held, sent at the release."""

    __tablename__ = "letter"

    decision_id: Mapped[int] = mapped_column()
    application_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    user_id: Mapped[int] = fk("user.id")
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    state: Mapped[LetterState] = words(LetterState, default=LetterState.DRAFT)
    state_at: Mapped[datetime]
    edited_by: Mapped[int | None] = fk("user.id", index=False)
    edited_at: Mapped[datetime | None]
    read_by: Mapped[int | None] = fk("user.id", index=False)
    read_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    object_by_on: Mapped[date | None]
    file_id: Mapped[int | None] = fk("file.id", index=False)
    sha256: Mapped[str | None]

    decision: Mapped[Decision] = relationship(
        foreign_keys=[decision_id], primaryjoin="Letter.decision_id == Decision.id", viewonly=True
    )
    application: Mapped[Application] = relationship(
        foreign_keys=[application_id], primaryjoin="Letter.application_id == Application.id", viewonly=True
    )
    to: Mapped[User] = relationship(foreign_keys=[user_id])
    editor: Mapped[User | None] = relationship(foreign_keys=[edited_by])
    reader: Mapped[User | None] = relationship(foreign_keys=[read_by])

    __table_args__ = (
        ForeignKeyConstraint(["decision_id", "application_id"], ["decision.id", "decision.application_id"]),
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        UniqueConstraint("decision_id", "user_id"),
        check("other_eyes", "read_by IS NULL OR edited_by IS NULL OR read_by <> edited_by"),
        check("read_when", "state = 'draft' OR (read_by IS NOT NULL AND read_at IS NOT NULL)"),
        check("sent_when", "(state = 'sent') = (sent_at IS NOT NULL)"),
        check("printed_when", "(file_id IS NULL) = (sha256 IS NULL)"),
        Index("ix_letter_application", "application_id"),
        Index("ix_letter_fund", "fund_id", "state"),
    )
