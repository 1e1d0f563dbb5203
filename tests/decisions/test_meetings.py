"""Meetings: planned, ordered, held; who has a tie is out, written down and not asked."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from fundapp.accounts.models import RoleName
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import meeting_rows, meetings, minutes, voting
from fundapp.decisions.models import (
    Choice,
    Decision,
    DecisionState,
    ItemState,
    MeetingState,
    Outcome,
    Voting,
)
from tests.decisions.panel import MONDAY, Panel, make_panel
from tests.decisions.scene import A
from tests.factories import make_application, make_conflict


@pytest.fixture
def panel(app: Flask) -> Panel:
    return make_panel()


def awarded(panel: Panel, item: object, actor: object = None, **values: object) -> None:
    row = item
    given = {
        "outcome": Outcome.AWARDED, "amount_cents": 800_000, "codes": [], "to_applicant": "Well planned.",
        "internal": "Close call.", "shown": row.row_version,  # type: ignore[attr-defined]
        **values,
    }  # fmt: skip
    voting.capture(row, actor=actor or panel.cast.max, at=MONDAY, **given)  # type: ignore[arg-type]


# --- planning ----------------------------------------------------------------------


def test_members_get_a_seat_in_the_panel_of_the_round_only(panel: Panel) -> None:
    assert panel.mia.panels() == [panel.round.id]
    assert not panel.mia.holds(RoleName.MANAGER)
    assert [item.position for item in panel.meeting.items] == [1, 2, 3]


def test_the_item_with_a_tie_comes_last_so_that_one_walk_is_enough(panel: Panel) -> None:
    assert panel.meeting.items[-1].application_id == panel.tied.id
    assert meetings.ordered(panel.meeting, panel.meeting.items, meetings.By.WALKS).walks == 1


def test_what_came_into_review_since_is_added(panel: Panel) -> None:
    late = make_application(panel.round, state=A.IN_REVIEW)

    added = meetings.refill(panel.meeting, actor=panel.cast.sol, at=MONDAY)

    assert (added, panel.item(late).state) == (1, ItemState.WAITING)
    assert meetings.refill(panel.meeting, actor=panel.cast.sol, at=MONDAY) == 0


@pytest.mark.parametrize("who", ["rhea", "fin", "ana"])
def test_chair_and_secretary_are_managers(panel: Panel, who: str) -> None:
    cast = panel.cast

    with pytest.raises(Refusal):
        meetings.plan(
            panel.round, starts_at=MONDAY, place="", chair=getattr(cast, who), secretary=cast.max,
            members=[panel.mia], actor=cast.sol, at=MONDAY,
        )  # fmt: skip


# --- the day -----------------------------------------------------------------------


def test_nothing_is_called_before_the_meeting_opens(panel: Panel) -> None:
    with pytest.raises(Refusal):
        meetings.call(panel.meeting.items[0], actor=panel.cast.sol, at=MONDAY)


@pytest.mark.parametrize("who", ["mia", "mo"])
def test_members_do_not_run_the_meeting(panel: Panel, who: str) -> None:
    panel.begin()

    with pytest.raises(MoveRefused):
        meetings.call(panel.meeting.items[0], actor=getattr(panel, who), at=MONDAY)


def test_calling_the_next_finishes_the_one_before_and_counts_its_time(panel: Panel) -> None:
    panel.begin()
    first, second = panel.meeting.items[:2]
    meetings.call(first, actor=panel.cast.sol, at=MONDAY)

    meetings.call(second, actor=panel.cast.max, at=MONDAY + timedelta(minutes=7))
    meetings.call(first, actor=panel.cast.max, at=MONDAY + timedelta(minutes=9))
    meetings.finish(first, actor=panel.cast.sol, at=MONDAY + timedelta(minutes=12))

    assert [(item.state, item.seconds) for item in (first, second)] == [
        (ItemState.DONE, 600),
        (ItemState.DONE, 120),
    ]


def test_next_goes_through_all_and_previous_back(panel: Panel) -> None:
    panel.begin()
    met = []
    while (item := meetings.beside(panel.meeting, forward=True)) is not None:
        meetings.call(item, actor=panel.cast.sol, at=MONDAY)
        met.append(item.position)

    back = meetings.beside(panel.meeting, forward=False)

    assert met == [1, 2, 3]
    assert back is not None
    assert back.position == 2


def test_who_has_a_tie_is_written_down_as_out(panel: Panel) -> None:
    panel.begin()
    item = panel.item(panel.tied)

    meetings.call(item, actor=panel.cast.sol, at=MONDAY)

    assert meeting_rows.walked(panel.meeting) == {item.id: [(panel.mo.id, "Mo M")]}
    assert sorted(voting.entitled(panel.meeting, item)) == sorted(
        [panel.cast.sol.id, panel.mia.id, panel.mel.id]
    )


def test_the_agenda_of_who_is_out_is_a_number(panel: Panel) -> None:
    tied = panel.item(panel.tied)

    rows = {row.id: row for row in meeting_rows.agenda(panel.mo, panel.meeting)}

    assert (rows[tied.id].is_out, rows[tied.id].title, rows[tied.id].code) == (True, None, None)
    assert [row.is_out for row in meeting_rows.agenda(panel.mia, panel.meeting)] == [False] * 3
    assert meeting_rows.seen_item(panel.mo, tied.id) is None
    assert meeting_rows.seen_item(panel.mia, tied.id) is not None


def test_a_member_who_applies_is_out_for_their_own(panel: Panel) -> None:
    own = make_application(panel.round, panel.mel, state=A.IN_REVIEW)
    meetings.refill(panel.meeting, actor=panel.cast.sol, at=MONDAY)

    rows = {row.id: row for row in meeting_rows.agenda(panel.mel, panel.meeting)}

    assert rows[panel.item(own).id].is_out
    assert panel.mel.id in meeting_rows.outs(panel.meeting)[panel.item(own).id]


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


# --- what came of it -----------------------------------------------------------------


def test_what_the_panel_comes_to_becomes_a_proposal(panel: Panel) -> None:
    panel.begin()
    item = panel.item(panel.applications[0])
    with pytest.raises(MoveRefused):
        awarded(panel, item)  # not spoken about yet
    meetings.call(item, actor=panel.cast.sol, at=MONDAY)
    awarded(panel, item)

    made, left = voting.propose_captured(panel.meeting, actor=panel.cast.max, at=MONDAY)
    again, _left = voting.propose_captured(panel.meeting, actor=panel.cast.max, at=MONDAY)

    (decision,) = made
    assert (decision.state, decision.amount_cents, decision.to_applicant) == (
        DecisionState.PROPOSED, 800_000, "Well planned.",
    )  # fmt: skip
    assert (left, again, item.decision_id) == (0, [], decision.id)


def test_two_who_write_at_once_see_both_texts(panel: Panel) -> None:
    panel.begin()
    item = panel.item(panel.applications[0])
    meetings.call(item, actor=panel.cast.sol, at=MONDAY)
    shown = item.row_version
    awarded(panel, item)
    db.session.flush()

    with pytest.raises(ChangedMeanwhile) as fault:
        awarded(panel, item, panel.cast.sol, to_applicant="Mine.", shown=shown)

    assert (fault.value.yours, fault.value.theirs) == ("Mine.", "Well planned.")


def test_a_tie_leaves_the_proposal_to_another_manager(panel: Panel) -> None:
    panel.begin()
    item = panel.item(panel.applications[0])
    meetings.call(item, actor=panel.cast.sol, at=MONDAY)
    awarded(panel, item)
    make_conflict(panel.applications[0], panel.cast.sol)

    made, left = voting.propose_captured(panel.meeting, actor=panel.cast.sol, at=MONDAY)

    assert (made, left, db.session.scalars(select(Decision)).all()) == ([], 1, [])


# --- minutes -----------------------------------------------------------------------


def closed(panel: Panel) -> None:
    panel.begin()
    for item in list(panel.meeting.items):
        meetings.call(item, actor=panel.cast.sol, at=MONDAY)
        voting.open_votes(item, actor=panel.cast.sol, at=MONDAY)
        voting.vote(item, Choice.YES, actor=panel.mia, at=MONDAY)
        awarded(panel, item)
    meetings.close_meeting(panel.meeting, actor=panel.cast.sol, at=MONDAY + timedelta(hours=1))


def test_minutes_hide_what_their_reader_was_out_for(panel: Panel) -> None:
    closed(panel)
    title = panel.tied.title

    full, half = (minutes.minutes(person, panel.meeting) for person in (panel.mia, panel.mo))

    (of_mo,) = [one for one in half["items"] if one["is_out"]]
    (of_mia,) = [one for one in full["items"] if one["title"] == title]
    assert (title in str(half), of_mo["title"], of_mo["votes"]) == (False, "", {})
    assert (of_mia["out"], of_mia["ballots"], of_mia["amount_cents"]) == (
        ["Mo M"], [("Mia M", "yes", None)], 800_000,
    )  # fmt: skip


def test_each_signs_what_they_read_and_a_change_voids_it(panel: Panel) -> None:
    closed(panel)
    meeting = panel.meeting

    def sign(person: object) -> None:
        shown = minutes.digest(minutes.minutes(person, meeting))  # type: ignore[arg-type]
        minutes.sign(meeting, shown=shown, actor=person, at=MONDAY)  # type: ignore[arg-type]

    def signed() -> list[str]:
        book = minutes.book(panel.mia, meeting)
        return [one.name for one in minutes.signatures(meeting, book) if one.at]

    sign(panel.mo)
    sign(panel.mia)
    before = signed()
    minutes.remark(meeting, "It rained.", actor=panel.cast.max, at=MONDAY)
    between = signed()
    sign(panel.mo)

    assert (before, between, signed()) == (["Mia M", "Mo M"], [], ["Mo M"])
    with pytest.raises(MoveRefused):
        sign(panel.mo)
    with pytest.raises(ChangedMeanwhile):
        minutes.sign(meeting, shown="old", actor=panel.mel, at=MONDAY)


def test_only_who_was_there_signs_and_only_after_the_close(panel: Panel) -> None:
    panel.begin()
    shown = minutes.digest(minutes.minutes(panel.mia, panel.meeting))
    with pytest.raises(Refusal):
        minutes.sign(panel.meeting, shown=shown, actor=panel.mia, at=MONDAY)
    meetings.attend(panel.meeting, panel.mel, is_there=False, actor=panel.cast.max, at=MONDAY)
    meetings.close_meeting(panel.meeting, actor=panel.cast.sol, at=MONDAY)

    for person in (panel.mel, panel.cast.aud):
        with pytest.raises(MoveRefused):
            minutes.sign(panel.meeting, shown=shown, actor=person, at=MONDAY)

    assert panel.meeting.state is MeetingState.CLOSED
