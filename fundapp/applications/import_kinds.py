"""What can be taken in for a round in the browser; later features add theirs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.core.handed_in import OUTCOMES, Line, outcomes
from fundapp.core.tasks import Task
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round

PAGE = 100


@dataclass(frozen=True)
class ImportKind:
    """One kind of what is taken in.

    task: its kind of long work, which order(content, form, asking) asks for. about: the template that tells
    of the format. sample(round): a small file to begin with, as (name, text). form(round, is_sent): what is
    filled in. stays: whether what came in before somebody stopped it stays.
    """

    key: str
    task: str
    title: Any
    about: str
    sample: Callable[[Round], tuple[str, str]]
    order: Callable[[bytes, Any, "Asking"], Task]
    form: Callable[[Round, bool], Any]
    stays: bool


@dataclass(frozen=True)
class Asking:
    """Who hands a file in, its name, for which round and when."""

    round: Round
    name: str
    actor: User
    at: datetime


@dataclass(frozen=True)
class Taking:
    """A file that is or was looked through or taken in, as its page shows it."""

    task: Task
    round: Round
    kind: ImportKind

    @property
    def fund_id(self) -> int:
        """The fund whose round it is for."""
        return self.round.fund_id

    @property
    def fund(self) -> Any:
        """The fund whose page it is."""
        return self.round.fund


KINDS: dict[str, ImportKind] = {}
"""Kind by the word in its address: `applications`, and what later features add."""


def of_round(user: User, round: Round, kind: ImportKind) -> list[Task]:
    """List what somebody had looked through or taken in for a round, the newest first."""
    asked = select(Task).where(Task.asked_by == user.id, Task.kind == kind.task).order_by(Task.id.desc())
    return [row for row in db.session.scalars(asked.limit(50)) if row.payload.get("round") == round.id][:10]


def own_taking(user: User, id: int) -> Taking | None:
    """Load a file the person handed in for a round of their office."""
    row = db.session.scalar(select(Task).where(Task.id == id, Task.asked_by == user.id))
    kind = next((one for one in KINDS.values() if row is not None and one.task == row.kind), None)
    if row is None or kind is None:
        return None
    round = rounds.office_round(user, row.payload["round"])
    return Taking(row, round, kind) if round is not None else None


@dataclass(frozen=True)
class Shown:
    """A line as its reader may see it. id: of the application, where they may open it."""

    line: Line
    id: int | None


def shown(user: User, round: Round, lines: list[Line]) -> list[Shown]:
    """Lay lines out for a reader: of an application they may not see nothing but the line stays."""
    codes = {line.code for line in lines if line.code}
    asked = select(Application.code, Application.id).where(
        Application.round_id == round.id, Application.code.in_(codes), seen(user)
    )
    ids = {row.code: row.id for row in db.session.execute(asked)} if codes else {}
    return [
        Shown(line, ids.get(line.code or ""))
        if not line.code or line.code in ids
        else Shown(replace(line, code=None, title="", reason=""), None)
        for line in lines
    ]


def lines_of(row: Task, outcome: str, after: int) -> tuple[list[Line], bool]:
    """Give a page of lines that ended in one way, or of all; and whether more follow."""
    found = [one for one in outcomes(row) if outcome not in OUTCOMES or one.outcome == outcome]
    return found[after : after + PAGE], len(found) > after + PAGE
