"""Meetings of a panel: planned, ordered, held item by item, with votes and what came of them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import agenda, meeting_changes, meeting_mail, meeting_rows
from fundapp.decisions.meeting_changes import Wanted
from fundapp.decisions.models import (
    AgendaItem,
    ItemState,
    Meeting,
    MeetingState,
    Voting,
    Walk,
)
from fundapp.decisions.rules import RUNS, SITS
from fundapp.decisions.workflow import items, meetings, votings
from fundapp.rounds.models import Round


class By(StrEnum):
    """What an agenda is ordered by."""

    WALKS = "walks"
    SCORE = "score"
    THEME = "theme"
    CODE = "code"


# --- planning ----------------------------------------------------------------------


def plan(
    round: Round,
    *,
    starts_at: datetime,
    place: str,
    chair: User,
    secretary: User,
    members: Sequence[User],
    ends_at: datetime | None = None,
    link: str = "",
    is_secret: bool = True,
    quorum: int = 2,
    actor: User,
    at: datetime,
) -> Meeting:
    """Plan a meeting with everything in review on its agenda, ordered to keep walks short.

    Members get a seat in the panel of the round with it; all who sit there are invited by mail. Chair
    and secretary are managers; the secretary has no vote. Raises Refusal.
    """
    round = locked(Round, round.id)
    wanted = Wanted(
        starts_at, ends_at, place.strip(), link.strip(), chair, secretary, members, is_secret, quorum
    )
    meeting_changes.check(round, wanted)
    made = _made(round, wanted, actor, at)
    db.session.add(made)
    db.session.flush()  # items and the log refer to it
    for one in members:
        meeting_changes.enter(made, one, actor=actor, at=at)
    audit.record("plan_meeting", made, actor=actor, at=at, detail={"seats": len(made.seats)})
    refill(made, actor=actor, at=at)
    meeting_mail.invite(made, [chair, secretary, *members], at=at)
    return made


def _made(round: Round, wanted: Wanted, actor: User, at: datetime) -> Meeting:
    return Meeting(
        round=round,
        round_id=round.id,
        fund_id=round.fund_id,
        number=meeting_rows.highest_number(round.id) + 1,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        place=wanted.place,
        link=wanted.link,
        sequence=0,
        state=MeetingState.PLANNED,
        state_at=at,
        is_secret=wanted.is_secret,
        quorum=wanted.quorum,
        created_by=actor.id,
        created_at=at,
        seats=meeting_changes.seated(wanted),
    )


def refill(meeting: Meeting, *, actor: User, at: datetime) -> int:
    """Put what came into review since on the agenda, and order it anew; give how many were added."""
    there = {item.application_id for item in meeting.items}
    fresh = [one for one in meeting_rows.askable(meeting.round) if one.id not in there]
    for place, one in enumerate(fresh, start=len(there) + 1):
        db.session.add(
            AgendaItem(
                meeting_id=meeting.id,
                round_id=meeting.round_id,
                fund_id=meeting.fund_id,
                application_id=one.id,
                position=place,
                state=ItemState.WAITING,
                state_at=at,
                voting=Voting.NONE,
            )
        )
    db.session.flush()  # the order is counted over the rows
    db.session.expire(meeting, ["items"])
    if fresh:
        order(meeting, By.WALKS, actor=actor, at=at)
    return len(fresh)


def order(meeting: Meeting, by: By, *, actor: User, at: datetime) -> agenda.Order:
    """Order what is still to come on the agenda; what was spoken about keeps its place before it."""
    done = [item for item in meeting.items if item.state is not ItemState.WAITING]
    waiting = [item for item in meeting.items if item.state is ItemState.WAITING]
    found = ordered(meeting, waiting, by)
    for place, index in enumerate(found.places, start=len(done) + 1):
        waiting[index].position = place
    for place, item in enumerate(done, start=1):
        item.position = place
    audit.record("order", meeting, actor=actor, at=at, detail={"by": by.value, "walks": found.walks})
    db.session.flush()  # the items are read again in their new order
    db.session.expire(meeting, ["items"])
    return found


def ordered(meeting: Meeting, waiting: Sequence[AgendaItem], by: By) -> agenda.Order:
    """Find an order for items and count its walks; changes nothing."""
    points, outs = meeting_rows.standpoints(meeting), meeting_rows.outs(meeting)
    sets = [outs[item.id] for item in waiting]

    def key(place: int) -> tuple[object, ...]:
        point = points[waiting[place].id]
        score = (point.mean_ppm is None, -(point.mean_ppm or 0), point.code)
        return (point.theme, *score) if by is By.THEME else (point.code,) if by is By.CODE else score

    if by is By.WALKS:
        return agenda.shortest(sets, key)
    places = sorted(range(len(waiting)), key=key)
    return agenda.Order(places, agenda.walks([sets[place] for place in places]), is_exact=False)


# --- the day -----------------------------------------------------------------------


def open_meeting(meeting: Meeting, *, actor: User, at: datetime) -> None:
    """Open a meeting; whoever opens it is there."""
    meeting = locked(Meeting, meeting.id)
    meeting.opened_at = meeting.opened_at or at
    meetings.make("open", meeting, actor=actor, at=at)
    attend(meeting, actor, is_there=True, actor=actor, at=at)


def attend(meeting: Meeting, person: User, *, is_there: bool, actor: User, at: datetime) -> None:
    """Keep that somebody came in, or left for good; each says so, or the chair and secretary for them."""
    seat = next((one for one in meeting.seats if one.user_id == person.id), None)
    if seat is None or not (RUNS(actor, meeting) or (actor.id == person.id and SITS(actor, meeting))):
        raise MoveRefused(_("This step is not yours to take."))
    if meeting.state is not MeetingState.RUNNING:
        raise Refusal(_("The meeting is not open."))
    if bool(seat.present_at) is not is_there:
        seat.present_at = at if is_there else None
        audit.record("come" if is_there else "leave", meeting, actor=actor, at=at, detail={"user": person.id})


def call(item: AgendaItem, *, actor: User, at: datetime) -> None:
    """Speak about an item now: the one before it is finished, and who has a tie is written down as out."""
    meeting = locked(Meeting, item.meeting_id)
    if meeting.state is not MeetingState.RUNNING:
        raise Refusal(_("The meeting is not open."))
    live = meeting_rows.live_item(meeting)
    if live is not None and live.id != item.id:
        finish(live, actor=actor, at=at)
        db.session.flush()  # only one item may be live
    item = locked(AgendaItem, item.id)
    items.make("call", item, actor=actor, at=at)
    item.opened_at = at
    _write_walks(meeting, item, at)


def _write_walks(meeting: Meeting, item: AgendaItem, at: datetime) -> None:
    there = {seat.user_id for seat in meeting.seats if seat.present_at}
    known = {user_id for user_id, _name in meeting_rows.walked(meeting).get(item.id, [])}
    for user_id in sorted((meeting_rows.outs(meeting)[item.id] & there) - known):
        db.session.add(Walk(item_id=item.id, meeting_id=meeting.id, user_id=user_id, left_at=at))


def finish(item: AgendaItem, *, actor: User, at: datetime) -> None:
    """Finish an item; an open voting is closed with it, and the time spoken is added."""
    item = locked(AgendaItem, item.id)
    if item.voting is Voting.OPEN:
        _close_votes(item, actor, at)
    if item.opened_at is not None:
        item.seconds += max(0, int((at - item.opened_at).total_seconds()))
    items.make("finish", item, actor=actor, at=at, detail={"seconds": item.seconds})
    item.opened_at = None


def _close_votes(item: AgendaItem, actor: User, at: datetime) -> None:
    """Close the voting with the item, also where the chair is out for it: the clock does it then."""
    if votings.allows("close_votes", actor, item):
        votings.make("close_votes", item, actor=actor, at=at)
    else:
        votings.make("shut_votes", item, actor=None, at=at)


def beside(meeting: Meeting, *, forward: bool) -> AgendaItem | None:
    """Find the item after the present one that was not spoken about, or (not forward) the one before it."""
    rows = list(meeting.items)
    live = next((place for place, item in enumerate(rows) if item.state is ItemState.LIVE), None)
    if not forward:
        return rows[live - 1] if live else None
    rest = rows[live + 1 :] if live is not None else rows
    return next((item for item in [*rest, *rows] if item.state is ItemState.WAITING), None)


def close_meeting(meeting: Meeting, *, actor: User, at: datetime) -> None:
    """Close a meeting; the minutes then wait for their signatures, and who was there hears so."""
    meeting = locked(Meeting, meeting.id)
    live = meeting_rows.live_item(meeting)
    if live is not None:
        finish(live, actor=actor, at=at)
    meetings.make("close", meeting, actor=actor, at=at)
    meeting.closed_at = at
    meeting_mail.to_sign(meeting, [seat.user for seat in meeting.seats if seat.present_at], at=at)


def reopen(meeting: Meeting, *, note: str, actor: User, at: datetime) -> None:
    """Open a closed meeting again, with the reason; changed minutes are signed anew."""
    meeting = locked(Meeting, meeting.id)
    meetings.make("reopen", meeting, actor=actor, at=at, note=note)
    meeting.closed_at = None


def cancel(meeting: Meeting, *, note: str = "", actor: User, at: datetime) -> None:
    """Call a planned meeting off, and tell all who sit in it."""
    meeting = locked(Meeting, meeting.id)
    meetings.make("cancel", meeting, actor=actor, at=at, note=note)
    meeting.sequence += 1
    meeting_mail.called_off(meeting, [seat.user for seat in meeting.seats], note.strip(), at=at)
