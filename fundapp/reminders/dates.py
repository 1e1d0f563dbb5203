"""The dates of a person for the list of what is to be done: those that no line of work stands for already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fundapp.accounts.models import User
from fundapp.core import due
from fundapp.reminders import links, queries

BACK = timedelta(days=90)
AHEAD = timedelta(days=30)
MOST = 100


@dataclass(frozen=True)
class Date:
    """One date a person has to keep. is_late: it is over; is_day: it falls due on a day, at no hour."""

    kind: due.Kind
    row: Any
    code: str
    about: str
    is_late: bool


def of(user: User, at: datetime, listed: Collection[tuple[str, int]]) -> list[Date]:
    """List what falls due for a person in the coming month, or did and is still to be done.

    listed: (kind of line, id) of the work that stands on the list already.
    """
    rows = [
        row
        for row in due.between(at - BACK, at + AHEAD, lambda c: c.user_id == user.id)
        if (due.KINDS[row.kind].todo, row.subject_id) not in listed and not _is_over(row, at)
    ][:MOST]
    ids = {row.application_id for row in rows if row.application_id}
    names = queries.named(user, ids) if ids else {}
    return [_date(row, names.get(row.application_id or 0, ("", "")), user, at) for row in rows]


def _is_over(row: Any, at: datetime) -> bool:
    return due.KINDS[row.kind].ends and bool(row.due_at < at)


def _date(row: Any, name: tuple[str, str], user: User, at: datetime) -> Date:
    kind, (code, title) = due.KINDS[row.kind], name
    about = ", ".join(part for part in (title, links.label(row, user.language)) if part)
    # Where all reminders come after it, the date is the day from which is counted, not a last day.
    return Date(kind, row, code, about, is_late=row.due_at < at and min(kind.offsets, default=0) <= 0)
