"""Proving the ledger: sums that may never break, held against the rows they speak of; and writing it out.

Source of the invariants: domain model, section 5.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from fundapp.core.db import db
from fundapp.funds import invariants, seals
from fundapp.funds.invariants import Books
from fundapp.funds.models import Account, Fund
from fundapp.grants.models import Agreement, Award
from fundapp.payouts.models import Payment, PaymentState


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
    faults += _offers(fund, books)
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


def _offers(fund: Fund, books: Books) -> Iterator[str]:
    """What is promised without a grant is what changes that are offered would add."""
    held = select(func.coalesce(func.sum(Agreement.held_cents), 0)).where(Agreement.fund_id == fund.id)
    books.checks += 1
    offered = int(db.session.scalar(held) or 0)
    promised = books.total(Account.COMMITTED) - books.of_awards(Account.COMMITTED)
    if promised != offered:
        yield f"{promised} cents are kept for offered changes, the offers add {offered}"


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
