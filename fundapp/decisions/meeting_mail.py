"""Mail about meetings, each to one reader with the event for their calendar; never what is on the agenda."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fundapp.accounts.models import User
from fundapp.core import mail
from fundapp.decisions.meeting_events import Method, event
from fundapp.decisions.models import Meeting


def invite(meeting: Meeting, people: Iterable[User], *, at: datetime) -> None:
    """Invite people to a meeting they have a seat in."""
    for user in people:
        _queue("meeting-invited", meeting, user, Method.REQUEST, at)


def changed(meeting: Meeting, people: Iterable[User], reason: str, *, at: datetime) -> None:
    """Tell people that time, place or link of a meeting changed, and why."""
    for user in people:
        _queue("meeting-changed", meeting, user, Method.REQUEST, at, reason=reason)


def released(meeting: Meeting, people: Iterable[User], reason: str, *, at: datetime) -> None:
    """Tell people that they do not sit in a meeting any more; it goes out of their calendar."""
    for user in people:
        _queue("meeting-left", meeting, user, Method.CANCEL, at, reason=reason)


def called_off(meeting: Meeting, people: Iterable[User], reason: str, *, at: datetime) -> None:
    """Tell people that a meeting does not take place; it goes out of their calendar."""
    for user in people:
        _queue("meeting-cancelled", meeting, user, Method.CANCEL, at, reason=reason)


def to_sign(meeting: Meeting, people: Iterable[User], *, at: datetime) -> None:
    """Tell those who were there that the minutes wait for their signature."""
    for user in people:
        key = f"minutes-to-sign:{meeting.id}:{user.id}:{at:%Y%m%d%H%M%S}"
        mail.queue("minutes-to-sign", key=key, to=user, at=at, **_values(meeting))


def _queue(name: str, meeting: Meeting, to: User, method: Method, at: datetime, **values: Any) -> None:
    mail.queue(
        name,
        key=f"{name}:{meeting.id}:{meeting.sequence}:{to.id}",
        to=to,
        at=at,
        calendar=event(meeting, to, method, at),
        **_values(meeting),
        **values,
    )


def _values(meeting: Meeting) -> dict[str, Any]:
    round = meeting.round
    return {"meeting": meeting, "round": round, "fund": round.fund, "fund_id": round.fund_id}
