"""Who should hear of what in a year, worked out the long way: written without a look at fundapp's own code.

It knows instants, wall clocks and the list of holidays, and goes through the hours one by one.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
FREE = {
    date.fromisoformat(day)
    for day in (
        "2026-01-01", "2026-04-03", "2026-04-05", "2026-04-06", "2026-04-27", "2026-05-01", "2026-05-05",
        "2026-05-14", "2026-05-24", "2026-05-25", "2026-12-25", "2026-12-26", "2027-01-01",
    )
}  # fmt: skip
"""Holidays in the Netherlands and days on which European banks rest."""


@dataclass
class Person:
    """A reader: zone by the instant from which it holds, rhythm, own hour and day of the week."""

    name: str
    zones: list[tuple[datetime, str]]
    rhythm: str = "at_once"
    hour: int | None = None
    weekday: int = 0

    def zone(self, at: datetime) -> ZoneInfo:
        """Give where the person is."""
        return ZoneInfo(next(zone for since, zone in reversed(self.zones) if since <= at))


@dataclass
class Thing:
    """A date to keep: for whom, and by the instant from which it holds, when; None is not at all."""

    name: str
    person: Person
    dates: list[tuple[datetime, datetime | None]]
    offsets: tuple[int, ...]
    hour: int = 8
    in_working_days: bool = False

    def due(self, at: datetime) -> datetime | None:
        """Give when it is due, as one knows at an instant."""
        return next((due for since, due in reversed(self.dates) if since <= at), None)


Told = tuple[str, datetime, int]
"""Which thing, due when, how many days from it."""


@dataclass
class Oracle:
    """Goes through the same instants as the workers and keeps what each person should have got."""

    things: list[Thing]
    mails: list[tuple[datetime, str, frozenset[Told]]] = field(default_factory=list)
    waiting: dict[str, dict[Told, datetime]] = field(default_factory=lambda: defaultdict(dict))
    done: set[Told] = field(default_factory=set)

    def tick(self, at: datetime) -> None:
        """Let the clock say an instant."""
        for thing in self.things:
            self._plan(thing, at)
        people = {thing.person.name: thing.person for thing in self.things}
        for person in people.values():
            self._tell(person, at)

    def _plan(self, thing: Thing, at: datetime) -> None:
        waiting, due = self.waiting[thing.person.name], thing.due(at)
        for told in [told for told in waiting if told[0] == thing.name and told[1] != due]:
            del waiting[told]
        if due is None:
            return
        passed = [(moment(thing, due, days, at), days) for days in thing.offsets]
        passed = [(when, days) for when, days in passed if when <= at]
        makes_sense = [(when, days) for when, days in passed if at < due or at - timedelta(days=7) < when]
        if makes_sense:
            days = max(days for _when, days in makes_sense)
            told = (thing.name, due, days)
            if told not in self.done and told not in waiting:
                waiting[told] = {days: when for when, days in makes_sense}[days]

    def _tell(self, person: Person, at: datetime) -> None:
        waiting = self.waiting[person.name]
        if waiting and self._is_turn(person, at, list(waiting.values())):
            self.mails.append((at, person.name, frozenset(waiting)))
            self.done |= set(waiting)
            waiting.clear()

    def _is_turn(self, person: Person, at: datetime, meant: list[datetime]) -> bool:
        zone = person.zone(at)
        now = at.astimezone(zone)
        got = [when.astimezone(zone).date() for when, name, _told in self.mails if name == person.name]
        if now.date() in got:
            return False
        walls = [when.astimezone(zone) for when in meant]
        if person.rhythm == "at_once":
            return any(wall.date() == now.date() or wall.time() <= now.time() for wall in walls)
        hour = 8 if person.hour is None else person.hour
        if now.hour < hour:
            return False
        if person.rhythm == "daily":
            return True
        monday = now
        while monday.weekday() != person.weekday:
            monday -= timedelta(days=1)
        turn = monday.replace(hour=hour, minute=0, second=0, microsecond=0)
        return any(wall <= max(turn, now if monday == now else turn) for wall in walls)


def moment(thing: Thing, due: datetime, days: int, at: datetime) -> datetime:
    """Give when a reminder should go: found by going through the hours of the day."""
    person = thing.person
    zone = person.zone(at)
    day = due.astimezone(zone).date()
    step = timedelta(days=1 if days > 0 else -1)
    if thing.in_working_days:
        while not _works(day):
            day += step
        for _one in range(abs(days)):
            day += step
            while not _works(day):
                day += step
    else:
        day += timedelta(days=days)
    hour = thing.hour if person.hour is None else person.hour
    found = _first(day, hour, zone)
    return found if days > 0 else min(found, due - HOUR)


def _works(day: date) -> bool:
    return day.weekday() < 5 and day not in FREE


@cache
def _first(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """Give the first instant at which the wall clock shows this hour, or the next that is there."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - 15 * HOUR
    instants = [start + n * HOUR for n in range(48)]
    walls = [(one, one.astimezone(zone)) for one in instants]
    return next(one for one, wall in walls if wall.date() == day and wall.hour >= hour)
