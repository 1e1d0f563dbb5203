"""Proving the ledger: sums that may never break, held against the rows they speak of; and writing it out.

Source of the invariants: domain model, section 5.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TextIO

from sqlalchemy import select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.db import db
from fundapp.funds import invariants, seals
from fundapp.funds.invariants import Books
from fundapp.funds.models import Account, Contribution, Fund, Posting
from fundapp.grants.models import Award
from fundapp.payouts.models import Payment, PaymentState
from fundapp.rounds.models import Round

COLUMNS = (
    "id", "at", "booked_on", "event", "key", "debit", "credit", "amount_cents", "amount", "currency", "gift",
    "giver", "round", "grant", "payment", "reverses", "actor",
)  # fmt: skip


@dataclass(frozen=True)
class Proof:
    """What was found. digest: of the chain over every posting; the same ledger gives the same digest."""

    postings: int
    gifts: int
    checks: int
    unsealed: int
    digest: str
    faults: list[str]


def prove(fund: Fund) -> Proof:
    """Prove the ledger of a fund: sums, seals, and the rows it speaks of; every fault is one sentence."""
    books, chain = Books(invariants.rows_of(fund)), seals.check(fund)
    faults = [*invariants.broken(books), *chain.faults, *_awards(fund, books), *_payments(fund, books)]
    checks = books.checks + chain.sealed
    return Proof(books.count, len(books.gifts), checks, chain.unsealed, chain.head, faults)


def _awards(fund: Fund, books: Books) -> Iterator[str]:
    """What the ledger holds and paid for a grant is what was granted."""
    rows = db.session.execute(
        select(Award.id, Award.amount_cents, Award.state).where(Award.fund_id == fund.id)
    )
    for id, granted, state in rows:
        books.checks += 1
        net = books.net(id) - books.written_off[id]
        if net != granted:
            yield f"grant {id} ({state.value}): {net} cents in the ledger, {granted} granted"


def _payments(fund: Fund, books: Books) -> Iterator[str]:
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
