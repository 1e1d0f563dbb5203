"""What claims and payments write in the ledger: one movement for each milestone, under keys that fit once."""

from datetime import datetime
from typing import Any

from fundapp.funds import ledger
from fundapp.funds.ledger import Step, Where
from fundapp.funds.models import Fund
from fundapp.payouts.models import Claim, ClaimLine, Payment, Signoff


def approve(claim: Claim, signoff: Signoff, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Committed to approved. Raises NotEnough when the grant has less left."""
    for line in claim.lines:
        key = f"approve:{claim.id}:{signoff.number}:{line.milestone_id}"
        source, onto = Where(award_id=claim.award_id), _onto(claim, line)
        ledger.move(
            fund, ledger.APPROVE, key, line.amount_cents, at_source=source, onto=onto, actor=actor, at=at
        )


def void(claim: Claim, signoff: Signoff, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Approved back to committed."""
    for line in claim.lines:
        key = f"void:{claim.id}:{signoff.number}:{line.milestone_id}"
        source, onto = _approved(claim, line), _onto(claim, line)
        ledger.move(
            fund, ledger.VOID, key, line.amount_cents, at_source=source, onto=onto, actor=actor, at=at
        )


def order(payment: Payment, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Approved to ordered: the bank has the file."""
    _each_line(ledger.ORDER, payment, fund, actor=actor, at=at)


def reject(payment: Payment, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Ordered back to approved: the bank did not carry it out."""
    _each_line(ledger.REJECT, payment, fund, actor=actor, at=at)


def pay(payment: Payment, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Ordered to the bank: the money left."""
    _each_line(ledger.PAY, payment, fund, actor=actor, at=at)


def take_back(payment: Payment, fund: Fund, *, actor: Any, at: datetime) -> None:
    """From the bank back to approved: the money returned."""
    _each_line(ledger.RETURN, payment, fund, actor=actor, at=at)


def _each_line(step: Step, payment: Payment, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Move what a payment pays, milestone by milestone; before it is ordered it has no name in the ledger."""
    claim = payment.claim
    for line in claim.lines:
        source = _approved(claim, line) if step is ledger.ORDER else _sent(payment, line)
        onto = _onto(claim, line, payment.id)
        key = f"{step.event}:{payment.id}:{line.milestone_id}"
        ledger.move(fund, step, key, line.amount_cents, at_source=source, onto=onto, actor=actor, at=at)


def _approved(claim: Claim, line: ClaimLine) -> Where:
    return Where(award_id=claim.award_id, milestone_id=line.milestone_id)


def _sent(payment: Payment, line: ClaimLine) -> Where:
    return Where(milestone_id=line.milestone_id, payment_id=payment.id)


def _onto(claim: Claim, line: ClaimLine, payment_id: int | None = None) -> Where:
    return Where(
        round_id=claim.award.round_id,
        award_id=claim.award_id,
        milestone_id=line.milestone_id,
        payment_id=payment_id,
    )
