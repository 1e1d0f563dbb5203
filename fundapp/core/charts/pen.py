"""The pen that every chart is drawn with: marks, words and a sheet to put them on.

One SVG unit is one point on paper and one pixel on screen; nothing is scaled. Colours are literal
attributes, because page CSS does not reach inline SVG in the PDF engine and a strict policy refuses
`style=` in the browser; the classes on top let the screen re-brand and darken them.
"""

import re
from collections.abc import Sequence
from hashlib import blake2s
from html import escape

from markupsafe import Markup

from fundapp.core.legible import legible

INK, MUTED, RULE, GRID = "#1b2a31", "#55656d", "#9fb0b6", "#d9e1e3"
TEAL, OCHRE, SKY, BRICK, PAPER, BAND = "#0b5563", "#c9791a", "#9cc3cb", "#9c3b2b", "#ffffff", "#dbe6e8"
FONT = "Source Sans Pro, DejaVu Sans, sans-serif"

# What the browser's stylesheet calls these colours.
CLASSES = {
    INK: "ink", MUTED: "mut", RULE: "edge", GRID: "line", TEAL: "acc", OCHRE: "warn",
    SKY: "mid", BRICK: "bad", PAPER: "pap", BAND: "tint",
}  # fmt: skip

# A difference in colour is also one in pattern: solid, dotted, hatched, crossed.
SERIES = (
    (TEAL, ""),
    (SKY, f'<circle cx="2.5" cy="2.5" r="0.9" fill="{TEAL}" class="f-acc"/>'),
    (OCHRE, f'<path d="M-1 1l2-2M0 5l5-5M4 6l2-2" stroke="{PAPER}" class="k-pap" stroke-width="1.1"/>'),
    (PAPER, f'<path d="M0 2.5h5M2.5 0v5" stroke="{TEAL}" class="k-acc" stroke-width="0.6"/>'),
    (PAPER, ""),
)
SOLID, DOTTED, HATCHED, CROSSED, EMPTY = range(5)

# Advance widths of Source Sans Pro Semibold in ems, as classes of like width.
_WIDTHS = (
    (0.2, " "), (0.29, "',.:;ijl|I’·"), (0.33, "!()-[]f{}/\\"), (0.37, "tr"), (0.44, "s*?z"),
    (0.48, "cxvyJ\"–"), (0.67, "BDGHKNOPQRU&CS"), (0.76, "Mw"), (0.86, "mW%@"), (0.97, "…—"),
)  # fmt: skip
_WIDTH = {letter: width for width, letters in _WIDTHS for letter in letters}


def n(value: float) -> str:
    """Write a coordinate with at most two decimals and no trailing zeros."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short in ("", "-0") else short


def paint(colour: str, kind: str = "fill") -> str:
    """Give the attributes that colour a mark: the literal colour, and its class on top."""
    name = CLASSES.get(colour)
    return f'{kind}="{colour}"' + (f' class="{kind[0] if kind == "fill" else "k"}-{name}"' if name else "")


def both(fill: str, stroke: str) -> str:
    """Give the attributes of a mark that is filled and outlined."""
    names = [
        f"{letter}-{CLASSES[colour]}" for letter, colour in (("f", fill), ("k", stroke)) if colour in CLASSES
    ]
    return f'fill="{fill}" stroke="{stroke}"' + (f' class="{" ".join(names)}"' if names else "")


def text(
    x: float,
    y: float,
    words: object,
    size: float = 8,
    anchor: str = "start",
    *,
    fill: str = INK,
    bold: bool = False,
) -> str:
    """Write words; y is their baseline."""
    place = f' text-anchor="{anchor}"' if anchor != "start" else ""
    weight = ' font-weight="600"' if bold else ""
    name = "t-b" if bold else "t-ink" if fill == INK else f"t-{CLASSES.get(fill, 'mut')}"
    content = escape(legible(str(words)))
    look = f'font-size="{n(size)}" class="{name}" fill="{fill}"{place}{weight}'
    return f'<text x="{n(x)}" y="{n(y)}" {look}>{content}</text>'


def line(
    x1: float, y1: float, x2: float, y2: float, stroke: str = GRID, *, width: float = 0.5, dash: str = ""
) -> str:
    """Draw a straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}" {paint(stroke, "stroke")} '
        f'stroke-width="{n(width)}"{dashes}/>'
    )


def rect(x: float, y: float, width: float, height: float, fill: str, *, edge: str = "") -> str:
    """Draw a box; `fill` is a colour or a pattern of the sheet."""
    look = both(fill, edge) + ' stroke-width="0.6"' if edge else paint(fill)
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(max(width, 0))}" height="{n(max(height, 0))}" {look}/>'


def dot(
    x: float, y: float, r: float = 3, fill: str = TEAL, stroke: str = PAPER, *, width: float = 0.8
) -> str:
    """Draw a round mark."""
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}" {both(fill, stroke)} stroke-width="{n(width)}"/>'


def diamond(x: float, y: float, r: float = 3.6, fill: str = OCHRE, stroke: str = PAPER) -> str:
    """Draw a lozenge, the mark for what is expected or in reserve."""
    return (
        f'<path d="M{n(x)} {n(y - r)}L{n(x + r)} {n(y)}L{n(x)} {n(y + r)}L{n(x - r)} {n(y)}Z" '
        f'{both(fill, stroke)} stroke-width="0.8"/>'
    )


