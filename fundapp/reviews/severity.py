"""How strict each reviewer is, and what a score would be without it.

An additive model with shrinkage: a total is what the application deserves plus the reviewer's own
leaning plus chance, y = theta + beta + e. The fit minimises sum (y - theta - beta)^2 + DOUBT x sum beta^2:
a ridge estimate (Hoerl and Kennard, 1970), the same as a random effect for reviewers whose variance is
1/DOUBT of the variance of chance (Robinson, That BLUP is a good thing, 1991).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Key = Hashable

DOUBT = 3
"""Three reviews' worth of doubt: how slowly a reviewer is believed to lean."""
LEAST_REVIEWS = 5
"""Below this a reviewer's leaning is not calibrated, and corrects nothing."""
CLOSE_ENOUGH = 1e-9


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a reviewer scores beside the others on the same proposals; below zero is strict.

    beta: points on the scale of the totals. It is printed, but used only where is_calibrated.
    """

    reviews: int
    mean: float
    beta: float
    is_calibrated: bool


@dataclass(frozen=True, slots=True)
class Severity:
    """What the model says of a round.

    leanings: by reviewer. corrected: by application, on the scale of the totals; only where every
    reviewer of the application is calibrated and two have judged it. is_connected: whether each
    reviewer can be held against each other through shared proposals; if not, nothing is corrected.
    """

    leanings: dict[Key, Leaning]
    corrected: dict[Key, float]
    is_connected: bool


def severity(
    totals: Iterable[tuple[Key, Key, float]], *, doubt: float = DOUBT, least_reviews: int = LEAST_REVIEWS
) -> Severity:
    """Fit the model to totals (application, reviewer, total), each pair once.

    A reviewer below least_reviews counts with a leaning of zero in the correction; the leaning printed
    for them comes from the fit in which everybody leans.
    """
    given = list(totals)
    by_application, by_reviewer = _grouped(given, 0), _grouped(given, 1)
    is_connected = _connected(by_application)
    sure = {key for key, rows in by_reviewer.items() if len(rows) >= least_reviews} if is_connected else set()
    everybody = _fit(by_application, by_reviewer, set(by_reviewer), doubt)
    trusted = everybody if len(sure) == len(by_reviewer) else _fit(by_application, by_reviewer, sure, doubt)
    leanings = {
        key: Leaning(
            len(rows),
            sum(total for *_keys, total in rows) / len(rows),
            trusted.get(key, everybody[key]),
            key in sure,
        )
        for key, rows in by_reviewer.items()
    }
    corrected = {
        key: sum(total - trusted[reviewer] for _application, reviewer, total in rows) / len(rows)
        for key, rows in by_application.items()
        if len(rows) > 1 and all(reviewer in sure for _application, reviewer, _total in rows)
    }
    return Severity(leanings, corrected, is_connected)


Row = tuple[Key, Key, float]


def _grouped(rows: Sequence[Row], place: int) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[place]].append(row)
    return dict(found)


def _connected(by_application: Mapping[Key, Sequence[Row]]) -> bool:
    """Tell whether shared proposals tie all reviewers together."""
    parent: dict[Key, Key] = {}

    def root(key: Key) -> Key:
        while parent.setdefault(key, key) != key:
            parent[key] = key = parent[parent[key]]
        return key

    for rows in by_application.values():
        first = root(rows[0][1])
        for _application, reviewer, _total in rows[1:]:
            parent[root(reviewer)] = first
    return len({root(key) for key in list(parent)}) == 1


def _fit(
    by_application: Mapping[Key, Sequence[Row]],
    by_reviewer: Mapping[Key, Sequence[Row]],
    free: set[Key],
    doubt: float,
) -> dict[Key, float]:
    """Find the leanings of the free reviewers; the others stay at zero.

    What an application deserves follows from the leanings (the mean of total minus leaning), so only
    these are unknown: a positive definite system, solved by conjugate gradients.
    """
    if not free:
        return {}
    means = {key: sum(total for *_k, total in rows) / len(rows) for key, rows in by_application.items()}
    order = sorted(free, key=repr)
    sides = {key: sum(total - means[row_key] for row_key, _r, total in by_reviewer[key]) for key in order}

    def times(betas: Mapping[Key, float]) -> dict[Key, float]:
        pulls = {
            key: sum(betas.get(reviewer, 0.0) for _a, reviewer, _t in rows) / len(rows)
            for key, rows in by_application.items()
        }
        return {
            key: (len(by_reviewer[key]) + doubt) * betas[key] - sum(pulls[row[0]] for row in by_reviewer[key])
            for key in order
        }

    betas = dict.fromkeys(order, 0.0)
    rest, direction = dict(sides), dict(sides)
    left = sum(value * value for value in rest.values())
    for _round in range(10 * len(order)):
        if left < CLOSE_ENOUGH**2:
            break
        image = times(direction)
        step = left / sum(direction[key] * image[key] for key in order)
        for key in order:
            betas[key] += step * direction[key]
            rest[key] -= step * image[key]
        now = sum(value * value for value in rest.values())
        direction = {key: rest[key] + now / left * direction[key] for key in order}
        left = now
    return betas
