"""Claims with their lines and sign-offs; drafts, versions, and what was used as evidence."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, append_only, check, fk, words
from fundapp.grants.models import Award, BankAccount, Milestone


class ClaimState(StrEnum):
    """Where a request for payment stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ClaimKind(StrEnum):
    """What is asked for: milestones, an advance, or the rest after the settlement."""

    MILESTONES = "milestones"
    ADVANCE = "advance"
    SETTLEMENT = "settlement"


def _live(kind: str) -> Any:
    return text(f"kind = '{kind}' AND state NOT IN ('refused', 'withdrawn')")


class Claim(Row, Versioned, Base):
    """A request for payment: for milestones, or for the advance or the rest of the whole grant."""

    __tablename__ = "claim"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    kind: Mapped[ClaimKind] = words(
        ClaimKind, "kind", default=ClaimKind.MILESTONES, server_default="milestones"
    )
    number: Mapped[int]
    code: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    party_id: Mapped[int] = mapped_column()
    bank_account_id: Mapped[int] = mapped_column()
    state: Mapped[ClaimState] = words(ClaimState, default=ClaimState.DRAFT)
    state_at: Mapped[datetime]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    claimed_by: Mapped[int] = fk("user.id", index=False)
    note: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    award: Mapped[Award] = relationship(
        foreign_keys=[award_id], primaryjoin="Claim.award_id == Award.id", viewonly=True
    )
    bank_account: Mapped[BankAccount] = relationship(
        foreign_keys=[bank_account_id], primaryjoin="Claim.bank_account_id == BankAccount.id", viewonly=True
    )
    lines: Mapped[list["ClaimLine"]] = relationship(
        back_populates="claim",
        primaryjoin="Claim.id == ClaimLine.claim_id",
        foreign_keys="ClaimLine.claim_id",
        order_by="ClaimLine.id",
        cascade="all, delete-orphan",
    )
    signoffs: Mapped[list["Signoff"]] = relationship(
        back_populates="claim",
        primaryjoin="Claim.id == Signoff.claim_id",
        foreign_keys="Signoff.claim_id",
        order_by="Signoff.number",
    )

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        ForeignKeyConstraint(["bank_account_id", "party_id"], ["bank_account.id", "bank_account.party_id"]),
        UniqueConstraint("award_id", "number"),
        UniqueConstraint("id", "award_id"),
        UniqueConstraint("id", "fund_id", "claimed_by"),
        check("amount_positive", "amount_cents > 0"),
        Index("ix_claim_fund", "fund_id", "state", "submitted_at"),
        *(
            Index(
                f"uq_claim_{kind}", "award_id", "party_id",
                unique=True, sqlite_where=_live(kind), postgresql_where=_live(kind),
            )
            for kind in (ClaimKind.ADVANCE.value, ClaimKind.SETTLEMENT.value)
        ),
    )  # fmt: skip

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.award.application


