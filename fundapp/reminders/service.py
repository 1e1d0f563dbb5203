"""Reminders: each given once, whatever crashes, restarts or repeats."""

from datetime import datetime, timedelta

from sqlalchemy import text

from fundapp.core.db import db
from fundapp.reminders import planning, queries, rulebook, telling

BACK = timedelta(days=31)
"""So far back at least dates are looked at; farther where a reminder waits for its reader."""
TURN = 0x66756E64
"""The number of the lock that one reminding worker holds."""


def remind(at: datetime, *, most: int | None = None) -> dict[str, int]:
    """Plan what has to be told and queue the mails; gives counts of new reminders, mails, dropped, faults.

    most: so many mails at a time; when there are as many, ask again after a commit.
    Idempotent at any instant: keys keep what was told, and all else is worked out from what is due.
    """
    _one_at_a_time()
    book = rulebook.read()
    planner = planning.Planner(book)
    first, last = queries.held() or (at, at)
    rows = planning.found(book, at, back=max(BACK, at - first), ahead=max(timedelta(0), last - at))
    planned = planning.plan(rows, planner, at)
    return {"planned": planned, **telling.tell(rows, planner, at, most=most)}


def _one_at_a_time() -> None:
    """Wait until no other worker reminds: two of them could each write one person a mail on one day.

    On SQLite a transaction that writes is alone already.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
