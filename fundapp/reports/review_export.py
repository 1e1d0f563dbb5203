"""All scores of a round in one file: CSV with a codebook beside it, workbook, or JSON."""

import csv
import io
from typing import IO, Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from fundapp.core import clock
from fundapp.core.words import pick
from fundapp.reports import streaming
from fundapp.reports.columns import Column
from fundapp.reports.review_lines import Naming, columns, criteria_of, lines
from fundapp.reports.streaming import Listing
from fundapp.reports.tables import Table
from fundapp.reports.workbook import plain
from fundapp.rounds.models import Round

CRITERIA = (
    Column("criterion", _l("Criterion"), "text", _l("Key of the criterion.")),
    Column("name", _l("Name"), "text", _l("Its name.")),
    Column("question", _l("Question"), "text", _l("What reviewers are asked.")),
    Column("weight", _l("Weight"), "count", _l("Weight in per cent.")),
    Column("value", _l("Score"), "count", _l("A value of its scale.")),
    Column("anchor", _l("Meaning"), "text", _l("What has to be the case for that value.")),
)


def export_reviews(
    round: Round,
    format: str,
    stream: IO[bytes],
    *,
    only: ColumnElement[bool] | None = None,
    naming: Naming = Naming.PSEUDONYMS,
    language: str = "en",
    progress: Any = None,
) -> int:
    """Write every score of the handed-in reviews of a round to a binary stream, and give their number.

    format: csv, xlsx or json; the last two carry their codebook, that of csv is `codebook_csv`. only:
    narrows to the applications a person may see. progress(done, total): told after each batch of
    applications. Holds some hundred proposals in memory, however many there are. Raises ValueError for
    another format.
    """
    with force_locale(language):
        listing = Listing(
            "scores",
            columns(naming),
            clock.now(),
            head={"fund": round.fund.slug, "round": round.slug},
            explained=[criteria(round, language)],
        )
        found = lines(round, only=only, naming=naming, progress=progress)
        return streaming.write(found, listing, format, stream)


def criteria(round: Round, language: str) -> Table:
    """Give the criteria of a round with what each value of their scales means."""
    rows: list[Any] = [
        {
            "criterion": one.key,
            "name": pick(one.name, language),
            "question": pick(one.question, language),
            "weight": one.weight,
            "value": level["value"],
            "anchor": pick(level.get("anchor"), language),
        }
        for one in criteria_of(round)
        for level in one.levels
    ]
    return Table("criteria", "criteria", CRITERIA, rows)


def codebook_csv(round: Round, *, naming: Naming = Naming.PSEUDONYMS, language: str = "en") -> str:
    """Write what the columns and the criteria mean, as CSV: the file that goes with the scores."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    with force_locale(language):
        out.write(streaming.codebook_csv(columns(naming)))
        table = criteria(round, language)
    writer.writerow([])
    writer.writerow([column.key for column in table.columns])
    for row in table.rows:
        writer.writerow([plain(row[column.key], column.kind) for column in table.columns])
    return out.getvalue()