class ClaimLine(Row, Base):
    """One milestone in a claim. evidence: [links]; licence: an SPDX expression."""

    __tablename__ = "claim_line"

    claim_id: Mapped[int] = mapped_column()
    award_id: Mapped[int] = mapped_column()
    milestone_id: Mapped[int] = mapped_column()
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    files: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Evidence that is kept here: [{id, name, size, sha256}]."""
    licence: Mapped[str] = mapped_column(default="", server_default="")
    place: Mapped[str] = mapped_column(default="", server_default="")
    """Where the result itself is public."""
    unpublished: Mapped[str] = mapped_column(default="", server_default="")
    """Why there is nothing to publish, instead of a licence and a place."""
    note: Mapped[str] = mapped_column(default="")

    claim: Mapped[Claim] = relationship(
        back_populates="lines", primaryjoin="ClaimLine.claim_id == Claim.id", foreign_keys=[claim_id]
    )
    milestone: Mapped[Milestone] = relationship(
        foreign_keys=[milestone_id], primaryjoin="ClaimLine.milestone_id == Milestone.id", viewonly=True
    )

    __table_args__ = (
        ForeignKeyConstraint(["claim_id", "award_id"], ["claim.id", "claim.award_id"]),
        ForeignKeyConstraint(["milestone_id", "award_id"], ["milestone.id", "milestone.award_id"]),
        UniqueConstraint("claim_id", "milestone_id"),
        Index("ix_claim_line_milestone", "milestone_id"),
        check("amount_positive", "amount_cents > 0"),
    )


class Signoff(Row, Base):
    """Content approval of one exact claim: amount, account and claimant stand in its key."""

    __tablename__ = "signoff"

    claim_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column(default=1)
    claimed_by: Mapped[int] = mapped_column()
    approved_by: Mapped[int] = fk("user.id", index=False)
    approved_at: Mapped[datetime]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    bank_account_id: Mapped[int] = fk("bank_account.id", index=False)
    digest: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    checks: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """What the approver ticked, in the words of that day: [{key, en, nl}]."""
    voided_at: Mapped[datetime | None]

    claim: Mapped[Claim] = relationship(
        back_populates="signoffs", primaryjoin="Signoff.claim_id == Claim.id", foreign_keys=[claim_id]
    )

    __table_args__ = (
        ForeignKeyConstraint(
            ["claim_id", "fund_id", "claimed_by"], ["claim.id", "claim.fund_id", "claim.claimed_by"]
        ),
        UniqueConstraint("claim_id", "number"),
        UniqueConstraint(
            "claim_id", "fund_id", "claimed_by", "approved_by", "amount_cents", "bank_account_id", "number"
        ),
        check("two_people", "claimed_by <> approved_by"),
        Index(
            "uq_signoff_live", "claim_id",
            unique=True, sqlite_where=text("voided_at IS NULL"), postgresql_where=text("voided_at IS NULL"),
        ),
    )  # fmt: skip


class ClaimDraft(Row, Versioned, Base):
    """A request as it is being written or changed; row_version tells two tabs apart.

    data: {"note", "party", "rows": {milestone id: {"wanted", "amount", "evidence", "licence", "place",
    "unpublished", "files"}}}, amounts as they were typed.
    """

    __tablename__ = "claim_draft"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    claim_id: Mapped[int | None] = mapped_column()
    """The request that is being changed; none for a new one."""
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    saved_by: Mapped[int | None] = fk("user.id", index=False)
    saved_at: Mapped[datetime]

    award: Mapped[Award] = relationship(
        foreign_keys=[award_id], primaryjoin="ClaimDraft.award_id == Award.id", viewonly=True
    )

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        ForeignKeyConstraint(["claim_id", "award_id"], ["claim.id", "claim.award_id"]),
        UniqueConstraint("claim_id"),
        Index(
            "uq_claim_draft_new", "award_id",
            unique=True, sqlite_where=text("claim_id IS NULL"), postgresql_where=text("claim_id IS NULL"),
        ),
    )  # fmt: skip

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.award.application


class ClaimVersion(Row, Base):
    """A request as it was sent, word for word, to be held against what came before."""

    __tablename__ = "claim_version"

    claim_id: Mapped[int] = fk("claim.id", index=False)
    number: Mapped[int]
    data: Mapped[dict[str, Any]]
    digest: Mapped[str]
    made_by: Mapped[int | None] = fk("user.id", index=False)
    made_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("claim_id", "number"),)


append_only(ClaimVersion.__table__)  # type: ignore[arg-type]


class EvidenceMark(Row, Base):
    """A link or file a request leans on, by its SHA-256: what was used before is found by it."""

    __tablename__ = "evidence_mark"

    claim_id: Mapped[int] = fk("claim.id", index=False)
    mark: Mapped[str] = mapped_column(index=True)
    what: Mapped[str]
    """The link, or the name of the file."""
    is_file: Mapped[bool]

    __table_args__ = (UniqueConstraint("claim_id", "mark"),)
