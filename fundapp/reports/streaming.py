"""Long lists as files, row by row: CSV, workbook and JSON of any length in the same small memory.

CSV has fixed names in its head, UTF-8 without a byte order mark (programs trip over one, and whoever opens
the list in a spreadsheet takes the workbook), and no text that a spreadsheet would run. The workbook carries
its codebook; that of the CSV is `codebook_csv`, a file to go with it; JSON has it under "codebook".
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from fundapp.core.legible import legible
from fundapp.core.spreadsheet import harmless
from fundapp.reports.columns import Column
from fundapp.reports.tables import Table
from fundapp.reports.workbook import Sheet, codebook, open_book, plain, units

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
LONGEST_SHEET = 1_000_000
"""A sheet of a workbook holds little more rows than this; the rest goes on to a next one."""

TURNED: dict[str, Callable[[Any], Any]] = {"money": lambda cents: cents / 100, "flag": bool}
"""What JSON writes otherwise than a spreadsheet."""

Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Listing:
    """What a list is: its name (also that of the sheet), its columns, when it is made.

    head: what the JSON says before the rows. explained: tables that explain it (what each score means).
    """

    name: str
    columns: Sequence[Column]
    made_at: datetime
    head: Mapping[str, Any] = field(default_factory=dict)
    explained: Sequence[Table] = ()


def write(rows: Rows, listing: Listing, format: str, stream: IO[bytes]) -> int:
    """Write a list to a binary stream and give how many rows it has; nothing is kept once it is written.

    rows: values in the order of the columns: money in cents, moments on the wall clock they are read on.
    Raises ValueError for another format. Call it with a language in force.
    """
    if format not in WRITERS:
        raise ValueError(f"{format} is not one of {', '.join(WRITERS)}")
    counted = _Counted(rows)
    WRITERS[format](counted, listing, stream)
    return counted.number


class _Counted:
    """Rows that count themselves as they pass."""

    def __init__(self, rows: Rows) -> None:
        self.rows, self.number = rows, 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self.rows:
            self.number += 1
            yield row


def codebook_csv(columns: Sequence[Column]) -> str:
    """Explain the columns of a list: key, head, kind, meaning."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["key", "name", "kind", "meaning"])
    known = units()
    for one in columns:
        words = one.key, str(one.head), known[one.kind], str(one.meaning)
        writer.writerow([harmless(word) for word in words])
    return out.getvalue()


# --- CSV ---------------------------------------------------------------------------


def _csv(rows: Rows, listing: Listing, stream: IO[bytes]) -> None:
    text = io.TextIOWrapper(stream, "utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([key_of(column) for column in listing.columns])
    kinds = [column.kind for column in listing.columns]
    for row in rows:
        writer.writerow([plain(value, kind) for value, kind in zip(row, kinds, strict=True)])
    text.detach()  # the stream stays the caller's


def key_of(column: Column) -> str:
    """Give the name of a column in data files; amounts stand there in units, not in cents."""
    return column.key.removesuffix("_cents")


# --- workbook ----------------------------------------------------------------------


def _xlsx(rows: Rows, listing: Listing, stream: IO[bytes]) -> None:
    book, part = open_book(stream, made_at=listing.made_at), 1
    sheet = Sheet(book, listing.name, listing.columns)
    for row in rows:
        if sheet.row == LONGEST_SHEET:
            sheet.close()
            part += 1
            sheet = Sheet(book, f"{listing.name[:27]} {part}", listing.columns)
        sheet.write(row)
    sheet.close()
    for table in listing.explained:
        beside = Sheet(book, table.name, table.columns)
        for record in table.rows:
            beside.write([record.get(column.key) for column in table.columns])
        beside.close()
    codebook(book, [Table(listing.name, listing.name, listing.columns, []), *listing.explained])
    book.close()


# --- JSON --------------------------------------------------------------------------


def _json(rows: Rows, listing: Listing, stream: IO[bytes]) -> None:
    keys, turned = [key_of(column) for column in listing.columns], _turned(listing.columns)
    begun = json.dumps(_head(listing), ensure_ascii=False, default=_value)
    stream.write(f'{begun[:-1]}, "{listing.name}": ['.encode("utf-8", "replace"))
    encode, between = json.JSONEncoder(ensure_ascii=False, default=_value).encode, b"\n"
    for row in rows:
        record = dict(zip(keys, row, strict=True))
        for key, turn in turned.items():
            record[key] = None if record[key] is None else turn(record[key])
        stream.write(between + encode(record).encode("utf-8", "replace"))
        between = b",\n"
    stream.write(b"\n]}\n")


def _turned(columns: Sequence[Column]) -> dict[str, Callable[[Any], Any]]:
    return {key_of(one): TURNED[one.kind] for one in columns if one.kind in TURNED}


def _head(listing: Listing) -> dict[str, Any]:
    known = units()
    book = {key_of(one): f"{one.head} ({known[one.kind]}): {one.meaning}" for one in listing.columns}
    return {**listing.head, "codebook": book, **{table.key: table.rows for table in listing.explained}}


def _value(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else legible(str(value))


WRITERS: dict[str, Callable[[Rows, Listing, IO[bytes]], None]] = {"csv": _csv, "xlsx": _xlsx, "json": _json}
