"""How sure the funding line is: what would become of it, had other reviewers leaned the other way.

A bootstrap of residuals (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 9): the
distances of all totals to their own mean, n(n-1)-corrected, go into one pool; each replicate adds to
every mean the average of as many draws as it has reviews, and draws the line again. One pool, not one
for each application: three equal scores would else look certain.
"""

from array import array
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt
from random import Random
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Hashable)

REPLICATES = 400
"""The error of a share is at most 2.5 points with so many."""
TIED = (0.1, 0.9)
"""Between these shares it is a matter of luck on which side of the line an application falls."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What stands in the ranking: the totals of its reviews, and what it asks in cents."""

    totals: Sequence[float]
    asks_cents: int

    @property
    def mean(self) -> float:
        """The mean of its totals."""
        return sum(self.totals) / len(self.totals)


def stability(
    candidates: Mapping[Key, Candidate],
    *,
    budget_cents: int,
    seed: str,
    above: float | None = None,
    replicates: int = REPLICATES,
) -> dict[Key, float]:
    """Give the share of replicates in which each candidate is within the line, 0 to 1.

    The line goes down the means while what is asked fits the budget and the mean is strictly above
    `above`; equal means go together. The same seed gives the same shares.
    """
    pool = _pool(candidates)
    if not candidates:
        return {}
    chance = Random(seed).random
    keys = list(candidates)
    means = [candidates[key].mean for key in keys]
    counts = [len(candidates[key].totals) for key in keys]
    asks = [candidates[key].asks_cents for key in keys]
    size, within = len(pool), [0] * len(keys)
    for _replicate in range(replicates):
        drawn = (
            [
                mean + sum([pool[int(chance() * size)] for _draw in range(count)]) / count
                for mean, count in zip(means, counts, strict=True)
            ]
            if size
            else means
        )
        for place in _funded(drawn, asks, budget_cents, above):
            within[place] += 1
    return {key: share / replicates for key, share in zip(keys, within, strict=True)}


def is_tied(share: float) -> bool:
    """Tell whether an application stands in the tie band, the only place where lots may be drawn."""
    return TIED[0] < share < TIED[1]


def _pool(candidates: Mapping[Key, Candidate]) -> "array[float]":
    """Gather the corrected distances of all totals that have a fellow."""
    pool = array("d")
    for one in candidates.values():
        count = len(one.totals)
        if count > 1:
            mean, stretch = one.mean, sqrt(count / (count - 1))
            pool.extend((total - mean) * stretch for total in one.totals)
    return pool


def _funded(means: Sequence[float], asks: Sequence[int], budget_cents: int, above: float | None) -> list[int]:
    """Give the places of those within the line."""
    order = sorted(range(len(means)), key=means.__getitem__, reverse=True)
    found: list[int] = []
    left = budget_cents
    if len(set(means)) == len(means):  # as good as always: draws rarely end equal
        for place in order:
            left -= asks[place]
            if left < 0 or (above is not None and means[place] <= above):
                return found
            found.append(place)
        return found
    for mean, group in groupby(order, key=means.__getitem__):
        places: list[Any] = list(group)
        left -= sum(asks[place] for place in places)
        if left < 0 or (above is not None and mean <= above):
            return found
        found.extend(places)
    return found