def outline(
    points: Sequence[tuple[float, float]],
    stroke: str,
    width: float = 1.4,
    *,
    closed: bool,
    dash: str = "",
    see: str = "",
) -> str:
    """Draw a line through points; `see` fills the closed shape with that opacity of its own colour."""
    path = "L".join(f"{n(x)} {n(y)}" for x, y in points)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    look = f'{both(stroke, stroke)} fill-opacity="{see}"' if see else f'fill="none" {paint(stroke, "stroke")}'
    rest = f'stroke-width="{n(width)}" stroke-linejoin="round"{dashes}'
    return f'<path d="M{path}{"Z" if closed else ""}" {look} {rest}/>'


def text_width(words: object, size: float = 8) -> float:
    """Estimate how wide the words are set; errs to the wide side, most so for foreign scripts."""
    return size * sum(_WIDTH.get(letter, 0.56 if letter < "\u2e80" else 1.05) for letter in str(words))


def wrap(words: object, width: float, size: float = 8, most: int = 3) -> list[str]:
    """Break words into at most `most` lines that fit; what is left over ends in an ellipsis."""
    lines = [""]
    for word in _short_words(str(words), width, size):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and text_width(last + "…", size) > width:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip() + "…"]


def _short_words(words: str, width: float, size: float) -> list[str]:
    """Split at spaces, and cut any word that is by itself wider than the line."""
    most = max(int(width / (0.62 * size)), 4)
    found: list[str] = []
    for word in words.split():
        if text_width(word, size) <= width:
            found.append(word)
        else:
            found.extend(re.findall(f".{{1,{most}}}", word))
    return found


def label(
    x: float,
    y: float,
    words: object,
    width: float,
    *,
    size: float = 8,
    anchor: str = "start",
    bold: bool = False,
    most: int = 2,
) -> str:
    """Write words in as many lines as they need, centred upon height y."""
    lines = wrap(words, width, size, most)
    first = y + size * 0.35 - (len(lines) - 1) * size * 0.575
    return "".join(
        text(x, first + k * size * 1.15, part, size, anchor, bold=bold) for k, part in enumerate(lines)
    )


def ticks(top: float, count: int = 4) -> list[float]:
    """Give round axis values from 0 to at least `top`."""
    step = next(s * 10**e for e in range(-1, 13) for s in (1, 2, 2.5, 5) if s * 10**e * count >= top)
    return [step * i for i in range(count + 1)]


class Sheet:
    """One drawing: collects marks, knows its patterns, writes itself out.

    title: what the drawing shows, its alternative text in the PDF. desc: how to read it.
    unit: "pt" on paper, "" (pixels) on screen.
    """

    def __init__(self, width: float, height: float, title: str, desc: str, unit: str = "pt") -> None:
        self.width, self.height, self.unit = width, height, unit
        self.title, self.desc = legible(title), legible(desc)
        # Pattern ids must differ between the charts of one page, and be the same in every run.
        seed = f"{title}|{desc}|{width}|{height}".encode("utf-8", "replace")
        self.uid = "c" + blake2s(seed, digest_size=5).hexdigest()
        self.used: set[int] = set()
        self.marks: list[str] = []

    def fill(self, series: int) -> str:
        """Give the fill of series n: its colour, or its pattern on that colour."""
        colour, pattern = SERIES[series]
        if not pattern:
            return colour
        self.used.add(series)
        return f"url(#{self.uid}p{series})"

    def add(self, *marks: str) -> None:
        """Put marks on the sheet, over what is there."""
        self.marks.extend(marks)

    def bar(self, series: int, x: float, y: float, width: float, height: float) -> str:
        """Give a bar of one series, with an edge where its filling is the colour of the paper."""
        return rect(x, y, width, height, self.fill(series), edge=RULE if series in {CROSSED, EMPTY} else "")

    def box(self, series: int) -> str:
        """Give the mark of a series for a key: a small box centred upon the origin."""
        return self.bar(series, 0, -3.5, 10, 7)

    def key(self, x: float, y: float, names: Sequence[tuple[str, str]]) -> None:
        """Write marks, drawn around the origin, in a row at (x, y), each with its name behind it."""
        for mark, name in names:
            self.add(f'<g transform="translate({n(x)} {n(y)})">{mark}</g>')
            self.add(text(x + 14, y + 2.8, name, 8, fill=MUTED) if name else "")
            x += text_width(name) + 32

    def uprights(self, levels: Sequence[tuple[float, str]], head: float, foot: float, unit: str = "") -> None:
        """Draw the upright lines of a scale from (place, words), the last one with its unit."""
        for i, (x, words) in enumerate(levels):
            last = unit and i == len(levels) - 1
            said = f"{words} {unit}" if last else words
            self.add(line(x, head - 4, x, foot))
            self.add(text(x, head - 7, said, 7, "end" if last else "middle", fill=MUTED))

    def svg(self) -> Markup:
        """Write the drawing out; safe to print in a page, every word in it is escaped."""
        patterns = "".join(
            f'<pattern id="{self.uid}p{i}" width="5" height="5" patternUnits="userSpaceOnUse">'
            f'<rect width="5" height="5" {paint(SERIES[i][0])}/>{SERIES[i][1]}</pattern>'
            for i in sorted(self.used)
        )
        size = f'width="{n(self.width)}{self.unit}" height="{n(self.height)}{self.unit}"'
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="ch" role="img" {size} '
            f'viewBox="0 0 {n(self.width)} {n(self.height)}" font-family="{FONT}">'
            f"<title>{escape(self.title)}</title><desc>{escape(self.desc)}</desc>"
        )
        defs = f"<defs>{patterns}</defs>" if patterns else ""
        return Markup(head + defs + "".join(self.marks) + "</svg>")  # noqa: S704 - escaped above and in text()
