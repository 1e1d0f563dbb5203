"""A planned meeting that changes: who hears of it, what their calendar takes over, and what stays untold."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from icalendar import Calendar
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.core import delivery
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import meeting_changes, meetings, todo
from fundapp.decisions.meeting_changes import Wanted
from fundapp.decisions.models import MeetingState, SeatKind
from tests.decisions.panel import MONDAY, Panel
from tests.factories import NOW, make_user

LATER = NOW + timedelta(hours=1)


def wanted(panel: Panel, **values: object) -> Wanted:
    return Wanted(
        **{
            "starts_at": MONDAY, "ends_at": None, "place": "Oudegracht", "link": "", "chair": panel.cast.sol,
            "secretary": panel.cast.max, "members": [panel.mia, panel.mo, panel.mel], "is_secret": True,
            "quorum": 2, **values,
        }
    )  # fmt: skip


def change(panel: Panel, *, reason: str = "The room is taken.", **values: object) -> list[str]:
    done = meeting_changes.change(
        panel.meeting, wanted(panel, **values), reason=reason, actor=panel.cast.sol, at=LATER
    )
    db.session.flush()
    return done


def mails(name: str) -> dict[int, Outbox]:
    return {row.user_id: row for row in db.session.scalars(select(Outbox).where(Outbox.name == name))}


def event(row: Outbox) -> tuple[str, object]:
    book = Calendar.from_ical(row.calendar)
    return str(book["METHOD"]), book.walk("VEVENT")[0]


def test_all_who_sit_there_are_invited_with_an_event(panel: Panel) -> None:
    sent = mails("meeting-invited")

    assert set(sent) == {user.id for user in panel.people}
    method, one = event(sent[panel.mia.id])
    assert (method, one["SEQUENCE"], one["DTSTART"].dt, one["LOCATION"]) == (
        "REQUEST",
        0,
        MONDAY,
        "Oudegracht",
    )
    assert one["ATTENDEE"] == f"mailto:{panel.mia.email}"
    assert one["DTEND"].dt > one["DTSTART"].dt


def test_no_proposal_is_named_to_anybody(panel: Panel) -> None:
    change(panel, starts_at=MONDAY + timedelta(days=1), members=[panel.mia, panel.mo])
    meetings.cancel(panel.meeting, note="Illness.", actor=panel.cast.sol, at=LATER)

    for row in db.session.scalars(select(Outbox).where(Outbox.name.like("meeting-%"))):
        told = f"{row.subject} {row.body_text} {row.body_html} {row.calendar}"
        assert not any(one.title in told or str(one.code) in told for one in panel.applications)


def test_mail_carries_the_event_as_a_file_with_its_method(panel: Panel) -> None:
    sent = message_from_bytes(
        bytes(delivery._message(mails("meeting-invited")[panel.mia.id])), policy=policy.default
    )

    (part,) = sent.iter_attachments()
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "REQUEST")
    assert part.get_filename() == "meeting.ics"
    assert "BEGIN:VEVENT" in part.get_content()


def test_another_time_is_told_under_the_same_name_and_a_higher_number(panel: Panel) -> None:
    panel.mo.language = "nl"
    before = event(mails("meeting-invited")[panel.mo.id])[1]

    done = change(panel, starts_at=MONDAY + timedelta(days=1), ends_at=MONDAY + timedelta(days=1, hours=3))

    row = mails("meeting-changed")[panel.mo.id]
    method, after = event(row)
    assert (done, set(mails("meeting-changed"))) == (
        ["starts_at", "ends_at"],
        {one.id for one in panel.people},
    )
    assert (method, after["UID"], after["SEQUENCE"]) == ("REQUEST", before["UID"], 1)
    assert (after["DTEND"].dt - after["DTSTART"].dt) == timedelta(hours=3)
    assert "The room is taken." in row.body_text
    assert row.subject.startswith("Gewijzigd: commissie van")
    assert str(after["SUMMARY"]).startswith("Commissie, vergadering 1")


def test_new_members_are_invited_and_those_who_leave_hear_so(panel: Panel) -> None:
    nia = make_user("Nia N", roles={panel.cast.fund: [RoleName.REVIEWER]})

    done = change(panel, members=[panel.mia, panel.mo, nia])

    assert done == ["seats"]
    assert set(mails("meeting-left")) == {panel.mel.id}
    assert mails("meeting-invited")[nia.id].calendar
    assert mails("meeting-changed") == {}
    method, one = event(mails("meeting-left")[panel.mel.id])
    assert (method, one["STATUS"], one["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert (nia.panels(), panel.mel.panels()) == ([panel.round.id], [])


def test_somebody_else_takes_the_chair(panel: Panel) -> None:
    change(panel, chair=panel.cast.max, secretary=panel.cast.sol)

    kinds = {seat.user_id: seat.kind for seat in panel.meeting.seats}
    assert (kinds[panel.cast.max.id], kinds[panel.cast.sol.id]) == (SeatKind.CHAIR, SeatKind.SECRETARY)
    assert (mails("meeting-left"), mails("meeting-changed")) == ({}, {})


def test_place_in_the_panel_stays_with_who_sits_in_another_meeting(panel: Panel) -> None:
    meetings.plan(
        panel.round, starts_at=MONDAY, place="", chair=panel.cast.sol, secretary=panel.cast.max,
        members=[panel.mel], actor=panel.cast.sol, at=NOW,
    )  # fmt: skip

    change(panel, members=[panel.mia, panel.mo])

    assert panel.mel.panels() == [panel.round.id]


def test_nothing_different_changes_and_tells_nothing(panel: Panel) -> None:
    assert change(panel, reason="") == []
    assert (panel.meeting.sequence, mails("meeting-changed")) == (0, {})


@pytest.mark.parametrize(
    "values",
    [
        {"reason": " "},
        {"quorum": 9},
        {"ends_at": MONDAY - timedelta(hours=1)},
        {"members": []},
        {"chair": None},
    ],
)
def test_what_cannot_be_is_refused(panel: Panel, values: dict[str, object]) -> None:
    given = {"place": "Elsewhere", **values}
    if "chair" in given:
        given["chair"] = panel.mia

    with pytest.raises(Refusal):
        change(panel, **given)
    assert panel.meeting.place == "Oudegracht"


def test_reason_is_kept_in_the_log(panel: Panel) -> None:
    change(panel, link="https://meet.example.org/panel")

    found = db.session.scalar(select(AuditEvent).where(AuditEvent.verb == "change_meeting"))
    assert (found.note, found.detail) == ("The room is taken.", {"changed": ["link"]})


def test_meeting_that_has_begun_stays_and_members_change_nothing(panel: Panel) -> None:
    with pytest.raises(MoveRefused):
        meeting_changes.change(panel.meeting, wanted(panel, place="x"), reason="x", actor=panel.mia, at=LATER)
    panel.begin()

    with pytest.raises(MoveRefused):
        change(panel, place="Elsewhere")


def test_calling_it_off_takes_it_out_of_calendars(panel: Panel) -> None:
    meetings.cancel(panel.meeting, note="The chair is ill.", actor=panel.cast.sol, at=LATER)

    row = mails("meeting-cancelled")[panel.mo.id]
    method, one = event(row)
    assert (panel.meeting.state, method, one["SEQUENCE"]) == (MeetingState.CANCELLED, "CANCEL", 1)
    assert "The chair is ill." in row.body_text


# --- the minutes ---------------------------------------------------------------------


def signing(user: object) -> list[int]:
    return [row.ref for row in db.session.execute(todo._to_sign(user, MONDAY))]


def test_minutes_wait_for_who_was_there_as_soon_as_it_closes(panel: Panel) -> None:
    panel.begin()
    meetings.attend(panel.meeting, panel.mel, is_there=False, actor=panel.mel, at=MONDAY)
    before = signing(panel.mia)

    meetings.close_meeting(panel.meeting, actor=panel.cast.sol, at=MONDAY + timedelta(hours=2))
    db.session.flush()

    assert (before, signing(panel.mia), signing(panel.mel)) == ([], [panel.meeting.id], [])
    assert set(mails("minutes-to-sign")) == {one.id for one in panel.people if one is not panel.mel}


# --- pages ---------------------------------------------------------------------------


def posted(panel: Panel, **values: object) -> dict[str, object]:
    return {
        "once": "a", "starts": "2030-06-03T10:00", "ends": "2030-06-03T12:30", "place": "Domplein",
        "link": "https://meet.example.org/x", "chair": panel.cast.sol.id, "secretary": panel.cast.max.id,
        "members": [panel.mia.id, panel.mo.id], "is_secret": "y", "quorum": "2", "reason": "Another day.",
        **values,
    }  # fmt: skip


def test_page_changes_a_meeting(panel: Panel, client) -> None:
    client.sign_in(panel.cast.sol)
    address = f"/panel/meetings/{panel.meeting.id}/change"

    asked = client.get(address)
    answer = client.post(address, data=posted(panel))

    assert 'value="Oudegracht"' in asked.text
    assert answer.status_code == 302
    assert (panel.meeting.place, len(panel.meeting.seats)) == ("Domplein", 4)
    page = client.get(f"/panel/meetings/{panel.meeting.id}").text
    assert ("Take part from elsewhere" in page, "Domplein" in page) == (True, True)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"ends": "2030-06-03T09:00"}, "The meeting ends after it begins."),
        ({"link": "javascript:alert(1)"}, "A link begins with"),
        ({"reason": ""}, "Fill this in."),
        ({"quorum": "40"}, "The quorum is more than all who have a vote."),
    ],
)
def test_page_says_what_is_wrong_and_keeps_what_was_typed(panel: Panel, client, values, message) -> None:
    client.sign_in(panel.cast.sol)

    answer = client.post(f"/panel/meetings/{panel.meeting.id}/change", data=posted(panel, **values))

    assert answer.status_code == 422
    assert message in answer.text
    assert "Domplein" in answer.text


def test_members_cannot_change_it_but_take_the_event(panel: Panel, client) -> None:
    client.sign_in(panel.mia)

    assert client.get(f"/panel/meetings/{panel.meeting.id}/change").status_code == 403
    given = client.get(f"/panel/meetings/{panel.meeting.id}/event.ics")
    assert given.mimetype == "text/calendar"
    assert Calendar.from_ical(given.text).walk("VEVENT")[0]["ATTENDEE"] == f"mailto:{panel.mia.email}"


def test_calling_off_asks_for_a_reason(panel: Panel, client) -> None:
    client.sign_in(panel.cast.sol)
    address = f"/panel/meetings/{panel.meeting.id}/cancel"

    without = client.post(address, data={"reason": ""})
    done = client.post(address, data={"reason": "The chair is ill."})

    assert (without.status_code, done.status_code) == (422, 302)
    assert panel.meeting.state is MeetingState.CANCELLED
