"""A dossier of a round with two stages: each with its own reviews, scores and decision."""

import json

import pytest

from fundapp.applications import service as applications
from fundapp.core.db import db
from fundapp.decisions import service
from fundapp.decisions.models import Outcome
from fundapp.reports import application_data, export, own_dossier, round_data
from fundapp.reports import service as reports
from fundapp.reviews import service as reviewing
from fundapp.rounds import service as rounds
from tests.decisions.test_two_stages import (  # noqa: F401  fixtures
    ALL_IN,
    CLOSED,
    OPEN_AGAIN,
    answer,
    call,
    cast,
    decide,
    idea,
    invite,
)
from tests.reviews.scene import write


def _review(application, people, values, at) -> None:
    review = reviewing.assign(application, people.rhea, actor=people.sol, at=at)
    reviewing.accept(review, actor=people.rhea, at=at)
    write(review, values, reason=f"Reason of {values}.")
    review.to_applicant = f"Remark of {values}."
    reviewing.submit(review, actor=people.rhea, at=at)


@pytest.fixture
def whole(idea, call, cast):  # noqa: F811
    """An idea that was reviewed, invited, written out, reviewed again and awarded."""
    _review(idea, cast, [0, 0, 1], CLOSED)
    invite(idea, cast)
    answer(idea, "abstract", True)
    answer(idea, "plan", "We measure every tide.")
    applications.submit(idea, actor=cast.ana, at=OPEN_AGAIN)
    rounds.close(call, actor=None, at=ALL_IN)
    applications.admit(idea, actor=cast.sol, at=ALL_IN)
    _review(idea, cast, [4, 4, 7], ALL_IN)
    rounds.deliberate(call, actor=cast.sol, at=ALL_IN, note="All read.")
    decide(idea, cast, Outcome.AWARDED, amount_cents=800_000, at=ALL_IN)
    service.release_round(call, actor=cast.max, at=ALL_IN)
    db.session.flush()
    return idea


def test_a_dossier_shows_both_stages_each_with_its_own_scores(whole):
    data = application_data.gather(whole, at=ALL_IN)

    (first,) = data["earlier"]
    assert [one["median"] for one in data["criteria"]] == [4, 4, 7]
    assert [one["median"] for one in first["criteria"]] == [0, 0, 1]
    assert (len(data["reviews"]), len(first["reviews"]), data["asked_reviews"]) == (1, 1, 1)
    assert (data["decision"]["outcome"], first["decision"]["outcome"]) == ("awarded", "invited")
    assert (data["version"], first["version"]) == (2, 1)
    assert {one["key"] for one in data["answers"]} >= {"plan"}


def test_the_applicants_own_dossier_shows_both_and_names_nobody(whole, cast):  # noqa: F811
    snapshot = own_dossier.take_own(whole, actor=cast.ana, at=ALL_IN)

    (first,) = snapshot.data["earlier"]
    assert first["remarks"] == ["Remark of [0, 0, 1]."]
    assert [one["median"] for one in first["criteria"]] == [
        criterion["median"] for criterion in first["criteria"] if criterion["scored"]
    ]
    assert "marks" not in first["criteria"][0]
    assert "Rhea" not in str(snapshot.data)
    assert "Reason of" not in str(snapshot.data)


def test_both_stages_stand_on_the_page_of_the_dossier(client, whole, cast):  # noqa: F811
    made = reports.take_application(whole, actor=cast.sol, at=ALL_IN)
    db.session.commit()
    client.sign_in(cast.sol)

    page = client.get(f"/office/reports/{made.id}").text.replace("\xa0", " ")

    assert "Stage 1" in page
    assert "Reason of [0, 0, 1]." in page
    assert "Reason of [4, 4, 7]." in page


def test_a_round_is_ranked_by_its_last_stage_and_counts_who_was_reviewed_before(whole, call, cast):  # noqa: F811
    data = round_data.gather(call, at=ALL_IN)

    assert [one["mean"] for one in data["ranking"]] == [data["scale"]["high"]]
    assert data["headline"]["reviewed"] == 1
    assert data["agreement"][0]["scored"] == 1


def test_an_application_of_two_stages_is_counted_and_exported_once(whole, call, tmp_path):  # noqa: F811
    place = tmp_path / "applications.json"
    with place.open("wb") as stream:
        export.export_applications(call, "json", stream)

    assert len(json.loads(place.read_text())["applications"]) == 1
    assert round_data.gather(call, at=ALL_IN)["headline"]["received"] == 1
