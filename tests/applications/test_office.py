"""The office's dossier: who sees what, what can be done with it."""

from datetime import timedelta

import pytest

from fundapp.applications import listings, queries, service
from fundapp.applications.models import ApplicationState, ConflictState
from fundapp.core.db import db
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_conflict, make_round

S = ApplicationState


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


def test_pipeline_counts_what_was_sent(cast, call):
    make_application(call, cast.ana, requested_cents=100)
    make_application(call, cast.ana, state=S.WITHDRAWN, requested_cents=200)
    make_application(call, cast.ana, state=S.DRAFT, requested_cents=400)

    pipe = listings.pipeline(cast.sol, call.id)

    assert (pipe.received, pipe.drafts, pipe.asked_cents, pipe.count("withdrawn")) == (2, 1, 100, 1)


# --- the dossier ----------------------------------------------------------------------


def test_dossier_shows_the_version_that_counts(sol, cast, call):
    own = make_application(call, cast.ana)

    page = sol.get(f"/office/applications/{own.id}").text

    assert own.current.answers["abstract"] in page
    assert "Take into review" in page


def test_history_lists_what_was_done_and_every_version(sol, cast, call):
    own = make_application(call, cast.ana)
    sol.post(f"/office/applications/{own.id}/admit")

    page = sol.get(f"/office/applications/{own.id}/history").text

    assert "Taken into review" in page
    assert "Sol Smit" in page
    assert sol.get(f"/office/applications/{own.id}?version=1").status_code == 200
    assert sol.get(f"/office/applications/{own.id}?version=9").status_code == 404


def test_barred_manager_finds_nothing_anywhere(client, cast, call):
    own = make_application(call, cast.ana)
    make_conflict(own, cast.sol)
    client.sign_in(cast.sol)

    for path in ("", "/file", "/admit"):
        method = client.get if not path else client.post
        assert method(f"/office/applications/{own.id}{path}").status_code == 404


def test_auditor_reads_and_does_nothing(client, cast, call):
    own = make_application(call, cast.ana)
    client.sign_in(cast.aud)

    page = client.get(f"/office/applications/{own.id}").text

    assert "Take into review" not in page
    assert client.post(f"/office/applications/{own.id}/admit").status_code == 403


def test_one_is_taken_into_review(sol, cast, call):
    own = make_application(call, cast.ana)

    sol.post(f"/office/applications/{own.id}/admit")

    assert own.state is S.IN_REVIEW


def test_all_are_taken_into_review_after_a_question(sol, cast, call):
    for _ in range(3):
        make_application(call, cast.ana)

    asked = sol.get(f"/office/rounds/{call.id}/admit").text
    sol.post(f"/office/rounds/{call.id}/admit")

    assert "Take 3 applications into review?" in asked
    assert listings.office_counts(cast.sol, call.id) == {S.IN_REVIEW: 3}


def test_dossier_is_filed_under_a_theme_with_a_lead(sol, cast, call):
    own = make_application(call, cast.ana)

    sol.post(f"/office/applications/{own.id}/file", data={"theme": "web", "lead": str(cast.max.id)})
    sol.post(f"/office/applications/{own.id}/file", data={"theme": "nothing", "lead": str(cast.rhea.id)})

    assert (own.theme, own.lead_id) == ("web", cast.max.id)


def test_unsure_tie_is_decided_with_a_reason(sol, cast, call):
    own = make_application(call, cast.ana)
    tie = service.declare_conflict(own, cast.rhea, ConflictState.UNSURE, actor=cast.rhea, at=NOW)
    db.session.flush()

    missing = sol.post(f"/office/ties/{tie.id}", data={"state": "clear", "note": " "})
    sol.post(f"/office/ties/{tie.id}", data={"state": "clear", "note": "They met once."})

    assert missing.status_code == 422
    assert queries.conflict_of(own.id, cast.rhea.id).state is ConflictState.CLEAR


def test_nobody_opens_the_question_about_their_own_tie(client, cast, call):
    own = make_application(call, cast.ana)
    tie = make_conflict(own, cast.max, state=ConflictState.HINTED)
    client.sign_in(cast.max)

    assert client.get(f"/office/ties/{tie.id}").status_code == 403


@pytest.mark.parametrize("state", [s for s in S if s is not S.DRAFT])
def test_every_state_has_a_dossier(sol, cast, call, state):
    own = make_application(call, cast.ana, state=state)

    assert sol.get(f"/office/applications/{own.id}").status_code == 200
