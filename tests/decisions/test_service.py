"""From proposal to letter: several hands, one text, money that is there, nothing outside too early."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Access, Application, ApplicationState, Capacity, Level
from fundapp.core import mail
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import letters, queries, service
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.rounds.models import Round, RoundState
from tests.factories import (
    NOW,
    Cast,
    make_application,
    make_cast,
    make_conflict,
    make_fund,
    make_round,
    make_user,
)
from tests.mailbox import Mailbox, text_of

LATER = NOW + timedelta(days=1)
A = ApplicationState


@dataclass
class Scene:
    """Everybody, a round being decided, and Ana's and Ben's applications."""

    cast: Cast
    round: Round
    ana: Application
    ben: Application

    def propose(
        self, application: Application | None = None, actor: User | None = None, **values: Any
    ) -> Decision:
        given = {"outcome": Outcome.AWARDED, "amount_cents": 1_000_000, "to_applicant": "It serves many."}
        return service.propose(
            application or self.ana, actor=actor or self.cast.sol, at=NOW, **{**given, **values}
        )

    def approved(self, application: Application | None = None, **values: Any) -> Decision:
        decision = self.propose(application, **values)
        proposer = values.get("actor") or self.cast.sol
        other = self.cast.max if proposer is self.cast.sol else self.cast.sol
        service.approve(decision, actor=other, at=NOW)
        return decision


@pytest.fixture
def scene(app: Flask) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.DECIDING)
    ana, ben = (make_application(round, owner, state=A.IN_REVIEW) for owner in (cast.ana, cast.ben))
    return Scene(cast, round, ana, ben)


@pytest.fixture
def told() -> Iterator[list[tuple[int, int]]]:
    """What later features were told of releases: (decision, actor)."""
    heard: list[tuple[int, int]] = []

    def hear(decision: Decision, actor: User, at: object) -> None:
        heard.append((decision.id, actor.id))

    service.ON_RELEASE.append(hear)
    yield heard
    service.ON_RELEASE.remove(hear)


def outbox() -> list[Outbox]:
    return list(db.session.scalars(select(Outbox).where(Outbox.name == "decision").order_by(Outbox.id)))


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


# --- letters -------------------------------------------------------------------------


def letter_of(scene: Scene, application: Application, **values: Any) -> str:
    service.release(scene.approved(application, **values), actor=scene.cast.max, at=LATER)
    return outbox()[-1].body_text


def test_each_outcome_has_its_letter(scene: Scene) -> None:
    awarded = letter_of(scene, scene.ana)
    reserve = letter_of(
        scene, make_application(scene.round, scene.cast.ana, state=A.IN_REVIEW), outcome=Outcome.RESERVE
    )
    declined = letter_of(
        scene, make_application(scene.round, scene.cast.ana, state=A.IN_REVIEW), outcome=Outcome.DECLINED
    )
    outside = letter_of(scene, make_application(scene.round, scene.cast.ana), outcome=Outcome.INELIGIBLE)

    assert "a grant of €10,000" in awarded
    assert "reserve list" in reserve
    assert "We do not award your proposal" in declined
    assert "does not meet the conditions" in outside
    assert all("It serves many." in letter for letter in (awarded, reserve, declined, outside))


def test_the_letter_is_in_the_language_of_its_reader(scene: Scene) -> None:
    dutch = letter_of(scene, scene.ben)

    assert "Goed nieuws: wij kennen uw voorstel" in dutch
    assert "een bijdrage van €\xa010.000 toe" in dutch


def test_every_applicant_gets_a_letter(scene: Scene) -> None:
    db.session.add(
        Access(
            application_id=scene.ana.id, user_id=scene.cast.ben.id, capacity=Capacity.CO_APPLICANT,
            level=Level.WRITE, granted_at=NOW,
        )
    )  # fmt: skip
    decision = scene.approved()

    previewed = letters.preview(decision)
    service.release(decision, actor=scene.cast.max, at=LATER)

    sent = [(letter.user_id, letter.subject, letter.body_text.strip()) for letter in outbox()]
    assert sent == [(letter.to.id, letter.subject, letter.text) for letter in previewed]
    assert [user_id for user_id, _subject, _text in sent] == [scene.cast.ana.id, scene.cast.ben.id]


def test_the_letter_keeps_office_text_inside(scene: Scene) -> None:
    letter = letter_of(scene, scene.ana, internal="The panel was split.")

    assert "split" not in letter
    assert "Sol Smit" not in letter


def test_the_letter_goes_by_mail_after_the_commit(scene: Scene, smtp: Mailbox) -> None:
    service.release(scene.approved(), actor=scene.cast.max, at=LATER)
    assert smtp.messages == []
    db.session.commit()

    mail.deliver(LATER)
    mail.deliver(LATER)

    (message,) = smtp.to(scene.cast.ana.email)
    assert "we award your proposal" in text_of(message)


def test_the_log_holds_no_typed_text(scene: Scene) -> None:
    service.release(scene.approved(internal="The panel was split."), actor=scene.cast.max, at=LATER)

    lines = db.session.execute(
        select(AuditEvent.verb, AuditEvent.detail)
        .where(AuditEvent.subject_type == "decision")
        .order_by(AuditEvent.id)
    ).all()

    facts = {"outcome": "awarded", "amount_cents": 1_000_000}
    assert lines == [("propose", facts), ("approve", {"approvals": 1}), ("release", facts)]


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
