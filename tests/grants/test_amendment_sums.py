"""Whatever is amended, expired, revived and approved, in any order: row and ledger say the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import SQLAlchemyError

from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account
from fundapp.grants import amendments, milestones, offering, plan, rulings, service
from fundapp.grants.amendments import Wish
from fundapp.grants.models import Agreement, AgreementState, MilestoneState
from fundapp.grants.queries import taken
from tests.factories import NOW
from tests.grants.scene import Start, in_force, row

STEPS = ("larger", "smaller", "move", "drop", "add", "approve", "void", "expire", "revive", "take_back")


@dataclass
class Walk:
    """A grant that things happen to; keys make every posting its own."""

    start: Start
    at: datetime = NOW
    number: int = 0
    approved: list[tuple[int, int]] = field(default_factory=list)

    def key(self) -> str:
        self.number += 1
        return f"walk:{self.number}"


@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 400_000)), min_size=1, max_size=10))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_grant_and_ledger_agree_after_any_sequence(app: Flask, steps: list[tuple[str, int]]) -> None:
    with undone():
        walk = Walk(in_force(row("Format", 500_000), row("Form", 300_000)))
        before = of_round(walk)

        for name, size in steps:
            with suppressed():
                DO[name](walk, size)
            db.session.flush()
            db.session.expire_all()
            check(walk, before)


@contextmanager
def undone() -> Iterator[None]:
    """Leave the database as it was for the next example."""
    outer = db.session.begin_nested()
    try:
        yield
    finally:
        outer.rollback()


@contextmanager
def suppressed() -> Iterator[None]:
    """Take a refused step back as a request does: nothing of it is kept."""
    inner = db.session.begin_nested()
    try:
        yield
        inner.commit()
    except Refusal:
        inner.rollback()
    except SQLAlchemyError:
        inner.rollback()
        raise


def of_round(walk: Walk) -> int:
    award = walk.start.award
    held = ledger.balances(award.fund_id, ledger.Where(round_id=award.round_id))
    return sum(held[one] for one in (Account.RESERVED, Account.COMMITTED, Account.APPROVED))


def check(walk: Walk, before: int) -> None:
    award = walk.start.award
    held = ledger.balances(award.fund_id, ledger.Where(award_id=award.id))
    gone = taken(award)

    assert held[Account.COMMITTED] + held[Account.APPROVED] == award.amount_cents
    assert held[Account.COMMITTED] >= 0
    assert of_round(walk) == before
    assert all(one.amount_cents >= gone.get(one.id, 0) for one in award.milestones)
    in_force_plan = award.agreement_in_force
    assert in_force_plan is not None
    assert plan.total(in_force_plan.plan) == in_force_plan.total_cents
    assert len({one.ref for one in award.milestones}) == len(award.milestones)


def amended(walk: Walk, change: Callable[[list[plan.Written]], None], grow: int = 0) -> None:
    """Begin an amendment, change its plan, let the committee agree, and have both sign."""
    award, cast = walk.start.award, walk.start.cast
    wish = Wish("Because.", amount_cents=award.amount_cents + grow if grow else None)
    version = amendments.begin(award, wish, actor=cast.sol, at=walk.at)
    rows = plan.written(version.plan)
    change(rows)
    service.save_plan(version, rows, base=version.row_version, actor=cast.sol, at=walk.at)
    rulings.record(
        version, is_yes=True, decided_on=walk.at.date(), decided_by="All", meeting_id=None, note="",
        shown_digest=rulings.laid_before(version), actor=cast.sol, at=walk.at,
    )  # fmt: skip
    db.session.flush()
    signed(version, walk)


def signed(version: Agreement, walk: Walk) -> None:
    cast = walk.start.cast
    offering.offer(version, actor=cast.sol, at=walk.at)
    offering.accept(version, version.digest or "", actor=cast.ana, at=walk.at)
    db.session.flush()
    offering.countersign(version, version.digest or "", actor=cast.max, at=walk.at)
    assert version.state is AgreementState.IN_FORCE


def larger(walk: Walk, size: int) -> None:
    amended(walk, lambda rows: grow_first(rows, size), size)


def smaller(walk: Walk, size: int) -> None:
    amended(walk, lambda rows: grow_first(rows, -size), -size)


def grow_first(rows: list[Any], size: int) -> None:
    if rows:
        rows[0]["amount_cents"] = max(0, rows[0]["amount_cents"] + size)


def move(walk: Walk, size: int) -> None:
    def change(rows: list[Any]) -> None:
        if len(rows) > 1:
            part = min(size, rows[0]["amount_cents"] - 1)
            rows[0]["amount_cents"] -= part
            rows[1]["amount_cents"] += part

    amended(walk, change)


def drop(walk: Walk, size: int) -> None:
    amended(walk, lambda rows: rows.pop(size % len(rows)) and None if rows else None)


def add(walk: Walk, size: int) -> None:
    amended(walk, lambda rows: rows.append(row("More", size)), size)


def approve(walk: Walk, size: int) -> None:
    award = walk.start.award
    one = award.milestones[size % len(award.milestones)]
    free = one.amount_cents - taken(award).get(one.id, 0)
    if one.state is not MilestoneState.OPEN or free <= 0:
        return
    part = min(size, free)
    _post(walk, ledger.APPROVE, one.id, part)
    walk.approved.append((one.id, part))


def void(walk: Walk, size: int) -> None:
    if walk.approved:
        id, part = walk.approved.pop()
        _post(walk, ledger.VOID, id, part)


def _post(walk: Walk, step: Any, milestone_id: int, part: int) -> None:
    award = walk.start.award
    onto = ledger.Where(award.round_id, award.id, milestone_id)
    source = ledger.Where(award_id=award.id)
    if step is ledger.VOID:
        source = ledger.Where(award_id=award.id, milestone_id=milestone_id)
    ledger.move(
        walk.start.cast.fund, step, walk.key(), part, at_source=source, onto=onto, actor=None, at=walk.at
    )


def expire(walk: Walk, size: int) -> None:
    award = walk.start.award
    late = walk.at.replace(year=2040)
    milestones.expire(award.milestones[size % len(award.milestones)], actor=None, at=late, note="late")


def revive(walk: Walk, size: int) -> None:
    award = walk.start.award
    until = (walk.at + timedelta(days=4000)).date()
    one = award.milestones[size % len(award.milestones)]
    milestones.revive(one, actor=walk.start.cast.sol, at=walk.at, note="again", until=until)


def take_back(walk: Walk, size: int) -> None:
    """Begin a version and drop it: no money may have moved."""
    award, cast = walk.start.award, walk.start.cast
    version = amendments.begin(award, Wish("Maybe."), actor=cast.ana, at=walk.at)
    offering.withdraw(version, actor=cast.sol, at=walk.at, note="no")


DO: dict[str, Callable[[Walk, int], None]] = {
    "larger": larger, "smaller": smaller, "move": move, "drop": drop, "add": add, "approve": approve,
    "void": void, "expire": expire, "revive": revive, "take_back": take_back,
}  # fmt: skip
