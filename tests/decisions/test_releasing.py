"""Releasing, one by one and together: it takes effect once, and nothing shows too early."""

from collections.abc import Iterator

import pytest
from flask import Flask

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.core.mail import Posted
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import queries, service
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.rounds.models import RoundState
from tests.decisions.scene import LATER, A, Scene, outbox
from tests.factories import NOW, make_application, make_cast, make_conflict, make_round


@pytest.fixture
def told() -> Iterator[list[tuple[int, int]]]:
    """What later features were told of releases: (decision, actor)."""
    heard: list[tuple[int, int]] = []

    def hear(decision: Decision, actor: User, at: object) -> None:
        heard.append((decision.id, actor.id))

    service.ON_RELEASE.append(hear)
    yield heard
    service.ON_RELEASE.remove(hear)


# --- releasing -------------------------------------------------------------------


def test_release_takes_effect_once(scene: Scene, told: list[tuple[int, int]]) -> None:
    decision = scene.approved()

    service.release(decision, actor=scene.cast.max, at=LATER)
    with pytest.raises(MoveRefused):
        service.release(decision, actor=scene.cast.max, at=LATER)
    db.session.flush()

    assert (decision.state, decision.released_by, decision.released_at) == (
        DecisionState.RELEASED, scene.cast.max.id, LATER,
    )  # fmt: skip
    assert (scene.ana.state, told) == (A.AWARDED, [(decision.id, scene.cast.max.id)])
    assert [(letter.user_id, letter.state) for letter in outbox()] == [(scene.cast.ana.id, Posted.QUEUED)]


def test_the_proposer_never_releases(scene: Scene) -> None:
    decision = scene.approved()

    with pytest.raises(MoveRefused):
        service.release(decision, actor=scene.cast.sol, at=LATER)

    assert (scene.ana.state, outbox()) == (A.IN_REVIEW, [])


def test_what_was_not_approved_is_not_released(scene: Scene) -> None:
    decision = scene.propose()

    with pytest.raises(MoveRefused):
        service.release(decision, actor=scene.cast.max, at=LATER)


def test_a_text_changed_behind_the_approval_is_not_released(scene: Scene) -> None:
    decision = scene.approved()
    decision.amount_cents = 2_000_000

    with pytest.raises(MoveRefused):
        service.release(decision, actor=scene.cast.max, at=LATER)


def test_more_than_there_is_stays_inside(scene: Scene) -> None:
    first = scene.approved(amount_cents=3_000_000)
    second = scene.approved(scene.ben, amount_cents=3_000_000)
    service.release(first, actor=scene.cast.max, at=LATER)

    with pytest.raises(service.OverBudget):
        service.release(second, actor=scene.cast.max, at=LATER)

    assert scene.ben.state is A.IN_REVIEW


@pytest.mark.parametrize("state", [RoundState.PUBLISHED, RoundState.REVIEWING])
def test_letters_of_a_round_wait_for_each_other(app: Flask, state: RoundState) -> None:
    cast = make_cast()
    round = make_round(cast.fund, state=state)
    scene = Scene(
        cast, round, make_application(round, cast.ana, state=A.IN_REVIEW), make_application(round, cast.ben)
    )
    early = scene.approved()
    outside = scene.approved(scene.ben, outcome=Outcome.INELIGIBLE, to_applicant="No free licence.")

    with pytest.raises(Refusal):
        service.release(early, actor=cast.max, at=LATER)
    service.release(outside, actor=cast.max, at=LATER)

    assert (scene.ana.state, scene.ben.state) == (A.IN_REVIEW, A.INELIGIBLE)


def test_a_rolling_call_decides_one_by_one(app: Flask) -> None:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.PUBLISHED, closes_at=None)
    scene = Scene(cast, round, make_application(round, cast.ana, state=A.IN_REVIEW), make_application(round))

    service.release(scene.approved(), actor=cast.max, at=LATER)

    assert (scene.ana.state, round.state) == (A.AWARDED, RoundState.PUBLISHED)


def test_from_the_reserve_list_a_second_decision(scene: Scene) -> None:
    first = scene.approved(outcome=Outcome.RESERVE)
    service.release(first, actor=scene.cast.max, at=NOW)

    second = scene.approved(to_applicant="Money came free.")

    assert (first.state, second.number) == (DecisionState.SUPERSEDED, 2)
    assert queries.released_decision(scene.ana) is first  # the applicant still reads the first letter
    service.release(second, actor=scene.cast.max, at=LATER)
    assert (scene.ana.state, queries.released_decision(scene.ana)) == (A.AWARDED, second)


# --- a round -----------------------------------------------------------------------


def test_a_round_is_released_together(scene: Scene, told: list[tuple[int, int]]) -> None:
    scene.approved()
    with pytest.raises(Refusal) as fault:
        service.release_round(scene.round, actor=scene.cast.max, at=LATER)
    assert fault.value.message == "One application has no approved decision yet."
    scene.approved(scene.ben, outcome=Outcome.DECLINED)

    released = service.release_round(scene.round, actor=scene.cast.max, at=LATER)

    assert released == (2, 0)
    assert (scene.ana.state, scene.ben.state, scene.round.state) == (
        A.AWARDED,
        A.DECLINED,
        RoundState.RELEASED,
    )
    assert len(told) == 2
    with pytest.raises(MoveRefused):
        service.release_round(scene.round, actor=scene.cast.max, at=LATER)
    assert len(outbox()) == 2


def test_what_one_proposed_waits_for_the_other(scene: Scene) -> None:
    scene.approved()
    scene.approved(scene.ben, actor=scene.cast.max, outcome=Outcome.DECLINED)

    first = service.release_round(scene.round, actor=scene.cast.max, at=LATER)
    between = (scene.ana.state, scene.ben.state, scene.round.state)
    second = service.release_round(scene.round, actor=scene.cast.sol, at=LATER)

    assert (first, between) == ((1, 1), (A.AWARDED, A.IN_REVIEW, RoundState.DECIDING))
    assert (second, scene.round.state) == ((1, 0), RoundState.RELEASED)


def test_a_tie_of_the_releaser_leaves_that_letter_waiting(scene: Scene) -> None:
    scene.approved()
    scene.approved(scene.ben, outcome=Outcome.DECLINED)
    make_conflict(scene.ben, scene.cast.max)

    released = service.release_round(scene.round, actor=scene.cast.max, at=LATER)

    assert (released, scene.ben.state) == ((1, 1), A.IN_REVIEW)


@pytest.mark.parametrize("who", ["rhea", "fin", "aud", "ana", "sol"])
def test_releasing_a_round_is_not_for_everybody(scene: Scene, who: str) -> None:
    scene.approved()
    scene.approved(scene.ben, outcome=Outcome.DECLINED)

    with pytest.raises(MoveRefused):
        service.release_round(scene.round, actor=getattr(scene.cast, who), at=LATER)

    assert outbox() == []
