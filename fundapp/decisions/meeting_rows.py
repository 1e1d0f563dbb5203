"""Meetings as those who sit in them see them: an item they are out for is a number, nothing else."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import APPLICANTS, Access, Application, ApplicationState, Conflict
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.decisions.models import (
    AgendaItem,
    Choice,
    ItemState,
    Meeting,
    MeetingState,
    Outcome,
    Seat,
    Vote,
    Walk,
)
from fundapp.reviews.models import Standing
from fundapp.rounds.models import Round, Stage

ASKED = (ApplicationState.IN_REVIEW, ApplicationState.RESERVE)
"""What a panel can still decide about."""
AHEAD = (MeetingState.RUNNING, MeetingState.PLANNED)


def seen_meeting(user: User, id: int) -> Meeting | None:
    """Load a meeting for who sits in it, and for the managers and auditors of its fund."""
    mine = select(Seat.meeting_id).where(Seat.user_id == user.id)
    office = Meeting.fund_id.in_(user.funds(RoleName.MANAGER, RoleName.AUDITOR))
    seat = and_(Meeting.id.in_(mine), Meeting.round_id.in_(user.panels()))
    return db.session.scalar(
        select(Meeting)
        .where(Meeting.id == id, or_(office, seat))
        .options(
            joinedload(Meeting.round).joinedload(Round.fund),
            selectinload(Meeting.seats).joinedload(Seat.user).lazyload(User.roles),
        )
    )


def meetings_of(user: User) -> Sequence[Any]:
    """List the meetings a person sits in, the next first, as plain rows."""
    return db.session.execute(
        select(
            Meeting.id, Meeting.number, Meeting.state, Meeting.starts_at, Meeting.place,
            Round.name.label("round"), Seat.kind, Round.fund_id,
        )
        .join(Seat, Seat.meeting_id == Meeting.id)
        .join(Round, Round.id == Meeting.round_id)
        .where(
            Seat.user_id == user.id,
            or_(
                Meeting.round_id.in_(user.panels()),
                Meeting.fund_id.in_(user.funds(RoleName.MANAGER, RoleName.AUDITOR)),
            ),
        )
        .order_by(Meeting.state.not_in(AHEAD), Meeting.starts_at, Meeting.id)
    ).all()  # fmt: skip


def meetings_in(round: Round) -> Sequence[Any]:
    """List the meetings of a round with how many sit in them and how much is on the agenda."""
    seats = select(func.count(Seat.id)).where(Seat.meeting_id == Meeting.id).scalar_subquery()
    items = select(func.count(AgendaItem.id)).where(AgendaItem.meeting_id == Meeting.id).scalar_subquery()
    return db.session.execute(
        select(
            Meeting.id, Meeting.number, Meeting.state, Meeting.starts_at, Meeting.place,
            seats.label("seats"), items.label("items"),
        )
        .where(Meeting.round_id == round.id)
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()  # fmt: skip


def highest_number(round_id: int) -> int:
    """Give the number of a round's last meeting; 0 for none."""
    found = db.session.scalar(select(func.max(Meeting.number)).where(Meeting.round_id == round_id))
    return found or 0


def seatable(fund_id: int) -> tuple[list[Any], list[Any]]:
    """List who can sit in a meeting: (managers, everybody with a role at the fund), by name."""
    rows = db.session.execute(
        select(User.id, User.name, Role.name.label("role"))
        .join(Role, Role.user_id == User.id)
        .where(Role.fund_id == fund_id, Role.ended_at.is_(None))
        .order_by(func.lower(User.name), User.id)
    ).all()
    can = (RoleName.MANAGER, RoleName.REVIEWER, RoleName.PANEL)
    managers = [row for row in rows if row.role is RoleName.MANAGER]
    others = {row.id: row for row in rows if row.role in can}
    return managers, list(others.values())


def askable(round: Round) -> list[Application]:
    """Load what the panel of a round can decide about, whoever sees it."""
    return list(
        db.session.scalars(
            select(Application)
            .where(Application.round_id == round.id, Application.state.in_(ASKED))
            .order_by(Application.code)
        )
    )


class Standpoint(NamedTuple):
    """What an agenda is ordered by, of one item."""

    mean_ppm: int | None
    theme: str
    code: str


def standpoints(meeting: Meeting) -> dict[int, Standpoint]:
    """Give what the items of a meeting can be ordered by, by item id."""
    same = and_(Standing.application_id == Application.id, Standing.stage_id == Application.stage_id)
    rows = db.session.execute(
        select(AgendaItem.id, Standing.mean_ppm, Application.theme, Application.code)
        .join(Application, Application.id == AgendaItem.application_id)
        .outerjoin(Standing, same)
        .where(AgendaItem.meeting_id == meeting.id)
    )
    return {id: Standpoint(mean, theme or "", code or "") for id, mean, theme, code in rows}


def outs(meeting: Meeting, *more: int) -> dict[int, frozenset[int]]:
    """Give who is out for each item, by item id: tied, or applying; one query.

    Asked of those who sit in the meeting, and of more people by id.
    """
    people = [*(seat.user_id for seat in meeting.seats), *more]
    tied = (
        select(AgendaItem.id, Conflict.user_id)
        .join(Conflict, Conflict.application_id == AgendaItem.application_id)
        .where(AgendaItem.meeting_id == meeting.id, Conflict.bars, Conflict.user_id.in_(people))
    )
    applying = (
        select(AgendaItem.id, Access.user_id)
        .join(Access, Access.application_id == AgendaItem.application_id)
        .where(
            AgendaItem.meeting_id == meeting.id,
            Access.ended_at.is_(None),
            Access.capacity.in_(APPLICANTS),
            Access.user_id.in_(people),
        )
    )
    found: dict[int, set[int]] = {}
    for id, user_id in db.session.execute(tied.union(applying)):
        found.setdefault(id, set()).add(user_id)
    return defaultdict(frozenset, {id: frozenset(out) for id, out in found.items()})


