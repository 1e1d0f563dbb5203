"""A year with both changes of summer time: each reminder once, at the reader's hour, as an oracle says."""

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from fundapp import create_app
from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted
from fundapp.reminders.models import Fate, Habit, Notice, ReminderRule, Rhythm
from fundapp.reviews.models import Review, ReviewState
from tests.databases import Database, settings
from tests.factories import make_application, make_cast, make_review, make_round, make_user
from tests.mailbox import mail_server
from tests.reminders.oracle import Oracle, Person, Thing

AMSTERDAM, NEW_YORK, AUCKLAND = "Europe/Amsterdam", "America/New_York", "Pacific/Auckland"
KILLS = 3


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


START, END = _at("2026-01-10T00:00+00:00"), _at("2027-01-10T00:00+00:00")
OFF = [(_at("2026-05-08T09:00+00:00"), _at("2026-05-15T10:00+00:00")),
       (_at("2026-09-10T03:00+00:00"), _at("2026-09-21T02:30+00:00"))]  # fmt: skip
"""The machine is off: for a week, and for eleven days."""
BACK = {
    _at("2026-06-10T12:00+00:00"): timedelta(days=2, hours=7),
    _at("2026-10-25T01:00+00:00"): timedelta(hours=3),
}
"""The clock jumps back."""

AMY = Person("Amy", [(START, AMSTERDAM)])
DAN = Person("Dan", [(START, AMSTERDAM)], "daily", hour=20)
WES = Person("Wes", [(START, AMSTERDAM)], "weekly", hour=7, weekday=0)
ZOE = Person("Zoe", [(START, AMSTERDAM), (_at("2026-04-10T10:00+00:00"), NEW_YORK),
                     (_at("2026-08-20T10:00+00:00"), AUCKLAND)])  # fmt: skip
EIGHT = {"offsets": (-7, -1, 0, 2)}
TWO = {"offsets": (-1, 0, 1), "hour": 2}
WORKING = {"offsets": (-2, 0, 1), "in_working_days": True}


def _things() -> list[Thing]:
    """Give the dates of the year: the changes of time, holidays, what moves, what is dropped."""
    plan: list[tuple[str, Person, dict[str, Any], list[tuple[str, str | None]]]] = [
        ("spring gap", AMY, EIGHT, [("", "2026-03-29T03:30+02:00")]),  # 02:30 on the wall is not there
        ("spring before", DAN, EIGHT, [("", "2026-03-29T01:30+01:00")]),
        ("spring at two", AMY, TWO, [("", "2026-03-29T18:00+02:00")]),
        ("autumn first", AMY, EIGHT, [("", "2026-10-25T02:30+02:00")]),  # 02:30 on the wall is there twice
        ("autumn second", WES, EIGHT, [("", "2026-10-25T02:30+01:00")]),
        ("autumn at two", AMY, TWO, [("", "2026-10-25T18:00+01:00")]),
        ("king's day", AMY, WORKING, [("", "2026-04-27T12:00+02:00")]),
        ("labour day", WES, WORKING, [("", "2026-05-03T12:00+02:00")]),
        ("christmas", DAN, WORKING, [("", "2026-12-28T09:00+01:00")]),
        ("later", AMY, EIGHT, [("", "2026-06-20T12:00+02:00"),
                               ("2026-06-14T09:00+00:00", "2026-07-06T17:00+02:00")]),
        ("earlier", DAN, EIGHT, [("", "2026-08-30T12:00+02:00"),
                                 ("2026-08-05T09:00+00:00", "2026-08-14T17:00+02:00")]),
        ("dropped", WES, EIGHT, [("", "2026-07-23T12:00+02:00"), ("2026-07-18T09:00+00:00", None)]),
        ("taken up", AMY, EIGHT, [("", "2026-02-20T12:00+01:00"), ("2026-02-14T01:00+00:00", None),
                                  ("2026-02-18T12:00+00:00", "2026-02-20T12:00+01:00")]),
        ("over there", ZOE, EIGHT, [("", "2026-04-12T20:00-04:00")]),
        ("down under", ZOE, EIGHT, [("", "2026-09-27T12:00+12:00")]),
        ("moves about", ZOE, TWO, [("", "2026-11-01T12:00+13:00")]),
        ("while off", AMY, EIGHT, [("", "2026-05-12T12:00+02:00")]),
        ("after off", WES, EIGHT, [("", "2026-05-20T12:00+02:00")]),
        ("long off", DAN, EIGHT, [("", "2026-09-23T12:00+02:00")]),
        ("in june", AMY, EIGHT, [("", "2026-06-11T12:00+02:00")]),
        ("new year", ZOE, EIGHT, [("", "2027-01-01T00:30+13:00")]),
    ]  # fmt: skip
    return [
        Thing(
            name,
            who,
            [(_at(since) if since else START, _at(due) if due else None) for since, due in dates],
            **rule,
        )
        for name, who, rule, dates in plan
    ]


