"""Who reviews for a fund: what they know, how much time they have; and who was invited to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.funds.models import Fund


class Reviewer(Row, Versioned, Base):
    """What one reviewer of a fund knows, reads, and has time for; and with whom they work."""

    __tablename__ = "reviewer"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    user_id: Mapped[int] = fk("user.id")
    themes: Mapped[list[str]] = mapped_column(default=list)
    """Keys of the fund's themes."""
    expertise: Mapped[list[str]] = mapped_column(default=list)
    """Words of their own: what to look for in a proposal."""
    languages: Mapped[list[str]] = mapped_column(default=list)
    organisation: Mapped[str] = mapped_column(default="")
    collaborators: Mapped[list[str]] = mapped_column(default=list)
    """People, organisations, mail addresses or domains they work with, as they wrote them."""
    capacity_hours: Mapped[int | None]
    """Hours for one round; empty means not said."""
    saved_at: Mapped[datetime]

    fund: Mapped[Fund] = relationship()
    user: Mapped[User] = relationship()

    __table_args__ = (
        UniqueConstraint("fund_id", "user_id"),
        check("capacity_sane", "capacity_hours IS NULL OR capacity_hours BETWEEN 0 AND 500"),
    )


class InvitationState(StrEnum):
    """Where an invitation to review for a fund stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class PoolInvitation(Row, Versioned, Base):
    """A mail that asks somebody to review for a fund; only the digest of its link is kept."""

    __tablename__ = "pool_invitation"

    fund_id: Mapped[int] = fk("fund.id")
    email: Mapped[str]
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    message: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(unique=True)
    state: Mapped[InvitationState] = words(InvitationState, default=InvitationState.SENT)
    state_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    invited_by: Mapped[int | None] = fk("user.id", index=False)
    user_id: Mapped[int | None] = fk("user.id", index=False)
    """Who accepted it."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it was declined, if they said so."""

    fund: Mapped[Fund] = relationship()

    __table_args__ = (
        check("email_lower", "email = lower(email)"),
        check("accepted_who", "state <> 'accepted' OR user_id IS NOT NULL"),
        Index(
            "uq_pool_invitation_live", "fund_id", "email", unique=True,
            sqlite_where=text("state = 'sent'"), postgresql_where=text("state = 'sent'"),
        ),
    )  # fmt: skip
