"""Meetings: planned, ordered, held; who has a tie is out, written down and not asked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import meeting_rows, meetings, voting
from fundapp.decisions.models import (
    Decision,
    DecisionState,
    ItemState,
)
from tests.decisions.panel import MONDAY, Panel, awarded
from tests.decisions.scene import A
from tests.factories import make_application, make_conflict

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