def _instants(things: list[Thing]) -> Iterator[datetime]:
    """Give what the clock says, one after the other: often around what is due, else now and then."""
    busy, changes = _busy_days(things), {date(2026, 3, 29), date(2026, 10, 25)}
    at = START
    while at < END:
        hours = (6, 7, 12, 18, 19) if at.date() in busy else (10,) if at.day % 4 == 0 else ()
        hours = (0, 1, 2, 6, 7, 19) if at.date() in changes else hours
        if at.hour in hours and not any(first <= at < last for first, last in OFF):
            yield at
        if at in BACK:
            yield from (at - BACK[at] + step for step in (timedelta(0), BACK[at] / 3, BACK[at] / 2))
        at += timedelta(hours=1)


def _busy_days(things: list[Thing]) -> set[date]:
    busy: set[date] = set()
    for thing in things:
        busy |= {since.date() for since, _due in thing.dates}
        for day in [due.date() for _since, due in thing.dates if due]:
            busy |= {day + timedelta(days=days) for days in (*thing.offsets, thing.offsets[0] + 1)}
    return busy


class Scene:
    """The rows of the year, which change as it goes."""

    def __init__(self, things: list[Thing]) -> None:
        self.things = things
        cast = make_cast()
        people = {thing.person.name: thing.person for thing in things}
        self.users = {name: make_user(name, roles={cast.fund: [RoleName.REVIEWER]}).id for name in people}
        self.reviews: dict[str, int] = {}
        rounds: dict[Any, Any] = {}
        for thing in things:
            rule = (thing.offsets, thing.hour, thing.in_working_days)
            call = rounds.get(rule) or rounds.setdefault(rule, make_round(cast.fund, budget_cents=1_000_000))
            application = make_application(call, state=ApplicationState.IN_REVIEW)
            made = make_review(application, db.session.get_one(User, self.users[thing.person.name]))
            made.state_at = START - timedelta(days=60)
            self.reviews[thing.name] = made.id
        for (offsets, hour, in_working_days), call in rounds.items():
            db.session.add(
                ReminderRule(
                    fund_id=cast.fund.id, round_id=call.id, kind="review-due", offsets=list(offsets),
                    hour=hour, in_working_days=in_working_days, changed_at=START - timedelta(days=60),
                )
            )  # fmt: skip
        for person in people.values():
            db.session.add(
                Habit(
                    user_id=self.users[person.name],
                    rhythm=Rhythm(person.rhythm),
                    hour=person.hour,
                    weekday=person.weekday,
                )
            )
        db.session.commit()
        self.now = ""

    def stand(self, at: datetime) -> None:
        """Bring the rows to what holds at an instant; write only where something changed."""
        state = repr(
            [thing.due(at) for thing in self.things] + [thing.person.zone(at) for thing in self.things]
        )
        if state == self.now:
            return
        self.now = state
        for thing in self.things:
            values: dict[str, Any] = {"state": ReviewState.DECLINED, "decline_reason": "no time"}
            if due := thing.due(at):
                values = {"state": ReviewState.ACCEPTED, "decline_reason": None, "due_at": due}
            db.session.execute(update(Review).where(Review.id == self.reviews[thing.name]).values(**values))
        for habit in db.session.scalars(select(Habit)):
            person = next(
                thing.person for thing in self.things if self.users[thing.person.name] == habit.user_id
            )
            habit.zone = str(person.zone(at))
        db.session.commit()
        db.session.remove()

    def mails(self) -> list[tuple[datetime, str, frozenset[Any]]]:
        """Give when who was told what, by the rows."""
        names = {id: name for name, id in self.reviews.items()}
        people = {id: name for name, id in self.users.items()}
        told: dict[tuple[datetime, str], set[Any]] = {}
        for notice in db.session.scalars(select(Notice).where(Notice.state == Fate.TOLD)):
            assert notice.ended_at is not None
            key = (notice.ended_at, people[notice.user_id])
            told.setdefault(key, set()).add((names[notice.subject_id], notice.due_at, notice.offset_days))
        return [(at, name, frozenset(told[at, name])) for at, name in told]


