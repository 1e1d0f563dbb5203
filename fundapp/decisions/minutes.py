"""Minutes of a meeting: who was there, who left when, votes and decisions; signed by those who were there."""

from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core import approvals, audit, clock
from fundapp.core.approvals import Approval
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import meeting_rows
from fundapp.decisions.models import (
    AgendaItem,
    Choice,
    ItemState,
    Meeting,
    MeetingState,
    Vote,
    Voting,
)
from fundapp.decisions.rules import RUNS
from fundapp.rounds.reading import digest_of


class Said(TypedDict):
    """One item in the minutes; of one the reader was out for only its number, and that they were."""

    number: int
    is_out: bool
    code: str
    title: str
    applicant: str
    asked_cents: int | None
    minutes: int
    out: list[str]
    votes: dict[str, int]
    ballots: list[tuple[str, str, int | None]]
    outcome: str | None
    amount_cents: int | None
    reasons: list[str]
    to_applicant: str
    internal: str


class Minutes(TypedDict):
    """What the minutes of a meeting say to one reader. Days and times on the fund's wall clock."""

    round: dict[str, str]
    number: int
    starts_at: str
    opened_at: str
    closed_at: str | None
    place: str
    quorum: int
    is_secret: bool
    present: list[tuple[str, str]]
    absent: list[tuple[str, str]]
    items: list[Said]
    remarks: str


class Signature(NamedTuple):
    """Whether somebody who was there has signed the minutes as they stand now."""

    user_id: int
    name: str
    at: datetime | None


class Book(NamedTuple):
    """The minutes with every item, and who is out for which: what each may read follows from both."""

    whole: Minutes
    outs: dict[int, set[int]]
    """Numbers of items by the person who is out for them."""

    def read_by(self, user_id: int) -> Minutes:
        """Give the minutes as one person may read them: of an item they were out for only the number."""
        return blanked(self.whole, self.outs.get(user_id, set()))


def book(user: User, meeting: Meeting) -> Book:
    """Write the minutes; four queries, however long the agenda."""
    rows = _items(meeting)
    walks, ballots = meeting_rows.walked(meeting), _ballots(meeting)
    outs: dict[int, set[int]] = {}
    for item_id, people in meeting_rows.outs(meeting, user.id).items():
        for user_id in people:
            outs.setdefault(user_id, set()).update(
                number for number, row in enumerate(rows, start=1) if row[0].id == item_id
            )
    items = [
        _said(number, *row, [name for _id, name in walks.get(row[0].id, [])], ballots.get(row[0].id, []))
        for number, row in enumerate(rows, start=1)
        if row[0].state is not ItemState.WAITING
    ]
    return Book(_frame(meeting, items), outs)


def minutes(user: User, meeting: Meeting) -> Minutes:
    """Write the minutes as one person may read them."""
    return book(user, meeting).read_by(user.id)


def _frame(meeting: Meeting, items: list[Said]) -> Minutes:
    zone = meeting.round.fund.zone
    return {
        "round": dict(meeting.round.name),
        "number": meeting.number,
        "starts_at": _wall(meeting.starts_at, zone) or "",
        "opened_at": _wall(meeting.opened_at, zone) or "",
        "closed_at": _wall(meeting.closed_at, zone),
        "place": meeting.place,
        "quorum": meeting.quorum,
        "is_secret": meeting.is_secret,
        "present": [(seat.user.name, seat.kind.value) for seat in meeting.seats if seat.present_at],
        "absent": [(seat.user.name, seat.kind.value) for seat in meeting.seats if not seat.present_at],
        "items": items,
        "remarks": meeting.remarks,
    }


def _items(meeting: Meeting) -> list[tuple[AgendaItem, Application]]:
    rows = db.session.execute(
        select(AgendaItem, Application)
        .join(Application, Application.id == AgendaItem.application_id)
        .where(AgendaItem.meeting_id == meeting.id)
        .order_by(AgendaItem.position, AgendaItem.id)
    )
    return [(row[0], row[1]) for row in rows]


def _wall(at: datetime | None, zone: str) -> str | None:
    return clock.local(at, zone).replace(tzinfo=None).isoformat(timespec="minutes") if at else None


