"""Pages of deciding: the round, a proposal, the letter, the release."""

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp.applications.models import Application, ApplicationState
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.decisions import service
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.reviews import standings
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import Round, RoundState
from tests.factories import NOW, Cast, make_application, make_cast, make_conflict, make_review, make_round
from tests.visitor import Visitor

A = ApplicationState


@dataclass
class Scene:
    """Everybody, a round being decided with one application, and Sol at the screen."""

    cast: Cast
    round: Round
    application: Application
    client: Visitor

    @property
    def index(self) -> str:
        return f"/office/rounds/{self.round.id}/decisions"

    @property
    def form(self) -> str:
        return f"/office/applications/{self.application.id}/decision"

    @property
    def release_all(self) -> str:
        return f"/office/rounds/{self.round.id}/release"

    def propose(self, **values: object) -> Decision:
        given = {"outcome": Outcome.AWARDED, "amount_cents": 1_000_000, "to_applicant": "It serves many."}
        return service.propose(self.application, actor=self.cast.sol, at=NOW, **{**given, **values})  # type: ignore[arg-type]

    def approved(self) -> Decision:
        decision = self.propose()
        service.approve(decision, actor=self.cast.max, at=NOW)
        return decision


@pytest.fixture
def scene(app: Flask, client: Visitor) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.DECIDING)
    application = make_application(round, cast.ana, state=A.IN_REVIEW, title="Getijdenboek")
    review = make_review(application, cast.rhea, state=ReviewState.SUBMITTED, values=[3, 2, 6])
    review.to_applicant = "Name a second key holder."
    standings.refresh(application, at=NOW)
    client.sign_in(cast.sol)
    return Scene(cast, round, application, client)


def sent() -> int:
    return db.session.scalar(select(func.count(Outbox.id)).where(Outbox.name == "decision")) or 0


# --- proposing -------------------------------------------------------------------


def test_the_form_begins_with_what_reviewers_wrote_without_names(scene: Scene) -> None:
    page = scene.client.get(scene.form).text

    assert ("Name a second key holder." in page, "Rhea" in page) == (True, False)


def test_a_proposal_sent_twice_is_one(scene: Scene) -> None:
    data = {"once": "k", "outcome": "awarded", "amount": "€ 9.800", "to_applicant": "Good.", "internal": ""}

    first = scene.client.post(scene.form, data=data)
    second = scene.client.post(scene.form, data=data)

    decision = db.session.scalars(select(Decision)).one()
    assert (first.location, second.location) == (f"/office/decisions/{decision.id}",) * 2
    assert (decision.amount_cents, decision.state) == (980_000, DecisionState.PROPOSED)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose what to decide."),
        ({"outcome": "awarded", "amount": ""}, "Fill in how much is awarded."),
        ({"outcome": "awarded", "amount": "5kEUR each"}, "amount"),
        ({"outcome": "awarded", "amount": "60000"}, "The call gives at most €50,000."),
        ({"outcome": "declined", "amount": ""}, "Give the applicant a reason."),
        ({"outcome": "ineligible", "amount": ""}, "Not a valid choice."),
    ],
)
def test_a_wrong_proposal_is_shown_again(scene: Scene, data: dict[str, str], said: str) -> None:
    page = scene.client.post(scene.form, data={**data, "internal": "Kept text."})

    assert page.status_code == 422
    assert (said in page.text, "Kept text." in page.text) == (True, True)
    assert db.session.scalar(select(func.count(Decision.id))) == 0


@pytest.mark.parametrize(
    ("who", "status"), [("max", 200), ("aud", 403), ("fin", 404), ("rhea", 404), ("ana", 404), ("ben", 404)]
)
def test_proposing_is_for_managers(scene: Scene, who: str, status: int) -> None:
    scene.client.sign_in(getattr(scene.cast, who))

    assert scene.client.get(scene.form).status_code == status
    assert scene.client.post(scene.form, data={}).status_code == (422 if status == 200 else status)


def test_with_a_tie_there_is_nothing_to_decide(scene: Scene) -> None:
    decision = scene.propose()
    make_conflict(scene.application, scene.cast.max)
    scene.client.sign_in(scene.cast.max)

    paths = [scene.form, f"/office/decisions/{decision.id}", f"/office/decisions/{decision.id}/release"]

    assert [scene.client.get(path).status_code for path in paths] == [404, 404, 404]
    assert "Getijdenboek" not in scene.client.get(scene.index).text


# --- approving and releasing ---------------------------------------------------------


def test_the_letter_is_shown_as_it_will_go_out(scene: Scene) -> None:
    decision = scene.propose()

    page = scene.client.get(f"/office/decisions/{decision.id}").text

    assert ("we award your proposal “Getijdenboek”" in page, scene.cast.ana.email in page) == (True, True)
    assert ("Approve this decision" in page, "Take back and change" in page) == (False, True)


def test_approving_and_releasing_in_two_windows(scene: Scene) -> None:
    decision = scene.propose()
    path = f"/office/decisions/{decision.id}"
    scene.client.sign_in(scene.cast.max)
    shown = decision.digest

    approved = scene.client.post(f"{path}/approve", data={"shown": shown})
    again = scene.client.post(f"{path}/approve", data={"shown": shown})
    asked = scene.client.get(f"{path}/release")
    first = scene.client.post(f"{path}/release")
    second = scene.client.post(f"{path}/release")

    assert (approved.status_code, again.status_code) == (302, 409)
    assert "can’t be called back" in asked.text
    assert (first.status_code, second.status_code, sent()) == (302, 409, 1)
    assert scene.client.get(f"{path}/release").location == path


