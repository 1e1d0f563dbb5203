"""Reading applications from a file, one JSON object on a line: each is taken in or named with a reason."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from fundapp.applications import intake_nlnet, intake_web3
from fundapp.applications.intake_amounts import CannotTake, Exchange
from fundapp.applications.intake_records import Intake, Milestone, Record

__all__ = ["Broken", "Intake", "Milestone", "Record", "of_records", "read"]

LONGEST_LINE = 2_000_000
"""In bytes; the longest real application is under thirty thousand."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is not taken in. line: counted from 1. reason: a sentence for the person who imports."""

    line: int
    reason: str


def read(
    lines: Iterable[bytes | str], *, currency: str = "EUR", rates: Mapping[str, Decimal] | None = None
) -> Iterator[Intake | Broken]:
    """Read applications of either shape, told apart by their keys; empty lines are skipped.

    lines: of a file opened in binary. currency: the fund's. rates: what one unit of another currency
    is worth in the fund's; an amount without a rate makes its line Broken, so that it can be taken in
    later. A second application with the same import_key is Broken too.
    """
    return of_records(_records(lines), currency=currency, rates=rates)


def of_records(
    records: Iterable[tuple[int, Record | CannotTake]],
    *,
    currency: str = "EUR",
    rates: Mapping[str, Decimal] | None = None,
) -> Iterator[Intake | Broken]:
    """Make applications of records, each with the number of its line; see `read`."""
    exchange = Exchange(currency, rates or {})
    seen: dict[str, int] = {}
    for number, record in records:
        try:
            if isinstance(record, CannotTake):
                raise record
            intake = _intake(record, number, exchange)
        except CannotTake as refused:
            yield Broken(number, refused.message)
            continue
        first = seen.setdefault(intake.import_key, number)
        yield (
            intake
            if first == number
            else Broken(number, _("This is the application of line %(line)d again.", line=first))
        )


def _records(lines: Iterable[bytes | str]) -> Iterator[tuple[int, Record | CannotTake]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield number, _record(line, is_first=number == 1)
        except CannotTake as refused:
            yield number, refused


def _intake(record: Record, number: int, exchange: Exchange) -> Intake:
    keys = set(record.values)
    if keys & intake_web3.KEYS or ("title" in keys and "name" not in keys):
        return intake_web3.intake(record, number, exchange)
    if keys & intake_nlnet.KEYS:
        return intake_nlnet.intake(record, number, exchange)
    raise CannotTake(_("This is not an application in a shape we know."))


def _record(line: bytes | str, *, is_first: bool) -> Record:
    if len(line) > LONGEST_LINE:
        raise CannotTake(_("This line is longer than any application."))
    try:
        text = line.decode() if isinstance(line, bytes) else line
        values = json.loads(
            text.removeprefix("\ufeff") if is_first else text,
            parse_constant=_refuse_constant,
            object_pairs_hook=_once,
        )
    except (ValueError, RecursionError) as refused:
        raise CannotTake(_("This line is not JSON: %(why)s", why=str(refused)[:120])) from refused
    if not isinstance(values, dict):
        raise CannotTake(_("This line is not an application but a single value or list."))
    return Record(values)


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a key twice: which of the two values counts would be a guess."""
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key stands there twice")
    return values
