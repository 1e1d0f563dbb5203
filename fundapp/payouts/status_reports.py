"""Verdicts of the bank on a file of payments: each held against its payment."""

from flask_babel import gettext as _

from fundapp.core.db import db
from fundapp.payouts import payments
from fundapp.payouts.bank_answers import REFUSED, Status, Verdict
from fundapp.payouts.models import (
    BankStatement,
    Batch,
    LineState,
    Payment,
    PaymentState,
    StatementKind,
    StatementLine,
)
from fundapp.payouts.statement_files import Hand, Taken, keep, known, payments_of


def take_in(read: Status, batch: Batch, hand: Hand) -> Taken:
    """Take in one report (pain.002) about a batch: what the bank refused comes back, the rest is noted."""
    before = known(StatementKind.STATUS, hand, "", read.id)
    if before is not None:
        return Taken(before, is_new=False)
    row = BankStatement(
        fund_id=hand.fund.id, kind=StatementKind.STATUS, sha256=hand.digest, bank_id=read.id, iban=""
    )
    keep(row, hand)
    for place, verdict in enumerate(_verdicts(read, batch)):
        line = _judged(verdict, hand)
        line.statement_id, line.fund_id, line.bank_key = row.id, hand.fund.id, f"{read.id}|{place}"
        db.session.add(line)
        db.session.flush()
    db.session.expire(row, ["lines"])
    return Taken(row, is_new=True)


def _verdicts(read: Status, batch: Batch) -> list[Verdict]:
    """Give a verdict for each payment: as named, or the verdict on the whole file for all of them."""
    if read.verdicts:
        return list(read.verdicts)
    sent = [one for one in batch.payments if one.state is PaymentState.ORDERED]
    return [Verdict(one.end_to_end_id, read.status, read.reason) for one in sent]


def _judged(verdict: Verdict, hand: Hand) -> StatementLine:
    payment = payments_of({verdict.end_to_end_id}, hand).get(verdict.end_to_end_id)
    line = StatementLine(
        state=LineState.NOTED, end_to_end_id=verdict.end_to_end_id[:35], text=verdict.status,
        why=verdict.reason, payment_id=payment.id if payment else None,
        amount_cents=payment.amount_cents if payment else None,
    )  # fmt: skip
    if payment is None:
        line.state, line.why = LineState.UNMATCHED, str(_("no payment has this reference"))
    elif verdict.status == REFUSED:
        line.state = _refused(payment, verdict, hand)
    return line


def _refused(payment: Payment, verdict: Verdict, hand: Hand) -> LineState:
    if payment.state is PaymentState.RETURNED:
        return LineState.KNOWN
    if payment.state is not PaymentState.ORDERED:
        return LineState.UNMATCHED
    said = verdict.reason or str(_("The bank refused it."))
    payments.return_payment(payment, said[:500], actor=hand.actor, at=hand.at)
    return LineState.RETURNED
