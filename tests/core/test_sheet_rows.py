"""Rows of a workbook: what is written is what a spreadsheet reads, whatever people typed."""

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest

from fundapp.reports.columns import Column
from fundapp.reports.workbook import Sheet, open_book

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
COLUMNS = [
    Column("words", "Words", "text", ""),
    Column("cents", "Amount", "money", ""),
    Column("on", "Day", "day", ""),
    Column("at", "Moment", "moment", ""),
    Column("share", "Share", "percent", ""),
]


def book(*rows) -> bytes:
    out = io.BytesIO()
    made = open_book(out, made_at=AT)
    sheet = Sheet(made, "rows", COLUMNS)
    for row in rows:
        sheet.write(row)
    sheet.close()
    made.close()
    return out.getvalue()


def read(content: bytes) -> list[tuple]:
    return list(openpyxl.load_workbook(io.BytesIO(content))["rows"].iter_rows(min_row=2, values_only=True))


@pytest.mark.parametrize(
    "text",
    [
        "<r>&</r>", "<r><t>bold</t></r>", "]]>", "a & b < c > d \"e\" 'f'", " spaces ", "two\nlines",
        "=1+1", "+1", "-1", "@SUM(A1)", "\ttab", "{=1}", "https://example.org/", "é ✓ שלום 🌻",
    ],
)  # fmt: skip
def test_text_is_read_back_as_it_was_written(text):
    made = book([text, None, None, None, None])

    assert read(made)[0][0] == text
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_text_that_looks_like_an_escape_stays_text():
    with zipfile.ZipFile(io.BytesIO(book(["_x0041_", None, None, None, None]))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()

    assert "<t>_x005F_x0041_</t>" in sheet  # as the format asks; openpyxl does not turn it back


def test_numbers_and_days_are_real_ones():
    made = book(["a", 1_240_050, "2026-12-07", datetime(2026, 12, 7, 13, 5), 1 / 3])

    assert read(made) == [("a", 12400.5, datetime(2026, 12, 7), datetime(2026, 12, 7, 13, 5), 1 / 3)]


def test_what_is_missing_leaves_its_cell_out():
    made = book(["", None, None, None, 0], ["b", -5, date(2026, 1, 1), None, None])

    assert read(made) == [(None, None, None, None, 0), ("b", -0.05, datetime(2026, 1, 1), None, None)]


def test_row_without_anything_keeps_its_place():
    made = book(["a", None, None, None, None], [None] * 5, ["c", None, None, None, None])

    assert [row[0] for row in read(made)] == ["a", None, "c"]


def test_same_rows_give_the_same_bytes():
    row = ["a", 1, "2026-12-07", None, 2.5]

    assert book(row, row) == book(row, row)
