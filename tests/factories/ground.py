"""The hour, the numbers and the password that all made rows share."""

from datetime import UTC, datetime
from itertools import count

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_numbers = count(1)


def next_number() -> int:
    """Give a number that no other row of this run has."""
    return next(_numbers)
