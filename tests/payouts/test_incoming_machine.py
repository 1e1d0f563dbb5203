"""Gifts, repayments, statements twice, corrections and crashes in any order: the ledger always adds up."""

from datetime import date
from typing import Any

from flask import Flask, current_app
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds import corrections, figures, gifts
from fundapp.funds.models import Account, Contribution, Correction, Posting
from fundapp.funds.queries import own_account
from fundapp.payouts import ledger_proof, recoveries, statements
from fundapp.payouts.models import LineState, Recovery, RecoveryReason, StatementLine
from tests.factories import NOW
from tests.payouts.answers import camt, entry
from tests.payouts.scene import TODAY, make_scene


class Crash(Exception):
    """The process ends before the commit."""


class Incoming(RuleBasedStateMachine):
    """A paid grant of which money is claimed back, and a fund that is promised gifts."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = db.session.begin_nested()
        self.scene = make_scene()
        self.fund, self.cast = self.scene.cast.fund, self.scene.cast
        self.number = 0
        self.files: list[bytes] = []

    @initialize()
    def pay_first(self) -> None:
        self.scene.paid()
        self.bank_before = figures.balances(self.fund.id)[Account.BANK]

    def do(self, work: Any, crash: bool = False) -> None:
        """Do one thing as a request does: whole, or not at all."""
        inner = db.session.begin_nested()
        try:
            work()
            db.session.flush()
            if crash:
                raise Crash
            inner.commit()
        except (Refusal, Crash):
            inner.rollback()
        db.session.expire_all()

    def pick(self, kind: Any, number: int) -> Any:
        rows = db.session.scalars(select(kind).order_by(kind.id)).all()
        return rows[number % len(rows)] if rows else None

    @rule(cents=st.integers(1, 300_000))
    def promise(self, cents: int) -> None:
        given = {"pledged_on": date(2026, 11, 1), "actor": self.cast.fin, "at": NOW}
        self.do(lambda: gifts.pledge(self.fund, giver="Lab", amount_cents=cents, **given))

    @rule(cents=st.integers(1, 200_000))
    def claim_back(self, cents: int) -> None:
        given = {"actor": self.cast.sol, "at": NOW}
        why = RecoveryReason.WRONG_PAYMENT
        self.do(lambda: recoveries.open_claim(self.scene.award, why, cents, "Too much.", (), **given))

    @rule(
        kind=st.sampled_from((Recovery, Contribution)), number=st.integers(0, 5),
        cents=st.lists(st.integers(1, 250_000), min_size=1, max_size=3), crash=st.booleans(),
    )  # fmt: skip
    def statement(self, kind: Any, number: int, cents: list[int], crash: bool) -> None:
        about = self.pick(kind, number)
        if about is None:
            return
        named = about.reference if kind is Recovery else about.bank_reference
        self.number += 1
        lines = "".join(
            entry(f"{one / 100:.2f}", named=named, on=TODAY, side="CRDT", ref=f"B{self.number}-{place}")
            for place, one in enumerate(cents)
        )
        file = camt(lines, iban=own_account(self.fund.id).iban, id=f"S{self.number}")
        self.files.append(file)
        self.do(lambda: self.take_in(file), crash)

    @rule(number=st.integers(0, 9), renamed=st.booleans())
    def statement_again(self, number: int, renamed: bool) -> None:
        """The same file once more, or the same movements under another number of a statement."""
        if self.files:
            file = self.files[number % len(self.files)]
            self.number += 1
            named = file.replace(b"<Stmt><Id>S", b"<Stmt><Id>W%d-" % self.number) if renamed else file
            self.do(lambda: self.take_in(named))

    def take_in(self, file: bytes) -> None:
        keys = current_app.config["SETTINGS"]
        statements.take_in(file, name="s.xml", settings=keys, actor=None, at=NOW)

    @rule(number=st.integers(0, 9))
    def take_a_receipt_back(self, number: int) -> None:
        receipts = db.session.scalars(
            select(Posting)
            .where(Posting.event == "receipt", Posting.reverses_id.is_(None))
            .order_by(Posting.id)
        ).all()
        posting = receipts[number % len(receipts)]

        def work() -> None:
            asked = corrections.ask(posting, reason="Not ours.", actor=self.cast.fin, at=NOW)
            db.session.flush()
            corrections.carry_out(asked, actor=self.cast.sol, at=NOW)

        self.do(work)

    @invariant()
    def ledger_adds_up(self) -> None:
        assert ledger_proof.prove(self.fund).faults == []

    @invariant()
    def nothing_comes_in_twice_or_beyond_what_is_owed(self) -> None:
        for owed in db.session.scalars(select(Recovery)):
            assert 0 <= owed.received_cents <= owed.amount_cents
        matched = select(func.coalesce(func.sum(StatementLine.amount_cents), 0)).where(
            StatementLine.state == LineState.MATCHED, StatementLine.payment_id.is_(None)
        )
        if not db.session.scalar(select(func.count(Correction.id))) and hasattr(self, "bank_before"):
            bank = figures.balances(self.fund.id)[Account.BANK]
            assert bank - self.bank_before == db.session.scalar(matched)

    def teardown(self) -> None:
        self.outer.rollback()
        db.session.expunge_all()


def test_money_that_comes_in_is_counted_once_whatever_happens(app: Flask) -> None:
    run_state_machine_as_test(
        Incoming,
        settings=settings(
            max_examples=5, stateful_step_count=10, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
