"""When a reminder goes: days before or after a date, at an hour of the reader's day."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from holidays import country_holidays, financial_holidays

from fundapp.core import clock

AN_HOUR = timedelta(hours=1)


@lru_cache(maxsize=32)
def _free_days(year: int) -> frozenset[date]:
    """Give the Dutch public holidays of a year and the days on which European banks rest (ECB TARGET)."""
    return frozenset(country_holidays("NL", years=year)) | frozenset(financial_holidays("ECB", years=year))


def is_working_day(on: date) -> bool:
    """Tell whether offices work: no weekend, no Dutch or European holiday."""
    return on.weekday() < 5 and on not in _free_days(on.year)


def shifted(on: date, days: int, *, in_working_days: bool) -> date:
    """Give the day so many days before (negative) or after another.

    In working days a free day itself counts as the last working day before it, or for days after it as
    the next: nothing is told on a free day.
    """
    if not in_working_days:
        return on + timedelta(days=days)
    step = timedelta(days=1 if days > 0 else -1)
    while not is_working_day(on):
        on += step
    left = abs(days)
    while left:
        on += step
        left -= is_working_day(on)
    return on


def moment(
    due_at: datetime, days: int, *, hour: int, zone: str, in_working_days: bool = False, is_day: bool = False
) -> datetime:
    """Give the instant (UTC) of the reminder so many days from the day on which something falls due.

    hour: 0-23 on the wall clock of zone (IANA), an hour later where summer time skips it. What is told
    before or on the day is told an hour before the end at the latest; is_day: the end is that of the day.
    """
    on = shifted(clock.day(due_at, zone), days, in_working_days=in_working_days)
    wall = datetime.combine(on, time(hour))
    found = clock.instant(wall, zone, closing=False) or clock.instant(wall + AN_HOUR, zone, closing=False)
    if found is None:
        raise ValueError(f"no such hour: {wall} in {zone}")
    return found if days > 0 or is_day else min(found, due_at - AN_HOUR)
