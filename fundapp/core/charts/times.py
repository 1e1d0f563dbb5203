"""Time taken per step: from the shortest case to the longest, with the middle and nine in ten."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from fundapp.core.charts.pen import BRICK, RULE, TEAL, Sheet, dot, label, line, n, rect, ticks


class Duration(NamedTuple):
    """Days of one step over all its cases; promised: what the fund said it would take, if it did."""

    name: str
    least: float
    median: float
    p90: float
    most: float
    promised: float | None = None


def ranges(rows: Sequence[Duration], title: str, desc: str, unit: str, *, width: float = 475) -> Markup:
    """Draw a thin line from shortest to longest, a thick one from the median (dot) to nine in ten."""
    row, head, names = 24, 18, 150
    foot = head + row * len(rows)
    sheet = Sheet(width, foot + 4, title, desc)
    scale = ticks(max(4, *(max(one.most, one.promised or 0) for one in rows)))

    def pos(value: float) -> float:
        return names + (width - names - 12) * value / scale[-1]

    sheet.uprights([(pos(level), n(level)) for level in scale], head, foot, unit)
    for i, one in enumerate(rows):
        y = head + row * (i + 0.5)
        sheet.add(label(0, y, one.name, names - 12))
        sheet.add(line(pos(one.least), y, pos(one.most), y, RULE, width=1.2))
        sheet.add(line(pos(one.median), y, pos(one.p90), y, TEAL, width=4.5))
        sheet.add(dot(pos(one.median), y, 4), rect(pos(one.p90) - 1, y - 5.5, 2.4, 11, TEAL))
        if one.promised is not None:
            x = pos(one.promised)
            sheet.add(line(x, y - 8, x, y + 8, BRICK, width=1.2, dash="2.4 1.6"))
    return sheet.svg()
