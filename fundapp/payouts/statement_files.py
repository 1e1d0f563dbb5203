"""A file the bank sends back: who takes it in, whether it is here already, and that it is kept."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from fundapp.config import Settings
from fundapp.core import audit, files
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.payouts import incoming
from fundapp.payouts.models import BankStatement, Payment, StatementKind

Tell = Callable[[int, int], object]
"""Hears how many movements of how many are looked at."""


@dataclass(frozen=True)
class Taken:
    """One statement that was taken in, or that was here already."""

    statement: BankStatement
    is_new: bool


@dataclass
class Hand:
    """Who takes in, when, with which keys, and the file it is about. again: how often a key was repeated."""

    fund: Fund
    actor: Any
    at: datetime
    settings: Settings
    content: bytes
    name: str
    tell: Tell = lambda done, total: None
    again: Counter[str] = field(default_factory=Counter)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the file."""
        return sha256(self.content).hexdigest()

    @cached_property
    def known(self) -> incoming.Known:
        """What money that comes in may name; asked once a statement, and only where some came in."""
        return incoming.Known(self.fund)


def known(kind: StatementKind, hand: Hand, number: str, bank_id: str) -> BankStatement | None:
    """Give the statement that was taken in before under the same number of the bank; None: it is new."""
    return db.session.scalar(
        select(BankStatement).where(
            BankStatement.fund_id == hand.fund.id,
            BankStatement.kind == kind,
            BankStatement.iban == number,
            BankStatement.bank_id == bank_id,
        )
    )


def keep(row: BankStatement, hand: Hand) -> None:
    """Keep a statement with its file, beside the log."""
    kept = files.keep(
        hand.fund, hand.content, name=hand.name, media_type="application/xml",
        actor_id=hand.actor.id if hand.actor else None, at=hand.at, kind=row.kind.value,
    )  # fmt: skip
    row.file_id = kept.id
    row.taken_by, row.taken_at = (hand.actor.id if hand.actor else None), hand.at
    db.session.add(row)
    db.session.flush()  # its lines refer to it
    audit.record("take_in", row, actor=hand.actor, at=hand.at, detail={"bank_id": row.bank_id})


def payments_of(references: set[str], hand: Hand) -> dict[str, Payment]:
    """Give our payments by their end-to-end reference."""
    found = db.session.scalars(
        select(Payment).where(Payment.fund_id == hand.fund.id, Payment.end_to_end_id.in_(references - {""}))
    )
    return {one.end_to_end_id: one for one in found}
