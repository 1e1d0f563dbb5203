"""Panel meetings: who sits in them, what they speak about, who left the room, how they vote."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.decisions.models.decisions import Outcome
from fundapp.rounds.models import Round


class MeetingState(StrEnum):
    """How far a meeting has come."""

    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Meeting(Row, Versioned, Base):
    """One meeting of the panel of a round.

    is_secret: votes stay unread until the voting is closed. sequence: how often its invitation changed
    (RFC 5545).
    """

    __tablename__ = "meeting"

    round_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="", server_default="")
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    state: Mapped[MeetingState] = words(MeetingState, default=MeetingState.PLANNED)
    state_at: Mapped[datetime]
    is_secret: Mapped[bool] = mapped_column(default=True)
    quorum: Mapped[int] = mapped_column(default=2)
    remarks: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = fk("file.id", index=False)
    sha256: Mapped[str | None]
    created_by: Mapped[int] = fk("user.id", index=False)
    created_at: Mapped[datetime]

    round: Mapped[Round] = relationship()
    seats: Mapped[list["Seat"]] = relationship(back_populates="meeting", order_by="Seat.id")
    items: Mapped[list["AgendaItem"]] = relationship(
        back_populates="meeting", order_by="AgendaItem.position, AgendaItem.id"
    )

    __table_args__ = (
        ForeignKeyConstraint(["round_id", "fund_id"], ["round.id", "round.fund_id"]),
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("id", "round_id"),
        check("quorum_some", "quorum >= 1"),
        check("ends_later", "ends_at IS NULL OR ends_at > starts_at"),
        check("opened_when", "state NOT IN ('running', 'closed') OR opened_at IS NOT NULL"),
        check("closed_when", "(state = 'closed') = (closed_at IS NOT NULL)"),
    )


class SeatKind(StrEnum):
    """As what somebody sits in a meeting."""

    CHAIR = "chair"
    SECRETARY = "secretary"
    MEMBER = "member"


class Seat(Row, Base):
    """One person in one meeting. present_at: when they came in; none is absent."""

    __tablename__ = "meeting_seat"

    meeting_id: Mapped[int] = fk("meeting.id", index=False)
    user_id: Mapped[int] = fk("user.id")
    kind: Mapped[SeatKind] = words(SeatKind, "kind")
    has_vote: Mapped[bool]
    present_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship(back_populates="seats")
    user: Mapped[User] = relationship()

    __table_args__ = (
        UniqueConstraint("meeting_id", "user_id"),
        UniqueConstraint("meeting_id", "user_id", "has_vote"),
        check("secretary_writes", "kind <> 'secretary' OR NOT has_vote"),
        Index(
            "uq_meeting_seat_chair", "meeting_id",
            unique=True, sqlite_where=text("kind = 'chair'"), postgresql_where=text("kind = 'chair'"),
        ),
    )  # fmt: skip


class ItemState(StrEnum):
    """Whether an item was spoken about."""

    WAITING = "waiting"
    LIVE = "live"
    DONE = "done"


class Voting(StrEnum):
    """Whether votes are taken on an item."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"


class AgendaItem(Row, Versioned, Base):
    """One application on the agenda, and what the panel came to. seconds: spoken about before opened_at."""

    __tablename__ = "agenda_item"

    meeting_id: Mapped[int] = mapped_column()
    round_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    application_id: Mapped[int] = mapped_column()
    position: Mapped[int]
    state: Mapped[ItemState] = words(ItemState, default=ItemState.WAITING)
    state_at: Mapped[datetime]
    voting: Mapped[Voting] = words(Voting, "voting", default=Voting.NONE)
    opened_at: Mapped[datetime | None]
    seconds: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[Outcome | None] = words(Outcome, "outcome", nullable=True)
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    reasons: Mapped[list[str]] = mapped_column(default=list)
    to_applicant: Mapped[str] = mapped_column(default="")
    internal: Mapped[str] = mapped_column(default="")
    decision_id: Mapped[int | None] = mapped_column()

    meeting: Mapped[Meeting] = relationship(back_populates="items")
    application: Mapped[Application] = relationship(
        foreign_keys=[application_id],
        primaryjoin="AgendaItem.application_id == Application.id",
        viewonly=True,
    )

    __table_args__ = (
        ForeignKeyConstraint(["meeting_id", "round_id"], ["meeting.id", "meeting.round_id"]),
        ForeignKeyConstraint(
            ["application_id", "round_id", "fund_id"],
            ["application.id", "application.round_id", "application.fund_id"],
        ),
        ForeignKeyConstraint(["decision_id", "application_id"], ["decision.id", "decision.application_id"]),
        UniqueConstraint("meeting_id", "application_id"),
        UniqueConstraint("id", "meeting_id"),
        check("amount_when", "(coalesce(outcome, '') = 'awarded') = (amount_cents IS NOT NULL)"),
        check("amount_positive", "amount_cents IS NULL OR amount_cents > 0"),
        check("opened_when", "(state = 'live') = (opened_at IS NOT NULL)"),
        check("votes_on_live", "voting <> 'open' OR state = 'live'"),
        Index("ix_agenda_item_application", "application_id"),
        Index(
            "uq_agenda_item_live", "meeting_id",
            unique=True, sqlite_where=text("state = 'live'"), postgresql_where=text("state = 'live'"),
        ),
    )  # fmt: skip


class Walk(Row, Base):
    """Somebody was out of the room for an item, because of a tie."""

    __tablename__ = "agenda_walk"

    item_id: Mapped[int] = mapped_column()
    meeting_id: Mapped[int] = mapped_column()
    user_id: Mapped[int] = mapped_column()
    left_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["item_id", "meeting_id"], ["agenda_item.id", "agenda_item.meeting_id"]),
        ForeignKeyConstraint(["meeting_id", "user_id"], ["meeting_seat.meeting_id", "meeting_seat.user_id"]),
        UniqueConstraint("item_id", "user_id"),
    )


class Choice(StrEnum):
    """How somebody votes."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Vote(Row, Base):
    """One vote of one person who has one. amount_cents: what they would give, with a yes."""

    __tablename__ = "vote"

    item_id: Mapped[int] = mapped_column()
    meeting_id: Mapped[int] = mapped_column()
    user_id: Mapped[int] = mapped_column()
    has_vote: Mapped[bool] = mapped_column(default=True)
    choice: Mapped[Choice] = words(Choice, "choice")
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["item_id", "meeting_id"], ["agenda_item.id", "agenda_item.meeting_id"]),
        ForeignKeyConstraint(
            ["meeting_id", "user_id", "has_vote"],
            ["meeting_seat.meeting_id", "meeting_seat.user_id", "meeting_seat.has_vote"],
        ),
        UniqueConstraint("item_id", "user_id"),
        check("who_has_one", "has_vote"),
        check("amount_with_yes", "amount_cents IS NULL OR (choice = 'yes' AND amount_cents > 0)"),
    )
