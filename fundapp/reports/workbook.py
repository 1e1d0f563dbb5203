"""Workbook and CSV of a snapshot: real numbers and days, and text that no program runs."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from flask_babel import force_locale

from fundapp.core.legible import legible
from fundapp.core.sheet_rows import QuickSheet
from fundapp.core.spreadsheet import harmless
from fundapp.reports.columns import Column
from fundapp.reports.kinds import of
from fundapp.reports.models import Snapshot
from fundapp.reports.tables import Table
from fundapp.reports.wording import _

LONGEST = 32_767
"""A cell holds no more characters than this."""
FORMATS = {
    "money": "#,##0.00", "figure": "0.00", "percent": '0.0"%"', "count": "0", "flag": "0",
    "day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm",
}  # fmt: skip


def xlsx(snapshot: Snapshot, identity: Mapping[str, str], *, lang: str) -> bytes:
    """Give a snapshot as a workbook: one sheet a table and a codebook; the same bytes each time.

    identity: which record it is, kept among the properties of the document.
    """
    out = io.BytesIO()
    with force_locale(lang):
        sheets = of(snapshot).tables(snapshot.data, lang)
        book = open_book(out, made_at=snapshot.made_at)
        for key, value in identity.items():
            book.set_custom_property(f"fundapp_{key}", value, "text")
        for table in sheets:
            sheet = Sheet(book, table.name, table.columns)
            for row in table.rows:
                sheet.write([row.get(column.key) for column in table.columns])
            sheet.close()
        codebook(book, sheets)
    book.close()
    return out.getvalue()


def csv_text(snapshot: Snapshot) -> str:
    """Give the main table of a snapshot as CSV (UTF-8, fixed names); amounts as 12400.00."""
    with force_locale("en"):
        table = of(snapshot).tables(snapshot.data, "en")[0]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.key.removesuffix("_cents") for column in table.columns])
    for row in table.rows:
        writer.writerow([plain(row.get(column.key), column.kind) for column in table.columns])
    return out.getvalue()


def plain(value: Any, kind: str) -> str:
    """Write a value for a data file; text that a spreadsheet would run gets an apostrophe before it."""
    if value is None:
        return ""
    if kind == "money":
        return f"{Decimal(value).scaleb(-2):.2f}"
    if isinstance(value, str):
        return harmless(value)
    return value.isoformat() if isinstance(value, date) else str(value)


# --- workbooks -------------------------------------------------------------------


def open_book(stream: IO[bytes], *, made_at: datetime) -> Any:
    """Begin a workbook that writes row by row and takes no text for a formula or a link."""
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None), "author": "fundapp"})
    return book


def sheet_name(words: str) -> str:
    """Make words fit for the name of a sheet: no signs that a spreadsheet refuses, at most 31."""
    return re.sub(r"[\[\]:*?/\\]", "", words).strip("' ")[:31]


class Sheet:
    """One sheet: a head that stays in sight, typed cells, widths that fit the kind."""

    def __init__(self, book: Any, name: str, columns: Sequence[Column]) -> None:
        self.columns, self.turns = columns, [_turned(column.kind) for column in columns]
        self.sheet = book.add_worksheet(sheet_name(name), QuickSheet)
        looks = {kind: book.add_format({"num_format": look}) for kind, look in FORMATS.items()}
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for place, column in enumerate(columns):
            self.sheet.set_column(place, place, 28 if column.kind == "text" else 14)
            self.sheet.write_string(0, place, str(column.head), bold)
        self.sheet.freeze_panes(1, 0)
        self.sheet.begin([None if column.kind == "text" else looks[column.kind] for column in columns])
        self.row = 0

    def write(self, values: Sequence[Any]) -> None:
        """Write the next row."""
        self.row += 1
        pairs = zip(self.turns, values, strict=True)
        self.sheet.put(
            self.row, [None if value is None or value == "" else turn(value) for turn, value in pairs]
        )

    def close(self) -> None:
        """Let people filter by the head."""
        self.sheet.autofilter(0, 0, max(self.row, 1), len(self.columns) - 1)


def _turned(kind: str) -> Callable[[Any], Any]:
    """Give what turns a value of a kind of column into what a cell holds."""
    if kind == "text":
        return lambda value: legible(str(value))[:LONGEST]
    if kind in {"day", "moment"}:
        return _naive
    return (lambda cents: cents / 100) if kind == "money" else lambda value: value


def _naive(value: Any) -> date:
    """Give a day ("2026-12-07") or a moment on its wall clock as a workbook keeps it."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def units() -> dict[str, str]:
    """Say in words what each kind of column holds, in the language in force."""
    return {
        "money": _("amount in the fund’s currency"), "figure": _("number"), "percent": _("per cent"),
        "count": _("whole number"), "day": _("day"), "text": _("text"), "moment": _("day and time"),
        "flag": _("1 for yes, 0 for no"), "data": _("data"),
    }  # fmt: skip


def codebook(book: Any, sheets: Sequence[Table]) -> None:
    """Explain every column of every sheet."""
    known = units()
    heads = [_("Sheet"), _("Column"), _("Key"), _("Kind"), _("Meaning")]
    sheet = Sheet(book, _("Codebook"), [Column(head, head, "text", "") for head in heads])
    for table in sheets:
        for column in table.columns:
            sheet.write([table.name, column.head, column.key, known[column.kind], column.meaning])
    sheet.close()
