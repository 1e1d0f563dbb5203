"""Before a panel meets each who sits in it says where they have ties: asked, reminded, done."""

from datetime import timedelta

import pytest

from fundapp.applications.models import ConflictKind, ConflictState
from fundapp.applications.queries import conflict_of
from fundapp.core import due, todo
from fundapp.core.db import db
from fundapp.decisions import meetings, panel_ties
from tests.decisions.panel import MONDAY
from tests.factories import NOW, make_conflict


def told() -> dict[int, int]:
    """Give who is asked to say their ties, with the meeting."""
    rows = db.session.execute(due.KINDS["panel-tie-to-declare"].find(NOW, NOW + timedelta(days=30)))
    return {row.user_id: row.subject_id for row in rows}


def say(panel, person, word: str, *applications) -> int:
    said = {one.id: word for one in applications or panel.applications}
    count = panel_ties.declare(panel.meeting, said, actor=person, at=NOW)
    db.session.flush()
    return count


def test_each_who_sits_there_is_reminded_until_they_said_it_of_all(panel):
    before = told()
    said = [say(panel, panel.mia, "clear"), say(panel, panel.mel, "clear", panel.applications[0])]

    assert before == {person.id: panel.meeting.id for person in panel.people}
    assert said == [3, 1]
    assert set(told()) == {person.id for person in panel.people} - {panel.mia.id}


def test_a_tie_that_is_known_is_not_asked_again_and_a_hint_is(panel):
    first, _tied, third = panel.applications
    say(panel, panel.mo, "clear", first)
    make_conflict(third, panel.mo, ConflictState.HINTED)
    db.session.flush()

    assert panel.mo.id in told()
    assert panel_ties.waiting(panel.mo, panel.meeting) == [third]
    assert say(panel, panel.mo, "clear") == 1
    assert panel.mo.id not in told()


@pytest.mark.parametrize(
    ("word", "state", "kind"),
    [
        ("unsure", ConflictState.UNSURE, None),
        ("family", ConflictState.BARRED, ConflictKind.FAMILY),
    ],
)
def test_who_is_tied_or_unsure_sees_nothing_more(panel, word, state, kind):
    one = panel.applications[0]

    say(panel, panel.mia, word, one)

    tie = conflict_of(one.id, panel.mia.id)
    assert (tie.state, tie.kind, tie.bars) == (state, kind, True)
    assert one not in panel_ties.waiting(panel.mia, panel.meeting)


def test_nobody_is_reminded_of_a_meeting_that_is_off_or_has_begun(panel):
    panel.begin(MONDAY)

    assert told() == {}


def test_nobody_whose_seat_in_the_panel_ended_is_reminded(panel):
    for role in [one for one in panel.mia.roles if one.round_id == panel.round.id]:
        role.ended_at = NOW
    db.session.flush()

    assert panel.mia.id not in told()


def test_a_meeting_that_moved_takes_its_date_along(panel):
    panel.meeting.starts_at = NOW + timedelta(days=40)
    panel.meeting.ends_at = None
    db.session.flush()

    assert told() == {}


def test_the_list_of_what_is_to_be_done_says_of_how_many(panel):
    def line(person):
        return [(one.ref, one.number) for one in todo.page(person, NOW).lines if one.kind == "panel_ties"]

    before = line(panel.mo)
    say(panel, panel.mo, "clear")

    assert before == [(panel.meeting.id, 2)]
    assert line(panel.mo) == []


def test_a_member_says_it_on_the_page(client, panel):
    db.session.commit()
    client.sign_in(panel.mia)
    at = f"/panel/meetings/{panel.meeting.id}/ties"
    first, second, third = panel.applications

    page = client.get(at).text
    link = at in client.get(f"/panel/meetings/{panel.meeting.id}").text
    some = client.post(at, data={f"a{first.id}": "clear", f"a{second.id}": "family"})
    wrong = client.post(at, data={f"a{third.id}": "sworn"})
    rest = client.post(at, data={f"a{third.id}": "clear"})

    assert link
    assert [one.title in page for one in panel.applications] == [True] * 3
    assert (some.headers["Location"], wrong.status_code) == (at, 422)
    assert rest.headers["Location"] == f"/panel/meetings/{panel.meeting.id}"
    assert [conflict_of(one.id, panel.mia.id).state for one in panel.applications] == [
        ConflictState.CLEAR, ConflictState.BARRED, ConflictState.CLEAR,
    ]  # fmt: skip
    assert second.title not in client.get(f"/panel/meetings/{panel.meeting.id}").text
    assert "You have said it" in client.get(at).text


def test_of_a_proposal_one_is_tied_to_the_page_says_nothing(client, panel):
    db.session.commit()
    client.sign_in(panel.mo)

    page = client.get(f"/panel/meetings/{panel.meeting.id}/ties").text

    assert (panel.tied.title in page, panel.applications[0].title in page) == (False, True)


def test_only_who_sits_there_is_asked(client, panel):
    db.session.commit()
    client.sign_in(panel.cast.rhea)

    assert client.get(f"/panel/meetings/{panel.meeting.id}/ties").status_code == 404


def test_once_it_has_begun_nobody_is_asked(client, panel):
    meetings.open_meeting(panel.meeting, actor=panel.cast.sol, at=MONDAY)
    db.session.commit()
    client.sign_in(panel.mia)

    assert client.get(f"/panel/meetings/{panel.meeting.id}/ties").status_code == 404
