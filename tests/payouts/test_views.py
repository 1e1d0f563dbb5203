"""The payout room: released by a third, downloaded the same, and who sees what."""

import re
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.core.db import db
from fundapp.payouts import batches, service
from fundapp.payouts.models import Batch, BatchState, ClaimState, Payment, PaymentState
from tests.factories import give_role, make_conflict
from tests.payouts.scene import IBAN, PASSWORD, TODAY, answer_all, bank_day, give_password, make_scene
from tests.visitor import Visitor


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_payment_goes_the_whole_way_over_the_pages(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.approved()
    give_password(scene.cast.fin)
    client.sign_in(scene.cast.fin)

    client.post(f"/claims/{claim.id}/list")
    batch = db.session.scalars(select(Batch)).one()
    warned = client.get(f"/batches/{batch.id}/release")
    reasons = dict.fromkeys(re.findall(r'name="(why-[^"]+)"', warned.text), "Held against the agreement.")
    client.post(f"/batches/{batch.id}/warnings", data=reasons)
    page = client.get(f"/batches/{batch.id}/release")
    data = {"digest": field(page.text, "digest"), "pay_on": bank_day(), "password": PASSWORD}
    unread = client.post(f"/batches/{batch.id}/release", data=data)
    client.post(f"/batches/{batch.id}/release", data=data | {"compared": "y"})
    first, second = client.get(f"/batches/{batch.id}/file"), client.get(f"/batches/{batch.id}/file")

    assert (len(reasons), 'name="digest"' in warned.text, unread.status_code) == (2, False, 422)
    assert ("€5,000" in page.text, IBAN in page.text, "••43 00" in page.text) == (True, False, True)
    assert first.data == second.data
    assert sha256(first.data).hexdigest() == batch.digest
    assert IBAN.encode() in first.data
    assert batch.digest[:4].upper() in client.get(f"/batches/{batch.id}").text
    assert (batch.state, claim.state) == (BatchState.RELEASED, ClaimState.APPROVED)


def test_release_page_sent_twice_makes_one_file(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    payment = scene.listed()
    answer_all(payment.batch, scene.cast.fin)
    give_password(scene.cast.fin)
    client.sign_in(scene.cast.fin)
    path = f"/batches/{payment.batch_id}/release"
    shown = {"digest": field(client.get(path).text, "digest"), "pay_on": bank_day()}
    data = shown | {"compared": "y", "password": PASSWORD}

    first, second = client.post(path, data=data), client.post(path, data=data)

    assert (first.status_code, second.status_code) == (302, 409)
    assert payment.state is PaymentState.ORDERED


def test_release_says_why_it_is_not_for_who_checked(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    payment = scene.listed()
    give_role(scene.cast.sol, scene.cast.fund, RoleName.FINANCE)
    give_password(scene.cast.sol)
    client.sign_in(scene.cast.sol)
    path = f"/batches/{payment.batch_id}/release"

    page = client.get(path)
    shown = {"digest": batches.list_digest([payment]), "pay_on": bank_day()}
    sent = client.post(path, data=shown | {"compared": "y", "password": PASSWORD})

    assert payment.claim.code in page.text
    assert sent.status_code == 409
    assert payment.state is PaymentState.LISTED


def test_paid_and_returned_on_the_batch_page(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    payment = scene.ordered()
    client.sign_in(scene.cast.fin)
    path = f"/batches/{payment.batch_id}/paid"

    future = client.post(path, data={"paid_on": "2999-01-01"})
    client.post(path, data={"paid_on": TODAY.isoformat()})
    paid = payment.state
    asked = client.get(f"/payments/{payment.id}/returned")
    silent = client.post(f"/payments/{payment.id}/returned", data={"reason": ""})
    client.post(f"/payments/{payment.id}/returned", data={"reason": "Account closed."})

    assert (future.status_code, asked.status_code, silent.status_code) == (422, 200, 422)
    assert (paid, payment.state) == (PaymentState.PAID, PaymentState.RETURNED)
    client.sign_in(scene.cast.ana)
    assert "Check your account" in client.get(f"/grants/{scene.award.id}").text


def test_one_payment_is_marked_and_another_taken_out(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    payment = scene.listed()
    client.sign_in(scene.cast.fin)

    client.post(f"/payments/{payment.id}/remove")
    client.post(f"/claims/{payment.claim_id}/list")
    again = db.session.scalars(select(Payment).where(Payment.state == PaymentState.LISTED)).one()
    early = client.post(f"/payments/{again.id}/paid", data={"paid_on": TODAY.isoformat()})

    assert payment.state is PaymentState.REMOVED
    assert early.status_code == 422 or again.state is PaymentState.LISTED


def test_batch_is_cancelled_with_a_reason(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    payment = scene.listed()
    client.sign_in(scene.cast.fin)
    path = f"/batches/{payment.batch_id}/cancel"

    client.get(path)
    silent = client.post(path, data={"reason": ""})
    client.post(path, data={"reason": "Wrong day."})

    assert silent.status_code == 422
    assert payment.batch.state is BatchState.CANCELLED


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/payouts", ["sol", "max", "fin", "aud"]),
        ("/batches/{batch}", ["fin", "aud"]),
        ("/batches/{batch}/file", ["fin", "aud"]),
        ("/batches/{batch}/release", ["fin"]),
        ("/payments/{payment}/returned", ["fin"]),
        ("/ledger/{fund}", ["sol", "max", "fin", "aud"]),
    ],
)
def test_money_is_for_who_works_with_it(app: Flask, client: Visitor, path: str, allowed: list[str]) -> None:
    scene = make_scene()
    payment = scene.ordered()
    where = path.format(batch=payment.batch_id, payment=payment.id, fund=scene.cast.fund.id)
    opened = []
    for name in ("ana", "ben", "rhea", "sol", "max", "fin", "aud"):
        client.sign_in(getattr(scene.cast, name))
        if client.get(where).status_code in (200, 302):
            opened.append(name)

    assert opened == allowed


def test_tie_hides_the_request_but_not_the_sum(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    payment = scene.listed()
    make_conflict(scene.award.application, scene.cast.fin)
    client.sign_in(scene.cast.fin)
    title = scene.award.application.title

    room, batch = client.get("/payouts").text, client.get(f"/batches/{payment.batch_id}").text
    ledger = client.get(f"/ledger/{scene.cast.fund.id}").text

    assert (title in room, title in batch, title in ledger) == (False, False, False)
    assert "€5,000" in batch
    assert client.post(f"/payments/{payment.id}/remove").status_code == 404


def test_ledger_page_agrees_and_is_paged(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    for _ in range(16):
        claim = scene.approved(scene.asked(2, cents=1000))
        service.void(claim, "Again.", actor=scene.cast.sol, at=claim.state_at)
        service.withdraw(claim, actor=scene.cast.ana, at=claim.state_at)
    scene.paid()
    for _ in range(15):
        scene.approved(scene.asked(2, cents=1000))
    client.sign_in(scene.cast.fin)

    page = client.get(f"/ledger/{scene.cast.fund.id}").text
    older = re.search(r'href="([^"]*before=\d+)"', page)

    assert "The figures agree" in page
    assert page.count("<tr>") == 51
    assert older
    assert client.get(older[1].replace("&amp;", "&")).status_code == 200
    client.sign_in(scene.cast.sol)
    assert "Postings" not in client.get(f"/ledger/{scene.cast.fund.id}").text
