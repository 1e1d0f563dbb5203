"""Checking what an applicant answered against the form, in words they can act on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import format_decimal
from email_validator import EmailNotValidError, validate_email
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from fundapp.core import countries, money
from fundapp.core.words import pick
from fundapp.rounds.fields import TEXTS, Column, Field, FieldType

AMOUNT = "amount"
MILESTONES = "milestones"
"""The two fields that are compared; milestones carry their money in the column amount_cents."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend before a proposal can be sent. row: counted from 1, in tables only.

    code: required, too_long, wrong_kind, choice, country, url, email, too_low, too_high, too_many or sum.
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


def length(text: str) -> int:
    """Count characters as the limits do: Unicode code points, a Windows line end as one."""
    return len(text.replace("\r\n", "\n"))


def is_empty(value: object) -> bool:
    """Tell whether a question was left open; False is an answer, blanks and empty rows are not."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list):
        return all(is_empty(row) for row in value)
    if isinstance(value, Mapping):
        return all(is_empty(cell) for cell in value.values())
    return value is None


def faults(fields: Iterable[Field], answers: Mapping[str, Any], ask: Ask) -> Iterator[Fault]:
    """Check the answers to the questions that are asked, in the order of the form."""
    for field in fields:
        value = answers.get(field.key)
        if is_empty(value) or (field.type is FieldType.CONSENT and value is False):
            if field.required:
                yield Fault(field.key, "required", _missing(field))
            continue
        yield from CHECKS[field.type](field, value, ask)
    yield from _sum_faults(answers, ask)


def over_limit(fields: Iterable[Field], answers: Mapping[str, Any]) -> list[str]:
    """List the fields whose text is longer than the form allows; imports are kept whole and marked."""
    return [
        field.key
        for field in fields
        if field.type in TEXTS and field.hard and length(str(answers.get(field.key) or "")) > field.hard
    ]


def _missing(field: Field) -> str:
    words: str = _("Fill this in.")
    if field.type is FieldType.CONSENT:
        words = _("We cannot take the proposal without this agreement.")
    elif field.type in (FieldType.CHOICE, FieldType.YES_NO, FieldType.COUNTRY):
        words = _("Choose an answer.")
    return words


def _text(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield _wrong_kind(field)
    elif field.hard and (over := length(value) - field.hard) > 0:
        message = ngettext(
            "This is %(over)s character over the limit of %(hard)s.",
            "This is %(over)s characters over the limit of %(hard)s.",
            over,
            over=format_decimal(over, locale=_language()),
            hard=format_decimal(field.hard, locale=_language()),
        )
        yield Fault(field.key, "too_long", message)


def _url(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    yield from _text(field, value, ask)
    if isinstance(value, str) and not is_web_address(value):
        yield Fault(field.key, "url", _("Write one whole address, beginning with https:// or http://."))


def is_web_address(text: str) -> bool:
    """Tell whether a text is one http or https address with a host name in it."""
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and "." in host.strip(".")
        and not set(text.strip()) & set(' \t\r\n<>"')
    )


def _email(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    yield from _text(field, value, ask)
    try:
        validate_email(str(value).strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        yield Fault(field.key, "email", _("Write an e-mail address, such as name@example.org."))


def _country(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if not isinstance(value, str) or value not in countries.names("en"):
        yield Fault(field.key, "country", _("Choose a country from the list."))


def _choice(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if isinstance(field, Field) and value not in [choice.value for choice in field.choices]:
        yield Fault(field.key, "choice", _("Choose one of the answers."))


def _yes_no(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield _wrong_kind(field)


def _number(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int):
        yield _wrong_kind(field)


def _amount(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    yield from _number(field, value, ask)
    if isinstance(value, bool) or not isinstance(value, int):
        return
    if isinstance(field, Column):
        if value < 0:
            yield Fault(field.key, "too_low", _("An amount cannot be less than zero."))
    elif ask.lowest_cents is not None and value < ask.lowest_cents:
        message = _("You can ask for %(lowest)s at least.", lowest=_shown(ask.lowest_cents, ask))
        yield Fault(field.key, "too_low", message)
    elif ask.highest_cents is not None and value > ask.highest_cents:
        message = _("You can ask for %(highest)s at most.", highest=_shown(ask.highest_cents, ask))
        yield Fault(field.key, "too_high", message)


def _table(field: Field | Column, value: Any, ask: Ask) -> Iterator[Fault]:
    if not isinstance(field, Field) or not isinstance(value, list):
        yield _wrong_kind(field)
        return
    if len(value) > field.rows:
        yield Fault(field.key, "too_many", _("There is room for %(rows)d rows.", rows=field.rows))
    for number, row in enumerate(value, 1):
        if isinstance(row, Mapping) and not is_empty(row):
            yield from _row(field, number, row, ask)
        elif not isinstance(row, Mapping):
            yield _wrong_kind(field)


def _row(field: Field, number: int, row: Mapping[str, Any], ask: Ask) -> Iterator[Fault]:
    for column in field.columns:
        cell, name = row.get(column.key), pick(column.label, _language())
        if not is_empty(cell):
            found = [(fault.code, fault.message) for fault in CHECKS[column.type](column, cell, ask)]
        else:
            found = [("required", _("Fill this in."))] if column.required else []
        for code, message in found:
            words = _("Row %(row)d, %(column)s: %(message)s", row=number, column=name, message=message)
            yield Fault(field.key, code, words, row=number)


def _sum_faults(answers: Mapping[str, Any], ask: Ask) -> Iterator[Fault]:
    """Compare the milestones with the amount; nothing is said while one of the two is not filled in."""
    asked, rows = answers.get(AMOUNT), answers.get(MILESTONES)
    if not isinstance(asked, int) or not isinstance(rows, list):
        return
    cells = [row.get("amount_cents") for row in rows if isinstance(row, Mapping)]
    total = sum(cell for cell in cells if isinstance(cell, int))
    if total and total != asked:
        message = _(
            "You ask %(asked)s; the milestones add up to %(total)s. Change one of the two.",
            asked=_shown(asked, ask),
            total=_shown(total, ask),
        )
        yield Fault(MILESTONES, "sum", message)


def _wrong_kind(field: Field | Column) -> Fault:
    return Fault(field.key, "wrong_kind", _("This answer cannot be read. Fill it in again."))


def _shown(cents: int, ask: Ask) -> str:
    return money.show(cents, ask.currency, _language())


def _language() -> str:
    return str(get_locale() or "en")[:2]


Check = Callable[[Field | Column, Any, Ask], Iterator[Fault]]
CHECKS: dict[FieldType, Check] = {
    FieldType.SHORT: _text,
    FieldType.LONG: _text,
    FieldType.NUMBER: _number,
    FieldType.AMOUNT: _amount,
    FieldType.COUNTRY: _country,
    FieldType.URL: _url,
    FieldType.EMAIL: _email,
    FieldType.CHOICE: _choice,
    FieldType.YES_NO: _yes_no,
    FieldType.CONSENT: _yes_no,
    FieldType.TABLE: _table,
}