class Row(NamedTuple):
    """One line of an agenda as one person sees it; of an item they are out for only the number."""

    id: int
    number: int
    state: ItemState
    is_out: bool
    application_id: int | None = None
    code: str | None = None
    title: str | None = None
    applicant: str | None = None
    asked_cents: int | None = None
    theme: str | None = None
    outcome: Outcome | None = None
    amount_cents: int | None = None
    seconds: int = 0
    decision_id: int | None = None


def agenda(user: User, meeting: Meeting) -> list[Row]:
    """List the items of a meeting in order; one query, in which the permission lives."""
    shown = and_(Application.id == AgendaItem.application_id, seen(user))
    rows: Any = db.session.execute(
        select(
            AgendaItem.id, AgendaItem.state, AgendaItem.outcome, AgendaItem.amount_cents, AgendaItem.seconds,
            AgendaItem.decision_id, Application.id.label("application_id"), Application.code,
            Application.title, Application.applicant_name, Application.requested_cents, Application.theme,
        )
        .outerjoin(Application, shown)
        .where(AgendaItem.meeting_id == meeting.id)
        .order_by(AgendaItem.position, AgendaItem.id)
    )  # fmt: skip
    return [_row(number, row) for number, row in enumerate(rows, start=1)]


def _row(number: int, row: Any) -> Row:
    if row.application_id is None:
        return Row(row.id, number, row.state, is_out=True)
    return Row(
        row.id, number, row.state, False, row.application_id, row.code, row.title, row.applicant_name,
        row.requested_cents, row.theme, row.outcome, row.amount_cents, row.seconds, row.decision_id,
    )  # fmt: skip


def live_item(meeting: Meeting) -> AgendaItem | None:
    """Find the item that is spoken about now, whoever may see it."""
    return db.session.scalar(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.state == ItemState.LIVE)
    )


def seen_item(user: User, id: int) -> AgendaItem | None:
    """Load an item with its application, for who sits in the meeting and is not out for it."""
    item = db.session.scalar(
        select(AgendaItem)
        .join(Application, Application.id == AgendaItem.application_id)
        .where(AgendaItem.id == id, seen(user))
        .options(
            joinedload(AgendaItem.application).options(
                joinedload(Application.fund),
                joinedload(Application.round),
                joinedload(Application.stage).joinedload(Stage.rubric),
                selectinload(Application.conflicts),
                selectinload(Application.access),
            ),
            joinedload(AgendaItem.meeting).selectinload(Meeting.seats),
        )
    )
    return item if item is not None and seen_meeting(user, item.meeting_id) is not None else None


def run_item(user: User, id: int) -> AgendaItem | None:
    """Load an item to be called up or finished: also one the person is out for, of which they see no word."""
    item = db.session.scalar(
        select(AgendaItem)
        .where(AgendaItem.id == id)
        .options(joinedload(AgendaItem.meeting).selectinload(Meeting.seats))
    )
    return item if item is not None and seen_meeting(user, item.meeting_id) is not None else None


def vote_of(item: AgendaItem, user_id: int) -> Vote | None:
    """Find how a person voted on an item."""
    return db.session.scalar(select(Vote).where(Vote.item_id == item.id, Vote.user_id == user_id))


class Tally(NamedTuple):
    """The votes on an item. by_name: (name, choice, amount); empty while they are secret."""

    cast: int
    counts: dict[Choice, int]
    median_cents: int | None
    by_name: list[tuple[str, Choice, int | None]]


def votes(item: AgendaItem) -> list[Any]:
    """List the votes on an item as plain rows, in the order of the seats."""
    return list(
        db.session.execute(
            select(Vote.user_id, User.name, Vote.choice, Vote.amount_cents)
            .join(User, User.id == Vote.user_id)
            .where(Vote.item_id == item.id)
            .order_by(User.name, User.id)
        )
    )


def counted(ballots: list[Any], *, is_hidden: bool) -> Tally:
    """Add votes up; while a secret voting is open only how many there are."""
    if is_hidden:
        return Tally(len(ballots), {}, None, [])
    amounts = sorted(one.amount_cents for one in ballots if one.amount_cents)
    counts = {choice: sum(one.choice is choice for one in ballots) for choice in Choice}
    named = [(one.name, one.choice, one.amount_cents) for one in ballots]
    return Tally(len(ballots), counts, _median(amounts), named)


def _median(amounts: list[int]) -> int | None:
    """Give the middle amount in whole cents; of an even number the lower middle, so that it was named."""
    return amounts[(len(amounts) - 1) // 2] if amounts else None


def walked(meeting: Meeting) -> dict[int, list[tuple[int, str]]]:
    """Give who was out for which item: (user id, name) by item id."""
    rows = db.session.execute(
        select(Walk.item_id, User.id, User.name)
        .join(User, User.id == Walk.user_id)
        .where(Walk.meeting_id == meeting.id)
        .order_by(User.name, User.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for item_id, user_id, name in rows:
        found.setdefault(item_id, []).append((user_id, name))
    return found
