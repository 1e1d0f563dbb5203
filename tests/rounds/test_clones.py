"""A round made after an earlier one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from fundapp.accounts.models import Role, RoleName
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.rounds import clones, dates
from fundapp.rounds.forms.clones import next_in_line
from fundapp.rounds.models import Round, RoundState, Stage
from tests.factories import NOW, make_application, make_cast, make_round

AMSTERDAM = "Europe/Amsterdam"


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def first(cast):
    round = make_round(
        cast.fund,
        slug="call-4",
        state=RoundState.RELEASED,
        opens_at=datetime(2026, 9, 1, 10, tzinfo=UTC),
        closes_at=datetime(2026, 10, 1, 10, tzinfo=UTC),
        conditions={"en": "- Free software", "nl": "- Vrije software"},
        decide_by_on=date(2026, 12, 15),
        unsealed_at=NOW,
    )
    round.stage.reviews_due_at = datetime(2026, 10, 20, 10, tzinfo=UTC)
    round.stage.grace_minutes, round.stage.is_blind, round.stage.reviews_wanted = 10, True, 4
    make_application(round, cast.ana)
    return round


def clone(first, cast, **values):
    given = {
        "slug": "call-5",
        "name": {"en": "Call 5", "nl": "Oproep 5"},
        "opens_at": datetime(2026, 12, 1, 11, tzinfo=UTC),
    } | values
    return clones.clone(first, **given, actor=cast.sol, at=NOW)


def test_clone_takes_over_all_but_dates_and_what_came_in(first, cast):
    made = clone(first, cast)

    assert (made.state, made.cloned_from_id, made.slug) == (RoundState.DRAFT, first.id, "call-5")
    assert (made.conditions, made.budget_cents) == (first.conditions, first.budget_cents)
    assert (made.stage.form_id, made.stage.rubric_id) == (first.stage.form_id, first.stage.rubric_id)
    assert (made.stage.grace_minutes, made.stage.is_blind, made.stage.reviews_wanted) == (10, True, 4)
    assert made.is_sealed is True


def test_clone_moves_dates_by_days_on_the_clock_of_the_fund(first, cast):
    made = clone(first, cast)

    # Noon in Amsterdam stays noon, in summer time (10:00 UTC) and after it (11:00 UTC).
    assert made.stage.closes_at == datetime(2026, 12, 31, 11, tzinfo=UTC)
    assert made.stage.reviews_due_at == datetime(2027, 1, 19, 11, tzinfo=UTC)
    assert made.decide_by_on == date(2027, 3, 16)


def test_clone_moves_later_dates_with_a_closing_that_is_asked(first, cast):
    made = clone(first, cast, closes_at=datetime(2027, 1, 7, 11, tzinfo=UTC))

    assert made.stage.closes_at == datetime(2027, 1, 7, 11, tzinfo=UTC)
    assert made.stage.reviews_due_at == datetime(2027, 1, 26, 11, tzinfo=UTC)


def test_clone_of_two_stages_has_two(first, cast):
    db.session.add(
        Stage(
            round_id=first.id, fund_id=first.fund_id, number=2, form=first.stage.form,
            rubric=first.stage.rubric, opens_at=first.stage.closes_at + timedelta(days=30),
            closes_at=first.stage.closes_at + timedelta(days=45), name={"en": "Full proposal"},
        )
    )  # fmt: skip
    db.session.flush()
    db.session.refresh(first)

    made = clone(first, cast)
    db.session.flush()

    assert [(stage.number, stage.name) for stage in made.stages] == [(1, {}), (2, {"en": "Full proposal"})]
    assert made.stages[1].opens_at == datetime(2027, 1, 30, 10, tzinfo=UTC)


def test_clone_seats_the_same_panel(first, cast):
    seat = {"fund_id": cast.fund.id, "round_id": first.id, "name": RoleName.PANEL, "granted_at": NOW}
    db.session.add_all([Role(user_id=cast.ben.id, **seat), Role(user_id=cast.rhea.id, ended_at=NOW, **seat)])
    db.session.flush()

    made = clone(first, cast)

    seated = db.session.scalars(select(Role).where(Role.round_id == made.id)).all()
    assert [(role.user_id, role.name) for role in seated] == [(cast.ben.id, RoleName.PANEL)]


def test_clone_refuses_an_address_that_is_taken(first, cast):
    with pytest.raises(Refusal):
        clone(first, cast, slug="call-4")


def test_clone_is_in_the_log_with_where_it_came_from(first, cast):
    made = clone(first, cast)

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "clone")).one()
    assert (event.subject_id, event.detail["from"]) == (made.id, first.id)


@pytest.mark.parametrize(
    ("before", "after"),
    [("Round 4", "Round 5"), ("call-2026-09", "call-2026-10"), ("2e ronde", "3e ronde"), ("Open", "Open")],
)
def test_next_in_line_raises_the_last_number(before, after):
    assert next_in_line(before) == after


def test_weeks_on_keeps_the_day_of_the_week():
    opening = datetime(2026, 9, 1, 10, tzinfo=UTC)

    assert dates.weeks_on(opening, datetime(2026, 11, 22, 9, tzinfo=UTC), AMSTERDAM) == 84
    assert dates.weeks_on(opening, datetime(2026, 8, 1, tzinfo=UTC), AMSTERDAM) == 7


def test_hour_that_the_clock_skips_becomes_the_next_one():
    opening = datetime(2027, 3, 21, 1, 30, tzinfo=UTC)  # 02:30 in Amsterdam

    moved = dates.shifted(opening, 7, AMSTERDAM, closing=False)

    assert moved == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # 03:30: 02:30 does not exist


# --- the page --------------------------------------------------------------------


def test_page_proposes_what_comes_next_in_line(client, first, cast):
    client.sign_in(cast.sol)

    page = client.get(f"/office/rounds/{first.id}/clone").text

    assert 'value="call-5"' in page
    assert "T12:00" in page


def test_page_makes_the_round_once(client, first, cast):
    client.sign_in(cast.sol)
    given = {
        "once": "clone-once",
        "name_en": "Call 5",
        "name_nl": "Oproep 5",
        "slug": "call-5",
        "opens_at": "2099-01-05T12:00",
        "is_trial": "y",
    }

    for _ in range(2):
        answer = client.post(f"/office/rounds/{first.id}/clone", data=given)

    made = db.session.scalars(select(Round).where(Round.cloned_from_id == first.id)).one()
    assert answer.location == f"/office/rounds/{made.id}"
    assert (made.is_trial, made.stage.closes_at) == (True, datetime(2099, 2, 4, 11, tzinfo=UTC))


def test_page_tells_what_does_not_hold_and_keeps_everything(client, first, cast):
    client.sign_in(cast.sol)

    answer = client.post(
        f"/office/rounds/{first.id}/clone",
        data={"name_en": "Mine", "name_nl": "Mijn", "slug": "call-4", "opens_at": "2099-01-05T12:00"},
    )

    assert answer.status_code == 422
    assert "has a round with the address" in answer.text
    assert 'value="Mine"' in answer.text


@pytest.mark.parametrize(("who", "status"), [("fin", 403), ("aud", 403), ("ana", 404), ("rhea", 404)])
def test_only_managers_clone(client, first, cast, who, status):
    client.sign_in(getattr(cast, who))

    assert client.get(f"/office/rounds/{first.id}/clone").status_code == status
