"""What the page of a meeting shows to one person: the agenda, the present item, votes, who is out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.db import db
from fundapp.decisions import meeting_rows
from fundapp.decisions.meeting_rows import Row, Tally
from fundapp.decisions.models import AgendaItem, Choice, ItemState, Meeting, MeetingState, Seat, Voting
from fundapp.decisions.rules import RUNS
from fundapp.reviews import queries as reviews
from fundapp.reviews.models import Standing
from fundapp.reviews.ranking import Scale
from fundapp.reviews.sheet import scales
from fundapp.rounds.models import Rubric, Stage


@dataclass(frozen=True)
class Live:
    """The item that is spoken about now, for somebody who is not out for it."""

    item: AgendaItem
    standing: Standing | None
    scale: Scale
    told: Sequence[Any]
    tally: Tally
    own: tuple[Choice, int | None] | None

    def total(self, ppm: int | None) -> str:
        """Write a total on the scale of the rubric."""
        return self.scale.total(ppm)

    def spread(self, ppm: int | None) -> str:
        """Write how far totals lie apart."""
        return self.scale.spread(ppm)


@dataclass(frozen=True)
class Cockpit:
    """A meeting as one person sees it. row: the present item's line; live: what is told of it."""

    meeting: Meeting
    rows: list[Row]
    row: Row | None
    live: Live | None
    out: list[str]
    seat: Seat | None
    entitled: int
    may_run: bool

    @property
    def is_out(self) -> bool:
        """Whether this person has to leave the room now."""
        return self.row is not None and self.row.is_out and self.seat is not None

    @property
    def may_vote(self) -> bool:
        """Whether this person can vote now."""
        has_vote = self.seat is not None and self.seat.has_vote and self.seat.present_at is not None
        return has_vote and self.live is not None and self.live.item.voting is Voting.OPEN

    @property
    def is_running(self) -> bool:
        """Whether the meeting is under way."""
        return self.meeting.state is MeetingState.RUNNING

    @property
    def done(self) -> int:
        """How many items were spoken about."""
        return sum(row.state is ItemState.DONE for row in self.rows)

    @property
    def captured(self) -> list[Row]:
        """Items with a decision that is not proposed yet."""
        return [row for row in self.rows if row.outcome is not None and row.decision_id is None]

    @property
    def present(self) -> int:
        """How many are there."""
        return sum(seat.present_at is not None for seat in self.meeting.seats)

    def seconds(self, at: datetime) -> int:
        """Count how long the present item has been spoken about."""
        if self.live is None or self.live.item.opened_at is None:
            return 0
        return self.live.item.seconds + max(0, int((at - self.live.item.opened_at).total_seconds()))

    def mark(self) -> str:
        """Name all that polling has to show: when it is the same, nothing has to be sent again."""
        live = self.live
        seen: list[Any] = [self.meeting.row_version, self.meeting.state.value, self.present, self.out]
        seen += [(row.id, row.state.value, row.is_out) for row in self.rows]
        if live is not None:
            seen += [live.item.row_version, live.tally, live.own]
        return sha256(repr(seen).encode()).hexdigest()[:32]


def cockpit(user: User, meeting: Meeting) -> Cockpit:
    """Put a meeting together; of an item the person is out for nothing is asked but its number."""
    rows = meeting_rows.agenda(user, meeting)
    row = next((one for one in rows if one.state is ItemState.LIVE), None)
    walks = meeting_rows.walked(meeting).get(row.id, []) if row is not None else []
    out = {user_id for user_id, _name in walks}
    entitled = [
        seat for seat in meeting.seats if seat.has_vote and seat.present_at and seat.user_id not in out
    ]
    seat = next((seat for seat in meeting.seats if seat.user_id == user.id), None)
    live = _live(user, meeting, row.id) if row is not None and not row.is_out else None
    return Cockpit(
        meeting=meeting,
        rows=rows,
        row=row,
        live=live,
        out=[name for _id, name in walks] if live is not None else [],
        seat=seat,
        entitled=len(entitled),
        may_run=RUNS(user, meeting),
    )


def _live(user: User, meeting: Meeting, id: int) -> Live:
    item, standing = _item(id)
    ballots = meeting_rows.votes(item)
    own = next(((one.choice, one.amount_cents) for one in ballots if one.user_id == user.id), None)
    told = [one for one in reviews.reviews_for(user, item.application) if one.submitted_at]
    return Live(
        item=item,
        standing=standing,
        scale=Scale.of(scales(item.application.stage.rubric.criteria)),
        told=told,
        tally=meeting_rows.counted(ballots, is_hidden=meeting.is_secret and item.voting is Voting.OPEN),
        own=own,
    )


def _item(id: int) -> tuple[AgendaItem, Standing | None]:
    """Load an item with its standing; the agenda told before that this person may see it."""
    same = and_(Standing.application_id == Application.id, Standing.stage_id == Application.stage_id)
    row = (
        db.session.execute(
            select(AgendaItem, Standing)
            .join(Application, Application.id == AgendaItem.application_id)
            .outerjoin(Standing, same)
            .where(AgendaItem.id == id)
            .options(
                joinedload(AgendaItem.application).options(
                    joinedload(Application.fund),
                    joinedload(Application.round),
                    joinedload(Application.stage).joinedload(Stage.rubric).joinedload(Rubric.criteria),
                )
            )
        )
        .unique()
        .one()
    )
    return row[0], row[1]
