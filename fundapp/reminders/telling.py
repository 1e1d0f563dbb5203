"""Telling people: what waits for one person goes in one mail, in their rhythm."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

import structlog
from sqlalchemy import update

from fundapp.accounts.models import Absence, User
from fundapp.core import clock, due, mail
from fundapp.core.db import db
from fundapp.reminders import links, queries
from fundapp.reminders.models import Fate, Habit, Notice, Rhythm

log = structlog.get_logger()


def tell(current: set[tuple[str, int, int, datetime]], at: datetime, zones: dict[int, str]) -> dict[str, int]:
    """Queue the mails that are due, one a person; drop what need not be told any more.

    current: (kind, subject, person, due_at) of all that still has to be done. Gives counts of mails,
    dropped reminders, and people whose mail could not be written (logged; the others get theirs).
    """
    done = {"mails": 0, "dropped": 0, "faults": 0}
    waiting = queries.waiting()
    over = [notice for notice in waiting if not _stands(notice, current)]
    if over:
        done["dropped"] = len(_claim([notice.id for notice in over], Fate.DROPPED, None, at))
    gone = {notice.id for notice in over}
    left = [notice for notice in waiting if notice.id not in gone]
    room = Room(left, at, zones)
    for user_id, notices in groupby(left, key=lambda notice: notice.user_id):
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


def _stands(notice: Notice, current: set[tuple[str, int, int, datetime]]) -> bool:
    whose = notice.escalated_from or notice.user_id
    return (notice.kind, notice.subject_id, whose, notice.due_at) in current


class Room:
    """What says whether a person is told now: rhythm, last mail, snoozes, days away, switched-off kinds."""

    def __init__(self, notices: Sequence[Notice], at: datetime, zones: dict[int, str]) -> None:
        ids = {notice.user_id for notice in notices}
        self.at, self.zones = at, zones
        self.people = queries.people(ids)
        self.habits = queries.habits()
        self.last = queries.last_told(ids)
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
        if self._is_away(self.away.get(user_id, []), zone) or not self._turn(user_id, habit, zone):
            return [notice for notice in open_now if notice.is_urgent]
        return open_now

    def _is_away(self, absences: Sequence[Absence], zone: str) -> bool:
        today = clock.day(self.at, zone)
        return any(row.from_on <= today <= row.until_on for row in absences)

    def _turn(self, user_id: int, habit: Habit | None, zone: str) -> bool:
        """Tell whether it is the person's turn: never twice a day, and in the rhythm they chose."""
        now, last = clock.local(self.at, zone), self.last.get(user_id)
        if last is not None and clock.day(last, zone) >= now.date():
            return False
        if habit is None or habit.rhythm is Rhythm.AT_ONCE:
            return True
        hour = 8 if habit.hour is None else habit.hour
        return now.hour >= hour and (habit.rhythm is Rhythm.DAILY or now.weekday() == habit.weekday)


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
    for notice in told:
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
                "url": links.page(notice, row),
                "fund": funds[notice.fund_id],
            }
        )
    return items
