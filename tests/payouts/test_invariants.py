"""Whatever people do, in whatever order: the ledger keeps every euro. Source: domain model, section 5."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask, current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds import service as funds
from fundapp.funds.models import DEBIT_NORMAL, Account, Posting
from fundapp.grants import accounts, milestones
from fundapp.grants.models import Milestone
from fundapp.payouts import batches, payments, service
from fundapp.payouts.asking import Asked
from fundapp.payouts.models import Batch, BatchState, Claim, ClaimState, Payment, PaymentState
from tests.factories import NOW, make_cast, make_fund
from tests.payouts.scene import LINK, OTHER_IBAN, TODAY, Scene, answer_all, enter, make_scene, release

BUDGET = 5_000_000
OPENED = (ClaimState.APPROVED, ClaimState.PAID)
Step = tuple[str, int, int]
Try = Callable[[Scene, int, int], Any]


def small_scene() -> Scene:
    """A fund with three gifts, two of them too small for the grant alone; one is earmarked."""
    fund = make_fund(received_cents=350_000)
    gifts = ((4_500_000, None, date(2026, 2, 1)), (250_000, "web", date(2026, 3, 1)))
    for cents, theme, day in gifts:
        funds.receive(
            fund, giver="City", amount_cents=cents, received_on=day, theme=theme, actor=None, at=NOW
        )
    return make_scene(make_cast(fund))


# --- what people may try ---------------------------------------------------------------


def some(kind: type[Any], fund_id: int, pick: int, *states: str) -> Any:
    """Choose one row; of those in these states when there are any, since most steps fit few states."""
    rows = list(db.session.scalars(select(kind).where(kind.fund_id == fund_id).order_by(kind.id)))
    fitting = [row for row in rows if row.state in states] or rows
    return fitting[pick % len(fitting)] if fitting else None


def on(kind: type[Any], states: tuple[str, ...], do: Callable[[Scene, Any, int], Any]) -> Try:
    def step(scene: Scene, pick: int, cents: int) -> Any:
        row = some(kind, scene.cast.fund.id, pick, *states)
        return do(scene, row, cents) if row else None

    return step


def line(scene: Scene, pick: int, cents: int) -> Asked:
    chosen = scene.award.milestones[pick % 2]
    return Asked(chosen.id, cents % (chosen.amount_cents + 2), [LINK], licence="MIT", place=LINK)


def release_open(scene: Scene, pick: int, cents: int) -> None:
    batch = db.session.scalar(
        select(Batch).where(Batch.fund_id == scene.cast.fund.id, Batch.state == BatchState.OPEN)
    )
    if batch is not None:
        listed = [one for one in batch.payments if one.state is PaymentState.LISTED]
        answer_all(batch, scene.cast.fin)
        given = {"settings": current_app.config["SETTINGS"], "actor": scene.cast.fin}
        shown = batches.list_digest(listed)
        batches.release_batch(batch, batch.pay_on, shown, **given, at=NOW, proved_at=NOW)


def change_account(scene: Scene, pick: int, cents: int) -> None:
    entered = enter(scene.award, scene.cast.ana, OTHER_IBAN if pick % 2 else "NL91ABNA0417164300")
    if cents % 3:
        accounts.confirm_account(scene.award, entered.id, actor=scene.cast.fin, at=NOW)


STEPS: dict[str, Try] = {
    "claim": lambda s, pick, cents: s.claim(line(s, pick, cents)),
    "claim all": lambda s, pick, cents: s.claim(s.asked(1 + pick % 2)),
    "revise": on(
        Claim,
        ("returned", "approved"),
        lambda s, c, cents: service.revise(c, [line(s, cents, cents)], "", actor=s.cast.ana, at=NOW),
    ),
    "approve": on(
        Claim, ("submitted",), lambda s, c, _: service.approve(c, "", c.digest, actor=s.cast.sol, at=NOW)
    ),
    "return": on(
        Claim, ("submitted",), lambda s, c, _: service.return_claim(c, "Why?", actor=s.cast.sol, at=NOW)
    ),
    "refuse": on(Claim, ("submitted",), lambda s, c, _: service.refuse(c, "No.", actor=s.cast.max, at=NOW)),
    "withdraw": on(Claim, ("submitted",), lambda s, c, _: service.withdraw(c, actor=s.cast.ana, at=NOW)),
    "void": on(Claim, ("approved",), lambda s, c, _: service.void(c, "Wrong.", actor=s.cast.max, at=NOW)),
    "list": on(Claim, ("approved",), lambda s, c, _: payments.list_payment(c, actor=s.cast.fin, at=NOW)),
    "remove": on(Payment, ("listed",), lambda s, p, _: payments.remove(p, actor=s.cast.fin, at=NOW)),
    "release": release_open,
    "paid": on(Payment, ("ordered",), lambda s, p, _: payments.mark_paid(p, TODAY, actor=s.cast.fin, at=NOW)),
    "came back": on(
        Payment,
        ("ordered", "paid"),
        lambda s, p, _: payments.return_payment(p, "Closed.", actor=s.cast.fin, at=NOW),
    ),
    "cancel": on(
        Batch,
        ("open", "released"),
        lambda s, b, _: batches.cancel_batch(b, "The bank refused it.", actor=s.cast.fin, at=NOW),
    ),
    "account": change_account,
    "expire": on(
        Milestone, ("open",), lambda s, m, _: milestones.expire(m, actor=s.cast.sol, at=NOW, note="Over.")
    ),
    "revive": on(
        Milestone, ("expired",), lambda s, m, _: milestones.revive(m, actor=s.cast.sol, at=NOW, note="On.")
    ),
}
# The way to a payment is tried more often than the ways out of it.
NAMES = [*STEPS, *["claim", "approve", "list", "release", "paid"] * 3]


# --- what must hold ----------------------------------------------------------------------


def check(scene: Scene) -> None:
    postings = db.session.scalars(select(Posting).where(Posting.fund_id == scene.cast.fund.id)).all()
    check_no_account_is_overdrawn(postings)
    check_the_grant_and_the_round_add_up(scene)
    check_claims_are_paid_whole_or_not(scene, postings)
    check_milestones_pay_no_more_than_they_hold(scene)


def check_no_account_is_overdrawn(postings: Any) -> None:
    held: dict[tuple[int | None, Account], int] = defaultdict(int)
    for one in postings:
        for account, sign in ((one.debit, 1), (one.credit, -1)):
            normal = sign if account in DEBIT_NORMAL else -sign
            held[one.contribution_id, account] += normal * one.amount_cents
    assert {key: cents for key, cents in held.items() if cents < 0} == {}


def check_the_grant_and_the_round_add_up(scene: Scene) -> None:
    def net(where: ledger.Where) -> int:
        sums = ledger.balances(scene.cast.fund.id, where)
        return sums[Account.COMMITTED] + sums[Account.APPROVED] + sums[Account.ORDERED] - sums[Account.BANK]

    of_round = ledger.Where(round_id=scene.round.id)
    reserved = ledger.balances(scene.cast.fund.id, of_round)[Account.RESERVED]
    whole = ledger.figures(scene.cast.fund.id)
    assert net(ledger.Where(award_id=scene.award.id)) == scene.award.amount_cents
    assert reserved + net(of_round) == BUDGET
    assert whole.budget == whole.received == 5_100_000
    assert ledger.balances(scene.cast.fund.id)[Account.BANK] == whole.received - whole.paid


def check_claims_are_paid_whole_or_not(scene: Scene, postings: Any) -> None:
    out: dict[int, int] = defaultdict(int)
    for one in postings:
        if one.payment_id and Account.BANK in (one.debit, one.credit):
            out[one.payment_id] += one.amount_cents if one.credit is Account.BANK else -one.amount_cents
    paid: dict[int, int] = defaultdict(int)
    for payment in db.session.scalars(select(Payment).where(Payment.fund_id == scene.cast.fund.id)):
        paid[payment.claim_id] += out[payment.id]
    claims = db.session.scalars(select(Claim).where(Claim.fund_id == scene.cast.fund.id)).all()
    for claim in claims:
        assert paid[claim.id] == (claim.amount_cents if claim.state is ClaimState.PAID else 0)
        assert sum(one.amount_cents for one in claim.lines) == claim.amount_cents
    sums = ledger.balances(scene.cast.fund.id, ledger.Where(award_id=scene.award.id))
    opened = sum(claim.amount_cents for claim in claims if claim.state in OPENED)
    assert sums[Account.APPROVED] + sums[Account.ORDERED] - sums[Account.BANK] == opened


def check_milestones_pay_no_more_than_they_hold(scene: Scene) -> None:
    claims = db.session.scalars(select(Claim).where(Claim.fund_id == scene.cast.fund.id)).all()
    for milestone in scene.award.milestones:
        lines = [(claim, one) for claim in claims for one in claim.lines if one.milestone_id == milestone.id]
        live = [one for claim, one in lines if claim.state not in (ClaimState.REFUSED, ClaimState.WITHDRAWN)]
        assert sum(one.amount_cents for one in live) <= milestone.amount_cents
        sums = ledger.balances(
            scene.cast.fund.id, ledger.Where(award_id=scene.award.id, milestone_id=milestone.id)
        )
        opened = sum(one.amount_cents for claim, one in lines if claim.state in OPENED)
        assert sums[Account.APPROVED] + sums[Account.ORDERED] - sums[Account.BANK] == opened


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(NAMES), st.integers(0, 5), st.integers(0, 600_000)),
        min_size=8,
        max_size=30,
    )
)
def test_money_is_kept_whatever_is_done(app: Flask, steps: list[Step]) -> None:
    scene = small_scene()
    try:
        for name, pick, cents in steps:
            try:
                with db.session.begin_nested():
                    STEPS[name](scene, pick, cents)
            except Refusal:
                db.session.expire_all()  # taken back: nothing can have changed
            else:
                check(scene)
    finally:
        db.session.rollback()


def test_a_payment_that_comes_back_draws_on_the_gifts_it_was_paid_from(app: Flask) -> None:
    scene = small_scene()
    payment = scene.paid()

    payments.return_payment(payment, "Closed.", actor=scene.cast.fin, at=NOW)
    check(scene)
    again = payments.list_payment(payment.claim, actor=scene.cast.fin, at=NOW)
    release(again, scene.cast.fin)
    payments.mark_paid(again, TODAY, actor=scene.cast.fin, at=NOW)

    check(scene)
    gifts = set(db.session.scalars(select(Posting.contribution_id).where(Posting.event == "pay")))
    assert len(gifts) > 1
