"""Deadlines: instants in the fund's zone, right over a change of summer time, kept to the second."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from fundapp.applications.models import Application, ApplicationState
from fundapp.core import clock, countdowns
from fundapp.core.db import db
from fundapp.rounds.jobs import close_rounds
from fundapp.rounds.models import Round, RoundState
from fundapp.rounds.phases import Phase, phase
from tests.factories import make_application, make_cast, make_round

SECOND = timedelta(seconds=1)
CLOSING = datetime(2026, 11, 3, 11, 0, tzinfo=UTC)
"""Noon in Amsterdam, after the change to winter time."""
TWICE = "2026-10-25T02:30"
NEVER = "2027-03-28T02:30"


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    call = make_round(cast.fund, opens_at=CLOSING - timedelta(days=20), closes_at=CLOSING)
    call.stage.grace_minutes = 10
    call.stage.reviews_due_at = None
    return call


def at_work(moment):
    return time_machine.travel(moment, tick=False)


# --- summer time -------------------------------------------------------------------


def filled(**values):
    return {
        "once": "dst", "slug": "dst", "name_en": "Round", "name_nl": "Ronde", "budget": "50.000",
        "lowest": "1000", "highest": "12.500", "opens_at": "2026-10-01T12:00",
        "closes_at": "2026-11-03T12:00", "grace_minutes": "0", "reviews_wanted": "3",
        "form": "shipped:proposal_form",
        "rubric": "shipped:digital_commons",
    } | values  # fmt: skip


def made(client, cast, **values):
    client.sign_in(cast.sol)
    answer = client.post(f"/office/funds/{cast.fund.id}/rounds/new", data=filled(**values))
    return answer, db.session.scalars(db.select(Round).where(Round.slug == "dst")).one_or_none()


def test_hour_that_comes_twice_counts_the_later_for_a_closing(client, cast):
    _answer, round = made(client, cast, closes_at=TWICE)

    assert round.stage.closes_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_hour_that_comes_twice_counts_the_earlier_for_an_opening(client, cast):
    _answer, round = made(client, cast, opens_at=TWICE)

    assert round.stage.opens_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("field", ["opens_at", "closes_at"])
def test_hour_that_never_comes_is_refused_beside_its_field(client, cast, field):
    later = {"closes_at": "2027-04-30T12:00"} if field == "opens_at" else {}

    answer, round = made(client, cast, **later | {field: NEVER})

    assert (answer.status_code, round) == (422, None)
    assert f'id="{field}-e"' in answer.text
    assert "The clock skips this hour on that day." in answer.text
    assert f'value="{NEVER}"' in answer.text


def test_hour_that_comes_twice_comes_back_as_it_was(client, cast):
    _answer, round = made(client, cast, closes_at=TWICE)

    page = client.get(f"/office/rounds/{round.id}/edit").text
    client.post(
        f"/office/rounds/{round.id}/edit",
        data=filled(
            closes_at=TWICE, form=f"row:{round.stage.form_id}", rubric=f"row:{round.stage.rubric_id}"
        ),
    )

    assert f'value="{TWICE}"' in page
    assert round.stage.closes_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_countdown_over_the_change_counts_instants():
    before = clock.instant(datetime(2026, 10, 24, 12), "Europe/Amsterdam", closing=False)
    after = clock.instant(datetime(2026, 10, 25, 12), "Europe/Amsterdam", closing=True)

    assert countdowns.left(after, before) == "1 day 1 hour"


# --- to the second -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "is_taken"),
    [
        (CLOSING - SECOND, True),
        (CLOSING, True),
        (CLOSING + timedelta(minutes=10) - SECOND, True),
        (CLOSING + timedelta(minutes=10), False),
    ],
    ids=["last second", "grace begins", "last second of grace", "too late"],
)
def test_proposal_is_taken_to_the_second(client, call, cast, moment, is_taken):
    draft = make_application(call, cast.ana, state=ApplicationState.DRAFT)
    with at_work(moment):
        client.sign_in(cast.ana)
        answer = client.post(f"/proposals/{draft.id}/submit")

    assert (draft.state is ApplicationState.SUBMITTED) is is_taken
    assert answer.status_code == (302 if is_taken else 422)


@pytest.mark.parametrize(
    ("moment", "is_open"), [(-SECOND, False), (timedelta(), True)], ids=["a second before", "at once"]
)
def test_call_opens_to_the_second(client, call, cast, moment, is_open):
    with at_work(call.stage.opens_at + moment):
        client.sign_in(cast.ana)
        client.post(f"/apply/{cast.fund.slug}/{call.slug}")

    assert len(db.session.scalars(db.select(Application)).all()) == int(is_open)


@pytest.mark.parametrize(
    ("moment", "state"),
    [(timedelta(minutes=10) - SECOND, RoundState.PUBLISHED), (timedelta(minutes=10), RoundState.REVIEWING)],
    ids=["in grace", "after"],
)
def test_clock_closes_after_the_grace_to_the_second(call, moment, state):
    close_rounds(CLOSING + moment)

    assert call.state is state


def test_grace_is_never_told(client, call, cast):
    draft = make_application(call, cast.ana, state=ApplicationState.DRAFT)
    with at_work(CLOSING + timedelta(minutes=5)):
        pages = [client.get(f"/calls/{cast.fund.slug}/{call.slug}").text]
        client.sign_in(cast.ana)
        pages += [client.get(f"/proposals/{draft.id}/check").text, client.get("/proposals").text]
        where = phase(call, clock.now())

    assert where is Phase.ASSESSING
    assert not [page for page in pages if "grace" in page.lower() or "12:10" in page]


# --- what is shown -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (2 * 86_400 + 3 * 3_600 + 59 * 60, "2 days 3 hours"),
        (86_400, "1 day"),
        (3_600 + 61, "1 hour 1 minute"),
        (59, "59 seconds"),
        (86_400 + 30, "1 day"),
        (0, ""),
        (-5, ""),
    ],
)
def test_time_left_is_told_in_its_two_largest_units(app, seconds, told):
    with app.test_request_context():
        assert countdowns.left(CLOSING, CLOSING - timedelta(seconds=seconds)) == told


@pytest.mark.parametrize(
    ("language", "told"), [("en", "closes in 2 days 3 hours"), ("nl", "sluit over 2 dagen 3 uur")]
)
def test_call_tells_the_deadline_with_zone_and_countdown(client, call, cast, language, told):
    with at_work(CLOSING - timedelta(days=2, hours=3)):
        client.post("/preferences/language", data={"language": language, "next": "/"})
        page = client.get(f"/calls/{cast.fund.slug}/{call.slug}").text

    assert told in page
    assert "Europe/Amsterdam" in page
    assert 'data-countdown="2026-11-03T11:00:00+00:00"' in page


def test_applicant_sees_zone_and_countdown_while_writing(client, call, cast):
    draft = make_application(call, cast.ana, state=ApplicationState.DRAFT)
    with at_work(CLOSING - timedelta(hours=5)):
        client.sign_in(cast.ana)
        page = client.get(f"/proposals/{draft.id}/check").text

    assert "closes in 5 hours" in page
    assert "time in Europe/Amsterdam" in page
