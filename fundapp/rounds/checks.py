"""One check for each kind of answer, in words an applicant can act on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from email_validator import EmailNotValidError, validate_email
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from fundapp.core import countries, money
from fundapp.core.words import pick
from fundapp.rounds import licences
from fundapp.rounds.field_data import LONGEST
from fundapp.rounds.fields import CHOSEN, Column, Field, FieldType
from fundapp.rounds.values import day, is_empty, is_web_address, length, number, product

LONGEST_LINE = 2_000
"""What a text of one line may hold where its form sets no limit."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend before a proposal can be sent. row: counted from 1, in tables only.

    code: required, too_long, wrong_kind, choice, country, url, email, date, spdx, too_low, too_high,
    too_few, too_many, file, product, sum or gate.
    """

    field: str
    code: str
    message: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What may be asked of this round, in cents of its currency."""

    lowest_cents: int | None = None
    highest_cents: int | None = None
    currency: str = "EUR"


Check = Callable[[Field | Column, Any, Ask], Iterator[Fault]]


def missing(field: Field) -> Fault:
    """Say that a required question was left open."""
    words: str = _("Fill this in.")
    if field.type is FieldType.CONSENT:
        words = _("We cannot take the proposal without this agreement.")
    elif field.type in (*CHOSEN, FieldType.YES_NO, FieldType.COUNTRY):
        words = _("Choose an answer.")
    elif field.type is FieldType.FILE:
        words = _("Add a file.")
    return Fault(field.key, "required", words)


def most(field: Field | Column) -> int:
    """Give the most characters a text may hold."""
    return field.hard or (LONGEST if field.type is FieldType.LONG else LONGEST_LINE)


