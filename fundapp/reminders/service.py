"""Reminders: each given once, whatever crashes, restarts or repeats."""

from datetime import datetime, timedelta

from fundapp.reminders import planning, rulebook, telling

HELD = timedelta(days=31)
"""So long at most a reminder waits for its reader: a weekly rhythm, a snooze, a holiday."""


def remind(at: datetime) -> dict[str, int]:
    """Plan what has to be told and queue the mails; gives counts of new reminders, mails, dropped, faults.

    Idempotent at any instant: keys keep what was told, and all else is worked out from what is due.
    """
    book = rulebook.read()
    planner = planning.Planner(book)
    rows = planning.found(book, at, back=HELD, ahead=timedelta(0))
    planned = planning.plan(rows, planner, at)
    current = {(row.kind, row.subject_id, row.user_id, row.due_at) for row in rows}
    return {"planned": planned, **telling.tell(current, at, planner.zones)}
