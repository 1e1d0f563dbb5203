"""The form of a round as fields on a page: strings in, answers out, nothing typed ever thrown away."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FormField, HiddenField, RadioField, SelectField
from wtforms import Form as PlainForm

from fundapp.core import countries, money
from fundapp.core.forms import Form, options
from fundapp.core.words import pick
from fundapp.rounds.answers import Fault, total_of
from fundapp.rounds.fields import Column, Field, FieldType, Section
from fundapp.rounds.forms.kinds import (
    MARK,
    MOST_ENTRIES,
    Address,
    Day,
    Files,
    Licence,
    Line,
    MailAddress,
    Number,
    Product,
    Promise,
    Sum,
    Table,
    Text,
    Ticks,
    YesNo,
    typed,
)


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
        value = field.answer() if isinstance(field, YesNo | Ticks | Table) else field.data
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
            if len(table.answer()) == len(table.entries) < MOST_ENTRIES:
                table.append_entry()
            table.work_out()

    def show_files(self, values: Mapping[str, Any], refused: Mapping[str, str]) -> None:
        """Show the files as they are now, and beside each question why one was refused."""
        for name, field in self._fields.items():
            if isinstance(field, Files):
                key = name.removeprefix(MARK)
                field.process_data(values.get(key))
                field.errors = [*field.errors, *([refused[key]] if key in refused else [])]

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
    asked: Sequence[Field] | None = None,
    is_preview: bool = False,
) -> ProposalForm:
    """Make the form of one section, filled with what was sent or else with the answers so far.

    asked: the questions on the page; all of the section unless given. Files go their own way.
    is_preview: takes nothing from the request, which is about something else.
    """
    on_page = section.fields if asked is None else asked
    keys = [field.key for field in on_page if field.type is not FieldType.FILE]
    made = {MARK + field.key: _field(field, language, currency) for field in section.fields}
    kind = type("SectionForm", (ProposalForm,), made)
    data = {MARK + field.key: values.get(field.key, field.default) for field in section.fields}
    given: dict[str, Any] = {"formdata": None} if is_preview else {}
    data |= {"version": version_of(revisions, keys), "asked": " ".join(keys)}
    form: ProposalForm = kind(data=data, **given)
    return form


def version_of(revisions: Mapping[str, int], keys: Iterable[str]) -> str:
    """Write the revisions of a page's answers into its one hidden field."""
    return " ".join(f"{key}:{revisions.get(key, 0)}" for key in keys)


def _field(field: Field, language: str, currency: str) -> Any:
    label, help = pick(field.label, language), pick(field.help, language)
    flags = {"required": field.required}
    given: dict[str, Any] = {"description": help, "validators": [_Asked(**flags)] if field.required else []}
    if field.type is FieldType.TABLE:
        row = FormField(_row(field.columns, language, currency))
        return Table(row, label, description=help, columns=field.columns, total_of=total_of(field))
    if field.type in (FieldType.CHOICE, FieldType.SEVERAL):
        shown = options((choice.value, pick(choice.label, language)) for choice in field.choices)
        if field.type is FieldType.SEVERAL:
            return Ticks(label, choices=shown, **given)
        return RadioField(label, choices=shown, validate_choice=False, coerce=_or_none, **given)
    if field.type is FieldType.COUNTRY:
        shown = options(_countries(language))
        return SelectField(label, choices=shown, validate_choice=False, coerce=_or_none, **given)
    return _simple(field, label, currency, **given)


def _simple(field: Field | Column, label: str, currency: str, **given: Any) -> Any:
    if field.type is FieldType.AMOUNT:
        if isinstance(field, Column) and field.product:
            return Product(label, currency=currency, factors=field.product)
        return Sum(label, currency=currency, **given)
    if field.type is FieldType.NUMBER:
        return Number(label, decimals=field.decimals, **given)
    return SIMPLE[field.type](label, **given)


SIMPLE: dict[FieldType, Any] = {
    FieldType.SHORT: Line,
    FieldType.LONG: Text,
    FieldType.DATE: Day,
    FieldType.URL: Address,
    FieldType.EMAIL: MailAddress,
    FieldType.SPDX: Licence,
    FieldType.YES_NO: YesNo,
    FieldType.CONSENT: Promise,
    FieldType.FILE: Files,
}


class _Asked:
    """Marks a required question on the page; the check of the answers is the form definition's."""

    def __init__(self, **flags: bool) -> None:
        self.field_flags = flags

    def __call__(self, form: Any, field: Any) -> None:
        """Let everything through: a draft may be incomplete."""


def _row(columns: tuple[Column, ...], language: str, currency: str) -> type[PlainForm]:
    cells = {one.key: _simple(one, pick(one.label, language), currency) for one in columns}
    return type("RowForm", (PlainForm,), cells)


def _countries(language: str) -> list[tuple[str, Any]]:
    return [("", _l("Choose a country")), *countries.names(language).items()]


def _or_none(value: Any) -> str | None:
    return typed(str(value)) if value else None


__all__ = ["MARK", "ProposalForm", "build", "version_of"]
