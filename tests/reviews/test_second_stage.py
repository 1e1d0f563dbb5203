"""Reviewing the second stage: its own questions and criteria, also offline and from a table."""

import json
import re
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from fundapp.applications import service as applications
from fundapp.applications.models import Answer, ApplicationState
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.reviews import imports, queries, scores, service, standings, taking_in
from fundapp.reviews.imports import Unreadable
from fundapp.reviews.models import Review, ReviewState
from fundapp.rounds import service as rounds
from fundapp.rounds import stages
from fundapp.rounds.models import RoundState
from tests.command import Run
from tests.factories import (
    FORM,
    NOW,
    make_application,
    make_cast,
    make_form,
    make_review,
    make_round,
    make_rubric,
)
from tests.visitor import Visitor

S = ApplicationState
CLOSED = NOW - timedelta(days=20)
ALL_IN = NOW + timedelta(days=10)
HEAD = "code,reviewer,criterion,score,reason"


def full_form() -> Any:
    definition = deepcopy(FORM)
    definition["sections"][0]["fields"].append(
        {"key": "plan", "type": "long", "label": {"en": "Plan", "nl": "Plan"}, "required": True, "hard": 3000}
    )
    form = make_form()
    form.definition = definition
    return form


def second_rubric() -> Any:
    """The small rubric under other keys, as a second stage asks other things."""
    rubric = make_rubric()
    for criterion in rubric.criteria:
        criterion.key = f"S{criterion.key}"
    return rubric


@pytest.fixture
def scene(session: Any, client: Visitor) -> SimpleNamespace:
    """A full proposal in review in the second stage; Rhea was asked in both stages."""
    cast = make_cast()
    call = make_round(
        cast.fund, state=RoundState.DRAFT, opens_at=CLOSED - timedelta(days=9), closes_at=CLOSED
    )
    stages.add(
        call, name={"en": "Full proposal", "nl": "Volledig voorstel"}, form=full_form(),
        rubric=second_rubric(), opens_at=CLOSED, closes_at=ALL_IN, actor=cast.sol,
        at=NOW - timedelta(days=40),
    )  # fmt: skip
    rounds.publish(call, actor=cast.sol, at=NOW - timedelta(days=40))
    application = make_application(call, cast.ana, state=S.IN_REVIEW, title="Tide tables")
    old = make_review(application, cast.rhea, state=ReviewState.ACCEPTED, values=[1, 1, 1])
    applications.conclude(application, S.INVITED, actor=cast.sol, at=CLOSED)
    db.session.add(
        Answer(
            application_id=application.id, field="plan", value={"v": "We measure every tide."}, saved_at=NOW
        )
    )
    db.session.flush()
    db.session.expire(application, ["answers"])
    applications.submit(application, actor=cast.ana, at=NOW)
    rounds.close(call, actor=None, at=ALL_IN)
    applications.admit(application, actor=cast.sol, at=ALL_IN)
    client.sign_in(cast.rhea)
    return SimpleNamespace(cast=cast, call=call, application=application, old=old, client=client)


def asked(scene: SimpleNamespace) -> Review:
    review = service.assign(scene.application, scene.cast.rhea, actor=scene.cast.sol, at=ALL_IN)
    service.accept(review, actor=scene.cast.rhea, at=ALL_IN)
    db.session.flush()
    return review


# --- what the first stage left open ----------------------------------------------------


def test_review_the_first_stage_left_open_is_read_and_written_no_more(scene: SimpleNamespace) -> None:
    assert queries.own_review(scene.cast.rhea, scene.old.id) is None
    with pytest.raises(MoveRefused):
        scores.writable(scene.old, scene.cast.rhea)
    with pytest.raises(Refusal):
        service.submit(scene.old, actor=scene.cast.rhea, at=ALL_IN)


# --- offline ---------------------------------------------------------------------------


def test_packet_holds_the_full_proposal_and_its_own_criteria(scene: SimpleNamespace) -> None:
    review = asked(scene)

    text = scene.client.get("/reviews/packet/file").text

    assert ("We measure every tide." in text, "Stage 2: Full proposal" in text) == (True, True)
    assert re.findall(r'data-review="(\d+)"', text) == [str(review.id)]
    assert ("SP1" in text, ">P1 " in text) == (True, False)


