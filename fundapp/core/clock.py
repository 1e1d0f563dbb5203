"""The one place that reads the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Give the present instant, aware, in UTC."""
    return datetime.now(UTC)


def local(at: datetime, zone: str) -> datetime:
    """Give the same instant on the wall clock of `zone` (IANA name)."""
    return at.astimezone(ZoneInfo(zone))


def instant(wall: datetime, zone: str, *, closing: bool) -> datetime | None:
    """Turn a naive wall-clock time of `zone` into UTC; None where that hour does not exist.

    An hour that exists twice (end of summer time) counts the later time for a closing
    and the earlier for an opening, so that nobody loses an hour they were promised.
    """
    place = ZoneInfo(zone)
    aware = wall.replace(tzinfo=place, fold=1 if closing else 0)
    if aware.astimezone(UTC).astimezone(place).replace(tzinfo=None) != wall:
        return None
    return aware.astimezone(UTC)


def day(at: datetime, zone: str) -> date:
    """Give the calendar day of an instant in `zone`."""
    return local(at, zone).date()
