"""The reviewer's list and card: what opens, what stays closed, and for whom."""

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import ApplicationState, Conflict, ConflictState
from fundapp.core.db import db
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import RoundState
from tests.factories import make_application, make_cast, make_conflict, make_review, make_round, make_user
from tests.reviews.screen import SECRET, Scene, sheet
from tests.visitor import Visitor


@pytest.fixture
def scene(app: Flask, client: Visitor) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW, title="Getijdenboek")
    return Scene(cast, round, application, client)


# --- the list and the card -------------------------------------------------------


def test_the_list_shows_what_to_do(scene: Scene) -> None:
    scene.review(values=[3, 2])

    page = scene.client.get("/reviews")

    assert page.status_code == 200
    assert ("Go on with Getijdenboek" in page.text, "2 of 3 scored" in page.text) == (True, True)


def test_the_list_asks_the_same_for_one_and_for_fifty(scene: Scene) -> None:
    scene.review(values=[3, 2, 1])
    scene.client.get("/reviews")
    one = len(scene.client.statements)
    for _ in range(49):
        application = make_application(scene.round, scene.cast.ben, state=ApplicationState.IN_REVIEW)
        make_review(application, scene.cast.rhea, values=[3, 2, 1])

    scene.client.get("/reviews")

    assert len(scene.client.statements) == one


def test_an_empty_list_says_what_will_be_here(scene: Scene) -> None:
    scene.client.sign_in(scene.cast.rhea)

    assert "Nothing to review now." in scene.client.get("/reviews").text


@pytest.mark.parametrize("who", ["sol", "fin", "ana"])
def test_the_list_is_for_reviewers(scene: Scene, who: str) -> None:
    scene.client.sign_in(getattr(scene.cast, who))

    assert scene.client.get("/reviews").status_code == 403


def test_the_card_shows_title_and_people_only(scene: Scene) -> None:
    review = scene.review(ReviewState.INVITED)

    page = scene.client.get(f"/reviews/{review.id}")
    closed = scene.client.get(f"/reviews/{review.id}/desk")

    assert ("Getijdenboek" in page.text, "Ana Alders" in page.text) == (True, True)
    assert (SECRET in page.text, closed.status_code) == (False, 404)


def test_no_ties_opens_the_desk(scene: Scene) -> None:
    review = scene.review(ReviewState.INVITED)

    answer = scene.client.post(f"/reviews/{review.id}/tie", data={"answer": "none"})

    assert answer.location == f"/reviews/{review.id}/desk"
    assert SECRET in scene.client.get(answer.location).text
    assert db.session.scalar(select(Conflict.state)) is ConflictState.CLEAR


def test_a_tie_wants_its_kind_and_then_closes_everything(scene: Scene) -> None:
    review = scene.review(ReviewState.INVITED)

    without = scene.client.post(f"/reviews/{review.id}/tie", data={"answer": "have"})
    told = scene.client.post(
        f"/reviews/{review.id}/tie", data={"answer": "have", "kind": "family", "note": "My brother."}
    )

    assert (without.status_code, "Choose what fits best." in without.text) == (422, True)
    assert told.location == "/reviews"
    pages = [
        f"/reviews/{review.id}",
        f"/reviews/{review.id}/desk",
        f"/office/applications/{scene.application.id}",
    ]
    assert [scene.client.get(page).status_code for page in pages] == [404, 404, 404]
    assert "Getijdenboek" not in scene.client.get("/reviews").text


def test_nothing_chosen_is_asked_again(scene: Scene) -> None:
    review = scene.review(ReviewState.INVITED)

    assert scene.client.post(f"/reviews/{review.id}/tie", data={}).status_code == 422
    assert scene.client.post(f"/reviews/{review.id}/decline", data={"reason": " "}).status_code == 422
    assert review.state is ReviewState.INVITED


def test_several_answers_at_once(scene: Scene) -> None:
    first = scene.review(ReviewState.INVITED)
    others = [
        make_review(
            make_application(scene.round, state=ApplicationState.IN_REVIEW),
            scene.cast.rhea,
            state=ReviewState.INVITED,
        )
        for _ in range(3)
    ]
    said = {f"tie{first.id}": "none", f"tie{others[0].id}": "unsure", f"tie{others[1].id}": "have"}

    answer = scene.client.post("/reviews/ties", data=said)

    assert answer.location == f"/reviews/{others[1].id}?tie=have"
    states = [review.state for review in (first, *others)]
    assert states == [ReviewState.ACCEPTED, ReviewState.DECLINED, ReviewState.INVITED, ReviewState.INVITED]


def test_decline_says_thank_you(scene: Scene) -> None:
    review = scene.review()

    answer = scene.client.post(f"/reviews/{review.id}/decline", data={"reason": "Ill"})

    assert "Thank you for telling us early" in scene.client.get(answer.location).text
    assert review.decline_reason == "Ill"


# --- who may not -----------------------------------------------------------------


READ = ("", "/desk")
SEND = ("/tie", "/decline", "/desk", "/autosave", "/submit", "/revise")


@pytest.mark.parametrize("who", ["ana", "ben", "sol", "fin", "other", "tied", "unsure"])
def test_another_ones_review_does_not_exist(scene: Scene, who: str) -> None:
    review = scene.review(values=[3, 2, 1])
    other = make_user("Rik Riem", roles={scene.cast.fund: [RoleName.REVIEWER]})
    tied = {"tied": ConflictState.BARRED, "unsure": ConflictState.UNSURE}
    if who in tied:
        make_conflict(scene.application, scene.cast.rhea, tied[who])
    person: User = {"other": other, "tied": scene.cast.rhea, "unsure": scene.cast.rhea}.get(who) or getattr(
        scene.cast, who
    )
    scene.client.sign_in(person)

    read = [scene.client.get(f"/reviews/{review.id}{end}").status_code for end in READ]
    sent = [
        scene.client.post(f"/reviews/{review.id}{end}", data=sheet(review, 1)).status_code for end in SEND
    ]

    assert (set(read), set(sent)) == ({404}, {404})


def test_a_visitor_is_asked_to_sign_in(scene: Scene) -> None:
    review = scene.review()
    scene.client.sign_out()

    assert scene.client.get(f"/reviews/{review.id}/desk").location.startswith("/login")
