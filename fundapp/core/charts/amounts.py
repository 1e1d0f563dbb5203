"""Counts and money: what stays per step, two amounts per row, parts of a whole."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from fundapp.core.charts.pen import (
    DOTTED,
    INK,
    MUTED,
    PAPER,
    SERIES,
    SOLID,
    Sheet,
    label,
    line,
    text,
    text_width,
    wrap,
)


class Step(NamedTuple):
    """One step of the procedure; note: about those that fell out here."""

    name: str
    number: int
    note: str = ""


def funnel(rows: Sequence[Step], title: str, desc: str, *, width: float = 475) -> Markup:
    """Draw a bar per step for what stays; the dotted end is what fell out there."""
    row, left = 21.0, 150.0
    sheet = Sheet(width, row * len(rows), title, desc)
    unit = (width - left - 128) / max(1, *(one.number for one in rows))
    before = rows[0].number
    for i, one in enumerate(rows):
        y, bold = row * i + 3, i == len(rows) - 1
        sheet.add(label(0, y + 7, one.name, left - 36, size=8.5, bold=bold, most=1))
        sheet.add(text(left - 8, y + 10.2, one.number, 9.5, "end", bold=True))
        gone = max(before - one.number, 0)
        sheet.add(sheet.bar(DOTTED, left + unit * one.number, y, unit * gone, row - 7) if gone else "")
        sheet.add(sheet.bar(SOLID, left, y, max(unit * one.number, 0.8), row - 7))
        end = left + unit * max(before, one.number) + 7
        sheet.add(label(end, y + 7, one.note, width - end, size=7.5) if one.note else "")
        before = one.number
    return sheet.svg()


class Pair(NamedTuple):
    """Two amounts in cents, or two counts; the second is a part of the first."""

    name: str
    whole: int
    part: int


def paired_bars(
    rows: Sequence[Pair],
    names: tuple[str, str],
    title: str,
    desc: str,
    show: Callable[[int], str],
) -> Markup:
    """Draw two bars per row, dotted for the whole and solid for the part, with their amounts."""
    row, left, width = 29, 150, 475
    sheet = Sheet(width, row * len(rows) + 16, title, desc)
    room = width - left - 14 - max(text_width(show(one.whole)) for one in rows)
    unit = room / max(1, *(max(one.whole, one.part) for one in rows))
    for i, one in enumerate(rows):
        y = row * i + 2
        sheet.add(label(0, y + 11, one.name, left - 12))
        sheet.add(sheet.bar(DOTTED, left, y, max(unit * one.whole, 0.8), 10))
        sheet.add(text(left + unit * one.whole + 5, y + 8, show(one.whole), 8, fill=MUTED))
        sheet.add(sheet.bar(SOLID, left, y + 11.5, max(unit * one.part, 0.8), 10))
        sheet.add(text(left + unit * one.part + 5, y + 19.5, show(one.part), 8, fill=INK, bold=True))
    sheet.key(left, row * len(rows) + 10, [(sheet.box(DOTTED), names[0]), (sheet.box(SOLID), names[1])])
    return sheet.svg()


def part_bars(
    rows: Sequence[Pair], names: tuple[str, str], title: str, desc: str, *, width: float = 339
) -> Markup:
    """Draw a bar per row, its solid part being the part of the whole; counts, not money."""
    row, left = 17, 110
    sheet = Sheet(width, row * len(rows) + 18, title, desc)
    unit = (width - left - 34) / max(1, *(one.whole for one in rows))
    for i, one in enumerate(rows):
        y = row * i
        sheet.add(label(left - 8, y + row / 2, one.name, left - 8, anchor="end", most=1))
        sheet.add(sheet.bar(DOTTED, left + unit * one.part, y + 3, unit * (one.whole - one.part), row - 6))
        sheet.add(sheet.bar(SOLID, left, y + 3, unit * one.part, row - 6))
        sheet.add(text(left + unit * one.whole + 5, y + row / 2 + 2.8, one.whole, 8, bold=True))
    sheet.key(left, row * len(rows) + 10, [(sheet.box(SOLID), names[0]), (sheet.box(DOTTED), names[1])])
    return sheet.svg()


class Part(NamedTuple):
    """One part of a sum, in cents."""

    name: str
    amount: int


def split_bar(
    parts: Sequence[Part], title: str, desc: str, show: Callable[[int], str], *, width: float = 475
) -> Markup:
    """Draw one bar in parts, each with its own pattern, every part named with its amount below it."""
    high, across = 20, min(len(parts), 5)
    room = width / across - 18
    more = 9.2 * (max(len(wrap(part.name, room, most=2)) for part in parts) - 1) if parts else 0
    row = 24 + more
    sheet = Sheet(width, high + 10 + row * ((len(parts) + across - 1) // across), title, desc)
    unit = width / max(1, sum(max(part.amount, 0) for part in parts))
    x = 0.0
    for i, part in enumerate(parts):
        wide = unit * max(part.amount, 0)
        sheet.add(sheet.bar(i % len(SERIES), x, 1, wide, high) if wide else "")
        x += wide
        sheet.add(line(x, 0, x, high + 2, PAPER, width=1.2) if wide and x < width - 1 else "")
        left, y = width / across * (i % across), high + 13 + row * (i // across)
        sheet.key(left, y, [(sheet.box(i % len(SERIES)), "")])
        lines = len(wrap(part.name, room, most=2))
        sheet.add(label(left + 14, y + 4.6 * (lines - 1), part.name, room))
        sheet.add(text(left + 14, y + 12.4 + more, show(part.amount), 8, bold=True))
    return sheet.svg()
