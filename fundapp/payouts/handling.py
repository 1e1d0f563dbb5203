"""Lines of a statement that matched nothing: finance says what each is, and the ledger follows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.accounts.rules import finance
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds import gifts, ledger
from fundapp.funds.ledger import Where
from fundapp.funds.models import Contribution, Fund, Gift
from fundapp.payouts import payments, recoveries
from fundapp.payouts.models import (
    Handled,
    LineHandling,
    LineState,
    Payment,
    PaymentState,
    Recovery,
    StatementLine,
)

LONGEST_NOTE = 1000


def handle(
    line: StatementLine, kind: Handled, about_id: int | None, note: str, *, actor: User, at: datetime
) -> LineHandling:
    """Say what a line without a match is: a payment of ours, a promised gift, money claimed back, bank costs.

    about_id: which payment, gift or recovery. Suspense leaves it open, with a note; money that came in
    then stands apart in the ledger until somebody knows. Raises MoveRefused: not finance; Refusal: not a
    line to be handled (any more), of another currency, or it does not fit what it is said to be.
    """
    fund = ledger.lock(line.fund_id)
    if not finance(actor, line):
        raise MoveRefused(_("Only finance matches lines of a statement."))
    before = _before(line)
    _check_open(line, before, kind)
    if line.currency and line.currency != fund.currency:
        raise Refusal(_("This line is in %(currency)s; the ledger is not.", currency=line.currency))
    if kind is Handled.SUSPENSE and not note.strip():
        raise Refusal(_("Write what you know of it, for who looks at it next."))
    made = LineHandling(
        line_id=line.id, fund_id=fund.id, kind=kind, note=note.strip()[:LONGEST_NOTE], done_by=actor.id,
        done_at=at,
        payment_id=about_id if kind is Handled.PAYMENT else None,
        contribution_id=about_id if kind is Handled.GIFT else None,
    )  # fmt: skip
    if before:
        _out_of_suspense(line, fund, actor=actor, at=at)
    BOOK[kind](line, fund, about_id, actor, at)
    db.session.add(made)
    db.session.flush()  # a line that somebody else handled meanwhile is refused here
    detail = {"kind": kind.value, "about": about_id, "amount_cents": line.amount_cents}
    audit.record("handle", line, actor=actor, at=at, detail=detail, note=made.note)
    return made


def _before(line: StatementLine) -> list[LineHandling]:
    return list(db.session.scalars(select(LineHandling).where(LineHandling.line_id == line.id)))


def _check_open(line: StatementLine, before: list[LineHandling], kind: Handled) -> None:
    is_closed = any(one.kind is not Handled.SUSPENSE for one in before)
    if line.state is not LineState.UNMATCHED or is_closed or (before and kind is Handled.SUSPENSE):
        raise Refusal(_("Somebody said already what this line is."))
    if not line.amount_cents or line.booked_on is None:
        raise Refusal(_("This line has no amount or day, so nothing can be booked from it."))


def _cents(line: StatementLine) -> int:
    return abs(line.amount_cents or 0)


def _is_in(line: StatementLine) -> bool:
    return (line.amount_cents or 0) > 0


# --- what each kind books ------------------------------------------------------------


def _book_payment(line: StatementLine, fund: Fund, id: int | None, actor: Any, at: datetime) -> None:
    """Money out carries a payment out; money in brings one back. The amount has to be the same."""
    payment = db.session.get(Payment, id) if id is not None else None
    if payment is None or payment.fund_id != fund.id:
        raise Refusal(_("Choose a payment of this fund."))
    if payment.amount_cents != _cents(line):
        raise Refusal(_("The payment has another amount than this line."))
    if _is_in(line):
        if payment.state not in (PaymentState.ORDERED, PaymentState.PAID):
            raise Refusal(_("This payment is not at the bank, so it cannot have come back."))
        payments.return_payment(payment, line.text or str(_("The bank sent it back.")), actor=actor, at=at)
    elif payment.state is not PaymentState.ORDERED or line.booked_on is None:
        raise Refusal(_("This payment does not wait for the bank."))
    else:
        payments.mark_paid(payment, line.booked_on, actor=actor, at=at)


def _book_gift(line: StatementLine, fund: Fund, id: int | None, actor: Any, at: datetime) -> None:
    gift = db.session.get(Contribution, id) if id is not None else None
    if gift is None or gift.fund_id != fund.id or gift.state is not Gift.PLEDGED:
        raise Refusal(_("Choose a gift that was promised to this fund."))
    if not _is_in(line) or line.booked_on is None:
        raise Refusal(_("This money went out; a gift comes in."))
    gifts.come_in(
        gift, received_on=line.booked_on, actor=actor, at=at, amount_cents=_cents(line),
        expects_rest=_cents(line) < gift.amount_cents, statement_line_id=line.id,
    )  # fmt: skip


def _book_recovery(line: StatementLine, fund: Fund, id: int | None, actor: Any, at: datetime) -> None:
    recovery = db.session.get(Recovery, id) if id is not None else None
    if recovery is None or recovery.fund_id != fund.id:
        raise Refusal(_("Choose money that was claimed back for this fund."))
    if not _is_in(line) or line.booked_on is None:
        raise Refusal(_("This money went out; what was claimed back comes in."))
    recoveries.receive(recovery, _cents(line), line.booked_on, actor=actor, at=at, line=line)


def _book_costs(line: StatementLine, fund: Fund, id: int | None, actor: Any, at: datetime) -> None:
    if _is_in(line):
        raise Refusal(_("Money that came in is no cost of the bank."))
    onto = Where(statement_line_id=line.id)
    ledger.move(
        fund, ledger.BANK_COSTS, f"bank_costs:{line.id}", _cents(line), at_source=Where(), onto=onto,
        actor=actor, at=at,
    )  # fmt: skip


def _book_suspense(line: StatementLine, fund: Fund, id: int | None, actor: Any, at: datetime) -> None:
    """Money that came in stands apart until somebody knows; what went out is only noted."""
    if _is_in(line):
        _post(ledger.SUSPEND, line, fund, actor=actor, at=at)


def _out_of_suspense(line: StatementLine, fund: Fund, *, actor: Any, at: datetime) -> None:
    if _is_in(line):
        _post(ledger.UNSUSPEND, line, fund, actor=actor, at=at)


def _post(step: ledger.Step, line: StatementLine, fund: Fund, *, actor: Any, at: datetime) -> None:
    onto = Where(statement_line_id=line.id)
    key = f"{step.event}:{line.id}"
    ledger.post(fund, step, key, _cents(line), contribution_id=None, actor=actor, at=at, onto=onto)


Book = Callable[[StatementLine, Fund, int | None, Any, datetime], None]

BOOK: dict[Handled, Book] = {
    Handled.PAYMENT: _book_payment,
    Handled.GIFT: _book_gift,
    Handled.RECOVERY: _book_recovery,
    Handled.COSTS: _book_costs,
    Handled.SUSPENSE: _book_suspense,
}
