"""Evidence: passages of a proposal on which a score rests."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.core.db import Base, Row, check
from fundapp.reviews.models.reviews import Review
from fundapp.rounds.models import Criterion


class Pin(Row, Base):
    """One passage of one version that a reviewer pinned to a criterion.

    start, stop: code points in the answer as it was sent in. quote: exactly what stands there.
    """

    __tablename__ = "pin"

    review_id: Mapped[int] = mapped_column()
    rubric_id: Mapped[int] = mapped_column()
    application_id: Mapped[int] = mapped_column(index=True)
    criterion_id: Mapped[int] = mapped_column()
    version_number: Mapped[int] = mapped_column()
    field: Mapped[str] = mapped_column()
    start: Mapped[int] = mapped_column()
    stop: Mapped[int] = mapped_column()
    quote: Mapped[str] = mapped_column()
    made_at: Mapped[datetime]

    review: Mapped[Review] = relationship(
        foreign_keys=[review_id], primaryjoin="Pin.review_id == Review.id", viewonly=True
    )
    criterion: Mapped[Criterion] = relationship(
        foreign_keys=[criterion_id], primaryjoin="Pin.criterion_id == Criterion.id", viewonly=True
    )

    __table_args__ = (
        ForeignKeyConstraint(
            ["review_id", "rubric_id", "application_id"],
            ["review.id", "review.rubric_id", "review.application_id"],
        ),
        ForeignKeyConstraint(["criterion_id", "rubric_id"], ["criterion.id", "criterion.rubric_id"]),
        ForeignKeyConstraint(
            ["application_id", "version_number"],
            ["application_version.application_id", "application_version.number"],
        ),
        UniqueConstraint("review_id", "criterion_id", "version_number", "field", "start", "stop"),
        check("some_text", "start >= 0 AND start < stop"),
    )
