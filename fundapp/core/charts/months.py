"""Amounts per month: two upright bars side by side, for the screen."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from fundapp.core.charts.pen import GRID, MUTED, line, n, text, ticks
from fundapp.core.charts.screen import _hatch, _look, _words


class MonthBars(NamedTuple):
    """One month: its short name, and two amounts in cents."""

    name: str
    first: int
    second: int


def month_bars(
    rows: Sequence[MonthBars],
    title: str,
    desc: str,
    show: Callable[[int], str],
    *,
    uid: str,
    looks: tuple[int, int] = (0, 1),
) -> Markup:
    """Draw two bars a month on one scale of amounts; looks: which pattern each has (screen.MONEY)."""
    left, width, head, tall = 74.0, 760.0, 10.0, 200.0
    top = max([max(row.first, row.second) for row in rows] or [1]) / 100
    levels = ticks(max(top, 1))
    unit, step = tall / levels[-1], (width - left) / max(len(rows), 1)
    marks = _hatch(uid)
    for level in levels:
        y = head + tall - unit * level
        marks += line(left, y, width, y, GRID, width=1)
        marks += text(left - 8, y + 4, show(round(level * 100)), 11, "end", fill=MUTED)
    each = 1 if len(rows) <= 12 else 2 if len(rows) <= 24 else 3
    for i, row in enumerate(rows):
        x, wide = left + step * i + step * 0.14, step * 0.34
        for place, cents in enumerate((row.first, row.second)):
            high = unit * cents / 100
            if cents:
                marks += _bar(
                    x + (wide + 2) * place, head + tall - high, wide, high, _look(looks[place], uid)
                )
        if i % each == 0:
            marks += text(left + step * (i + 0.5), head + tall + 17, row.name, 11, "middle", fill=MUTED)
    size = f'width="{n(width)}" height="{n(head + tall + 26)}" viewBox="0 0 {n(width)} {n(head + tall + 26)}"'
    return Markup('<svg class="ch" {} role="img">{}{}</svg>').format(
        Markup(size),  # noqa: S704 - numbers
        _words(title, desc),
        Markup(marks),  # noqa: S704 - numbers, our constants, escaped words
    )


def _bar(x: float, y: float, wide: float, high: float, look: str) -> str:
    return f'<rect {look} x="{n(x)}" y="{n(y)}" width="{n(wide)}" height="{n(max(high, 0.8))}"/>'
