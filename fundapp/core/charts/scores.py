"""Scores: each reviewer a dot per criterion, and all applications in order of their total."""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from markupsafe import Markup

from fundapp.core.charts.pen import (
    BAND,
    INK,
    MUTED,
    PAPER,
    SKY,
    Sheet,
    diamond,
    dot,
    label,
    line,
    rect,
    text,
)


class Marks(NamedTuple):
    """The scores of one criterion; reviewers who answered not applicable are left out."""

    name: str
    scores: Sequence[float]
    median: float | None


class Axis(NamedTuple):
    """A scale of whole points, and the words for a row without any score."""

    low: int
    high: int
    none: str


def dot_rows(rows: Sequence[Marks], title: str, desc: str, axis: Axis, *, width: float = 339) -> Markup:
    """Draw a dot per reviewer and criterion; equal scores are stacked, an upright line is the median."""
    row, head, names = 22, 16, 128
    foot = head + row * len(rows)
    sheet = Sheet(width, foot + 4, title, desc)
    step = (width - names - 14) / (axis.high - axis.low)

    def pos(value: float) -> float:
        return names + 6 + step * (value - axis.low)

    sheet.uprights([(pos(level), str(level)) for level in range(axis.low, axis.high + 1)], head, foot)
    for i, one in enumerate(rows):
        y = head + row * (i + 0.5)
        sheet.add(label(0, y, one.name, names - 8))
        if one.median is None:
            sheet.add(text(pos(axis.low) + 4, y + 2.8, axis.none, 7.5, fill=MUTED))
            continue
        middle = pos(one.median)
        sheet.add(line(pos(min(one.scores)), y, pos(max(one.scores)), y, SKY, width=3))
        sheet.add(line(middle, y - 10, middle, y + 10, INK, width=1.2))
        sheet.add(*(dot(pos(score), at, 3.1) for score, at in _stacked(one.scores, y, row)))
    return sheet.svg()


def _stacked(scores: Sequence[float], y: float, row: float) -> list[tuple[float, float]]:
    """Give (score, height) of each dot; equal scores stand above each other, inside the row."""
    seen: dict[float, int] = {}
    found = []
    for score in sorted(scores):
        seen[score] = seen.get(score, 0) + 1
        same = list(scores).count(score)
        gap = min(5.4, (row - 6) / same)
        found.append((score, y + (seen[score] - (same + 1) / 2) * gap))
    return found


class Standing(NamedTuple):
    """One application in the order of totals; kind: funded, reserve or other."""

    code: str
    total: float
    lowest: float
    highest: float
    kind: str


class LadderWords(NamedTuple):
    """What a ladder says: the finding, how to read it, and the names of its marks."""

    title: str
    desc: str
    funded: str
    reserve: str
    other: str
    span: str


def score_ladder(
    rows: Sequence[Standing], words: LadderWords, *, low: float, high: float, width: float = 475
) -> Markup:
    """Draw all applications in order from left to right; a bar spans the lowest to the highest reviewer."""
    above, below, left = 24, 150, 22
    sheet = Sheet(width, below + 24, words.title, words.desc)
    step = (width - 4 - left) / len(rows)
    every = ceil(max(len(row.code) for row in rows) * 4.4 / step)

    def pos(value: float) -> float:
        return below - (below - above) * (value - low) / (high - low)

    for level in _levels(low, high):
        sheet.add(line(left, pos(level), width - 4, pos(level)))
        sheet.add(text(left - 6, pos(level) + 2.6, f"{level:g}", 7, "end", fill=MUTED))
    for i, row in enumerate(rows):
        x = left + step * (i + 0.5)
        wide = min(6, step / 1.5)
        sheet.add(rect(x - wide / 2, pos(row.highest), wide, pos(row.lowest) - pos(row.highest), BAND))
        sheet.add(_mark(row.kind, x, pos(row.total), max(min(1.0, step / 11), 0.5)))
        sheet.add(text(x, below + 11, row.code, 7, "middle", fill=MUTED) if i % every == 0 else "")
    names = (("funded", words.funded), ("reserve", words.reserve), ("other", words.other))
    keys = [(_mark(kind, 4, 0, 1), name) for kind, name in names if any(row.kind == kind for row in rows)]
    sheet.key(left, 6, [*keys, (rect(1, -4.5, 7, 9, BAND), words.span)])
    return sheet.svg()


def _levels(low: float, high: float) -> list[float]:
    step = next(s for s in (0.5, 1, 2, 5, 10, 20, 25, 50) if (high - low) / s <= 8)
    return [low + step * i for i in range(int((high - low) / step) + 1)]


def _mark(kind: str, x: float, y: float, scale: float) -> str:
    if kind == "funded":
        return dot(x, y, 3.6 * scale)
    if kind == "reserve":
        return diamond(x, y, 4.2 * scale)
    return dot(x, y, 3.1 * scale, PAPER, MUTED, width=1.2 * scale)
