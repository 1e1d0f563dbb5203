"""The columns of the office's list: what they show, for whom, and what they ask of the database."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, ApplicationTag, Tag
from fundapp.applications.workflow import WORDS
from fundapp.core import clock, countries
from fundapp.core.db import db
from fundapp.core.spreadsheet import harmless
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.rounds.models import Stage

Loader = Callable[[list[int]], dict[int, Any]]


@dataclass(frozen=True)
class Shown:
    """What the cells of a page draw on: funds by id, the language, the instant, and what was loaded."""

    funds: dict[int, Fund]
    language: str
    at: datetime
    loaded: dict[Loader, dict[int, Any]] = field(default_factory=dict)

    def of(self, load: Loader, row: Any) -> Any:
        """Give what a loader found for a row."""
        return self.loaded.get(load, {}).get(row.id)


@dataclass(frozen=True)
class Column:
    """One column. kind: text, number, money, day, country, state or tags: how its cell is drawn.

    sort: the key it is put in order by. load: what it needs beside the row, in one question for the
    page. is_inside: how proposals are judged, which finance does not see.
    """

    key: str
    label: LazyString
    kind: str
    value: Callable[[Any, Shown], Any]
    sort: str = ""
    load: Loader | None = None
    is_inside: bool = False


COLUMNS: dict[str, Column] = {}
"""By key, in the order in which they are offered and drawn; later features add theirs."""
USUAL = ("applicant", "state", "reviews", "theme", "lead", "tags", "submitted", "amount")
"""The columns of a list when none are asked."""


def add(*columns: Column, before: str | None = None) -> None:
    """Make columns known, at the end or before another one."""
    rest = list(COLUMNS.values())
    place = next((at for at, column in enumerate(rest) if column.key == before), len(rest))
    COLUMNS.clear()
    COLUMNS.update({column.key: column for column in (*rest[:place], *columns, *rest[place:])})


def chosen(keys: Iterable[str], user: User) -> list[Column]:
    """Give the columns of these keys, in their own order; the usual ones when none is known."""
    sees_inside = bool(user.funds(RoleName.MANAGER, RoleName.AUDITOR))
    wanted = set(keys) & set(COLUMNS) or set(USUAL)
    return [
        column for key, column in COLUMNS.items() if key in wanted and (sees_inside or not column.is_inside)
    ]


def load(rows: Sequence[Any], columns: Iterable[Column], shown: Shown) -> None:
    """Ask the database once for each thing that the columns of a page need."""
    ids = [row.id for row in rows]
    for loader in dict.fromkeys(column.load for column in columns if column.load):
        shown.loaded[loader] = loader(ids) if ids else {}


def value(column: Column, row: Any, shown: Shown, user: User) -> Any:
    """Give the value of one cell; nothing where the person may not see it."""
    if column.is_inside and row.fund_id not in user.funds(RoleName.MANAGER, RoleName.AUDITOR):
        return None
    return column.value(row, shown)


# --- a file ------------------------------------------------------------------------


def write_csv(rows: Sequence[Any], columns: Sequence[Column], shown: Shown, user: User) -> bytes:
    """Write a list as CSV, with a mark that tells spreadsheets it is UTF-8; no cell can be run."""
    load(rows, columns, shown)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["code", "title", *(column.key for column in columns), "currency"])
    for row in rows:
        cells = (_plain(column.kind, value(column, row, shown, user)) for column in columns)
        fund = shown.funds[row.fund_id]
        writer.writerow([harmless(row.code or ""), harmless(row.title), *cells, fund.currency])
    return out.getvalue().encode("utf-8-sig")


def _plain(kind: str, cell: Any) -> str:
    if cell is None or cell == "":
        return ""
    if kind == "money":
        return f"{Decimal(cell[0]).scaleb(-2):.2f}"
    if kind == "state":
        return harmless(str(cell[1]))
    if kind == "tags":
        return harmless(", ".join(cell))
    return cell.isoformat() if isinstance(cell, datetime) else harmless(str(cell))


# --- the columns of an application ---------------------------------------------------


def tags_of(ids: list[int]) -> dict[int, list[str]]:
    """List the words on each of these applications."""
    found: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(ApplicationTag.application_id, Tag.name)
        .join(Tag, Tag.id == ApplicationTag.tag_id)
        .where(ApplicationTag.application_id.in_(ids))
        .order_by(Tag.folded)
    )
    for row in rows:
        found.setdefault(row.application_id, []).append(row.name)
    return found


def stages_of(ids: list[int]) -> dict[int, tuple[int, dict[str, Any]]]:
    """Give (number, name) of the stage each of these applications is in."""
    rows = db.session.execute(
        select(Application.id, Stage.number, Stage.name)
        .join(Stage, Stage.id == Application.stage_id)
        .where(Application.id.in_(ids))
    )
    return {row.id: (row.number, row.name) for row in rows}


def _stage(row: Any, shown: Shown) -> str:
    number, name = shown.of(stages_of, row) or (1, {})
    return " ".join(part for part in (f"{number}.", pick(name, shown.language)) if part)


def _theme(row: Any, shown: Shown) -> str:
    themes = {theme["key"]: theme for theme in shown.funds[row.fund_id].themes}
    return pick(themes.get(row.theme), shown.language)


def _amount(row: Any, shown: Shown) -> tuple[int, str] | None:
    if row.requested_cents is None:
        return None
    return row.requested_cents, shown.funds[row.fund_id].currency


def _days(row: Any, shown: Shown) -> int:
    since: datetime = row.state_at
    return max(0, (shown.at - since).days)


def _local(row: Any, shown: Shown, at: datetime | None) -> datetime | None:
    return clock.local(at, shown.funds[row.fund_id].zone) if at else None


add(
    Column("applicant", _l("Applicant"), "text", lambda row, shown: row.applicant_name, "applicant"),
    Column(
        "country", _l("Country"), "text",
        lambda row, shown: countries.names(shown.language).get(row.country, row.country), "country",
    ),
    Column("state", _l("State"), "state", lambda row, shown: WORDS[row.state], "state"),
    Column("days", _l("Days in this state"), "number", _days, "since"),
    Column("round", _l("Round"), "text", lambda row, shown: pick(row.round_name, shown.language), "round"),
    Column("stage", _l("Stage"), "text", _stage, load=stages_of),
    Column("theme", _l("Theme"), "text", _theme, "theme"),
    Column("lead", _l("Looked after by"), "text", lambda row, shown: row.lead_name, "lead"),
    Column("tags", _l("Tags"), "tags", lambda row, shown: shown.of(tags_of, row), load=tags_of),
    Column("versions", _l("Versions"), "number", lambda row, shown: row.version_number),
    Column(
        "submitted", _l("Received"), "day", lambda row, shown: _local(row, shown, row.submitted_at),
        "submitted",
    ),
    Column("amount", _l("Asked"), "money", _amount, "amount"),
)  # fmt: skip
