"""A meeting as an event for the calendars of those who sit in it (RFC 5545, RFC 5546)."""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from flask_babel import force_locale
from flask_babel import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from fundapp.accounts.models import User
from fundapp.core import delivery, mail
from fundapp.core.words import pick
from fundapp.decisions.models import Meeting, MeetingState

USUAL = timedelta(hours=2)
"""So long a meeting stands in a calendar when nobody said when it ends."""


class Method(StrEnum):
    """What a calendar is asked to do: take the event up or change it; take it out."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


def method_now(meeting: Meeting) -> Method:
    """Tell what a calendar is asked to do with a meeting as it stands."""
    return Method.CANCEL if meeting.state is MeetingState.CANCELLED else Method.REQUEST


def event(meeting: Meeting, reader: User, method: Method, at: datetime) -> str:
    """Give a meeting as iCalendar for one reader, in their language; no word of what is on the agenda.

    Always the same UID, and a SEQUENCE that grows: a later one replaces what a calendar holds.
    """
    with force_locale(reader.language):
        book = Calendar()
        book.add("prodid", "-//fundapp//meetings//EN")
        book.add("version", "2.0")
        book.add("method", method.value)
        book.add_component(_event(meeting, reader, method, at))
        return bytes(book.to_ical()).decode()


def _event(meeting: Meeting, reader: User, method: Method, at: datetime) -> Event:
    page = mail.link("decisions.meeting", id=meeting.id)
    made = Event()
    made.add("uid", uid(meeting))
    made.add("dtstamp", at)
    made.add("sequence", meeting.sequence)
    made.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    made.add("summary", summary(meeting, reader.language))
    made.add("dtstart", meeting.starts_at)
    made.add("dtend", meeting.ends_at or meeting.starts_at + USUAL)
    if where := " · ".join(part for part in (meeting.place, meeting.link) if part):
        made.add("location", where)
    made.add("description", _("Agenda, votes and minutes: %(page)s", page=page))
    made.add("url", page)
    made["organizer"] = _organizer(meeting, reader.language)
    made.add("attendee", _attendee(reader), encode=False)
    return made


def uid(meeting: Meeting) -> str:
    """Give the name of a meeting in all calendars: the same for ever."""
    host = mail.link("decisions.panel").split("/")[2]
    return f"{sha256(f'meeting-{meeting.id}'.encode()).hexdigest()[:32]}@{host}"


def summary(meeting: Meeting, language: str) -> str:
    """Give the line a calendar shows: which meeting of which round."""
    return str(
        _(
            "Panel, meeting %(number)d: %(round)s",
            number=meeting.number,
            round=pick(meeting.round.name, language),
        )
    )


def _organizer(meeting: Meeting, language: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{delivery.sender_address()}")
    made.params["cn"] = vText(pick(meeting.round.fund.name, language))
    return made


def _attendee(reader: User) -> vCalAddress:
    """Name the reader alone: who else sits there is on the page; an answer by mail would reach nobody."""
    made = vCalAddress(f"mailto:{reader.email}")
    made.params["cn"] = vText(reader.name)
    made.params["rsvp"] = vText("FALSE")
    made.params["partstat"] = vText("NEEDS-ACTION")
    return made
