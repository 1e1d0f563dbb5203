"""The governance rubric scored at the start and again at the end: baseline, expected, reached."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from statistics import median
from typing import Any, NamedTuple

from fundapp.reports import fund_rows
from fundapp.reports.fund_shape import ChangeFigures
from fundapp.reports.measures import known, middle
from fundapp.reports.sources import is_profile, said
from fundapp.reviews.models import ReviewPurpose


class Moved(NamedTuple):
    """One criterion of one grant: medians of the reviewers at the start, what they expected, and at the end.

    before, after: so many scored it then.
    """

    key: str
    name: Any
    low: int
    high: int
    is_profile: bool
    baseline: float | None
    expected: float | None
    reached: float | None
    before: int
    after: int


def moved_of(application_ids: Sequence[int]) -> dict[int, list[Moved]]:
    """Give the criteria of each application in the rubric's order, scored at the end or not; one query."""
    rows = fund_rows.scores_of(application_ids)
    return {
        application_id: _criteria(list(part))
        for application_id, part in groupby(rows, key=lambda row: row.application_id)
    }


def _criteria(rows: Sequence[Any]) -> list[Moved]:
    keys = dict.fromkeys(row.key for row in rows)
    return [_moved([row for row in rows if row.key == key]) for key in keys]


def _moved(rows: Sequence[Any]) -> Moved:
    """Put the scores on one criterion together; not applicable is left out, never the lowest."""
    first = rows[0]
    start = [row for row in rows if row.purpose is ReviewPurpose.SELECTION]
    end = known(row.value for row in rows if row.purpose is ReviewPurpose.CLOSING)
    before = known(row.value for row in start)
    return Moved(
        first.key, first.name, first.lowest, first.highest, is_profile(first), middle(before),
        middle(known(row.expected for row in start)), middle(end), len(before), len(end),
    )  # fmt: skip


def changes(moved: Mapping[int, Sequence[Moved]]) -> list[ChangeFigures]:
    """Put the principles of all grants that were scored again together: medians, and how many moved.

    Only grants with a score at both ends count for a principle; principles of different scales stay apart.
    """
    found: dict[tuple[str, int, int], list[Moved]] = {}
    for grant in moved.values():
        for one in grant:
            if one.is_profile and one.baseline is not None and one.reached is not None:
                found.setdefault((one.key, one.low, one.high), []).append(one)
    return [_change(part) for _key, part in sorted(found.items())]


def _change(part: Sequence[Moved]) -> ChangeFigures:
    steps = [(one.reached or 0) - (one.baseline or 0) for one in part]
    first = part[0]
    return {
        "key": first.key,
        "name": said(first.name),
        "low": first.low,
        "high": first.high,
        "baseline": median(one.baseline or 0 for one in part),
        "expected": middle([one.expected for one in part if one.expected is not None]),
        "reached": median(one.reached or 0 for one in part),
        "grants": len(part),
        "rose": sum(step > 0 for step in steps),
        "same": sum(step == 0 for step in steps),
        "fell": sum(step < 0 for step in steps),
    }


def scored_again(moved: Mapping[int, Sequence[Moved]]) -> int:
    """Count the grants of which at least one criterion was scored at the end."""
    return sum(any(one.after for one in grant) for grant in moved.values())