def test_packet_comes_back_into_the_second_stage(scene: SimpleNamespace) -> None:
    review = asked(scene)
    page = scene.client.get("/reviews/packet/file").text
    token, kind = (re.search(f'data-{name}="([^"]+)"', page) for name in ("token", "kind"))
    assert token and kind  # noqa: PT018
    given = {
        f"c{criterion.id}": {"score": "3", "reason": "On a train.", "link": ""}
        for criterion in review.rubric.criteria
    }
    packet = {"kind": kind[1], "token": token[1], "reviews": {str(review.id): given}}

    looked = scene.client.post("/reviews/packet", data={"packet": json.dumps(packet)})
    taken = scene.client.post("/reviews/packet/take-over", data={"packet": json.dumps(packet)})

    assert (looked.status_code, taken.status_code) == (200, 302)
    db.session.expire_all()
    assert {score.value for score in review.scores} == {3}
    service.submit(review, actor=scene.cast.rhea, at=ALL_IN)
    assert standings.refresh(scene.application, at=ALL_IN).reviews == 1


# --- from a table ------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path: Path, scene: SimpleNamespace) -> Any:
    def write(*lines: str) -> Path:
        path = tmp_path / "reviews.csv"
        rows = [line.replace("CODE", scene.application.code) for line in lines]
        path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
        return path

    return write


def take(scene: SimpleNamespace, path: Path, number: int | None = None) -> Any:
    stage = scene.call.stages[number - 1] if number else None
    settings = current_app.config["SETTINGS"]
    return taking_in.take_in(scene.call, imports.read(path), stage=stage, settings=settings, at=ALL_IN)


def test_table_is_read_by_the_stage_of_the_latest_text(scene: SimpleNamespace, table: Any) -> None:
    taken = take(
        scene, table("CODE,Rhea Rood,SP1,3,Clear.", "CODE,Rhea Rood,SP2,2,", "CODE,Rhea Rood,ST,6,Good.")
    )

    made = db.session.scalars(select(Review).where(Review.state == ReviewState.SUBMITTED)).one()
    assert (taken.scores, taken.reviews) == (3, 1)
    assert (made.stage_id, made.version_number) == (scene.call.stages[1].id, 2)
    assert queries.standing_of(scene.application).reviews == 1


def test_criteria_of_another_stage_are_named_with_those_of_this_one(
    scene: SimpleNamespace, table: Any
) -> None:
    with pytest.raises(Unreadable) as caught:
        take(scene, table("CODE,Rhea Rood,P1,3,Clear."))

    assert caught.value.faults[0].message == "No criterion “P1”; this stage has SP1, SP2, ST."


def test_earlier_stage_is_taken_in_when_it_is_named(scene: SimpleNamespace, table: Any) -> None:
    path = table("CODE,Rik Riem,P1,3,Clear.", "CODE,Rik Riem,P2,3,", "CODE,Rik Riem,T,6,")

    take(scene, path, number=1)

    made = db.session.scalars(select(Review).where(Review.state == ReviewState.SUBMITTED)).one()
    assert (made.stage_id, made.version_number) == (scene.call.stages[0].id, 1)
    assert queries.standing_of(scene.application) is None
    assert take(scene, path, number=1).known == 3


def test_stage_an_application_never_came_to_is_a_mistake(scene: SimpleNamespace, table: Any) -> None:
    other = make_application(scene.call, scene.cast.ben, state=S.IN_REVIEW)
    path = table(f"{other.code},Rhea Rood,SP1,3,Clear.")

    with pytest.raises(Unreadable) as caught:
        take(scene, path, number=2)

    assert caught.value.faults[0].message == f"Application {other.code} has no proposal in this stage."


def test_command_knows_the_stage(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text(f"{HEAD}\nX,Rhea,P1,3,\n", "utf-8")

    missing = run("reviews", "import", "nowhere", str(path), "--stage", "2")
    wrong = run("reviews", "import", "nowhere", str(path), "--stage", "0")

    assert (missing.exit_code, wrong.exit_code) == (1, 2)
