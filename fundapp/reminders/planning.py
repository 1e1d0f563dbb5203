"""What has to be told, to whom and when: worked out anew each time from what is due, never stored ahead.

A changed date, a done thing or a withdrawn person needs no clean-up: they are simply not found again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from fundapp.core import due
from fundapp.core.db import db
from fundapp.reminders import moments, queries, rulebook
from fundapp.reminders.models import Fate, Notice
from fundapp.reminders.rulebook import Rule, Rulebook

CATCH_UP = timedelta(days=7)
"""After a stop of the machine a reminder is made up for within this time, not later."""
AT_ONCE = 500
"""Rows in one INSERT."""


@dataclass(frozen=True)
class Telling:
    """One reminder: of a date (row of core/due) to one person at one moment by one rule.

    offset: days from the date. escalated_from: whose date it is, where somebody else is told.
    """

    row: Any
    user_id: int
    offset: int
    at: datetime
    rule: Rule
    escalated_from: int | None = None

    @property
    def key(self) -> str:
        """Say which reminder this is, for ever."""
        row, how = self.row, f"{self.offset:+d}"
        if self.escalated_from is not None:
            how = f"late{how}:{self.escalated_from}"
        return f"{row.kind}:{row.subject_id}:{self.user_id}:{row.due_at:%Y%m%dT%H%M%S}:{how}"


class Planner:
    """All that planning reads: the rules, people's habits, and the zones of funds."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.habits = queries.habits()
        self.zones, self.roles = queries.funds_at_hand()
        self.bars, self.muted = queries.shut()

    def tellings(self, row: Any) -> Iterator[Telling]:
        """Give every reminder of one date, the earliest first; escalations after them."""
        rule = self.book.of(row.kind, row.fund_id, row.round_id)
        if not rule.tells:
            return
        if not (rule.kind.is_optional and (row.user_id, row.kind) in self.muted):
            for offset in sorted(rule.offsets):
                at = self._moment(row, rule, offset, row.user_id)
                if row.since_at is None or at >= row.since_at:
                    yield Telling(row, row.user_id, offset, at, rule)
        if rule.escalate_to is not None and rule.escalate_after_days is not None:
            yield from self._escalations(row, rule, rule.escalate_after_days)

    def _escalations(self, row: Any, rule: Rule, days: int) -> Iterator[Telling]:
        for user_id in self.roles.get((row.fund_id, str(rule.escalate_to)), ()):
            if user_id != row.user_id and (user_id, row.application_id) not in self.bars:
                at = self._moment(row, rule, max(days, 1), user_id)
                yield Telling(row, user_id, days, at, rule, escalated_from=row.user_id)

    def _moment(self, row: Any, rule: Rule, offset: int, user_id: int) -> datetime:
        habit = self.habits.get(user_id)
        hour = rule.hour if habit is None or habit.hour is None else habit.hour
        zone = (habit.zone if habit else None) or self.zones[row.fund_id]
        return moments.moment(
            row.due_at, offset, hour=hour, zone=zone, in_working_days=rule.in_working_days, is_day=row.is_day
        )


def found(book: Rulebook, at: datetime, *where: Any, back: timedelta, ahead: timedelta) -> list[Any]:
    """List the dates about which something may be told from `back` before to `ahead` after an instant.

    where: conditions on their columns.
    """
    late, early = book.reach()
    # Working days stretch over weekends and holidays: twice as long is always enough.
    first = at - back - timedelta(days=2 * late + 2)
    return due.between(first, at + ahead + timedelta(days=2 * early + 2), *where)


def plan(rows: Iterable[Any], planner: Planner, at: datetime) -> int:
    """Write down each reminder whose moment has come; give how many are new.

    Of several that were missed only the last is made up for. The key makes each happen once, whatever
    crashes, restarts or runs beside it.
    """
    wanted: list[Telling] = []
    for row in rows:
        latest: dict[int | None, Telling] = {}
        for telling in planner.tellings(row):
            if at - CATCH_UP < telling.at <= at:
                latest[(telling.user_id if telling.escalated_from else None)] = telling
        wanted.extend(latest.values())
    made = 0
    for start in range(0, len(wanted), AT_ONCE):
        made += _write(wanted[start : start + AT_ONCE], at)
    return made


def _write(tellings: list[Telling], at: datetime) -> int:
    known = queries.known_keys([telling.key for telling in tellings])
    rows = [_row(telling, at) for telling in tellings if telling.key not in known]
    if not rows:
        return 0
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(Notice).values(rows).on_conflict_do_nothing(index_elements=["key"])
    return len(db.session.scalars(insert.returning(Notice.id)).all())


def _row(telling: Telling, at: datetime) -> dict[str, Any]:
    row = telling.row
    return {
        "key": telling.key,
        "kind": row.kind,
        "subject_id": row.subject_id,
        "user_id": telling.user_id,
        "fund_id": row.fund_id,
        "application_id": row.application_id,
        "escalated_from": telling.escalated_from,
        "offset_days": telling.offset,
        "due_at": row.due_at,
        "made_at": at,
        "is_urgent": telling.rule.is_urgent,
        "state": Fate.WAITING,
    }


def preview(
    at: datetime, days: int, *, fund_id: int | None = None, round_id: int | None = None, user: Any = None
) -> list[Telling]:
    """List who would be told what in the coming days if nothing were done meanwhile, the earliest first.

    fund_id, round_id: only there. user: only what this person may see (None: everything, for the system).
    """
    book, ahead = rulebook.read(), timedelta(days=days)
    planner = Planner(book)
    where: list[Any] = []
    if fund_id is not None:
        where.append(lambda columns: columns.fund_id == fund_id)
    if round_id is not None:
        where.append(lambda columns: columns.round_id == round_id)
    if user is not None:
        where.append(queries.visible(user))
    rows = found(book, at, *where, back=timedelta(0), ahead=ahead)
    coming = [telling for row in rows for telling in planner.tellings(row) if at < telling.at <= at + ahead]
    return sorted(coming, key=lambda telling: (telling.at, telling.user_id, telling.key))
