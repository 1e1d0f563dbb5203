"""The milestones of a proposal as takentaal text, in and out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import drafts, service, versions
from fundapp.applications.models import Application
from fundapp.applications.rules import writer
from fundapp.core import audit, money, takentaal
from fundapp.core.db import locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds.answers import AMOUNT, MILESTONES
from fundapp.rounds.fields import Field, FieldType

TITLE, WORDS, CENTS = "title", "description", "amount_cents"


class UnreadablePlan(Refusal):
    """A text that cannot be taken over. faults: (line, what is wrong)."""

    def __init__(self, faults: Sequence[takentaal.Fault]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = [(fault.line, fault.message) for fault in faults]


def table_of(application: Application) -> Field | None:
    """Give the question that asks for milestones; None when the form has none."""
    found = versions.form_of(application.stage.form).field(MILESTONES)
    if found is None or found.type is not FieldType.TABLE:
        return None
    return found if {TITLE, CENTS} <= {column.key for column in found.columns} else None


def present(application: Application) -> Mapping[str, Any]:
    """Give the answers that count: the working copy while it can be changed, else what was sent."""
    current = application.current
    if current is not None and application.state not in service.WRITABLE:
        return current.answers
    return versions.values(drafts.answers_of(application.id).values())


def rows_of(answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the rows of the milestones that hold something."""
    rows = answers.get(MILESTONES)
    return [row for row in rows if isinstance(row, Mapping) and row] if isinstance(rows, list) else []


def write(application: Application, answers: Mapping[str, Any]) -> str:
    """Write the milestones of an application as takentaal; reading it gives the same table back."""
    tasks = [
        takentaal.Task(_line(row.get(TITLE)), _cents(row.get(CENTS)) or 0, _lines(row.get(WORDS)))
        for row in rows_of(answers)
    ]
    return takentaal.write(takentaal.Plan(title=_line(application.title), tasks=tuple(tasks)))


def read(field: Field, text: str, currency: str) -> list[dict[str, Any]]:
    """Read takentaal as rows of the table. Raises UnreadablePlan, with every fault and its line.

    Parts of a task become lines of its description, and their amounts its amount: a proposal's table
    has one level. Dropped parts are left out.
    """
    reading = takentaal.parse(text, currency)
    if reading.faults:
        raise UnreadablePlan(reading.faults)
    if len(reading.plan.tasks) > field.rows:
        raise Refusal(_("There is room for %(rows)d milestones.", rows=field.rows))
    return [_row(task, currency) for task in reading.plan.tasks]


def _row(task: takentaal.Task, currency: str) -> dict[str, Any]:
    parts = [part for part in task.subtasks if part.mark is not takentaal.Mark.DROPPED]
    listed = "\n".join(_part(part, currency) for part in parts)
    words = "\n\n".join(text for text in (task.description, listed) if text)
    row = {TITLE: task.title, WORDS: words or None, CENTS: task.total_cents}
    return {key: value for key, value in row.items() if value is not None}


def _part(part: takentaal.Subtask, currency: str) -> str:
    amount = f" ({money.show(part.cents, currency, 'en')})" if part.cents else ""
    return f"- {part.title}{amount}"


def take_over(application: Application, text: str, *, actor: User | None, at: datetime) -> int:
    """Put a plan from takentaal in the place of the milestones; give what they add up to, in cents.

    actor: None for the command line. What else stood in a row with the same name stays. Raises
    UnreadablePlan, Refusal (the form asks no milestones) and MoveRefused (not being written any more).
    """
    field = table_of(application)
    if field is None:
        raise Refusal(_("This form asks for no milestones with amounts."))
    rows = read(field, text, application.fund.currency)
    held = locked(Application, application.id)
    if held.state not in service.WRITABLE or (actor is not None and not writer(actor, held)):
        raise MoveRefused(_("This proposal can't be changed any more."))
    present = drafts.answers_of(held.id)
    known = {_line(row.get(TITLE)).lower(): row for row in rows_of(versions.values(present.values()))}
    kept = {column.key for column in field.columns} - {TITLE, WORDS, CENTS}
    merged = [
        {key: value for key, value in known.get(row[TITLE].lower(), {}).items() if key in kept} | row
        for row in rows
    ]
    base = present[MILESTONES].revision if MILESTONES in present else 0
    held.saved_at = at
    drafts.take(held, {MILESTONES: merged}, {MILESTONES: base}, actor=actor, at=at)
    total = sum(int(row[CENTS]) for row in rows)
    audit.record("take_over_plan", held, actor=actor, at=at, detail={"total_cents": total})
    return total


def asked(answers: Mapping[str, Any]) -> int | None:
    """Give the amount that is asked, in cents."""
    return _cents(answers.get(AMOUNT))


def _cents(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _line(value: Any) -> str:
    return " ".join(str(value or "").split())


def _lines(value: Any) -> str:
    return str(value or "").strip("\n")
