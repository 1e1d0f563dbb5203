"""What waits for one person: every feature names its kinds of work here, and one question finds them all."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy import Integer, Row, Select, String, cast, func, literal, null, select, tuple_, union_all

from fundapp.core.db import UTCDateTime, db

PAGE = 50
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""What has no date stands behind all that has one."""


@dataclass(frozen=True)
class Kind:
    """One kind of work. find(user, at) selects its lines with `columns`, through the person's own door;
    None where they have no such work. words: what is to be done; with %(number)s where it is many.

    endpoint and values: the page where it is done, the values from a line. seen: where the person says
    that they have seen it, for what is not done by doing something.
    """

    key: str
    words: LazyString
    find: Callable[[Any, datetime], Select[Any] | None]
    endpoint: str
    values: Callable[[Row[Any]], dict[str, Any]] = lambda line: {"id": line.ref}
    seen: str = ""


KINDS: dict[str, Kind] = {}
"""By key; each feature adds its own when it is loaded."""


def add(*kinds: Kind) -> None:
    """Make kinds of work known."""
    KINDS.update({kind.key: kind for kind in kinds})


def columns(
    kind: str,
    ref: Any,
    label: Any,
    *,
    code: Any = None,
    number: Any = None,
    other: Any = None,
    due_at: Any = None,
    since_at: Any = None,
) -> tuple[Any, ...]:
    """Give the columns of the lines of one kind, the same for all kinds.

    ref: the id its page is about. label: a title, or a name in several languages. number: of how many
    things. other: a second id for the address. due_at, since_at: instants.
    """
    return (
        literal(kind).label("kind"),
        cast(ref, Integer).label("ref"),
        cast(label, String).label("label"),
        cast(null() if code is None else code, String).label("code"),
        cast(null() if number is None else number, Integer).label("number"),
        cast(null() if other is None else other, Integer).label("other"),
        _instant(due_at).label("due_at"),
        _instant(since_at).label("since_at"),
    )


def _instant(column: Any) -> Any:
    # A cast of an instant would lose its fraction on SQLite, where it is a text.
    return cast(null(), UTCDateTime()) if column is None else column


def texts(label: str) -> Any:
    """Read a label: a name in several languages, or the text it is."""
    if label.startswith("{"):
        try:
            return json.loads(label)
        except ValueError:
            return label
    return label


@dataclass(frozen=True)
class Page:
    """One page of what waits for somebody. after: the place where the next one begins."""

    lines: Sequence[Row[Any]]
    after: str | None


def page(user: Any, at: datetime, after: str = "") -> Page:
    """Give what waits for a person, the first due first, in one question; nothing due comes last."""
    found = [chosen for kind in KINDS.values() if (chosen := kind.find(user, at)) is not None]
    if not found:
        return Page([], None)
    every = union_all(*found).subquery()
    by = func.coalesce(every.c.due_at, literal(NEVER, UTCDateTime()))
    order = (by, every.c.kind, every.c.ref)
    wanted = select(every).order_by(*order).limit(PAGE + 1)
    if place := _read(after):
        wanted = wanted.where(
            tuple_(*order) > tuple_(literal(place[0], UTCDateTime()), literal(place[1]), literal(place[2]))
        )
    lines = db.session.execute(wanted).all()
    last = lines[PAGE - 1] if len(lines) > PAGE else None
    return Page(lines[:PAGE], _write(last) if last is not None else None)


def _write(line: Row[Any]) -> str:
    return f"{(line.due_at or NEVER).isoformat()}~{line.kind}~{line.ref}"


def _read(text: str) -> tuple[datetime, str, int] | None:
    parts = text.split("~")
    if len(parts) != 3 or parts[1] not in KINDS or not (parts[2].isascii() and parts[2].isdigit()):
        return None
    try:
        due_at = datetime.fromisoformat(parts[0])
    except ValueError:
        return None
    return (due_at, parts[1], int(parts[2][:9])) if due_at.tzinfo else None
