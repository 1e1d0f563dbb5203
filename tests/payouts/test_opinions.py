"""Questions on the page of a request, and second opinions by people from outside."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.applications import doors
from fundapp.applications.models import Access, Capacity, Conflict, ConflictState, Level
from fundapp.applications.queries import seen
from fundapp.core import due, todo
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.payouts import opinions, service, talk
from fundapp.payouts.models import Claim, ClaimState, OpinionState, SecondOpinion, Verdict
from tests.factories import NOW, make_user
from tests.payouts.scene import TODAY, Scene, make_scene
from tests.visitor import Visitor

SOON = TODAY + timedelta(days=10)
GOOD = "a sentence is easy"


def ask(scene: Scene, claim: Claim, email: str = "eva@example.org", due_on: date = SOON) -> str:
    """Ask Eva, and give the way of the link in her mail."""
    opinions.ask(
        claim, email, "Eva Expert", language="en", question="Is this sound?", due_on=due_on,
        actor=scene.cast.sol, at=NOW,
    )  # fmt: skip
    db.session.flush()
    text = db.session.scalars(
        select(Outbox.body_text).where(Outbox.key.like("opinion-asked:%")).order_by(Outbox.id.desc())
    ).first()
    assert text is not None
    return "/second-opinion/" + text.split("/second-opinion/")[1].split()[0]


def only() -> SecondOpinion:
    return db.session.scalars(select(SecondOpinion)).one()


# --- questions -----------------------------------------------------------------------------


def test_question_is_asked_and_answered_on_the_page(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    path = f"/claims/{claim.id}"
    client.sign_in(scene.cast.sol)
    client.post(f"{path}/questions", data={"body": "Where is the manual?"})
    client.sign_in(scene.cast.ana)
    asked = client.get(path).text
    thread = talk.of(claim, scene.cast.ana, own=True)[0]
    empty = client.post(f"{path}/questions/{thread.id}", data={"body": " "})
    client.post(f"{path}/questions/{thread.id}", data={"body": "In docs/manual."})
    client.sign_in(scene.cast.sol)
    answered = client.get(path).text

    assert "Where is the manual?" in asked
    assert empty.status_code == 422
    assert "In docs/manual." in answered
    assert claim.state is ClaimState.SUBMITTED
    told = set(db.session.scalars(select(Outbox.address).where(Outbox.name.like("question-%"))))
    assert told == {scene.cast.ana.email, scene.cast.sol.email, scene.cast.max.email}


def test_only_who_judges_asks_and_only_the_grantee_answers(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    thread = talk.ask(claim, "Well?", actor=scene.cast.sol, at=NOW)
    db.session.flush()
    answers = {}
    for name in ("ana", "ben", "fin", "aud"):
        client.sign_in(getattr(scene.cast, name))
        answers[name] = (
            client.post(f"/claims/{claim.id}/questions", data={"body": "?"}).status_code,
            client.post(f"/claims/{claim.id}/questions/{thread.id}", data={"body": "!"}).status_code,
        )

    assert answers == {"ana": (403, 302), "ben": (404, 404), "fin": (403, 403), "aud": (403, 403)}
    client.sign_in(scene.cast.fin)
    assert "Well?" not in client.get(f"/claims/{claim.id}").text


# --- second opinions -------------------------------------------------------------------------


def test_expert_says_first_whether_there_is_a_tie_and_then_sees_the_request(
    app: Flask, client: Visitor
) -> None:
    scene = make_scene()
    claim = scene.claim()
    link = ask(scene, claim)

    before = client.get(link).text
    client.post(link, data={"tie": "none", "name": "Eva Expert", "password": GOOD})
    page = client.get(f"/second-opinions/{only().id}").text
    around = [
        client.get(path).status_code
        for path in (
            f"/claims/{claim.id}", f"/grants/{scene.award.id}", f"/proposals/{scene.award.application_id}",
            f"/office/applications/{scene.award.application_id}", "/claims", "/payouts",
        )
    ]  # fmt: skip
    client.post(f"/second-opinions/{only().id}", data={"verdict": "doubt", "advice": "No tests."})
    client.sign_in(scene.cast.sol)
    office = client.get(f"/claims/{claim.id}").text
    client.sign_in(scene.cast.ana)
    own = client.get(f"/claims/{claim.id}").text

    assert "example.org/release" not in before
    assert "example.org/release" in page
    assert set(around) <= {403, 404}
    assert (only().state, only().verdict) == (OpinionState.GIVEN, Verdict.DOUBT)
    assert "No tests." in office
    assert "Eva Expert" not in own
    assert claim.state is ClaimState.SUBMITTED


def test_expert_gets_a_card_and_no_door_to_the_application(app: Flask) -> None:
    scene = make_scene()
    ask(scene, scene.claim())
    who = opinions.accept(only(), None, name="Eva", password=GOOD, at=NOW, settings=app.config["SETTINGS"])
    db.session.flush()

    access = db.session.scalars(select(Access).where(Access.user_id == who.id)).one()
    assert (access.capacity, access.level, access.ended_at) == (Capacity.EXPERT, Level.CARD, None)
    assert str(seen(who)) == "false"
    assert opinions.own(who, only().id) is not None


def test_expert_with_a_tie_sees_nothing_and_the_asker_hears(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    eva = make_user("Eva Expert")
    link = ask(scene, claim, eva.email)
    client.sign_in(eva)

    said = client.post(link, data={"tie": "employer", "reason": "My former team."})
    tie = db.session.scalars(select(Conflict).where(Conflict.user_id == eva.id)).one()

    assert "somebody else" in said.text
    assert (only().state, tie.state) == (OpinionState.DECLINED, ConflictState.BARRED)
    assert client.get(f"/second-opinions/{only().id}").status_code == 404
    assert client.get(link).status_code == 410
    assert db.session.scalar(select(Outbox.id).where(Outbox.key.like("opinion-answered:%")))


def test_tie_found_later_closes_the_door(app: Flask) -> None:
    scene = make_scene()
    eva = make_user("Eva Expert")
    ask(scene, scene.claim(), eva.email)
    opinions.accept(only(), eva, at=NOW, settings=app.config["SETTINGS"])
    doors.declare_conflict(scene.award.application, eva, ConflictState.UNSURE, actor=eva, at=NOW)
    db.session.flush()

    assert opinions.own(eva, only().id) is None
    assert only().state is OpinionState.TAKEN_BACK


def test_who_cannot_give_a_second_opinion(app: Flask) -> None:
    scene = make_scene()
    claim = scene.claim()
    ask(scene, claim)
    given = {"language": "en", "question": "?", "at": NOW}

    for email, actor in ((scene.cast.ana.email, scene.cast.sol), (scene.cast.sol.email, scene.cast.sol),
                         ("eva@example.org", scene.cast.sol)):  # fmt: skip
        with pytest.raises(Refusal):
            opinions.ask(claim, email, "X", due_on=SOON, actor=actor, **given)  # type: ignore[arg-type]
    with pytest.raises(MoveRefused):
        opinions.ask(claim, "x@example.org", "X", due_on=SOON, actor=scene.cast.fin, **given)  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        opinions.ask(claim, "x@example.org", "X", due_on=date(2026, 1, 1), actor=scene.cast.sol, **given)  # type: ignore[arg-type]


def test_decision_ends_what_was_asked(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    link = ask(scene, claim)

    service.approve(claim, "", claim.digest, actor=scene.cast.max, at=NOW)
    db.session.flush()

    assert only().state is OpinionState.TAKEN_BACK
    assert client.get(link).status_code == 410
    assert db.session.scalar(select(Outbox.id).where(Outbox.key.like("opinion-over:%")))


def test_advice_says_when_the_request_changed_since(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    eva = make_user("Eva Expert")
    ask(scene, claim, eva.email)
    opinions.accept(only(), eva, at=NOW, settings=app.config["SETTINGS"])
    with pytest.raises(Refusal):
        opinions.give(only(), Verdict.APPROVE, " ", actor=eva, at=NOW)
    opinions.give(only(), Verdict.APPROVE, "Sound.", actor=eva, at=NOW)
    service.revise(claim, [scene.asked(1, 1000)], "", actor=scene.cast.ana, at=NOW)
    client.sign_in(scene.cast.sol)

    assert "it was changed since" in client.get(f"/claims/{claim.id}").text


def test_question_is_taken_back_and_reminded(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    eva = make_user("Eva Expert")
    ask(scene, claim, eva.email)
    opinions.accept(only(), eva, at=NOW, settings=app.config["SETTINGS"])
    db.session.flush()
    first = NOW + timedelta(days=5)
    found = due.between(first, first + timedelta(days=20), kinds=["second-opinion"])
    lines = db.session.execute(todo.KINDS["second_opinion"].find(eva, NOW)).all()
    client.sign_in(scene.cast.sol)
    path = f"/claims/{claim.id}/second-opinion/{only().id}/take-back"

    asked = client.get(path)
    client.post(path)

    assert [(row.user_id, row.subject_id) for row in found] == [(eva.id, only().id)]
    assert len(lines) == 1
    assert "Take the question to Eva Expert back?" in asked.text
    assert only().state is OpinionState.TAKEN_BACK
    client.sign_in(eva)
    assert client.get(f"/second-opinions/{only().id}").status_code == 404
