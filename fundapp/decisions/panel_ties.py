"""What a panel says before it meets: for each proposal on the agenda, whether one has a tie with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select

from fundapp.accounts.models import User
from fundapp.applications import service as applications
from fundapp.applications.models import Application, Conflict, ConflictKind, ConflictState
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.decisions.meeting_rows import ASKED, seen_meeting
from fundapp.decisions.models import AgendaItem, ItemState, Meeting, MeetingState, Seat

SAID = (ConflictState.CLEAR, ConflictState.UNSURE, ConflictState.BARRED)
"""What counts as an answer; that a check found something does not."""


def unsaid(user_id: Any) -> ColumnElement[bool]:
    """Give the condition that somebody still has to say whether they have a tie with what an item is about.

    Asked of AgendaItem joined with its Application.
    """
    said = (
        exists()
        .where(
            Conflict.application_id == AgendaItem.application_id,
            Conflict.user_id == user_id,
            Conflict.state.in_(SAID),
        )
        .correlate(AgendaItem, Seat)
    )
    return and_(AgendaItem.state == ItemState.WAITING, Application.state.in_(ASKED), ~said)


def planned_for(user: User, id: int) -> Meeting | None:
    """Load a meeting that is still to come and in which the person sits."""
    found = seen_meeting(user, id)
    sits = found is not None and any(seat.user_id == user.id for seat in found.seats)
    return found if found is not None and sits and found.state is MeetingState.PLANNED else None


def waiting(user: User, meeting: Meeting) -> Sequence[Application]:
    """List the applications on the agenda about which the person has not said yet whether there is a tie."""
    return db.session.scalars(
        select(Application)
        .join(AgendaItem, AgendaItem.application_id == Application.id)
        .where(AgendaItem.meeting_id == meeting.id, unsaid(user.id), seen(user))
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()


def declare(meeting: Meeting, said: Mapping[int, str], *, actor: User, at: datetime) -> int:
    """Keep what a person says of their ties; give how many answers that are new.

    said: by application `clear`, `unsure`, or the kind of tie; what is empty stays open. Who is unsure or
    tied sees nothing of the proposal from then on, and is out when it is spoken about.
    """
    count = 0
    for application in waiting(actor, meeting):
        if not (word := said.get(application.id, "")):
            continue
        is_plain = word in (ConflictState.CLEAR, ConflictState.UNSURE)
        state = ConflictState(word) if is_plain else ConflictState.BARRED
        kind = None if is_plain else ConflictKind(word)
        applications.declare_conflict(application, actor, state, kind=kind, actor=actor, at=at)
        count += 1
    return count
