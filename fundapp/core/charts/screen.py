"""Small charts beside the rows of a page: a profile, the reviews' totals, a budget in parts."""

from collections.abc import Sequence
from html import escape

from markupsafe import Markup

from fundapp.core.charts.pen import n
from fundapp.core.legible import legible

ACCENT, INK, LINE, EDGE, PAPER, TINT, PALE = (
    "#1d4f91", "#17211d", "#d9dcd6", "#7b857f", "#fcfcfa", "#e8edf1", "#9fb4d0",
)  # fmt: skip


def profile_bars(
    values: Sequence[float | None], title: str, desc: str, *, low: float = 0, high: float = 4
) -> Markup:
    """Draw one small bar per principle; one without a score is a gap with a short stroke, never a zero.

    title: whose profile. desc: the same figures in words.
    """
    ground = "".join(f"M{9 * i} 24.7h6" for i in range(len(values)))
    gaps = "".join(f"M{9 * i + 1} 20h4" for i, value in enumerate(values) if value is None)
    bars = "".join(
        f"M{9 * i} 24h6v{n(-max(22 * (value - low) / (high - low), 0.6))}h-6z"
        for i, value in enumerate(values)
        if value is not None
    )
    marks = _path("k-line", ground, f'stroke="{LINE}" stroke-width="1.5"')
    marks += _path("k-edge", gaps, f'stroke="{EDGE}" stroke-width="1.5"')
    marks += _path("f-acc", bars, f'fill="{ACCENT}"')
    return _svg(max(9 * len(values) - 3, 6), 26, title, desc, marks)


def review_dots(
    scores: Sequence[float], median: float | None, title: str, desc: str, *, low: float = 0, high: float = 4
) -> Markup:
    """Draw one ring per review on the scale, a line from lowest to highest, a dark bar at the median."""
    step = 116 / (high - low)

    def pos(value: float) -> float:
        return 4 + step * (value - low)

    marks = _path("k-line", "M4 15h116", f'stroke="{LINE}"')
    marks += _path("k-edge", "M4 13v4M33 13v4M62 13v4M91 13v4M120 13v4", f'stroke="{EDGE}"')
    if scores:
        reach = f"M{n(pos(min(scores)))} 9H{n(pos(max(scores)))}"
        marks += _path("k-edge", reach, f'stroke="{EDGE}" stroke-width="1.5"')
    rings = "".join(f"M{n(pos(score) - 3.4)} 9a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0-6.8 0" for score in scores)
    marks += _path("f-pap k-acc", rings, f'fill="{PAPER}" stroke="{ACCENT}" stroke-width="1.6"')
    if median is not None:
        marks += _path("f-ink", f"M{n(pos(median) - 1.5)} 2h3v14h-3z", f'fill="{INK}"')
    return _svg(124, 22, title, desc, marks)


MONEY = {"paid": 0, "promised": 1, "reserved": 2, "free": 3, "under_way": 4}
"""What each look of `budget_bar` stands for wherever money is shown: the same on every page."""


def budget_bar(
    amounts: Sequence[int],
    title: str,
    desc: str,
    *,
    uid: str,
    ceiling: int | None = None,
    places: Sequence[int] | None = None,
) -> Markup:
    """Draw amounts as one bar over the full width: solid, hatched, pale, open; `ceiling` is an upright line.

    amounts: up to four, in cents, in the order of the legend. uid: an id of its own on the page.
    places: which look each amount has (MONEY), when not in that order.
    """
    whole = max(sum(amounts), ceiling or 0, 1)
    marks, x = _hatch(uid), 0.0
    for place, amount in zip(places or range(len(amounts)), amounts, strict=True):
        wide = 100 * amount / whole
        marks += f'<rect {_look(place, uid)} x="{x:.3f}%" y="1" width="{wide:.3f}%" height="28"/>'
        x += wide
        if x < 99.9:  # the last part keeps its own edge
            marks += _upright(x, 0, 30, f'class="k-pap" stroke="{PAPER}"')
    if ceiling is not None:
        marks += _upright(100 * ceiling / whole, -6, 34, f'class="k-ink" stroke="{INK}"')
    return Markup('<svg class="ch" width="100%" height="30" role="img">{}{}</svg>').format(
        _words(title, desc),
        Markup(marks),  # noqa: S704 - numbers and our own constants
    )


def swatch(place: int, *, uid: str) -> Markup:
    """Draw the small box that stands before part number `place` (from 0) in the legend of `budget_bar`."""
    box = f'<rect x=".5" y=".5" width="13" height="13" {_look(place, uid)}/>'
    return Markup(f'<svg class="ch" viewBox="0 0 14 14" aria-hidden="true">{box}</svg>')  # noqa: S704 - our own


def _svg(width: float, height: float, title: str, desc: str, marks: str) -> Markup:
    size = f'width="{n(width)}" height="{n(height)}" viewBox="0 0 {n(width)} {n(height)}"'
    return Markup('<svg class="ch" {} role="img">{}{}</svg>').format(
        Markup(size),  # noqa: S704 - numbers
        _words(title, desc),
        Markup(marks),  # noqa: S704 - numbers and our own constants
    )


def _words(title: str, desc: str) -> Markup:
    words = f"<title>{escape(legible(title))}</title><desc>{escape(legible(desc))}</desc>"
    return Markup(words)  # noqa: S704 - escaped on the line above


def _path(name: str, d: str, look: str) -> str:
    return f'<path class="{name}" d="{d}" {look}/>' if d else ""


def _upright(x: float, y1: float, y2: float, look: str) -> str:
    return f'<line {look} x1="{x:.3f}%" x2="{x:.3f}%" y1="{y1}" y2="{y2}" stroke-width="2"/>'


def _look(place: int, uid: str) -> str:
    return (
        f'class="f-acc" fill="{ACCENT}"',
        f'fill="url(#{uid})"',
        f'class="f-mid" fill="{PALE}"',
        f'class="f-pap k-edge" fill="{PAPER}" stroke="{EDGE}"',
        f'fill="url(#{uid}-way)"',
    )[place]


def _hatch(uid: str) -> str:
    return (
        f'<defs><pattern id="{uid}" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect class="f-tint" width="6" height="6" fill="{TINT}"/>'
        f'<rect class="f-acc" width="2" height="6" fill="{ACCENT}"/></pattern>'
        f'<pattern id="{uid}-way" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect class="f-acc" width="6" height="6" fill="{ACCENT}"/>'
        f'<circle class="f-pap" cx="3" cy="3" r="1.4" fill="{PAPER}"/></pattern></defs>'
    )
