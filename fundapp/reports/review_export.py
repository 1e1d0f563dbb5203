"""All scores of a round in one file: CSV with a codebook beside it, workbook, or JSON."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from fundapp.core import clock
from fundapp.core.spreadsheet import harmless
from fundapp.core.words import pick
from fundapp.reports.columns import Column
from fundapp.reports.review_lines import Line, Naming, columns, criteria_of, lines
from fundapp.reports.workbook import Sheet, open_book
from fundapp.rounds.models import Round

LONGEST_SHEET = 1_000_000
"""A sheet of a workbook holds little more rows than this; the rest goes on to a next one."""
HEADS = (
    Column("column", _l("Column"), "text", ""),
    Column("name", _l("Name"), "text", ""),
    Column("kind", _l("Kind"), "text", ""),
    Column("meaning", _l("Meaning"), "text", ""),
)
CRITERIA = (
    Column("criterion", _l("Criterion"), "text", _l("Key of the criterion.")),
    Column("name", _l("Name"), "text", _l("Its name.")),
    Column("question", _l("Question"), "text", _l("What reviewers are asked.")),
    Column("weight", _l("Weight"), "count", _l("Weight in per cent.")),
    Column("value", _l("Score"), "count", _l("A value of its scale.")),
    Column("anchor", _l("Meaning"), "text", _l("What has to be the case for that value.")),
)

Books = list[tuple[str, Sequence[Column], list[Line]]]
"""(name, columns, rows) of each list that explains a file."""


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
    if format not in WRITERS:
        raise ValueError(f"{format} is not one of {', '.join(WRITERS)}")
    with force_locale(language):
        found = lines(round, only=only, naming=naming, progress=progress)
        return WRITERS[format](found, columns(naming), codebook(round, naming, language), stream, round)


def _csv(
    found: Iterator[Line], heads: Sequence[Column], books: Books, stream: IO[bytes], round: Round
) -> int:
    text = io.TextIOWrapper(stream, "utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.key for column in heads])
    number = 0
    for line in found:
        writer.writerow([_plain(value) for value in line])
        number += 1
    text.detach()  # the stream stays the caller's
    return number


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _xlsx(
    found: Iterator[Line], heads: Sequence[Column], books: Books, stream: IO[bytes], round: Round
) -> int:
    book = open_book(stream, made_at=clock.now())
    number, sheet = 0, Sheet(book, "scores", heads)
    for number, line in enumerate(found, 1):
        if sheet.row == LONGEST_SHEET:
            sheet.close()
            sheet = Sheet(book, f"scores {number // LONGEST_SHEET + 1}", heads)
        sheet.write(line)
    sheet.close()
    for name, tops, rows in books:
        part = Sheet(book, name, tops)
        for row in rows:
            part.write(row)
        part.close()
    book.close()
    return number


def _json(
    found: Iterator[Line], heads: Sequence[Column], books: Books, stream: IO[bytes], round: Round
) -> int:
    keys = [column.key for column in heads]
    explained = {name: [_keyed(tops, row) for row in rows] for name, tops, rows in books}
    head = {"codebook": explained, "fund": round.fund.slug, "round": round.slug}
    stream.write(
        f'{json.dumps(head, ensure_ascii=False, sort_keys=True)[:-1]}, "scores": ['.encode("utf-8", "replace")
    )
    number = 0
    write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_instant).encode
    for number, line in enumerate(found, 1):
        record = dict(zip(keys, line, strict=True))
        record.update(is_na=bool(record["is_na"]), counts=bool(record["counts"]))
        stream.write((",\n" if number > 1 else "\n").encode())
        stream.write(write(record).encode("utf-8", "replace"))
    stream.write(b"\n]}\n")
    return number


def _instant(at: datetime) -> str:
    return at.isoformat()


def codebook_csv(round: Round, *, naming: Naming = Naming.PSEUDONYMS, language: str = "en") -> str:
    """Write what the columns and the criteria mean, as CSV: the file that goes with the scores."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    with force_locale(language):
        for place, (_name, tops, rows) in enumerate(codebook(round, naming, language)):
            if place:
                writer.writerow([])
            writer.writerow([top.key for top in tops])
            writer.writerows([[_plain(value) for value in row] for row in rows])
    return out.getvalue()


def codebook(round: Round, naming: Naming, language: str) -> Books:
    """Give the two lists that explain the file: its columns, and the criteria with what each value means."""
    explained = [[one.key, str(one.head), one.kind, str(one.meaning)] for one in columns(naming)]
    levels = [
        [
            one.key, pick(one.name, language), pick(one.question, language), one.weight, level["value"],
            pick(level.get("anchor"), language),
        ]
        for one in criteria_of(round)
        for level in one.levels
    ]  # fmt: skip
    return [("codebook", HEADS, explained), ("criteria", CRITERIA, levels)]


def _keyed(heads: Sequence[Column], row: Line) -> dict[str, Any]:
    return {head.key: value for head, value in zip(heads, row, strict=True)}


WRITERS: dict[str, Callable[..., int]] = {"csv": _csv, "xlsx": _xlsx, "json": _json}
