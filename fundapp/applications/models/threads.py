"""Questions and notes about an application, and who is mentioned in them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models.proposals import Application, of_wiped_trial
from fundapp.core.db import Base, Row, Versioned, append_only, check, fk, words


class Audience(StrEnum):
    """Who reads a thread."""

    APPLICANT = "applicant"
    REVIEWERS = "reviewers"
    OFFICE = "office"


class ThreadKind(StrEnum):
    """What a thread is for."""

    QUESTION = "question"
    COMPLETION = "completion"
    NOTE = "note"
    DISCUSSION = "discussion"


class ThreadState(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    EXPIRED = "expired"


class Thread(Row, Versioned, Base):
    """A question, a note or a discussion about an application, for one audience.

    about: the key of a question of the form, or of a criterion. unlocks: keys of the answers that the
    applicant may change while the thread is open.
    """

    __tablename__ = "thread"

    application_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    kind: Mapped[ThreadKind] = words(ThreadKind, "kind", default=ThreadKind.QUESTION)
    audience: Mapped[Audience] = words(Audience, "audience")
    state: Mapped[ThreadState] = words(ThreadState, default=ThreadState.OPEN)
    state_at: Mapped[datetime]
    subject: Mapped[str]
    about: Mapped[str | None]
    unlocks: Mapped[list[str]] = mapped_column(default=list)
    due_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()
    messages: Mapped[list["Message"]] = relationship(back_populates="thread", order_by="Message.id")

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        check(
            "completion_asked", "kind <> 'completion' OR (due_at IS NOT NULL AND audience = 'applicant')"
        ),
        check("inside", "kind NOT IN ('note', 'discussion') OR audience <> 'applicant'"),
        Index("ix_thread_application", "application_id"),
        Index(
            "uq_thread_completion", "application_id",
            unique=True,
            sqlite_where=text("kind = 'completion' AND state = 'open'"),
            postgresql_where=text("kind = 'completion' AND state = 'open'"),
        ),
        Index(
            "ix_thread_due", "due_at",
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip


class Message(Row, Base):
    """One turn in a thread; never edited. version_number: the version that was sent in with it."""

    __tablename__ = "message"

    thread_id: Mapped[int] = fk("thread.id")
    author_id: Mapped[int] = fk("user.id", index=False)
    at: Mapped[datetime]
    body: Mapped[str]
    version_number: Mapped[int | None]

    thread: Mapped[Thread] = relationship(back_populates="messages")
    author: Mapped[User] = relationship()


append_only(
    Message.__table__,  # type: ignore[arg-type]
    may_go=of_wiped_trial("(SELECT application_id FROM thread WHERE thread.id = OLD.thread_id)"),
)


class Mention(Base):
    """Somebody whose attention a message asks for. seen_at: when they said they had seen it."""

    __tablename__ = "mention"

    message_id: Mapped[int] = fk("message.id", index=False, primary_key=True)
    user_id: Mapped[int] = fk("user.id", primary_key=True)
    seen_at: Mapped[datetime | None]

    message: Mapped[Message] = relationship()
    user: Mapped[User] = relationship()


class ReplyDraft(Base):
    """What somebody is writing in a thread and has not sent yet."""

    __tablename__ = "reply_draft"

    thread_id: Mapped[int] = fk("thread.id", index=False, primary_key=True)
    user_id: Mapped[int] = fk("user.id", index=False, primary_key=True)
    body: Mapped[str]
    saved_at: Mapped[datetime]
