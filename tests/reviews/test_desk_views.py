"""The desk: what is written is kept, two windows see both texts, handing in says what is missing."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp.accounts.models import RoleName
from fundapp.applications.models import ApplicationState, ApplicationVersion, VersionReason
from fundapp.core.db import db
from fundapp.reviews.models import ReviewState, Score
from fundapp.reviews.sheet import sheet_of, write_shown
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_review, make_round, make_user
from tests.reviews.screen import SECRET, Scene, sheet
from tests.visitor import Visitor


@pytest.fixture
def scene(app: Flask, client: Visitor) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW, title="Getijdenboek")
    return Scene(cast, round, application, client)


# --- the desk --------------------------------------------------------------------


def test_the_desk_shows_proposal_and_anchors(scene: Scene) -> None:
    review = scene.review()

    page = scene.client.get(f"/reviews/{review.id}/desk").text

    assert (SECRET in page, "P1 anchor 4" in page, "T anchor 7" in page) == (True, True, True)


def test_saving_keeps_each_criterion(scene: Scene) -> None:
    review = scene.review()

    answer = scene.client.post(
        f"/reviews/{review.id}/desk", data=sheet(review, 3, "n", internal="Ask about keys.", confidence="2")
    )

    assert answer.location == f"/reviews/{review.id}/desk"
    rows = [(score.value, score.is_na, score.reason) for score in review.scores]
    assert rows == [(3, False, "Because."), (None, True, "Because.")]
    assert (review.internal, review.confidence) == ("Ask about keys.", 2)


def test_the_script_gets_time_and_version(scene: Scene) -> None:
    review = scene.review()

    first = scene.client.post(f"/reviews/{review.id}/autosave", data=sheet(review, 3))
    again = scene.client.post(
        f"/reviews/{review.id}/autosave",
        data={**sheet(review, 2), "version": first.json["version"]},
    )

    assert (first.status_code, again.status_code) == (200, 200)
    assert len(first.json["saved_at"]) == 5
    assert [(score.value, score.revision) for score in review.scores] == [(2, 2)]


def test_two_windows_see_both_texts(scene: Scene) -> None:
    review = scene.review()
    old = sheet(review, 4, 1, reason="Mine.")
    scene.client.post(f"/reviews/{review.id}/autosave", data=sheet(review, 2, reason="Theirs."))

    quiet = scene.client.post(f"/reviews/{review.id}/autosave", data=old)
    page = scene.client.post(f"/reviews/{review.id}/desk", data=old)

    assert (quiet.status_code, page.status_code) == (409, 409)
    assert ("2\nTheirs." in page.text, "4\nMine." in page.text) == (True, True)
    assert [score.reason for score in review.scores] == ["Theirs.", "Mine."]

    version = write_shown(sheet_of(review))
    kept = scene.client.post(f"/reviews/{review.id}/desk", data={**old, "version": version})

    assert kept.status_code == 302
    assert [score.reason for score in review.scores] == ["Mine.", "Mine."]


@pytest.mark.parametrize(
    ("field", "value"), [("link", "ftp://x"), ("score", "9"), ("reason", "x" * 2001), ("expected", "12")]
)
def test_a_wrong_field_is_shown_and_nothing_is_lost(scene: Scene, field: str, value: str) -> None:
    review = scene.review()
    key = review.rubric.criteria[0].id
    sent = {**sheet(review, 3, 2, reason="Kept text."), f"c{key}-{field}": value}

    page = scene.client.post(f"/reviews/{review.id}/desk", data=sent)
    quiet = scene.client.post(f"/reviews/{review.id}/autosave", data=sent)

    assert (page.status_code, quiet.status_code) == (422, 422)
    assert "Kept text." in page.text
    assert db.session.scalar(select(func.count(Score.id))) == 0


def test_handing_in_lists_what_is_missing_and_keeps_the_rest(scene: Scene) -> None:
    review = scene.review()

    page = scene.client.post(f"/reviews/{review.id}/submit", data=sheet(review, 3))

    assert page.status_code == 422
    assert "P2 Criterion P2: choose a score, or “nothing seen”" in page.text
    assert [score.value for score in review.scores] == [3]
    assert review.state is ReviewState.ACCEPTED


def test_handing_in_twice_does_it_once(scene: Scene) -> None:
    review = scene.review()
    sent = sheet(review, 3, 2, 6)

    first = scene.client.post(f"/reviews/{review.id}/submit", data=sent)
    second = scene.client.post(f"/reviews/{review.id}/submit", data=sent)

    assert (first.location, second.status_code) == ("/reviews", 409)
    assert (review.state, review.total_ppm) == (ReviewState.SUBMITTED, 716_667)


def test_other_reviews_open_after_mine(scene: Scene) -> None:
    rik = make_user("Rik Riem", roles={scene.cast.fund: [RoleName.REVIEWER]})
    make_review(scene.application, rik, state=ReviewState.SUBMITTED, values=[1, 1, 1])
    review = scene.review(values=[3, 2, 6])

    before = scene.client.get(f"/reviews/{review.id}/desk").text
    scene.client.post(f"/reviews/{review.id}/submit", data=sheet(review, 3, 2, 6))
    after = scene.client.get(f"/reviews/{review.id}/desk").text

    assert ("Rik Riem" in before, "Rik Riem" in after) == (False, True)


def test_a_change_after_handing_in_wants_a_reason(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])

    without = scene.client.post(f"/reviews/{review.id}/revise", data=sheet(review, 1, 2, 6))
    with_one = scene.client.post(f"/reviews/{review.id}/revise", data=sheet(review, 1, 2, 6, why="Misread."))

    assert (without.status_code, with_one.status_code) == (422, 302)
    assert review.scores[0].value == 1


def test_a_closed_round_shows_what_was_written(scene: Scene) -> None:
    closed = make_round(scene.cast.fund, state=RoundState.DECIDING, budget_cents=100)
    application = make_application(closed, state=ApplicationState.IN_REVIEW)
    review = make_review(application, scene.cast.rhea, state=ReviewState.SUBMITTED, values=[3, 2, 6])
    scene.client.sign_in(scene.cast.rhea)

    page = scene.client.get(f"/reviews/{review.id}/desk").text

    assert ("The reviews of this proposal are closed." in page, "Reason for P1." in page) == (True, True)
    assert "Hand in" not in page


def test_the_desk_speaks_dutch(scene: Scene) -> None:
    scene.cast.rhea.language = "nl"
    review = scene.review()

    page = scene.client.get(f"/reviews/{review.id}/desk").text

    assert ("Uw scores" in page, "P1 anker 4" in page, "Inleveren" in page) == (True, True, True)


def test_a_newer_version_is_told(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])
    first = scene.application.versions[0]
    db.session.add(
        ApplicationVersion(
            application_id=scene.application.id, number=2, stage_id=first.stage_id, form_id=first.form_id,
            answers=first.answers, title=first.title, reason=VersionReason.REVISED, digest="c" * 64,
            made_at=NOW,
        )
    )  # fmt: skip
    scene.application.version_number = 2

    page = scene.client.get(f"/reviews/{review.id}/desk").text

    assert "You read version 1." in page
