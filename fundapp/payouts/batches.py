"""Batches: released by a third person in one file that never changes, or cancelled."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications.rules import barred, partner
from fundapp.config import Settings
from fundapp.core import clock, files
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds.models import Fund
from fundapp.funds.queries import own_account
from fundapp.grants.hold import hold
from fundapp.grants.sealing import unseal
from fundapp.payouts import bank_file, booking, queries
from fundapp.payouts.models import Batch, BatchState, Payment, PaymentState
from fundapp.payouts.payments import return_payment, take_out
from fundapp.payouts.service import check_account
from fundapp.payouts.workflow import batches, payments
from fundapp.rounds.reading import digest_of


def release_batch(
    batch: Batch, pay_on: date, shown_digest: str, *, settings: Settings, actor: User, at: datetime
) -> files.File:
    """Release a batch: the file for the bank is made once and kept, and all its money is ordered.

    pay_on: the day the bank is asked to pay, today or later. shown_digest: of the list that was on
    the page. Raises ChangedMeanwhile when the list is another by now, MoveRefused when the actor is
    not finance or asked for or approved one of the payments, UnusableBatch for what a bank would refuse.
    """
    fund = hold(batch)
    listed = _listed(batch)
    if list_digest(listed) != shown_digest:
        raise ChangedMeanwhile(_("The batch was changed while you had it open. Look at its lines again."))
    if not batches.allows("release", actor, batch):
        raise MoveRefused(_("This batch is released already, or it is not yours to release."))
    if pay_on < clock.day(at, fund.zone):
        raise Refusal(_("The day of payment has passed."))
    for payment in listed:
        _check(payment, actor)
    batch.pay_on = pay_on
    content = _file(batch, listed, fund, settings, at)
    kept = files.keep(
        batch,
        content,
        name=f"{batch.message_id}.xml",
        media_type="application/xml",
        actor_id=actor.id,
        at=at,
        kind=bank_file.SCHEMA,
    )
    _mark_released(batch, listed, kept, content, actor=actor, at=at)
    for payment in listed:
        payment.released_by = actor.id
        payments.make("order", payment, actor=actor, at=at)
        booking.order(payment, fund, actor=actor, at=at)
    return kept


def _listed(batch: Batch) -> list[Payment]:
    """Give the payments to be sent, in the order of the file."""
    return [payment for payment in batch.payments if payment.state is PaymentState.LISTED]


def list_digest(listed: Sequence[Any]) -> str:
    """Give the SHA-256 of a list of payments: which, how much, to which account."""
    return digest_of(
        {"lines": [[one.end_to_end_id, one.amount_cents, one.bank_account_id] for one in listed]}
    )


def _check(payment: Payment, actor: User) -> None:
    """Refuse a payment whose releaser had a hand in it, or that is no longer what was approved."""
    code = payment.claim.code
    if actor.id in (payment.claimed_by, payment.approved_by):
        raise MoveRefused(
            _("%(code)s: you asked for it or checked it, so somebody else releases it.", code=code)
        )
    if barred(actor, payment) or partner(actor, payment):
        raise MoveRefused(_("%(code)s: you have a tie to this project. Take it out first.", code=code))
    signoff = queries.live_signoff(payment.claim)
    if signoff is None or signoff.number != payment.signoff_number or signoff.digest != payment.claim.digest:
        raise MoveRefused(_("%(code)s: its approval does not stand any more. Take it out first.", code=code))
    check_account(payment.claim)


def _file(batch: Batch, listed: list[Payment], fund: Fund, settings: Settings, at: datetime) -> bytes:
    account = own_account(fund.id)
    if account is None:
        raise Refusal(_("The fund has no bank account of its own to pay from yet."))
    return bank_file.write(
        bank_file.BankFile(
            message_id=batch.message_id,
            debtor_name=account.holder,
            debtor_iban=account.iban,
            debtor_bic=account.bic,
            execution_on=batch.pay_on,
            created_at=at,
            currency=fund.currency,
            lines=[_line(payment, settings) for payment in listed],
        )
    )


def _line(payment: Payment, settings: Settings) -> bank_file.Line:
    """The only place where an account stands whole."""
    account = payment.claim.bank_account
    return bank_file.Line(
        end_to_end_id=payment.end_to_end_id,
        creditor_name=unseal(account.holder_sealed, settings),
        iban=unseal(account.iban_sealed, settings),
        bic=account.bic,
        amount_cents=payment.amount_cents,
        creditor_reference=payment.claim.reference,
    )


def _mark_released(
    batch: Batch, listed: list[Payment], kept: files.File, content: bytes, *, actor: User, at: datetime
) -> None:
    batch.file_id, batch.digest = kept.id, sha256(content).hexdigest()
    batch.total_cents = sum(payment.amount_cents for payment in listed)
    batch.released_by, batch.released_at = actor.id, at
    detail = {"digest": batch.digest, "total_cents": batch.total_cents, "payments": len(listed)}
    batches.make("release", batch, actor=actor, at=at, detail=detail)
    db.session.flush()  # payments refer to the batch and its releaser together


def cancel_batch(batch: Batch, note: str, *, actor: User, at: datetime) -> None:
    """Cancel a batch: an open one gives its payments free, a released one the bank refused as a whole.

    Raises MoveRefused when the bank paid part of it: then each payment is marked by itself.
    """
    hold(batch)
    if not batches.allows("cancel", actor, batch):
        raise MoveRefused(_("This batch cannot be cancelled any more."))
    if any(one.state in (PaymentState.PAID, PaymentState.RETURNED) for one in batch.payments):
        raise MoveRefused(_("The bank answered for a part of this batch. Mark each payment by itself."))
    was_released = batch.state is BatchState.RELEASED
    batches.make("cancel", batch, actor=actor, at=at, note=note)
    db.session.flush()  # a cancelled batch does not settle when its payments come back
    for payment in batch.payments:
        if payment.state is PaymentState.LISTED:
            take_out(payment, actor=actor, at=at)
        elif was_released and payment.state is PaymentState.ORDERED:
            return_payment(payment, note, actor=actor, at=at)
