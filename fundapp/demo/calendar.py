"""Days of the demo: fixed ones of the first round, and ones that lie around the day it is filled in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from fundapp.core import clock
from fundapp.core.db import db

ZONE = "Europe/Amsterdam"
NOT_BEFORE = date(2026, 1, 1)
"""The first round's story runs until the end of 2025, so the demo cannot be set before it."""


def on(day: str | date, wall: str) -> datetime:
    """Give the instant of a day and a time in Amsterdam ("2023-09-01", "14:20")."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    found = clock.instant(datetime.combine(day, time.fromisoformat(wall)), ZONE, closing=False)
    return found if found is not None else on(day, "12:00")  # an hour that summer time skipped


@dataclass
class Calendar:
    """The days around `at`, and the scenes that wait for their turn."""

    at: datetime
    scenes: list[tuple[datetime, int, Callable[[datetime], object]]] = field(default_factory=list)

    def day(self, days: int, *, office: bool = True) -> date:
        """Give the day so many days from `at`; in the office a weekend becomes the Friday before it."""
        found = clock.day(self.at, ZONE) + timedelta(days=days)
        return found - timedelta(days=max(0, found.weekday() - 4)) if office else found

    def days(self, days: int, wall: str, *, office: bool = True) -> datetime:
        """Give the instant so many days from `at`, at a time in Amsterdam."""
        return on(self.day(days, office=office), wall)

    def plan(self, when: datetime, do: Callable[[datetime], object]) -> None:
        """Let something happen at an instant; what lies at or after `at` never happens."""
        self.scenes.append((when, len(self.scenes), do))

    def run(self) -> int:
        """Let everything happen in the order of time; each scene meets the rows as a new request would."""
        played = 0
        for when, _order, do in sorted(self.scenes, key=lambda scene: scene[:2]):
            if when >= self.at:
                raise ValueError(f"a scene of the demo lies in the future: {when:%Y-%m-%d %H:%M}")
            do(when)
            db.session.flush()
            db.session.expire_all()
            played += 1
        return played
