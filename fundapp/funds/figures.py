"""What the ledger says: balances of accounts, and the figures every page and report shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, literal, or_, select

from fundapp.core.db import db
from fundapp.funds import steps
from fundapp.funds.models import DEBIT_NORMAL, Account, Posting
from fundapp.funds.steps import Where

A = Account


def matching(where: Where) -> list[ColumnElement[bool]]:
    """Give the conditions that narrow postings to these dimensions."""
    return [getattr(Posting, name) == value for name, value in where.values().items()]


def touches(account: Account) -> ColumnElement[bool]:
    """Select the postings of an account, on either side."""
    return or_(Posting.debit == account, Posting.credit == account)


def signed(account: Account) -> ColumnElement[int]:
    """Sum an account on its normal side: positive is what it holds."""
    side = Posting.debit if account in DEBIT_NORMAL else Posting.credit
    return func.coalesce(
        func.sum(case((side == account, Posting.amount_cents), else_=-Posting.amount_cents)), 0
    )


def booked() -> ColumnElement[int]:
    """Sum what was posted; what was taken back counts against it."""
    return func.sum(case((Posting.reverses_id.is_(None), Posting.amount_cents), else_=-Posting.amount_cents))


def balances(fund_id: int, where: Where | None = None, *, until: date | None = None) -> dict[Account, int]:
    """Give the balance of every account in cents, on its normal side; one query.

    where: narrows to a round, an award, a milestone, a payment or a gift. until: booked before this day.
    """
    return _balances([fund_id], where, until)[fund_id]


def _balances(
    fund_ids: Sequence[int], where: Where | None, until: date | None = None
) -> dict[int, dict[Account, int]]:
    given = [Posting.fund_id.in_(fund_ids), *matching(where or Where())]
    if until is not None:
        given.append(Posting.booked_on < until)
    columns = (Posting.fund_id, Posting.amount_cents)
    debit = select(*columns, Posting.debit.label("account"), literal(1).label("sign")).where(*given)
    credit = select(*columns, Posting.credit, literal(-1)).where(*given)
    rows = debit.union_all(credit).subquery()
    sums = select(rows.c.fund_id, rows.c.account, func.sum(rows.c.amount_cents * rows.c.sign))
    found: dict[int, dict[Account, int]] = {id: dict.fromkeys(Account, 0) for id in fund_ids}
    for fund_id, account, cents in db.session.execute(sums.group_by(rows.c.fund_id, rows.c.account)):
        sign = 1 if Account(account) in DEBIT_NORMAL else -1
        found[fund_id][Account(account)] = int(cents) * sign
    return found


@dataclass(frozen=True)
class Figures:
    """The money of a fund, a round or a grant in cents, as every page and report shows it.

    received: what came in as gifts. paid: what left for grantees, less what came back. advanced: paid
    or approved ahead and not settled. recoverable: to come back from grantees. refunded: back to
    givers or owed to them. costs: of the bank. pledged: promised to the fund, not in yet.
    """

    received: int
    free: int
    reserved: int
    committed: int
    approved: int
    ordered: int
    paid: int
    advanced: int = 0
    recoverable: int = 0
    refunded: int = 0
    costs: int = 0
    pledged: int = 0
    suspense: int = 0

    @property
    def promised(self) -> int:
        """Still to be paid to grantees: promised, approved or with the bank."""
        return self.committed + self.approved + self.ordered - self.advanced

    @property
    def granted(self) -> int:
        """Given to grantees, paid or not; what is to come back is not."""
        return self.promised + self.paid - self.recoverable

    @property
    def budget(self) -> int:
        """All the money these figures account for."""
        return self.free + self.reserved + self.promised + self.paid

    @property
    def kept(self) -> int:
        """What came in and did not go back to givers or to the bank's costs: equals the budget of a fund."""
        return self.received - self.refunded - self.costs


def figures(fund_id: int, where: Where | None = None) -> Figures:
    """Read the figures from the ledger; two queries, whatever the number of postings."""
    return figures_of([fund_id], where)[fund_id]


def figures_of(fund_ids: Sequence[int], where: Where | None = None) -> dict[int, Figures]:
    """Read the figures of several funds; two queries, whatever the number of funds."""
    flows = [Posting.fund_id.in_(fund_ids), *matching(where or Where())]
    sums = select(Posting.fund_id, Posting.event, booked()).where(*flows)
    events: dict[int, dict[str, int]] = {id: {} for id in fund_ids}
    for fund_id, event, cents in db.session.execute(sums.group_by(Posting.fund_id, Posting.event)):
        events[fund_id][event] = int(cents)
    held = _balances(fund_ids, where)
    return {id: told(held[id], events[id]) for id in fund_ids}


def told(held: dict[Account, int], flows: dict[str, int]) -> Figures:
    """Make figures of balances by account and sums by event."""

    def flow(*kinds: steps.Step) -> int:
        return sum(flows.get(event, 0) for event in {kind.event for kind in kinds})

    # An ordered refund stands beside ordered payments: it is not a grantee's.
    refunds_ordered = flow(steps.REFUND_ORDER) - flow(steps.REFUND_PAY)
    return Figures(
        received=flow(steps.RECEIPT, steps.EARMARK),
        free=held[A.FREE] + held[A.RESTRICTED],
        reserved=held[A.RESERVED],
        committed=held[A.COMMITTED],
        approved=held[A.APPROVED],
        ordered=held[A.ORDERED] - refunds_ordered,
        paid=flow(steps.PAY) - flow(steps.RETURN, steps.RECOVERED),
        advanced=held[A.ADVANCES],
        recoverable=held[A.RECOVERABLE],
        refunded=flow(steps.GIFT_REFUND),
        costs=flow(steps.BANK_COSTS),
        pledged=held[A.PLEDGES],
        suspense=held[A.SUSPENSE],
    )


def by_gift(fund_id: int, gift_ids: Iterable[int]) -> dict[int, dict[Account, int]]:
    """Give the balances of every account for each of these gifts; one query."""
    ids = list(gift_ids)
    given = (Posting.fund_id == fund_id, Posting.contribution_id.in_(ids))
    columns = (Posting.contribution_id, Posting.amount_cents)
    debit = select(*columns, Posting.debit.label("account"), literal(1).label("sign")).where(*given)
    credit = select(*columns, Posting.credit, literal(-1)).where(*given)
    rows = debit.union_all(credit).subquery()
    sums = select(rows.c.contribution_id, rows.c.account, func.sum(rows.c.amount_cents * rows.c.sign))
    found: dict[int, dict[Account, int]] = {id: dict.fromkeys(Account, 0) for id in ids}
    for id, account, cents in db.session.execute(sums.group_by(rows.c.contribution_id, rows.c.account)):
        sign = 1 if Account(account) in DEBIT_NORMAL else -1
        found[id][Account(account)] = int(cents) * sign
    return found
