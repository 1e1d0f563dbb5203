"""Funds, and the bank account they pay from."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.core.db import Base, Row, Versioned, check, fk, words


class Regime(StrEnum):
    """The law a fund gives under."""

    PRIVATE = "private"
    AWB = "awb"


class PublicationRule(StrEnum):
    """Under which name grants are published."""

    LEGAL_NAME = "legal_name"
    PUBLIC_NAME = "public_name"


class PaymentScheme(StrEnum):
    """How grants are paid: by milestone, or an advance first and the rest at the settlement."""

    MILESTONES = "milestones"
    ADVANCE = "advance"


class FileFormat(StrEnum):
    """The message a bank takes payments in."""

    PAIN_03 = "pain.001.001.03"
    PAIN_09 = "pain.001.001.09"


class Fund(Row, Versioned, Base):
    """A purse with rules: everything else hangs under one."""

    __tablename__ = "fund"

    slug: Mapped[str] = mapped_column(unique=True)
    code_prefix: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    currency: Mapped[str] = mapped_column(default="EUR")
    zone: Mapped[str] = mapped_column(default="Europe/Amsterdam")
    languages: Mapped[list[str]] = mapped_column(default=lambda: ["en", "nl"])
    legal_regime: Mapped[Regime] = words(Regime, "legal_regime", default=Regime.PRIVATE)
    publication_rule: Mapped[PublicationRule] = words(
        PublicationRule, "publication_rule", default=PublicationRule.PUBLIC_NAME
    )
    payment_scheme: Mapped[PaymentScheme] = words(
        PaymentScheme, "payment_scheme", default=PaymentScheme.MILESTONES, server_default="milestones"
    )
    advance_percent: Mapped[int] = mapped_column(default=80, server_default="80")
    """The part of a grant that is paid in advance under that scheme; the rest at the settlement."""
    cap_proposal_cents: Mapped[int | None] = mapped_column(BigInteger)
    """The most that one proposal may get."""
    cap_party_cents: Mapped[int | None] = mapped_column(BigInteger)
    """The most that one party may get from all funds of the instance together."""
    approvals_needed: Mapped[int] = mapped_column(default=1)
    second_release_from_cents: Mapped[int | None] = mapped_column(BigInteger)
    """A batch of this total or more takes two people to release; empty: one is enough."""
    cooling_off_days: Mapped[int] = mapped_column(default=3, server_default="3")
    """How long nothing is paid to an account that took the place of another."""
    watched_countries: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Countries (ISO codes) the fund looks at twice, beside the list that comes with the program."""
    themes: Mapped[list[Any]] = mapped_column(default=list)
    contact: Mapped[dict[str, Any]] = mapped_column(default=dict)
    brand: Mapped[str] = mapped_column(default="#1d4f91")
    logo_id: Mapped[int | None] = fk("file.id", index=False)
    claim_window_months: Mapped[int] = mapped_column(default=6, server_default="6")
    """How long after the planned end of a grant its milestones can be claimed."""
    idle_days: Mapped[int] = mapped_column(default=90, server_default="90")
    """How long a grant may be silent before its lead hears of it."""
    move_days: Mapped[int] = mapped_column(default=60, server_default="60")
    """How far a milestone may be moved without changing the agreement."""
    receipt_days: Mapped[int] = mapped_column(default=1, server_default="1")
    """Within how many days an application is to be confirmed; 0 is the same day."""
    agreement_days: Mapped[int] = mapped_column(default=60, server_default="60")
    """Within how many days of the award the agreement is to be signed by all."""
    payment_days: Mapped[int] = mapped_column(default=30, server_default="30")
    """Within how many days of the request a payment is to leave the bank (Directive 2011/7/EU: 30)."""
    licence_exceptions: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Licences by SPDX name that this fund accepts though they are not free."""
    claim_checklist: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """What an approver ticks: [{key, en, nl}]; empty for the list that comes with the program."""
    ends_on: Mapped[date | None]
    evaluation_due_on: Mapped[date | None]
    """By when the fund is to be evaluated; its managers hear of it."""
    created_at: Mapped[datetime]

    accounts: Mapped[list["FundAccount"]] = relationship(back_populates="fund")

    __table_args__ = (
        check("currency_iso", "length(currency) = 3"),
        check("approvals_some", "approvals_needed >= 1"),
        check(
            "second_release_positive", "second_release_from_cents IS NULL OR second_release_from_cents > 0"
        ),
        check("cooling_off_short", "cooling_off_days BETWEEN 0 AND 60"),
        check("prefix_short", "length(code_prefix) <= 8"),
        check(
            "claim_terms",
            "claim_window_months BETWEEN 0 AND 60 AND idle_days BETWEEN 7 AND 1000"
            " AND move_days BETWEEN 0 AND 1000",
        ),
        check(
            "service_terms",
            "receipt_days BETWEEN 0 AND 60 AND agreement_days BETWEEN 1 AND 365"
            " AND payment_days BETWEEN 1 AND 365",
        ),
        check("advance_share", "advance_percent BETWEEN 1 AND 100"),
        check(
            "caps_positive",
            "(cap_proposal_cents IS NULL OR cap_proposal_cents > 0)"
            " AND (cap_party_cents IS NULL OR cap_party_cents > 0)",
        ),
    )

    @property
    def fund_id(self) -> int:
        """The fund a rule looks at: itself."""
        return self.id


class FundAccount(Row, Base):
    """A bank account of the fund itself, from which it pays."""

    __tablename__ = "fund_account"

    fund_id: Mapped[int] = fk("fund.id")
    holder: Mapped[str]
    iban: Mapped[str] = mapped_column(unique=True)
    bic: Mapped[str | None]
    file_format: Mapped[FileFormat] = words(
        FileFormat, "file_format", default=FileFormat.PAIN_09, server_default="pain.001.001.09"
    )
    """What its bank takes in."""

    fund: Mapped[Fund] = relationship(back_populates="accounts")
