"""Somebody who is paid a share of a grant without working on the proposal: asked by mail, and let in."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.db import Base, Row, check, fk
from fundapp.grants.models.awards import Award


class PayeeInvitation(Row, Base):
    """One person asked to be a payee; of the link only the digest is kept.

    Once accepted it is that person's door to their own share and account, and to nothing else of the
    grant, until it is ended.
    """

    __tablename__ = "payee_invitation"

    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    email: Mapped[str]
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    digest: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[int] = fk("user.id", index=False)
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    user_id: Mapped[int | None] = fk("user.id", index=False)
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    award: Mapped[Award] = relationship(
        foreign_keys=[award_id], primaryjoin="PayeeInvitation.award_id == Award.id", viewonly=True
    )
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    inviter: Mapped[User] = relationship(foreign_keys=[invited_by])

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        check("email_lower", "email = lower(email)"),
        check("accepted_whole", "(user_id IS NULL) = (accepted_at IS NULL)"),
        Index("ix_payee_invitation_user", "user_id"),
        *(
            Index(
                f"uq_payee_invitation_{name}", *columns, unique=True,
                sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
            )
            for name, columns in (("live", ("award_id", "email")), ("person", ("award_id", "user_id")))
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
