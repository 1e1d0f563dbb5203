"""Second opinions: an outside expert looks at one request and nothing else."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.payouts.models.claims import Claim


class OpinionState(StrEnum):
    """Where a second opinion stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    GIVEN = "given"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class Verdict(StrEnum):
    """What an expert advises."""

    APPROVE = "approve"
    DOUBT = "doubt"
    REFUSE = "refuse"


class SecondOpinion(Row, Versioned, Base):
    """An outside expert's look at one request; of the link only the digest is kept."""

    __tablename__ = "second_opinion"

    claim_id: Mapped[int] = fk("claim.id", index=False)
    fund_id: Mapped[int] = fk("fund.id", index=False)
    email: Mapped[str]
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    question: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(unique=True)
    state: Mapped[OpinionState] = words(OpinionState, default=OpinionState.ASKED)
    state_at: Mapped[datetime]
    due_on: Mapped[date]
    asked_by: Mapped[int] = fk("user.id", index=False)
    asked_at: Mapped[datetime]
    user_id: Mapped[int | None] = fk("user.id", index=False)
    """Who accepted it."""
    verdict: Mapped[Verdict | None] = words(Verdict, "verdict")
    advice: Mapped[str] = mapped_column(default="")
    """What they advise; when declined, the reason if they gave one."""
    claim_digest: Mapped[str] = mapped_column(default="")
    """The request the advice is about: it may change afterwards."""

    claim: Mapped[Claim] = relationship()

    __table_args__ = (
        check("email_lower", "email = lower(email)"),
        check("accepted_who", "state NOT IN ('accepted', 'given') OR user_id IS NOT NULL"),
        check("given_what", "(state = 'given') = (verdict IS NOT NULL)"),
        Index(
            "uq_second_opinion_live", "claim_id", "email", unique=True,
            sqlite_where=text("state IN ('asked', 'accepted', 'given')"),
            postgresql_where=text("state IN ('asked', 'accepted', 'given')"),
        ),
        Index("ix_second_opinion_person", "user_id", "state"),
    )  # fmt: skip

    @property
    def claimed_by(self) -> int:
        """Who asked for the payment, for the rules of who judges it."""
        return self.claim.claimed_by

    @property
    def award(self) -> object:
        """The grant the request belongs to."""
        return self.claim.award

    @property
    def application_id(self) -> int:
        """The application this belongs to, for the log."""
        return self.claim.award.application_id

    @property
    def application(self) -> Application:
        """The application a rule looks at."""
        return self.claim.award.application
