"""Tries at the funding line over real rows: drawn, kept, chosen, followed by decisions."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import many, scenarios, service
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.decisions.simulator import Basis, Kind, Rules, simulate
from fundapp.decisions.simulator_words import told
from fundapp.rounds.models import RoundState
from tests.factories import NOW, give_role, make_cast, make_conflict, make_decision, make_round, make_user
from tests.reviews.scene import judge


@pytest.fixture
def cast(app):
    return make_cast()


@pytest.fixture
def round(cast):
    """Money for one and a half of what each asks."""
    return make_round(cast.fund, state=RoundState.DECIDING, budget_cents=1_500_000)


@pytest.fixture
def two(round):
    best = judge(round, [4, 4, 7], [3, 4, 6], title="Best")
    return best, judge(round, [1, 2, 3], [2, 1, 2], title="Second")


def keep(round, cast, name="Plain", **rules):
    rules = Rules(**{"budget_cents": 1_500_000, **rules})
    return scenarios.save(
        round, name=name, note="", rules=rules, settings=told(rules), actor=cast.sol, at=NOW
    )


def kinds(scenario):
    return [line["kind"] for line in scenario.result]


def test_candidates_come_with_three_figures(round, cast, two):
    known, _figures = scenarios.candidates(cast.sol, round, 1_500_000)

    assert [one.title for one in known] == ["Best", "Second"]
    assert all(known[0].figures[basis] > known[1].figures[basis] for basis in Basis)


def test_party_brings_what_it_got_from_all_funds(round, cast, two):
    elsewhere = make_round(make_cast().fund, state=RoundState.RELEASED)
    before = judge(elsewhere, [4, 4, 7])
    before.party = two[0].party
    make_decision(
        before, make_user(), state=DecisionState.RELEASED, releaser=make_user(), amount_cents=700_000
    )
    db.session.flush()

    known, _figures = scenarios.candidates(cast.sol, round, 1_500_000)

    assert [one.given_cents for one in known] == [700_000, 0]
    assert simulate(known, Rules(1_500_000, party_cap_cents=1_600_000)).places[0].kind is Kind.OUT


def test_what_a_tie_hides_is_no_candidate(round, cast, two):
    make_conflict(two[0], cast.sol)

    known, _figures = scenarios.candidates(cast.sol, round, 1_500_000)

    assert [one.title for one in known] == ["Second"]


def test_kept_scenario_holds_its_rules_and_outcome(round, cast, two):
    kept = keep(round, cast, reserve=1)

    assert (kept.number, kinds(kept)) == (1, ["funded", "reserve"])
    assert kept.settings["reserve"] == 1
    assert keep(round, cast).number == 2
    verbs = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_type == "scenario")).all()
    assert verbs == ["save_scenario", "save_scenario"]


def test_person_with_a_tie_keeps_and_chooses_nothing(round, cast, two):
    kept = keep(round, cast)
    tied = make_user()
    give_role(tied, round.fund, RoleName.MANAGER)
    make_conflict(two[0], tied)

    for act in (
        lambda: scenarios.save(
            round, name="x", note="", rules=Rules(1), settings=told(Rules(1)), actor=tied, at=NOW
        ),
        lambda: scenarios.choose(kept, actor=tied, at=NOW),
        lambda: scenarios.drop(kept, actor=tied, at=NOW),
    ):
        with pytest.raises(MoveRefused, match="tie"):
            act()


def test_one_scenario_is_chosen_at_a_time(round, cast, two):
    first, second = keep(round, cast), keep(round, cast)

    scenarios.choose(first, actor=cast.sol, at=NOW)
    scenarios.choose(second, actor=cast.max, at=NOW + timedelta(hours=1))

    assert first.chosen_at is None
    assert scenarios.chosen(round).id == second.id
    assert second.chosen_by == cast.max.id


def test_decision_keeps_the_scenario_it_followed(round, cast, two):
    kept = keep(round, cast)
    scenarios.choose(kept, actor=cast.sol, at=NOW)

    made = service.propose(
        two[0],
        outcome=Outcome.AWARDED,
        amount_cents=1_000_000,
        to_applicant="Because.",
        actor=cast.sol,
        at=NOW,
    )

    assert made.scenario_id == kept.id
    with pytest.raises(Refusal, match="stays"):
        scenarios.drop(kept, actor=cast.sol, at=NOW)


def test_part_award_of_the_chosen_scenario_is_prepared(round, cast, two):
    scenarios.choose(keep(round, cast, least_percent=40), actor=cast.sol, at=NOW)

    rows = many.candidates(cast.sol, round, [one.id for one in two], Outcome.AWARDED, "")

    assert {row.application.title: row.amount_cents for row in rows} == {"Best": 1_000_000, "Second": 500_000}


def test_unchosen_scenario_is_thrown_away(round, cast, two, session):
    kept = keep(round, cast)

    scenarios.drop(kept, actor=cast.sol, at=NOW)
    session.flush()

    assert scenarios.scenarios(round) == []


def test_new_review_makes_a_kept_scenario_stale(round, cast, two):
    kept = keep(round, cast)
    assert not scenarios.is_stale(kept)

    judge(round, [2, 2, 4])

    assert scenarios.is_stale(kept)


def test_decided_round_keeps_no_more_scenarios(cast):
    decided = make_round(cast.fund, state=RoundState.RELEASED, budget_cents=1_500_000)

    with pytest.raises(MoveRefused, match="decided"):
        keep(decided, cast)


# --- pages -----------------------------------------------------------------------


def test_page_draws_the_line_from_its_address(client, round, cast, two):
    client.sign_in(cast.sol)

    plain = client.get(f"/office/rounds/{round.id}/simulator")
    rich = client.get(f"/office/rounds/{round.id}/simulator?budget=20.000&basis=median")

    assert "not funded" in plain.text
    assert "not funded" not in rich.text
    assert "Best" in plain.text


def test_page_tells_a_bad_amount_beside_its_field(client, round, cast, two):
    client.sign_in(cast.sol)

    page = client.get(f"/office/rounds/{round.id}/simulator?budget=much&least_percent=500")

    assert page.status_code == 422
    assert 'value="much"' in page.text


def test_page_says_nothing_of_what_a_tie_hides(client, round, cast, two):
    kept = keep(round, cast)
    make_conflict(two[0], cast.max)
    client.sign_in(cast.max)

    pages = [client.get(f"/office/rounds/{round.id}/simulator"), client.get(f"/office/scenarios/{kept.id}")]

    for page in pages:
        assert "Second" in page.text
        assert "Best" not in page.text
        assert two[0].code not in page.text
        assert "Decide by this one" not in page.text


def test_scenario_is_kept_once_and_chosen_in_the_browser(client, round, cast, two):
    client.sign_in(cast.sol)
    url = f"/office/rounds/{round.id}/simulator"
    sent = {"budget": "15000", "basis": "mean", "reserve": "1", "name": "Plain", "note": "", "once": "s-1"}

    first, again = client.post(url, data=sent), client.post(url, data=sent)
    assert first.location == again.location
    client.post(f"{first.location}/choose")

    shown = client.get(first.location)
    assert "Propose these decisions" in shown.text
    assert "reserve list" in shown.text
    assert db.session.scalar(select(Decision.id).limit(1)) is None


def test_scenario_needs_a_name(client, round, cast, two):
    client.sign_in(cast.sol)

    page = client.post(
        f"/office/rounds/{round.id}/simulator", data={"name": " ", "note": "My words", "once": "s-2"}
    )

    assert page.status_code == 422
    assert "Give it a name." in page.text
    assert "My words" in page.text


def test_scenario_is_thrown_away_after_asking(client, round, cast, two):
    kept = keep(round, cast)
    db.session.flush()
    url = f"/office/scenarios/{kept.id}"
    client.sign_in(cast.sol)

    assert "Throw" in client.get(f"{url}/drop").text
    client.post(f"{url}/drop")

    assert client.get(url).status_code == 404


def test_auditor_looks_and_other_funds_do_not(client, round, cast, two):
    kept = keep(round, cast)
    client.sign_in(cast.aud)
    assert client.get(f"/office/scenarios/{kept.id}").status_code == 200
    assert client.post(f"/office/scenarios/{kept.id}/choose").status_code == 403

    client.sign_in(make_cast().sol)
    assert client.get(f"/office/scenarios/{kept.id}").status_code == 404
