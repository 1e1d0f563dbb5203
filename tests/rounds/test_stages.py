"""The stages of a round: added, changed and taken away while it is prepared."""

from datetime import date, timedelta

import pytest

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.rounds import service, stages
from fundapp.rounds.models import RoundState, Stage
from tests.factories import NOW, make_cast, make_form, make_round, make_rubric

FIRST_CLOSES = NOW + timedelta(days=10)


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.DRAFT, closes_at=FIRST_CLOSES)


def add(call, cast, **values):
    given = {
        "name": {"en": "Full proposal", "nl": "Volledig voorstel"},
        "form": make_form(),
        "rubric": make_rubric(),
        "opens_at": FIRST_CLOSES + timedelta(days=20),
        "closes_at": FIRST_CLOSES + timedelta(days=50),
    } | values
    return stages.add(call, **given, actor=cast.sol, at=NOW)


def test_second_stage_follows_the_first(call, cast):
    made = add(call, cast, decide_by_on=date(2027, 3, 1))

    assert [stage.number for stage in call.stages] == [1, 2]
    assert stages.after(call.stage) is made
    assert stages.after(made) is None


@pytest.mark.parametrize(
    "values",
    [
        {"opens_at": FIRST_CLOSES - timedelta(seconds=1)},
        {"closes_at": None},
        {"closes_at": FIRST_CLOSES + timedelta(days=19)},
        {"reviews_due_at": FIRST_CLOSES + timedelta(days=50)},
        {"decide_by_on": date(2026, 12, 25)},
    ],
    ids=["overlaps", "rolling", "closes first", "reviews", "letters"],
)
def test_stage_that_contradicts_the_others_is_refused_whole(call, cast, values):
    with pytest.raises(Refusal):
        add(call, cast, **values)

    assert len(call.stages) == 1
    assert db.session.query(Stage).count() == 1


def test_rolling_call_has_no_second_stage(cast):
    call = make_round(cast.fund, state=RoundState.DRAFT, closes_at=None)
    call.stage.reviews_due_at = None

    with pytest.raises(Refusal):
        add(call, cast)


def test_publishing_freezes_every_stage(call, cast):
    second = add(call, cast)

    service.publish(call, actor=cast.sol, at=NOW)

    assert (second.form.frozen_at, second.rubric.frozen_at) == (NOW, NOW)


def test_published_stage_only_closes_later_and_with_a_reason(call, cast):
    second = add(call, cast)
    service.publish(call, actor=cast.sol, at=NOW)
    later = second.closes_at + timedelta(days=1)

    for values in (
        {"closes_at": later},
        {"closes_at": second.closes_at - timedelta(days=1), "reason": "So."},
    ):
        with pytest.raises(Refusal):
            stages.change(second, **values, actor=cast.sol, at=NOW)
    changed = stages.change(second, closes_at=later, reason="A holiday.", actor=cast.sol, at=NOW)

    assert (changed, second.closes_at) == (["closes_at"], later)


def test_published_stage_keeps_its_form(call, cast):
    second = add(call, cast)
    service.publish(call, actor=cast.sol, at=NOW)

    with pytest.raises(Refusal):
        stages.change(second, form=make_form(), reason="So.", actor=cast.sol, at=NOW)


def test_only_the_last_stage_of_a_draft_is_taken_away(call, cast):
    second = add(call, cast)

    with pytest.raises(Refusal):
        stages.remove(call.stage, actor=cast.sol, at=NOW)
    stages.remove(second, actor=cast.sol, at=NOW)

    assert [stage.number for stage in call.stages] == [1]


def test_round_closes_after_its_last_stage(call, cast):
    second = add(call, cast)
    service.publish(call, actor=cast.sol, at=NOW)

    for at in (FIRST_CLOSES, second.opens_at, second.closes_at - timedelta(seconds=1)):
        with pytest.raises(Refusal):
            service.close(call, actor=None, at=at)
    service.close(call, actor=None, at=second.closes_at)

    assert call.state is RoundState.REVIEWING


# --- pages -------------------------------------------------------------------------

FILLED = {
    "once": "stage-once",
    "name_en": "Full proposal",
    "name_nl": "Volledig voorstel",
    "opens_at": "2098-01-01T12:00",
    "closes_at": "2098-02-01T12:00",
    "grace_minutes": "5",
    "reviews_wanted": "2",
    "reviews_due_at": "",
    "decide_by_on": "2098-06-01",
    "form": "shipped:proposal_form",
    "rubric": "shipped:ostrom",
    "is_blind": "y",
}


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


def test_stage_is_added_changed_and_taken_away_in_the_browser(sol, call):
    here = f"/office/rounds/{call.id}/stages"

    for _ in range(2):
        sol.post(f"{here}/new", data=FILLED)
    listed = sol.get(here).text
    sol.post(f"{here}/2", data=FILLED | {"name_en": "The plan", "form": f"row:{call.stages[1].form_id}"})
    changed = call.stages[1].name["en"]
    sol.post(f"{here}/2/remove")

    assert "2. Full proposal" in listed
    assert "judged blind" in listed
    assert changed == "The plan"
    assert [stage.number for stage in call.stages] == [1]


def test_first_stage_gets_a_name(sol, call):
    page = sol.get(f"/office/rounds/{call.id}/stages/1").text
    shown = clock.local(call.stage.closes_at, call.fund.zone).strftime("%Y-%m-%dT%H:%M")

    answer = sol.post(
        f"/office/rounds/{call.id}/stages/1",
        data=FILLED
        | {"name_en": "Idea", "form": f"row:{call.stage.form_id}", "rubric": f"row:{call.stage.rubric_id}"},
    )

    assert f'value="{shown}"' in page
    assert (answer.status_code, call.stage.name["en"]) == (302, "Idea")


def test_what_does_not_hold_is_told_and_everything_kept(sol, call):
    answer = sol.post(f"/office/rounds/{call.id}/stages/new", data=FILLED | {"opens_at": "2026-01-01T12:00"})

    assert answer.status_code == 422
    assert "can only open after the first has closed" in answer.text
    assert 'value="Volledig voorstel"' in answer.text
    assert [stage.number for stage in call.stages] == [1]


def test_stage_that_is_not_there_is_not_found(sol, call):
    assert sol.get(f"/office/rounds/{call.id}/stages/4").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("fin", 200), ("aud", 200), ("rhea", 404), ("ana", 404)])
def test_office_reads_the_stages_and_only_managers_change_them(client, call, cast, who, status):
    client.sign_in(getattr(cast, who))

    assert client.get(f"/office/rounds/{call.id}/stages").status_code == status
    assert client.get(f"/office/rounds/{call.id}/stages/new").status_code == (403 if status == 200 else 404)
