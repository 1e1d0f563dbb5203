"""Arithmetic of reports: shares, medians, observed percentiles, how reviewers lean."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import ceil
from statistics import fmean, median

DIGITS = 6
"""Figures are kept to so many decimals, so that a snapshot is the same on every machine."""


def tidy(value: float | None) -> float | None:
    """Round a figure for keeping."""
    return None if value is None else round(float(value), DIGITS)


def percent(part: float, whole: float | None) -> float | None:
    """Give a share in per cent; None of nothing."""
    return tidy(100 * part / whole) if whole else None


def middle(values: Sequence[float]) -> float | None:
    """Give the median; None of nothing."""
    return tidy(median(values)) if values else None


def average(values: Sequence[float]) -> float | None:
    """Give the mean; None of nothing."""
    return tidy(fmean(values)) if values else None


def nine_in_ten(values: Sequence[int]) -> int:
    """Give the smallest observed value within which at least nine in ten lie. values: at least one."""
    return sorted(values)[ceil(0.9 * len(values)) - 1]


def days_between(start: date | None, end: date | None) -> int | None:
    """Count whole calendar days; None when one end is missing."""
    return (end - start).days if start and end else None


def known(values: Iterable[int | None]) -> list[int]:
    """Leave out what is missing."""
    return [value for value in values if value is not None]


def leanings(totals: Mapping[int, Mapping[int, float]]) -> dict[int, float | None]:
    """Give how far each reviewer lies above (+) or below the others, on average.

    totals: application → reviewer → total. Only applications with another review count; a
    reviewer without any has None.
    """
    found: dict[int, list[float]] = {}
    for given in totals.values():
        for reviewer, total in given.items():
            others = [value for other, value in given.items() if other != reviewer]
            found.setdefault(reviewer, []).extend([total - fmean(others)] if others else [])
    return {reviewer: average(apart) for reviewer, apart in found.items()}
