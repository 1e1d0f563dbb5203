"""Batches: released by a third person, or a third and a fourth, in one file for good; or cancelled."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.config import Settings
from fundapp.core import audit, clock, files
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds.models import Fund, FundAccount
from fundapp.funds.queries import own_account
from fundapp.grants.hold import hold
from fundapp.payouts import bank_file, bank_lines, booking, risks
from fundapp.payouts.bank_days import is_bank_day, next_bank_day
from fundapp.payouts.bank_lines import Told
from fundapp.payouts.hands import check_hands
from fundapp.payouts.models import Batch, BatchState, Payment, PaymentState
from fundapp.payouts.payments import return_payment, take_out
from fundapp.payouts.workflow import batches, payments
from fundapp.rounds.reading import digest_of

FRESH = timedelta(minutes=5)
"""For so long after the password was given anew a person may release."""
FARTHEST = timedelta(days=90)
"""How far ahead a bank may be asked to pay."""


def release_batch(
    batch: Batch,
    pay_on: date,
    shown_digest: str,
    *,
    settings: Settings,
    actor: User,
    at: datetime,
    proved_at: datetime | None,
) -> files.File | None:
    """Release a batch: the file for the bank is made once and kept, and all its money is ordered.

    From the fund's threshold two people release it one after the other; None: it waits for the second.
    pay_on: a bank day, today or later. shown_digest: of the payments that were to go on the page; those
    that cannot go are set aside. proved_at: when the actor last gave their password. Raises
    ChangedMeanwhile when other payments go by now, MoveRefused when the actor is not finance or asked for
    or approved one of them, Refusal for a warning without an answer, UnusableBatch for what a bank refuses.
    """
    fund = hold(batch)
    if not batches.allows("release", actor, batch):
        raise MoveRefused(_("This batch is released already, or it is not yours to release."))
    told = bank_lines.of_batch(batch, fund, settings, at)
    going = bank_lines.going(told)
    if not going:
        raise Refusal(_("There is nothing to pay in this batch."))
    if list_digest(going) != shown_digest:
        raise ChangedMeanwhile(_("The batch was changed while you had it open. Look at its lines again."))
    for payment in going:
        check_hands(payment, actor)
    _check_moment(pay_on, fund, proved_at, at)
    if open_ := risks.unanswered(risks.of_batch(batch.id, fund, at), [one.id for one in going]):
        raise Refusal(_("Answer each warning first: %(words)s.", words=open_[0].words))
    batch.pay_on = pay_on
    if needs_second(fund, going) and not _is_second(batch, shown_digest, actor):
        _release_first(batch, going, shown_digest, actor=actor, at=at)
        return None
    return _send(batch, told, fund, settings, actor=actor, at=at)


def list_digest(listed: Sequence[Any]) -> str:
    """Give the SHA-256 of a list of payments: which, how much, to which account."""
    return digest_of(
        {"lines": [[one.end_to_end_id, one.amount_cents, one.bank_account_id] for one in listed]}
    )


def needs_second(fund: Fund, going: Sequence[Any]) -> bool:
    """Tell whether payments of this sum take a second person to release them."""
    threshold = fund.second_release_from_cents
    return threshold is not None and sum(one.amount_cents for one in going) >= threshold


def is_first_released(batch: Batch, going: Sequence[Any]) -> bool:
    """Tell whether the first of two people released exactly these payments."""
    return batch.signed_by is not None and batch.signed_digest == list_digest(going)


def _is_second(batch: Batch, shown_digest: str, actor: User) -> bool:
    if batch.signed_by is None or batch.signed_digest != shown_digest:
        return False
    if batch.signed_by == actor.id:
        raise MoveRefused(_("You released this batch as the first; somebody else is the second."))
    return True


def _check_moment(pay_on: date, fund: Fund, proved_at: datetime | None, at: datetime) -> None:
    today = clock.day(at, fund.zone)
    if proved_at is None or not timedelta(0) <= at - proved_at <= FRESH:
        raise Refusal(_("Give your password again: a release needs a fresh sign-in."))
    if pay_on < today:
        raise Refusal(_("The day of payment has passed."))
    if not is_bank_day(pay_on):
        raise Refusal(
            _("Banks do not pay on %(day)s. The next bank day is %(next)s.", day=pay_on.isoformat(),
              next=next_bank_day(pay_on).isoformat())
        )  # fmt: skip
    if pay_on > today + FARTHEST:
        raise Refusal(_("This day of payment is too far ahead."))


def _release_first(batch: Batch, going: Sequence[Payment], digest: str, *, actor: User, at: datetime) -> None:
    batch.signed_by, batch.signed_at, batch.signed_digest = actor.id, at, digest
    total = sum(payment.amount_cents for payment in going)
    detail = {"digest": digest, "total_cents": total, "payments": len(going)}
    audit.record("release_first", batch, actor=actor, at=at, detail=detail)


def _send(
    batch: Batch, told: Sequence[Told], fund: Fund, settings: Settings, *, actor: User, at: datetime
) -> files.File:
    """Set aside what cannot go, make the file, and order the money of all that stands in it."""
    for one in told:
        if one.fault:
            set_aside(one.payment, one.fault, actor=actor, at=at)
    account = own_account(fund.id)
    if account is None:
        raise Refusal(_("The fund has no bank account of its own to pay from yet."))
    content = bank_file.write(_file(batch, told, account, fund, at))
    kept = files.keep(
        batch,
        content,
        name=f"{batch.message_id}.xml",
        media_type="application/xml",
        actor_id=actor.id,
        at=at,
        kind=account.file_format.value,
    )
    going = bank_lines.going(told)
    batch.format = account.file_format
    _mark_released(batch, going, kept, content, fund, actor=actor, at=at)
    for payment in going:
        payment.released_by, payment.second_released_by = batch.released_by, batch.second_released_by
        payments.make("order", payment, actor=actor, at=at)
        booking.order(payment, fund, actor=actor, at=at)
    return kept


def set_aside(payment: Payment, why: str, *, actor: User | None, at: datetime) -> None:
    """Take a payment that cannot go out of its batch, with the reason; the others go."""
    take_out(payment, actor=actor, at=at, keeps_release=True)
    audit.record("set_aside", payment, actor=actor, at=at, note=why)


def _file(
    batch: Batch, told: Sequence[Told], account: FundAccount, fund: Fund, at: datetime
) -> bank_file.BankFile:
    return bank_file.BankFile(
        message_id=batch.message_id,
        debtor_name=account.holder,
        debtor_iban=account.iban,
        debtor_bic=account.bic,
        execution_on=batch.pay_on,
        created_at=at,
        currency=fund.currency,
        lines=[one.line for one in told if one.line is not None and not one.fault],
        format=account.file_format,
    )


def _mark_released(
    batch: Batch,
    going: Sequence[Payment],
    kept: files.File,
    content: bytes,
    fund: Fund,
    *,
    actor: User,
    at: datetime,
) -> None:
    batch.file_id, batch.digest = kept.id, sha256(content).hexdigest()
    batch.total_cents = sum(payment.amount_cents for payment in going)
    batch.second_from_cents = fund.second_release_from_cents
    batch.released_by, batch.released_at = actor.id, at
    if needs_second(fund, going):
        batch.released_by, batch.released_at = batch.signed_by, batch.signed_at
        batch.second_released_by, batch.second_released_at = actor.id, at
    detail = {"digest": batch.digest, "total_cents": batch.total_cents, "payments": len(going)}
    batches.make("release", batch, actor=actor, at=at, detail=detail)
    db.session.flush()  # payments refer to the batch and its releasers together


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
