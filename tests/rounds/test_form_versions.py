"""Versions of a form in the browser: made, compared, put to use in a round that is open."""

import pytest
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.rounds import building, service
from fundapp.rounds.definitions import load_library
from fundapp.rounds.models import Form
from tests.factories import NOW, make_cast, make_round

NAME = {"en": "Our form", "nl": "Ons formulier"}


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def form(cast):
    start = load_library("pioneers_form").definition
    return building.make(cast.fund, name=NAME, start=start, actor=cast.sol, at=NOW)


@pytest.fixture
def office(client, cast):
    client.sign_in(cast.sol)
    return client


@pytest.fixture
def asked(cast, form):
    form.frozen_at = NOW
    return make_round(cast.fund, form=form, slug="asked")


def test_frozen_form_offers_a_new_version_and_nothing_else(office, form, asked):
    page = office.get(f"/office/forms/{form.id}").text
    refused = office.post(f"/office/forms/{form.id}/questions/video/remove")

    assert ("Change it: make a new version" in page, "Add a question" in page) == (True, False)
    assert refused.status_code == 409


def test_new_version_is_compared_and_put_to_use_with_a_reason(office, form, asked):
    second = office.post(f"/office/forms/{form.id}/version").location
    office.post(f"{second}/questions/video/remove")
    shown = office.get(f"{second}/differences").text
    use = f"{second}/use/{asked.stage.id}"

    without = office.post(use, data={"reason": ""})
    done = office.post(use, data={"reason": "Nobody has a video."})

    made = db.session.scalars(select(Form).where(Form.number == 2, Form.slug == form.slug)).one()
    assert "Not asked any more" in shown
    assert office.get(use).status_code == 404 or "Go on with version 2" in office.get(use).text
    assert (without.status_code, done.status_code) == (422, 302)
    assert asked.stage.form_id == made.id
    assert "Ask it again" not in office.get(second).text


def test_template_that_a_round_asks_is_made_the_funds_own(office, cast):
    round = make_round(cast.fund, form=service.install_form("proposal_form", at=NOW), slug="ours")

    shown = office.get(f"/office/rounds/{round.id}").text
    answer = office.post(f"/office/rounds/{round.id}/stages/1/own-form")

    made = db.session.get(Form, int(answer.location.rpartition("/")[2]))
    assert f'action="/office/rounds/{round.id}/stages/1/own-form"' in shown
    assert (made.fund_id, made.number, made.frozen_at) == (cast.fund.id, 2, None)


def test_list_costs_the_same_for_one_and_many(office, cast):
    counts = []
    for number in (1, 12):
        for _ in range(number):
            building.make(cast.fund, name=NAME, actor=cast.sol, at=NOW)
        office.get("/office/forms")
        counts.append(len(office.statements))

    assert counts[0] == counts[1]
