"""States and moves: one table a feature, read by button, guard and service alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import event
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.base import NO_VALUE

from fundapp.core import audit
from fundapp.core.newer import is_newer
from fundapp.core.refusals import MoveRefused
from fundapp.core.rules import Rule

_moving: ContextVar[bool] = ContextVar("moving", default=False)

FLOWS: list["Workflow"] = []
"""Every workflow of the house, for the tests and the documentation."""


@dataclass(frozen=True)
class Move:
    """One step: from which states, to which, by whom, and what the button says.

    target None keeps the state. danger marks what can't be undone: the page asks first.
    wants_note: a reason must be given.
    """

    name: str
    sources: frozenset[StrEnum] | set[StrEnum]
    target: StrEnum | None
    by: Rule
    label: LazyString | str
    danger: bool = False
    wants_note: bool = False


class Workflow:
    """The moves of one state column. Assigning the column around it raises."""

    def __init__(self, column: InstrumentedAttribute[Any], *moves: Move) -> None:
        self.column = column
        self.moves = {move.name: move for move in moves}
        FLOWS.append(self)
        event.listen(column, "set", _refuse_direct)

    def __getitem__(self, name: str) -> Move:
        return self.moves[name]

    def __iter__(self) -> Iterator[Move]:
        return iter(self.moves.values())

    def state(self, row: Any) -> StrEnum:
        """Give the present state of a row."""
        found: StrEnum = getattr(row, self.column.key)
        return found

    def open_to(self, user: Any, row: Any) -> list[Move]:
        """List the moves this person may make on this row now, in the order of the table."""
        return [move for move in self if self.state(row) in move.sources and move.by(user, row)]

    def allows(self, name: str, user: Any, row: Any) -> bool:
        """Tell whether this person may make this move now."""
        move = self[name]
        return self.state(row) in move.sources and move.by(user, row)

    def make(
        self,
        name: str,
        row: Any,
        *,
        actor: Any,
        at: datetime,
        note: str = "",
        detail: dict[str, Any] | None = None,
    ) -> None:
        """Make one move: check who and when, set the state, write the log.

        actor: None for the clock. Raises MoveRefused when the row is in another state,
        the actor may not, or a reason is wanted and missing.
        """
        move, before = self[name], self.state(row)
        if is_newer(before):
            raise MoveRefused(_("A newer version has this in hand. Try again in a few minutes."))
        if before not in move.sources:
            raise MoveRefused(_("This step is not open any more: the page was out of date."))
        if not move.by(actor, row):
            raise MoveRefused(_("This step is not yours to take."))
        if move.wants_note and not note.strip():
            raise MoveRefused(_("Give a reason for this step."))
        with _moves():
            setattr(row, self.column.key, move.target or before)
        if hasattr(row, "state_at"):
            row.state_at = at
        audit.record(
            name,
            row,
            actor=actor,
            at=at,
            from_state=before,
            to_state=move.target or before,
            note=note,
            detail=detail,
        )


@contextmanager
def _moves() -> Iterator[None]:
    token = _moving.set(True)
    try:
        yield
    finally:
        _moving.reset(token)


def _refuse_direct(row: Any, value: Any, old: Any, initiator: Any) -> None:
    if old is not NO_VALUE and old is not None and value != old and not _moving.get():
        raise RuntimeError(f"{type(row).__name__}.{initiator.key} changes only through its workflow")
