"""The offline packet: what goes along, what comes back, and that nothing is overwritten silently."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from fundapp.accounts.models import RoleName
from fundapp.applications.models import ApplicationState
from fundapp.reviews import service
from fundapp.reviews.models import Review, ReviewState
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
from tests.reviews.screen import SECRET, Scene, newer, sheet
from tests.visitor import Visitor


@pytest.fixture
def scene(app: Flask, client: Visitor) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW, title="Getijdenboek")
    return Scene(cast, round, application, client)


def packed(
    scene: Scene, review: Review, *values: object, reason: str = "On a train.", **whole: str
) -> dict[str, Any]:
    """Fill in the packet as its script would write the file."""
    page = scene.client.get("/reviews/packet/file").text
    token, kind = (re.search(f'data-{name}="([^"]+)"', page) for name in ("token", "kind"))
    assert token
    assert kind
    given: dict[str, Any] = {**whole}
    for criterion, value in zip(review.rubric.criteria, values, strict=False):
        given[f"c{criterion.id}"] = {"score": str(value), "reason": reason, "link": ""}
    return {"kind": kind[1], "token": token[1], "reviews": {str(review.id): given}}


def bring(scene: Scene, packet: Any, path: str = "/reviews/packet", **more: str) -> Any:
    return scene.client.post(path, data={"packet": json.dumps(packet), **more})


def take_over(scene: Scene, packet: Any, **more: str) -> Any:
    return bring(scene, packet, "/reviews/packet/take-over", **more)


# --- out ---------------------------------------------------------------------------------


def test_the_file_holds_what_is_to_be_written_and_needs_no_network(scene: Scene) -> None:
    review = scene.review(values=[3])

    answer = scene.client.get("/reviews/packet/file")

    assert answer.headers["Content-Disposition"].startswith('attachment; filename="reviews-')
    assert (SECRET in answer.text, "P1 anchor 4" in answer.text) == (True, True)
    assert 'value="3" checked' in answer.text
    assert f'data-review="{review.id}"' in answer.text
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', answer.text) == []
    assert "default-src 'none'; script-src 'sha256-" in answer.text


def test_nothing_of_others_goes_along(scene: Scene) -> None:
    rik = make_user("Rik Riem", roles={scene.cast.fund: [RoleName.REVIEWER]})
    make_review(scene.application, rik, state=ReviewState.SUBMITTED, values=[1, 1, 1])
    scene.review()
    for state in (ReviewState.INVITED, ReviewState.SUBMITTED):
        other = make_application(
            scene.round, scene.cast.ben, state=ApplicationState.IN_REVIEW, title="Elders"
        )
        make_review(other, scene.cast.rhea, state=state)
    tied = make_application(scene.round, state=ApplicationState.IN_REVIEW, title="Verboden")
    make_review(tied, scene.cast.rhea)
    make_conflict(tied, scene.cast.rhea)

    text = scene.client.get("/reviews/packet/file").text

    assert [word for word in ("Rik", "Elders", "Verboden") if word in text] == []


def test_the_packet_asks_the_same_for_one_and_for_many(scene: Scene) -> None:
    scene.round.stage.is_blind = True
    scene.review()
    scene.client.get("/reviews/packet/file")
    one = len(scene.client.statements)
    for _ in range(9):
        make_review(make_application(scene.round, state=ApplicationState.IN_REVIEW), scene.cast.rhea)

    scene.client.get("/reviews/packet/file")

    assert len(scene.client.statements) == one


def test_a_blind_packet_says_nothing_of_who_applies(scene: Scene) -> None:
    scene.round.stage.is_blind = True
    scene.review()
    newer(scene, abstract=f"{scene.cast.ana.name} measures tides.")

    text = scene.client.get("/reviews/packet/file").text

    assert (scene.cast.ana.name in text, scene.cast.ana.email in text, "measures" in text) == (
        False,
        False,
        True,
    )


# --- back ----------------------------------------------------------------------------------


def test_first_one_sees_what_changes_then_it_is_taken_over(scene: Scene) -> None:
    review = scene.review()
    packet = packed(scene, review, 3, "n", internal="Ask about keys.", confidence="2")

    look = bring(scene, packet)

    assert ("On a train." in look.text, "Ask about keys." in look.text) == (True, True)
    assert review.scores == []

    done = take_over(scene, packet)

    assert done.location == "/reviews"
    assert [(score.value, score.is_na, score.reason) for score in review.scores] == [
        (3, False, "On a train."), (None, True, "On a train.")
    ]  # fmt: skip
    assert (review.internal, review.confidence, review.state) == ("Ask about keys.", 2, ReviewState.ACCEPTED)


def test_a_file_is_uploaded(scene: Scene) -> None:
    review = scene.review()
    packet = packed(scene, review, 3)

    look = scene.client.post(
        "/reviews/packet", data={"file": (BytesIO(json.dumps(packet).encode()), "reviews.json")}
    )

    assert look.status_code == 200
    assert "On a train." in look.text


def test_twice_changes_nothing(scene: Scene) -> None:
    review = scene.review()
    packet = packed(scene, review, 3)
    take_over(scene, packet)

    again = bring(scene, packet)
    take_over(scene, packet)

    assert "All of it stands online already" in again.text
    assert [score.revision for score in review.scores] == [1]


def test_what_changed_in_both_places_stands_side_by_side_and_the_online_one_stays(scene: Scene) -> None:
    review = scene.review(values=[2])
    packet = packed(scene, review, 3, 4)
    scene.client.post(f"/reviews/{review.id}/autosave", data=sheet(review, 1, reason="Online."))

    look = bring(scene, packet)
    take_over(scene, packet)

    assert ("1\nOnline." in look.text, "3\nOn a train." in look.text) == (True, True)
    assert [(score.value, score.reason) for score in review.scores] == [(1, "Online."), (4, "On a train.")]


def test_the_file_wins_where_its_writer_says_so(scene: Scene) -> None:
    review = scene.review(values=[2])
    packet = packed(scene, review, 3, to_applicant="From the train.")
    scene.client.post(
        f"/reviews/{review.id}/autosave", data=sheet(review, 1, reason="Online.", to_applicant="From home.")
    )
    key = review.rubric.criteria[0].id

    take_over(scene, packet, **{f"mine:{review.id}:c{key}": "offline"})

    assert (review.scores[0].value, review.to_applicant) == (3, "From home.")

    take_over(scene, packet, **{f"mine:{review.id}:to_applicant": "offline"})

    assert (review.scores[0].value, review.to_applicant) == (3, "From the train.")


def test_what_was_not_touched_in_the_packet_does_not_undo_online_work(scene: Scene) -> None:
    review = scene.review(values=[2, 2])
    reason = review.scores[0].reason
    packet = packed(scene, review, 2, 4, reason=reason)
    packet["reviews"][str(review.id)][f"c{review.rubric.criteria[1].id}"]["reason"] = "Train."
    scene.client.post(f"/reviews/{review.id}/autosave", data=sheet(review, 0, 2, reason="Online."))

    take_over(scene, packet, **{f"mine:{review.id}:c{review.rubric.criteria[1].id}": "offline"})

    assert [(score.value, score.reason) for score in review.scores] == [(0, "Online."), (4, "Train.")]


def test_somebody_elses_packet_is_refused(scene: Scene) -> None:
    packet = packed(scene, scene.review(), 3)
    rik = make_user("Rik Riem", roles={scene.cast.fund: [RoleName.REVIEWER]})
    scene.client.sign_in(rik)

    assert bring(scene, packet).status_code == 422
    assert "made for somebody else" in take_over(scene, packet).text


@pytest.mark.parametrize(
    "text", ["", "no json", "{}", "[]", '{"kind": 1, "token": "x", "reviews": {}}', "[" * 99_999]
)
def test_what_is_no_packet_is_refused(scene: Scene, text: str) -> None:
    scene.review()

    assert scene.client.post("/reviews/packet", data={"packet": text}).status_code == 422


def test_an_altered_packet_is_refused(scene: Scene) -> None:
    review = scene.review()
    packet = packed(scene, review, 3)
    rik = make_user("Rik Riem", roles={scene.cast.fund: [RoleName.REVIEWER]})
    theirs = make_review(scene.application, rik)
    moved = {**packet, "reviews": {str(theirs.id): packet["reviews"][str(review.id)]}}
    signed = {**packet, "token": packet["token"][:-3] + "abc"}

    for altered in (moved, signed):
        assert take_over(scene, altered).status_code == 422
    assert theirs.scores == []


def test_what_is_off_the_scale_or_no_link_is_told_and_left_out(scene: Scene) -> None:
    review = scene.review()
    packet = packed(scene, review, 99, 3)
    packet["reviews"][str(review.id)][f"c{review.rubric.criteria[2].id}"] = {
        "score": "2",
        "link": "javascript:1",
    }

    look = bring(scene, packet)
    take_over(scene, packet)

    assert look.text.count("Not taken over:") == 2
    assert [(score.criterion_id, score.value) for score in review.scores] == [
        (review.rubric.criteria[1].id, 3)
    ]


@pytest.mark.parametrize("said", [None, [], "x", {"c1": 3}, {"confidence": {}, "internal": 4}])
def test_nonsense_in_a_signed_file_breaks_nothing(scene: Scene, said: Any) -> None:
    review = scene.review()
    packet = packed(scene, review)
    packet["reviews"][str(review.id)] = said

    assert bring(scene, packet).status_code == 200
    assert review.scores == []


def test_a_review_that_is_in_by_now_is_left_out_and_told(scene: Scene) -> None:
    review = scene.review(values=[3, 2, 6])
    packet = packed(scene, review, 0)
    service.submit(review, actor=scene.cast.rhea, at=NOW)

    look = bring(scene, packet)
    take_over(scene, packet)

    assert "One review is left out" in look.text
    assert review.scores[0].value == 3


def test_a_newer_version_since_is_told(scene: Scene) -> None:
    review = scene.review()
    packet = packed(scene, review, 3)
    newer(scene, abstract="All new.")

    assert "the packet had version 1" in bring(scene, packet).text


def test_the_page_says_when_there_is_nothing_to_take(scene: Scene) -> None:
    scene.client.sign_in(scene.cast.rhea)

    assert "a packet would be empty" in scene.client.get("/reviews/packet").text


@pytest.mark.parametrize("who", ["sol", "ana"])
def test_packets_are_for_reviewers(scene: Scene, who: str) -> None:
    scene.client.sign_in(getattr(scene.cast, who))

    assert scene.client.get("/reviews/packet/file").status_code == 403
    give_role(getattr(scene.cast, who), scene.cast.fund, RoleName.REVIEWER)
    assert scene.client.get("/reviews/packet/file").status_code == 200
