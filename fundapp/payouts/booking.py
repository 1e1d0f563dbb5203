"""What claims and payments write in the ledger, under keys that fit once.

A request for milestones is one movement for each of them. A request about the whole grant, an advance
or the rest after the settlement, is one movement that names no milestone.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused
from fundapp.funds import ledger
from fundapp.funds.ledger import Step, Where
from fundapp.funds.models import Fund
from fundapp.grants import shares
from fundapp.grants.models import BankAccount
from fundapp.payouts import queries
from fundapp.payouts.models import AccountState, Claim, ClaimKind, Payment, Signoff

Part = tuple[int | None, int]
"""(milestone, cents) of one movement."""


def _parts(claim: Claim) -> Iterator[Part]:
    if claim.kind is not ClaimKind.MILESTONES:
        yield None, claim.amount_cents
        return
    for line in claim.lines:
        yield line.milestone_id, line.amount_cents


def _key(event: str, id: int, *rest: int | None) -> str:
    return ":".join([event, str(id), *("whole" if part is None else str(part) for part in rest)])


def approve(claim: Claim, signoff: Signoff, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Committed to approved; an advance leaves the grant promised in full, and counts as to be settled.

    Raises NotEnough when the grant has less left, and MoveRefused for the rest of a grant whose final
    account is not approved.
    """
    if claim.kind is ClaimKind.SETTLEMENT:
        _check_settled(claim)
    step = ledger.ADVANCE if claim.kind is ClaimKind.ADVANCE else ledger.APPROVE
    shares.take(claim.award, _paid_party(signoff), claim.amount_cents)
    for milestone_id, cents in _parts(claim):
        key = _key("approve", claim.id, signoff.number, milestone_id)
        source, onto = Where(award_id=claim.award_id), _onto(claim, milestone_id)
        ledger.move(fund, step, key, cents, at_source=source, onto=onto, actor=actor, at=at)


def _paid_party(signoff: Signoff) -> int:
    """Give the party that was approved: the request itself may have changed since."""
    account = db.session.get(BankAccount, signoff.bank_account_id)
    assert account is not None  # noqa: S101 - the key of the sign-off sees to it
    return account.party_id


def _check_settled(claim: Claim) -> None:
    account = queries.final_account(claim.award)
    if account is None or account.state is not AccountState.APPROVED:
        raise MoveRefused(_("Approve the final account; its request for the rest follows from it."))


def void(claim: Claim, signoff: Signoff, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Approved back to committed; of an advance, back to where no advance was given."""
    step = ledger.ADVANCE_VOID if claim.kind is ClaimKind.ADVANCE else ledger.VOID
    shares.give_back(claim.award, _paid_party(signoff), signoff.amount_cents)
    for milestone_id, cents in _parts(claim):
        key = _key("void", claim.id, signoff.number, milestone_id)
        source, onto = _approved(claim, milestone_id), _onto(claim, milestone_id)
        ledger.move(fund, step, key, cents, at_source=source, onto=onto, actor=actor, at=at)


def order(payment: Payment, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Approved to ordered: the bank has the file."""
    _each_part(ledger.ORDER, payment, fund, actor=actor, at=at)


def reject(payment: Payment, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Ordered back to approved: the bank did not carry it out."""
    _each_part(ledger.REJECT, payment, fund, actor=actor, at=at)


def pay(payment: Payment, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Ordered to the bank: the money left."""
    _each_part(ledger.PAY, payment, fund, actor=actor, at=at)


def take_back(payment: Payment, fund: Fund, *, actor: Any, at: datetime) -> None:
    """From the bank back to approved: the money returned."""
    _each_part(ledger.RETURN, payment, fund, actor=actor, at=at)


def _each_part(step: Step, payment: Payment, fund: Fund, *, actor: Any, at: datetime) -> None:
    """Move what a payment pays, part by part; before it is ordered it has no name in the ledger."""
    claim = payment.claim
    for milestone_id, cents in _parts(claim):
        is_first = step is ledger.ORDER
        source = _approved(claim, milestone_id) if is_first else _sent(payment, milestone_id)
        onto = _onto(claim, milestone_id, payment.id)
        key = _key(step.event, payment.id, milestone_id)
        ledger.move(fund, step, key, cents, at_source=source, onto=onto, actor=actor, at=at)


def _approved(claim: Claim, milestone_id: int | None) -> Where:
    return Where(award_id=claim.award_id, milestone_id=milestone_id)


def _sent(payment: Payment, milestone_id: int | None) -> Where:
    return Where(milestone_id=milestone_id, payment_id=payment.id)


def _onto(claim: Claim, milestone_id: int | None, payment_id: int | None = None) -> Where:
    return Where(
        round_id=claim.award.round_id,
        award_id=claim.award_id,
        milestone_id=milestone_id,
        payment_id=payment_id,
    )
