"""Dates that move along: the same hour on the clock of the fund, so many days later."""

from datetime import date, datetime, timedelta

from fundapp.core import clock

WEEK = 7


def days_between(before: datetime, after: datetime, zone: str) -> int:
    """Count the days from one calendar day to another on the clock of a zone."""
    return (clock.day(after, zone) - clock.day(before, zone)).days


def shifted(at: datetime | None, days: int, zone: str, *, closing: bool) -> datetime | None:
    """Give the same hour so many days later; an hour the clock skips that day becomes the next one."""
    if at is None:
        return None
    wall = clock.local(at, zone).replace(tzinfo=None) + timedelta(days=days)
    return clock.instant(wall, zone, closing=closing) or clock.instant(
        wall + timedelta(hours=1), zone, closing=closing
    )


def shifted_day(on: date | None, days: int) -> date | None:
    """Give the day so many days later."""
    return on + timedelta(days=days) if on else None


def weeks_on(opens_at: datetime, at: datetime, zone: str) -> int:
    """Give the fewest days, in whole weeks and at least one, that bring an opening into the future."""
    behind = max(days_between(opens_at, at, zone) + 1, 1)
    return -(-behind // WEEK) * WEEK
