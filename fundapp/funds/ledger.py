"""The ledger: every euro in one row with a debit and a credit account.

Money moves between accounts per contribution, so that each euro can be followed from
giver to grantee: see docs/architecture.md. All functions run inside the caller's transaction
and lock the fund first: its row is the ledger's mutex.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case, func, literal, or_, select

from fundapp.core import clock
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.funds.models import DEBIT_NORMAL, Account, Contribution, Fund, Posting


class NotEnough(Refusal):
    """The account has less on it than is asked for."""


@dataclass(frozen=True)
class Where:
    """The dimensions of an amount: round, award, milestone, payment (ids); None: not told apart."""

    round_id: int | None = None
    award_id: int | None = None
    milestone_id: int | None = None
    payment_id: int | None = None

    def values(self) -> dict[str, int]:
        """Give the dimensions that are set."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Step:
    """One kind of posting: its name and the two accounts. Source: the ledger table of the domain model."""

    event: str
    debit: Account
    credit: Account

    @property
    def source(self) -> Account:
        """The credit-normal account the money comes out of (the debit side)."""
        return self.debit


RECEIPT = Step("receipt", Account.BANK, Account.FREE)
EARMARK = Step("earmarked_receipt", Account.BANK, Account.RESTRICTED)
RESERVE = Step("reserve", Account.FREE, Account.RESERVED)
RESERVE_EARMARKED = Step("reserve", Account.RESTRICTED, Account.RESERVED)
UNRESERVE = Step("unreserve", Account.RESERVED, Account.FREE)
UNRESERVE_EARMARKED = Step("unreserve", Account.RESERVED, Account.RESTRICTED)
COMMIT = Step("commit", Account.RESERVED, Account.COMMITTED)
RELEASE = Step("release", Account.COMMITTED, Account.RESERVED)
APPROVE = Step("approve", Account.COMMITTED, Account.APPROVED)
VOID = Step("void", Account.APPROVED, Account.COMMITTED)
ORDER = Step("order", Account.APPROVED, Account.ORDERED)
REJECT = Step("reject", Account.ORDERED, Account.APPROVED)
PAY = Step("pay", Account.ORDERED, Account.BANK)
RETURN = Step("return", Account.BANK, Account.APPROVED)


def lock(fund_id: int) -> Fund:
    """Hold the fund's row until the transaction ends: the first statement of every money service."""
    return locked(Fund, fund_id)


def receive(gift: Contribution, *, actor: Any, at: datetime) -> None:
    """Book the money of one contribution as received; earmarked when it has a theme."""
    step = EARMARK if gift.theme else RECEIPT
    fund = lock(gift.fund_id)
    _post(
        fund,
        step,
        f"receipt:{gift.id}",
        cents=gift.amount_cents,
        contribution_id=gift.id,
        onto=Where(),
        actor=actor,
        at=at,
    )


def move(
    fund: Fund,
    step: Step,
    key: str,
    amount_cents: int,
    *,
    at_source: Where,
    onto: Where,
    actor: Any,
    at: datetime,
    themes: frozenset[str] | None = None,
) -> None:
    """Move an amount along one step, drawn from the contributions that stand there.

    at_source: dimensions that narrow the account drawn from. onto: dimensions written on the rows.
    themes: draw only money earmarked for one of these or not at all, earmarked first; None: any.
    The oldest receipt goes first. key: unique per fund; a second posting under it is refused by
    the database. Raises NotEnough; locks the fund.
    """
    lock(fund.id)
    standing = _standing(fund.id, step.source, at_source, themes)
    if sum(cents for _id, cents in standing) < amount_cents:
        raise NotEnough(_("There is not enough money on “%(account)s” for this.", account=step.source.value))
    left = amount_cents
    for contribution_id, available in standing:
        if (part := min(left, available)) > 0:
            _post(
                fund,
                step,
                f"{key}:{contribution_id}",
                cents=part,
                contribution_id=contribution_id,
                onto=onto,
                actor=actor,
                at=at,
            )
            left -= part


def reserve(
    fund: Fund, round_id: int, amount_cents: int, *, themes: frozenset[str], actor: Any, at: datetime
) -> None:
    """Set money apart for a round: what is earmarked for its themes first, then free money.

    Raises NotEnough when both together are less than the amount.
    """
    lock(fund.id)
    earmarked = sum(cents for _id, cents in _standing(fund.id, Account.RESTRICTED, Where(), themes))
    first = min(earmarked, amount_cents)
    onto = Where(round_id=round_id)
    for step, part in ((RESERVE_EARMARKED, first), (RESERVE, amount_cents - first)):
        if part:
            key = f"reserve:{round_id}:{step.source.value}"
            move(fund, step, key, part, at_source=Where(), onto=onto, actor=actor, at=at, themes=themes)


