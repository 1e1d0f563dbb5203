"""Versions of what was agreed."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, Versioned, check, fk, words

if TYPE_CHECKING:
    from fundapp.grants.models.awards import Award


class AgreementState(StrEnum):
    """Where a version of the agreement stands."""

    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class ChangeClass(StrEnum):
    """Who of the fund agrees to this version: the first one, or a change by staff or the committee."""

    INITIAL = "initial"
    STAFF = "staff"
    COMMITTEE = "committee"


UNDER_WAY = frozenset({AgreementState.DRAFT, AgreementState.OFFERED, AgreementState.ACCEPTED})


class Agreement(Row, Versioned, Base):
    """One version of what was agreed.

    plan: [{ref, parent, title, deliverable, amount_cents, due_on, licence}].

    payees: [{party_id, user_id, name, ppm, cents}], empty for one payee, the grantee. change_cents: what
    the grant becomes larger or smaller by; held_cents: what of that is set apart in the ledger since it
    was offered. wish: {aim, licence}, what is said to change beside the plan.
    consequences: [{rule, by, words}], who agrees and why, frozen with the offer.
    """

    __tablename__ = "agreement"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[AgreementState] = words(AgreementState, default=AgreementState.DRAFT)
    state_at: Mapped[datetime]
    plan: Mapped[list[Any]] = mapped_column(default=list)
    total_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    language: Mapped[str] = mapped_column(default="en")
    body: Mapped[str] = mapped_column(default="")
    digest: Mapped[str | None]
    file_id: Mapped[int | None] = fk("file.id", index=False)
    offered_by: Mapped[int | None] = fk("user.id", index=False)
    accepted_by: Mapped[int | None] = fk("user.id", index=False)
    accepted_at: Mapped[datetime | None]
    in_force_at: Mapped[datetime | None]
    change_class: Mapped[ChangeClass] = words(
        ChangeClass, "change_class", default=ChangeClass.INITIAL, server_default="initial"
    )
    payees: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    wish: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    consequences: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    change_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    held_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    ends_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    opened_by: Mapped[int | None] = fk("user.id", index=False)
    sealed_at: Mapped[datetime | None]

    award: Mapped["Award"] = relationship(
        back_populates="agreements", primaryjoin="Agreement.award_id == Award.id", foreign_keys=[award_id]
    )

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        UniqueConstraint("award_id", "number"),
        UniqueConstraint("id", "award_id"),
        check("offered_what", "state IN ('draft', 'withdrawn') OR digest IS NOT NULL"),
        check(
            "held_while_offered", "held_cents = 0 OR (held_cents > 0 AND state IN ('offered', 'accepted'))"
        ),
        check("accepted_who", "state NOT IN ('accepted', 'in_force') OR accepted_by IS NOT NULL"),
        Index(
            "uq_agreement_in_force", "award_id",
            unique=True, sqlite_where=text("state = 'in_force'"), postgresql_where=text("state = 'in_force'"),
        ),
        Index(
            "uq_agreement_open", "award_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'offered', 'accepted')"),
            postgresql_where=text("state IN ('draft', 'offered', 'accepted')"),
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
