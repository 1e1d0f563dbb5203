"""Votes: secret while open, none for who is out, kept honest by the database."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import meeting_rows, meetings, voting
from fundapp.decisions.models import (
    Choice,
    Voting,
)
from tests.decisions.panel import MONDAY, Panel, awarded, make_panel
from tests.factories import make_conflict

# --- votes -------------------------------------------------------------------------


def test_votes_are_taken_while_open_and_can_be_changed(panel: Panel) -> None:
    panel.begin()
    item = panel.meeting.items[0]
    meetings.call(item, actor=panel.cast.sol, at=MONDAY)
    with pytest.raises(MoveRefused):
        voting.vote(item, Choice.YES, actor=panel.mia, at=MONDAY)
    voting.open_votes(item, actor=panel.cast.sol, at=MONDAY)

    voting.vote(item, Choice.NO, actor=panel.mia, at=MONDAY)
    voting.vote(item, Choice.YES, amount_cents=700_000, actor=panel.mia, at=MONDAY)
    hidden = meeting_rows.counted(meeting_rows.votes(item), is_hidden=True)
    voting.close_votes(item, actor=panel.cast.sol, at=MONDAY)

    assert (hidden.cast, hidden.counts, hidden.by_name) == (1, {}, [])
    read = meeting_rows.counted(meeting_rows.votes(item), is_hidden=False)
    assert (read.counts[Choice.YES], read.median_cents) == (1, 700_000)
    with pytest.raises(MoveRefused):
        voting.vote(item, Choice.NO, actor=panel.mel, at=MONDAY)


@pytest.mark.parametrize("who", ["mo", "max", "rhea"])
def test_no_vote_for_who_is_out_or_has_none(panel: Panel, who: str) -> None:
    panel.begin()
    item = panel.item(panel.tied)
    meetings.call(item, actor=panel.cast.sol, at=MONDAY)
    voting.open_votes(item, actor=panel.cast.sol, at=MONDAY)
    person = getattr(panel, who, None) or getattr(panel.cast, who)

    with pytest.raises(MoveRefused):
        voting.vote(item, Choice.YES, actor=person, at=MONDAY)


def test_who_is_out_does_not_count_for_the_quorum(app: Flask) -> None:
    panel = make_panel(quorum=4)
    panel.begin()
    free, tied = panel.item(panel.applications[0]), panel.item(panel.tied)
    meetings.call(free, actor=panel.cast.sol, at=MONDAY)
    voting.open_votes(free, actor=panel.cast.sol, at=MONDAY)
    meetings.call(tied, actor=panel.cast.sol, at=MONDAY)

    with pytest.raises(Refusal) as fault:
        voting.open_votes(tied, actor=panel.cast.sol, at=MONDAY)

    assert fault.value.message == "The quorum is 4, and 3 who may vote on this item are here."
    assert free.voting is Voting.CLOSED  # with its item


def test_a_chair_who_is_out_leaves_the_item_to_the_secretary(panel: Panel) -> None:
    make_conflict(panel.applications[0], panel.cast.sol)
    panel.begin()
    item = panel.item(panel.applications[0])
    meetings.call(item, actor=panel.cast.sol, at=MONDAY)

    with pytest.raises(MoveRefused):
        voting.open_votes(item, actor=panel.cast.sol, at=MONDAY)
    voting.open_votes(item, actor=panel.cast.max, at=MONDAY)
    with pytest.raises(MoveRefused):
        awarded(panel, item, panel.cast.sol)
    meetings.finish(item, actor=panel.cast.sol, at=MONDAY)

    assert item.voting is Voting.CLOSED


TWICE = "INSERT INTO vote ({columns}) SELECT {columns} FROM vote"
STRANGER = "INSERT INTO agenda_walk ({walk}) SELECT item_id, meeting_id, {stranger}, at FROM vote"
COLUMNS = {
    "columns": "item_id, meeting_id, user_id, has_vote, choice, at",
    "walk": "item_id, meeting_id, user_id, left_at",
}


@pytest.mark.parametrize(
    "row",
    [
        TWICE,
        STRANGER,
        "UPDATE vote SET has_vote = {false}",
        "UPDATE vote SET user_id = {secretary}",
        "UPDATE vote SET choice = 'no', amount_cents = 5",
        "UPDATE agenda_item SET state = 'live', opened_at = state_at",
        "UPDATE agenda_item SET outcome = 'awarded'",
        "UPDATE meeting_seat SET has_vote = {true} WHERE kind = 'secretary'",
        "UPDATE meeting SET closed_at = created_at",
    ],
)
def test_database_refuses_what_cannot_be(panel: Panel, row: str) -> None:
    panel.begin()
    item = panel.meeting.items[0]
    meetings.call(item, actor=panel.cast.sol, at=MONDAY)
    voting.open_votes(item, actor=panel.cast.sol, at=MONDAY)
    voting.vote(item, Choice.YES, actor=panel.mia, at=MONDAY)
    db.session.flush()
    is_sqlite = db.engine.dialect.name == "sqlite"
    words = {"false": 0, "true": 1} if is_sqlite else {"false": "false", "true": "true"}
    statement = row.format(**words, **COLUMNS, secretary=panel.cast.max.id, stranger=panel.cast.ana.id)

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(statement))
