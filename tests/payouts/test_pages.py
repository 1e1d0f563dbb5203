"""Lists and mail: the same few queries for one row and for many, and every mail in both languages."""

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.applications.models import Access, Capacity, Level
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.grants import accounts
from fundapp.payouts import payments, service
from tests.factories import NOW, make_cast, make_user
from tests.payouts.scene import OTHER_IBAN, Scene, enter, make_scene, release
from tests.visitor import Visitor

LISTS = (
    "/grants",
    "/grants?state=active",
    "/payouts",
    "/ledger/{fund}",
    "/batches/{batch}",
    "/batches/{batch}/release",
)


def fill(scene: Scene, times: int) -> None:
    """Add requests in every state, in a batch and beside it."""
    for number in range(times):
        line = scene.asked(2, cents=100 + number)
        if number % 3 == 0:
            scene.claim(line)
        elif number % 3 == 1:
            scene.approved(line)
        else:
            scene.listed(line)


@pytest.mark.parametrize("path", LISTS)
def test_list_asks_the_same_for_one_row_and_for_many(app: Flask, client: Visitor, path: str) -> None:
    scene = make_scene()
    payment = scene.listed(scene.asked(1, cents=1000))
    client.sign_in(scene.cast.fin)
    where = path.format(fund=scene.cast.fund.id, batch=payment.batch_id)

    client.get(where)
    few = len(client.statements)
    fill(scene, 24)
    for _ in range(3):
        make_scene(scene.cast, account=False, budget_cents=1_000_000)
    client.get(where)

    assert len(client.statements) <= few
    assert few <= 10


@pytest.mark.parametrize("who", ["ana", "sol", "fin"])
def test_page_of_a_grant_asks_the_same_for_few_and_many_requests(
    app: Flask, client: Visitor, who: str
) -> None:
    scene = make_scene()
    scene.claim(scene.asked(1, cents=1000))
    client.sign_in(getattr(scene.cast, who))

    client.get(f"/grants/{scene.award.id}")
    few = len(client.statements)
    fill(scene, 12)
    client.get(f"/grants/{scene.award.id}")

    assert len(client.statements) == few <= 10


def test_own_list_is_paged(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    for _ in range(3):
        make_scene(cast, account=False, budget_cents=1_000_000)
    client.sign_in(cast.ana)

    page = client.get("/grants").text

    assert "3 grants" in page
    assert client.get("/grants?before=1").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("We have your request", "is approved", "Paid: €5,000")),
        ("nl", ("We hebben uw verzoek", "is goedgekeurd", "Betaald: € 5.000")),
    ],
)
def test_mail_is_in_the_language_of_its_reader(app: Flask, language: str, words: tuple[str, ...]) -> None:
    cast = make_cast()
    cast.ana.language = language
    scene = make_scene(cast)
    scene.paid()

    subjects = list(
        db.session.scalars(select(Outbox.subject).where(Outbox.user_id == cast.ana.id).order_by(Outbox.id))
    )

    for part in words:
        assert any(part in subject for subject in subjects), subjects


def test_every_mail_about_money_renders_whole(app: Flask) -> None:
    scene = make_scene()
    claim = scene.claim()
    service.return_claim(claim, "Why <b>?", actor=scene.cast.sol, at=NOW)
    service.revise(claim, [scene.asked(1)], "", actor=scene.cast.ana, at=NOW)
    service.refuse(claim, "No & no.", actor=scene.cast.sol, at=NOW)
    payment = scene.paid()
    payments.return_payment(payment, "Closed.", actor=scene.cast.fin, at=NOW)

    sent = {mail.name: mail for mail in db.session.scalars(select(Outbox))}

    assert set(sent) >= {
        "account-entered",
        "account-confirmed",
        "claim-received",
        "claim-returned",
        "claim-refused",
        "claim-approved",
        "payment-made",
        "payment-returned",
    }
    assert "Why <b>?" in sent["claim-returned"].body_text
    assert "Why &lt;b&gt;?" in sent["claim-returned"].body_html
    assert all("http://127.0.0.1:8000/" in mail.body_text for mail in sent.values())


def test_room_points_at_what_stands_out(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    scene = make_scene(cast)
    scene.claim(scene.asked(1, cents=100))
    changed = enter(scene.award, cast.ana, OTHER_IBAN)
    accounts.confirm_account(scene.award, changed.id, actor=cast.fin, at=NOW)
    client.sign_in(cast.sol)

    page = client.get("/payouts").text

    assert "First payment to this account" in page
    assert "Part of a milestone" in page
    assert "The account was changed in the last two weeks" in page


def test_room_shows_accounts_that_wait_to_be_confirmed(app: Flask, client: Visitor) -> None:
    scene = make_scene(account=False)
    enter(scene.award, scene.cast.ana)
    client.sign_in(scene.cast.fin)

    before = client.get("/payouts").text
    accounts.confirm_account(
        scene.award,
        accounts.live_account(scene.award.application.party_id).id,  # type: ignore[arg-type,union-attr]
        actor=scene.cast.fin,
        at=NOW,
    )

    assert f"/grants/{scene.award.id}/account/confirm" in before
    assert f"/grants/{scene.award.id}/account/confirm" not in client.get("/payouts").text


def test_co_applicants_hear_of_it_too(app: Flask) -> None:
    scene = make_scene()
    cora = make_user("Cora Cats")
    db.session.add(
        Access(
            application_id=scene.award.application_id,
            user_id=cora.id,
            capacity=Capacity.CO_APPLICANT,
            level=Level.READ,
            granted_at=NOW,
        )
    )
    db.session.flush()

    payment = scene.listed()
    release(payment, scene.cast.fin)

    told = db.session.scalars(select(Outbox.user_id).where(Outbox.name == "claim-received")).all()
    assert set(told) == {scene.cast.ana.id, cora.id}
