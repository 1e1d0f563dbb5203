"""Disclosure of everything about one application under the Woo: what is covered, on what ground, by whom."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.core.files import File


class DisclosureState(StrEnum):
    """How far a disclosure has come."""

    PREPARING = "preparing"
    OFFERED = "offered"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Ground(StrEnum):
    """The grounds of refusal of the Woo (Wet open overheid) that a fund meets, by article."""

    COMPANY = "5.1.1.c"
    SPECIAL = "5.1.1.d"
    NUMBERS = "5.1.1.e"
    FINANCE = "5.1.2.b"
    INSPECTION = "5.1.2.d"
    PRIVACY = "5.1.2.e"
    COMPETITION = "5.1.2.f"
    SAFETY = "5.1.2.h"
    FUNCTIONING = "5.1.2.i"
    HARM = "5.1.5"
    OPINIONS = "5.2"


class Judgement(StrEnum):
    """What becomes of one document."""

    PUBLIC = "public"
    PARTLY = "partly"
    REFUSED = "refused"


class Disclosure(Row, Versioned, Base):
    """One disclosure of one application.

    documents: [{key, kind, title, date, judgement, grounds, parts: [{label, text}]}], frozen when it was
    begun, so that passages keep their places. terms: [{text, ground}] found by machine, covered everywhere.
    asked_on: the day the request came in; reference: its number at the fund.
    """

    __tablename__ = "disclosure"

    application_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int]
    state: Mapped[DisclosureState] = words(DisclosureState, default=DisclosureState.PREPARING)
    state_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(default="nl")
    reference: Mapped[str] = mapped_column(default="")
    asked_on: Mapped[date | None]
    documents: Mapped[list[Any]]
    terms: Mapped[list[Any]]
    begun_by: Mapped[int | None] = fk("user.id", index=False)
    begun_at: Mapped[datetime]
    offered_by: Mapped[int | None] = fk("user.id", index=False)
    offered_at: Mapped[datetime | None]
    checked_by: Mapped[int | None] = fk("user.id", index=False)
    checked_at: Mapped[datetime | None]
    digest: Mapped[str | None]
    file_id: Mapped[int | None] = fk("file.id", index=False)
    sha256: Mapped[str | None]

    application: Mapped[Application] = relationship(
        foreign_keys=[application_id],
        primaryjoin="Disclosure.application_id == Application.id",
        viewonly=True,
    )
    marks: Mapped[list["DisclosureMark"]] = relationship(
        back_populates="disclosure", order_by="DisclosureMark.id"
    )
    judgements: Mapped[list["DisclosureJudgement"]] = relationship(back_populates="disclosure")
    file: Mapped[File | None] = relationship()
    beginner: Mapped[User | None] = relationship(foreign_keys=[begun_by])
    offerer: Mapped[User | None] = relationship(foreign_keys=[offered_by])
    checker: Mapped[User | None] = relationship(foreign_keys=[checked_by])

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "fund_id"], ["application.id", "application.fund_id"]),
        UniqueConstraint("application_id", "number"),
        check("two_people", "checked_by IS NULL OR (offered_by IS NOT NULL AND checked_by <> offered_by)"),
        check("offered_who", "state NOT IN ('offered', 'approved') OR offered_by IS NOT NULL"),
        check(
            "approved_who",
            "state <> 'approved'"
            " OR (checked_by IS NOT NULL AND checked_at IS NOT NULL AND digest IS NOT NULL)",
        ),
        check("file_when", "(file_id IS NULL) = (sha256 IS NULL)"),
        check("file_checked", "file_id IS NULL OR state = 'approved'"),
        Index(
            "uq_disclosure_open", "application_id",
            unique=True,
            sqlite_where=text("state IN ('preparing', 'offered')"),
            postgresql_where=text("state IN ('preparing', 'offered')"),
        ),
        Index("ix_disclosure_fund", "fund_id", "state"),
    )  # fmt: skip


class DisclosureMark(Row, Base):
    """One thing to cover: a term everywhere (term), or a passage of one part of one document.

    Kept for ever: taken_off_at says that somebody thought better of it.
    """

    __tablename__ = "disclosure_mark"

    disclosure_id: Mapped[int] = fk("disclosure.id")
    document: Mapped[str] = mapped_column(default="")
    part: Mapped[int | None]
    start: Mapped[int | None]
    stop: Mapped[int | None]
    term: Mapped[str] = mapped_column(default="")
    opens: Mapped[bool] = mapped_column(default=False)
    """True: leave readable what a machine would cover."""
    ground: Mapped[Ground | None] = words(Ground, "ground", nullable=True)
    made_by: Mapped[int | None] = fk("user.id", index=False)
    made_at: Mapped[datetime]
    taken_off_by: Mapped[int | None] = fk("user.id", index=False)
    taken_off_at: Mapped[datetime | None]

    disclosure: Mapped[Disclosure] = relationship(back_populates="marks")
    maker: Mapped[User | None] = relationship(foreign_keys=[made_by])

    __table_args__ = (
        check(
            "passage_or_term",
            "(term <> '' AND start IS NULL AND stop IS NULL AND part IS NULL)"
            " OR (term = '' AND document <> '' AND part >= 0 AND start >= 0 AND start < stop)",
        ),
        check("covered_why", "opens OR ground IS NOT NULL"),
        check("open_terms", "NOT opens OR term <> ''"),
    )


class DisclosureJudgement(Base):
    """What a person decided about a whole document, where that differs from what follows by itself."""

    __tablename__ = "disclosure_judgement"

    disclosure_id: Mapped[int] = mapped_column(ForeignKey("disclosure.id"), primary_key=True)
    document: Mapped[str] = mapped_column(primary_key=True)
    judgement: Mapped[Judgement] = words(Judgement, "judgement")
    grounds: Mapped[list[str]] = mapped_column(default=list)
    decided_by: Mapped[int | None] = fk("user.id", index=False)
    decided_at: Mapped[datetime]

    disclosure: Mapped[Disclosure] = relationship(back_populates="judgements")

    __table_args__ = (check("partly_follows", "judgement <> 'partly'"),)
