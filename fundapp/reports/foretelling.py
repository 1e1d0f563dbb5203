"""Did a score foretell what came? Rank correlation with its interval, and the courage to say nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh
from statistics import fmean

LEAST = 10
"""With fewer grants nothing is concluded, whatever the figure."""
SURE = 1.96
"""Standard errors of a 95% interval, on Fisher's scale."""


@dataclass(frozen=True)
class Foretold:
    """How far scores and an outcome went together, from -1 to 1. rho None: one of the two never varied.

    low, high: the 95% interval by Fisher's transformation; None for fewer than four or an exact one.
    """

    n: int
    rho: float | None
    low: float | None
    high: float | None

    @property
    def verdict(self) -> str:
        """few, flat (never varied), up, down, or none: the interval holds nought."""
        if self.n < LEAST:
            return "few"
        if self.rho is None:
            return "flat"
        if self.low is None or self.high is None or self.low <= 0 <= self.high:
            return "none"
        return "up" if self.rho > 0 else "down"


def foretold(pairs: Sequence[tuple[float, float]]) -> Foretold:
    """Correlate the ranks (Spearman) of scores and outcomes; ties share the mean of their ranks.

    pairs: (score, outcome); an outcome of yes or no is 1 or 0. Source: Spearman 1904; interval after
    Bonett and Wright 2000, whose error is sqrt((1 + rho²/2) / (n - 3)).
    """
    rho = _correlation(ranks([score for score, _came in pairs]), ranks([came for _score, came in pairs]))
    if rho is None or len(pairs) < 4 or abs(rho) > 1 - 1e-12:
        return Foretold(len(pairs), rho, None, None)
    error = SURE * sqrt((1 + rho * rho / 2) / (len(pairs) - 3))
    return Foretold(len(pairs), rho, tanh(atanh(rho) - error), tanh(atanh(rho) + error))


def ranks(values: Sequence[float]) -> list[float]:
    """Give each value its rank from the lowest; equal values share the mean of their ranks."""
    order = sorted(values)
    first = {value: order.index(value) for value in set(values)}
    count = {value: order.count(value) for value in set(values)}
    return [first[value] + (count[value] + 1) / 2 for value in values]


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    if not one:
        return None
    a, b = fmean(one), fmean(other)
    shared = sum((x - a) * (y - b) for x, y in zip(one, other, strict=True))
    apart = sum((x - a) ** 2 for x in one) * sum((y - b) ** 2 for y in other)
    return None if apart == 0 else max(-1.0, min(1.0, shared / sqrt(apart)))
