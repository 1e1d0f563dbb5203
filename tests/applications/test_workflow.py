"""Who may make which move on an application, state by state."""

import pytest

from fundapp.applications.models import ApplicationState as S
from fundapp.applications.models import Capacity, ConflictState, Level
from fundapp.applications.service import let_in
from fundapp.applications.workflow import CONFLICT_WORDS, PUBLIC_WORDS, WORDS, conflicts, workflow
from tests.factories import NOW, make_application, make_cast, make_conflict, make_round

OWNER = {
    S.DRAFT: ["submit", "discard"],
    S.SUBMITTED: ["submit", "withdraw"],
    S.INCOMPLETE: ["withdraw", "complete"],
    S.IN_REVIEW: ["withdraw"],
    S.INVITED: ["submit", "withdraw"],
    S.RESERVE: ["withdraw"],
}
STAFF = {
    S.DRAFT: ["carry_over"],
    S.SUBMITTED: ["ask_completion", "admit", "defer", "merge", "find_ineligible"],
    S.IN_REVIEW: ["put_back", "defer", "merge", "invite", "award", "reserve", "decline"],
    S.RESERVE: ["award", "decline"],
    S.DECLINED: ["overturn"],
    S.INELIGIBLE: ["overturn"],
    S.INCOMPLETE: ["drop_completion"],
    S.LAPSED: ["revive"],
}
CLOCK = {S.INCOMPLETE: ["lapse"], S.INVITED: ["run_out"], S.LAPSED: ["revive"]}


@pytest.fixture
def cast(session):
    return make_cast()


def offered(user, row):
    return [move.name for move in workflow.open_to(user, row)]


@pytest.mark.parametrize("state", list(S))
def test_moves_of_each_person(cast, state):
    own = make_application(make_round(cast.fund), cast.ana, state=state)
    let_in(own, cast.ben, Capacity.PARTNER, Level.READ, actor=cast.ana, at=NOW)

    assert offered(cast.ana, own) == OWNER.get(state, [])
    assert offered(cast.sol, own) == STAFF.get(state, [])
    for nobody in (cast.ben, cast.rhea, cast.fin, cast.aud):
        assert offered(nobody, own) == []
    assert offered(None, own) == CLOCK.get(state, [])


def test_manager_who_applies_handles_nothing(cast):
    own = make_application(make_round(cast.fund), cast.sol)

    assert offered(cast.sol, own) == ["submit", "withdraw"]


@pytest.mark.parametrize(
    ("state", "person", "manager"),
    [
        (ConflictState.HINTED, ["clear", "unsure", "barred"], ["clear", "barred"]),
        (ConflictState.CLEAR, ["clear", "unsure", "barred"], ["barred"]),
        (ConflictState.UNSURE, ["unsure", "barred"], ["clear", "barred"]),
        (ConflictState.BARRED, ["barred"], ["clear"]),
    ],
)
def test_moves_of_a_tie(cast, state, person, manager):
    tie = make_conflict(make_application(make_round(cast.fund), cast.ana), cast.rhea, state=state)

    declared = [move.name for move in conflicts.open_to(cast.rhea, tie)]
    settled = [move.name for move in conflicts.open_to(cast.sol, tie)]

    assert declared == [f"declare_{name}" for name in person]
    assert settled == [f"settle_{name}" for name in manager]


def test_every_state_has_its_words():
    assert set(WORDS) == set(PUBLIC_WORDS) == set(S)
    assert set(CONFLICT_WORDS) == set(ConflictState)
