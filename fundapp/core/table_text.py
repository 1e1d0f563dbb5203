"""Tables as people save them from a spreadsheet: commas, semicolons or tabs; UTF-8 or Windows text."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from flask_babel import gettext as _

from fundapp.core.refusals import Refusal


def read(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Read the rows of a table, each with the number of its first line; empty rows are left out.

    Raises Refusal where a quotation mark that nobody closes swallows the rest.
    """
    text = text_of(path)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter(text))
    before = 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield before + 1, row
            before = reader.line_num
    except csv.Error as fault:
        raise Refusal(
            _("From line %(line)d on the table can't be read: is a quotation mark missing?", line=before + 1)
        ) from fault


def text_of(path: Path) -> str:
    """Read a file as text: UTF-8, or what Windows writes."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def delimiter(text: str) -> str:
    """Give the sign between the cells of the first line."""
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)
