"""How far reviewers agree: Krippendorff's alpha, in exact fractions.

Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

Rating = int | Fraction
Distance = Callable[[Rating, Rating], Fraction]


class Metric(StrEnum):
    """How far two ratings are apart: different or not, in places, or in points."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def alpha(units: Sequence[Sequence[Rating | None]], metric: Metric) -> Fraction | None:
    """Measure agreement over things rated by several people; 1 is full, 0 is chance.

    units: the ratings of each thing; None is no rating. Things rated once do not count. None
    comes back when nothing was rated twice or all ratings are the same: then it is undefined.
    """
    rated = [ratings for unit in units if len(ratings := [r for r in unit if r is not None]) > 1]
    counts = Counter(rating for ratings in rated for rating in ratings)
    if len(counts) < 2:
        return None
    distance = _distance(metric, counts)
    # Among thousands of things few combinations of ratings differ: each is worked out once.
    combinations = Counter(tuple(sorted(ratings)) for ratings in rated)
    observed = sum(
        (
            times * _disagreement(Counter(ratings), distance) / (len(ratings) - 1)
            for ratings, times in combinations.items()
        ),
        Fraction(0),
    )
    expected = _disagreement(counts, distance)
    return 1 - (counts.total() - 1) * observed / expected


def _disagreement(counts: Mapping[Rating, int], distance: Distance) -> Fraction:
    """Add up the distances of all ordered pairs."""
    return sum(
        (one * other * distance(c, k) for c, one in counts.items() for k, other in counts.items() if c != k),
        Fraction(0),
    )


def _distance(metric: Metric, counts: Mapping[Rating, int]) -> Distance:
    """Choose the squared distance; the ordinal one counts the ratings that lie between."""
    if metric is Metric.NOMINAL:
        return lambda c, k: Fraction(c != k)
    if metric is Metric.INTERVAL:
        return lambda c, k: Fraction(c - k) ** 2
    place: dict[Rating, Fraction] = {}
    passed = 0
    for rating in sorted(counts):
        place[rating] = passed + Fraction(counts[rating], 2)
        passed += counts[rating]
    return lambda c, k: (place[c] - place[k]) ** 2
