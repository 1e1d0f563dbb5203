"""The order of an agenda: people with ties walk in and out as seldom as can be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

EXACT = 11
"""Up to so many different groups of people out, the best order is found for certain (half a second)."""

Out = frozenset[int]


@dataclass(frozen=True)
class Order:
    """An order of items. places: indexes into what was given. walks: leavings and returns in it.

    is_exact: no order has fewer.
    """

    places: list[int]
    walks: int
    is_exact: bool


def walks(outs: Sequence[Out]) -> int:
    """Count how often somebody leaves or comes back, from the first item to the last.

    outs: for each item who is out. Everybody begins in the room; nobody need come back at the end.
    """
    before: Out = frozenset()
    count = 0
    for out in outs:
        count += len(before ^ out)
        before = out
    return count


def shortest(outs: Sequence[Out], key: Callable[[int], Any] = lambda place: place) -> Order:
    """Order items so that `walks` is lowest; among items for which the same people are out, by key.

    Items with the same people out stand together: the difference of two sets is a metric, so that
    no order gains from going back. What is left is a shortest path through the different groups,
    found by dynamic programming (Held and Karp 1962) up to EXACT of them, beyond by the nearest
    next one and exchanges of stretches (2-opt). Groups of equal cost follow their first item.
    """
    groups: dict[Out, list[int]] = {}
    for place in sorted(range(len(outs)), key=lambda place: (key(place), place)):
        groups.setdefault(outs[place], []).append(place)
    found = list(groups)
    is_exact = len(found) <= EXACT
    path = _best(found) if is_exact else _good(found)
    places = [place for group in path for place in groups[group]]
    return Order(places, walks([outs[place] for place in places]), is_exact)


def _best(groups: list[Out]) -> list[Out]:
    """Find the shortest path through all groups, beginning with nobody out."""
    count = len(groups)
    if not count:
        return []
    best: dict[tuple[int, int], tuple[int, int]] = {(1 << i, i): (len(groups[i]), -1) for i in range(count)}
    for been in range(1, 1 << count):
        for last in range(count):
            here = best.get((been, last))
            if here is None:
                continue
            for after in range(count):
                if been >> after & 1:
                    continue
                state = (been | 1 << after, after)
                cost = here[0] + len(groups[last] ^ groups[after])
                if state not in best or cost < best[state][0]:
                    best[state] = (cost, last)
    return _traced(groups, best)


def _traced(groups: list[Out], best: dict[tuple[int, int], tuple[int, int]]) -> list[Out]:
    been = (1 << len(groups)) - 1
    last = min(range(len(groups)), key=lambda i: best[been, i][0])
    path: list[Out] = []
    while last >= 0:
        path.append(groups[last])
        before = best[been, last][1]
        been, last = been & ~(1 << last), before
    return path[::-1]


def _good(groups: list[Out]) -> list[Out]:
    """Take the nearest next group each time, then turn stretches round while that helps."""
    left, path, here = list(groups), [], frozenset[int]()
    while left:
        here = min(left, key=lambda group: len(here ^ group))
        left.remove(here)
        path.append(here)
    cost = walks(path)
    while True:
        better = _turned(path, cost)
        if better is None:
            return path
        path, cost = better, walks(better)


def _turned(path: list[Out], cost: int) -> list[Out] | None:
    for first in range(len(path) - 1):
        for last in range(first + 1, len(path)):
            tried = [*path[:first], *path[first : last + 1][::-1], *path[last + 1 :]]
            if walks(tried) < cost:
                return tried
    return None
