"""Single payments: put in a batch, taken out, paid, come back."""

from datetime import date, datetime

from flask_babel import gettext as _

from fundapp.accounts.models import Party, User
from fundapp.core import audit, clock, counters, references
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds.models import Fund
from fundapp.grants.account_checks import why_not_usable
from fundapp.grants.hold import hold
from fundapp.grants.letters import queue
from fundapp.payouts import booking, queries
from fundapp.payouts.bank_days import next_bank_day
from fundapp.payouts.bank_lines import party_fault
from fundapp.payouts.models import Batch, BatchState, Claim, ClaimState, Payment, PaymentState
from fundapp.payouts.rules import PAY
from fundapp.payouts.workflow import batches, payments, workflow

FINAL = (PaymentState.REMOVED, PaymentState.PAID, PaymentState.RETURNED)


def list_payment(claim: Claim, *, actor: User, at: datetime) -> Payment:
    """Put an approved request in the fund's open batch and give the payment; makes the batch when needed.

    Raises MoveRefused: not finance, not approved, or in a batch already; Refusal for an account
    that is not confirmed, no longer in use or cooling off, for an address without town or country, and
    in a fund that does not count in euro.
    """
    fund = hold(claim)
    signoff = queries.live_signoff(claim)
    if not PAY(actor, claim) or claim.state is not ClaimState.APPROVED or signoff is None:
        raise MoveRefused(_("Only finance pays, and only what is approved."))
    if queries.live_payment(claim) is not None:
        raise MoveRefused(_("This request is in a batch already."))
    if fund.currency != "EUR":
        raise Refusal(
            _(
                "The file for the bank is a SEPA file, and SEPA pays in euro only. This fund counts in"
                " %(currency)s: it cannot pay from here.",
                currency=fund.currency,
            )
        )
    fault = why_not_usable(claim.bank_account, zone=fund.zone, at=at) or party_fault(_party(claim))
    if fault:
        raise Refusal(fault)
    batch = open_batch(fund, actor=actor, at=at)
    forget_first_release(batch, actor=actor, at=at)
    payment = Payment(
        fund_id=fund.id,
        claim_id=claim.id,
        batch_id=batch.id,
        signoff_number=signoff.number,
        claimed_by=signoff.claimed_by,
        approved_by=signoff.approved_by,
        amount_cents=signoff.amount_cents,
        bank_account_id=signoff.bank_account_id,
        end_to_end_id=references.end_to_end_id(claim.code, queries.attempts(claim) + 1),
        state_at=at,
    )
    db.session.add(payment)
    db.session.flush()  # a second live payment of this request is refused here
    audit.record("list", payment, actor=actor, at=at, detail={"batch": batch.number})
    return payment


def open_batch(fund: Fund, *, actor: User, at: datetime) -> Batch:
    """Give the batch that payments are put in now, or a new one. The fund is locked by who calls."""
    found = queries.open_batch_of(fund.id)
    if found is not None:
        return found
    number = counters.next_number(f"batch:{fund.id}")
    made = Batch(
        fund_id=fund.id,
        number=number,
        message_id=references.message_id(fund.slug, number),
        pay_on=next_bank_day(clock.day(at, fund.zone)),
        state_at=at,
        created_at=at,
    )
    db.session.add(made)
    audit.record("open", made, actor=actor, at=at)
    return made


def remove(payment: Payment, *, actor: User, at: datetime) -> None:
    """Take a payment out of a batch that is not released; the request stays approved."""
    hold(payment)
    take_out(payment, actor=actor, at=at)


def take_out(payment: Payment, *, actor: User | None, at: datetime, keeps_release: bool = False) -> None:
    """Take a payment out of its batch. The fund is locked by who calls.

    keeps_release: the first of two releasers did not count on it, so their release stands.
    """
    if not keeps_release:
        forget_first_release(payment.batch, actor=actor, at=at)
    payments.make("remove", payment, actor=actor, at=at)
    db.session.flush()  # the request may be put in a batch again in this transaction


def forget_first_release(batch: Batch, *, actor: User | None, at: datetime) -> None:
    """Let the release by the first of two people fall away: what they saw is not what would go."""
    if batch.signed_by is not None:
        batch.signed_by = batch.signed_at = batch.signed_digest = None
        audit.record("unsign", batch, actor=actor, at=at)


def _party(claim: Claim) -> Party:
    return db.session.get_one(Party, claim.party_id)


def mark_paid(payment: Payment, paid_on: date, *, actor: User | None, at: datetime) -> None:
    """Record that the bank carried a payment out.

    paid_on: the day on the statement, not in the future and not before the release. actor: None when
    a statement says so. The request is paid, the grantee has mail, and the batch is settled when this
    was its last payment.
    """
    fund = hold(payment)
    released = payment.batch.released_at
    today = clock.day(at, fund.zone)
    if paid_on > today or (released and paid_on < clock.day(released, fund.zone)):
        raise Refusal(
            _("The bank cannot have paid on that day: not before the release, and not after today.")
        )
    with db.session.no_autoflush:  # paid and its day are written together, or the database refuses
        payments.make("settle", payment, actor=actor, at=at, detail={"paid_on": paid_on.isoformat()})
        payment.paid_on, payment.marked_by = paid_on, actor.id if actor else None
    booking.pay(payment, fund, actor=actor, at=at)
    claim = payment.claim
    locked(Claim, claim.id)
    workflow.make("pay", claim, actor=actor, at=at)
    queue("payment-made", claim.award.application, str(payment.id), at=at, claim=claim, payment=payment)
    settle(payment.batch, actor=actor, at=at)


def return_payment(payment: Payment, note: str, *, actor: User | None, at: datetime) -> None:
    """Record that a payment came back, or was not carried out; the request is approved again."""
    fund = hold(payment)
    was_paid = payment.state is PaymentState.PAID
    payments.make("return", payment, actor=actor, at=at, note=note)
    give_back = booking.take_back if was_paid else booking.reject
    give_back(payment, fund, actor=actor, at=at)
    claim = payment.claim
    locked(Claim, claim.id)
    if claim.state is ClaimState.PAID:
        workflow.make("bounce", claim, actor=actor, at=at)
    queue("payment-returned", claim.award.application, str(payment.id), at=at, claim=claim, payment=payment)
    settle(payment.batch, actor=actor, at=at)


def settle(batch: Batch, *, actor: User | None, at: datetime) -> None:
    """Close a released batch when the bank has answered for each of its payments."""
    db.session.flush()  # the states above must be seen
    db.session.refresh(batch)
    if batch.state is BatchState.RELEASED and all(one.state in FINAL for one in batch.payments):
        batches.make("settle", batch, actor=actor, at=at)
