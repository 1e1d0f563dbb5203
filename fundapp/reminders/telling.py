"""Telling people: what waits for one person goes in one mail, in their rhythm."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any

import structlog
from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from fundapp.accounts.models import Absence, User
from fundapp.core import clock, due, mail
from fundapp.core.db import db
from fundapp.reminders import links, planning, queries, rulebook
from fundapp.reminders.models import Fate, Habit, Notice, Rhythm
from fundapp.reminders.planning import Planner

log = structlog.get_logger()

WHY = {
    "late": _l("You hear of it because it is late."),
    "away": _l("You hear of it because you stand in for them while they are away."),
    "also": _l("You hear of it because the fund has it told to you as well."),
}
"""Why somebody hears of the work of another."""


def tell(rows: Sequence[Any], planner: Planner, at: datetime, *, most: int | None = None) -> dict[str, int]:
    """Queue the mails that are due, one a person; drop what need not be told any more.

    rows: of all that still has to be done. most: of mails, at a time. Gives counts of mails, dropped
    reminders, and people whose mail could not be written (logged; the others get theirs).
    """
    done = {"mails": 0, "dropped": 0, "faults": 0}
    waiting = queries.waiting()
    over = _over(waiting, rows, planner, at)
    if over:
        done["dropped"] = len(_claim([notice.id for notice in over], Fate.DROPPED, None, at))
    gone = {notice.id for notice in over}
    left = [notice for notice in waiting if notice.id not in gone]
    room = Room(left, at, planner)
    for user_id, notices in groupby(left, key=lambda notice: notice.user_id):
        if done["mails"] == most:
            break
        ready = room.ready(user_id, list(notices))
        if not ready:
            continue
        try:
            with db.session.begin_nested():
                done["mails"] += _mail(room.people[user_id], ready, at)
        except Exception:  # one letter that cannot be written holds up nobody
            log.exception("reminders not written", user=user_id)
            done["faults"] += 1
    return done


def _over(waiting: Sequence[Notice], rows: Sequence[Any], planner: Planner, at: datetime) -> list[Notice]:
    """List what nobody would plan now: done, moved, barred, switched off, or of no use any more."""
    whose = {_date_of(notice) for notice in waiting}
    keys = {
        telling.key
        for row in rows
        if (row.kind, row.subject_id, row.user_id, row.due_at) in whose and not planning.is_past(row, at)
        for telling in planner.tellings(row)
    }
    return [notice for notice in waiting if notice.key not in keys]


def _date_of(notice: Notice) -> tuple[str, int, int, datetime]:
    return (notice.kind, notice.subject_id, notice.escalated_from or notice.user_id, notice.due_at)


class Room:
    """What says whether a person is told now: rhythm, last mail, snoozes, days away, switched-off kinds."""

    def __init__(self, notices: Sequence[Notice], at: datetime, planner: Planner) -> None:
        ids = {notice.user_id for notice in notices}
        self.at, self.zones, self.habits = at, planner.zones, planner.habits
        self.people = queries.people(ids)
        self.told = queries.told_around(ids, at)
        self.snoozed = queries.snoozed(at)
        self.away = queries.absences(ids)

    def ready(self, user_id: int, notices: list[Notice]) -> list[Notice]:
        """Choose what a person is told now; urgent things alone where the rest waits for its day."""
        open_now = [
            notice for notice in notices if (user_id, notice.kind, notice.subject_id) not in self.snoozed
        ]
        if not open_now:
            return []
        habit = self.habits.get(user_id)
        zone = (habit.zone if habit else None) or self.zones[open_now[0].fund_id]
        if self._is_away(self.away.get(user_id, []), zone) or not self._turn(user_id, habit, zone, open_now):
            return [notice for notice in open_now if notice.is_urgent]
        return open_now

    def _is_away(self, absences: Sequence[Absence], zone: str) -> bool:
        today = clock.day(self.at, zone)
        return any(row.from_on <= today <= row.until_on for row in absences)

    def _turn(self, user_id: int, habit: Habit | None, zone: str, notices: Sequence[Notice]) -> bool:
        """Tell whether it is the person's turn: never twice a day, and in the rhythm they chose."""
        now = clock.local(self.at, zone)
        if any(clock.day(last, zone) == now.date() for last in self.told.get(user_id, ())):
            return False
        meant = [clock.local(notice.moment_at or notice.made_at, zone) for notice in notices]
        if habit is None or habit.rhythm is Rhythm.AT_ONCE:
            # What had to wait for another day comes at its hour, not in the middle of the night.
            return any(one.date() == now.date() or one.time() <= now.time() for one in meant)
        hour = rulebook.HOUR if habit.hour is None else habit.hour
        if now.hour < hour:
            return False
        return habit.rhythm is Rhythm.DAILY or _week_is_over(now, habit.weekday, hour, meant)


def _week_is_over(now: datetime, weekday: int, hour: int, meant: Sequence[datetime]) -> bool:
    """Tell whether anything waits since before the last weekly turn, also where that turn was missed."""
    day = now.date() - timedelta(days=(now.weekday() - weekday) % 7)
    turn = datetime.combine(day, time(hour), now.tzinfo)
    return any(one <= now if day == now.date() else one <= turn for one in meant)


def _claim(ids: list[int], state: Fate, key: str | None, at: datetime) -> list[int]:
    """Take reminders that still wait: of two workers only one gets each."""
    taken = (
        update(Notice)
        .where(Notice.id.in_(ids), Notice.state == Fate.WAITING)
        .values(state=state, ended_at=at, mail_key=key)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    return list(db.session.scalars(taken))


def _mail(reader: User, notices: list[Notice], at: datetime) -> int:
    """Queue one mail about these reminders; give how many mails that made, which may be none."""
    names = sha256(" ".join(sorted(notice.key for notice in notices)).encode()).hexdigest()[:24]
    key = f"reminders:{reader.id}:{names}"
    taken = set(_claim([notice.id for notice in notices], Fate.TOLD, key, at))
    told = [notice for notice in notices if notice.id in taken]
    if not told:
        return 0
    funds = queries.funds({notice.fund_id for notice in told})
    optional = any(due.KINDS[notice.kind].is_optional for notice in told)
    return int(
        mail.queue(
            "reminders",
            key=key,
            to=reader,
            at=at,
            fund_id=told[0].fund_id,
            fund=funds[told[0].fund_id],
            items=_items(reader, told, funds, at),
            unsubscribe_url=links.unsubscribe(reader) if optional else None,
            optional=optional,
        )
    )


def _items(reader: User, told: list[Notice], funds: dict[int, Any], at: datetime) -> list[dict[str, Any]]:
    names = queries.named(reader, {notice.application_id for notice in told if notice.application_id})
    others = queries.people({notice.escalated_from for notice in told if notice.escalated_from})
    rows = links.rows(told)
    items = []
    for notice in {_date_of(one): one for one in told}.values():  # a date is named once in a mail
        row = rows[notice.id]
        code, title = names.get(notice.application_id or 0, ("", ""))
        whose = others.get(notice.escalated_from or 0)
        items.append(
            {
                "words": due.KINDS[notice.kind].words,
                "label": links.label(row, reader.language),
                "code": code,
                "title": title,
                "due_at": notice.due_at,
                "is_day": bool(row is not None and row.is_day),
                "is_late": notice.due_at < at,
                "whose": whose.name if whose else "",
                "why": WHY.get(notice.way or "late") if whose else None,
                "url": links.page(notice, row),
                "fund": funds[notice.fund_id],
            }
        )
    return items
