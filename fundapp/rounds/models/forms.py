"""Application forms, version by version."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, Versioned, fk


class Form(Row, Versioned, Base):
    """A version of an application form, frozen once a round that uses it is published."""

    __tablename__ = "form"

    fund_id: Mapped[int | None] = fk("fund.id")
    slug: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    definition: Mapped[dict[str, Any]]
    digest: Mapped[str]
    frozen_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("fund_id", "slug", "number"),)
