"""What a committee decided about a change of a grant."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, append_only, fk


class CommitteeRuling(Row, Base):
    """The committee's answer about one exact change, as somebody of the fund wrote it down.

    digest: of what was laid before it; a change of that makes the ruling count no more.
    """

    __tablename__ = "committee_ruling"

    agreement_id: Mapped[int] = mapped_column()
    award_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    digest: Mapped[str]
    is_yes: Mapped[bool]
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    meeting_id: Mapped[int | None] = fk("meeting.id", index=False)
    note: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[int] = fk("user.id", index=False)
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"]),
        ForeignKeyConstraint(["agreement_id", "award_id"], ["agreement.id", "agreement.award_id"]),
        Index("ix_committee_ruling_agreement", "agreement_id", "digest"),
    )


append_only(CommitteeRuling.__table__)  # type: ignore[arg-type]
