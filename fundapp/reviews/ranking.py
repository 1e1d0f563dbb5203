"""The order of a round: shared places, the threshold, the funding line; no money inside a tie."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale

from fundapp.core.shares import MILLION
from fundapp.reviews import scoring


class Order(StrEnum):
    """What a ranking goes by."""

    MEAN = "mean"
    MEDIAN = "median"


@dataclass(frozen=True)
class Scale:
    """How totals are shown: on the scale all criteria share, with two decimals, else 0 to 100 with one."""

    lowest: int
    highest: int

    @classmethod
    def of(cls, criteria: Sequence[scoring.Criterion]) -> "Scale":
        """Give the scale for these criteria."""
        return cls(*(scoring.common_scale(criteria) or (0, 100)))

    @property
    def _pattern(self) -> str:
        return "0.0" if self.highest == 100 else "0.00"

    def value(self, ppm: int) -> Decimal:
        """Put a total of millionths on the scale."""
        return self.lowest + Decimal(self.highest - self.lowest) * ppm / MILLION

    def total(self, ppm: int | None) -> str:
        """Write a total; a dash where there is none."""
        return "–" if ppm is None else self._write(self.value(ppm))

    def spread(self, ppm: int | None) -> str:
        """Write a difference between two totals."""
        return "–" if ppm is None else self._write(self.value(ppm) - self.lowest)

    def number(self, figure: float) -> str:
        """Write a figure that is on the scale already."""
        return self._write(Decimal(repr(figure)))

    def _write(self, value: Decimal) -> str:
        exact = value.quantize(Decimal(self._pattern), ROUND_HALF_EVEN)
        return str(format_decimal(exact, self._pattern, locale=str(get_locale() or "en")))


@dataclass(frozen=True)
class Place:
    """One application in its place.

    passes: its total is above the threshold. running_cents: asked by all down to here, shared places
    together.
    """

    rank: int
    is_shared: bool
    passes: bool
    row: Any
    running_cents: int


@dataclass(frozen=True)
class Ranking:
    """A round in order. above: what fits the money and the threshold; below: the rest, still in order.

    split: the group at the line that shares one place and does not fit whole: people decide there.
    is_held: the threshold, not the money, ends the line. apart: no or too little coverage. unread: the
    asking person's own review is still open.
    """

    above: list[Place] = field(default_factory=list)
    below: list[Place] = field(default_factory=list)
    split: list[Place] = field(default_factory=list)
    apart: list[Any] = field(default_factory=list)
    unread: list[Any] = field(default_factory=list)
    budget_cents: int = 0
    used_cents: int = 0
    is_held: bool = False

    @property
    def left_cents(self) -> int:
        """What the line leaves unspent."""
        return self.budget_cents - self.used_cents

    @property
    def next(self) -> Place | None:
        """The first one below the line."""
        return self.below[0] if self.below else None

    @property
    def count(self) -> int:
        """How many are ranked."""
        return len(self.above) + len(self.below)


def line_up(
    rows: Sequence[Any], *, budget_cents: int, threshold_ppm: int | None, order: Order = Order.MEAN
) -> Ranking:
    """Rank rows and draw the funding line.

    Going down, places are above the line while the whole of a shared place fits the budget and its
    total is strictly above the threshold; the first that does not ends it, also for smaller ones
    further down. Source: domain model, section 6.
    """
    unread = [row for row in rows if row.is_own_open]
    apart = [row for row in rows if not row.is_own_open and row.mean_ppm is None]
    ranked = [row for row in rows if not row.is_own_open and row.mean_ppm is not None]
    found = Ranking(apart=apart, unread=unread, budget_cents=budget_cents)
    running, used, is_open, is_held = 0, 0, True, False
    for group in _places(ranked, order):
        asked = sum(row.requested_cents or 0 for _rank, row in group)
        running += asked
        passes = _passes(_figure(group[0][1], order), threshold_ppm)
        places = [Place(rank, len(group) > 1, passes, row, running) for rank, row in group]
        if is_open and passes and running <= budget_cents:
            found.above.extend(places)
            used = running
            continue
        if is_open and passes and len(group) > 1:
            found.split.extend(places)
        is_held = is_held or (is_open and not passes)
        is_open = False
        found.below.extend(places)
    return replace(found, used_cents=used, is_held=is_held)


def _passes(figure: int, threshold_ppm: int | None) -> bool:
    return threshold_ppm is None or scoring.is_above(figure, threshold_ppm)


def _figure(row: Any, order: Order) -> int:
    return int(row.median_ppm if order is Order.MEDIAN else row.mean_ppm)


def _places(rows: Sequence[Any], order: Order) -> list[list[tuple[int, Any]]]:
    """Group rows by shared place, best first: lists of (rank, row)."""
    ranks = scoring.ranks({row.id: _figure(row, order) for row in rows})
    ordered = sorted(rows, key=lambda row: (ranks[row.id], row.code or "", row.id))
    return [
        [(int(rank or 0), row) for row in group]
        for rank, group in groupby(ordered, key=lambda row: ranks[row.id])
    ]
