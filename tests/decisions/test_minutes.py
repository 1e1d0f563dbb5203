"""Minutes: each reads and signs what they were in the room for; a change asks anew."""

from datetime import timedelta

import pytest

from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import meetings, minutes, voting
from fundapp.decisions.models import (
    Choice,
    MeetingState,
)
from tests.decisions.panel import MONDAY, Panel, awarded

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
