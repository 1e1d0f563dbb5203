"""Taking in what the bank sends back: each line held against its payment, nothing booked twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.config import Settings
from fundapp.core import iban
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Contribution, Fund, FundAccount
from fundapp.grants.sealing import mark
from fundapp.payouts import bank_answers, incoming, payments, status_reports
from fundapp.payouts.bank_answers import Entry, Status
from fundapp.payouts.models import (
    BankStatement,
    Batch,
    LineState,
    Payment,
    PaymentState,
    Recovery,
    StatementKind,
    StatementLine,
)
from fundapp.payouts.statement_files import Hand, Taken, Tell, keep, known, payments_of

AT_ONCE = 500
"""So many movements are held against our payments together."""


@dataclass(frozen=True)
class _Seen:
    """What some movements may be about: those told of before, by key, and our payments, by reference."""

    earlier: dict[str, Any]
    payments: dict[str, Payment]


def take_in(
    content: bytes,
    *,
    name: str,
    settings: Settings,
    actor: Any,
    at: datetime,
    fund: Fund | None = None,
    tell: Tell = lambda done, total: None,
) -> list[Taken]:
    """Take in a file of the bank: camt.053 or pain.002.

    fund: whose page it was given on; without it the account or message in the file tells whose it is.
    actor: None on the command line. tell: hears how far it is. Payments of a batch become paid or come
    back; what cannot be matched is kept with its reason. Raises UnreadableAnswer, and Refusal for
    another's account.
    """
    read = bank_answers.read(content)

    def hand(fund_id: int) -> Hand:
        return Hand(ledger.lock(fund_id), actor, at, settings, content, name, tell)

    if isinstance(read, Status):
        batch = _batch(read.message_id, fund)
        return [status_reports.take_in(read, batch, hand(batch.fund_id))]
    owners = [_owner(one.iban, fund) for one in read]
    pairs = enumerate(zip(read, owners, strict=True), 1)
    return [_statement(one, part, hand(owner.fund_id)) for part, (one, owner) in pairs]


def _owner(number: str, fund: Fund | None) -> FundAccount:
    found = db.session.scalar(select(FundAccount).where(FundAccount.iban == number))
    if found is None or (fund is not None and found.fund_id != fund.id):
        raise Refusal(_("This statement is of another account: %(iban)s.", iban=iban.masked(number)))
    return found


def _batch(message_id: str, fund: Fund | None) -> Batch:
    found = db.session.scalar(select(Batch).where(Batch.message_id == message_id))
    if found is None or (fund is not None and found.fund_id != fund.id):
        raise Refusal(_("This report is about a file that is not ours: %(id)s.", id=message_id[:40]))
    return found


# --- statements ------------------------------------------------------------------


def _statement(read: bank_answers.Statement, part: int, hand: Hand) -> Taken:
    before = known(StatementKind.STATEMENT, hand, read.iban, read.id)
    if before is not None:
        return Taken(before, is_new=False)
    row = BankStatement(
        fund_id=hand.fund.id, kind=StatementKind.STATEMENT, sha256=hand.digest, part=part, bank_id=read.id,
        iban=read.iban, opening_cents=read.opening_cents, closing_cents=read.closing_cents,
    )  # fmt: skip
    keep(row, hand)
    for start in range(0, len(read.entries), AT_ONCE):
        hand.tell(start, len(read.entries))
        _take_some(read.entries[start : start + AT_ONCE], row, hand)
    db.session.expire(row, ["lines"])
    return Taken(row, is_new=True)


def _take_some(entries: Sequence[Entry], row: BankStatement, hand: Hand) -> None:
    """Hold some movements against our payments; what they may be about is asked for all at once."""
    seen = _Seen(
        earlier=_earlier({entry.key for entry in entries}, row, hand),
        payments=payments_of({entry.end_to_end_id for entry in entries}, hand),
    )
    made: list[StatementLine] = []
    for entry in entries:
        for line in _lines(entry, seen, hand):
            line.statement_id, line.fund_id = row.id, hand.fund.id
            made.append(line)
            if line.payment_id is not None:
                seen.earlier.setdefault(entry.key, line)
            elif line.state is LineState.MATCHED:
                db.session.add(line)
                db.session.flush()  # what it books names it, and the next line asks what is left
                incoming.book(line, actor=hand.actor, at=hand.at)
    db.session.add_all(made)
    db.session.flush()
    for line in made:
        db.session.expunge(line)  # a statement of a hundred thousand lines is not kept in memory


def _lines(entry: Entry, seen: _Seen, hand: Hand) -> Iterator[StatementLine]:
    """Hold one movement against our payments; a run booked in one sum gives a line for each payment."""
    if entry.currency and entry.currency != hand.fund.currency:
        yield _line(entry, LineState.UNMATCHED, why=_("another currency than the fund’s"))
        return
    if entry.key in seen.earlier:
        yield _told_before(entry, seen.earlier[entry.key], hand)
        return
    payment = seen.payments.get(entry.end_to_end_id)
    if payment is None and entry.cents < 0 and entry.batch_id:
        yield from _whole_run(entry, hand)
    elif payment is None and entry.cents > 0 and (about := hand.known.about(entry)) is not None:
        yield from _came_in(entry, about, hand)
    elif payment is None:
        yield _line(entry, LineState.UNMATCHED, why=_why_unknown(entry))
    elif entry.cents < 0 and entry.is_return:
        yield _line(entry, LineState.UNMATCHED, payment, why=_("the bank took back what had come back"))
    elif entry.cents < 0:
        yield _paid(entry, payment, hand)
    else:
        yield _came_back(entry, payment, hand)


def _earlier(keys: set[str], row: BankStatement, hand: Hand) -> dict[str, Any]:
    """Give what was made of movements that earlier statements told of already, by their key.

    Of this statement itself only payments count: two gifts of one amount may look the same.
    """
    is_earlier = StatementLine.payment_id.is_not(None) | (StatementLine.statement_id != row.id)
    rows = db.session.execute(
        select(
            StatementLine.bank_key,
            StatementLine.payment_id,
            StatementLine.recovery_id,
            StatementLine.contribution_id,
        )
        .where(StatementLine.fund_id == hand.fund.id, StatementLine.bank_key.in_(keys), is_earlier)
        .order_by(StatementLine.payment_id.is_not(None), StatementLine.id)
    )
    return {found.bank_key: found for found in rows}


def _told_before(entry: Entry, earlier: Any, hand: Hand) -> StatementLine:
    payment = db.session.get(Payment, earlier.payment_id) if earlier.payment_id else None
    why = "" if payment is not None else _("an earlier statement told of this")
    line = _line(entry, LineState.KNOWN, payment, why=why)
    line.recovery_id, line.contribution_id = earlier.recovery_id, earlier.contribution_id
    hand.again[entry.key] += 1
    line.bank_key = f"again:{hand.digest[:16]}:{hand.again[entry.key]}:{entry.key}"
    return line


def _came_in(entry: Entry, about: incoming.About, hand: Hand) -> Iterator[StatementLine]:
    """Hold money that came in against what it names: all of it matched, a part, or more than was owed."""
    for part in incoming.parts(entry, about, hand.fund, hand.at):
        line = _line(entry, part.state, why=part.why, cents=part.cents)
        line.recovery_id = about.id if isinstance(about, Recovery) else None
        line.contribution_id = about.id if isinstance(about, Contribution) else None
        yield line


def _why_unknown(entry: Entry) -> str:
    if entry.cents > 0:
        return str(_("money that came in; not from one of our payments"))
    return str(_("no payment has this reference"))


def _whole_run(entry: Entry, hand: Hand) -> Iterator[StatementLine]:
    batch = db.session.scalar(
        select(Batch).where(Batch.message_id == entry.batch_id, Batch.fund_id == hand.fund.id)
    )
    if batch is None:
        yield _line(entry, LineState.UNMATCHED, why=_("no batch has this name"))
        return
    sent = [one for one in batch.payments if one.state in (PaymentState.ORDERED, PaymentState.PAID)]
    if sum(one.amount_cents for one in sent) != -entry.cents:
        yield _line(entry, LineState.UNMATCHED, why=_("the bank booked another sum than the batch"))
        return
    for payment in sent:
        yield _paid(entry, payment, hand, cents=-payment.amount_cents)


def _paid(entry: Entry, payment: Payment, hand: Hand, cents: int | None = None) -> StatementLine:
    """Hold a movement out against its payment: amount and account have to be the same."""
    amount = entry.cents if cents is None else cents
    if -amount != payment.amount_cents:
        return _line(entry, LineState.UNMATCHED, payment, why=_("another amount than we ordered"))
    account = payment.claim.bank_account
    if entry.iban and mark(entry.iban, hand.settings) != account.iban_mark:
        return _line(entry, LineState.UNMATCHED, payment, why=_("another account than we ordered"))
    if payment.state is PaymentState.PAID:
        return _line(entry, LineState.KNOWN, payment, cents=amount)
    if payment.state is not PaymentState.ORDERED:
        return _line(entry, LineState.UNMATCHED, payment, why=_("this payment is not at the bank"))
    try:
        payments.mark_paid(payment, entry.booked_on, actor=hand.actor, at=hand.at)
    except Refusal as fault:
        return _line(entry, LineState.UNMATCHED, payment, why=str(fault))
    return _line(entry, LineState.MATCHED, payment, cents=amount)


def _came_back(entry: Entry, payment: Payment, hand: Hand) -> StatementLine:
    """Hold money that came back against its payment; a part of it is for people to sort out."""
    if abs(entry.cents) != payment.amount_cents:
        return _line(entry, LineState.UNMATCHED, payment, why=_("only a part came back"))
    if payment.state is PaymentState.RETURNED:
        return _line(entry, LineState.KNOWN, payment)
    if payment.state not in (PaymentState.ORDERED, PaymentState.PAID):
        return _line(entry, LineState.UNMATCHED, payment, why=_("this payment is not at the bank"))
    said = entry.reason or entry.text or str(_("The bank sent it back."))
    payments.return_payment(payment, said[:500], actor=hand.actor, at=hand.at)
    return _line(entry, LineState.RETURNED, payment, why=entry.reason)


def _line(
    entry: Entry, state: LineState, payment: Payment | None = None, *, why: str = "", cents: int | None = None
) -> StatementLine:
    return StatementLine(
        bank_key=entry.key,
        state=state,
        booked_on=entry.booked_on,
        amount_cents=entry.cents if cents is None else cents,
        currency=entry.currency[:3],
        end_to_end_id=payment.end_to_end_id if payment is not None else entry.end_to_end_id[:35],
        name=entry.name[:140],
        masked=iban.masked(entry.iban) if entry.iban else "",
        text=entry.text[:500],
        reference=entry.reference[:35],
        why=str(why),
        payment_id=payment.id if payment is not None else None,
    )