def test_the_proposer_is_told_that_somebody_else_approves(scene: Scene) -> None:
    decision = scene.propose()

    page = scene.client.post(f"/office/decisions/{decision.id}/approve", data={"shown": decision.digest})

    assert page.status_code == 409
    assert "You proposed this; somebody else has to do the next step." in page.text


def test_what_changed_meanwhile_is_not_approved(scene: Scene) -> None:
    decision = scene.propose()
    scene.client.sign_in(scene.cast.max)

    page = scene.client.post(f"/office/decisions/{decision.id}/approve", data={"shown": "old"})

    assert (page.status_code, "was changed while you were reading it" in page.text) == (409, True)


def test_taking_back_goes_to_the_form_with_the_text(scene: Scene) -> None:
    decision = scene.propose()

    answer = scene.client.post(f"/office/decisions/{decision.id}/take-back")
    page = scene.client.get(answer.location).text

    assert (answer.location, "It serves many." in page) == (scene.form, True)


@pytest.mark.parametrize("end", ["approve", "take-back", "release"])
@pytest.mark.parametrize(("who", "status"), [("aud", 403), ("fin", 404), ("rhea", 404), ("ana", 404)])
def test_moves_are_for_managers(scene: Scene, end: str, who: str, status: int) -> None:
    decision = scene.approved()
    scene.client.sign_in(getattr(scene.cast, who))

    assert scene.client.post(f"/office/decisions/{decision.id}/{end}").status_code == status
    assert (decision.state, sent()) == (DecisionState.APPROVED, 0)


def test_an_auditor_reads_a_decision(scene: Scene) -> None:
    decision = scene.approved()
    scene.client.sign_in(scene.cast.aud)

    page = scene.client.get(f"/office/decisions/{decision.id}")

    assert (page.status_code, "Release this decision" in page.text) == (200, False)


# --- a round -----------------------------------------------------------------------


def test_a_round_pressed_twice_is_released_once(scene: Scene) -> None:
    scene.approved()
    scene.client.sign_in(scene.cast.max)

    asked = scene.client.get(scene.release_all)
    first = scene.client.post(scene.release_all, data={"once": "k"})
    second = scene.client.post(scene.release_all, data={"once": "k"})
    third = scene.client.post(scene.release_all, data={"once": "another window"})

    assert "Release one decision of" in asked.text
    assert (first.location, second.location, third.status_code) == (scene.index, scene.index, 409)
    assert (sent(), scene.round.state) == (1, RoundState.RELEASED)


def test_a_round_with_something_open_stays_in(scene: Scene) -> None:
    scene.propose()
    scene.client.sign_in(scene.cast.max)

    page = scene.client.post(scene.release_all, data={"once": "k"})

    assert (page.status_code, sent()) == (422, 0)
    assert "One application has no approved decision yet." in page.text


@pytest.mark.parametrize(
    ("who", "read", "send"), [("aud", 200, 403), ("fin", 403, 403), ("rhea", 404, 404), ("ana", 404, 404)]
)
def test_who_sees_and_releases_a_round(scene: Scene, who: str, read: int, send: int) -> None:
    scene.client.sign_in(getattr(scene.cast, who))

    seen = scene.client.get(scene.index).status_code, scene.client.post(scene.release_all).status_code

    assert seen == (read, send)


def test_the_list_adds_up_what_is_under_way(scene: Scene) -> None:
    scene.propose()
    other = make_application(scene.round, state=A.IN_REVIEW)
    service.propose(
        other, outcome=Outcome.AWARDED, amount_cents=4_500_000, to_applicant="", actor=scene.cast.sol, at=NOW
    )

    page = scene.client.get(scene.index).text

    assert ("€55,000" in page, "more than there is" in page) == (True, True)


def test_the_list_asks_the_same_for_one_and_for_fifty(scene: Scene) -> None:
    scene.propose()
    scene.client.get(scene.index)
    one = len(scene.client.statements)
    for _ in range(49):
        application = make_application(scene.round, scene.cast.ben, state=A.IN_REVIEW)
        make_review(application, scene.cast.rhea, state=ReviewState.SUBMITTED, values=[1, 2, 3])
        standings.refresh(application, at=NOW)
        service.propose(
            application,
            outcome=Outcome.DECLINED,
            amount_cents=None,
            to_applicant="No.",
            actor=scene.cast.sol,
            at=NOW,
        )

    scene.client.get(scene.index)

    assert len(scene.client.statements) == one


# --- the applicant -------------------------------------------------------------------


def test_an_applicant_reads_the_reasons_only_after_release(scene: Scene) -> None:
    decision = scene.approved()
    page = f"/proposals/{scene.application.id}"
    scene.client.sign_in(scene.cast.ana)
    before = scene.client.get(page).text

    service.release(decision, actor=scene.cast.max, at=NOW)
    after = scene.client.get(page).text

    assert ("It serves many." in before, "Awarded" in before) == (False, False)
    assert ("It serves many." in after, "Awarded" in after) == (True, True)
