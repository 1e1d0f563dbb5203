"""How a fund publishes its grants as open data, and the packs it put on the public site."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.core.db import Base, Row, Versioned, check, fk
from fundapp.core.files import File
from fundapp.funds.models import Fund
from fundapp.reports.models.snapshots import Snapshot
from fundapp.rounds.models import Round


class Publishing(Versioned, Base):
    """Under which identifiers and licence one fund publishes.

    org_id: identifier after org-id.guide, such as NL-KVK-41215393. prefix: the publisher prefix that
    360Giving hands out, such as 360G-example. licence: SPDX identifier. eu_grant: number of the grant
    agreement under which money is passed on to third parties.
    """

    __tablename__ = "publishing"

    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True)
    org_id: Mapped[str | None]
    org_name: Mapped[str] = mapped_column(default="")
    prefix: Mapped[str | None]
    licence: Mapped[str] = mapped_column(default="CC-BY-4.0")
    shows_cascade: Mapped[bool] = mapped_column(default=False)
    eu_grant: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = fk("user.id", index=False)

    fund: Mapped[Fund] = relationship()


class TransparencyPack(Row, Versioned, Base):
    """What was made to be published about one round: a ZIP, and whether it stands on the public site."""

    __tablename__ = "transparency_pack"

    round_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    number: Mapped[int]
    snapshot_id: Mapped[int] = fk("snapshot.id", index=False)
    file_id: Mapped[int | None] = fk("file.id", index=False)
    sha256: Mapped[str | None]
    made_by: Mapped[int | None] = fk("user.id", index=False)
    made_at: Mapped[datetime]
    published_by: Mapped[int | None] = fk("user.id", index=False)
    published_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship(
        foreign_keys=[round_id], primaryjoin="TransparencyPack.round_id == Round.id", viewonly=True
    )
    snapshot: Mapped[Snapshot] = relationship()
    file: Mapped[File | None] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["round_id", "fund_id"], ["round.id", "round.fund_id"]),
        UniqueConstraint("round_id", "number"),
        check("file_when", "(file_id IS NULL) = (sha256 IS NULL)"),
        check("published_what", "published_at IS NULL OR (file_id IS NOT NULL AND published_by IS NOT NULL)"),
        Index("ix_transparency_pack_public", "fund_id", "published_at"),
    )
