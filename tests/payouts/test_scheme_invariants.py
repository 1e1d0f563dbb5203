"""Advances, settlements and recoveries in any order: the sums always hold. Source: domain model, 5."""

from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account, Posting
from fundapp.grants import awards
from fundapp.payouts import account_writing, advances, payments, queries, recoveries, service, settlement
from fundapp.payouts.account_writing import Around, Written
from fundapp.payouts.models import Claim, FinalAccount, Payment, Recovery, RecoveryReason
from tests.factories import NOW
from tests.payouts.advance_scene import AdvanceScene, make_advance
from tests.payouts.scene import LINK, TODAY
from tests.payouts.test_invariants import check_no_account_is_overdrawn, on, release_open, small_scene

BUDGET, GIVEN = 5_000_000, 5_100_000


def write(scene: Any, pick: int, cents: int) -> None:
    account = account_writing.begin(scene.award, actor=scene.cast.ana, at=NOW)
    rows = [Written(None, "Work", 0, cents * 2, pick, [LINK])]
    around = Around(own_cents=pick, reclaims_vat=bool(pick % 2))
    account_writing.save(account, rows, around, base=account.row_version, actor=scene.cast.ana, at=NOW)
    settlement.submit(account, actor=scene.cast.ana, at=NOW)


def approve_account(scene: Any, account: FinalAccount, cents: int) -> None:
    settlement.approve(account, "", account.digest, actor=scene.cast.sol, at=NOW)


STEPS: dict[str, Any] = {
    "ask": lambda s, pick, cents: advances.ask(s.award, "", actor=s.cast.ana, at=NOW),
    "write": write,
    "approve": on(
        Claim, ("submitted",), lambda s, c, _: service.approve(c, "", c.digest, actor=s.cast.sol, at=NOW)
    ),
    "return claim": on(
        Claim, ("submitted",), lambda s, c, _: service.return_claim(c, "Why?", actor=s.cast.sol, at=NOW)
    ),
    "again": on(Claim, ("returned",), lambda s, c, _: advances.ask_again(c, "", actor=s.cast.ana, at=NOW)),
    "withdraw": on(Claim, ("submitted",), lambda s, c, _: service.withdraw(c, actor=s.cast.ana, at=NOW)),
    "void": on(Claim, ("approved",), lambda s, c, _: service.void(c, "Wrong.", actor=s.cast.max, at=NOW)),
    "list": on(Claim, ("approved",), lambda s, c, _: payments.list_payment(c, actor=s.cast.fin, at=NOW)),
    "release": release_open,
    "paid": on(Payment, ("ordered",), lambda s, p, _: payments.mark_paid(p, TODAY, actor=s.cast.fin, at=NOW)),
    "came back": on(
        Payment,
        ("ordered", "paid"),
        lambda s, p, _: payments.return_payment(p, "Closed.", actor=s.cast.fin, at=NOW),
    ),
    "settle": on(FinalAccount, ("submitted",), approve_account),
    "return": on(
        FinalAccount,
        ("submitted",),
        lambda s, a, _: settlement.return_account(a, "Why?", actor=s.cast.sol, at=NOW),
    ),
    "take back": on(
        FinalAccount, ("submitted",), lambda s, a, _: settlement.take_back(a, actor=s.cast.ana, at=NOW)
    ),
    "without": lambda s, pick, cents: settlement.settle_without(s.award, "None.", actor=s.cast.sol, at=NOW),
    "claim back": lambda s, pick, cents: recoveries.open_claim(
        s.award, RecoveryReason.WRONG_PAYMENT, cents, "Too much.", (), actor=s.cast.sol, at=NOW
    ),
    "receive": on(
        Recovery,
        ("open",),
        lambda s, r, cents: recoveries.receive(
            r, cents % (r.rest_cents + 2), TODAY, actor=s.cast.fin, at=NOW
        ),
    ),
    "propose": on(
        Recovery,
        ("open",),
        lambda s, r, _: recoveries.propose_write_off(r, "Gone.", actor=s.cast.sol, at=NOW),
    ),
    "write off": on(
        Recovery, ("open",), lambda s, r, _: recoveries.write_off(r, r.rest_cents, actor=s.cast.max, at=NOW)
    ),
    "cancel": on(
        Recovery, ("open",), lambda s, r, _: recoveries.cancel(r, "Mistake.", actor=s.cast.sol, at=NOW)
    ),
    "end": lambda s, pick, cents: awards.terminate(s.award, actor=s.cast.sol, at=NOW, note="Over."),
}
WAY = ["ask", "approve", "list", "release", "paid", "write", "settle", "receive"]
NAMES = [*STEPS, *WAY * 4]


def check(one: AdvanceScene, first_cents: int) -> None:
    fund_id = one.cast.fund.id
    postings = db.session.scalars(select(Posting).where(Posting.fund_id == fund_id)).all()
    check_no_account_is_overdrawn(postings)
    held = ledger.balances(fund_id, ledger.Where(award_id=one.award.id))
    given = held[Account.COMMITTED] + held[Account.APPROVED] + held[Account.ORDERED] - held[Account.BANK]
    net = given - held[Account.ADVANCES] - held[Account.RECOVERABLE]
    assert net == one.award.amount_cents
    assert -held[Account.BANK] - held[Account.RECOVERABLE] <= first_cents
    assert held[Account.ADVANCES] <= held[Account.COMMITTED]
    assert held[Account.RECOVERABLE] == held[Account.TO_RECOVER]
    round = ledger.balances(fund_id, ledger.Where(round_id=one.scene.round.id))
    assert round[Account.RESERVED] + net + held[Account.TO_RECOVER] == BUDGET
    check_recoveries(one)


def check_recoveries(one: AdvanceScene) -> None:
    owed = 0
    for row in db.session.scalars(select(Recovery).where(Recovery.award_id == one.award.id)):
        assert 0 <= row.received_cents <= row.amount_cents
        assert (row.state == "settled") == (row.received_cents == row.amount_cents)
        owed += row.rest_cents if row.state == "open" else 0
    assert owed == one.cents(Account.RECOVERABLE)
    account = queries.final_account(one.award)
    if account is not None and account.state == "approved":
        assert one.cents(Account.ADVANCES) == 0


def attempt(one: AdvanceScene, name: str, pick: int, cents: int) -> None:
    """Take a step, or be refused and leave nothing behind."""
    with db.session.begin_nested() as point:
        try:
            STEPS[name](one.scene, pick, cents)
            db.session.flush()
        except Refusal:
            point.rollback()
    db.session.expire_all()


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(NAMES), st.integers(0, 5), st.integers(1, 500_000)), min_size=6, max_size=26
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_hold_whatever_happens_to_an_advance(
    app: Flask, session: Any, steps: list[tuple[str, int, int]]
) -> None:
    point = db.session.begin_nested()
    one = make_advance(small_scene())
    first = one.award.amount_cents

    for name, pick, cents in steps:
        attempt(one, name, pick, cents)
        check(one, first)

    point.rollback()
    db.session.expire_all()


def test_the_usual_way_is_one_of_these(session: Any) -> None:
    one = make_advance(small_scene())
    first = one.award.amount_cents
    way = ["ask", "approve", "list", "release", "paid", "write", "settle", "receive", "propose", "write off"]

    for name in way:
        attempt(one, name, 0, 200_000)
        check(one, first)

    assert [row.state for row in db.session.scalars(select(Recovery))] == ["written_off"]
