"""The plan of a grant: lines with references, parts under lines, sums; and takentaal in and out."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NotRequired, TypedDict

from flask_babel import gettext as _

from fundapp.core import takentaal
from fundapp.core.refusals import Refusal

MOST_LINES = 100
LONGEST_TITLE = 200
LONGEST_DELIVERABLE = 5000
MOST_CENTS = 10**13
"""A hundred billion: beyond that somebody mistyped."""


class Line(TypedDict):
    """One milestone or part of one. A line with parts has no amount of its own: its parts carry it.

    ref: M2, of a part M2.1; never given out twice within a grant. due_on: "2027-03-01" or None.
    licence: the SPDX expression its result appears under, where that was agreed.
    """

    ref: str
    parent: str | None
    title: str
    deliverable: str
    amount_cents: int
    due_on: str | None
    licence: NotRequired[str]


class Written(TypedDict):
    """A line as somebody typed it, before it has a reference. is_part: stands under the line above."""

    ref: str
    is_part: bool
    title: str
    deliverable: str
    amount_cents: int | None
    due_on: date | None
    licence: NotRequired[str]


class Shown(TypedDict):
    """A line as a page or paper prints it: a line with parts shows their sum. level: 0, or 1 for parts."""

    ref: str
    level: int
    title: str
    deliverable: str
    amount_cents: int
    due_on: date | None
    has_parts: bool
    licence: str


class UnreadablePlan(Refusal):
    """A takentaal text that cannot be taken over. faults: (line, what is wrong)."""

    def __init__(self, faults: Sequence[takentaal.Fault]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = [(fault.line, fault.message) for fault in faults]


def numbered(rows: Iterable[Written], kept: Collection[str] = (), gone: Collection[str] = ()) -> list[Line]:
    """Give every line its reference: M1, its parts M1.1, M1.2.

    kept: references that somebody may have seen; their lines keep them as long as they stay at their
    level, and no other line takes one of them. gone: references of lines that ended, never used again.
    """
    lines: list[Line] = []
    given, taken = {*kept, *gone}, set[str]()
    parent: str | None = None
    for row in rows:
        above = parent if row["is_part"] else None
        stays = row["ref"] in kept and row["ref"] not in {*taken, *gone} and _fits(row["ref"], above)
        ref = row["ref"] if stays else _next(above, given)
        given.add(ref)
        taken.add(ref)
        parent = above or ref
        lines.append(_line(row, ref, above))
    return _without_double_amounts(lines)


def _line(row: Written, ref: str, above: str | None) -> Line:
    line: Line = {
        "ref": ref,
        "parent": above,
        "title": " ".join(row["title"].split()),
        "deliverable": row["deliverable"].strip(),
        "amount_cents": row["amount_cents"] or 0,
        "due_on": row["due_on"].isoformat() if row["due_on"] else None,
    }
    if licence := " ".join(row.get("licence", "").split()):
        line["licence"] = licence
    return line


def _fits(ref: str, above: str | None) -> bool:
    """Tell whether a reference belongs at this level: M2.1 only under M2."""
    return ref.rpartition(".")[0] == (above or "")


def _next(parent: str | None, given: Collection[str]) -> str:
    """Give the first reference after all that were ever given at this level."""
    stem = f"{parent}." if parent else "M"
    pattern = re.compile(re.escape(stem) + r"(\d+)")
    numbers = [int(found[1]) for ref in given if (found := pattern.fullmatch(ref))]
    return f"{stem}{max(numbers, default=0) + 1}"


def _without_double_amounts(lines: list[Line]) -> list[Line]:
    """Take the amount from lines whose parts carry it."""
    parents = {line["parent"] for line in lines}
    return [{**line, "amount_cents": 0} if line["ref"] in parents else line for line in lines]


def total(lines: Iterable[Mapping[str, Any]]) -> int:
    """Add up a plan; only lines without parts carry money."""
    return sum(int(line["amount_cents"]) for line in lines)


def written(lines: Iterable[Mapping[str, Any]]) -> list[Written]:
    """Give a plan back as rows to write on; numbered gives the same plan of them."""
    return [
        {
            "ref": line["ref"],
            "is_part": line["parent"] is not None,
            "title": line["title"],
            "deliverable": line["deliverable"],
            "amount_cents": line["amount_cents"],
            "due_on": date.fromisoformat(line["due_on"]) if line["due_on"] else None,
            "licence": line.get("licence", ""),
        }
        for line in lines
    ]


def last_day(lines: Iterable[Mapping[str, Any]], ends_on: date | None = None) -> date | None:
    """Give the last day of a plan: the one that was agreed, or else the latest milestone."""
    days = [date.fromisoformat(line["due_on"]) for line in lines if line["due_on"]]
    return max(days, default=None) if ends_on is None else ends_on


def shown(lines: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """Lay a plan out for reading, in its order."""
    sums: dict[str, int] = {}
    for line in lines:
        if line["parent"]:
            sums[line["parent"]] = sums.get(line["parent"], 0) + line["amount_cents"]
    return [
        {
            "ref": line["ref"],
            "level": 1 if line["parent"] else 0,
            "title": line["title"],
            "deliverable": line["deliverable"],
            "amount_cents": sums.get(line["ref"], line["amount_cents"]),
            "due_on": date.fromisoformat(line["due_on"]) if line["due_on"] else None,
            "has_parts": line["ref"] in sums,
            "licence": line.get("licence", ""),
        }
        for line in lines
    ]


def open_points(
    lines: Sequence[Mapping[str, Any]],
    most_cents: int,
    show: Any,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> list[str]:
    """Say what keeps a plan from being offered; nothing when it is whole.

    most_cents: the grant. show: writes cents as an amount in the reader's language. starts_on: the day
    of the grant. ends_on: the last day that was agreed.
    """
    parents = {line["parent"] for line in lines}
    points: list[str] = []
    if not lines:
        points.append(_("There is no milestone yet."))
    points += [
        _("Give %(ref)s an amount above zero.", ref=line["ref"])
        for line in lines
        if line["ref"] not in parents and line["amount_cents"] <= 0
    ]
    points += [_("Give %(ref)s a name.", ref=line["ref"]) for line in lines if not line["title"]]
    points += _days(lines, starts_on, ends_on)
    if (over := total(lines) - most_cents) > 0:
        points.append(
            _(
                "The milestones add up to %(total)s; the grant is %(grant)s. Take %(over)s off.",
                total=show(total(lines)),
                grant=show(most_cents),
                over=show(over),
            )
        )
    return points


def _days(lines: Sequence[Mapping[str, Any]], starts_on: date | None, ends_on: date | None) -> Iterable[str]:
    for line in lines:
        due_on = date.fromisoformat(line["due_on"]) if line["due_on"] else None
        if due_on and starts_on and due_on < starts_on:
            yield _("%(ref)s is planned for a day before the grant began.", ref=line["ref"])
        if due_on and ends_on and due_on > ends_on:
            yield _("%(ref)s is planned for a day after the end of the plan.", ref=line["ref"])


# --- takentaal -----------------------------------------------------------------


def from_takentaal(text: str, currency: str) -> list[Written]:
    """Read a takentaal text as lines. Raises UnreadablePlan, with every fault and its line.

    Parts without amounts of their own become words of their task; dropped parts are left out.
    """
    reading = takentaal.parse(text, currency)
    if reading.faults:
        raise UnreadablePlan(reading.faults)
    return [row for task in reading.plan.tasks for row in _rows(task)]


def _rows(task: takentaal.Task) -> Iterable[Written]:
    live = [part for part in task.subtasks if part.mark is not takentaal.Mark.DROPPED]
    priced = [part for part in live if part.cents is not None]
    words = task.description
    if live and not priced:
        parts = "\n".join(f"- {part.title}" for part in live)
        words = "\n\n".join(text for text in (words, parts) if text)
    yield _row(task.title, words, None if priced else task.total_cents)
    for part in priced:
        yield _row(part.title, part.description, part.cents, is_part=True)


def _row(title: str, deliverable: str, cents: int | None, *, is_part: bool = False) -> Written:
    return {
        "ref": "",
        "is_part": is_part,
        "title": title[:LONGEST_TITLE],
        "deliverable": deliverable[:LONGEST_DELIVERABLE],
        "amount_cents": cents,
        "due_on": None,
    }


def to_takentaal(title: str, lines: Sequence[Mapping[str, Any]], marks: Mapping[str, takentaal.Mark]) -> str:
    """Write a plan as takentaal. marks: how far the line with this reference is; others are open."""
    tasks: list[takentaal.Task] = []
    for line in shown(lines):
        if line["level"] == 0:
            tasks.append(takentaal.Task(line["title"], line["amount_cents"], line["deliverable"]))
            continue
        mark = marks.get(line["ref"], takentaal.Mark.OPEN)
        part = takentaal.Subtask(line["title"], line["amount_cents"], mark, line["deliverable"])
        last = tasks.pop()
        tasks.append(
            takentaal.Task(last.title, last.cents, last.description, subtasks=(*last.subtasks, part))
        )
    return takentaal.write(takentaal.Plan(title=title, tasks=tuple(tasks)))
