"""Files of applications from elsewhere: a table with one on each row, or one JSON object on each line."""

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from flask_babel import gettext as _

from fundapp.applications import intake, intake_nlnet, intake_web3
from fundapp.applications.intake import Broken, Intake, Record
from fundapp.applications.intake_amounts import CannotTake
from fundapp.core import table_text

LOOKED_AT = 20_000
"""Bytes of a file in which its heading is looked for."""
COLUMNS = intake_nlnet.KEYS | intake_web3.KEYS | {"name", "title", "applicant", "organisation", "abstract"}


def read(path: Path, *, currency: str, rates: Mapping[str, Decimal]) -> Iterator[Intake | Broken]:
    """Read the applications of a file, each with the number of its line; see `intake.read`."""
    if is_table(path):
        yield from intake.of_records(_rows(path), currency=currency, rates=rates)
        return
    with path.open("rb") as lines:
        yield from intake.read(lines, currency=currency, rates=rates)


def is_table(path: Path) -> bool:
    """Tell whether a file begins with a heading that names at least two columns we know."""
    with path.open("rb") as stream:
        first = stream.read(LOOKED_AT).decode("utf-8-sig", "replace").lstrip().partition("\n")[0]
    if first.startswith(("{", "[")):
        return False
    heading = next(csv.reader([first], delimiter=table_text.delimiter(first)), [])
    return len(COLUMNS & {_key(cell) for cell in heading}) > 1


def count(path: Path) -> int:
    """Count the applications of a file, or what stands where one should."""
    if is_table(path):
        return max(sum(1 for _row in table_text.read(path)) - 1, 0)
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def _rows(path: Path) -> Iterator[tuple[int, Record | CannotTake]]:
    """Give each row as the record that its heading makes of it; a cell too many belongs to no column."""
    rows = table_text.read(path)
    heading = [_key(cell) for cell in next(rows)[1]]
    for number, cells in rows:
        if len(cells) > len(heading) and any(cell.strip() for cell in cells[len(heading) :]):
            yield number, CannotTake(_("This row has more cells than the heading."))
            continue
        named = zip(heading, cells, strict=False)
        yield number, Record({key: cell for key, cell in named if key and cell.strip()})


def _key(cell: str) -> str:
    """Give the name of a column as the shapes know it: Requested amount EUR is requested_amount_eur."""
    return "_".join(cell.casefold().replace("-", " ").replace("_", " ").split())
