"""Addresses that hear of what happens at a fund, the events, and each delivery of one to one."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.accounts.models import User
from fundapp.core.audit import AuditEvent
from fundapp.core.db import Base, Row, Versioned, check, fk, words
from fundapp.funds.models import Fund


class WebhookState(StrEnum):
    """Whether an address is written to."""

    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"


class Webhook(Row, Versioned, Base):
    """One address of another program, and what it wants to hear of.

    user_id: in whose name it hears; what they may not see, it does not hear. secret_sealed: signs what is
    sent; old_secret_sealed signs too until old_until_at. key_id: under which key both are sealed.
    failing_since_at: since when every try failed. pause_why: hand, failing, gone or holder.
    """

    __tablename__ = "webhook"

    fund_id: Mapped[int] = fk("fund.id")
    user_id: Mapped[int] = fk("user.id", index=False)
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[WebhookState] = words(WebhookState, default=WebhookState.LIVE)
    state_at: Mapped[datetime]
    pause_why: Mapped[str] = mapped_column(default="", server_default="")
    secret_sealed: Mapped[str]
    old_secret_sealed: Mapped[str | None]
    old_until_at: Mapped[datetime | None]
    key_id: Mapped[str]
    made_at: Mapped[datetime]
    failing_since_at: Mapped[datetime | None]

    fund: Mapped[Fund] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])

    __table_args__ = (
        UniqueConstraint("id", "fund_id"),
        check("old_whole", "(old_secret_sealed IS NULL) = (old_until_at IS NULL)"),
        check("paused_why", "(state = 'paused') = (pause_why <> '')"),
    )


class WebhookEvent(Row, Base):
    """Something that happened and that some address wanted to hear of.

    Named once: by the line of the log it comes from, or by a key (a call that opened by the clock).
    """

    __tablename__ = "webhook_event"

    fund_id: Mapped[int] = fk("fund.id", index=False)
    name: Mapped[str]
    at: Mapped[datetime]
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    application_id: Mapped[int | None] = fk("application.id")
    audit_id: Mapped[int | None] = mapped_column(unique=True)
    key: Mapped[str | None] = mapped_column(unique=True)

    audit: Mapped[AuditEvent | None] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["audit_id"], ["audit_event.id"]),
        UniqueConstraint("id", "fund_id"),
        check("named_once", "(audit_id IS NULL) <> (key IS NULL)"),
        Index("ix_webhook_event_at", "at"),
    )


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    WITHHELD = "withheld"


class Delivery(Row, Base):
    """One event on its way to one address. message_id: the same at every try.

    Withheld: in whose name the address hears may not see what it is about. answer: how the last answer
    began.
    """

    __tablename__ = "webhook_delivery"

    webhook_id: Mapped[int] = mapped_column()
    event_id: Mapped[int] = mapped_column()
    fund_id: Mapped[int] = mapped_column()
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[DeliveryState] = words(DeliveryState, default=DeliveryState.QUEUED)
    not_before_at: Mapped[datetime]
    lease_until_at: Mapped[datetime | None]
    lease_token: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    status: Mapped[int | None]
    fault: Mapped[str | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    sent_at: Mapped[datetime | None]

    webhook: Mapped[Webhook] = relationship(
        foreign_keys=[webhook_id], primaryjoin="Delivery.webhook_id == Webhook.id"
    )
    event: Mapped[WebhookEvent] = relationship(
        foreign_keys=[event_id], primaryjoin="Delivery.event_id == WebhookEvent.id"
    )

    __table_args__ = (
        ForeignKeyConstraint(["webhook_id", "fund_id"], ["webhook.id", "webhook.fund_id"]),
        ForeignKeyConstraint(["event_id", "fund_id"], ["webhook_event.id", "webhook_event.fund_id"]),
        UniqueConstraint("event_id", "webhook_id"),
        check("sent_when", "(state = 'sent') = (sent_at IS NOT NULL)"),
        check("leased_when", "(state = 'sending') = (lease_token IS NOT NULL)"),
        Index("ix_webhook_delivery_webhook", "webhook_id", "id"),
        Index(
            "ix_webhook_delivery_due", "not_before_at",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
    )  # fmt: skip
