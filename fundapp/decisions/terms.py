"""Terms: six weeks to object, counted as the law counts them, and the time to answer."""

from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from fundapp.core import clock
from fundapp.decisions.models import AppealKind
from fundapp.funds.models import Fund, Regime

WEEKS = 6
"""To object, to answer, and at most once to answer later (General Administrative Law Act 6:7, 7:10)."""
LAST_MOMENT = time(23, 59, 59)


def kind_for(fund: Fund) -> AppealKind:
    """Say what an applicant of this fund can ask for after a decision."""
    return AppealKind.OBJECTION if fund.legal_regime is Regime.AWB else AppealKind.EXPLANATION


def open_until(sent_at: datetime, zone: str) -> date:
    """Give the last day to object or to ask, after a letter sent at this instant.

    The term starts on the day after the letter was sent and lasts six weeks (Awb 6:7, 6:8); it is
    moved past a weekend or a holiday (`working_day`).
    """
    return working_day(clock.day(sent_at, zone) + timedelta(weeks=WEEKS))


def answer_by(term_ends_on: date, received_at: datetime, zone: str, kind: AppealKind) -> date:
    """Give the last day to answer.

    An objection: six weeks after the term to object is over (Awb 7:10), or after it came in where
    that was later. A request to explain: six weeks after it came in.
    """
    received_on = clock.day(received_at, zone)
    start = max(term_ends_on, received_on) if kind is AppealKind.OBJECTION else received_on
    return working_day(start + timedelta(weeks=WEEKS))


def extended(due_on: date) -> date:
    """Give the new last day after the one extension of six weeks (Awb 7:10, third paragraph)."""
    return working_day(due_on + timedelta(weeks=WEEKS))


def end_of(day: date, zone: str) -> datetime:
    """Give the instant at which a term that ends on this day is over: 23:59:59 in the fund's zone."""
    found = clock.instant(datetime.combine(day, LAST_MOMENT), zone, closing=True)
    assert found is not None  # noqa: S101 - summer time never begins at midnight in the zones of the house
    return found


def is_over(day: date, at: datetime, zone: str) -> bool:
    """Tell whether a term that ends on this day is over at this instant."""
    return at >= end_of(day, zone) + timedelta(seconds=1)


def working_day(day: date) -> date:
    """Move a last day that is a Saturday, a Sunday or a holiday to the next day that is none.

    Source: Algemene termijnenwet, articles 1 and 3: the Christian holidays, Good Friday, 1 January,
    the King's day and 5 May of every year.
    """
    while day.weekday() >= 5 or day in _holidays(day.year):
        day += timedelta(days=1)
    return day


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year, categories=("public", "optional")))
