"""The public pages: what is released and nothing else, under the name the fund's rule gives."""

from datetime import timedelta

import pytest
from flask import Flask

from fundapp.core.db import db
from fundapp.decisions.models import DecisionState
from fundapp.funds.models import PublicationRule
from fundapp.rounds.models import Round, RoundState
from tests.factories import (
    NOW,
    Cast,
    make_application,
    make_award,
    make_cast,
    make_decision,
    make_fund,
    make_round,
)
from tests.visitor import Visitor

PAGES = ("/", "/calls", "/projects", "/money", "/how-we-decide")


def _awards(cast: Cast, round: Round, number: int) -> None:
    for _turn in range(number):
        make_award(
            make_application(round, cast.ana), cast.sol, cast.max, amount_cents=10_000, parts=(10_000,)
        )


@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_on_an_empty_installation(app: Flask, client: Visitor, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_pages_ask_as_much_for_one_row_as_for_many(app: Flask, client: Visitor, path: str) -> None:
    cast = make_cast(make_fund(received_cents=90_000_000))
    round = make_round(cast.fund)
    _awards(cast, round, 1)
    client.get(path)
    few = len(client.statements)
    _awards(cast, round, 20)
    for _more in range(3):
        make_round(cast.fund, budget_cents=1_000)

    client.get(path)

    assert len(client.statements) == few


def test_a_project_shows_once_its_letter_is_sent_and_not_before(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    round = make_round(cast.fund)
    hidden = make_application(round, cast.ben, title="Secret seeds")
    make_decision(hidden, cast.sol, state=DecisionState.APPROVED)
    shown = make_application(round, cast.ana, title="Tide tables")
    make_award(shown, cast.sol, cast.max)

    listed, project = client.get("/projects").text, client.get(f"/projects/{shown.code}").text

    assert "Tide tables" in listed
    assert "€8,000" in project
    assert "Secret seeds" not in listed + client.get("/").text
    assert client.get(f"/projects/{hidden.code}").status_code == 404


def test_the_name_follows_the_funds_rule(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    application = make_application(make_round(cast.fund), cast.ana)
    make_award(application, cast.sol, cast.max)
    assert application.party is not None
    application.party.legal_name, application.party.public_name = "A. Alders", "tidekeeper"

    chosen = client.get("/projects").text
    cast.fund.publication_rule = PublicationRule.LEGAL_NAME
    db.session.flush()
    legal = client.get("/projects").text

    assert ("tidekeeper" in chosen, "A. Alders" in chosen) == (True, False)
    assert ("tidekeeper" in legal, "A. Alders" in legal) == (False, True)


def test_a_call_page_shows_the_rubric_and_the_button_only_while_open(app: Flask, client: Visitor) -> None:
    fund = make_fund()
    now = NOW.now(NOW.tzinfo)
    open_round = make_round(fund, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=3))
    closed = make_round(fund, opens_at=now - timedelta(days=9), closes_at=now - timedelta(seconds=1))

    page, after = (client.get(f"/calls/{fund.slug}/{round.slug}").text for round in (open_round, closed))

    assert "P1 anchor 4" in page
    assert ("Write a proposal" in page, "Write a proposal" in after) == (True, False)


@pytest.mark.parametrize(
    ("state", "is_trial", "status"),
    [(RoundState.DRAFT, False, 404), (RoundState.PUBLISHED, False, 200), (RoundState.RELEASED, False, 200)],
)
def test_an_unpublished_call_is_not_there(
    app: Flask, client: Visitor, state: RoundState, is_trial: bool, status: int
) -> None:
    fund = make_fund()
    round = make_round(fund, state=state, is_trial=is_trial)

    assert client.get(f"/calls/{fund.slug}/{round.slug}").status_code == status


def test_the_money_page_agrees_with_the_ledger(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    make_award(make_application(make_round(cast.fund), cast.ana), cast.sol, cast.max, amount_cents=800_000)

    page = client.get("/money", headers={"Accept-Language": "nl"}).text

    for figure in ("€\xa0100.000", "€\xa08.000", "€\xa042.000", "€\xa050.000"):
        assert figure in page
