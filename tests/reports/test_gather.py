"""Snapshots: what they say follows from rows, ledger and reviews, and from nothing else."""

import json
from datetime import timedelta

import pytest

from fundapp.applications.models import (
    ApplicationState,
    Audience,
    ConflictState,
    Message,
    Thread,
    ThreadState,
)
from fundapp.core.db import db
from fundapp.decisions.models import DecisionState
from fundapp.funds import ledger
from fundapp.reports import application_data, round_data
from fundapp.reviews.models import ReviewState, Standing
from fundapp.rounds.models import RoundState
from tests.factories import (
    NOW,
    make_application,
    make_cast,
    make_conflict,
    make_decision,
    make_review,
    make_round,
    make_user,
)


def test_round_money_is_the_ledgers(story):
    data = round_data.gather(story.round, at=NOW)

    held = ledger.figures(story.round.fund_id, ledger.Where(round_id=story.round.id))
    money = data["money"]
    assert (money["reserved"], money["committed"], money["approved"], money["ordered"], money["paid"]) == (
        held.reserved, held.committed, held.approved, held.ordered, held.paid,
    )  # fmt: skip
    assert money == {
        "budget": 5_000_000, "granted": 800_000, "reserved": 4_200_000, "committed": 500_000,
        "approved": 0, "ordered": 0, "paid": 300_000,
    }  # fmt: skip
    assert data["headline"]["awarded_cents"] == money["granted"] == held.granted


def test_round_counts_follow_each_other(story):
    data = round_data.gather(story.round, at=NOW)

    steps = {step["key"]: (step["count"], step["left"], step["asked_cents"]) for step in data["steps"]}
    assert steps == {
        "received": (3, 0, 3_500_000), "eligible": (2, 1, 3_000_000),
        "reviewed": (2, 0, 3_000_000), "funded": (1, 1, 1_000_000),
    }  # fmt: skip
    assert data["headline"]["rate"] == pytest.approx(100 / 3)
    assert data["headline"]["times_asked"] == 0.7


def test_round_groups_add_up_to_the_whole(story):
    data = round_data.gather(story.round, at=NOW)

    for groups in (data["themes"], data["countries"], data["forms"]):
        assert sum(one["received"] for one in groups) == 3
        assert sum(one["asked_cents"] for one in groups) == 3_500_000
        assert sum(one["awarded_cents"] for one in groups) == 800_000
    assert [one["name"]["nl"] for one in data["countries"]] == ["Duitsland", "Nederland", "niet opgegeven"]


def test_ranking_is_the_one_of_the_screen(story):
    data = round_data.gather(story.round, at=NOW)

    kept = {row.application_id: row.mean_ppm for row in db.session.scalars(db.select(Standing))}
    shown = {one["code"]: one["mean"] for one in data["ranking"]}
    for application in (story.funded, story.declined):
        assert shown[application.code] == pytest.approx(kept[application.id] / 10_000, abs=1e-4)
    assert [(one["rank"], one["group"]) for one in data["ranking"]] == [
        (1, "funded"), (2, "declined"), (None, "unranked"),
    ]  # fmt: skip


def test_days_are_counted_from_the_deadline_and_set_against_the_promise(story):
    data = round_data.gather(story.round, at=NOW)

    decision = next(one for one in data["times"] if one["key"] == "decision")
    assert decision == {
        "key": "decision", "cases": 2, "least": 40, "median": 40.0, "p90": 40, "most": 40,
        "promised": 35, "in_time": 0.0,
    }  # fmt: skip


def test_reviewers_stay_nameless_and_lean_against_each_other(story):
    data = round_data.gather(story.round, at=NOW)

    assert [(one["reviewer"], one["assigned"], one["done"]) for one in data["reviewers"]] == [
        ("R1", 2, 2),
        ("R2", 2, 2),
    ]
    first, second = (one["lean"] for one in data["reviewers"])
    assert first == pytest.approx(-second)
    assert "Rhea" not in json.dumps(data)


def test_profile_sets_funded_beside_the_others(story):
    data = round_data.gather(story.round, at=NOW)

    assert [(one["key"], one["funded"]["median"], one["others"]["median"]) for one in data["profile"]] == [
        ("P1", 3.0, 1.5), ("P2", 3.0, 1.0),
    ]  # fmt: skip


def test_round_without_applications_says_nothing_untrue(session):
    round = make_round(make_cast().fund)

    data = round_data.gather(round, at=NOW)

    headline = data["headline"]
    assert (headline["received"], headline["rate"], headline["alpha"], headline["days_median"]) == (
        0,
        None,
        None,
        None,
    )
    assert headline["awarded_of_budget"] is None
    assert data["ranking"] == data["times"] == data["reviewers"] == data["agreement"] == data["profile"] == []


def test_embargoed_decision_stays_out_of_the_round_report(session):
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.DECIDING)
    application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW)
    make_decision(application, cast.sol, state=DecisionState.APPROVED, amount_cents=700_000)

    data = round_data.gather(round, at=NOW)

    assert data["headline"]["awarded_cents"] == 0
    assert data["ranking"][0]["awarded_cents"] is None
    assert data["ranking"][0]["group"] == "unranked"