def _text(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield _wrong_kind(field)
    elif (over := length(value) - most(field)) > 0:
        message = ngettext(
            "This is %(over)s character over the limit of %(hard)s.",
            "This is %(over)s characters over the limit of %(hard)s.",
            over,
            over=format_decimal(over, locale=language()),
            hard=format_decimal(most(field), locale=language()),
        )
        yield Fault(field.key, "too_long", message)


def _url(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    yield from _text(field, value, ask)
    if isinstance(value, str) and not is_web_address(value):
        yield Fault(field.key, "url", _("Write one whole address, beginning with https:// or http://."))


def _email(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    yield from _text(field, value, ask)
    try:
        validate_email(str(value).strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        yield Fault(field.key, "email", _("Write an e-mail address, such as name@example.org."))


def _spdx(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    yield from _text(field, value, ask)
    if isinstance(value, str) and not licences.is_expression(value):
        said = _("Write the name of a licence as SPDX does, such as EUPL-1.2 or MIT OR Apache-2.0.")
        yield Fault(field.key, "spdx", said)


def _country(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if not isinstance(value, str) or value not in countries.names("en"):
        yield Fault(field.key, "country", _("Choose a country from the list."))


def _date(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    on = day(value)
    if on is None:
        yield Fault(field.key, "date", _("Write a day that exists, such as 2026-11-22."))
        return
    if not isinstance(field, Field):
        return
    if field.earliest and on.isoformat() < field.earliest:
        yield Fault(field.key, "too_low", _("Choose %(day)s or later.", day=_day(field.earliest)))
    if field.latest and on.isoformat() > field.latest:
        yield Fault(field.key, "too_high", _("Choose %(day)s or earlier.", day=_day(field.latest)))


def _choice(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if isinstance(field, Field) and value not in [choice.value for choice in field.choices]:
        yield Fault(field.key, "choice", _("Choose one of the answers."))


def _several(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if not isinstance(field, Field) or not isinstance(value, list):
        yield _wrong_kind(field)
        return
    if any(one not in [choice.value for choice in field.choices] for one in value):
        yield Fault(field.key, "choice", _("Choose from the answers of the list."))
    if field.lowest is not None and len(value) < field.lowest:
        said = ngettext("Choose at least one.", "Choose at least %(num)d.", field.lowest)
        yield Fault(field.key, "too_few", said)
    if field.highest is not None and len(value) > field.highest:
        said = ngettext("Choose no more than one.", "Choose no more than %(num)d.", field.highest)
        yield Fault(field.key, "too_many", said)


def _yes_no(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield _wrong_kind(field)


def _number(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    found = number(value) if field.decimals else number(value if isinstance(value, int) else None)
    if found is None:
        said = _("Write a number, in digits.") if field.decimals else _("Write a whole number, in digits.")
        yield Fault(field.key, "wrong_kind", said)
        return
    lowest, highest = getattr(field, "lowest", 0), getattr(field, "highest", None)
    if lowest is not None and found < lowest:
        yield Fault(field.key, "too_low", _("This is %(lowest)s at least.", lowest=_figure(lowest)))
    if highest is not None and found > highest:
        yield Fault(field.key, "too_high", _("This is %(highest)s at most.", highest=_figure(highest)))


def _amount(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int):
        yield _wrong_kind(field)
    elif value < 0:
        yield Fault(field.key, "too_low", _("An amount cannot be less than zero."))
    elif value > money.MOST_CENTS:
        yield Fault(field.key, "too_high", _("This amount is too large to be one."))
    elif isinstance(field, Column):
        return
    elif ask.lowest_cents is not None and value < ask.lowest_cents:
        message = _("You can ask for %(lowest)s at least.", lowest=shown(ask.lowest_cents, ask))
        yield Fault(field.key, "too_low", message)
    elif ask.highest_cents is not None and value > ask.highest_cents:
        message = _("You can ask for %(highest)s at most.", highest=shown(ask.highest_cents, ask))
        yield Fault(field.key, "too_high", message)


def _file(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if not (isinstance(value, list) and all(isinstance(one, Mapping) and "id" in one for one in value)):
        yield _wrong_kind(field)
    elif isinstance(field, Field) and len(value) > field.max_files:
        said = ngettext("Only one file fits here.", "No more than %(num)d files fit here.", field.max_files)
        yield Fault(field.key, "too_many", said)


def _table(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if not isinstance(field, Field) or not isinstance(value, list):
        yield _wrong_kind(field)
        return
    if len(value) > field.rows:
        yield Fault(field.key, "too_many", _("There is room for %(rows)d rows.", rows=field.rows))
    for place, row in enumerate(value, 1):
        if isinstance(row, Mapping) and not is_empty(row):
            yield from _row(field, place, row, ask)
        elif not isinstance(row, Mapping):
            yield _wrong_kind(field)


def _row(field: Field, number: int, row: Mapping[str, Any], ask: Ask) -> Iterator[Fault]:
    for column in field.columns:
        for code, message in _cell(column, row, ask):
            name = pick(column.label, language())
            words = _("Row %(row)d, %(column)s: %(message)s", row=number, column=name, message=message)
            yield Fault(field.key, code, words, row=number)


def _cell(column: Column, row: Mapping[str, Any], ask: Ask) -> Iterator[tuple[str, str]]:
    cell = row.get(column.key)
    if column.product and product(column, row) != cell:
        yield "product", _("This is not the number times the rate.")
    elif not is_empty(cell):
        for fault in CHECKS[column.type](column, cell, ask):
            yield fault.code, fault.message
    elif column.required and not column.product:
        yield "required", _("Fill this in.")


def _wrong_kind(field: Field | Column) -> Fault:
    return Fault(field.key, "wrong_kind", _("This answer cannot be read. Fill it in again."))


def shown(cents: int, ask: Ask) -> str:
    """Write an amount in the reader's style."""
    return money.show(cents, ask.currency, language())


def _figure(number: int) -> str:
    return str(format_decimal(number, locale=language()))


def _day(iso: str) -> str:
    return str(format_date(date.fromisoformat(iso), "d MMMM y", locale=language()))


def language() -> str:
    """Give the language in which faults are told."""
    return str(get_locale() or "en")[:2]


CHECKS: dict[FieldType, Check] = {
    FieldType.SHORT: _text,
    FieldType.LONG: _text,
    FieldType.NUMBER: _number,
    FieldType.AMOUNT: _amount,
    FieldType.DATE: _date,
    FieldType.COUNTRY: _country,
    FieldType.URL: _url,
    FieldType.EMAIL: _email,
    FieldType.SPDX: _spdx,
    FieldType.CHOICE: _choice,
    FieldType.SEVERAL: _several,
    FieldType.YES_NO: _yes_no,
    FieldType.CONSENT: _yes_no,
    FieldType.FILE: _file,
    FieldType.TABLE: _table,
}
