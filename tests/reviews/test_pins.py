"""Evidence pins: kept where they stand, marked on the desk, found again or stale in a later version."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.reports import application_data
from fundapp.reviews import pins, service
from fundapp.reviews.models import Pin, Review, ReviewState
from fundapp.reviews.pins import PinState
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_conflict, make_review, make_round
from tests.reviews.screen import Scene, newer, sheet
from tests.visitor import Visitor

TEXT = "Harbours *sign every change* to it.\n\nThe rest reads what they signed. Harbours sign every change."


@pytest.fixture
def scene(app: Flask, client: Visitor) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW, title="Getijdenboek")
    found = Scene(cast, round, application, client)
    newer(found, abstract=TEXT)
    return found


def put(review: Review, quote: str, **values: Any) -> Pin:
    given = {"field": "abstract", "actor": review.reviewer, "at": NOW, **values}
    return pins.pin(review, review.rubric.criteria[0], quote=quote, **given)


def placed(review: Review) -> tuple[str, int]:
    (one,) = pins.places_in(review.application, pins.pins_of([review.id]), "en")
    return one.state.value, one.nth


# --- the service -----------------------------------------------------------------


def test_a_pin_keeps_where_the_words_stand_in_the_answer(scene: Scene) -> None:
    review = scene.review()

    made = put(review, "sign every change to it.")

    assert (made.version_number, made.field, made.start, made.stop) == (2, "abstract", 10, 35)
    assert made.quote == "sign every change* to it."
    assert made.quote == TEXT[made.start : made.stop]


def test_the_same_passage_is_pinned_once_and_the_second_one_apart(scene: Scene) -> None:
    review = scene.review()

    first, again, second = (
        put(review, "Harbours sign every change"),
        put(review, "Harbours sign every change"),
        put(review, "Harbours sign every change", nth=1),
    )

    assert (first.id == again.id, second.id == first.id) == (True, False)
    assert second.start == TEXT.rindex("Harbours")


@pytest.mark.parametrize(
    ("quote", "field"), [("Nobody said this", "abstract"), ("  ", "abstract"), ("x" * 2001, "abstract")]
)
def test_what_does_not_stand_there_is_refused(scene: Scene, quote: str, field: str) -> None:
    review = scene.review()

    with pytest.raises(Refusal):
        put(review, quote, field=field)


def test_without_a_question_the_words_are_looked_for_everywhere(scene: Scene) -> None:
    review = scene.review()

    assert put(review, "Getijdenboek", field="").field == "title"


def test_no_pins_without_end_on_one_criterion(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "MOST", 1)
    review = scene.review()
    put(review, "Harbours")

    with pytest.raises(Refusal):
        put(review, "The rest")


def test_only_who_writes_the_review_pins(scene: Scene) -> None:
    review = scene.review()

    for person in (scene.cast.sol, scene.cast.ana):
        with pytest.raises(MoveRefused):
            put(review, "Harbours", actor=person)
    make_conflict(scene.application, scene.cast.rhea)
    with pytest.raises(MoveRefused):
        put(review, "Harbours")


def test_a_review_that_is_in_takes_no_pins(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])

    with pytest.raises(MoveRefused):
        put(review, "Harbours")


def test_the_database_refuses_a_pin_on_a_version_that_is_not_there(scene: Scene) -> None:
    review = scene.review()
    made = put(review, "Harbours")
    made.version_number = 9

    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_database_refuses_a_pin_on_another_proposals_version(scene: Scene) -> None:
    other = make_application(scene.round, scene.cast.ben, state=ApplicationState.IN_REVIEW)
    made = put(scene.review(), "Harbours")
    made.application_id = other.id

    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


# --- a later version ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (TEXT, PinState.HOLDS),
        (f"More first. {TEXT}", PinState.MOVED),
        ("Harbours **sign** _every_ change   to it. And more.", PinState.MOVED),
        ("Harbours no longer do that.", PinState.STALE),
    ],
)
def test_a_later_version_holds_moves_or_lacks_the_passage(scene: Scene, text: str, state: PinState) -> None:
    review = scene.review()
    put(review, "Harbours sign every change to it.")
    newer(scene, abstract=text)

    assert placed(review)[0] == state.value


def test_what_went_to_another_answer_is_found_there(scene: Scene) -> None:
    review = scene.review()
    put(review, "The rest reads")
    newer(scene, abstract="Shorter.", title="The rest reads it")

    assert placed(review)[0] == "moved"


# --- the desk ----------------------------------------------------------------------


def test_without_scripts_a_pasted_passage_is_pinned_and_nothing_is_lost(scene: Scene) -> None:
    review = scene.review()
    key = review.rubric.criteria[1].id
    sent = sheet(
        review, 3, **{"pin": str(key), f"field-{key}": "abstract", f"quote-{key}": "sign every change"}
    )

    answer = scene.client.post(f"/reviews/{review.id}/pin", data=sent)
    page = scene.client.get(f"/reviews/{review.id}/desk").text

    assert answer.location == f"/reviews/{review.id}/desk#a{key}"
    assert [score.reason for score in review.scores] == ["Because."]
    assert '<mark class="pin">' in page
    assert f'<a href="#a{key}"><span class="vh">pinned for </span>P2</a>' in page


def test_words_that_are_not_there_come_back_to_be_corrected(scene: Scene) -> None:
    review = scene.review()
    key = review.rubric.criteria[0].id
    sent = sheet(review, 3, **{"pin": str(key), f"quote-{key}": "never written"})

    page = scene.client.post(f"/reviews/{review.id}/pin", data=sent)

    assert page.status_code == 422
    assert ("never written" in page.text, "do not stand there" in page.text) == (True, True)
    assert review.scores[0].value == 3


def test_the_script_gets_the_proposal_with_its_marks(scene: Scene) -> None:
    review = scene.review()
    key = review.rubric.criteria[0].id
    wants = {"Accept": "application/json"}

    made = scene.client.post(
        f"/reviews/{review.id}/pin",
        data={"pin": key, "field": "abstract", "quote": "The rest"},
        headers=wants,
    )
    refused = scene.client.post(
        f"/reviews/{review.id}/pin", data={"pin": key, "field": "abstract", "quote": "No"}, headers=wants
    )
    id = db.session.scalar(select(Pin.id))
    gone = scene.client.post(f"/reviews/{review.id}/unpin", data={"unpin": id}, headers=wants)

    assert '<mark class="pin">' in made.json["parts"]["proposal"]
    assert "Unpin" in made.json["parts"][f"pins{key}"]
    assert (refused.status_code, "stand there" in refused.json["said"]) == (422, True)
    assert '<mark class="pin">' not in gone.json["parts"]["proposal"]
    assert db.session.scalar(select(func.count(Pin.id))) == 0


def test_unpinning_without_scripts_keeps_what_was_written(scene: Scene) -> None:
    review = scene.review()
    made = put(review, "Harbours")

    answer = scene.client.post(f"/reviews/{review.id}/unpin", data=sheet(review, 2, unpin=str(made.id)))

    assert answer.status_code == 302
    assert (review.scores[0].value, db.session.scalar(select(func.count(Pin.id)))) == (2, 0)


def test_a_stale_pin_says_so(scene: Scene) -> None:
    review = scene.review()
    put(review, "Harbours sign every change to it.")
    newer(scene, abstract="All other words.")

    page = scene.client.get(f"/reviews/{review.id}/desk").text

    assert "No longer in the proposal" in page


def test_nobody_unpins_for_somebody_else(scene: Scene) -> None:
    review = scene.review()
    made = put(review, "Harbours")
    other = make_review(scene.application, make_cast(scene.cast.fund).rhea)
    scene.client.sign_in(other.reviewer)

    scene.client.post(f"/reviews/{other.id}/unpin", data=sheet(other, unpin=str(made.id)))

    assert db.session.get(Pin, made.id) is not None


# --- exports -----------------------------------------------------------------------------


def test_passages_go_into_the_dossier_that_is_exported(scene: Scene) -> None:
    review = scene.review()
    put(review, "sign every change to it.")
    put(review, "The rest reads")
    for criterion in review.rubric.criteria:
        service.save_score(review, criterion, value=1, reason="R.", base=0, actor=review.reviewer, at=NOW)
    service.submit(review, actor=review.reviewer, at=NOW)
    newer(scene, abstract="Harbours sign every change to it. All else is new.")

    found = application_data.gather(scene.application, at=NOW)

    passages = [pin for mark in found["criteria"][0]["marks"] for pin in mark["pins"]]
    assert [(pin["words"], pin["version"], pin["state"]) for pin in passages] == [
        ("sign every change to it.", 2, "moved"), ("The rest reads", 2, "stale")
    ]  # fmt: skip
