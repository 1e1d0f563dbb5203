"""Arithmetic of reviews: exact fractions inside, whole millionths (ppm) outside."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import TypeVar

from fundapp.core.shares import MILLION, ppm, share_of

__all__ = [
    "Criterion", "Profile", "ReviewTotal", "Standing", "common_scale", "is_above", "median", "on_scale",
    "ppm", "profile", "ranks", "review_total", "standing",
]  # fmt: skip

LEAST_COVERAGE = Fraction(1, 2)
"""A review that covers less of the weight than this is shown but not ranked."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is scored, from lowest to highest, with its weight among the others."""

    key: str
    weight: int
    lowest: int
    highest: int

    def share(self, value: int | Fraction) -> Fraction:
        """Give the part of the scale that a value covers, 0 to 1. Raises ValueError outside it."""
        return share_of(value, self.lowest, self.highest)


@dataclass(frozen=True, slots=True)
class ReviewTotal:
    """What one review says together.

    total: weighted mean of the shares, 0 to 1; None when nothing was scored. coverage: the part of
    all weight that was scored. na: how many criteria the reviewer set apart as not applicable.
    """

    total: Fraction | None
    coverage: Fraction
    scored: int
    na: int

    @property
    def is_ranked(self) -> bool:
        """Whether enough of the weight was scored to stand beside other reviews."""
        return self.total is not None and self.coverage >= LEAST_COVERAGE


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an application stands after its reviews; all figures 0 to 1.

    reviews: how many reviews counted, set_aside: how many covered too little to count.
    sd and the leave-one-out means need two reviews.
    """

    reviews: int
    set_aside: int
    mean: Fraction | None = None
    median: Fraction | None = None
    spread: Fraction | None = None
    sd_ppm: int | None = None
    lowest_without_one: Fraction | None = None
    highest_without_one: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What the reviewers gave on one criterion, on the criterion's own scale."""

    key: str
    scored: int
    na: int
    median: Fraction | None
    spread: int | None


def review_total(criteria: Sequence[Criterion], scores: Mapping[str, int | None]) -> ReviewTotal:
    """Weigh the scores of one review.

    scores: value by criterion key; None is N/A, which is left out and counted, never zero. A key
    that is missing is not scored yet and lowers the coverage only.
    """
    scored = [
        (criterion, value) for criterion in criteria if (value := scores.get(criterion.key)) is not None
    ]
    weight = sum(criterion.weight for criterion, _ in scored)
    whole = sum(criterion.weight for criterion in criteria)
    points = sum((criterion.weight * criterion.share(value) for criterion, value in scored), Fraction(0))
    return ReviewTotal(
        total=points / weight if weight else None,
        coverage=Fraction(weight, whole) if whole else Fraction(0),
        scored=len(scored),
        na=sum(1 for criterion in criteria if criterion.key in scores and scores[criterion.key] is None),
    )


def common_scale(criteria: Sequence[Criterion]) -> tuple[int, int] | None:
    """Give the scale (lowest, highest) that all criteria share, or None."""
    scales = {(criterion.lowest, criterion.highest) for criterion in criteria}
    return scales.pop() if len(scales) == 1 else None


def on_scale(share: Fraction, scale: tuple[int, int] | None) -> Fraction:
    """Put a total of 0 to 1 on the scale that all criteria share, else on 0 to 100."""
    lowest, highest = scale or (0, 100)
    return lowest + (highest - lowest) * share


def is_above(total_ppm: int, threshold_ppm: int) -> bool:
    """Tell whether a total is strictly above a threshold; equal is not above. Both in millionths."""
    return total_ppm > threshold_ppm


def standing(totals: Iterable[ReviewTotal]) -> Standing:
    """Put the totals of an application's reviews together; those with too little coverage are set aside."""
    every = list(totals)
    values = sorted(total.total for total in every if total.is_ranked and total.total is not None)
    count, set_aside = len(values), len(every) - len(values)
    if not values:
        return Standing(reviews=0, set_aside=set_aside)
    mean = sum(values, Fraction(0)) / count
    without_one = [(mean * count - value) / (count - 1) for value in values] if count > 1 else []
    return Standing(
        reviews=count,
        set_aside=set_aside,
        mean=mean,
        median=median(values),
        spread=values[-1] - values[0],
        sd_ppm=_sd_ppm(values, mean) if count > 1 else None,
        lowest_without_one=min(without_one, default=None),
        highest_without_one=max(without_one, default=None),
    )


def profile(criterion: Criterion, values: Sequence[int | None]) -> Profile:
    """Describe the scores on one criterion; None in values is N/A."""
    scored = sorted(value for value in values if value is not None)
    return Profile(
        key=criterion.key,
        scored=len(scored),
        na=len(values) - len(scored),
        median=median([Fraction(value) for value in scored]) if scored else None,
        spread=scored[-1] - scored[0] if scored else None,
    )


def median(values: Sequence[Fraction]) -> Fraction:
    """Give the middle value, or the mean of the two middle ones. values: at least one."""
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def ranks(scores: Mapping[Key, int | None]) -> dict[Key, int | None]:
    """Give each its place, best first; equal scores share one (1, 2, 2, 4); None has no place.

    The order inside a shared place means nothing and is never used for money.
    """
    ordered = sorted((score for score in scores.values() if score is not None), reverse=True)
    place = {score: index for index, score in reversed(list(enumerate(ordered, 1)))}
    return {key: None if score is None else place[score] for key, score in scores.items()}


def _sd_ppm(values: Sequence[Fraction], mean: Fraction) -> int:
    """Round the standard deviation (n-1) to whole millionths without leaving whole numbers."""
    variance = sum(((value - mean) ** 2 for value in values), Fraction(0)) / (len(values) - 1)
    scaled = variance * MILLION**2
    below = isqrt(scaled.numerator // scaled.denominator)
    halfway = (below + Fraction(1, 2)) ** 2
    rounds_up = scaled > halfway or (scaled == halfway and below % 2 == 1)
    return below + rounds_up
