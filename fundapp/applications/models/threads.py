"""Questions and notes about an application."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models.proposals import Application
from fundapp.core.db import Base, Row, Versioned, append_only, fk, words


class Audience(StrEnum):
    """Who reads a thread."""

    APPLICANT = "applicant"
    REVIEWERS = "reviewers"
    OFFICE = "office"


class ThreadState(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Thread(Row, Versioned, Base):
    """A question about an application, to one audience."""

    __tablename__ = "thread"

    application_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    audience: Mapped[Audience] = words(Audience, "audience")
    state: Mapped[ThreadState] = words(ThreadState, default=ThreadState.OPEN)
    state_at: Mapped[datetime]
    subject: Mapped[str]
    due_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()
    messages: Mapped[list["Message"]] = relationship(back_populates="thread", order_by="Message.id")

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        Index("ix_thread_application", "application_id"),
    )


class Message(Row, Base):
    """One turn in a thread; never edited."""

    __tablename__ = "message"

    thread_id: Mapped[int] = fk("thread.id")
    author_id: Mapped[int] = fk("user.id", index=False)
    at: Mapped[datetime]
    body: Mapped[str]

    thread: Mapped[Thread] = relationship(back_populates="messages")
    author: Mapped[User] = relationship()


append_only(Message.__table__)  # type: ignore[arg-type]
