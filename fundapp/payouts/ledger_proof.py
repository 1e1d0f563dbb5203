"""Proving the ledger: sums that may never break, held against the rows they speak of; and writing it out.

Source of the invariants: domain model, section 5.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any, TextIO

from sqlalchemy import select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.db import db
from fundapp.funds.models import DEBIT_NORMAL, Account, Contribution, Fund, Posting
from fundapp.grants.models import Award
from fundapp.payouts.models import Payment, PaymentState
from fundapp.rounds.models import Round

COLUMNS = (
    "id", "at", "booked_on", "event", "key", "debit", "credit", "amount_cents", "amount", "currency", "gift",
    "giver", "round", "grant", "payment", "reverses", "actor",
)  # fmt: skip


@dataclass(frozen=True)
class Proof:
    """What was found. digest: over every posting in order; the same ledger gives the same digest."""

    postings: int
    gifts: int
    checks: int
    digest: str
    faults: list[str]


def prove(fund: Fund) -> Proof:
    """Prove the ledger of a fund; every fault is one sentence. Reads all its postings once."""
    books = _Books(fund)
    faults = [*books.below_zero(), *books.reversals(), *_awards(fund, books), *_payments(fund, books)]
    return Proof(books.count, len(books.gifts), books.checks, books.digest, faults)


class _Books:
    """Balances by account, gift, grant and payment, read from the postings in their order."""

    def __init__(self, fund: Fund) -> None:
        self.count, self.checks = 0, 0
        self.by_gift: dict[tuple[int | None, Account], int] = defaultdict(int)
        self.by_award: dict[tuple[int | None, Account], int] = defaultdict(int)
        self.by_payment: dict[tuple[int | None, Account], int] = defaultdict(int)
        self.gifts: set[int | None] = set()
        self.rows: dict[int, Any] = {}
        self.reversing: list[Any] = []
        chain = sha256()
        for row in _postings(fund):
            self.count += 1
            chain.update("|".join(map(str, row)).encode())
            self._take(row)
        self.digest = chain.hexdigest()

    def _take(self, row: Any) -> None:
        self.gifts.add(row.contribution_id)
        for account, sign in ((row.debit, 1), (row.credit, -1)):
            cents = row.amount_cents * (sign if account in DEBIT_NORMAL else -sign)
            self.by_gift[row.contribution_id, account] += cents
            if row.award_id is not None:
                self.by_award[row.award_id, account] += cents
            if row.payment_id is not None:
                self.by_payment[row.payment_id, account] += cents
        self.rows[row.id] = (row.debit, row.credit, row.amount_cents)
        if row.reverses_id is not None:
            self.reversing.append(row)

    def below_zero(self) -> Iterator[str]:
        """No account goes below zero, for no gift."""
        for (gift, account), cents in self.by_gift.items():
            self.checks += 1
            if cents < 0:
                yield f"gift {gift}: {account.value} stands at {cents} cents"

    def reversals(self) -> Iterator[str]:
        """What takes a posting back is its mirror."""
        for row in self.reversing:
            self.checks += 1
            debit, credit, cents = self.rows.get(row.reverses_id, (None, None, None))
            if (row.credit, row.debit, row.amount_cents) != (debit, credit, cents):
                yield f"posting {row.id} does not mirror posting {row.reverses_id}"


def _postings(fund: Fund) -> Iterator[Any]:
    columns = (
        Posting.id, Posting.key, Posting.event, Posting.booked_on, Posting.at, Posting.debit, Posting.credit,
        Posting.amount_cents, Posting.contribution_id, Posting.round_id, Posting.award_id,
        Posting.milestone_id, Posting.payment_id, Posting.reverses_id, Posting.actor_id,
    )  # fmt: skip
    chosen = select(*columns).where(Posting.fund_id == fund.id).order_by(Posting.id)
    yield from db.session.execute(chosen.execution_options(yield_per=2000))


def _awards(fund: Fund, books: _Books) -> Iterator[str]:
    """What the ledger holds and paid for a grant is what was granted."""
    rows = db.session.execute(
        select(Award.id, Award.amount_cents, Award.state).where(Award.fund_id == fund.id)
    )
    for id, granted, state in rows:
        books.checks += 1
        held = sum(
            books.by_award[id, account] for account in (Account.COMMITTED, Account.APPROVED, Account.ORDERED)
        )
        net = held - books.by_award[id, Account.BANK]
        if net != granted:
            yield f"grant {id} ({state.value}): {net} cents in the ledger, {granted} granted"


def _payments(fund: Fund, books: _Books) -> Iterator[str]:
    """A payment that is at the bank or paid stands so in the ledger, to the cent; others do not."""
    rows = db.session.execute(
        select(Payment.id, Payment.end_to_end_id, Payment.state, Payment.amount_cents).where(
            Payment.fund_id == fund.id
        )
    )
    for id, reference, state, cents in rows:
        books.checks += 1
        ordered, paid = books.by_payment[id, Account.ORDERED], -books.by_payment[id, Account.BANK]
        wanted = (cents * (state is PaymentState.ORDERED), cents * (state is PaymentState.PAID))
        if (ordered, paid) != wanted:
            yield f"payment {reference} is {state.value}: the ledger has {ordered} ordered and {paid} paid"


def write(fund: Fund, stream: TextIO) -> int:
    """Write every posting of a fund as CSV, oldest first, and give how many there are."""
    actor, gift = aliased(User), aliased(Contribution)
    rows = db.session.execute(
        select(Posting, gift.reference, gift.giver, gift.is_anonymous, Round.slug, Application.code,
               Payment.end_to_end_id, actor.email)
        .outerjoin(gift, gift.id == Posting.contribution_id)
        .outerjoin(Round, Round.id == Posting.round_id)
        .outerjoin(Award, Award.id == Posting.award_id)
        .outerjoin(Application, Application.id == Award.application_id)
        .outerjoin(Payment, Payment.id == Posting.payment_id)
        .outerjoin(actor, actor.id == Posting.actor_id)
        .where(Posting.fund_id == fund.id)
        .order_by(Posting.id)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    out = csv.writer(stream)
    out.writerow(COLUMNS)
    number = 0
    for row, reference, giver, is_anonymous, slug, code, end_to_end_id, email in rows:
        number += 1
        out.writerow(
            [
                row.id, row.at.isoformat(), row.booked_on.isoformat(), row.event, row.key, row.debit.value,
                row.credit.value, row.amount_cents, f"{Decimal(row.amount_cents) / 100:.2f}", fund.currency,
                reference or "",
                "" if is_anonymous else _safe(giver or ""), slug or "", code or "", end_to_end_id or "",
                row.reverses_id or "", email or "",
            ]
        )  # fmt: skip
    return number


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
