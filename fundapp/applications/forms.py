"""The form of a round as fields on a page: strings in, answers out, nothing typed ever thrown away."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, Length

from fundapp.applications.versions import AMOUNT
from fundapp.core import countries, money
from fundapp.core.forms import Form, OnceForm, filled, options
from fundapp.core.words import pick
from fundapp.rounds.answers import is_empty
from fundapp.rounds.definitions import Fault
from fundapp.rounds.fields import Column, Field, FieldType, Section

MARK = "a_"
"""Before the key of each question, so that none can be taken for a field of the page itself."""
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def typed(text: str) -> str | None:
    """Give what was typed with plain line ends and without control characters; None for nothing."""
    return UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")) or None


class _Words:
    """Text as it was typed; data None when the field is empty."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the text as it is."""
        self.data = typed(str(valuelist[0])) if valuelist else None

    def _value(self) -> str:
        return str(self.data or "")


class Line(_Words, StringField):
    """One line of text."""


class Address(_Words, URLField):
    """A web address."""


class MailAddress(_Words, EmailField):
    """A mail address."""


class Text(_Words, TextAreaField):
    """Long text, in Markdown."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.type = "TextAreaField"


class Number(StringField):
    """A whole number; what can't be read as one stays as it was typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number, or keep the text."""
        text = typed(str(valuelist[0])) if valuelist else None
        self.data = self.read(text.strip()) if text and text.strip() else None

    def read(self, text: str) -> int | str:
        """Give the number, or the text."""
        return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else text

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class Sum(Number):
    """An amount of money: cents, or the text when it can't be read as one amount of the currency."""

    def __init__(self, *args: Any, currency: str = "EUR", **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = currency

    def read(self, text: str) -> int | str:
        """Give cents, or the text."""
        try:
            amount = money.read(text)
        except money.UnreadableAmount:
            return text
        return amount.cents if amount.currency in (None, self.currency) else text

    def _value(self) -> str:
        if isinstance(self.data, int):
            return f"{self.data / 100:.2f}".removesuffix(".00")
        return str(self.data or "")


class YesNo(RadioField):
    """Yes, no, or not answered yet."""

    def __init__(self, *args: Any, **given: Any) -> None:
        both = options([("yes", _l("Yes")), ("no", _l("No"))])
        super().__init__(*args, choices=both, validate_choice=False, **given)
        self.type = "RadioField"

    def process_data(self, value: Any) -> None:
        """Show an answer."""
        self.data = {True: "yes", False: "no"}.get(value)

    def answer(self) -> bool | None:
        """Give what was chosen."""
        return {"yes": True, "no": False}.get(self.data or "")


class Table(FieldList):
    """Rows of answers; empty rows are not kept, and one more is offered."""

    def answer(self) -> list[dict[str, Any]]:
        """Give the rows that hold something."""
        rows = [{cell.short_name: cell.data for cell in entry.form} for entry in self.entries]
        return [row for row in rows if not is_empty(row)]


class ProposalForm(Form):
    """One section of a round's form, as build() makes it.

    version: the revision of each answer on the page. asked: the questions on the page, so that an
    answer which is not there is not taken for an empty one.
    """

    version = HiddenField()
    asked = HiddenField()

    def answers(self) -> dict[str, Any]:
        """Give the answers to the questions that were on the page; None for no answer."""
        keys = str(self.asked.data or "").split()
        return {key: self._answer(MARK + key) for key in keys if MARK + key in self._fields}

    def _answer(self, name: str) -> Any:
        field = self._fields[name]
        if isinstance(field, BooleanField):
            return True if field.data else None
        value = field.answer() if isinstance(field, YesNo | Table) else field.data
        return value if value or value in (False, 0) else None

    def bases(self) -> dict[str, int]:
        """Give the revisions the answers were written upon."""
        pairs = (part.partition(":") for part in str(self.version.data or "").split())
        return {key: int(number) for key, _colon, number in pairs if number.isdigit() and len(number) < 9}

    def drop(self, row: str) -> None:
        """Take one row out of a table: key:place, counted from 0."""
        key, _colon, number = row.partition(":")
        table = self._fields.get(MARK + key)
        if isinstance(table, Table) and number.isdigit() and int(number) < len(table.entries):
            del table.entries[int(number)]

    def offer_rows(self) -> None:
        """Let every table end in a row to fill in."""
        for table in (field for field in self if isinstance(field, Table)):
            if len(table.answer()) == len(table.entries):
                table.append_entry()

    def blame(self, faults: Iterable[Fault]) -> None:
        """Put what has to be mended beside the questions; amounts that can't be read say why."""
        for fault in faults:
            field = self._fields.get(MARK + fault.field)
            if field is not None:
                field.errors = [*field.errors, _why(field) or fault.message]


def _why(field: Any) -> str:
    """Say why an amount can't be read."""
    if not (isinstance(field, Sum) and isinstance(field.data, str)):
        return ""
    try:
        money.read(field.data)
    except money.UnreadableAmount as refused:
        return refused.message
    return ""


def build(
    section: Section,
    values: Mapping[str, Any],
    revisions: Mapping[str, int],
    *,
    language: str,
    currency: str,
) -> ProposalForm:
    """Make the form of one section, filled with what was sent or else with the answers so far."""
    keys = [field.key for field in section.fields]
    made = {MARK + field.key: _field(field, language, currency) for field in section.fields}
    kind = type("SectionForm", (ProposalForm,), made)
    data = {MARK + field.key: values.get(field.key, field.default) for field in section.fields}
    form: ProposalForm = kind(data=data | {"version": version_of(revisions, keys), "asked": " ".join(keys)})
    return form


def version_of(revisions: Mapping[str, int], keys: Iterable[str]) -> str:
    """Write the revisions of a page's answers into its one hidden field."""
    return " ".join(f"{key}:{revisions.get(key, 0)}" for key in keys)


def _field(field: Field, language: str, currency: str) -> Any:
    label, help = pick(field.label, language), pick(field.help, language)
    flags = {"required": field.required}
    given = {"description": help, "validators": [_Asked(**flags)] if field.required else []}
    if field.type is FieldType.AMOUNT:
        return Sum(label, currency=currency, **given)
    if field.type is FieldType.COUNTRY:
        return SelectField(
            label, choices=options(_countries(language)), validate_choice=False, coerce=_or_none, **given
        )
    if field.type is FieldType.CHOICE:
        shown = options((choice.value, pick(choice.label, language)) for choice in field.choices)
        return RadioField(label, choices=shown, validate_choice=False, coerce=_or_none, **given)
    if field.type is FieldType.TABLE:
        return Table(FormField(_row(field.columns, language, currency)), label, description=help)
    return SIMPLE[field.type](label, **given)


SIMPLE: dict[FieldType, Any] = {
    FieldType.SHORT: Line,
    FieldType.LONG: Text,
    FieldType.NUMBER: Number,
    FieldType.URL: Address,
    FieldType.EMAIL: MailAddress,
    FieldType.YES_NO: YesNo,
    FieldType.CONSENT: BooleanField,
}


class _Asked:
    """Marks a required question on the page; the check of the answers is the form definition's."""

    def __init__(self, **flags: bool) -> None:
        self.field_flags = flags

    def __call__(self, form: Any, field: Any) -> None:
        """Let everything through: a draft may be incomplete."""


def _row(columns: tuple[Column, ...], language: str, currency: str) -> type[PlainForm]:
    cells: dict[str, Any] = {}
    for column in columns:
        label = pick(column.label, language)
        is_sum = column.type is FieldType.AMOUNT
        cells[column.key] = Sum(label, currency=currency) if is_sum else SIMPLE[column.type](label)
    return type("RowForm", (PlainForm,), cells)


def _countries(language: str) -> list[tuple[str, Any]]:
    return [("", _l("Choose a country")), *countries.names(language).items()]


def _or_none(value: Any) -> str | None:
    return str(value) if value else None


class BeginForm(OnceForm):
    """The button that begins a proposal."""


class WithdrawForm(Form):
    """Why a proposal is withdrawn."""

    reason = TextAreaField(
        _l("Why do you withdraw it?"), [DataRequired(_l("Fill this in.")), Length(max=2000), filled]
    )


class FileForm(Form):
    """Under which theme an application falls, and who looks after it."""

    theme = SelectField(_l("Theme"), validate_choice=True)
    lead = SelectField(_l("Looked after by"), validate_choice=True)


class SettleForm(Form):
    """What a manager decides about a tie."""

    state = RadioField(_l("Decision"), [DataRequired(_l("Choose an answer."))])
    note = TextAreaField(_l("Reason"), [DataRequired(_l("Fill this in.")), Length(max=2000), filled])


__all__ = [
    "AMOUNT", "BeginForm", "FileForm", "ProposalForm", "SettleForm", "WithdrawForm", "build", "version_of",
]  # fmt: skip
