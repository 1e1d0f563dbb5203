"""Who may do what with a decision, in every state; what the database keeps on its own."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.decisions.workflow import OUTCOME_WORDS, WORDS, workflow
from tests.factories import make_application, make_cast, make_conflict, make_decision, make_round

S = DecisionState
OFFERED = {
    ("proposer", S.DRAFT): ["propose"],
    ("proposer", S.PROPOSED): ["revise"],
    ("proposer", S.APPROVED): ["revise"],
    ("other manager", S.DRAFT): ["propose"],
    ("other manager", S.PROPOSED): ["approve", "revise"],
    ("other manager", S.APPROVED): ["release", "revise"],
    ("clock", S.RELEASED): ["supersede"],
}
ROLES = (
    "proposer", "other manager", "tied manager", "tied proposer", "manager who applies", "finance", "auditor",
    "reviewer", "applicant", "manager elsewhere", "clock",
)  # fmt: skip


def scene(role: str, state: DecisionState) -> tuple[Any, Decision]:
    cast = make_cast()
    owner = cast.max if role == "manager who applies" else cast.ana
    application = make_application(make_round(cast.fund), owner, state=ApplicationState.IN_REVIEW)
    decision = make_decision(application, cast.sol, state=state, releaser=cast.max)
    people = {
        "proposer": cast.sol, "other manager": cast.max, "tied manager": cast.max, "tied proposer": cast.sol,
        "manager who applies": cast.max, "finance": cast.fin, "auditor": cast.aud, "reviewer": cast.rhea,
        "applicant": cast.ana, "clock": None,
    }  # fmt: skip
    user = make_cast().sol if role == "manager elsewhere" else people[role]
    if role.startswith("tied"):
        make_conflict(application, user)
    return user, decision


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", S)
def test_decision_offers_each_role_exactly_its_moves(app: Flask, role: str, state: DecisionState) -> None:
    user, decision = scene(role, state)

    offered = [move.name for move in workflow.open_to(user, decision)]

    assert offered == OFFERED.get((role, state), [])


def test_every_state_and_outcome_has_a_word() -> None:
    assert (set(WORDS), set(OUTCOME_WORDS)) == (set(S), set(Outcome))


@pytest.mark.parametrize("column", ["approved_by", "released_by"])
def test_database_keeps_the_proposer_from_the_next_step(app: Flask, column: str) -> None:
    _user, decision = scene("proposer", S.APPROVED)

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(f"UPDATE decision SET {column} = proposed_by WHERE id = {decision.id}"))  # noqa: S608


@pytest.mark.parametrize(
    "change", ["released_by = NULL", "released_at = NULL", "amount_cents = NULL", "amount_cents = 0"]
)
def test_database_refuses_a_release_without_who_when_or_how_much(app: Flask, change: str) -> None:
    _user, decision = scene("other manager", S.RELEASED)

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(f"UPDATE decision SET {change} WHERE id = {decision.id}"))  # noqa: S608


def test_database_keeps_one_live_decision(app: Flask) -> None:
    _user, decision = scene("proposer", S.PROPOSED)
    second = text(
        "INSERT INTO decision (application_id, round_id, fund_id, stage_id, number, outcome, state, state_at,"
        " to_applicant, internal, digest, row_version) SELECT application_id, round_id, fund_id, stage_id, 2,"
        " 'declined', 'proposed', state_at, '', '', 'x', 1 FROM decision WHERE id = :id"
    )

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(second, {"id": decision.id})
