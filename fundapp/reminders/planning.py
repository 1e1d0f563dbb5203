"""What has to be told, to whom and when: worked out anew each time from what is due, never stored ahead.

A changed date, a done thing or a withdrawn person needs no clean-up: they are simply not found again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from fundapp.accounts.models import RoleName
from fundapp.core import clock, due
from fundapp.core.db import db
from fundapp.reminders import moments, queries, rulebook
from fundapp.reminders.models import Fate, Notice
from fundapp.reminders.rulebook import Rule, Rulebook

CATCH_UP = timedelta(days=7)
"""After a stop of the machine a reminder is made up for until its date, and else within this time."""
FRESH = timedelta(days=1)
"""A rule that was changed tells nothing that by its new days should have been told earlier than this."""
REST_OF_DAY = timedelta(hours=12)
"""A day stands as its noon; it ends about so much later."""
OFFICES = (RoleName.MANAGER.value, RoleName.FINANCE.value)
"""Who stands in for somebody holds one of these at the fund."""
AT_ONCE = 500
"""Rows in one INSERT."""


@dataclass(frozen=True)
class Telling:
    """One reminder: of a date (row of core/due) to one person at one moment by one rule.

    offset: days from the date. escalated_from: whose date it is, where somebody else is told; way: why
    (late, away, also).
    """

    row: Any
    user_id: int
    offset: int
    at: datetime
    rule: Rule
    escalated_from: int | None = None
    way: str = ""

    @property
    def key(self) -> str:
        """Say which reminder this is, for ever."""
        row, how = self.row, f"{self.offset:+d}"
        if self.escalated_from is not None:
            how = f"{self.way}{how}:{self.escalated_from}"
        return f"{row.kind}:{row.subject_id}:{self.user_id}:{row.due_at:%Y%m%dT%H%M%S}:{how}"


class Planner:
    """All that planning reads: the rules, people's habits and days away, and the zones of funds."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.habits = queries.habits()
        self.zones, self.roles = queries.funds_at_hand()
        shut = queries.shut()
        self.bars, self.muted, self.stand_ins = shut.bars, shut.muted, shut.stand_ins

    def tellings(self, row: Any) -> Iterator[Telling]:
        """Give every reminder of one date, the earliest first; what others hear of it after them."""
        rule = self.book.of(row.kind, row.fund_id, row.round_id)
        if not rule.tells:
            return
        if not (rule.kind.is_optional and (row.user_id, row.kind) in self.muted):
            yield from self._own(row, rule)
        if rule.also_to is not None:
            for user_id in self._holders(row, rule.also_to):
                for offset in sorted(rule.offsets):
                    yield from self._passed_on(row, rule, offset, user_id, "also")
        if rule.escalate_to is not None and rule.escalate_after_days is not None:
            for user_id in self._holders(row, rule.escalate_to):
                yield from self._passed_on(row, rule, rule.escalate_after_days, user_id, "late")

    def _own(self, row: Any, rule: Rule) -> Iterator[Telling]:
        """Give what the person hears whose date it is, and what who stands in hears while they are away."""
        for offset in sorted(rule.offsets):
            at = self._moment(row, rule, offset, row.user_id)
            if row.since_at is not None and at < row.since_at:
                continue
            yield Telling(row, row.user_id, offset, at, rule)
            for user_id in self._standing_in(row, at):
                yield from self._passed_on(row, rule, offset, user_id, "away")

    def _standing_in(self, row: Any, at: datetime) -> Iterator[int]:
        """Give who stands in for a person at an instant, and has an office at the fund."""
        for one in self.stand_ins.get(row.user_id, ()):
            if one.from_on <= clock.day(at, self._zone(row, row.user_id)) <= one.until_on:
                offices = (self.roles.get((row.fund_id, name), ()) for name in OFFICES)
                if any(one.user_id in people for people in offices):
                    yield one.user_id

    def _holders(self, row: Any, role: str) -> Iterator[int]:
        return (id for id in self.roles.get((row.fund_id, str(role)), ()) if id != row.user_id)

    def _passed_on(self, row: Any, rule: Rule, offset: int, user_id: int, way: str) -> Iterator[Telling]:
        """Give what somebody else hears of a date, unless a tie bars them from its proposal."""
        if (user_id, row.application_id) in self.bars:
            return
        at = self._moment(row, rule, max(offset, 1) if way == "late" else offset, user_id)
        if way == "late" or row.since_at is None or at >= row.since_at:
            yield Telling(row, user_id, offset, at, rule, escalated_from=row.user_id, way=way)

    def _zone(self, row: Any, user_id: int) -> str:
        habit = self.habits.get(user_id)
        return (habit.zone if habit else None) or self.zones[row.fund_id]

    def _moment(self, row: Any, rule: Rule, offset: int, user_id: int) -> datetime:
        habit = self.habits.get(user_id)
        hour = rule.hour if habit is None or habit.hour is None else habit.hour
        return moments.moment(
            row.due_at, offset, hour=hour, zone=self._zone(row, user_id),
            in_working_days=rule.in_working_days, is_day=row.is_day,
        )  # fmt: skip


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
        latest: dict[tuple[int, str] | None, Telling] = {}
        for telling in planner.tellings(row):
            if telling.at <= at and _counts(telling, at):
                latest[(telling.user_id, telling.way) if telling.escalated_from else None] = telling
        wanted.extend(latest.values())
    made = 0
    for start in range(0, len(wanted), AT_ONCE):
        made += _write(wanted[start : start + AT_ONCE], at)
    return made


def _counts(telling: Telling, at: datetime) -> bool:
    """Tell whether a reminder whose moment has come still makes sense: not for ever, nor when all is over."""
    if is_past(telling.row, at):
        return False
    kept = telling.rule.row
    if kept is not None and telling.at < kept.changed_at - FRESH:
        return False
    return at < _end(telling.row) or at - CATCH_UP < telling.at


def is_past(row: Any, at: datetime) -> bool:
    """Tell whether a date is over after which nothing can be done about it."""
    return due.KINDS[row.kind].ends and at >= _end(row)


def _end(row: Any) -> datetime:
    end: datetime = row.due_at + REST_OF_DAY if row.is_day else row.due_at
    return end


def _write(tellings: list[Telling], at: datetime) -> int:
    fates = queries.fates([telling.key for telling in tellings])
    rows = [_row(telling, at) for telling in tellings if telling.key not in fates]
    made = _again([telling for telling in tellings if fates.get(telling.key) is Fate.DROPPED], at)
    if not rows:
        return made
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(Notice).values(rows).on_conflict_do_nothing(index_elements=["key"])
    return made + len(db.session.scalars(insert.returning(Notice.id)).all())


def _again(tellings: list[Telling], at: datetime) -> int:
    """Take up what was dropped before anybody was told, now that its date stands once more."""
    if not tellings:
        return 0
    taken_up = (
        update(Notice)
        .where(Notice.key.in_([telling.key for telling in tellings]), Notice.state == Fate.DROPPED)
        .values(state=Fate.WAITING, ended_at=None, made_at=at)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    return len(db.session.scalars(taken_up).all())


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
        "moment_at": telling.at,
        "way": telling.way,
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
