"""What moved: amounts month by month, and scores from the start to the end."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from fundapp.core.charts.pen import (
    BRICK,
    INK,
    MUTED,
    PAPER,
    RULE,
    TEAL,
    Sheet,
    diamond,
    dot,
    label,
    line,
    outline,
    text,
    ticks,
)


class Course(NamedTuple):
    """One amount over time, with the name that stands at its end."""

    name: str
    values: Sequence[float]


DASHES = ("", "5 2.5", "1.5 2")


def amounts_over_time(
    labels: Sequence[str],
    courses: Sequence[Course],
    title: str,
    desc: str,
    show: Callable[[int], str],
    *,
    width: float = 475,
    height: float = 178,
) -> Markup:
    """Draw amounts as stairs, one step a label; the first solid, the others dashed. labels: at least one."""
    sheet = Sheet(width, height, title, desc)
    left, right, head, foot = 54, width - 96, 10, height - 20
    scale = ticks(max(1, *(max(one.values) for one in courses)))
    step = (right - left) / len(labels)

    def pos(value: float) -> float:
        return foot - (foot - head) * value / scale[-1]

    for level in scale:
        sheet.add(line(left, pos(level), right, pos(level)))
        sheet.add(text(left - 6, pos(level) + 2.6, show(int(level)), 7, "end", fill=MUTED))
    every = max(1, -(-len(labels) // 8))
    for i in range(0, len(labels), every):
        sheet.add(text(left + step * (i + 0.5), foot + 12, labels[i], 7, "middle", fill=MUTED))
    for i, one in enumerate(courses):
        points = [
            (left + step * (k + side), pos(value)) for k, value in enumerate(one.values) for side in (0, 1)
        ]
        sheet.add(outline(points, TEAL if i == 0 else INK, 1.6, closed=False, dash=DASHES[i]))
    ends = _apart([pos(one.values[-1]) for one in courses], 21)
    for one, y in zip(courses, ends, strict=True):
        sheet.add(text(right + 6, y, one.name, 8, bold=True))
        sheet.add(text(right + 6, y + 9.5, show(int(one.values[-1])), 8))
    return sheet.svg()


def _apart(heights: Sequence[float], gap: float) -> list[float]:
    """Move labels down until none covers another."""
    placed: dict[int, float] = {}
    last = -gap
    for i in sorted(range(len(heights)), key=heights.__getitem__):
        last = max(heights[i], last + gap)
        placed[i] = last
    return [placed[i] for i in range(len(heights))]


class Shift(NamedTuple):
    """One criterion at the start, as it was expected, and at the end; None: not scored."""

    name: str
    start: float | None
    end: float | None
    expected: float | None = None
    key: str = ""


class ShiftWords(NamedTuple):
    """What the drawing says: the finding, how to read it, and the names of its marks."""

    title: str
    desc: str
    start: str
    expected: str
    end: str
    none: str


def shifts(
    rows: Sequence[Shift],
    words: ShiftWords,
    *,
    low: int = 0,
    high: int = 4,
    width: float = 475,
    names: float = 190,
) -> Markup:
    """Draw where each criterion stood and stands: an open dot at the start, a solid one at the end.

    The line between them is solid where it goes up, dashed where it goes down; a lozenge is what was
    expected.
    """
    row, head = 19, 14
    foot = head + row * len(rows)
    sheet = Sheet(width, foot + 18, words.title, words.desc)
    step = (width - names - 10) / (high - low)

    def pos(value: float) -> float:
        return names + step * (value - low)

    sheet.uprights([(pos(level), str(level)) for level in range(low, high + 1)], head, foot - 2)
    for i, one in enumerate(rows):
        y = head + row * (i + 0.5) - 1
        sheet.add(label(0, y, f"{one.key} {one.name}".strip(), names - 12))
        if one.start is None and one.end is None:
            sheet.add(text(pos(low) + 4, y + 2.8, words.none, 7.5, fill=MUTED))
        else:
            sheet.add(*_shift(one, y, pos))
    marks = [(dot(4, 0, 3.2, PAPER, TEAL, width=1.2), words.start), (dot(4, 0, 3.4), words.end)]
    if any(one.expected is not None for one in rows):
        marks.insert(1, (diamond(4, 0), words.expected))
    sheet.key(names, sheet.height - 6, marks)
    return sheet.svg()


def _shift(one: Shift, y: float, pos: Callable[[float], float]) -> list[str]:
    marks = []
    if one.start is not None and one.end is not None and one.start != one.end:
        is_down = one.end < one.start
        colour, dash = (BRICK, "3 2") if is_down else (TEAL, "")
        marks.append(line(pos(one.start), y, pos(one.end), y, colour, width=2, dash=dash))
    elif one.end is None and one.start is not None:
        marks.append(line(pos(one.start), y, pos(one.start) + 8, y, RULE, width=1.2))
    if one.expected is not None:
        marks.append(diamond(pos(one.expected), y))
    if one.end is not None:
        marks.append(dot(pos(one.end), y, 3.6))
    if one.start is not None:
        is_same = one.start == one.end
        marks.append(
            dot(pos(one.start), y, 5.2 if is_same else 3.2, "none" if is_same else PAPER, TEAL, width=1.2)
        )
    return marks
