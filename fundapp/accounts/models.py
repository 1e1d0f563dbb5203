"""Users, their mail links, parties, roles."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_login import UserMixin
from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.core.db import Base, Row, Versioned, check, fk, words


class RoleName(StrEnum):
    """What a person may be at a fund; being an applicant needs no role."""

    REVIEWER = "reviewer"
    MANAGER = "manager"
    FINANCE = "finance"
    AUDITOR = "auditor"
    PANEL = "panel"


class Purpose(StrEnum):
    """What a link in a mail is for."""

    CONFIRM = "confirm"
    RESET = "reset"


class User(Row, Versioned, UserMixin, Base):
    """A person with an account."""

    __tablename__ = "user"

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_digest: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    is_administrator: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime | None]
    party_id: Mapped[int | None] = fk("party.id")
    session_number: Mapped[int] = mapped_column(default=1)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    roles: Mapped[list["Role"]] = relationship(
        primaryjoin="and_(User.id == Role.user_id, Role.ended_at.is_(None))",
        foreign_keys="Role.user_id",
        viewonly=True,
        lazy="selectin",
    )
    party: Mapped["Party | None"] = relationship(foreign_keys=[party_id])

    __table_args__ = (
        check("email_lower", "email = lower(email)"),
        check("language_known", "language IN ('en', 'nl')"),
    )

    def get_id(self) -> str:
        """Name the session: a changed session_number signs out everywhere."""
        return f"{self.id}-{self.session_number}"

    def holds(self, name: RoleName, fund_id: int | None = None) -> bool:
        """Tell whether the person holds this role, at this fund or (None) at any."""
        return any(role.name == name and fund_id in (None, role.fund_id) for role in self.roles)

    def funds(self, *names: RoleName) -> list[int]:
        """List the funds (ids) where the person holds one of these roles."""
        return sorted({role.fund_id for role in self.roles if role.name in names})

    def panels(self) -> list[int]:
        """List the rounds (ids) in whose panel the person sits."""
        return sorted({role.round_id for role in self.roles if role.round_id is not None})


class MailToken(Row, Base):
    """A link sent by mail; only its digest is kept, and it is used up by a button, never by a visit."""

    __tablename__ = "mail_token"

    digest: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = fk("user.id")
    purpose: Mapped[Purpose] = words(Purpose, "purpose")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class PublicKey(Base):
    """The OpenPGP key a person wants mail encrypted to; only the public half is ever taken in."""

    __tablename__ = "public_key"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    armored: Mapped[str]
    fingerprint: Mapped[str]
    holder: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime | None]
    added_at: Mapped[datetime]


class PartyKind(StrEnum):
    """A person or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Party(Row, Versioned, Base):
    """Who can receive money: one register over all funds, so that caps and ties can be seen."""

    __tablename__ = "party"

    kind: Mapped[PartyKind] = words(PartyKind, "kind", default=PartyKind.PERSON)
    legal_name: Mapped[str]
    public_name: Mapped[str]
    country: Mapped[str | None]
    registration: Mapped[str | None] = mapped_column(unique=True)
    vat_number: Mapped[str | None]
    address: Mapped[dict[str, Any]] = mapped_column(default=dict)
    merged_into_id: Mapped[int | None] = fk("party.id")
    """The party that this one turned out to be; everything that referred to it refers there now."""
    created_at: Mapped[datetime]

    __table_args__ = (check("not_into_itself", "merged_into_id <> id"),)


class Role(Row, Base):
    """One role of one person at one fund, or in the panel of one round; ended, never deleted."""

    __tablename__ = "role"

    user_id: Mapped[int] = fk("user.id")
    fund_id: Mapped[int] = fk("fund.id")
    round_id: Mapped[int | None] = mapped_column(index=True)
    name: Mapped[RoleName] = words(RoleName, "name")
    granted_by: Mapped[int | None] = fk("user.id", index=False)
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])

    __table_args__ = (
        ForeignKeyConstraint(["round_id", "fund_id"], ["round.id", "round.fund_id"]),
        check("panel_has_round", "(name = 'panel') = (round_id IS NOT NULL)"),
        Index(
            "uq_role_live", "user_id", "fund_id", "name",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND round_id IS NULL"),
            postgresql_where=text("ended_at IS NULL AND round_id IS NULL"),
        ),
        Index(
            "uq_role_live_panel", "user_id", "round_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND round_id IS NOT NULL"),
            postgresql_where=text("ended_at IS NULL AND round_id IS NOT NULL"),
        ),
    )  # fmt: skip


class Absence(Row, Base):
    """Days on which a person is away: nobody asks them for work then. stand_in: hears of their dates."""

    __tablename__ = "absence"

    user_id: Mapped[int] = fk("user.id")
    from_on: Mapped[date]
    until_on: Mapped[date]
    stand_in_id: Mapped[int | None] = fk("user.id", index=False)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    stand_in: Mapped[User | None] = relationship(foreign_keys=[stand_in_id])

    __table_args__ = (
        check("in_order", "from_on <= until_on"),
        check("stand_in_other", "stand_in_id IS NULL OR stand_in_id <> user_id"),
    )
