"""What falls due, and for whom: every feature names its dates here; reminders and calendars read them all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    cast,
    literal,
    literal_column,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from fundapp.core.db import UTCDateTime, db


@dataclass(frozen=True)
class Kind:
    """One kind of date that somebody has to keep.

    words: what has to be done, such as "Hand in your review". find(first, until) selects `columns` of
    all people at once, with due_at in [first, until) and only while it still has to be done: what is done,
    moved or withdrawn is no longer found, and its reminders end by themselves. offsets: when a fund has no
    rule of its own, days before (negative), on (0) and after (positive) the day on which it falls due.
    endpoint and values: the page where it is done, the values from a row. is_optional: a reader may
    switch it off. is_urgent: does not wait for the reader's one mail a day. escalation: the role that hears
    of it, and after how many days too late, when no rule says otherwise. todo: the kind of line on the list
    of what is to be done (core/todo) that is about the same row. whom: who is told; stops: what ends it,
    both in words for the page of rules. ends: nothing can be done after it, so nothing is told any more.
    """

    key: str
    words: LazyString
    find: Callable[[datetime, datetime], Select[Any]]
    endpoint: str
    values: Callable[[Row[Any]], dict[str, Any]] = lambda row: {"id": row.subject_id}
    offsets: tuple[int, ...] = (-7, -1)
    is_optional: bool = True
    is_urgent: bool = False
    escalation: tuple[str, int] | None = None
    todo: str = ""
    whom: LazyString | None = None
    stops: LazyString | None = None
    ends: bool = False


KINDS: dict[str, Kind] = {}
"""By key; each feature adds its own, in a file due.py that is found by its name."""


def add(*kinds: Kind) -> None:
    """Make kinds of dates known."""
    KINDS.update({kind.key: kind for kind in kinds})


def columns(
    kind: str,
    *,
    subject_id: Any,
    user_id: Any,
    fund_id: Any,
    due_at: Any = None,
    due_on: Any = None,
    label: Any = None,
    round_id: Any = None,
    application_id: Any = None,
    since_at: Any = None,
    other: Any = None,
    is_day: bool = False,
) -> tuple[Any, ...]:
    """Give the columns of the rows of one kind, the same for all kinds.

    subject_id: the id of what falls due; with kind and user it says which date this is. due_at: an
    instant; or due_on: a day, whose noon in UTC stands for it (the same day everywhere in Europe).
    label: its own name, or names in several languages, without the title of an application: that is
    added from application_id as each reader may read it. since_at: when it came to be; reminders that
    would have gone before it are left out. other: a second id for the page's address. is_day: due_at
    stands for its whole day.
    """
    return (
        literal(kind).label("kind"),
        cast(subject_id, Integer).label("subject_id"),
        cast(user_id, Integer).label("user_id"),
        cast(fund_id, Integer).label("fund_id"),
        _number(round_id).label("round_id"),
        _number(application_id).label("application_id"),
        (noon(due_on) if due_at is None else due_at).label("due_at"),
        literal(is_day or due_at is None, Boolean).label("is_day"),
        (cast(null(), UTCDateTime()) if since_at is None else since_at).label("since_at"),
        cast(null() if label is None else label, String).label("label"),
        _number(other).label("other"),
    )


class Noon(FunctionElement[datetime]):
    """The instant at noon UTC of a column with days, on both engines."""

    type = UTCDateTime()
    inherit_cache = True


@compiles(Noon)
def _noon(element: Noon, compiler: SQLCompiler, **kw: Any) -> str:
    day = compiler.process(element.clauses, **kw)
    return f"((CAST({day} AS DATE) + TIME '12:00') AT TIME ZONE 'UTC')"


@compiles(Noon, "sqlite")
def _noon_sqlite(element: Noon, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)} || ' 12:00:00.000000')"


def noon(column: Any) -> ColumnElement[datetime]:
    """Give the instant by which `columns` lets a day fall due, to compare with first and until."""
    return type_coerce(Noon(column), UTCDateTime())


class Later(FunctionElement[datetime]):
    """An instant some days after another, on both engines."""

    type = UTCDateTime()
    inherit_cache = True


@compiles(Later)
def _later(element: Later, compiler: SQLCompiler, **kw: Any) -> str:
    instant, days = element.clauses
    return f"({compiler.process(instant, **kw)} + {compiler.process(days, **kw)} * INTERVAL '1 day')"


@compiles(Later, "sqlite")
def _later_sqlite(element: Later, compiler: SQLCompiler, **kw: Any) -> str:
    instant, days = (compiler.process(part, **kw) for part in element.clauses)
    return f"(strftime('%Y-%m-%d %H:%M:%S', {instant}, ({days}) || ' days') || '.000000')"


def later(column: Any, days: Any) -> ColumnElement[datetime]:
    """Give the instant so many days (of 24 hours, whole seconds on SQLite) after that of a column.

    days: a number, or a column with whole numbers.
    """
    number = literal_column(str(days)) if isinstance(days, int) else days
    return type_coerce(Later(column, number), UTCDateTime())


def _number(column: Any) -> Any:
    return cast(null() if column is None else column, Integer)


def between(
    first: datetime, until: datetime, *where: Callable[[Any], ColumnElement[bool]], kinds: Sequence[str] = ()
) -> list[Row[Any]]:
    """List what falls due in [first, until), the earliest first, in one question.

    where: conditions on the columns, such as `lambda c: c.user_id == 7`. kinds: only these.
    """
    chosen = [kind.find(first, until) for kind in KINDS.values() if not kinds or kind.key in kinds]
    if not chosen:
        return []
    every = union_all(*chosen).subquery()
    wanted = select(every).where(*(condition(every.c) for condition in where))
    order = (every.c.due_at, every.c.kind, every.c.subject_id, every.c.user_id)
    return list(db.session.execute(wanted.order_by(*order)))