def unreserve(fund: Fund, round_id: int, *, key: str, actor: Any, at: datetime) -> int:
    """Give back what a round still has set apart, earmarked money to its earmark; give the cents.

    key: names the occasion; a second posting under it is refused by the database.
    """
    lock(fund.id)
    here = Where(round_id=round_id)
    standing = _standing(fund.id, Account.RESERVED, here, None)
    earmarked = set(
        db.session.scalars(
            select(Contribution.id).where(Contribution.fund_id == fund.id, Contribution.theme.is_not(None))
        )
    )
    for contribution_id, cents in standing:
        step = UNRESERVE_EARMARKED if contribution_id in earmarked else UNRESERVE
        _post(
            fund,
            step,
            f"{key}:{contribution_id}",
            cents=cents,
            contribution_id=contribution_id,
            onto=here,
            actor=actor,
            at=at,
        )
    return sum(cents for _id, cents in standing)


def _standing(
    fund_id: int, account: Account, where: Where, themes: frozenset[str] | None
) -> list[tuple[int, int]]:
    """List (contribution, cents on this account), in the order they are drawn.

    Of the bank: what left it, since no more than that can come back.
    """
    cents = -_signed(account) if account in DEBIT_NORMAL else _signed(account)
    sums = (
        select(Posting.contribution_id, cents.label("cents"))
        .where(Posting.fund_id == fund_id, _touches(account), *_matching(where))
        .group_by(Posting.contribution_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Contribution.id, Contribution.theme, sums.c.cents)
        .join(sums, sums.c.contribution_id == Contribution.id)
        .where(sums.c.cents > 0)
        .order_by(Contribution.received_on, Contribution.id)
    ).all()
    if themes is None:
        return [(row.id, int(row.cents)) for row in rows]
    fitting = [row for row in rows if row.theme is None or row.theme in themes]
    return [(row.id, int(row.cents)) for row in sorted(fitting, key=lambda row: row.theme is None)]


def _touches(account: Account) -> ColumnElement[bool]:
    return or_(Posting.debit == account, Posting.credit == account)


def _signed(account: Account) -> ColumnElement[int]:
    """Sum an account on its normal side: positive is what it holds."""
    side = Posting.debit if account in DEBIT_NORMAL else Posting.credit
    return func.coalesce(
        func.sum(case((side == account, Posting.amount_cents), else_=-Posting.amount_cents)), 0
    )


def _matching(where: Where) -> list[ColumnElement[bool]]:
    return [getattr(Posting, name) == value for name, value in where.values().items()]


def _post(
    fund: Fund,
    step: Step,
    key: str,
    *,
    cents: int,
    contribution_id: int,
    onto: Where,
    actor: Any,
    at: datetime,
) -> None:
    db.session.add(
        Posting(
            fund_id=fund.id,
            key=key,
            event=step.event,
            booked_on=clock.day(at, fund.zone),
            at=at,
            debit=step.debit,
            credit=step.credit,
            amount_cents=cents,
            contribution_id=contribution_id,
            actor_id=actor.id if actor is not None else None,
            **onto.values(),
        )
    )
    db.session.flush()  # a doubled key must fail here, not at the end of the request


# --- figures -----------------------------------------------------------------


def balances(fund_id: int, where: Where | None = None) -> dict[Account, int]:
    """Give the balance of every account in cents, on its normal side; one query.

    where: narrows to a round, an award, a milestone or a payment.
    """
    return _balances([fund_id], where)[fund_id]


def _balances(fund_ids: Sequence[int], where: Where | None) -> dict[int, dict[Account, int]]:
    given = [Posting.fund_id.in_(fund_ids), *_matching(where or Where())]
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
    """The money of a fund, a round or an award in cents, as every page and report shows it."""

    received: int
    free: int
    reserved: int
    committed: int
    approved: int
    ordered: int
    paid: int

    @property
    def granted(self) -> int:
        """Promised to grantees, paid or not."""
        return self.committed + self.approved + self.ordered + self.paid

    @property
    def budget(self) -> int:
        """All the money these figures account for."""
        return self.free + self.reserved + self.granted


def figures(fund_id: int, where: Where | None = None) -> Figures:
    """Read the figures from the ledger; two queries, whatever the number of postings."""
    return figures_of([fund_id], where)[fund_id]


def figures_of(fund_ids: Sequence[int], where: Where | None = None) -> dict[int, Figures]:
    """Read the figures of several funds; two queries, whatever the number of funds."""
    flows = [Posting.fund_id.in_(fund_ids), *_matching(where or Where())]
    sums = select(Posting.fund_id, Posting.event, func.sum(Posting.amount_cents)).where(*flows)
    events: dict[int, dict[str, int]] = {id: {} for id in fund_ids}
    for fund_id, event, cents in db.session.execute(sums.group_by(Posting.fund_id, Posting.event)):
        events[fund_id][event] = int(cents)
    held = _balances(fund_ids, where)
    return {id: _figures(held[id], events[id]) for id in fund_ids}


def _figures(held: dict[Account, int], flows: dict[str, int]) -> Figures:
    return Figures(
        received=flows.get(RECEIPT.event, 0) + flows.get(EARMARK.event, 0),
        free=held[Account.FREE] + held[Account.RESTRICTED],
        reserved=held[Account.RESERVED],
        committed=held[Account.COMMITTED],
        approved=held[Account.APPROVED],
        ordered=held[Account.ORDERED],
        paid=flows.get(PAY.event, 0) - flows.get(RETURN.event, 0),
    )
