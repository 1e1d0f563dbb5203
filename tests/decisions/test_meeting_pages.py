"""Pages of a meeting: who sees what, polling, votes from the page, minutes on paper."""

import pytest
from flask import Flask

from fundapp.accounts.models import RoleName
from fundapp.core.db import db
from fundapp.decisions import meetings, voting
from fundapp.decisions.models import AgendaItem, ItemState, Meeting, MeetingState
from fundapp.rounds.models import RoundState
from tests.decisions.panel import MONDAY, Panel, make_panel
from tests.decisions.scene import A
from tests.factories import make_application, make_cast, make_conflict, make_round, make_user
from tests.visitor import Visitor


@pytest.fixture
def panel(app: Flask) -> Panel:
    made = make_panel()
    made.begin()
    return made


def address(panel: Panel, end: str = "") -> str:
    return f"/panel/meetings/{panel.meeting.id}{end}"


# --- planning on the page --------------------------------------------------------------------


def test_a_meeting_is_planned_once(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    mia = make_user("Mia M", roles={cast.fund: [RoleName.REVIEWER]})
    round = make_round(cast.fund, state=RoundState.DECIDING)
    make_application(round, state=A.IN_REVIEW)
    client.sign_in(cast.sol)
    data = {
        "once": "m", "starts": "2026-12-01T10:00", "place": "Here", "chair": cast.sol.id,
        "secretary": cast.max.id, "members": [mia.id], "quorum": "2", "is_secret": "y",
    }  # fmt: skip
    path = f"/office/rounds/{round.id}/meetings/new"

    wrong = client.post(path, data={**data, "secretary": cast.sol.id})
    first, second = client.post(path, data=data), client.post(path, data=data)

    assert (wrong.status_code, "The chair and the secretary are two people." in wrong.text) == (422, True)
    assert first.location == second.location
    assert "Meeting 1" in client.get(f"/office/rounds/{round.id}/meetings").text


@pytest.mark.parametrize(
    ("who", "status"), [("sol", 200), ("mia", 200), ("aud", 200), ("fin", 404), ("rhea", 404), ("ana", 404)]
)
def test_who_sees_a_meeting(panel: Panel, client: Visitor, who: str, status: int) -> None:
    client.sign_in(getattr(panel, who, None) or getattr(panel.cast, who))

    pages = [client.get(address(panel, end)).status_code for end in ("", "/live", "/minutes", "/minutes.pdf")]

    assert pages == [status] * 4


def test_a_member_of_another_round_sees_nothing(panel: Panel, client: Visitor) -> None:
    other = make_panel()
    client.sign_in(other.mia)

    assert client.get(address(panel)).status_code == 404
    assert client.get(f"/panel/items/{panel.meeting.items[0].id}").status_code == 404
    assert client.get("/panel").status_code == 200


# --- the day -----------------------------------------------------------------------------------


def test_polling_answers_304_until_something_changes(panel: Panel, client: Visitor) -> None:
    client.sign_in(panel.mia)
    first = client.get(address(panel, "/live"))
    mark = {"If-None-Match": first.headers["ETag"]}

    same = client.get(address(panel, "/live"), headers=mark)
    meetings.call(panel.meeting.items[0], actor=panel.cast.sol, at=MONDAY)
    changed = client.get(address(panel, "/live"), headers=mark)

    assert (same.status_code, same.data) == (304, b"")
    assert (changed.status_code, panel.applications[0].title in changed.text) == (200, True)


def test_who_is_out_reads_a_number_only(panel: Panel, client: Visitor) -> None:
    tied = panel.item(panel.tied)
    meetings.call(tied, actor=panel.cast.sol, at=MONDAY)
    client.sign_in(panel.mo)

    pages = [client.get(address(panel, end)).text for end in ("", "/live", "/minutes")]
    codes = [client.get(f"/panel/items/{tied.id}").status_code]
    codes += [
        client.post(f"/panel/items/{tied.id}/{do}", data={"choice": "yes"}).status_code
        for do in ("vote", "votes")
    ]

    assert [panel.tied.title in page or str(panel.tied.code) in page for page in pages] == [False] * 3
    assert "You are out for item 3" in pages[0]
    assert codes == [404] * 3


def test_votes_from_the_page(panel: Panel, client: Visitor) -> None:
    item = panel.item(panel.applications[0])
    meetings.call(item, actor=panel.cast.sol, at=MONDAY)
    client.sign_in(panel.mia)
    path = f"/panel/items/{item.id}/vote"
    early = client.post(path, data={"choice": "yes"}).status_code
    voting.open_votes(item, actor=panel.cast.sol, at=MONDAY)

    none = client.post(path, data={}).status_code
    unread = client.post(path, data={"choice": "yes", "amount": "nine"}).status_code
    taken = client.post(path, data={"choice": "yes", "amount": "9.000"}).status_code
    page = client.get(address(panel)).text

    assert (early, none, unread, taken) == (409, 422, 422, 302)
    assert ("in: Yes" in page, "9000" in page) == (True, True)


def test_the_chair_leads_from_the_page(panel: Panel, client: Visitor) -> None:
    client.sign_in(panel.cast.sol)
    first = panel.meeting.items[0]

    client.post(address(panel, "/step"), data={"forward": "1"})
    client.post(f"/panel/items/{first.id}/votes", data={"open": "1"})
    client.post(f"/panel/items/{first.id}/votes", data={"open": "0"})
    shown = str(db.session.get_one(AgendaItem, first.id).row_version)
    data = {"outcome": "awarded", "amount": "9000", "to_applicant": "Good.", "internal": "", "shown": shown}
    wrong = client.post(f"/panel/items/{first.id}/capture", data={**data, "amount": ""})
    kept = client.post(f"/panel/items/{first.id}/capture", data=data)
    late = client.post(f"/panel/items/{first.id}/capture", data={**data, "to_applicant": "Late."})
    client.post(f"/panel/items/{first.id}/finish")
    client.post(address(panel, "/propose"))
    client.post(address(panel, "/close"))

    assert (wrong.status_code, kept.status_code, late.status_code) == (422, 302, 409)
    assert ("Late." in late.text, "Good." in late.text) == (True, True)
    db.session.expire_all()
    assert (first.state, first.decision_id is not None) == (ItemState.DONE, True)
    assert db.session.get_one(Meeting, panel.meeting.id).state is MeetingState.CLOSED


@pytest.mark.parametrize("do", ["open", "close", "step", "order", "propose", "reopen", "cancel"])
def test_members_lead_nothing_from_the_page(panel: Panel, client: Visitor, do: str) -> None:
    client.sign_in(panel.mia)

    assert client.post(address(panel, f"/{do}"), data={}).status_code == 403


def test_members_sign_and_the_secretary_remarks(panel: Panel, client: Visitor) -> None:
    meetings.close_meeting(panel.meeting, actor=panel.cast.sol, at=MONDAY)
    client.sign_in(panel.mia)
    page = client.get(address(panel, "/minutes")).text
    shown = page.partition('name="shown" value="')[2].partition('"')[0]

    signed = client.post(address(panel, "/sign"), data={"shown": shown})
    again = client.post(address(panel, "/sign"), data={"shown": shown})
    client.sign_in(panel.cast.max)
    client.post(address(panel, "/minutes"), data={"remarks": "It rained."})
    client.sign_in(panel.mia)
    stale = client.post(address(panel, "/sign"), data={"shown": shown})

    assert (signed.status_code, again.status_code, stale.status_code) == (302, 409, 409)
    assert "It rained." in stale.text


def test_pages_ask_the_same_for_three_and_for_thirty_items(app: Flask, client: Visitor) -> None:
    counts = []
    for many in (3, 30):
        panel = make_panel(many)
        panel.begin()
        item = panel.item(panel.applications[0])
        meetings.call(item, actor=panel.cast.sol, at=MONDAY)
        voting.open_votes(item, actor=panel.cast.sol, at=MONDAY)
        make_conflict(panel.applications[2], panel.mel)
        client.sign_in(panel.cast.sol)
        for end in ("", "/live", "/minutes"):
            client.get(address(panel, end))
            counts.append(len(client.statements))

    assert counts[:3] == counts[3:]
