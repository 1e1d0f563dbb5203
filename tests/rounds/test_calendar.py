"""The calendar of all rounds: what falls in a month, on the clock of each fund."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from fundapp.accounts.models import RoleName
from fundapp.applications.models import ApplicationState
from fundapp.grants.models import Milestone
from fundapp.rounds.models import RoundState, Stage
from tests.factories import (
    NOW,
    give_role,
    make_application,
    make_award,
    make_cast,
    make_conflict,
    make_fund,
    make_round,
)


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    call = make_round(
        cast.fund,
        opens_at=datetime(2026, 12, 1, 11, tzinfo=UTC),
        closes_at=datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC),
        decide_by_on=date(2027, 3, 1),
    )
    call.stage.reviews_due_at = datetime(2027, 1, 31, 23, tzinfo=UTC)
    return call


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


def month(client, text, **more):
    return client.get("/office/calendar", query_string={"month": text} | more).text


def test_month_lists_what_falls_in_it_on_the_clock_of_the_fund(sol, call):
    december, january, february, march = (
        month(sol, f"{text}") for text in ("2026-12", "2027-01", "2027-02", "2027-03")
    )

    assert "December 2026" in december
    assert "The call opens" in december
    assert "12:00" in december
    assert "23:59:59" in december
    assert "Thursday 31 December" in december
    assert "Reviews are due" not in january  # 23:00 UTC is midnight of the next day in Amsterdam
    assert "Monday 1 February" in february
    assert "Letters promised by" in march
    assert "all day" in march


def test_month_without_anything_says_so_and_leads_on(sol, call):
    page = month(sol, "2030-01")

    assert "Nothing falls in this month." in page
    assert "month=2030-02" in page


@pytest.mark.parametrize("text", ["", "soon", "2026-13", "0001-01", "99999-01", "²⁰²⁶-12"])
def test_month_that_is_none_shows_the_present_one(client, cast, text):
    with time_machine.travel(datetime(2026, 11, 30, 23, 30, tzinfo=UTC), tick=False):
        client.sign_in(cast.sol)
        page = month(client, text)

    # It is December already on the clock of the fund.
    assert "December 2026" in page


def test_every_stage_has_its_dates(sol, call, cast, session):
    session.add(
        Stage(
            round_id=call.id, fund_id=call.fund_id, number=2, form=call.stage.form, rubric=call.stage.rubric,
            opens_at=call.stage.closes_at + timedelta(days=40),
            closes_at=call.stage.closes_at + timedelta(days=60),
            name={"en": "Full proposal"},
        )
    )  # fmt: skip
    session.flush()

    page = month(sol, "2027-02")

    assert "The stage opens" in page
    assert "Full proposal" in page


def test_calendar_shows_the_funds_one_works_at_and_one_of_them(client, call, cast):
    other, strange = make_fund("other"), make_fund("strange")
    dates = {"opens_at": datetime(2026, 12, 5, 11, tzinfo=UTC), "closes_at": None}
    mine, hidden = make_round(other, **dates), make_round(strange, **dates)
    give_role(cast.sol, other, RoleName.MANAGER)
    client.sign_in(cast.sol)

    both, one = month(client, "2026-12"), month(client, "2026-12", fund="other")

    assert all(round.name["en"] in both for round in (call, mine))
    assert hidden.name["en"] not in both
    assert mine.name["en"] in one
    assert call.name["en"] not in one


def test_drafts_and_trials_are_marked_and_cancelled_rounds_left_out(sol, cast):
    dates = {"opens_at": datetime(2026, 12, 5, 11, tzinfo=UTC), "closes_at": None}
    make_round(cast.fund, state=RoundState.DRAFT, is_trial=True, **dates)
    gone = make_round(cast.fund, state=RoundState.CANCELLED, **dates)

    page = month(sol, "2026-12")

    assert "(being prepared, trial)" in page
    assert gone.name["en"] not in page


def test_milestones_stand_in_it_for_whom_may_see_the_grant(client, call, cast, session):
    granted = make_application(call, cast.ana, state=ApplicationState.AWARDED, title="Tide tables")
    make_award(granted, cast.max, cast.sol)
    session.scalars(session.query(Milestone).statement).first().due_on = date(2026, 12, 24)
    session.flush()
    client.sign_in(cast.sol)
    seen = month(client, "2026-12")
    make_conflict(granted, cast.sol)

    assert "Milestone M1 is due" in seen
    assert "Tide tables" in seen
    assert "Tide tables" not in month(client, "2026-12")


def test_calendar_costs_the_same_for_many_rounds(sol, call, cast):
    def look():
        month(sol, "2026-12")
        return len(sol.statements)

    one = look()
    for _ in range(12):
        make_round(cast.fund, opens_at=NOW, closes_at=datetime(2026, 12, 20, tzinfo=UTC), budget_cents=1)

    assert look() == one


@pytest.mark.parametrize(("who", "status"), [("fin", 200), ("aud", 200), ("rhea", 403), ("ana", 403)])
def test_calendar_is_for_the_office(client, cast, who, status):
    client.sign_in(getattr(cast, who))

    assert client.get("/office/calendar").status_code == status
