"""The desk later on: newer versions, revising in two windows, skipping, and time."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.applications.models import ApplicationState
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.reviews import effort
from fundapp.reviews.models import Review, ReviewState
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_review, make_round
from tests.reviews.screen import Scene, newer, sheet
from tests.visitor import Visitor


@pytest.fixture
def scene(app: Flask, client: Visitor) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW, title="Getijdenboek")
    return Scene(cast, round, application, client)


# --- a newer version ---------------------------------------------------------------


def test_what_changed_is_shown_and_the_review_can_stand(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])
    newer(scene, abstract="It now says something else.")

    page = scene.client.get(f"/reviews/{review.id}/desk").text
    answer = scene.client.post(f"/reviews/{review.id}/read", data={"read": "2"})
    after = scene.client.get(f"/reviews/{review.id}/desk").text

    assert ("You read version 1." in page, "<ins>" in page, "It now says" in page) == (True, True, True)
    assert (answer.status_code, review.version_number, review.state) == (302, 2, ReviewState.SUBMITTED)
    assert "There is a newer version" not in after
    stood = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "stand")).one()
    assert stood.detail == {"version": 2}


def test_a_version_that_is_not_there_cannot_be_read(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])

    assert scene.client.post(f"/reviews/{review.id}/read", data={"read": "7"}).status_code == 422
    assert review.version_number == 1


def test_a_version_that_came_in_meanwhile_is_not_taken_for_read(scene: Scene) -> None:
    review = scene.review()
    sent = sheet(review, 3, 2, 6, read="1")
    newer(scene, abstract="Changed under way.")

    scene.client.post(f"/reviews/{review.id}/submit", data=sent)

    assert (review.state, review.version_number) == (ReviewState.SUBMITTED, 1)
    assert "There is a newer version" in scene.client.get(f"/reviews/{review.id}/desk").text


def test_a_revision_says_which_version_it_read(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])
    newer(scene, abstract="Changed.")

    scene.client.post(f"/reviews/{review.id}/revise", data=sheet(review, 1, 2, 6, why="New text.", read="2"))

    assert (review.scores[0].value, review.version_number) == (1, 2)


# --- revising in two windows ---------------------------------------------------------


def test_an_old_window_does_not_undo_what_another_one_revised(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])
    old = sheet(review, 3, 4, 6, why="Second thoughts.")
    old |= {f"c{score.criterion_id}-reason": score.reason for score in review.scores}
    scene.client.post(
        f"/reviews/{review.id}/revise", data={**old, **_score(review, 0, 1), **_score(review, 1, 2)}
    )

    scene.client.post(f"/reviews/{review.id}/revise", data=old)

    assert [score.value for score in review.scores] == [1, 4, 6]


def test_two_windows_that_revise_the_same_see_both(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])
    old = sheet(review, 0, 2, 6, why="Second thoughts.")
    scene.client.post(f"/reviews/{review.id}/revise", data={**old, **_score(review, 0, 1)})

    page = scene.client.post(f"/reviews/{review.id}/revise", data=old)

    assert page.status_code == 409
    assert ("1\nBecause." in page.text, "0\nBecause." in page.text) == (True, True)
    assert review.scores[0].value == 1


def test_texts_of_the_whole_are_revised_too(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])
    sent = sheet(review, 3, 2, 6, why="A word too many.", to_applicant="Thank you.")
    sent |= {f"c{score.criterion_id}-reason": score.reason for score in review.scores}

    scene.client.post(f"/reviews/{review.id}/revise", data=sent)

    assert review.to_applicant == "Thank you."


def test_movement_is_shown_to_who_moved(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])
    scene.client.post(f"/reviews/{review.id}/revise", data=sheet(review, 1, 2, 6, why="I misread it."))

    page = scene.client.get(f"/reviews/{review.id}/desk").text

    assert ("from 3 to 1" in page, "I misread it." in page) == (True, True)


def _score(review: Review, place: int, value: int) -> dict[str, str]:
    return {f"c{review.rubric.criteria[place].id}-score": str(value)}


# --- progress, skipping, time ---------------------------------------------------------


def test_the_script_gets_what_is_missing_and_how_far_it_is(scene: Scene) -> None:
    review = scene.review()
    key = review.rubric.criteria[0].id

    parts = scene.client.post(f"/reviews/{review.id}/autosave", data=sheet(review, 3)).json["parts"]

    assert ('value="1"' in parts["progress"], parts[f"s{key}"]) == (True, "3")
    assert ">P2</a>" in parts["missing"]
    assert ">P1</a>" not in parts["missing"]


def test_skipping_keeps_the_text_and_goes_on(scene: Scene) -> None:
    review = scene.review()
    other = make_application(scene.round, scene.cast.ben, state=ApplicationState.IN_REVIEW)
    after = make_review(other, scene.cast.rhea)

    answer = scene.client.post(f"/reviews/{review.id}/skip", data=sheet(review, 3))
    back = scene.client.post(f"/reviews/{after.id}/skip", data=sheet(after))

    assert answer.location == f"/reviews/{after.id}/desk"
    assert back.location == f"/reviews/{review.id}/desk"
    assert review.scores[0].value == 3


def test_time_is_counted_in_half_minutes_and_once_for_two_windows(scene: Scene) -> None:
    review = scene.review()

    for seconds in (0, 10, 31, 40, 62):
        counted = effort.beat(review, actor=scene.cast.rhea, at=NOW + timedelta(seconds=seconds))

    assert counted == 90


def test_the_script_counts_time(scene: Scene) -> None:
    review = scene.review()

    answer = scene.client.post(f"/reviews/{review.id}/time")

    assert (answer.json, review.seconds) == ({"seconds": 30}, 30)


def test_time_stops_when_the_review_is_in(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])

    assert scene.client.post(f"/reviews/{review.id}/time").status_code == 409
    assert review.seconds == 0


@pytest.mark.parametrize(
    ("words", "criteria", "minutes"), [(0, 1, 5), (2000, 8, 30), (4000, 11, 50), (6000, 20, 80)]
)
def test_an_estimate_grows_with_words_and_criteria(words: int, criteria: int, minutes: int) -> None:
    assert effort.estimate(words, criteria) == minutes


def test_words_of_tables_count_too() -> None:
    answers = {"a": "Two words", "rows": [{"x": "one", "n": 3}], "n": 5, "none": None}

    assert effort.count_words(answers) == 3
