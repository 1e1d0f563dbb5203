"""The ledger: every euro in one row with a debit and a credit account.

Money moves between accounts per contribution, so that each euro can be followed from
giver to grantee: see docs/architecture.md. All functions run inside the caller's transaction
and lock the fund first: its row is the ledger's mutex. The steps stand in `steps`, what the
ledger says in `figures`; both are read from here.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from fundapp.core import clock
from fundapp.core.db import db, locked
from fundapp.funds.figures import Figures, balances, by_gift, figures, figures_of, matching, signed, touches
from fundapp.funds.models import DEBIT_NORMAL, Account, Contribution, Fund, Posting
from fundapp.funds.shortage import NotEnough, Standing, shortage
from fundapp.funds.steps import (
    ADVANCE,
    ADVANCE_VOID,
    APPROVE,
    BANK_COSTS,
    CLAIM_BACK,
    CLAIM_BACK_ADVANCE,
    COMMIT,
    EARMARK,
    EARMARK_OF_PLEDGE,
    GIFT_REFUND,
    GIFT_REFUND_EARMARKED,
    LIFT,
    OFFER,
    ORDER,
    PAY,
    PLEDGE,
    PLEDGE_CANCELLED,
    PLEDGE_PAID,
    RECEIPT,
    RECEIPT_OF_PLEDGE,
    RECOVERED,
    RECOVERED_FREED,
    RECOVERY,
    REFUND_ORDER,
    REFUND_PAY,
    REJECT,
    RELEASE,
    RESERVE,
    RESERVE_EARMARKED,
    RESTRICT,
    RETURN,
    SETTLE,
    STEPS,
    SUSPEND,
    UNRESERVE,
    UNRESERVE_EARMARKED,
    UNSUSPEND,
    VOID,
    WRITE_OFF,
    Step,
    Where,
)

__all__ = [
    "ADVANCE", "ADVANCE_VOID", "APPROVE", "BANK_COSTS", "CLAIM_BACK", "CLAIM_BACK_ADVANCE",
    "COMMIT", "EARMARK", "EARMARK_OF_PLEDGE", "GIFT_REFUND", "GIFT_REFUND_EARMARKED", "LIFT",
    "OFFER", "ORDER", "PAY", "PLEDGE", "PLEDGE_CANCELLED", "PLEDGE_PAID", "RECEIPT", "RECEIPT_OF_PLEDGE",
    "RECOVERED", "RECOVERED_FREED", "RECOVERY", "REFUND_ORDER", "REFUND_PAY", "REJECT", "RELEASE",
    "RESERVE", "RESERVE_EARMARKED", "RESTRICT", "RETURN", "SETTLE", "STEPS", "SUSPEND", "UNRESERVE",
    "UNRESERVE_EARMARKED", "UNSUSPEND", "VOID", "WRITE_OFF", "Figures", "NotEnough", "Step",
    "Where", "balances", "by_gift", "figures", "figures_of", "lock", "move", "post", "receive",
    "reserve", "reverse", "unreserve",
]  # fmt: skip


def lock(fund_id: int) -> Fund:
    """Hold the fund's row until the transaction ends: the first statement of every money service."""
    return locked(Fund, fund_id)


def receive(gift: Contribution, *, actor: Any, at: datetime) -> None:
    """Book the money of one contribution as received; earmarked when it has a theme."""
    step = EARMARK if gift.theme else RECEIPT
    fund, key = lock(gift.fund_id), f"receipt:{gift.id}"
    post(fund, step, key, gift.amount_cents, contribution_id=gift.id, actor=actor, at=at)


def post(
    fund: Fund,
    step: Step,
    key: str,
    amount_cents: int,
    *,
    contribution_id: int | None,
    actor: Any,
    at: datetime,
    onto: Where | None = None,
) -> None:
    """Post one amount of one gift, or of none (a line of the bank nobody knows yet).

    Raises NotEnough when an account of that gift would go below zero.
    """
    lock(fund.id)
    _check_lowered(fund, [(contribution_id, step.debit, step.credit, amount_cents)])
    _post(
        fund,
        step,
        key,
        cents=amount_cents,
        contribution_id=contribution_id,
        onto=onto or Where(),
        actor=actor,
        at=at,
    )


def reverse(fund: Fund, rows: Iterable[Posting], key: str, *, actor: Any, at: datetime) -> None:
    """Take postings back: each by its mirror, which names it and keeps its event and dimensions.

    Raises NotEnough when an account would go below zero: the money has moved on. A posting taken
    back before is refused by the database.
    """
    lock(fund.id)
    found = list(rows)
    _check_lowered(fund, [(row.contribution_id, row.credit, row.debit, row.amount_cents) for row in found])
    for row in reversed(found):
        onto = Where(row.round_id, row.award_id, row.milestone_id, row.payment_id, row.statement_line_id)
        _post(
            fund,
            Step(row.event, row.credit, row.debit),
            f"{key}:{row.id}",
            cents=row.amount_cents,
            contribution_id=row.contribution_id,
            onto=onto,
            actor=actor,
            at=at,
            reverses_id=row.id,
        )


