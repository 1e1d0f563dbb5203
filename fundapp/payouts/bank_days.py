"""The days on which euro payments are carried out. Source: the ECB's TARGET calendar."""

from datetime import date, timedelta
from functools import lru_cache

from holidays import financial_holidays


@lru_cache(maxsize=64)
def _free_days(year: int) -> frozenset[date]:
    """Give the days of a year on which banks rest; working them out anew takes a millisecond each time."""
    return frozenset(financial_holidays("ECB", years=year))


def is_bank_day(on: date) -> bool:
    """Tell whether banks carry payments out on this day."""
    return on.weekday() < 5 and on not in _free_days(on.year)


def next_bank_day(after: date) -> date:
    """Give the first day after this one on which banks carry payments out."""
    on = after + timedelta(days=1)
    while not is_bank_day(on):
        on += timedelta(days=1)
    return on
