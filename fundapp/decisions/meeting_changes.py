"""Changing a planned meeting: when, where and with whom; whoever it concerns hears of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts import service as accounts
from fundapp.accounts.models import Role, RoleName, User
from fundapp.accounts.rules import manager
from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import meeting_mail
from fundapp.decisions.models import Meeting, MeetingState, Seat, SeatKind
from fundapp.rounds.models import Round

TOLD = ("starts_at", "ends_at", "place", "link")
"""What everybody who sits there is told of, and their calendars take over."""


@dataclass(frozen=True)
class Wanted:
    """How a meeting is to be. Chair and secretary are managers; the secretary has no vote."""

    starts_at: datetime
    ends_at: datetime | None
    place: str
    link: str
    chair: User
    secretary: User
    members: Sequence[User]
    is_secret: bool
    quorum: int


def check(round: Round, wanted: Wanted) -> None:
    """Refuse a meeting that cannot be: who sits where, the quorum, when it ends. Raises Refusal."""
    if not all(one.holds(RoleName.MANAGER, round.fund_id) for one in (wanted.chair, wanted.secretary)):
        raise Refusal(_("The chair and the secretary are managers of the fund."))
    people = [wanted.chair.id, wanted.secretary.id, *(one.id for one in wanted.members)]
    if len(set(people)) < len(people):
        raise Refusal(_("Nobody sits in two places."))
    if wanted.quorum > len(wanted.members) + 1:
        raise Refusal(_("The quorum is more than all who have a vote."))
    if wanted.ends_at is not None and wanted.ends_at <= wanted.starts_at:
        raise Refusal(_("The meeting ends after it begins."))


def change(meeting: Meeting, wanted: Wanted, *, reason: str, actor: User, at: datetime) -> list[str]:
    """Change a planned meeting, with the reason; give the names of what differs, nothing for nothing.

    Who is new gets an invitation and who sat there a word; who stays hears of another time or place.
    Raises Refusal and MoveRefused.
    """
    held = locked(Meeting, meeting.id)
    if not manager(actor, held):
        raise MoveRefused(_("This step is not yours to take."))
    if held.state is not MeetingState.PLANNED:
        raise MoveRefused(_("The meeting has begun or is over: it stays as it was planned."))
    check(held.round, wanted)
    values: dict[str, Any] = {
        "starts_at": wanted.starts_at, "ends_at": wanted.ends_at, "place": wanted.place.strip(),
        "link": wanted.link.strip(), "is_secret": wanted.is_secret, "quorum": wanted.quorum,
    }  # fmt: skip
    names = [name for name, value in values.items() if getattr(held, name) != value]
    seats = _seats(wanted)
    is_reseated = {(one.user_id, one.kind) for one in held.seats} != {(id, kind) for id, kind, _v in seats}
    if not names and not is_reseated:
        return []
    if not reason.strip():
        raise Refusal(_("Give a reason for this step."))
    for name in names:
        setattr(held, name, values[name])
    held.sequence += 1
    gone, fresh, stay = _reseat(held, seats, actor, at) if is_reseated else ([], [], _people(held))
    changed = [*names, *(["seats"] if is_reseated else [])]
    audit.record("change_meeting", held, actor=actor, at=at, note=reason, detail={"changed": changed})
    meeting_mail.released(held, gone, reason.strip(), at=at)
    meeting_mail.invite(held, fresh, at=at)
    if set(names) & set(TOLD):
        meeting_mail.changed(held, stay, reason.strip(), at=at)
    return changed


def _seats(wanted: Wanted) -> list[tuple[int, SeatKind, bool]]:
    """Give who sits where, as (person, kind, whether they vote)."""
    return [
        (wanted.chair.id, SeatKind.CHAIR, True),
        (wanted.secretary.id, SeatKind.SECRETARY, False),
        *((one.id, SeatKind.MEMBER, True) for one in wanted.members),
    ]


def seated(wanted: Wanted) -> list[Seat]:
    """Give the seats of a meeting that is made."""
    return [Seat(user_id=id, kind=kind, has_vote=votes) for id, kind, votes in _seats(wanted)]


def _people(meeting: Meeting) -> list[User]:
    return [seat.user for seat in meeting.seats]


def _reseat(
    meeting: Meeting, seats: list[tuple[int, SeatKind, bool]], actor: User, at: datetime
) -> tuple[list[User], list[User], list[User]]:
    """Seat people anew and give (who left, who is new, who stays). Nobody has voted yet: it is planned."""
    before = {seat.user_id: seat.user for seat in meeting.seats}
    for seat in meeting.seats:
        db.session.delete(seat)
    db.session.flush()  # one chair, and one seat for each
    db.session.add_all(
        Seat(meeting_id=meeting.id, user_id=id, kind=kind, has_vote=votes) for id, kind, votes in seats
    )
    db.session.flush()
    db.session.expire(meeting, ["seats"])
    now = {seat.user_id: seat.user for seat in meeting.seats}
    gone = [user for id, user in before.items() if id not in now]
    for seat in meeting.seats:
        if seat.kind is SeatKind.MEMBER:
            enter(meeting, seat.user, actor=actor, at=at)
    for user in gone:
        _leave(meeting, user, actor, at)
    return (
        gone,
        [u for id, u in now.items() if id not in before],
        [u for id, u in now.items() if id in before],
    )


def enter(meeting: Meeting, user: User, *, actor: User, at: datetime) -> None:
    """Give a member their place in the panel of the round."""
    accounts.grant_role(user, meeting.fund_id, RoleName.PANEL, actor=actor, at=at, round_id=meeting.round_id)


def _leave(meeting: Meeting, user: User, actor: User, at: datetime) -> None:
    """End somebody's place in the panel of a round, unless they sit in another meeting of it."""
    elsewhere = (
        select(Seat.id)
        .join(Meeting, Meeting.id == Seat.meeting_id)
        .where(
            Seat.user_id == user.id,
            Meeting.round_id == meeting.round_id,
            Meeting.state != MeetingState.CANCELLED,
        )
        .limit(1)
    )
    if db.session.scalar(elsewhere) is not None:
        return
    held = select(Role).where(
        Role.user_id == user.id,
        Role.round_id == meeting.round_id,
        Role.name == RoleName.PANEL,
        Role.ended_at.is_(None),
    )
    for role in db.session.scalars(held):
        accounts.end_role(role, actor=actor, at=at)
