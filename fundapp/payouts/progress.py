"""How far the milestones of a grant are, and what was asked for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.core.db import db
from fundapp.grants.models import Award, BankAccount, Milestone
from fundapp.payouts.models import Claim, ClaimLine, ClaimState, Payment, PaymentState
from fundapp.payouts.workflow import BOUNCED, CLAIM_WORDS, OWN_CLAIM_WORDS, SENT

DEAD = (ClaimState.REFUSED, ClaimState.WITHDRAWN)


@dataclass(frozen=True)
class Request:
    """A request with the newest payment made for it, if any."""

    claim: Claim
    payment: Payment | None

    def words(self, *, own: bool) -> tuple[str, Any]:
        """Say where it stands, to the grantee or to the office, as (shape, words)."""
        state = self.claim.state
        if self.payment is not None and state is ClaimState.APPROVED:
            if self.payment.state is PaymentState.ORDERED:
                return SENT
            if self.payment.state is PaymentState.RETURNED:
                return BOUNCED
        return (OWN_CLAIM_WORDS if own else CLAIM_WORDS)[state]

    @property
    def paid_on(self) -> date | None:
        """The day the bank paid it."""
        is_paid = self.payment is not None and self.payment.state is PaymentState.PAID
        return self.payment.paid_on if is_paid and self.payment is not None else None


@dataclass(frozen=True)
class Step:
    """A milestone with what was asked for it, in cents, and its live requests."""

    milestone: Milestone
    level: int
    amount_cents: int
    has_parts: bool
    asked_cents: int
    requests: list[tuple[Request, ClaimLine]]

    @property
    def rest_cents(self) -> int:
        """What can still be asked for."""
        return 0 if self.has_parts else self.milestone.amount_cents - self.asked_cents


@dataclass(frozen=True)
class Progress:
    """All there is to show about the work on a grant. account: the live one of its first payee."""

    steps: list[Step]
    requests: list[Request]
    account: BankAccount | None


def progress(award: Award) -> Progress:
    """Gather milestones, requests and the account of a grant, in four statements."""
    milestones = list(
        db.session.scalars(
            select(Milestone).where(Milestone.award_id == award.id).order_by(Milestone.position, Milestone.id)
        )
    )
    claims = db.session.scalars(
        select(Claim)
        .where(Claim.award_id == award.id)
        .options(joinedload(Claim.lines), joinedload(Claim.bank_account))
        .order_by(Claim.number)
    ).unique()
    payments = {payment.claim_id: payment for payment in _payments(award)}
    requests = [Request(claim, payments.get(claim.id)) for claim in claims]
    return Progress([_step(one, milestones, requests) for one in milestones], requests, _account(award))


def _payments(award: Award) -> Sequence[Payment]:
    """List the payments of a grant, oldest first, without those that were taken out of a batch."""
    statement = (
        select(Payment)
        .join(Claim, Claim.id == Payment.claim_id)
        .where(Claim.award_id == award.id, Payment.state != PaymentState.REMOVED)
    )
    return db.session.scalars(statement.order_by(Payment.id)).all()


def _account(award: Award) -> BankAccount | None:
    party_id = award.application.party_id
    return db.session.scalar(
        select(BankAccount).where(BankAccount.party_id == party_id, BankAccount.retired_at.is_(None))
    )


def _step(milestone: Milestone, every: list[Milestone], requests: list[Request]) -> Step:
    parts = [one.amount_cents for one in every if one.parent_id == milestone.id]
    asked = [
        (request, line)
        for request in requests
        if request.claim.state not in DEAD
        for line in request.claim.lines
        if line.milestone_id == milestone.id
    ]
    return Step(
        milestone=milestone,
        level=1 if milestone.parent_id else 0,
        amount_cents=sum(parts) or milestone.amount_cents,
        has_parts=bool(parts),
        asked_cents=sum(line.amount_cents for _request, line in asked),
        requests=asked,
    )
