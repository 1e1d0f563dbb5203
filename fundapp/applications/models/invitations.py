"""Who was asked to join a proposal, and the organisations that take part in it."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models.access import Capacity, Level
from fundapp.applications.models.proposals import Application
from fundapp.core.db import Base, Row, check, fk, words


class Partner(Row, Base):
    """An organisation that takes part in a proposal, and what it does there; ended, never deleted."""

    __tablename__ = "partner"

    application_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    country: Mapped[str | None]
    registration: Mapped[str] = mapped_column(default="")
    party_id: Mapped[int | None] = fk("party.id")
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        UniqueConstraint("id", "application_id"),
        check("named", "name <> ''"),
        Index("ix_partner_application", "application_id"),
    )


class Invitation(Row, Base):
    """A mail that lets one person join one proposal; only the digest of its link is kept."""

    __tablename__ = "invitation"

    application_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    email: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    capacity: Mapped[Capacity] = words(Capacity, "capacity")
    level: Mapped[Level] = words(Level, "level")
    partner_id: Mapped[int | None] = mapped_column()
    digest: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[int] = fk("user.id", index=False)
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_by: Mapped[int | None] = fk("user.id", index=False)
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(foreign_keys=[application_id, fund_id])
    inviter: Mapped[User] = relationship(foreign_keys=[invited_by])
    partner: Mapped[Partner | None] = relationship(foreign_keys=[partner_id], viewonly=True,
        primaryjoin="Invitation.partner_id == Partner.id")  # fmt: skip

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        ForeignKeyConstraint(["partner_id", "application_id"], ["partner.id", "partner.application_id"]),
        check("applies", "capacity IN ('co_applicant', 'partner')"),
        check("reads", "level IN ('read', 'write')"),
        check("email_lower", "email = lower(email)"),
        check("accepted_by_whom", "(accepted_by IS NULL) = (accepted_at IS NULL)"),
        check("one_end", "accepted_at IS NULL OR ended_at IS NULL"),
        Index("ix_invitation_application", "application_id"),
        Index(
            "uq_invitation_open", "application_id", "email",
            unique=True,
            sqlite_where=text("accepted_at IS NULL AND ended_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL AND ended_at IS NULL"),
        ),
    )  # fmt: skip

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has answered it, and nobody took it back."""
        return self.accepted_at is None and self.ended_at is None
