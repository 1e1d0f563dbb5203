"""Values behind a key of the search language: yes and no, numbers, amounts, days; and how they compare."""

import operator
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_

from fundapp.applications.search_texts import fold
from fundapp.core import clock, money

YES, NO = frozenset({"yes", "ja", "y", "j", "1", "true"}), frozenset({"no", "nee", "n", "0", "false"})
NOBODY = frozenset({"none", "nobody", "no", "niemand", "geen", "nee", "-"})
SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
LARGEST = 10**12
DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
BACK = re.compile(r"(\d{1,4})([dw])")
DAYS = {"today": 0, "vandaag": 0, "yesterday": 1, "gisteren": 1}


class WrongValue(Exception):
    """What stands behind a key cannot be understood. message: why, in words for the person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def yes(value: str) -> bool:
    """Read yes or no, in both languages."""
    if fold(value) in YES:
        return True
    if fold(value) in NO:
        return False
    raise WrongValue(_("“%(value)s” is neither yes nor no.", value=value))


def number(value: str) -> int:
    """Read a whole number."""
    if not re.fullmatch(r"\d{1,12}", value, re.ASCII):
        raise WrongValue(_("“%(value)s” is not a whole number.", value=value))
    return min(int(value), LARGEST)


def cents(value: str) -> int:
    """Read an amount of money."""
    try:
        return money.read(value).cents
    except money.UnreadableAmount as fault:
        raise WrongValue(fault.message) from fault


def one_of(value: str, known: dict[str, str]) -> str:
    """Find what was meant among known words. known: key by folded way to write it."""
    wanted = fold(value).replace("_", " ").strip()
    if wanted in known:
        return known[wanted]
    starts = {key for word, key in known.items() if word.startswith(wanted) and len(wanted) > 2}
    if len(starts) == 1:
        return starts.pop()
    near = get_close_matches(wanted, known, n=1, cutoff=0.6)
    if near:
        raise WrongValue(_("There is no “%(value)s”. Did you mean %(near)s?", value=value, near=near[0]))
    listed = ", ".join(sorted(dict.fromkeys(known.values()))[:14])
    raise WrongValue(_("There is no “%(value)s” here. Known: %(listed)s.", value=value, listed=listed or "–"))


# --- comparing -----------------------------------------------------------------------


def compared(column: Any, sign: str, value: str, read: Callable[[str], int]) -> ColumnElement[bool]:
    """Compare a column with a number: amount>20000, or amount:20000..50000."""
    low, dots, high = value.partition("..")
    if dots and sign == "=":
        bounds = [side for side in (low and column >= read(low), high and column <= read(high)) if side != ""]
        if not bounds:
            raise WrongValue(_("Write a range with a number on at least one side: 5..10."))
        return and_(*bounds)
    return SIGNS[sign](column, read(value))  # type: ignore[no-any-return]


def when(column: Any, sign: str, value: str, at: datetime, zone: str) -> ColumnElement[bool]:
    """Compare an instant with a day, a month, a year, "today", or "7d" for the last seven days."""
    first, dots, last = value.partition("..")
    if dots and sign == "=":
        sides = []
        if first:
            sides.append(column >= _instant(_span(first, at, zone)[0], zone))
        if last:
            sides.append(column < _instant(_span(last, at, zone)[1], zone))
        if not sides:
            raise WrongValue(_("Write a range with a day on at least one side: 2026-10-01..2026-10-31."))
        return and_(*sides)
    start, stop = (_instant(day, zone) for day in _span(value, at, zone))
    spans: dict[str, ColumnElement[bool]] = {
        "=": and_(column >= start, column < stop),
        "<": column < start,
        "<=": column < stop,
        ">": column >= stop,
        ">=": column >= start,
    }
    return spans[sign]


def _span(value: str, at: datetime, zone: str) -> tuple[date, date]:
    """Give the first day that is meant and the first day after."""
    today, wanted = clock.day(at, zone), fold(value)
    if wanted in DAYS:
        first = today - timedelta(days=DAYS[wanted])
        return first, first + timedelta(days=1)
    if back := BACK.fullmatch(wanted):
        return today - timedelta(days=int(back[1]) * (7 if back[2] == "w" else 1)), today + timedelta(days=1)
    if found := DAY.fullmatch(wanted):
        try:
            return _calendar(int(found[1]), int(found[2] or 0), int(found[3] or 0))
        except (ValueError, OverflowError):
            pass
    raise WrongValue(
        _("“%(value)s” is not a day. Write it as 2026-10-31, 2026-10, today or 7d.", value=value)
    )


def _calendar(year: int, month: int, day: int) -> tuple[date, date]:
    if not 1900 <= year <= 9000:
        raise ValueError(year)
    first = date(year, month or 1, day or 1)
    if day:
        return first, first + timedelta(days=1)
    if month:
        return first, date(year + month // 12, month % 12 + 1, 1)
    return first, date(year + 1, 1, 1)


def _instant(day: date, zone: str) -> datetime:
    found = clock.instant(datetime.combine(day, time()), zone, closing=False)
    return found or clock.instant(datetime.combine(day, time(1)), zone, closing=False) or clock.now()


def any_of(values: tuple[str, ...], condition: Callable[[str], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Join the conditions of the alternatives that stood between commas."""
    return or_(*(condition(value) for value in values))
