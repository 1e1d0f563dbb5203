"""Paying: three people, one live payment, one file; what is paid, and what comes back."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds.models import Account
from fundapp.grants import awards, milestones
from fundapp.payouts import payments, service
from fundapp.payouts.bank_days import is_bank_day, next_bank_day
from fundapp.payouts.models import Batch, BatchState, ClaimState, PaymentState
from tests.factories import NOW, give_role, make_cast, make_conflict
from tests.payouts.scene import IBAN, TODAY, make_scene, release

SPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


# --- in and out of a batch -----------------------------------------------------------


def test_first_payment_makes_the_batch_and_others_join_it(app: Flask) -> None:
    scene = make_scene()

    first, second = scene.listed(), scene.listed(scene.asked(2))

    assert first.batch_id == second.batch_id
    assert first.batch.message_id == f"{scene.cast.fund.slug.upper()}-1"
    assert first.batch.pay_on == next_bank_day(TODAY)
    assert (first.end_to_end_id, first.state) == (f"{first.claim.code}-1", PaymentState.LISTED)


def test_only_finance_lists_and_only_what_is_approved(app: Flask) -> None:
    scene = make_scene()
    submitted, approved = scene.claim(), scene.approved(scene.asked(2))
    make_conflict(scene.award.application, scene.cast.aud)
    give_role(scene.cast.aud, scene.cast.fund, RoleName.FINANCE)

    with pytest.raises(MoveRefused):
        payments.list_payment(submitted, actor=scene.cast.fin, at=NOW)
    for person in (scene.cast.ana, scene.cast.sol, scene.cast.aud):
        with pytest.raises(MoveRefused):
            payments.list_payment(approved, actor=person, at=NOW)


def test_claim_stands_in_one_batch(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()

    with pytest.raises(MoveRefused):
        payments.list_payment(payment.claim, actor=scene.cast.fin, at=NOW)
    payments.remove(payment, actor=scene.cast.fin, at=NOW)
    again = payments.list_payment(payment.claim, actor=scene.cast.fin, at=NOW)

    assert again.end_to_end_id.endswith("-2")
    assert scene.cents(Account.APPROVED) == 500_000


# --- the bank answers ------------------------------------------------------------------


def test_paid_closes_claim_and_batch_and_tells_the_grantee(app: Flask) -> None:
    scene = make_scene()

    payment = scene.paid()

    assert (payment.state, payment.paid_on, payment.claim.state) == ("paid", TODAY, ClaimState.PAID)
    assert payment.batch.state is BatchState.SETTLED
    assert (scene.cents(Account.ORDERED), -scene.cents(Account.BANK)) == (0, 500_000)
    sent = db.session.scalars(select(Outbox).where(Outbox.name == "payment-made")).all()
    assert [mail.user_id for mail in sent] == [scene.cast.ana.id]
    assert IBAN not in sent[0].body_text


def test_payment_is_marked_once(app: Flask) -> None:
    scene = make_scene()
    payment = scene.paid()

    with pytest.raises(MoveRefused):
        payments.mark_paid(payment, TODAY, actor=scene.cast.fin, at=NOW)

    assert -scene.cents(Account.BANK) == 500_000


@pytest.mark.parametrize("days", [-1, 1])
def test_payment_cannot_be_paid_before_its_release_or_after_today(app: Flask, days: int) -> None:
    scene = make_scene()
    payment = scene.ordered()

    with pytest.raises(Refusal):
        payments.mark_paid(payment, TODAY + timedelta(days=days), actor=scene.cast.fin, at=NOW)


def test_batch_settles_with_its_last_answer(app: Flask) -> None:
    scene = make_scene()
    first, second = scene.listed(), scene.listed(scene.asked(2))
    release(first, scene.cast.fin)

    payments.mark_paid(first, TODAY, actor=scene.cast.fin, at=NOW)
    between = first.batch.state
    payments.return_payment(second, "Unknown account.", actor=scene.cast.fin, at=NOW)

    assert (between, first.batch.state) == (BatchState.RELEASED, BatchState.SETTLED)
    assert second.claim.state is ClaimState.APPROVED
    assert scene.cents(Account.APPROVED) == 300_000


def test_money_that_comes_back_can_be_paid_again_and_never_twice(app: Flask) -> None:
    scene = make_scene()
    first = scene.paid()

    payments.return_payment(first, "Account closed.", actor=scene.cast.fin, at=NOW)
    with pytest.raises(MoveRefused):
        payments.return_payment(first, "Again.", actor=scene.cast.fin, at=NOW)
    second = payments.list_payment(first.claim, actor=scene.cast.fin, at=NOW)
    release(second, scene.cast.fin)
    payments.mark_paid(second, TODAY, actor=scene.cast.fin, at=NOW)

    assert first.claim.state is ClaimState.PAID
    assert -scene.cents(Account.BANK) == 500_000
    assert "payment-returned" in db.session.scalars(select(Outbox.name)).all()


def test_every_step_leaves_a_line_in_the_log(app: Flask) -> None:
    scene = make_scene()
    payment = scene.paid()

    def verbs(kind: str, id: int) -> list[str]:
        statement = select(AuditEvent.verb).where(
            AuditEvent.subject_type == kind, AuditEvent.subject_id == id
        )
        return list(db.session.scalars(statement.order_by(AuditEvent.id)))

    assert verbs("claim", payment.claim_id) == ["submit", "approve", "pay"]
    assert verbs("payment", payment.id) == ["list", "answer_warning", "answer_warning", "order", "settle"]
    assert verbs("batch", payment.batch_id) == ["open", "release", "settle"]


def test_funds_pay_apart(app: Flask) -> None:
    one, other = make_scene(), make_scene(make_cast())

    first, second = one.listed(), other.listed()

    assert first.batch_id != second.batch_id
    with pytest.raises(MoveRefused):
        release(second, one.cast.fin)
    assert db.session.scalars(select(Batch.number)).all() == [1, 1]


def test_bank_days_skip_weekends_and_the_holidays_of_the_ecb() -> None:
    christmas = TODAY.replace(month=12, day=24)

    assert next_bank_day(christmas).isoformat() == "2026-12-28"
    assert not is_bank_day(christmas.replace(day=25))
    assert is_bank_day(christmas)


def test_service_checks_the_account_again_before_the_release(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()
    account = payment.claim.bank_account
    account.retired_at = NOW

    with pytest.raises(Refusal):
        release(payment, scene.cast.fin)
    with pytest.raises(Refusal):
        service.check_account(payment.claim)


def test_grant_is_closed_after_its_last_payment(app: Flask) -> None:
    scene = make_scene()
    payment = scene.ordered()
    milestones.expire(scene.award.milestones[1], actor=scene.cast.sol, at=NOW, note="Two years idle.")

    with pytest.raises(Refusal):
        awards.complete(scene.award, actor=scene.cast.sol, at=NOW)
    payments.mark_paid(payment, TODAY, actor=scene.cast.fin, at=NOW)
    awards.complete(scene.award, actor=scene.cast.sol, at=NOW)

    assert (scene.award.state, scene.award.amount_cents) == ("completed", 500_000)
    assert (scene.cents(Account.COMMITTED), -scene.cents(Account.BANK)) == (0, 500_000)