class Worker:
    """The process that works; killed now and then in the middle of it."""

    def __init__(self, instance: Path, url: str, relay: str) -> None:
        self.said = [str(instance), url, relay]
        self.process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.reminders.year_worker", *self.said],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def tick(self, at: datetime, *, kill: bool = False) -> None:
        """Let it do the work of an instant; kill: end it meanwhile, and let another do it again."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{at.isoformat()}\n")
        self.process.stdin.flush()
        if kill:
            self.end()
            self.process = self._start()
            self.tick(at)
            return
        assert self.process.stdout.readline().strip() == at.isoformat()

    def end(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def test_a_year_tells_each_reminder_once_at_the_readers_hour(database: Database, tmp_path: Path) -> None:
    chance, things = random.Random(29), _things()
    oracle, instants = Oracle(things), list(_instants(things))
    killed = {chance.randrange(len(instants)) for _one in range(KILLS)}
    with database.copy() as url, mail_server() as relay, ExitStack() as opened:
        app = create_app(settings(tmp_path, url))
        opened.enter_context(app.app_context())
        opened.callback(db.engine.dispose)
        opened.callback(db.session.remove)
        scene = Scene(things)
        worker = Worker(tmp_path, url, relay.url)
        opened.callback(worker.end)

        for number, at in enumerate(instants):
            scene.stand(at)
            worker.tick(at, kill=number in killed)
            oracle.tick(at)

        mails = scene.mails()
        assert sorted(mails, key=str) == sorted(oracle.mails, key=str)
        _check_plainly(mails)
        _check_wire(relay.messages, len(mails))


def _check_plainly(mails: list[tuple[datetime, str, frozenset[Any]]]) -> None:
    """See the promises in what was told, without the oracle."""
    told = Counter(one for _at, _name, ones in mails for one in ones)
    assert set(told.values()) == {1}
    assert not [one for one in told if one[0] == "dropped"], "a date that was dropped"
    people = {person.name: person for person in (AMY, DAN, WES, ZOE)}
    days = Counter((name, at.astimezone(people[name].zone(at)).date()) for at, name, _told in mails)
    jumped = {(at - back).date() for at, back in BACK.items()} | {at.date() for at in BACK}
    assert {key for key, number in days.items() if number > 1 and key[1] not in jumped} == set()
    when = {(name, one[0], one[2]): at for at, name, ones in mails for one in ones}
    clock = ZoneInfo(AMSTERDAM)
    assert when["Amy", "spring gap", -7].astimezone(clock).hour == 8
    assert when["Amy", "spring gap", 2].astimezone(clock).hour == 8
    assert when["Amy", "spring at two", 0] == _at("2026-03-29T03:00+02:00"), "two o'clock is skipped"
    assert when["Amy", "autumn at two", 0] == _at("2026-10-25T02:00+02:00"), "the first of two"
    assert when["Dan", "long off", -7].astimezone(clock).hour == 20, "made up for after eleven days"
    assert {at.astimezone(clock).hour for at, name, _told in mails if name == "Dan"} <= {20, 21}


def _check_wire(messages: list[Any], mails: int) -> None:
    ids = [message["Message-ID"] for message in messages]
    assert len(set(ids)) == mails
    assert len(ids) <= mails + KILLS
    with_outbox = db.session.scalars(select(Outbox.state).where(Outbox.name == "reminders")).all()
    assert len(with_outbox) == mails
    assert set(with_outbox) == {Posted.SENT}
