"""The round at a glance: what waits, and the one sensible next step."""

from datetime import timedelta

import pytest

from fundapp.applications.models import ApplicationState, ConflictState
from fundapp.core import clock
from fundapp.decisions.models import DecisionState
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import RoundState
from tests.factories import (
    make_application,
    make_cast,
    make_conflict,
    make_decision,
    make_review,
    make_round,
    make_user,
)

A, S, R = ApplicationState, RoundState, ReviewState


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


def past(cast, state=S.REVIEWING):
    now = clock.now()
    call = make_round(
        cast.fund, state=state, opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=9)
    )
    call.stage.reviews_wanted = 1
    call.stage.reviews_due_at = now - timedelta(days=1)
    return call


def look(client, call):
    """Give (the label of the main button or None, the page)."""
    page = client.get(f"/office/rounds/{call.id}").text
    head = page.partition('class="tabs"')[0]
    main = head.partition("btn--primary")[2]
    return (main.partition(">")[2].partition("<")[0] or None), page


def test_draft_is_published(sol, cast):
    assert look(sol, make_round(cast.fund, state=S.DRAFT))[0] == "Publish the call"


def test_open_call_has_nothing_to_press(sol, cast):
    call = make_round(
        cast.fund, closes_at=clock.now() + timedelta(days=5), opens_at=clock.now() - timedelta(days=1)
    )
    make_application(call, cast.ana)

    main, page = look(sol, call)

    assert main is None
    assert "to be taken into review" not in page
    assert "closes in 4 days 23 hours" in page


def test_rolling_call_reads_what_comes_and_closes_when_one_wants(sol, cast):
    call = make_round(cast.fund, closes_at=None, opens_at=clock.now() - timedelta(days=9))
    first = look(sol, call)
    make_application(call, cast.ana)

    assert first[0] is None
    assert "Close the call" in first[1]
    assert look(sol, call)[0] == "Look at what came in"


def test_call_that_is_over_is_closed_first(sol, cast):
    call = past(cast, S.PUBLISHED)
    make_application(call, cast.ana)

    main, page = look(sol, call)

    assert main == "Close the call"
    assert "One application waits to be taken into review." in page


@pytest.mark.parametrize(
    ("state", "tie", "review", "main", "told"),
    [
        (A.SUBMITTED, None, None, "Look at what came in", "waits to be taken into review."),
        (A.IN_REVIEW, ConflictState.UNSURE, R.SUBMITTED, "Settle the ties", "One tie is not settled."),
        (A.IN_REVIEW, None, None, "Ask reviewers", "has too few reviewers."),
        (A.IN_REVIEW, None, R.ACCEPTED, "See who is late", "One review is late."),
        (A.IN_REVIEW, None, R.SUBMITTED, "Go on to deciding", "Nothing waits"),
    ],
    ids=["received", "tie", "too few", "late", "all in"],
)
def test_reviewing_goes_from_step_to_step(sol, cast, state, tie, review, main, told):  # noqa: PLR0917
    call = past(cast)
    application = make_application(call, cast.ana, state=state)
    if tie:
        make_conflict(application, cast.ben, tie)
    if review:
        make_review(application, cast.rhea, state=review)

    pressed, page = look(sol, call)

    assert (pressed, told in page) == (main, True)


def test_reviews_that_are_not_late_are_waited_for(sol, cast):
    call = past(cast)
    call.stage.reviews_due_at = clock.now() + timedelta(days=3)
    make_review(make_application(call, cast.ana, state=A.IN_REVIEW), cast.rhea)
    make_review(make_application(call, cast.ben, state=A.IN_REVIEW), cast.rhea, state=R.SUBMITTED)

    main, page = look(sol, call)

    assert main is None
    assert "1 of 2 reviews are in." in page
    assert "Go on to deciding" in page  # among the other steps, with a reason


def test_deciding_goes_from_step_to_step(sol, cast):
    call = past(cast, S.DECIDING)
    application = make_application(call, cast.ana, state=A.IN_REVIEW)
    bare = look(sol, call)[0]
    decision = make_decision(application, cast.max, state=DecisionState.PROPOSED)
    proposed = look(sol, call)[0]
    make_application(call, cast.ben, state=A.WITHDRAWN)

    assert (bare, proposed) == ("Propose decisions", "Approve decisions")
    assert decision.state is DecisionState.PROPOSED


def test_auditor_sees_what_waits_and_no_button(client, cast):
    call = past(cast)
    make_application(call, cast.ana)
    client.sign_in(cast.aud)

    main, page = look(client, call)

    assert main is None
    assert "waits to be taken into review" in page


def test_page_costs_the_same_for_many(sol, cast):
    call = past(cast)
    make_review(make_application(call, cast.ana, state=A.IN_REVIEW), cast.rhea)
    look(sol, call)
    one = len(sol.statements)
    for _ in range(9):
        make_review(make_application(call, make_user(), state=A.IN_REVIEW), cast.rhea)

    look(sol, call)

    assert len(sol.statements) == one
