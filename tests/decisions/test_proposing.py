"""Proposing and approving: several hands, one text, money that is there."""

import pytest
from flask import Flask

from fundapp.accounts.models import RoleName
from fundapp.applications.models import ApplicationState
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import queries, service
from fundapp.decisions.models import DecisionState, Outcome
from fundapp.rounds.models import RoundState
from tests.decisions.scene import LATER, A, Scene, outbox
from tests.factories import NOW, make_application, make_cast, make_conflict, make_fund, make_round, make_user

# --- proposing -------------------------------------------------------------------


def test_a_proposal_shows_nowhere_outside(scene: Scene) -> None:
    decision = scene.approved()

    assert decision.state is DecisionState.APPROVED
    assert (scene.ana.state, outbox(), queries.released_decision(scene.ana)) == (A.IN_REVIEW, [], None)


@pytest.mark.parametrize(
    ("state", "outcomes"),
    [
        (A.SUBMITTED, {Outcome.INELIGIBLE}),
        (A.IN_REVIEW, {Outcome.AWARDED, Outcome.RESERVE, Outcome.DECLINED}),
        (A.RESERVE, {Outcome.AWARDED, Outcome.DECLINED}),
        (A.INCOMPLETE, set()),
        (A.AWARDED, set()),
        (A.DECLINED, set()),
        (A.INELIGIBLE, set()),
        (A.WITHDRAWN, set()),
    ],
)
def test_each_state_has_its_outcomes(scene: Scene, state: ApplicationState, outcomes: set[Outcome]) -> None:
    possible = set()
    for outcome in Outcome:
        application = make_application(scene.round, state=state)
        try:
            scene.propose(application, outcome=outcome)
            possible.add(outcome)
        except Refusal:
            continue

    assert possible == outcomes


@pytest.mark.parametrize(
    ("who", "allowed"), [("max", True), ("rhea", False), ("fin", False), ("aud", False), ("ana", False)]
)
def test_proposing_is_for_managers(scene: Scene, who: str, allowed: bool) -> None:
    try:
        scene.propose(actor=getattr(scene.cast, who))
    except MoveRefused:
        assert not allowed
    else:
        assert allowed


def test_a_manager_with_a_tie_proposes_nothing(scene: Scene) -> None:
    make_conflict(scene.ana, scene.cast.sol)

    with pytest.raises(MoveRefused):
        scene.propose()


@pytest.mark.parametrize("cents", [None, 0, 5_000_001])
def test_an_award_has_an_amount_within_the_call(scene: Scene, cents: int | None) -> None:
    with pytest.raises(service.OverBudget):
        scene.propose(amount_cents=cents)


def test_an_award_is_at_most_what_the_round_has(app: Flask) -> None:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.DECIDING, budget_cents=900_000)
    application = make_application(round, state=A.IN_REVIEW)

    with pytest.raises(service.OverBudget) as fault:
        service.propose(
            application,
            outcome=Outcome.AWARDED,
            amount_cents=900_001,
            to_applicant="",
            actor=cast.sol,
            at=NOW,
        )

    assert fault.value.message == "This award is €9,000.01; the round has €9,000 left."


@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.RESERVE])
def test_only_an_award_carries_an_amount(scene: Scene, outcome: Outcome) -> None:
    assert scene.propose(outcome=outcome).amount_cents is None


def test_who_gets_nothing_is_told_why(scene: Scene) -> None:
    with pytest.raises(Refusal):
        scene.propose(outcome=Outcome.DECLINED, to_applicant=" ")


def test_one_proposal_at_a_time(scene: Scene) -> None:
    scene.propose()

    with pytest.raises(Refusal):
        scene.propose(actor=scene.cast.max)


# --- approving -------------------------------------------------------------------


def test_nobody_approves_their_own_proposal(scene: Scene) -> None:
    decision = scene.propose()

    with pytest.raises(MoveRefused) as fault:
        service.approve(decision, actor=scene.cast.sol, at=LATER)

    assert fault.value.message == "You proposed this; somebody else has to do the next step."


@pytest.mark.parametrize("who", ["rhea", "fin", "aud", "ana"])
def test_approving_is_for_managers(scene: Scene, who: str) -> None:
    decision = scene.propose()

    with pytest.raises(MoveRefused):
        service.approve(decision, actor=getattr(scene.cast, who), at=LATER)


def test_two_approvals_are_two_people(scene: Scene) -> None:
    scene.cast.fund.approvals_needed = 2
    third = make_user("Mia Moll", roles={scene.cast.fund: [RoleName.MANAGER]})
    decision = scene.propose()

    first = service.approve(decision, actor=scene.cast.max, at=LATER)
    with pytest.raises(MoveRefused):
        service.approve(decision, actor=scene.cast.max, at=LATER)
    second = service.approve(decision, actor=third, at=LATER)

    assert (first, second, decision.state) == (False, True, DecisionState.APPROVED)


def test_an_approval_is_of_what_was_shown(scene: Scene) -> None:
    decision = scene.propose()
    shown = decision.digest
    service.take_back(decision, actor=scene.cast.sol, at=LATER)
    scene.propose(amount_cents=2_000_000)

    with pytest.raises(ChangedMeanwhile):
        service.approve(decision, actor=scene.cast.max, at=LATER, shown=shown)

    assert decision.state is DecisionState.PROPOSED


def test_a_change_voids_what_was_approved(scene: Scene) -> None:
    decision = scene.approved()
    service.take_back(decision, actor=scene.cast.sol, at=LATER)

    again = scene.propose(to_applicant="It serves many, and well.")

    assert (again, again.approved_by, list(queries.approvers(again))) == (decision, None, [])


def test_money_of_another_round_does_not_help(app: Flask) -> None:
    cast = make_cast(make_fund())
    poor = make_round(cast.fund, state=RoundState.DECIDING, budget_cents=500_000)
    make_round(cast.fund, state=RoundState.DECIDING, budget_cents=5_000_000)
    application = make_application(poor, state=A.IN_REVIEW)

    with pytest.raises(service.OverBudget):
        service.propose(
            application,
            outcome=Outcome.AWARDED,
            amount_cents=600_000,
            to_applicant="",
            actor=cast.sol,
            at=NOW,
        )
