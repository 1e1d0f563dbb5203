"""Side by side, and discussing: only after one's own review is in, never past a tie."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.applications import conversations, threads
from fundapp.applications.models import ApplicationState, Thread
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused
from fundapp.reviews import pins, service, together
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.sheet import Entry
from fundapp.rounds.models import RoundState
from tests.factories import (
    NOW,
    give_role,
    make_application,
    make_cast,
    make_conflict,
    make_review,
    make_round,
    make_user,
)
from tests.reviews.screen import Scene
from tests.visitor import Visitor


@pytest.fixture
def scene(app: Flask, client: Visitor) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW, title="Getijdenboek")
    return Scene(cast, round, application, client)


def colleague(scene: Scene, name: str = "Rik Riem", state: ReviewState = ReviewState.SUBMITTED) -> Review:
    person = make_user(name, roles={scene.cast.fund: [RoleName.REVIEWER]})
    values = [1, 1, 1] if state is ReviewState.SUBMITTED else None
    return make_review(scene.application, person, state=state, values=values)


def discuss(scene: Scene, actor: User, body: str = "What about P1?", about: str = "P1") -> Thread:
    made = together.discuss(
        scene.application, subject="The licence", body=body, about=about, actor=actor, at=NOW
    )
    db.session.flush()
    return made


def talk(scene: Scene, path: str, **values: str) -> Any:
    sent = {"about": "P1", "subject": "The licence", "body": "What about P1?", "once": "x1", **values}
    return scene.client.post(path, data=sent)


# --- who may -------------------------------------------------------------------------


def test_who_has_handed_in_reads_the_others_with_evidence(scene: Scene) -> None:
    rik = colleague(scene, state=ReviewState.ACCEPTED)
    pins.pin(rik, rik.rubric.criteria[0], field="abstract", quote="What project", actor=rik.reviewer, at=NOW)
    for criterion in rik.rubric.criteria:
        service.save_score(rik, criterion, value=1, reason="R.", base=0, actor=rik.reviewer, at=NOW)
    service.submit(rik, actor=rik.reviewer, at=NOW)
    mine = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])

    page = scene.client.get(f"/reviews/{mine.id}/together").text

    assert ("Rik Riem" in page, "Pinned passages" in page, "scale 1 to 7" in page) == (True, True, True)


def test_before_handing_in_there_is_no_such_page(scene: Scene) -> None:
    colleague(scene)
    mine = scene.review(values=[3])

    assert scene.client.get(f"/reviews/{mine.id}/together").status_code == 404
    assert talk(scene, f"/reviews/{mine.id}/together").status_code == 404


def test_a_discussion_is_opened_and_read_by_those_who_judged(scene: Scene) -> None:
    rik = colleague(scene)
    mine = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])

    answer = talk(scene, f"/reviews/{mine.id}/together")
    again = talk(scene, f"/reviews/{mine.id}/together")

    (made,) = db.session.scalars(select(Thread)).all()
    assert (answer.location, again.location) == (f"/office/threads/{made.id}",) * 2
    assert (made.kind.value, made.audience.value, made.about) == ("discussion", "reviewers", "P1")
    scene.client.sign_in(rik.reviewer)
    assert "What about P1?" in scene.client.get(f"/reviews/{rik.id}/together").text
    assert scene.client.get(f"/office/threads/{made.id}").status_code == 200


def test_who_still_has_to_judge_reads_nothing_of_it_anywhere(scene: Scene) -> None:
    rik = colleague(scene)
    made = discuss(scene, rik.reviewer)
    mine = scene.review(values=[3])

    for path in (f"/office/threads/{made.id}", f"/reviews/{mine.id}/together"):
        assert scene.client.get(path).status_code == 404
    assert conversations.seen_threads(scene.cast.rhea, scene.application.id) == []
    assert "The licence" not in scene.client.get(f"/reviews/{mine.id}/desk").text


def test_a_manager_who_still_has_to_judge_reads_nothing_of_it_either(scene: Scene) -> None:
    made = discuss(scene, colleague(scene).reviewer)
    give_role(scene.cast.rhea, scene.cast.fund, RoleName.MANAGER)
    scene.review(values=[3])

    page = scene.client.get(f"/office/applications/{scene.application.id}/reviews").text

    assert ("The licence" in page, "Rik Riem" in page) == (False, False)
    assert scene.client.get(f"/office/threads/{made.id}").status_code == 404


def test_a_tie_closes_it(scene: Scene) -> None:
    made = discuss(scene, colleague(scene).reviewer)
    mine = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])
    make_conflict(scene.application, scene.cast.rhea)

    for path in (f"/office/threads/{made.id}", f"/reviews/{mine.id}/together"):
        assert scene.client.get(path).status_code == 404


def test_applicants_and_strangers_get_nothing(scene: Scene) -> None:
    rik = colleague(scene)
    made = discuss(scene, rik.reviewer)

    for person in (scene.cast.ana, scene.cast.ben, scene.cast.rhea):
        scene.client.sign_in(person)
        assert scene.client.get(f"/office/threads/{made.id}").status_code == 404
        assert scene.client.get(f"/reviews/{rik.id}/together").status_code == 404


def test_the_office_joins(scene: Scene) -> None:
    rik = colleague(scene)
    scene.client.sign_in(scene.cast.sol)

    answer = talk(scene, f"/office/applications/{scene.application.id}/reviews", about="")
    page = scene.client.get(f"/office/applications/{scene.application.id}/reviews").text

    assert answer.status_code == 302
    assert ("What about P1?" in page, rik.reviewer.name in page) == (True, True)


@pytest.mark.parametrize(("who", "status"), [("aud", 200), ("fin", 404), ("rhea", 404), ("ana", 404)])
def test_who_reads_the_offices_page(scene: Scene, who: str, status: int) -> None:
    colleague(scene)
    scene.client.sign_in(getattr(scene.cast, who))

    answer = scene.client.get(f"/office/applications/{scene.application.id}/reviews")

    assert answer.status_code in ({status} if status == 200 else {403, 404})


def test_the_service_refuses_who_has_not_judged(scene: Scene) -> None:
    with pytest.raises(MoveRefused):
        discuss(scene, scene.cast.rhea)
    mine = scene.review(values=[3])
    with pytest.raises(MoveRefused):
        discuss(scene, mine.reviewer)


# --- mentions ----------------------------------------------------------------------------


def test_a_mention_is_mailed_once_and_not_to_who_still_has_to_judge(scene: Scene) -> None:
    rik, eva = colleague(scene), colleague(scene, "Eva Evers", ReviewState.ACCEPTED)
    mine = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])

    made = discuss(scene, mine.reviewer, "@rik riem and @eva evers, what do you think?")

    told = db.session.scalars(select(Outbox.user_id)).all()
    assert told == [rik.reviewer_id]
    threads.say(made, "And the rest, @Rik Riem?", actor=mine.reviewer, at=NOW)
    assert db.session.scalars(select(Outbox.user_id)).all() == [rik.reviewer_id] * 2
    assert eva.reviewer_id not in told


# --- movement -----------------------------------------------------------------------------


def test_movement_shows_to_the_office(scene: Scene) -> None:
    rik = colleague(scene)
    key = rik.rubric.criteria[0].id
    service.revise(rik, {key: Entry(4, reason="Better.")}, "After the talk.", actor=rik.reviewer, at=NOW)
    scene.client.sign_in(scene.cast.sol)

    page = scene.client.get(f"/office/applications/{scene.application.id}/reviews").text

    assert ("from 1 to 4" in page, "After the talk." in page) == (True, True)


def test_the_page_asks_the_same_for_one_and_for_many(scene: Scene) -> None:
    colleague(scene)
    scene.client.sign_in(scene.cast.sol)
    scene.client.get(f"/office/applications/{scene.application.id}/reviews")
    one = len(scene.client.statements)
    for number in range(6):
        discuss(scene, colleague(scene, f"Nr {number}").reviewer)

    scene.client.get(f"/office/applications/{scene.application.id}/reviews")

    assert len(scene.client.statements) <= one + 2


def test_the_office_reads_what_all_spent_together_and_never_one_of_them(scene: Scene) -> None:
    first = colleague(scene)
    first.seconds = 1800
    scene.client.sign_in(scene.cast.sol)
    path = f"/office/applications/{scene.application.id}/reviews"
    alone = scene.client.get(path).text
    second = colleague(scene, "Eva Evers")
    second.seconds = 2700

    both = scene.client.get(path).text

    assert ("they spent" in alone, "together they spent 1 h 15" in both) == (False, True)
    scene.client.sign_in(second.reviewer)
    assert "they spent" not in scene.client.get(f"/reviews/{second.id}/together").text
