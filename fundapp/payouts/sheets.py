"""Tables for spreadsheets: a workbook with its codebook, or CSV; real numbers and days, nothing that runs."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from flask_babel import force_locale
from flask_babel import gettext as _

from fundapp.core.legible import legible
from fundapp.core.sheet_rows import QuickSheet
from fundapp.core.spreadsheet import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOKS = {"money": "#,##0.00", "count": "0", "day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss"}


@dataclass(frozen=True)
class Column:
    """One column. key: its fixed name in CSV. kind: text, money (cents in the row), count, day, moment."""

    key: str
    name: str
    kind: str = "text"
    meaning: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table; rows in the order of the columns, money in whole cents."""

    key: str
    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def csv_text(sheet: Sheet) -> str:
    """Write a table as CSV with fixed names; amounts as 12400.00."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.key for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow(
            [_plain(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)]
        )
    return out.getvalue()


def _plain(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "money":
        return f"{Decimal(value).scaleb(-2):.2f}"
    if isinstance(value, date):
        return value.isoformat()
    return harmless(legible(str(value))) if kind == "text" else str(value)


def workbook(sheets: Sequence[Sheet], made_at: datetime, lang: str) -> bytes:
    """Write tables as a workbook with a codebook; the same tables give the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None)})
    styles = {kind: book.add_format({"num_format": look}) for kind, look in LOOKS.items()}
    bold = book.add_format({"bold": True})
    for sheet in sheets:
        _fill(book.add_worksheet(sheet.name[:31], QuickSheet), sheet, styles, bold)
    with force_locale(lang):
        _codebook(book, sheets, bold)
    book.close()
    return out.getvalue()


def _fill(page: Any, sheet: Sheet, styles: dict[str, Any], bold: Any) -> None:
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, 18 if column.kind != "text" else 26)
        page.write_string(0, place, column.name, bold)
    kinds = [column.kind for column in sheet.columns]
    page.begin([None if kind == "text" else styles[kind] for kind in kinds])
    for line, row in enumerate(sheet.rows, 1):
        page.put(line, [_cell(value, kind) for value, kind in zip(row, kinds, strict=True)])


def _cell(value: Any, kind: str) -> Any:
    """Give what a cell holds: real numbers and days, text that no program runs."""
    if value is None or kind in {"count", "day"}:
        return value
    if kind == "money":
        return float(Decimal(value).scaleb(-2))
    if kind == "moment":
        return value.astimezone(UTC).replace(tzinfo=None)
    return harmless(legible(str(value)))[:32_000]


def _codebook(book: Any, sheets: Sequence[Sheet], bold: Any) -> None:
    page = book.add_worksheet(_("Codebook"))
    page.set_column(0, 3, 24)
    page.set_column(4, 4, 70)
    for place, name in enumerate((_("Sheet"), _("Column"), _("Name in CSV"), _("Kind"), _("Meaning"))):
        page.write_string(0, place, name, bold)
    line = 0
    for sheet in sheets:
        for column in sheet.columns:
            line += 1
            words = (sheet.name, column.name, column.key, column.kind, column.meaning)
            for place, word in enumerate(words):
                page.write_string(line, place, str(word))