def _ballots(meeting: Meeting) -> dict[int, list[Any]]:
    rows = db.session.execute(
        select(Vote.item_id, User.name, Vote.choice, Vote.amount_cents)
        .join(User, User.id == Vote.user_id)
        .where(Vote.meeting_id == meeting.id)
        .order_by(User.name, User.id)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(row)
    return found


def _said(
    number: int, item: AgendaItem, application: Application, out: list[str], ballots: list[Any]
) -> Said:
    counted = ballots if item.voting is Voting.CLOSED else []
    return {
        "number": number,
        "is_out": False,
        "code": application.code or "",
        "title": application.title,
        "applicant": application.applicant_name,
        "asked_cents": application.requested_cents,
        "minutes": round(item.seconds / 60),
        "out": out,
        "votes": {choice.value: sum(one.choice is choice for one in counted) for choice in Choice if counted},
        "ballots": [(one.name, one.choice.value, one.amount_cents) for one in counted],
        "outcome": item.outcome.value if item.outcome else None,
        "amount_cents": item.amount_cents,
        "reasons": list(item.reasons),
        "to_applicant": item.to_applicant,
        "internal": item.internal,
    }


# --- signing -----------------------------------------------------------------------


def digest(told: Minutes) -> str:
    """Name exactly what minutes say to one reader."""
    return digest_of(dict(told))


def remark(meeting: Meeting, remarks: str, *, actor: User, at: datetime) -> None:
    """Change what the minutes say beside the items; who signed before signs again."""
    meeting = locked(Meeting, meeting.id)
    if not RUNS(actor, meeting):
        raise MoveRefused(_("This step is not yours to take."))
    if meeting.remarks != remarks.strip():
        meeting.remarks = remarks.strip()
        audit.record("remark", meeting, actor=actor, at=at)


def sign(meeting: Meeting, *, shown: str, actor: User, at: datetime) -> None:
    """Sign the minutes of a closed meeting as one read them.

    shown: the digest of what was on the page. Raises ChangedMeanwhile, MoveRefused for who was not there.
    """
    meeting = locked(Meeting, meeting.id)
    if not any(seat.user_id == actor.id and seat.present_at for seat in meeting.seats):
        raise MoveRefused(_("Whoever was there signs."))
    if meeting.state is not MeetingState.CLOSED:
        raise Refusal(_("The minutes are signed once the meeting is closed."))
    now = digest(minutes(actor, meeting))
    if shown != now:
        raise ChangedMeanwhile(_("The minutes were changed while you were reading them. Read them again."))
    if now in _given(meeting).get(actor.id, {}):
        raise MoveRefused(_("You have signed these minutes already."))
    approvals.give(meeting, now, user_id=actor.id, at=at)
    audit.record("sign", meeting, actor=actor, at=at)


def _given(meeting: Meeting) -> dict[int, dict[str, datetime]]:
    """Give all signatures ever: instants by digest, by person."""
    found: dict[int, dict[str, datetime]] = {}
    rows = db.session.execute(
        select(Approval.user_id, Approval.digest, Approval.at).where(
            Approval.subject_type == Meeting.__tablename__, Approval.subject_id == meeting.id
        )
    )
    for user_id, said, at in rows:
        found.setdefault(user_id, {})[said] = at
    return found


def signatures(meeting: Meeting, written: Book) -> list[Signature]:
    """Tell who of those who were there signed the minutes as they stand now.

    Each signs what they may read, so a person's digest is that of the minutes without the items they
    are out for.
    """
    given = _given(meeting)
    there = [seat for seat in meeting.seats if seat.present_at]
    return [
        Signature(
            seat.user_id,
            seat.user.name,
            given.get(seat.user_id, {}).get(digest(written.read_by(seat.user_id))),
        )
        for seat in there
    ]


def blanked(whole: Minutes, numbers: set[int]) -> Minutes:
    """Give minutes without what was said under some numbers."""
    items = [_blank(one["number"]) if one["number"] in numbers else one for one in whole["items"]]
    return {**whole, "items": items}


def _blank(number: int) -> Said:
    return {
        "number": number, "is_out": True, "code": "", "title": "", "applicant": "",
        "asked_cents": None, "minutes": 0, "out": [], "votes": {}, "ballots": [], "outcome": None,
        "amount_cents": None, "reasons": [], "to_applicant": "", "internal": "",
    }  # fmt: skip
