"""Files handed in for the worker to take in, and what became of each of their lines."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.core import files, tasks
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.core.spreadsheet import harmless
from fundapp.core.tasks import Task

STEP, CHECKED = "step", "checked"
CHECK, TAKE = "check", "take"
"""The two steps of taking a file in: looking through it without writing anything, and doing it."""
IMPORTED, KNOWN, REFUSED = "imported", "known", "refused"
OUTCOMES = (REFUSED, KNOWN, IMPORTED)
HEAD = ("line", "outcome", "code", "title", "reason")


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one line. outcome: imported, known (was here already) or refused.

    code: of the application it is or is about; None where there is none.
    """

    number: int
    outcome: str
    code: str | None
    title: str
    reason: str


# --- asking for it -------------------------------------------------------------------


def hand_in(
    kind: str,
    content: bytes,
    *,
    name: str,
    media_type: str,
    payload: Mapping[str, Any],
    title: Any,
    actor: Any,
    fund_id: int,
    at: datetime,
) -> Task:
    """Keep a file with a task that works on it; the same file is not asked for twice while it waits."""
    whole = {**payload, "sha256": sha256(content).hexdigest(), "name": name}
    asked = tasks.ask(kind, whole, title=title, actor=actor, fund_id=fund_id, at=at)
    db.session.flush()  # its file refers to it
    if asked.given_id is None:
        kept = files.keep(
            asked, content, name=name, media_type=media_type, actor_id=actor.id, at=at, kind="given"
        )
        asked.given_id = kept.id
    return asked


def given(row: Task) -> files.File:
    """Give the file that was handed in with a task. Raises Refusal when it is gone."""
    if row.given is None or not files.is_kept(row.given):
        raise Refusal(_("The file that was handed in is gone. Take it in once more."))
    return row.given


def take_in(checked: Task, *, title: Any, actor: Any, at: datetime) -> Task:
    """Ask that a file which was looked through is taken in; asked twice it is one task."""
    payload = {**checked.payload, STEP: TAKE, CHECKED: checked.id}
    made = tasks.ask(
        checked.kind, payload, title=title, actor=actor, fund_id=checked.fund_id, at=at, key=_key(checked.id)
    )
    made.given_id = checked.given_id
    db.session.flush()  # whoever asked is sent to its page
    return made


def taking_of(checked: Task) -> Task | None:
    """Find the task that takes in what was looked through."""
    return db.session.scalar(select(Task).where(Task.key == _key(checked.id)))


def _key(id: int) -> str:
    return f"take-in:{id}"


# --- what became of it ---------------------------------------------------------------


class Outcomes:
    """The lines of a file with what became of them, written while it is worked through.

    path: a table of its own, in the order of the lines. counts: how many ended how.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "outcome.csv"
        self.counts: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))

    def __enter__(self) -> Self:
        self._stream = self.path.open("w", encoding="utf-8", newline="")
        self._out = csv.writer(self._stream)
        self._out.writerow(HEAD)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def add(self, line: Line) -> None:
        """Write down what became of the next line."""
        self.counts[line.outcome] += 1
        told = [harmless(text) for text in (line.code or "", line.title, line.reason)]
        self._out.writerow([line.number, line.outcome, *told])


def outcomes(row: Task) -> Iterator[Line]:
    """Read what became of each line of a task that is done. Raises FileNotFoundError when it is gone."""
    if row.file is None:
        raise FileNotFoundError
    with files.place(row.file).open(encoding="utf-8", newline="") as stream:
        for number, outcome, code, title, reason in list(csv.reader(stream))[1:]:
            yield Line(int(number), outcome, code or None, title, reason)