def _check_lowered(fund: Fund, rows: list[tuple[int | None, Account, Account, int]]) -> None:
    """Refuse (gift, debit, credit, cents) that together bring an account of a gift below zero."""
    change: dict[tuple[int | None, Account], int] = {}
    for gift_id, debit, credit, cents in rows:
        for account, sign in ((debit, 1), (credit, -1)):
            normal = sign if account in DEBIT_NORMAL else -sign
            change[gift_id, account] = change.get((gift_id, account), 0) + normal * cents
    for (gift_id, account), cents in change.items():
        if cents < 0:
            is_of_gift = (Posting.fund_id == fund.id, Posting.contribution_id.is_not_distinct_from(gift_id))
            held = db.session.scalar(select(signed(account)).where(*is_of_gift, touches(account))) or 0
            if held + cents < 0:
                raise shortage(fund, -cents, [Standing(gift_id or 0, None, held)], None)


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
    themes: draw only money earmarked for one of these or not at all; None: any.
    Earmarked money goes first, then the oldest receipt. key: unique per fund; a second posting under
    it is refused by the database. Raises NotEnough; locks the fund.
    """
    lock(fund.id)
    standing = _standing(fund.id, step, at_source)
    fitting = standing if themes is None else _fitting(standing, themes)
    if sum(one.cents for one in fitting) < amount_cents:
        raise shortage(fund, amount_cents, standing, fitting)
    left = amount_cents
    for one in fitting:
        if (part := min(left, one.cents)) > 0:
            _post(
                fund,
                step,
                f"{key}:{one.gift_id}",
                cents=part,
                contribution_id=one.gift_id,
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
    earmarked, free = (_standing(fund.id, step, Where()) for step in (RESERVE_EARMARKED, RESERVE))
    usable = _fitting(earmarked, themes)
    first = min(sum(one.cents for one in usable), amount_cents)
    if sum(one.cents for one in free) < amount_cents - first:
        raise shortage(fund, amount_cents, earmarked + free, usable + free)
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
    standing = _standing(fund.id, UNRESERVE, here)
    for one in standing:
        step = UNRESERVE_EARMARKED if one.theme else UNRESERVE
        _post(
            fund,
            step,
            f"{key}:{one.gift_id}",
            cents=one.cents,
            contribution_id=one.gift_id,
            onto=here,
            actor=actor,
            at=at,
        )
    return sum(one.cents for one in standing)


def _standing(fund_id: int, step: Step, where: Where) -> list[Standing]:
    """List what stands at the account a step draws on, gift by gift: earmarked first, then oldest receipt.

    Less what covers it. Of the bank: what left it, since no more than that can come back.
    """
    there = _by_gift(fund_id, step.source, where)
    for gift_id, cents in (_by_gift(fund_id, step.less, where) if step.less else {}).items():
        there[gift_id] = there.get(gift_id, 0) - cents
    rows = db.session.execute(
        select(Contribution.id, Contribution.theme)
        .where(Contribution.id.in_([gift_id for gift_id, cents in there.items() if cents > 0]))
        .order_by(Contribution.received_on, Contribution.id)
    )
    found = [Standing(row.id, row.theme, there[row.id]) for row in rows]
    found.sort(key=lambda one: one.theme is None)
    return found[::-1] if step.gives_back else found


def _by_gift(fund_id: int, account: Account, where: Where) -> dict[int, int]:
    cents = -signed(account) if account is Account.BANK else signed(account)
    sums = (
        select(Posting.contribution_id, cents)
        .where(Posting.fund_id == fund_id, Posting.contribution_id.is_not(None))
        .where(touches(account), *matching(where))
        .group_by(Posting.contribution_id)
    )
    return {int(gift_id or 0): int(cents) for gift_id, cents in db.session.execute(sums)}


def _fitting(standing: list[Standing], themes: frozenset[str]) -> list[Standing]:
    """Choose what may be used for these themes: what is earmarked for one of them, and what is for all."""
    return [one for one in standing if one.theme is None or one.theme in themes]


def _post(
    fund: Fund,
    step: Step,
    key: str,
    *,
    cents: int,
    contribution_id: int | None,
    onto: Where,
    actor: Any,
    at: datetime,
    reverses_id: int | None = None,
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
            reverses_id=reverses_id,
            actor_id=actor.id if actor is not None else None,
            **onto.values(),
        )
    )
    db.session.flush()  # a doubled key must fail here, not at the end of the request
