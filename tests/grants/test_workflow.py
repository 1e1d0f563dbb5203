"""Who may take which step of a grant, an agreement and a milestone, in every state."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from fundapp.core.db import db
from fundapp.core.workflow import Workflow
from fundapp.grants.models import AgreementState, AwardState, MilestoneState
from fundapp.grants.workflow import agreements, milestones, workflow
from tests.grants.scene import in_force

A, G, M = AwardState, AgreementState, MilestoneState
PEOPLE = ("ana", "ben", "rhea", "sol", "max", "fin", "aud")

AWARD: dict[AwardState, dict[str, list[str]]] = {
    A.PLANNING: {name: ["choose_scheme", "start", "terminate"] for name in ("sol", "max")},
    A.ACTIVE: {name: ["pause", "complete", "terminate"] for name in ("sol", "max")},
    A.PAUSED: {name: ["resume", "terminate"] for name in ("sol", "max")},
}
# Sol offered it and Ana signed it.
AGREEMENT: dict[AgreementState, dict[str, list[str]]] = {
    G.DRAFT: {
        "ana": ["write"],
        "sol": ["write", "offer", "withdraw"],
        "max": ["write", "offer", "withdraw"],
    },
    G.OFFERED: {
        "ana": ["send_back", "accept"],
        "sol": ["take_back", "withdraw"],
        "max": ["take_back", "withdraw"],
    },
    G.ACCEPTED: {"sol": ["withdraw"], "max": ["countersign", "withdraw"]},
    G.IN_FORCE: {"max": ["supersede"]},
}
PLANNING, TERMS = ["move", "entrust"], ["extend", "keep_back"]
MILESTONE: dict[MilestoneState, dict[str, list[str]]] = {
    M.OPEN: {"ana": ["hold", *PLANNING]}
    | {name: ["hold", *PLANNING, *TERMS, "deliver", "drop", "expire"] for name in ("sol", "max")},
    M.HELD: {"ana": ["resume", *PLANNING]}
    | {name: ["resume", *PLANNING, *TERMS, "deliver", "drop", "expire"] for name in ("sol", "max")},
    M.DELIVERED: {name: ["reopen"] for name in ("ana", "sol", "max", "fin")},
    M.EXPIRED: {name: ["revive"] for name in ("sol", "max")},
}


def offered(flow: Workflow, row: Any, state: Any, people: Any) -> dict[str, list[str]]:
    """Give each person's open moves on the row as if it were in this state."""
    twin = SimpleNamespace(
        state=state,
        application=row.application,
        fund_id=row.fund_id,
        offered_by=getattr(row, "offered_by", None),
        accepted_by=getattr(row, "accepted_by", None),
    )
    moves = {name: [move.name for move in flow.open_to(getattr(people, name), twin)] for name in PEOPLE}
    return {name: found for name, found in moves.items() if found}


@pytest.mark.parametrize("state", A)
def test_grant_offers_each_person_exactly_their_moves(app: Flask, state: AwardState) -> None:
    start = in_force()

    assert offered(workflow, start.award, state, start.cast) == AWARD.get(state, {})


@pytest.mark.parametrize("state", G)
def test_agreement_offers_each_person_exactly_their_moves(app: Flask, state: AgreementState) -> None:
    start = in_force()
    version = start.award.agreements[0]

    assert offered(agreements, version, state, start.cast) == AGREEMENT.get(state, {})


@pytest.mark.parametrize("state", M)
def test_milestone_offers_each_person_exactly_their_moves(app: Flask, state: MilestoneState) -> None:
    start = in_force()

    assert offered(milestones, start.award.milestones[0], state, start.cast) == MILESTONE.get(state, {})


def test_state_is_changed_by_no_other_door(app: Flask) -> None:
    start = in_force()

    with pytest.raises(RuntimeError):
        start.award.state = A.COMPLETED
    db.session.rollback()
