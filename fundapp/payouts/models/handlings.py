"""What people made of a line on a statement that matched nothing by itself."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.core.db import Base, Row, append_only, check, fk, words
from fundapp.payouts.models.payments import Payment
from fundapp.payouts.models.statements import StatementLine


class Handled(StrEnum):
    """What a line turned out to be."""

    PAYMENT = "payment"
    GIFT = "gift"
    RECOVERY = "recovery"
    COSTS = "costs"
    SUSPENSE = "suspense"


class LineHandling(Row, Base):
    """One answer about one line. Suspense may be followed by one other answer; the others are final."""

    __tablename__ = "line_handling"

    line_id: Mapped[int] = fk("statement_line.id", index=False)
    fund_id: Mapped[int] = fk("fund.id")
    kind: Mapped[Handled] = words(Handled, "kind")
    payment_id: Mapped[int | None] = fk("payment.id", index=False)
    contribution_id: Mapped[int | None] = mapped_column()
    note: Mapped[str] = mapped_column(default="")
    done_by: Mapped[int] = fk("user.id", index=False)
    done_at: Mapped[datetime]

    line: Mapped[StatementLine] = relationship()
    payment: Mapped[Payment | None] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["contribution_id", "fund_id"], ["contribution.id", "contribution.fund_id"]),
        UniqueConstraint("line_id", "kind"),
        check(
            "about_what",
            "(kind = 'payment') = (payment_id IS NOT NULL)"
            " AND (kind = 'gift') = (contribution_id IS NOT NULL)",
        ),
        check("suspense_why", "kind <> 'suspense' OR note <> ''"),
        Index(
            "uq_line_handling_final", "line_id",
            unique=True,
            sqlite_where=text("kind <> 'suspense'"), postgresql_where=text("kind <> 'suspense'"),
        ),
    )  # fmt: skip


append_only(LineHandling.__table__)  # type: ignore[arg-type]
