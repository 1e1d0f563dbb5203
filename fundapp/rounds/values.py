"""What an answer holds: its length, its number, its day, and whether it says anything."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any
from urllib.parse import urlsplit

from fundapp.rounds.fields import Column

DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,3})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EXACT = Context(prec=80)
"""Wide enough for the product of two numbers of any length that is taken."""


def length(text: str) -> int:
    """Count characters as the limits do: Unicode code points, each line end as one.

    static/js/counters.js counts the same; tests compare the two.
    """
    return len(text.replace("\r\n", "\n"))


def is_empty(value: object) -> bool:
    """Tell whether a question was left open; False is an answer, blanks and empty rows are not."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list):
        return all(is_empty(row) for row in value)
    if isinstance(value, Mapping):
        return all(is_empty(cell) for cell in value.values())
    return value is None


def number(value: Any) -> Decimal | None:
    """Give the number that an answer holds; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return Decimal(value) if isinstance(value, str) and DECIMAL.fullmatch(value) else None


def day(value: Any) -> date | None:
    """Give the day that an answer holds; None for anything else."""
    try:
        return date.fromisoformat(value) if DAY.fullmatch(value) else None
    except (TypeError, ValueError):
        return None


def product(column: Column, row: Mapping[str, Any]) -> int | None:
    """Multiply a quantity and a rate, in cents rounded half up; None while one of them is open."""
    factors = [number(row.get(key)) for key in column.product]
    if None in factors or not factors:
        return None
    result = Decimal(1)
    for factor in factors:
        result = EXACT.multiply(result, factor or Decimal(0))
    return int(result.to_integral_value(ROUND_HALF_UP))


def is_web_address(text: str) -> bool:
    """Tell whether a text is one http or https address with a host name in it."""
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and "." in host.strip(".")
        and not set(text.strip()) & set(' \t\r\n<>"')
    )
