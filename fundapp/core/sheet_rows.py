"""Rows of a workbook, written fast: the library's own way costs five times as much a cell.

It also takes a text of the form <r>…</r> for letters it marked up itself, and then writes it unread into the
file: no text does that here.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_ORDERS = re.compile("(_x[0-9a-fA-F]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


class QuickSheet(Worksheet):
    """A sheet of a workbook in constant memory that takes whole rows under a head written its own way."""

    def begin(self, looks: Sequence[Any]) -> None:
        """Say how each column looks: a format, or None for text."""
        self.looks = looks
        self.names = [xl_col_to_name(place) for place in range(len(looks))]
        self._styles: dict[int, int] = {}

    def put(self, row: int, values: Sequence[Any]) -> None:
        """Write the next row: text, numbers, days and moments without a zone; None leaves a cell out.

        row: from 1, each later than the one before.
        """
        self._write_single_row(row)  # what stood before it: the head
        number, cells = row + 1, []
        for place, value in enumerate(values):
            if value is None:
                continue
            if self.looks[place] is None:
                cells.append(f'<c r="{self.names[place]}{number}"{_text(value)}</is></c>')
            else:
                told = self._convert_date_time(value) if isinstance(value, date) else value
                style = self._styles.get(place) or self._style(place)
                cells.append(f'<c r="{self.names[place]}{number}" s="{style}"><v>{told:.16G}</v></c>')
        if cells:
            self.fh.write(f'<row r="{number}">{"".join(cells)}</row>')
            self._check_dimensions(row, len(values) - 1)

    def _style(self, place: int) -> int:
        """Give the number of a column's format; the library counts those in the order of their first use."""
        self._styles[place] = found = self.looks[place]._get_xf_index()
        return int(found)


def _text(text: str) -> str:
    text = _ORDERS.sub(r"_x005F\1", text)
    text = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    kept = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{kept}>{text}</t>'
