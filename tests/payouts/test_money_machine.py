"""Claims, approvals, account changes, releases, statements and crashes in any order: money is never lost."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, current_app
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.core import clock, files
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds.queries import own_account
from fundapp.grants import accounts
from fundapp.payouts import (
    answering,
    bank_lines,
    batches,
    file_reading,
    ledger_proof,
    lists,
    payments,
    queries,
    release_sheets,
    risks,
    room,
    service,
    statements,
)
from fundapp.payouts.models import Batch, BatchState, Claim, Payment, PaymentState
from tests.factories import NOW, give_role, make_user
from tests.payouts.answers import camt, entry
from tests.payouts.scene import IBAN, OTHER_IBAN, Scene
from tests.payouts.test_invariants import check, small_scene

LIVE = (PaymentState.ORDERED, PaymentState.PAID)


class Crash(Exception):
    """The process ends before the commit."""


class Money(RuleBasedStateMachine):
    """One grant at one fund, whose batches from EUR 4,000 on take two people to release."""

    def __init__(self) -> None:
        super().__init__()
        self.scene: Scene = small_scene()
        self.fund, self.cast = self.scene.cast.fund, self.scene.cast
        self.fund.second_release_from_cents = 400_000
        self.faye = make_user("Faye Finch")
        give_role(self.faye, self.fund, RoleName.FINANCE)
        db.session.flush()
        self.at: datetime = NOW
        self.number = 0

    def do(self, work: Any, crash: bool = False) -> None:
        """Do something whole or not at all; a refusal and a crash both leave nothing behind."""
        try:
            with db.session.begin_nested():
                work()
                if crash:
                    raise Crash
        except (Refusal, Crash):
            db.session.expire_all()

    def pick(self, kind: Any, number: int, *states: str) -> Any:
        rows = db.session.scalars(select(kind).where(kind.fund_id == self.fund.id).order_by(kind.id)).all()
        fitting = [row for row in rows if row.state.value in states]
        return fitting[number % len(fitting)] if fitting else None

    @initialize(parts=st.sampled_from((1, 2)))
    def begin(self, parts: int) -> None:
        """Begin with something in the open batch: most ways lead through it."""
        for number in (1, 2):
            self.bring_in(number, parts)

    @rule(number=st.integers(1, 2), parts=st.sampled_from((1, 2, 3)))
    def bring_in(self, number: int, parts: int) -> None:
        def work() -> None:
            cents = self.scene.award.milestones[number - 1].amount_cents // parts
            claim = self.scene.claim(self.scene.asked(number, cents=cents))
            service.approve(claim, "", claim.digest, actor=self.cast.sol, at=self.at)
            payments.list_payment(claim, actor=self.cast.fin, at=self.at)

        self.do(work)

    @rule()
    def release_by_both(self) -> None:
        self.release(second=False, crash=False)
        self.release(second=True, crash=False)

    @rule(back=st.booleans(), crash=st.booleans())
    def release_and_hear_from_the_bank(self, back: bool, crash: bool) -> None:
        self.release_by_both()
        self.statement(number=0, back=False, twice=True, crash=crash)
        if back:
            self.statement(number=0, back=True, twice=True, crash=crash)

    @rule(number=st.integers(1, 2), part=st.sampled_from((1, 2, 3)), crash=st.booleans())
    def ask(self, number: int, part: int, crash: bool) -> None:
        cents = self.scene.award.milestones[number - 1].amount_cents // part
        self.do(lambda: self.scene.claim(self.scene.asked(number, cents=cents)), crash)

    @rule(number=st.integers(0, 5), crash=st.booleans())
    def approve(self, number: int, crash: bool) -> None:
        if (claim := self.pick(Claim, number, "submitted")) is not None:
            self.do(lambda: service.approve(claim, "", claim.digest, actor=self.cast.sol, at=self.at), crash)

    @rule(number=st.integers(0, 5))
    def void(self, number: int) -> None:
        if (claim := self.pick(Claim, number, "approved")) is not None:
            self.do(lambda: service.void(claim, "Wrong.", actor=self.cast.max, at=self.at))

    @rule(other=st.booleans())
    def change_account(self, other: bool) -> None:
        def work() -> None:
            made = accounts.enter_account(
                self.scene.award, "A. Alders", OTHER_IBAN if other else IBAN,
                settings=current_app.config["SETTINGS"], actor=self.cast.ana, at=self.at,
            )  # fmt: skip
            accounts.confirm_account(self.scene.award, made.id, actor=self.cast.fin, at=self.at)

        self.do(work)

    @rule(days=st.integers(1, 4))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(number=st.integers(0, 5))
    def put_in(self, number: int) -> None:
        if (claim := self.pick(Claim, number, "approved")) is not None:
            self.do(lambda: payments.list_payment(claim, actor=self.cast.fin, at=self.at))

    @rule(number=st.integers(0, 5))
    def take_out(self, number: int) -> None:
        if (payment := self.pick(Payment, number, "listed")) is not None:
            self.do(lambda: payments.remove(payment, actor=self.cast.fin, at=self.at))

    @rule(second=st.booleans(), crash=st.sampled_from((False, False, True)))
    def release(self, second: bool, crash: bool) -> None:
        if (batch := self.pick(Batch, 0, "open")) is None:
            return
        actor, given = (self.faye if second else self.cast.fin), current_app.config["SETTINGS"]

        def work() -> None:
            told = bank_lines.going(bank_lines.of_batch(batch, self.fund, given, self.at))
            open_ = risks.unanswered(risks.of_batch(batch.id, self.fund, self.at), [one.id for one in told])
            reasons = {risk.group: "We called." for risk in open_}
            answering.answer_warnings(batch, reasons, actor=actor, at=self.at)
            pay_on = max(batch.pay_on, self.today)
            while not batches.is_bank_day(pay_on):
                pay_on += timedelta(days=1)
            shown = batches.list_digest(told)
            batches.release_batch(
                batch, pay_on, shown, settings=given, actor=actor, at=self.at, proved_at=self.at
            )

        self.do(work, crash)

    @property
    def today(self) -> date:
        return clock.day(self.at, self.fund.zone)

    @rule(number=st.integers(0, 5), back=st.booleans(), twice=st.booleans(), crash=st.booleans())
    def statement(self, number: int, back: bool, twice: bool, crash: bool) -> None:
        states = ("paid", "ordered") if back else ("ordered",)
        if (payment := self.pick(Payment, number, *states)) is None:
            return
        self.number += 1
        side = {"side": "CRDT", "reason": "AC04"} if back else {}
        told = entry(
            f"{payment.amount_cents / 100:.2f}", payment.end_to_end_id, on=self.today,
            ref=f"B{self.number}", **side,
        )  # fmt: skip
        own = own_account(self.fund.id)
        content = camt(told, iban=own.iban, id=f"2026-{self.number}")  # type: ignore[union-attr]
        given = {"name": "s.xml", "settings": current_app.config["SETTINGS"], "actor": None, "at": self.at}
        for crashes in [crash, False] if crash else [False, *([False] if twice else [])]:
            self.do(lambda: statements.take_in(content, **given), crashes)

    @rule()
    def cancel(self) -> None:
        if (batch := self.pick(Batch, 0, "released")) is not None:
            self.do(lambda: batches.cancel_batch(batch, "Refused.", actor=self.cast.fin, at=self.at))

    @invariant()
    def money_is_kept(self) -> None:
        check(self.scene)
        assert ledger_proof.prove(self.fund).faults == []

    @invariant()
    def people_differ_and_nothing_stands_in_two_live_files(self) -> None:
        rows = db.session.scalars(select(Payment).where(Payment.fund_id == self.fund.id)).all()
        live = Counter(one.claim_id for one in rows if one.state in LIVE)
        assert all(times == 1 for times in live.values())
        for one in rows:
            hands = [one.claimed_by, one.approved_by, one.released_by, one.second_released_by]
            known = [hand for hand in hands if hand is not None]
            assert len(set(known)) == len(known)
            assert one.released_by is not None or one.state not in LIVE

    @invariant()
    def screen_export_and_sheet_tell_the_same(self) -> None:
        listed = {number: (state, items, cents) for number, state, items, cents in lists.batches()}
        every = select(Batch).where(Batch.fund_id == self.fund.id, Batch.file_id.is_not(None))
        for batch in db.session.scalars(every):
            kept = queries.batch_file(batch)
            assert kept is not None
            order = file_reading.read(files.content(kept))
            sheet = release_sheets.shape(batch, self.fund, order, "en")
            screen = sum(line.amount_cents for line in room.lines_of(self.cast.fin, batch))
            assert listed[batch.message_id] == (batch.state.value, order.count, order.total_cents)
            assert sheet["total_cents"] == screen == batch.total_cents == order.total_cents
            if batch.state is not BatchState.CANCELLED and batch.total_cents >= 400_000:
                assert batch.second_released_by is not None

    def teardown(self) -> None:
        db.session.rollback()


def test_money_is_never_lost_whatever_happens(app: Flask) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Money,
        settings=settings(
            max_examples=12, stateful_step_count=30, deadline=None, derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )  # fmt: skip
