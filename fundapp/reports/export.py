"""All applications of a round in one file, row by row, so that a large round fits in little memory."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from sqlalchemy import ColumnElement, func, select, true

from fundapp.applications.models import Application, ApplicationState, ApplicationVersion
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.shares import MILLION
from fundapp.decisions.models import Decision, DecisionState
from fundapp.grants.models import Award
from fundapp.reports.columns import Column
from fundapp.reports.measures import tidy
from fundapp.reports.sources import on, scale_of
from fundapp.reports.workbook import Sheet, open_book, plain
from fundapp.reviews.models import Standing
from fundapp.rounds.models import Round

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
AT_ONCE = 200
"""So many rows are read at a time."""

COLUMNS = (
    ("code", "text"), ("title", "text"), ("applicant", "text"), ("country", "text"), ("theme", "text"),
    ("state", "text"), ("submitted_at", "moment"), ("version", "count"), ("is_over_limit", "count"),
    ("requested", "money"), ("awarded", "money"), ("currency", "text"), ("reviews", "count"),
    ("mean", "figure"), ("median", "figure"), ("spread", "figure"), ("import_key", "text"),
)  # fmt: skip


def export_applications(
    round: Round, format: str, stream: IO[bytes], *, only: ColumnElement[bool] | None = None
) -> int:
    """Write the applications of a round that were sent in to a binary stream, and give their number.

    format: csv, xlsx or json. only: narrows to what a person may see. Amounts are decimal numbers
    in the fund's currency, answers stand under the keys of the form. Raises ValueError for
    another format.
    """
    if format not in FORMATS:
        raise ValueError(f"{format} is not one of {', '.join(FORMATS)}")
    fields = [key for key in _fields(round) if key not in dict(COLUMNS)]
    records = _records(round, true() if only is None else only)
    if format == "json":
        return _json(records, round, stream)
    columns = [*COLUMNS, *((f"answer_{key}", "text") for key in fields)]
    flat = (_flat(record, fields) for record in records)
    return _csv(flat, columns, stream) if format == "csv" else _xlsx(flat, columns, stream)


def _fields(round: Round) -> list[str]:
    sections = round.stage.form.definition.get("sections", [])
    return [field["key"] for section in sections for field in section.get("fields", [])]


def _records(round: Round, only: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    """Read the applications in the order of their codes; nothing is kept once it is given."""
    scale = scale_of(round.stage.rubric.criteria)
    wide = scale["high"] - scale["low"]
    for row in db.session.execute(_statement(round, only).execution_options(yield_per=AT_ONCE)):
        yield {
            "code": row.code,
            "title": row.title,
            "applicant": row.applicant_name,
            "country": row.country,
            "theme": row.theme,
            "state": row.state.value,
            "submitted_at": clock.local(row.submitted_at, round.fund.zone),
            "version": row.version_number,
            "is_over_limit": int(bool(row.is_over_limit)),
            "requested": row.requested_cents,
            "awarded": row.awarded_cents,
            "currency": round.fund.currency,
            "reviews": row.reviews or 0,
            "mean": on(scale, row.mean_ppm),
            "median": on(scale, row.median_ppm),
            "spread": tidy(row.spread_ppm * wide / MILLION) if row.spread_ppm is not None else None,
            "import_key": row.import_key,
            "answers": row.answers or {},
        }


def _awarded() -> Any:
    return func.coalesce(Award.amount_cents, Decision.amount_cents).label("awarded_cents")


def _statement(round: Round, only: ColumnElement[bool]) -> Any:
    version = (ApplicationVersion.application_id == Application.id) & (
        ApplicationVersion.number == Application.version_number
    )
    released = (Decision.application_id == Application.id) & (Decision.state == DecisionState.RELEASED)
    standing = (Standing.application_id == Application.id) & (Standing.stage_id == Application.stage_id)
    return (
        select(
            Application.code, Application.title, Application.applicant_name, Application.country,
            Application.theme, Application.state, Application.submitted_at, Application.version_number,
            Application.requested_cents, Application.import_key, ApplicationVersion.answers,
            ApplicationVersion.is_over_limit, _awarded(), Standing.reviews, Standing.mean_ppm,
            Standing.median_ppm, Standing.spread_ppm,
        )
        .outerjoin(ApplicationVersion, version)
        .outerjoin(Decision, released)
        .outerjoin(Award, Award.application_id == Application.id)
        .outerjoin(Standing, standing)
        .where(
            Application.round_id == round.id,
            Application.state != ApplicationState.DRAFT,
            Application.submitted_at.is_not(None),
            only,
        )
        .order_by(Application.code, Application.id)
    )  # fmt: skip


def _flat(record: dict[str, Any], fields: Sequence[str]) -> list[Any]:
    answers = record["answers"]
    return [*(record[key] for key, _kind in COLUMNS), *(_text(answers.get(key)) for key in fields)]


def _text(value: Any) -> str | None:
    """Write an answer as one text; tables as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _csv(rows: Iterable[list[Any]], columns: Sequence[tuple[str, str]], stream: IO[bytes]) -> int:
    text = io.TextIOWrapper(stream, "utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([key for key, _kind in columns])
    number = 0
    for row in rows:
        writer.writerow([_plain(value, kind) for value, (_key, kind) in zip(row, columns, strict=True)])
        number += 1
    text.detach()  # the stream stays the caller's
    return number


def _plain(value: Any, kind: str) -> str:
    return value.isoformat() if isinstance(value, datetime) else plain(value, kind)


def _xlsx(rows: Iterable[list[Any]], columns: Sequence[tuple[str, str]], stream: IO[bytes]) -> int:
    book = open_book(stream, made_at=clock.now())
    sheet = Sheet(book, "applications", [Column(key, key, kind, "") for key, kind in columns])
    for row in rows:
        sheet.write(row)
    sheet.close()
    book.close()
    return sheet.row


def _json(records: Iterable[dict[str, Any]], round: Round, stream: IO[bytes]) -> int:
    head = json.dumps({"fund": round.fund.slug, "round": round.slug, "currency": round.fund.currency})
    stream.write(f'{head[:-1]}, "applications": ['.encode())
    number = 0
    for number, record in enumerate(records, 1):
        shown = {
            **record,
            "submitted_at": record["submitted_at"].isoformat(),
            "is_over_limit": bool(record["is_over_limit"]),
            "requested": _decimal(record["requested"]),
            "awarded": _decimal(record["awarded"]),
        }
        stream.write((",\n" if number > 1 else "\n").encode())
        stream.write(json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace"))
    stream.write(b"\n]}\n")
    return number


def _decimal(cents: int | None) -> float | None:
    return None if cents is None else cents / 100
