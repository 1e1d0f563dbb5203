"""Taking a posting back: asked by one person, carried out by another; and the seals on what was posted."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.core.db import Base, Row, Versioned, append_only, check, fk, words
from fundapp.funds.models.postings import Posting


class CorrectionState(StrEnum):
    """Where a correction stands."""

    ASKED = "asked"
    CARRIED_OUT = "carried_out"
    DECLINED = "declined"


class Correction(Row, Versioned, Base):
    """A wish to take a posting back, with everything that was posted under the same occasion."""

    __tablename__ = "correction"

    fund_id: Mapped[int] = mapped_column()
    posting_id: Mapped[int] = mapped_column()
    reason: Mapped[str]
    state: Mapped[CorrectionState] = words(CorrectionState, default=CorrectionState.ASKED)
    state_at: Mapped[datetime]
    asked_by: Mapped[int] = fk("user.id", index=False)
    settled_by: Mapped[int | None] = fk("user.id", index=False)

    posting: Mapped[Posting] = relationship()
    asker: Mapped[User] = relationship(foreign_keys=[asked_by])
    settler: Mapped[User | None] = relationship(foreign_keys=[settled_by])

    __table_args__ = (
        ForeignKeyConstraint(["posting_id", "fund_id"], ["posting.id", "posting.fund_id"]),
        check("two_people", "state <> 'carried_out' OR (settled_by IS NOT NULL AND settled_by <> asked_by)"),
        Index(
            "uq_correction_live",
            "posting_id",
            unique=True,
            sqlite_where=text("state <> 'declined'"),
            postgresql_where=text("state <> 'declined'"),
        ),
        Index("ix_correction_fund", "fund_id", "state"),
    )


class PostingSeal(Row, Base):
    """The seal on one posting: a digest over it and the seal before it; written by the worker.

    number: its place in the fund's ledger, from 1. Who changes a posting breaks its seal; who makes
    new seals changes the last digest, which is printed and kept elsewhere.
    """

    __tablename__ = "posting_seal"

    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int]
    posting_id: Mapped[int] = mapped_column(unique=True)
    digest: Mapped[str]
    sealed_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("fund_id", "number"),
        ForeignKeyConstraint(["posting_id", "fund_id"], ["posting.id", "posting.fund_id"]),
        check("number_from_one", "number >= 1"),
    )


append_only(PostingSeal.__table__)  # type: ignore[arg-type]
