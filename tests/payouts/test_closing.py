"""Closing and ending a grant: what must be done first, what happens with the money, what is written."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.core import pdf
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds.models import Account, PaymentScheme
from fundapp.grants import awards, closing
from fundapp.grants.models import MilestoneState
from fundapp.payouts import advances, recoveries, settlement
from fundapp.payouts.models import RecoveryReason
from tests.factories import NOW
from tests.grants.scene import opened
from tests.grants.test_reports import FINAL, a_report, accepted
from tests.payouts.advance_scene import make_advance
from tests.payouts.scene import TODAY, make_scene
from tests.visitor import Visitor

A = Account


def endpoints(award: Any) -> list[str]:
    return [point.endpoint for point in closing.open_points(award)]


def mails() -> set[str]:
    return {key.partition(":")[0] for key in db.session.scalars(select(Outbox.key))}


def test_new_grant_takes_the_scheme_of_its_fund(session: Any) -> None:
    start = opened()

    assert start.award.scheme is PaymentScheme.MILESTONES
    awards.choose_scheme(start.award, PaymentScheme.ADVANCE, 75, actor=start.cast.sol, at=NOW)
    assert advances.amount(start.award) == 600_000


@pytest.mark.parametrize("percent", [0, 101, -5])
def test_advance_of_no_or_too_many_percent_is_refused(session: Any, percent: int) -> None:
    start = opened()

    with pytest.raises(Refusal):
        awards.choose_scheme(start.award, PaymentScheme.ADVANCE, percent, actor=start.cast.sol, at=NOW)


def test_grantee_does_not_choose_how_they_are_paid(session: Any) -> None:
    start = opened()

    with pytest.raises(MoveRefused):
        awards.choose_scheme(start.award, PaymentScheme.ADVANCE, 80, actor=start.cast.ana, at=NOW)


def test_grant_closes_when_all_is_paid_and_reported(session: Any) -> None:
    scene = make_scene()
    scene.paid(scene.asked(1), scene.asked(2))
    report = a_report(scene)
    before = endpoints(scene.award)
    report.is_fixed = False
    db.session.delete(report)
    db.session.flush()
    accepted(scene, FINAL)

    awards.complete(scene.award, actor=scene.cast.sol, at=NOW, note="Well done.")

    assert before == ["grants.report"]
    assert scene.award.state == "completed"
    assert "grant-completed" in mails()


def test_request_under_way_and_money_owed_keep_a_grant_open(session: Any) -> None:
    scene = make_scene()
    scene.paid(scene.asked(1))
    scene.claim(scene.asked(2))
    why = RecoveryReason.WRONG_PAYMENT
    recoveries.open_claim(scene.award, why, 100, "Too much.", (), actor=scene.cast.sol, at=NOW)

    assert endpoints(scene.award) == ["grants.show", "payouts.show", "payouts.recovery"]
    with pytest.raises(Refusal):
        awards.complete(scene.award, actor=scene.cast.sol, at=NOW)


def test_grant_with_an_advance_closes_after_its_settlement(session: Any) -> None:
    one = make_advance()
    one.advance()
    before = endpoints(one.award)
    one.settled(640_000)

    awards.complete(one.award, actor=one.cast.sol, at=NOW)

    assert before == ["grants.show"]
    assert one.award.amount_cents == 640_000
    assert {step.state for step in one.award.milestones} == {MilestoneState.DELIVERED}


def test_ended_grant_keeps_what_its_advance_covers_until_it_is_settled(session: Any) -> None:
    one = make_advance()
    one.advance()

    awards.terminate(one.award, actor=one.cast.sol, at=NOW, note="The maintainer stopped.")

    assert one.cents(A.COMMITTED) == 640_000
    assert one.award.amount_cents == 640_000
    found = one.settled(500_000)
    assert (found.back, found.to_pay) == (140_000, 0)
    assert one.award.amount_cents == 500_000
    assert {"grant-ended", "account-approved", "recovery-claimed"} <= mails()


def test_ended_grant_claims_back_what_was_paid_too_much(session: Any) -> None:
    scene = make_scene()
    scene.paid(scene.asked(1))
    awards.terminate(scene.award, actor=scene.cast.sol, at=NOW, note="Nothing was published.")

    row = recoveries.open_claim(
        scene.award, RecoveryReason.ENDED, 500_000, "Not published.", (), actor=scene.cast.sol, at=NOW
    )
    recoveries.receive(row, 500_000, TODAY, actor=scene.cast.fin, at=NOW)

    assert scene.award.amount_cents == 0
    assert (scene.cents(A.BANK), scene.cents(A.RECOVERABLE)) == (0, 0)


def test_advance_is_not_claimed_back_around_its_settlement(session: Any) -> None:
    one = make_advance()
    one.advance()

    with pytest.raises(Refusal, match="settle"):
        recoveries.open_claim(one.award, RecoveryReason.ENDED, 100, "Now.", (), actor=one.cast.sol, at=NOW)
    with pytest.raises(Refusal):
        settlement.settle_without(one.award, " ", actor=one.cast.sol, at=NOW)


def test_pause_and_resume_are_told_with_their_reason(session: Any) -> None:
    scene = make_scene()

    awards.pause(scene.award, actor=scene.cast.sol, at=NOW, note="We wait for the court.")
    awards.resume(scene.award, actor=scene.cast.sol, at=NOW)

    assert {"grant-paused", "grant-resumed"} <= mails()


def test_letter_about_the_end_is_there_once_it_ended(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    there = f"/grants/{scene.award.id}/letter.pdf"
    client.sign_in(scene.cast.ana)
    before = client.get(there)
    awards.terminate(scene.award, actor=scene.cast.sol, at=NOW, note="Nothing was published.")

    after = client.get(there)

    assert before.status_code == 404
    if pdf.available():
        assert after.data.startswith(b"%PDF")
