"""A payee who did not apply: asked by mail, sees the own share and details, and nothing else of the grant."""

import re
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from fundapp.accounts.queries import user_by_email
from fundapp.applications.queries import is_barred
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants import accounts, offering, paid_people, service, shares
from fundapp.grants.models import Payee, PayeeInvitation
from tests.factories import NOW
from tests.grants.scene import opened, row, write

PAT = "pat@example.org"
IBAN = "NL91ABNA0417164300"


@pytest.fixture
def start(app):
    made = opened()
    write(made, row("Format", 500_000), row("Form", 300_000))
    return made


def invited(start, **options):
    given = {"name": "Pat Payee", "language": "en", "actor": start.cast.ana, "at": NOW} | options
    made = paid_people.invite(start.award, PAT, **given)
    db.session.flush()
    return made


def link():
    found = select(Outbox.body_text).where(Outbox.name == "payee-invited").order_by(Outbox.id.desc())
    return re.search(r"/payee/[\w-]+", db.session.scalars(found).first())[0]


def joined(start):
    asked = invited(start)
    settings = current_app.config["SETTINGS"]
    who = paid_people.accept(asked, None, name="Pat Payee", password=None, at=NOW, settings=settings)
    db.session.flush()
    return who


def shared(start):
    """Give Pat a quarter, and bring the agreement into force."""
    pat, ana, draft = joined(start), start.cast.ana, start.draft
    parts = [shares.Part(ana.id, ppm=750_000), shares.Part(pat.id, ppm=250_000)]
    service.share(draft, parts, base=draft.row_version, actor=ana, at=NOW)
    offering.offer(draft, actor=start.cast.sol, at=NOW)
    db.session.flush()
    return pat, draft


def test_link_makes_an_account_and_opens_only_the_own_share(client, start):
    invited(start)
    db.session.commit()
    there, id = link(), start.award.id

    page = client.get(there)
    answer = client.post(there, data={"name": "Pat Payee", "password": "a sentence is easy"})

    assert "You are to be paid a share of a grant" in page.text
    assert answer.location == f"/grants/{id}/share"
    assert client.get(f"/grants/{id}/share").status_code == 200
    assert "You are paid a share of" in client.get("/grants").text
    for path in ("", "/agreements/1", "/account", "/grantee", "/plan"):
        assert (path, client.get(f"/grants/{id}{path}").status_code) in ((path, 403), (path, 404))
    assert client.get(f"/applications/{start.award.application_id}").status_code == 404
    assert client.get(there).status_code == 410
    pat = user_by_email(PAT)
    assert is_barred(start.award.application_id, pat.id)


def test_payee_agrees_gives_details_and_account_and_is_paid_there(client, start):
    pat, draft = shared(start)
    db.session.commit()
    id = start.award.id
    letters = select(Outbox.name).where(Outbox.address == PAT)
    assert "share-offered" in db.session.scalars(letters).all()
    client.sign_in(pat)
    page = client.get(f"/grants/{id}/share").text
    digest = re.search(r'name="digest"[^>]*value="(\w+)"', page)[1]

    agreed = client.post(f"/grants/{id}/share", data={"digest": digest, "agreed": "y"})

    assert "2,000" in page
    assert agreed.location == f"/grants/{id}/share"
    assert all(one["user_id"] != pat.id for one in shares.waiting(draft))
    offering.accept(draft, draft.digest, actor=start.cast.ana, at=NOW)
    db.session.flush()
    assert offering.countersign(draft, draft.digest, actor=start.cast.max, at=NOW)
    db.session.commit()
    party = pat.party_id
    address = {"kind": "person", "legal_name": "Pat Payee", "street": "Kade", "number": "1",
               "postcode": "1000 AA", "town": "Amsterdam", "country": "NL"}  # fmt: skip
    details = client.post(f"/grants/{id}/grantee?payee={party}", data=address)
    entered = client.post(f"/grants/{id}/account?payee={party}", data={"holder": "P. Payee", "iban": IBAN})
    assert (details.location, entered.location) == (f"/grants/{id}/share",) * 2
    live = accounts.live_account(party)
    assert live.entered_by == pat.id
    assert live.masked in client.get(f"/grants/{id}/share").text
    others = db.session.scalars(
        select(Payee.party_id).where(Payee.award_id == id, Payee.party_id != party)
    ).one()
    for path in ("account", "grantee"):
        assert client.get(f"/grants/{id}/{path}?payee={others}").status_code in (403, 404)
    wrong = client.post(f"/grants/{id}/account?payee={others}", data={"holder": "X", "iban": IBAN})
    assert wrong.status_code in (403, 409)


def test_share_that_is_held_keeps_its_payee_and_an_open_invitation_can_be_ended(client, start):
    shared(start)
    held = db.session.scalars(select(PayeeInvitation)).one()
    with pytest.raises(Refusal, match="has a share"):
        paid_people.end(held, actor=start.cast.ana, at=NOW)

    other = paid_people.invite(
        start.award, "new@example.org", name="New", language="nl", actor=start.cast.sol, at=NOW
    )
    db.session.flush()
    there = link()
    paid_people.end(other, actor=start.cast.ana, at=NOW)
    db.session.commit()

    assert client.get(there).status_code == 410


def test_second_invitation_replaces_the_first_and_old_links_die(client, start):
    invited(start)
    first = link()
    invited(start)
    second = link()
    db.session.commit()

    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    with pytest.raises(Refusal):
        paid_people.by_token(second.removeprefix("/payee/"), at=NOW + timedelta(days=31))


def test_who_takes_part_is_not_asked_and_strangers_do_not_ask(start):
    with pytest.raises(Refusal, match="takes part"):
        paid_people.invite(
            start.award, start.cast.ana.email, name="Ana", language="en", actor=start.cast.sol, at=NOW
        )
    with pytest.raises(MoveRefused):
        invited(start, actor=start.cast.ben)
    joined(start)
    with pytest.raises(Refusal, match="takes part"):
        invited(start)


def test_page_names_who_was_asked_and_says_what_is_wrong(client, start):
    db.session.commit()
    client.sign_in(start.cast.ana)
    there = f"/grants/{start.award.id}/payees/invite"

    wrong = client.post(there, data={"email": "no", "name": "Pat", "language": "en"})
    client.post(there, data={"email": PAT, "name": "Pat Payee", "language": "nl"})

    assert wrong.status_code == 422
    page = client.get(there).text
    assert "Pat Payee" in page
    id = db.session.scalars(select(PayeeInvitation.id)).one()
    client.post(f"/grants/{start.award.id}/payees/invitations/{id}/end")
    assert db.session.get(PayeeInvitation, id).ended_at is not None
