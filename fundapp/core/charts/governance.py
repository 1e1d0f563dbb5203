"""The governance profile: eight principles as a web and as rows, with spread and expectation."""

from collections.abc import Callable, Sequence
from math import cos, pi, sin
from typing import NamedTuple

from markupsafe import Markup

from fundapp.core.charts.pen import (
    BAND,
    GRID,
    MUTED,
    OCHRE,
    PAPER,
    RULE,
    TEAL,
    Sheet,
    diamond,
    dot,
    label,
    line,
    outline,
    rect,
    text,
    text_width,
    wrap,
)

Point = tuple[float, float]


class Principle(NamedTuple):
    """One row of a profile. Values lie on the rubric's scale; None means not applicable.

    key: short, stands at the web's axis instead of the name; the rows beside it carry both.
    """

    name: str
    lowest: float | None
    highest: float | None
    median: float | None
    expected: float | None = None
    key: str = ""


class Words(NamedTuple):
    """What a profile says: the finding, how to read it, and the names of its marks."""

    title: str
    desc: str
    now: str
    expected: str
    none: str
    """Stands where nothing was scored ("n/a")."""


def radar(
    rows: Sequence[Principle], words: Words, *, low: int = 0, high: int = 4, width: float = 234
) -> Markup:
    """Draw the profile as a web: medians filled, expectations as a dashed outline.

    A principle without a score is left out of the outline and named so; it is never drawn as the lowest.
    """
    sheet = Sheet(width, 216, words.title, words.desc)
    web = _Web(len(rows), (width / 2, 104), 82, low, high)
    levels = range(low + 1, high + 1)
    for level in levels:
        ring = [web.at(i, level) for i in range(web.size)]
        sheet.add(outline(ring, RULE if level == high else GRID, 0.5, closed=True))
    sheet.add(*(line(*web.centre, *web.at(i, high)) for i in range(web.size)))
    _shape(sheet, web.points([row.median for row in rows]), TEAL)
    _shape(sheet, web.points([row.expected for row in rows]), OCHRE)
    x = web.centre[0]
    for level in levels:
        y = web.at(0, level)[1]
        sheet.add(
            rect(x - 9.5, y - 3.4, 5.6, 7.4, PAPER), text(x - 5, y + 2.4, level, 6.5, "end", fill=MUTED)
        )
    for i, row in enumerate(rows):
        name = row.key or row.name
        named = name if row.median is not None else f"{name} ({words.none})"
        _name(sheet, named, web.at(i, high + (high - low) * 0.07), web.angle(i), width / 2 - 92)
    return _finish(sheet, rows, words)


class _Web:
    """The axes of a radar: as many as there are rows, the first one upright."""

    def __init__(self, size: int, centre: Point, reach: float, low: float, high: float) -> None:
        self.size, self.centre, self.reach, self.low, self.high = size, centre, reach, low, high

    def angle(self, i: int) -> float:
        return 2 * pi * i / self.size - pi / 2

    def at(self, i: int, value: float) -> Point:
        out = self.reach * (value - self.low) / (self.high - self.low)
        return self.centre[0] + out * cos(self.angle(i)), self.centre[1] + out * sin(self.angle(i))

    def points(self, values: Sequence[float | None]) -> list[Point | None]:
        return [None if value is None else self.at(i, value) for i, value in enumerate(values)]


def _shape(sheet: Sheet, points: list[Point | None], colour: str) -> None:
    """Draw one outline; where a value is missing the line stops instead of running through it."""
    known = [point for point in points if point]
    solid = colour == TEAL
    dash = "" if solid else "4 2.2"
    if len(known) == len(points):
        sheet.add(outline(known, colour, 1.5, closed=True, dash=dash, see="0.18" if solid else ""))
    for here, following in zip(points, [*points[1:], *points[:1]], strict=True):
        if len(known) < len(points) and here and following:
            sheet.add(line(*here, *following, colour, width=1.5, dash=dash))
    sheet.add(*(dot(*point, 2.6) if solid else diamond(*point, 3.2) for point in known))


def _name(sheet: Sheet, name: str, place: Point, angle: float, room: float) -> None:
    side, up = cos(angle), sin(angle)
    anchor = "middle" if abs(side) < 0.3 else "start" if side > 0 else "end"
    for k, part in enumerate(wrap(name, max(room, 34), 8.5)):
        sheet.add(text(place[0], place[1] + 3 + 4 * up + k * 9.5, part, 8.5, anchor, bold=len(name) < 5))


def profile(
    rows: Sequence[Principle],
    words: Words,
    *,
    low: int = 0,
    high: int = 4,
    width: float = 236,
    names: float = 110,
) -> Markup:
    """Draw the profile as rows: spread as a band, median as a dot, expectation as a lozenge."""
    row, head = (23, 14) if width < 400 else (17, 14)
    foot = head + row * len(rows)
    sheet = Sheet(width, foot + 16, words.title, words.desc)
    step = (width - names - 8) / (high - low)

    def pos(value: float) -> float:
        return names + step * (value - low)

    sheet.uprights([(pos(level), str(level)) for level in range(low, high + 1)], head, foot - 2)
    for i, one in enumerate(rows):
        y = head + row * (i + 0.5) - 1
        sheet.add(label(0, y, f"{one.key} {one.name}".strip(), names - 10))
        if one.median is None:
            sheet.add(text(pos(low) + 4, y + 2.8, words.none, 7.5, fill=MUTED))
        else:
            _marks(sheet, one, y, pos)
    return _finish(sheet, rows, words)


def _marks(sheet: Sheet, one: Principle, y: float, pos: Callable[[float], float]) -> None:
    median = one.median or 0
    if one.lowest is not None and one.highest is not None:
        sheet.add(rect(pos(one.lowest) - 2.5, y - 4.5, pos(one.highest) - pos(one.lowest) + 5, 9, BAND))
    if one.expected is not None and one.expected != median:
        sheet.add(line(pos(median), y, pos(one.expected), y, OCHRE, width=1.4, dash="3 1.6"))
        sheet.add(diamond(pos(one.expected), y))
    sheet.add(dot(pos(median), y, 3.4))


def _finish(sheet: Sheet, rows: Sequence[Principle], words: Words) -> Markup:
    """Name the marks below the drawing, only those that occur."""
    keys = [(dot(4, 0), words.now)]
    if any(row.expected is not None for row in rows):
        keys.append((diamond(4, 0), words.expected))
    room = sum(text_width(name) + 32 for _, name in keys) - 18
    sheet.key(max((sheet.width - room) / 2, 0), sheet.height - 6, keys)
    return sheet.svg()
