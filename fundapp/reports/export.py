"""All applications of a round in one file, row by row, so that a large round fits in little memory."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select, true

from fundapp.applications.models import Application, ApplicationState, ApplicationVersion
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.shares import MILLION
from fundapp.core.words import pick
from fundapp.decisions.models import Decision, DecisionState
from fundapp.grants.models import Award
from fundapp.reports import streaming
from fundapp.reports.columns import Column
from fundapp.reports.measures import tidy
from fundapp.reports.sources import on, scale_of
from fundapp.reports.streaming import FORMATS, Listing
from fundapp.reviews.models import Standing
from fundapp.rounds.models import Round

__all__ = ["FORMATS", "export_applications"]

Progress = Callable[[int, int], None]
AT_ONCE = 200
"""So many rows are read at a time."""

COLUMNS = (
    Column("code", "code", "text", _l("The code under which the application is known.")),
    Column("title", "title", "text", _l("Name of the project.")),
    Column("applicant", "applicant", "text", _l("Who applies.")),
    Column("country", "country", "text", _l("ISO 3166 code of the applicant’s country.")),
    Column("theme", "theme", "text", _l("Key of the theme it was sent in under.")),
    Column("state", "state", "text", _l("Where the application stands: the fixed word of its state.")),
    Column("submitted_at", "submitted_at", "moment", _l("When it was sent in, on the fund’s clock.")),
    Column("version", "version", "count", _l("Number of the version that counts.")),
    Column("is_over_limit", "is_over_limit", "flag", _l("Whether an answer is longer than was asked.")),
    Column("requested", "requested", "money", _l("Amount that was asked for.")),
    Column("awarded", "awarded", "money", _l("Amount that was granted; empty when none was.")),
    Column("currency", "currency", "text", _l("Currency of both amounts.")),
    Column("reviews", "reviews", "count", _l("Reviews that count for the total.")),
    Column("mean", "mean", "figure", _l("Mean of the reviews’ totals.")),
    Column("median", "median", "figure", _l("Median of the reviews’ totals.")),
    Column("spread", "spread", "figure", _l("Highest of the reviews’ totals less the lowest.")),
    Column("import_key", "import_key", "text", _l("Key under which it was taken in from elsewhere.")),
)
ANSWERS = Column("answers", "answers", "data", _l("The answers, under the keys of the form."))


def export_applications(
    round: Round,
    format: str,
    stream: IO[bytes],
    *,
    only: ColumnElement[bool] | None = None,
    progress: Progress | None = None,
) -> int:
    """Write the applications of a round that were sent in to a binary stream, and give their number.

    format: csv, xlsx or json. only: narrows to what a person may see. progress(done, total): told now and
    then. Amounts are decimal numbers in the fund's currency, answers stand under the keys of the form. Raises
    ValueError for another format.
    """
    if format not in FORMATS:
        raise ValueError(f"{format} is not one of {', '.join(FORMATS)}")
    known = {column.key for column in COLUMNS}
    fields = {key: label for key, label in _fields(round).items() if key not in known}
    chosen = true() if only is None else only
    records = _records(round, chosen) if progress is None else _told(round, chosen, progress)
    head = {"fund": round.fund.slug, "round": round.slug, "currency": round.fund.currency}
    if format == "json":
        columns: tuple[Column, ...] = (*COLUMNS, ANSWERS)
        rows = ([record[one.key] for one in columns] for record in records)
    else:
        columns = (
            *COLUMNS,
            *(Column(f"answer_{key}", f"answer_{key}", "text", fields[key]) for key in fields),
        )
        rows = (_flat(record, list(fields)) for record in records)
    listing = Listing("applications", columns, clock.now(), head)
    return streaming.write(rows, listing, format, stream)


def _told(round: Round, only: ColumnElement[bool], progress: Progress) -> Iterator[dict[str, Any]]:
    total = db.session.scalar(select(func.count()).select_from(_statement(round, only).subquery())) or 0
    for number, record in enumerate(_records(round, only), 1):
        yield record
        if number % AT_ONCE == 0 or number == total:
            progress(number, total)


def _fields(round: Round) -> dict[str, str]:
    """Give the question of each key of the form."""
    sections = round.stage.form.definition.get("sections", [])
    return {
        field["key"]: pick(field.get("label"), "en")
        for section in sections
        for field in section.get("fields", [])
    }


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
    released = (
        (Decision.application_id == Application.id)
        & (Decision.stage_id == Application.stage_id)
        & (Decision.state == DecisionState.RELEASED)
    )
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
    return [*(record[one.key] for one in COLUMNS), *(_text(answers.get(key)) for key in fields)]


def _text(value: Any) -> str | None:
    """Write an answer as one text; tables as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
