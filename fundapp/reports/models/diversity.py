"""What applicants tell of themselves of their own accord: counted at once, kept of nobody."""

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, check


class DiversityCount(Base):
    """How often one answer was given in one round. There is no row for a person to find back."""

    __tablename__ = "diversity_count"

    round_id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column()
    question: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        ForeignKeyConstraint(["round_id", "fund_id"], ["round.id", "round.fund_id"]),
        check("number_some", "number >= 0"),
    )


class DiversityGiven(Base):
    """That the questions were answered for an application, so that they are counted once; not what."""

    __tablename__ = "diversity_given"

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
