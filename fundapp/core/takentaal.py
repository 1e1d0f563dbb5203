"""Takentaal, NLnet's plain-text language for plans: `## {8000} Task`, `- {1000} subtask`.

Marks of subtasks: `-` open, `/` partly done, `*` done, `!` dropped. Text below a title describes it.
Source: the grammar of takentaal v0.1.0 and plans that were published with v1.0.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from flask_babel import get_locale
from flask_babel import gettext as _

from fundapp.core import money

HEADER = "takentaal v1.0"
VERSION = re.compile(r"takentaal v(\d+)\.\d+(?:\.\d+)?")
TITLE = re.compile(
    r"(?P<mark>\#{1,2}|[-/*!])(?=[ \t{]|$)[ \t]*(?:\{(?P<amount>[^{}]*)\})?[ \t]*(?P<title>.*)"
)


class Mark(StrEnum):
    """How far a subtask is."""

    OPEN = "-"
    PARTIAL = "/"
    DONE = "*"
    DROPPED = "!"


@dataclass(frozen=True, slots=True)
class Subtask:
    """A part of a task. cents: None when no amount was written."""

    title: str
    cents: int | None = None
    mark: Mark = Mark.OPEN
    description: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A milestone with its parts. cents: the amount beside its title, None when none was written."""

    title: str
    cents: int | None = None
    description: str = ""
    subtasks: tuple[Subtask, ...] = ()

    @property
    def total_cents(self) -> int:
        """The task's own amount, or else what its parts that are not dropped add up to."""
        if self.cents is not None:
            return self.cents
        return sum(part.cents or 0 for part in self.subtasks if part.mark is not Mark.DROPPED)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan."""

    title: str = ""
    cents: int | None = None
    description: str = ""
    tasks: tuple[Task, ...] = ()

    @property
    def total_cents(self) -> int:
        """What the tasks add up to."""
        return sum(task.total_cents for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend in the text. line: counted from 1."""

    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, and what is wrong with it; only a reading without faults is to be used."""

    plan: Plan
    faults: tuple[Fault, ...]


def parse(text: str, currency: str = "EUR") -> Reading:
    """Read a plan. Amounts are in the units of the currency ({8000} is 800000 cents), cents allowed."""
    return _Reader(currency).read(text)


def write(plan: Plan) -> str:
    """Write a plan out; parse gives the same plan back."""
    blocks = [HEADER, *_block("#", plan.title, plan.cents, plan.description)]
    for task in plan.tasks:
        blocks += _block("##", task.title, task.cents, task.description)
        for part in task.subtasks:
            blocks += _block(part.mark, part.title, part.cents, part.description)
    return "\n\n".join(blocks) + "\n"


def _block(mark: str, title: str, cents: int | None, description: str) -> Iterator[str]:
    if title or cents is not None or mark != "#":
        amount = "" if cents is None else _amount(cents)
        braces = f"{{{amount}}}" if amount or title.startswith("{") else ""
        yield " ".join(part for part in (mark, braces, title) if part)
    if description:
        yield "\n".join(
            f" {line}" if TITLE.match(line.lstrip(" ")) else line for line in description.split("\n")
        )


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}" if cents % 100 else str(cents // 100)


@dataclass(slots=True)
class _Block:
    """A title with the description below it, before it is known what it belongs to."""

    line: int
    mark: str
    cents: int | None
    title: str
    below: list[str]

    @property
    def description(self) -> str:
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.below)).strip("\n")


class _Reader:
    """Goes through the lines once; a description belongs to the last title above it."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.faults: list[Fault] = []
        self.blocks = [_Block(1, "#", None, "", [])]

    def read(self, text: str) -> Reading:
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text.lstrip("\ufeff")), 1):
            self._line(number, line.rstrip())
        plan = self._plan()
        return Reading(plan, tuple(sorted(self.faults, key=lambda fault: fault.line)))

    def _line(self, number: int, line: str) -> None:
        if number == 1 and line.startswith("takentaal"):
            version = VERSION.fullmatch(line)
            if not version or version[1] not in ("0", "1"):
                self._fault(number, "version", _("We read takentaal v1.0; this says “%(line)s”.", line=line))
            return
        found = TITLE.fullmatch(line)
        if found:
            self._title(number, found)
        else:
            hidden = line.startswith(" ") and TITLE.match(line.lstrip(" "))
            self.blocks[-1].below.append(line[1:] if hidden else line)

    def _title(self, number: int, found: re.Match[str]) -> None:
        title = " ".join(found["title"].split())
        if not title:
            self._fault(number, "no_title", _("There is no text after the mark."))
        if found["amount"] is None and title.startswith("{"):
            self._fault(number, "amount", _("The braces around the amount are not closed."))
        self.blocks.append(_Block(number, found["mark"], self._cents(number, found["amount"]), title, []))

    def _cents(self, number: int, written: str | None) -> int | None:
        if written is None or not written.strip():
            return None
        try:
            amount = money.read(written)
        except money.UnreadableAmount as refused:
            self._fault(number, "amount", refused.message)
            return None
        if amount.currency not in (None, self.currency):
            self._fault(number, "currency", _("Write amounts in %(currency)s.", currency=self.currency))
            return None
        return amount.cents

    def _plan(self) -> Plan:
        first, *rest = self.blocks
        plan = Plan(description=first.description)
        tasks: list[tuple[int, Task]] = []
        for block in rest:
            if block.mark == "#":
                plan = self._titled(plan, block)
            elif block.mark == "##":
                tasks.append((block.line, Task(block.title, block.cents, block.description)))
            elif tasks:
                part = Subtask(block.title, block.cents, Mark(block.mark), block.description)
                line, task = tasks[-1]
                tasks[-1] = line, replace(task, subtasks=(*task.subtasks, part))
            else:
                self._fault(block.line, "no_task", _("This part stands before the first task (##)."))
        for line, task in tasks:
            self._check_task(line, task)
        plan = replace(plan, tasks=tuple(task for _line, task in tasks))
        self._check_plan(plan)
        return plan

    def _titled(self, plan: Plan, block: _Block) -> Plan:
        if plan.title:
            self._fault(block.line, "second_title", _("A plan has one title (#); tasks begin with ##."))
            return plan
        described = "\n\n".join(part for part in (plan.description, block.description) if part)
        return Plan(block.title, block.cents, described)

    def _check_task(self, line: int, task: Task) -> None:
        live = [part for part in task.subtasks if part.mark is not Mark.DROPPED]
        priced = [part for part in live if part.cents is not None]
        if priced and len(priced) < len(live):
            self._fault(
                line, "part_amount", _("Some parts of this task have an amount and others have none.")
            )
        elif task.cents is None and not priced:
            self._fault(line, "no_amount", _("This task has no amount."))
        elif task.cents is not None and priced:
            sums = {sum(part.cents or 0 for part in parts) for parts in (live, task.subtasks)}
            if task.cents not in sums:
                self._fault(line, "sum", self._sums(task.cents, min(sums)))

    def _check_plan(self, plan: Plan) -> None:
        if not plan.tasks:
            self._fault(1, "empty", _("There is no task in this plan; a task begins with ##."))
        elif plan.cents is not None and plan.cents != plan.total_cents:
            line = next(block.line for block in self.blocks[1:] if block.mark == "#")
            self._fault(line, "sum", self._sums(plan.cents, plan.total_cents))

    def _sums(self, stated: int, total: int) -> str:
        language = str(get_locale() or "en")[:2]
        words: str = _(
            "It says %(stated)s, but the parts add up to %(total)s.",
            stated=money.show(stated, self.currency, language),
            total=money.show(total, self.currency, language),
        )
        return words

    def _fault(self, line: int, code: str, message: str) -> None:
        self.faults.append(Fault(line, code, message))
