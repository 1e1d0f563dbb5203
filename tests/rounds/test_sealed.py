"""Sealed rounds: nobody reads before the closing, whichever door they try; only numbers are known."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fundapp.accounts.models import Role, RoleName
from fundapp.applications import listings
from fundapp.applications.models import ApplicationState
from fundapp.applications.queries import seen, seen_application
from fundapp.core import clock
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds import service
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_review, make_round

SECRET = "A secret plan for tides"


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    now = clock.now()
    return make_round(
        cast.fund, is_sealed=True, opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=9)
    )


@pytest.fixture
def asked(call, cast):
    return make_application(call, cast.ana, title=SECRET)


@pytest.mark.parametrize("who", ["sol", "max", "fin", "aud", "rhea"])
def test_nobody_finds_a_proposal_of_a_sealed_round(call, asked, cast, who):
    user = getattr(cast, who)

    assert seen_application(user, asked.id) is None
    assert db.session.scalars(select(type(asked)).where(seen(user))).all() == []


def test_reviewer_with_access_reads_nothing_before_the_closing(asked, cast):
    make_review(asked, cast.rhea)

    assert seen_application(cast.rhea, asked.id) is None


def test_panel_reads_nothing_before_the_closing(call, cast):
    asked = make_application(call, cast.ana, state=ApplicationState.IN_REVIEW)
    seat = {"fund_id": cast.fund.id, "round_id": call.id, "name": RoleName.PANEL, "granted_at": NOW}
    db.session.add(Role(user_id=cast.ben.id, **seat))
    db.session.flush()
    db.session.expire(cast.ben)

    before = seen_application(cast.ben, asked.id)
    call.is_sealed = False
    db.session.flush()

    assert (before, seen_application(cast.ben, asked.id)) == (None, asked)


def test_every_page_of_the_office_keeps_silent_but_for_numbers(client, call, asked, cast):
    client.sign_in(cast.sol)
    pages = ["", "/applications", "/reviewers", "/ranking", "/statistics", "/decisions", "/conditions"]

    shown = {page: client.get(f"/office/rounds/{call.id}{page}") for page in pages}

    assert [page for page, answer in shown.items() if SECRET in answer.text] == []
    assert "Sealed until the call closes" in shown[""].text
    assert listings.pipeline(cast.sol, call.id).received == 1
    for page in ("", "/history", "/decision", "/party", "/extension"):
        assert client.get(f"/office/applications/{asked.id}{page}").status_code == 404
    assert SECRET not in client.get("/office/applications?q=secret").text
    assert client.get(f"/office/parties/{asked.party_id}").status_code == 404


def test_applicant_reads_their_own(client, asked, cast):
    client.sign_in(cast.ana)

    assert SECRET in client.get(f"/proposals/{asked.id}").text


def test_opening_early_is_logged_and_told_to_the_auditors(call, asked, cast):
    with pytest.raises(MoveRefused):
        service.open_early(call, actor=cast.sol, at=NOW, note=" ")

    service.open_early(call, actor=cast.sol, at=NOW, note="A court asked for it.")

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "open_early")).one()
    (mail,) = db.session.scalars(select(Outbox).where(Outbox.name == "seal-broken")).all()
    assert (event.actor_id, event.note) == (cast.sol.id, "A court asked for it.")
    assert (mail.address, "A court asked for it." in mail.body_text) == (cast.aud.email, True)
    assert cast.sol.name in mail.body_text
    assert seen_application(cast.sol, asked.id) is asked
    assert call.unsealed_at == NOW


def test_closing_takes_the_seal_off(call, asked, cast):
    after = call.stage.closes_at

    service.close(call, actor=None, at=after)

    assert (call.is_sealed, call.unsealed_at, call.state) == (False, after, RoundState.REVIEWING)
    assert seen_application(cast.sol, asked.id) is asked


def test_rolling_call_is_not_sealed(cast):
    call = make_round(cast.fund, state=RoundState.DRAFT, closes_at=None, is_sealed=True)
    call.stage.reviews_due_at = None

    with pytest.raises(Refusal):
        service.publish(call, actor=cast.sol, at=NOW)


def test_seal_is_set_in_the_browser_and_broken_with_a_reason(client, call, cast):
    client.sign_in(cast.sol)

    asked = client.get(f"/office/rounds/{call.id}/step/open_early").text
    refused = client.post(f"/office/rounds/{call.id}/step/open_early", data={"note": ""})
    client.post(f"/office/rounds/{call.id}/step/open_early", data={"note": "A court asked for it."})

    assert "before the call has closed" in asked
    assert (refused.status_code, call.is_sealed) == (422, False)


def test_draft_state_stays_with_the_applicant_in_any_round(call, cast):
    draft = make_application(call, cast.ana, state=ApplicationState.DRAFT)
    call.is_sealed = False
    db.session.flush()

    assert seen_application(cast.sol, draft.id) is None
