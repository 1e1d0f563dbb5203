"""Who may do what with a letter, a meeting, its items and its votes, in every state."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from fundapp.core.db import db
from fundapp.decisions import service
from fundapp.decisions.models import AgendaItem, ItemState, LetterState, MeetingState, Voting
from fundapp.decisions.workflow import (
    CHOICE_WORDS,
    ITEM_WORDS,
    LETTER_WORDS,
    MEETING_WORDS,
    VOTING_WORDS,
    items,
    letters,
    meetings,
    votings,
)
from tests.decisions.panel import Panel
from tests.decisions.scene import Scene
from tests.factories import NOW, make_conflict

L, M, S, B = LetterState, MeetingState, ItemState, Voting
LETTERS = {
    ("editor", L.DRAFT): ["edit"],
    ("editor", L.HELD): ["edit"],
    ("other manager", L.DRAFT): ["edit", "read_over"],
    ("other manager", L.HELD): ["edit"],
    ("clock", L.DRAFT): ["redraw"],
    ("clock", L.HELD): ["redraw", "send"],
}
LEADS = {M.PLANNED: ["open", "cancel"], M.RUNNING: ["close"], M.CLOSED: ["reopen"]}
MEETINGS = {
    **{(who, state): moves for who in ("chair", "secretary") for state, moves in LEADS.items()},
    ("manager without a seat", M.PLANNED): ["cancel"],
}
ITEMS = {
    (who, state): moves
    for who in ("chair", "secretary", "tied chair")
    for state, moves in {S.WAITING: ["call"], S.LIVE: ["finish"], S.DONE: ["call"]}.items()
}
VOTES = {
    **{
        (who, state): moves
        for who in ("chair", "secretary")
        for state, moves in {
            B.NONE: ["open_votes"],
            B.OPEN: ["close_votes"],
            B.CLOSED: ["open_votes"],
        }.items()
    },
    ("clock", B.OPEN): ["shut_votes"],
}


def put(table: str, **values: Any) -> None:
    """Set columns as the database has them, past the workflow."""
    given = ", ".join(f"{name} = {value}" for name, value in values.items())
    db.session.flush()
    db.session.execute(text(f"UPDATE {table} SET {given}"))  # noqa: S608
    db.session.expire_all()


def put_item(item: AgendaItem, **values: Any) -> None:
    """Set columns of one item."""
    only = f"CASE WHEN id = {item.id} THEN {{}} ELSE {{}} END"
    put("agenda_item", **{name: only.format(given, name) for name, given in values.items()})


@pytest.mark.parametrize(
    "role", ["editor", "other manager", "tied", "auditor", "reviewer", "applicant", "clock"]
)
@pytest.mark.parametrize("state", L)
def test_letter_offers_each_role_exactly_its_moves(scene: Scene, role: str, state: LetterState) -> None:
    cast = scene.cast
    people = {
        "editor": cast.sol, "other manager": cast.max, "tied": cast.max, "auditor": cast.aud,
        "reviewer": cast.rhea, "applicant": cast.ana, "clock": None,
    }  # fmt: skip
    decision = scene.propose()
    service.approve(decision, actor=cast.max, at=NOW)
    if role == "tied":
        make_conflict(scene.ana, cast.max)
    sent = "state_at" if state is L.SENT else "NULL"
    put("letter", state=f"'{state.value}'", edited_by=cast.sol.id, read_by=cast.max.id, sent_at=sent)
    (letter,) = service.letters.letter_rows.of_decision(decision)

    assert [move.name for move in letters.open_to(people[role], letter)] == LETTERS.get((role, state), [])


ROLES = ("chair", "secretary", "member", "manager without a seat", "auditor", "clock")


def person(panel: Panel, role: str) -> Any:
    cast = panel.cast
    found = {
        "chair": cast.sol,
        "tied chair": cast.sol,
        "secretary": cast.max,
        "member": panel.mia,
        "auditor": cast.aud,
    }
    if role == "manager without a seat":
        put("meeting_seat", user_id=f"CASE WHEN kind = 'secretary' THEN {cast.aud.id} ELSE user_id END")
        return cast.max
    return found.get(role)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", M)
def test_meeting_offers_each_role_exactly_its_moves(panel: Panel, role: str, state: MeetingState) -> None:
    user = person(panel, role)
    closed = "created_at" if state is M.CLOSED else "NULL"
    put("meeting", state=f"'{state.value}'", opened_at="created_at", closed_at=closed)

    assert [move.name for move in meetings.open_to(user, panel.meeting)] == MEETINGS.get((role, state), [])


@pytest.mark.parametrize("role", [*ROLES, "tied chair"])
@pytest.mark.parametrize("state", S)
def test_item_offers_each_role_exactly_its_moves(panel: Panel, role: str, state: ItemState) -> None:
    user, item = person(panel, role), panel.meeting.items[0]
    if role == "tied chair":
        make_conflict(item.application, panel.cast.sol)
    opened = "state_at" if state is S.LIVE else "NULL"
    put_item(item, state=f"'{state.value}'", opened_at=opened)

    assert [move.name for move in items.open_to(user, item)] == ITEMS.get((role, state), [])


@pytest.mark.parametrize("role", [*ROLES, "tied chair"])
@pytest.mark.parametrize("state", B)
def test_voting_offers_each_role_exactly_its_moves(panel: Panel, role: str, state: Voting) -> None:
    user, item = person(panel, role), panel.meeting.items[0]
    if role == "tied chair":
        make_conflict(item.application, panel.cast.sol)
    put_item(item, state="'live'", opened_at="state_at", voting=f"'{state.value}'")

    assert [move.name for move in votings.open_to(user, item)] == VOTES.get((role, state), [])


def test_every_state_has_a_word(app: Flask) -> None:
    assert (set(LETTER_WORDS), set(MEETING_WORDS), set(ITEM_WORDS), set(VOTING_WORDS)) == (
        set(L), set(M), set(S), set(B),
    )  # fmt: skip
    assert len(CHOICE_WORDS) == 3
    assert AgendaItem.voting is not AgendaItem.state
