"""Moves: who, from where, with what trace; and no way around them."""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from fundapp.core import audit
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused
from fundapp.core.rules import CLOCK, person
from fundapp.core.workflow import FLOWS, Move, Workflow
from fundapp.rounds.models import Round, RoundState
from tests.factories import NOW, make_cast, make_fund, make_round, make_user

named_sol = person(lambda user, row: user.name == "Sol Smit", "named Sol")


@pytest.fixture
def flow() -> Workflow:
    """A small table of its own over the round's state."""
    made = Workflow(
        Round.state,
        Move("close", {RoundState.PUBLISHED}, RoundState.REVIEWING, by=named_sol | CLOCK, label="Close"),
        Move(
            "cancel",
            {RoundState.PUBLISHED},
            RoundState.CANCELLED,
            by=named_sol,
            label="Cancel",
            wants_note=True,
        ),
    )
    FLOWS.remove(made)
    return made


def test_make_sets_the_state_and_writes_who_when_and_why(app: Flask, flow: Workflow) -> None:
    sol = make_user("Sol Smit")
    round = make_round(make_fund())

    flow.make("cancel", round, actor=sol, at=NOW, note="nobody came")

    db.session.flush()
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "cancel")).one()
    assert round.state is RoundState.CANCELLED
    assert (event.actor_id, event.at, event.from_state, event.to_state, event.note) == (
        sol.id, NOW, "published", "cancelled", "nobody came",
    )  # fmt: skip


def test_make_refuses_another_person_another_state_and_a_missing_reason(app: Flask, flow: Workflow) -> None:
    sol, ben = make_user("Sol Smit"), make_user("Ben Bosch")
    round = make_round(make_fund())
    closed = make_round(make_fund(), state=RoundState.REVIEWING)

    for name, actor, row, note in (
        ("close", ben, round, ""),
        ("close", sol, closed, ""),
        ("cancel", sol, round, " "),
        ("cancel", None, round, "clock"),
    ):
        with pytest.raises(MoveRefused):
            flow.make(name, row, actor=actor, at=NOW, note=note)

    assert (round.state, closed.state) == (RoundState.PUBLISHED, RoundState.REVIEWING)


def test_open_to_lists_exactly_the_moves_of_that_person_in_that_state(app: Flask, flow: Workflow) -> None:
    sol = make_user("Sol Smit")
    round = make_round(make_fund())

    assert [move.name for move in flow.open_to(sol, round)] == ["close", "cancel"]
    assert [move.name for move in flow.open_to(None, round)] == ["close"]
    assert flow.open_to(make_user("Ben"), round) == []


def test_assigning_a_state_around_the_workflow_raises(app: Flask, flow: Workflow) -> None:
    round = make_round(make_fund())

    with pytest.raises(RuntimeError, match="only through its workflow"):
        round.state = RoundState.RELEASED


def test_the_database_refuses_an_unknown_state(app: Flask) -> None:
    make_round(make_fund())

    with pytest.raises((DatabaseError, LookupError)), db.session.begin_nested():
        db.session.execute(db.text("UPDATE round SET state = 'finished'"))


def test_an_audit_line_keeps_all_but_its_note(app: Flask) -> None:
    cast = make_cast()
    event = audit.record("look", cast.fund, actor=cast.sol, at=NOW, note="private")
    db.session.flush()

    db.session.execute(update(AuditEvent).where(AuditEvent.id == event.id).values(note=None))
    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(update(AuditEvent).where(AuditEvent.id == event.id).values(verb="other"))
    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(db.delete(AuditEvent).where(AuditEvent.id == event.id))

    db.session.refresh(event)
    assert (event.verb, event.note) == ("look", None)
