"""Money that flows from left to right through columns of names: each ribbon as wide as its sum."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from fundapp.core.charts.pen import label, n, text
from fundapp.core.charts.screen import ACCENT, EDGE, INK, _hatch, _look, _words

LABEL, STEM, LEAST, GAP = 172.0, 10.0, 28.0, 9.0
"""Room for a name, width of a box, height that a name needs, space between boxes; in pixels."""


@dataclass
class Stop:
    """A box in one column: its name, its sum in cents, and how it looks (MONEY), plain when None."""

    key: str
    name: str
    cents: int
    look: int | None = None
    y: float = field(default=0, init=False)
    high: float = field(default=0, init=False)
    used_in: float = field(default=0, init=False)
    used_out: float = field(default=0, init=False)


@dataclass(frozen=True)
class Ribbon:
    """What goes from one box to a box of the next column, in cents."""

    source: str
    target: str
    cents: int


def streams(
    columns: Sequence[Sequence[Stop]],
    ribbons: Sequence[Ribbon],
    title: str,
    desc: str,
    show: Callable[[int], str],
    *,
    uid: str,
    width: float = 960,
) -> Markup:
    """Draw the flow. Sums that leave a box never exceed it; boxes that end the flow may stand in any column.

    show: writes a sum. uid: an id of its own on the page. Readable without colour: names and sums stand
    beside the boxes, whose patterns are those of the money bars.
    """
    scale = _place(columns)
    tall = max((stop.y + max(stop.high, LEAST) for column in columns for stop in column), default=LEAST) + 4
    step = (width - LABEL - STEM) / max(len(columns) - 1, 1)
    at = {stop.key: (i * step, stop) for i, column in enumerate(columns) for stop in column}
    bands = "".join(_band(at, one, scale) for one in ribbons if one.cents > 0)
    boxes = "".join(_box(x, stop, show, uid) for x, stop in at.values())
    size = f'width="{n(width)}" height="{n(tall)}" viewBox="0 0 {n(width)} {n(tall)}"'
    return Markup('<svg class="ch streams" {} role="img">{}{}</svg>').format(
        Markup(size),  # noqa: S704 - numbers
        _words(title, desc),
        Markup(_hatch(uid) + bands + boxes),  # noqa: S704 - numbers, our constants, escaped words
    )


def _place(columns: Sequence[Sequence[Stop]]) -> float:
    """Give every box its place and height; give the pixels of one cent."""
    most = max((sum(stop.cents for stop in column) for column in columns), default=0) or 1
    scale = 300 / most
    for column in columns:
        y = 0.0
        for stop in column:
            stop.high, stop.y = max(stop.cents * scale, 1.5), y
            y += max(stop.high, LEAST) + GAP
    return scale


def _band(at: dict[str, tuple[float, Stop]], one: Ribbon, scale: float) -> str:
    (x1, source), (x2, target) = at[one.source], at[one.target]
    high = max(one.cents * scale, 0.8)
    y1, y2 = source.y + source.used_out, target.y + target.used_in
    source.used_out += one.cents * scale
    target.used_in += one.cents * scale
    x1, middle = x1 + STEM, (x1 + STEM + x2) / 2
    path = (
        f"M{n(x1)} {n(y1)}C{n(middle)} {n(y1)} {n(middle)} {n(y2)} {n(x2)} {n(y2)}V{n(y2 + high)}"
        f"C{n(middle)} {n(y2 + high)} {n(middle)} {n(y1 + high)} {n(x1)} {n(y1 + high)}Z"
    )
    look = f'fill="{ACCENT}" fill-opacity="0.16" stroke="{EDGE}" stroke-opacity="0.55" stroke-width="0.5"'
    return f'<path class="f-acc k-edge" d="{path}" {look}/>'


def _box(x: float, stop: Stop, show: Callable[[int], str], uid: str) -> str:
    look = _look(stop.look, uid) if stop.look is not None else f'class="f-ink" fill="{INK}"'
    y = stop.y + max(stop.high, LEAST) / 2 if stop.high < LEAST else stop.y + 14
    words = label(x + STEM + 6, y - 6, stop.name, LABEL - 20, size=11.5, most=1, bold=True)
    words += text(x + STEM + 6, y + 10, show(stop.cents), 11.5)
    return f'<rect {look} x="{n(x)}" y="{n(stop.y)}" width="{n(STEM)}" height="{n(stop.high)}"/>{words}'


def balanced(columns: Sequence[Sequence[Stop]], ribbons: Sequence[Ribbon]) -> list[str]:
    """Name the boxes where what comes in, or what goes on, is not their sum; empty when the flow is exact."""
    inner = {stop.key: stop.cents for column in columns for stop in column}
    into, out = dict.fromkeys(inner, 0), dict.fromkeys(inner, 0)
    for one in ribbons:
        into[one.target] += one.cents
        out[one.source] += one.cents
    first = {stop.key for stop in (columns[0] if columns else [])}
    wrong = [key for key, cents in inner.items() if key not in first and into[key] != cents]
    wrong += [key for key, cents in inner.items() if out[key] not in (0, cents)]
    return wrong
