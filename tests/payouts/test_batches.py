"""Batches: released by a third person in one file that never changes, or cancelled."""

from datetime import timedelta
from hashlib import sha256
from xml.etree import ElementTree as ET

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.core import files
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds.models import Account, FundAccount
from fundapp.payouts import batches, payments, queries
from fundapp.payouts.models import BatchState, PaymentState
from tests.factories import NOW, give_role, make_conflict
from tests.payouts.scene import IBAN, TODAY, make_scene, release

SPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


def texts(content: bytes, tag: str) -> list[str | None]:
    return [element.text for element in ET.fromstring(content).iter(SPACE + tag)]  # noqa: S314 our own file


def test_release_orders_the_money_and_keeps_the_file(app: Flask) -> None:
    scene = make_scene()

    payment = scene.ordered()

    batch = payment.batch
    assert (batch.state, batch.total_cents) == (BatchState.RELEASED, 500_000)
    assert (payment.state, payment.released_by) == (PaymentState.ORDERED, scene.cast.fin.id)
    assert (scene.cents(Account.APPROVED), scene.cents(Account.ORDERED)) == (0, 500_000)
    file = queries.batch_file(batch)
    assert file is not None
    content = files.content(file)
    assert sha256(content).hexdigest() == batch.digest == file.sha256


def test_file_holds_the_whole_account_the_amount_and_the_reference(app: Flask) -> None:
    scene = make_scene()

    payment = scene.ordered()

    content = files.content(queries.batch_file(payment.batch))  # type: ignore[arg-type]
    own = db.session.scalar(select(FundAccount.iban).where(FundAccount.fund_id == scene.cast.fund.id))
    assert texts(content, "IBAN") == [own, IBAN]
    assert texts(content, "CtrlSum")[0] == "5000.00"
    assert texts(content, "EndToEndId") == [payment.end_to_end_id]
    assert texts(content, "Ref") == [payment.claim.reference]
    assert texts(content, "MsgId") == [payment.batch.message_id]
    assert IBAN not in str(payment.claim.bank_account.__dict__)


def test_release_is_refused_to_who_asked_or_checked(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()
    give_role(scene.cast.sol, scene.cast.fund, RoleName.FINANCE)
    give_role(scene.cast.ana, scene.cast.fund, RoleName.FINANCE)

    for person in (scene.cast.sol, scene.cast.ana, scene.cast.max, scene.cast.aud):
        with pytest.raises(MoveRefused):
            release(payment, person)

    assert payment.batch.state is BatchState.OPEN


def test_release_is_refused_to_finance_with_a_tie(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()
    make_conflict(scene.award.application, scene.cast.fin)

    with pytest.raises(MoveRefused):
        release(payment, scene.cast.fin)


def test_release_binds_to_the_list_on_the_page(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()
    seen = batches.list_digest([payment])
    scene.listed(scene.asked(2))

    with pytest.raises(ChangedMeanwhile):
        batches.release_batch(
            payment.batch,
            payment.batch.pay_on,
            seen,
            settings=current_app.config["SETTINGS"],
            actor=scene.cast.fin,
            at=NOW,
            proved_at=NOW,
        )


def test_batch_is_released_once(app: Flask) -> None:
    scene = make_scene()
    payment = scene.ordered()

    with pytest.raises((MoveRefused, ChangedMeanwhile)):
        release(payment, scene.cast.fin)
    with pytest.raises((MoveRefused, ChangedMeanwhile)):
        batches.release_batch(
            payment.batch,
            TODAY,
            batches.list_digest([]),
            settings=current_app.config["SETTINGS"],
            actor=scene.cast.fin,
            at=NOW,
            proved_at=NOW,
        )

    assert scene.cents(Account.ORDERED) == 500_000


def test_release_wants_a_day_that_can_still_come(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()

    with pytest.raises(Refusal):
        batches.release_batch(
            payment.batch,
            TODAY - timedelta(days=1),
            batches.list_digest([payment]),
            settings=current_app.config["SETTINGS"],
            actor=scene.cast.fin,
            at=NOW,
            proved_at=NOW,
        )


def test_next_payment_opens_another_batch(app: Flask) -> None:
    scene = make_scene()
    first = scene.ordered()

    second = scene.listed(scene.asked(2))

    assert (first.batch.number, second.batch.number) == (1, 2)


def test_cancelled_batch_gives_its_payments_free(app: Flask) -> None:
    scene = make_scene()
    payment = scene.ordered()

    batches.cancel_batch(payment.batch, "The bank refused the file.", actor=scene.cast.fin, at=NOW)

    assert (payment.batch.state, payment.state) == (BatchState.CANCELLED, PaymentState.RETURNED)
    assert (scene.cents(Account.APPROVED), scene.cents(Account.ORDERED)) == (500_000, 0)
    again = payments.list_payment(payment.claim, actor=scene.cast.fin, at=NOW)
    assert again.batch.number == 2


def test_open_batch_can_be_cancelled_and_one_that_was_paid_cannot(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()
    batches.cancel_batch(payment.batch, "Wrong day.", actor=scene.cast.fin, at=NOW)

    paid = scene.paid(scene.asked(2))

    assert payment.state is PaymentState.REMOVED
    with pytest.raises(MoveRefused):
        batches.cancel_batch(paid.batch, "Too late.", actor=scene.cast.fin, at=NOW)