def test_review_of_somebody_with_a_tie_counts_nowhere(story):
    make_conflict(story.funded, story.cast.rhea, ConflictState.BARRED)

    dossier = application_data.gather(story.funded, at=NOW)
    report = round_data.gather(story.round, at=NOW)

    assert len(dossier["reviews"]) == 1
    assert next(one for one in report["ranking"] if one["code"] == story.funded.code)["reviews"] == 1


def test_dossier_figures_follow_from_the_scores(story):
    data = application_data.gather(story.funded, at=NOW)

    by_key = {one["key"]: one for one in data["criteria"]}
    assert (by_key["P1"]["median"], by_key["P1"]["na"], by_key["P1"]["scored"]) == (3.0, 1, 1)
    assert (by_key["P2"]["median"], by_key["P2"]["spread"], by_key["P2"]["mean"]) == (3.0, 2, 3.0)
    assert [one["group"] for one in data["criteria"]] == ["profile", "profile", "criteria"]
    # First review: (20·3/4 + 30·2/4 + 50·5/6) / 100; the second leaves P1 out: (30·1 + 50·4/6) / 80.
    totals = [71.666667, 79.166667]
    assert [one["total"] for one in data["reviews"]] == pytest.approx(totals)
    assert data["totals"]["mean"] == pytest.approx(sum(totals) / 2)
    assert (data["totals"]["rank"], data["totals"]["ranked"]) == (1, 2)


def test_dossier_money_is_the_ledgers(story):
    data = application_data.gather(story.funded, at=NOW)

    held = ledger.figures(story.round.fund_id, ledger.Where(award_id=story.award.id))
    assert (data["awarded_cents"], data["paid_cents"]) == (held.granted, held.paid) == (800_000, 300_000)
    assert data["tasks_cents"] == sum(task["amount_cents"] for task in data["tasks"]) == 800_000


def test_dossier_shows_a_decision_only_once_it_is_settled(story):
    round = make_round(story.cast.fund)
    first, second = (
        make_application(round, story.cast.ben, state=ApplicationState.IN_REVIEW) for _ in range(2)
    )
    make_decision(first, story.cast.sol)
    make_decision(second, story.cast.sol, state=DecisionState.APPROVED)

    proposed, approved = (application_data.gather(one, at=NOW) for one in (first, second))

    assert proposed["decision"] is None
    assert approved["decision"] is not None
    assert approved["awarded_cents"] is None


def test_dossier_keeps_contact_details_out(story):
    data = application_data.gather(story.funded, at=NOW)

    assert "example.org" not in json.dumps(data)
    assert data["summary"]["nl"].startswith("<p>What project")
    assert data["answers"] == []


def test_dossier_pairs_questions_with_their_last_answer(story, session):
    thread = Thread(
        application_id=story.funded.id, fund_id=story.funded.fund_id, audience=Audience.APPLICANT,
        state=ThreadState.ANSWERED, state_at=NOW, subject="Keys",
    )  # fmt: skip
    later = NOW + timedelta(days=2)
    thread.messages = [
        Message(author_id=story.cast.sol.id, at=NOW, body="Who holds the keys?"),
        Message(author_id=story.cast.ana.id, at=NOW, body="I do."),
        Message(author_id=story.cast.ana.id, at=later, body="Now two of us do."),
    ]
    session.add(thread)
    session.flush()

    data = application_data.gather(story.funded, at=NOW)

    assert data["questions"] == [
        {
            "question": "Who holds the keys?",
            "answer": "Now two of us do.",
            "asked_on": "2026-11-22",
            "answered_on": "2026-11-24",
        }
    ]


@pytest.mark.parametrize("reviews", [0, 1])
def test_dossier_with_few_reviews_invents_nothing(session, reviews):
    cast = make_cast()
    application = make_application(make_round(cast.fund), cast.ana, state=ApplicationState.IN_REVIEW)
    for _ in range(reviews):
        make_review(application, make_user("Rhea Rood"), state=ReviewState.SUBMITTED, values=[0, None, 4])

    data = application_data.gather(application, at=NOW)

    by_key = {one["key"]: one["median"] for one in data["criteria"]}
    assert by_key == ({"P1": 0.0, "P2": None, "T": 4.0} if reviews else {"P1": None, "P2": None, "T": None})
    assert data["totals"]["reviews"] == reviews
    assert (data["totals"]["mean"] is None) == (not reviews)


def test_events_come_in_order_with_their_days(story):
    data = application_data.gather(story.funded, at=NOW)

    assert [event["on"] for event in data["events"]] == sorted(event["on"] for event in data["events"])
    assert data["events"][0]["days"] == 0
    assert {"submitted", "released", "agreed"} <= {event["key"] for event in data["events"]}


def test_report_of_a_big_round_asks_no_more_of_the_database(story, count_statements):
    with count_statements() as few:
        round_data.gather(story.round, at=NOW)
    for _ in range(12):
        application = make_application(story.round, story.cast.ben, state=ApplicationState.IN_REVIEW)
        make_review(application, story.cast.rhea, state=ReviewState.SUBMITTED, values=[1, 2, 3])
    db.session.commit()
    with count_statements() as many:
        round_data.gather(story.round, at=NOW)

    assert len(many) <= len(few) + 1
