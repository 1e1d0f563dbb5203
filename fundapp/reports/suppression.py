"""Public figures hide small numbers: no cell from one to four, and none that a total gives away."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from fundapp.reports.fund_shape import FundReport
from fundapp.reports.group_figures import TRAITS

LEAST = 5
"""The smallest count that a public figure shows; nought may be shown, it is about nobody."""

RECEIVED = ("received", "asked_cents", "rate")
FUNDED = ("funded", "awarded_cents", "share", "rate")
"""What goes with a hidden count: an amount or a share of it would tell the same."""


def is_small(count: int | None) -> bool:
    """Tell whether a count is about so few that somebody could be recognised."""
    return count is not None and 0 < count < LEAST


def public_groups(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Hide the small cells of a breakdown that stands above its total.

    rows: key, received, funded and what goes with them. Hidden cells become null and their keys stand in
    `hidden`. Where few are received, nothing of the row is told; where only few are funded, the rest is.
    Then more is hidden, the smallest first, until no column hides one cell alone or fewer than five
    together: a total less the others would give it away.
    """
    received = withheld([row["received"] for row in rows])
    funded = withheld([row["funded"] for row in rows], also=received)
    return [
        _hide(row, (*(RECEIVED if place in received else ()), *(FUNDED if place in funded else ())))
        for place, row in enumerate(rows)
    ]


def withheld(counts: Sequence[int], also: Iterable[int] = ()) -> set[int]:
    """Give the places of the counts to hide, in a column whose total is shown.

    also: places hidden in any case, since something beside them is.
    """
    hidden = {place for place, count in enumerate(counts) if is_small(count)} | set(also)
    open_ones = sorted((count, place) for place, count in enumerate(counts) if place not in hidden)
    while open_ones and _is_told(counts, hidden):
        hidden.add(open_ones.pop(0)[1])
    return hidden


def _is_told(counts: Sequence[int], hidden: set[int]) -> bool:
    """Tell whether the total gives away what is hidden: one cell alone, or so few together."""
    together = sum(counts[place] for place in hidden)
    return together > 0 and (len(hidden) == 1 or together < LEAST)


def _hide(row: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    gone = dict.fromkeys(key for key in keys if key in row)
    return {**row, **gone, "hidden": sorted(gone)}


def public_counts(rows: Sequence[Mapping[str, Any]], key: str = "number") -> list[dict[str, Any]]:
    """Hide the small cells of a list of counts above its total."""
    hidden = withheld([row[key] for row in rows])
    return [_hide(row, (key,) if place in hidden else ()) for place, row in enumerate(rows)]


def public_figures(data: FundReport) -> FundReport:
    """Give a fund's figures as the public may read them: no small cells in breakdowns and diversity."""
    shown: dict[str, Any] = dict(data)
    for trait in TRAITS:
        shown[trait] = public_groups(shown[trait])
    by_question: dict[str, list[Any]] = {}
    for line in data["diversity"]:
        by_question.setdefault(line["question"], []).append(line)
    shown["diversity"] = [line for part in by_question.values() for line in public_counts(part)]
    return cast(FundReport, shown)
