"""Rounds in the browser: prepared, published, changed, taken from step to step."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.core import clock, jobs
from fundapp.core.db import db
from fundapp.rounds.models import Round, RoundState
from fundapp.rounds.phases import WORDS as PHASE_WORDS
from fundapp.rounds.phases import Phase, phase
from fundapp.rounds.workflow import WORDS, workflow
from tests.factories import NOW, make_application, make_cast, make_fund, make_round, make_user

S = RoundState
FILLED = {
    "once": "one",
    "name_en": "Round 5",
    "name_nl": "Ronde 5",
    "slug": "round-5",
    "summary_en": "For commons.",
    "budget": "50.000",
    "lowest": "1000",
    "highest": "€ 12.500",
    "opens_at": "2026-12-01T12:00",
    "closes_at": "2099-02-01T12:00",
    "grace_minutes": "10",
    "reviews_due_at": "2099-03-01T12:00",
    "reviews_wanted": "3",
    "decide_by_on": "2099-04-01",
    "form": "shipped:proposal_form",
    "rubric": "shipped:digital_commons",
}


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


def made():
    return db.session.scalars(select(Round)).one()


def test_round_is_prepared_on_the_clock_of_its_fund(sol, cast):
    answer = sol.post(f"/office/funds/{cast.fund.id}/rounds/new", data=FILLED)

    round = made()
    assert (answer.location, round.state) == (f"/office/rounds/{round.id}", S.DRAFT)
    assert round.stage.opens_at.isoformat() == "2026-12-01T11:00:00+00:00"
    assert (round.budget_cents, round.highest_cents, round.stage.grace_minutes) == (5_000_000, 1_250_000, 10)


def test_round_prepared_twice_is_one(sol, cast):
    for _ in range(2):
        sol.post(f"/office/funds/{cast.fund.id}/rounds/new", data=FILLED)

    assert made().slug == "round-5"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("slug", "Round 5", "Small letters, digits and hyphens only."),
        ("budget", "about 5k", "is a rough figure"),
        ("highest", "500", "This is less than the lowest amount."),
        ("closes_at", "2026-11-01T12:00", "The call has to close after it opens."),
        ("closes_at", "2027-03-28T02:30", "The clock skips this hour"),
        ("name_nl", " ", "Fill this in."),
    ],
)
def test_what_does_not_hold_is_told_and_everything_kept(sol, cast, field, value, told):
    answer = sol.post(f"/office/funds/{cast.fund.id}/rounds/new", data=FILLED | {field: value})

    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="Round 5"' in answer.text
    assert db.session.scalars(select(Round)).all() == []


def test_publishing_asks_first_and_reserves(sol, cast):
    sol.post(f"/office/funds/{cast.fund.id}/rounds/new", data=FILLED)
    step = f"/office/rounds/{made().id}/step/publish"

    asked = sol.get(step).text
    sol.post(step)

    assert "€50,000 is set apart" in asked
    assert made().state is S.PUBLISHED


def test_publishing_without_money_says_so(sol, cast):
    sol.post(f"/office/funds/{cast.fund.id}/rounds/new", data=FILLED | {"budget": "200.000"})

    answer = sol.post(f"/office/rounds/{made().id}/step/publish")

    assert (answer.status_code, made().state) == (422, S.DRAFT)
    assert "is needed for this and there is" in answer.text


def test_draft_is_changed(sol, cast):
    sol.post(f"/office/funds/{cast.fund.id}/rounds/new", data=FILLED)
    round = made()
    page = sol.get(f"/office/rounds/{round.id}/edit").text

    sol.post(
        f"/office/rounds/{round.id}/edit",
        data=FILLED | {"budget": "40000", "form": f"row:{round.stage.form_id}", "rubric": "shipped:ostrom"},
    )

    assert 'value="2026-12-01T12:00"' in page
    assert (made().budget_cents, made().stage.rubric.slug) == (4_000_000, "ostrom")


def test_published_round_moves_its_closing_only_with_a_reason(sol, cast):
    call = make_round(cast.fund, closes_at=clock.now() + timedelta(days=3))
    given = {"name_en": "Round", "name_nl": "Ronde", "closes_at": "2099-01-01T12:00", "reviews_wanted": "3"}

    refused = sol.post(f"/office/rounds/{call.id}/edit", data=given | {"budget": "1"})
    sol.post(f"/office/rounds/{call.id}/edit", data=given | {"reason": "The server was down.", "budget": "1"})

    assert "give a reason for the change" in refused.text
    assert (call.stage.closes_at.year, call.budget_cents) == (2099, 5_000_000)


def test_closing_at_the_last_second_comes_back_as_it_was(sol, cast):
    closing = datetime(2099, 1, 1, 22, 59, 59, tzinfo=UTC)
    call = make_round(cast.fund, closes_at=closing, opens_at=NOW)

    assert 'value="2099-01-01T23:59:59"' in sol.get(f"/office/rounds/{call.id}/edit").text


@pytest.mark.parametrize("state", list(S))
def test_every_state_has_its_page(sol, cast, state):
    call = make_round(cast.fund, state=state)
    make_application(call, cast.ana)

    page = sol.get(f"/office/rounds/{call.id}")

    assert page.status_code == 200
    assert str(WORDS[state][1]) in page.text


@pytest.mark.parametrize("name", ["close", "release", "nonsense", "archive"])
def test_step_that_is_not_open_is_not_there(sol, cast, name):
    call = make_round(cast.fund, closes_at=clock.now() + timedelta(days=1))

    assert sol.get(f"/office/rounds/{call.id}/step/{name}").status_code == 404
    assert sol.post(f"/office/rounds/{call.id}/step/{name}").status_code == 404


def test_reopening_asks_for_closing_and_reason(sol, cast):
    call = make_round(cast.fund, state=S.REVIEWING, closes_at=NOW)
    step = f"/office/rounds/{call.id}/step/reopen"

    missing = sol.post(step, data={"note": "The server was down.", "closes_at": ""})
    soon = f"{clock.now() + timedelta(days=3):%Y-%m-%dT%H:%M}"
    sol.post(step, data={"note": "The server was down.", "closes_at": soon})

    assert (missing.status_code, call.state) == (422, S.PUBLISHED)


def test_cancelling_without_a_reason_is_refused(sol, cast):
    call = make_round(cast.fund)

    assert sol.post(f"/office/rounds/{call.id}/step/cancel", data={"note": ""}).status_code == 422
    sol.post(f"/office/rounds/{call.id}/step/cancel", data={"note": "Too few reviewers."})

    assert call.state is S.CANCELLED


def test_cancelling_is_not_offered_while_there_are_applications(sol, cast):
    call = make_round(cast.fund)
    make_application(call, cast.ana)

    assert "Cancel the round" not in sol.get(f"/office/rounds/{call.id}").text


def test_others_of_the_office_look_and_do_not_touch(client, cast):
    call = make_round(cast.fund)
    stranger = make_user("Max Maas", roles={make_fund(): [RoleName.MANAGER]})

    for user, seen, changed in (
        (cast.aud, 200, 403),
        (cast.fin, 200, 403),
        (cast.rhea, 404, 404),
        (stranger, 404, 404),
    ):
        client.sign_in(user)
        assert client.get(f"/office/rounds/{call.id}").status_code == seen
        assert client.get(f"/office/rounds/{call.id}/edit").status_code == changed


def test_list_costs_the_same_for_one_and_fifty(sol, cast):
    counts = []
    for number in (1, 49):
        for _ in range(number):
            make_round(cast.fund, budget_cents=10_000)
        assert sol.get("/office/rounds").status_code == 200
        counts.append(len(sol.statements))

    assert counts[0] == counts[1]


# --- the clock -----------------------------------------------------------------------


def test_clock_closes_what_is_over(cast):
    over, open_ = (
        make_round(cast.fund, closes_at=NOW, budget_cents=100),
        make_round(cast.fund, budget_cents=100),
    )

    first = jobs.run("close-rounds", NOW)
    again = jobs.run("close-rounds", NOW)

    assert (first["closed"], again["closed"]) == ([over.slug], [])
    assert (over.state, open_.state) == (S.REVIEWING, S.PUBLISHED)


def test_clock_leaves_a_round_with_an_extension_and_closes_the_others(cast):
    held, over = (make_round(cast.fund, closes_at=NOW, budget_cents=100) for _ in range(2))
    make_application(held, cast.ana, extended_until_at=NOW + timedelta(days=1))

    assert jobs.run("close-rounds", NOW)["closed"] == [over.slug]


# --- words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "at", "told"),
    [
        (S.DRAFT, NOW, None),
        (S.PUBLISHED, NOW - timedelta(days=21), Phase.SCHEDULED),
        (S.PUBLISHED, NOW, Phase.OPEN),
        (S.PUBLISHED, NOW + timedelta(days=10), Phase.ASSESSING),
        (S.REVIEWING, NOW + timedelta(days=11), Phase.ASSESSING),
        (S.RELEASED, NOW + timedelta(days=90), Phase.DECIDED),
        (S.CANCELLED, NOW, Phase.CANCELLED),
    ],
)
def test_phase_says_what_outsiders_read(cast, state, at, told):
    assert phase(make_round(cast.fund, state=state), at) is told


def test_every_state_and_phase_has_its_words():
    assert set(WORDS) == set(S)
    assert set(PHASE_WORDS) == set(Phase)


MOVES = {
    S.DRAFT: ["publish", "cancel"],
    S.PUBLISHED: ["close", "open_early", "cancel"],
    S.REVIEWING: ["reopen", "deliberate"],
    S.DECIDING: ["release"],
    S.RELEASED: ["archive"],
}


@pytest.mark.parametrize("state", list(S))
def test_moves_of_each_state(cast, state):
    call = make_round(cast.fund, state=state)

    assert [move.name for move in workflow.open_to(cast.sol, call)] == MOVES.get(state, [])
    for nobody in (cast.ana, cast.rhea, cast.fin, cast.aud):
        assert workflow.open_to(nobody, call) == []
