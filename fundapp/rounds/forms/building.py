"""What a manager fills in while making a form: its name, its sections, and a question with its settings."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from fundapp.core.forms import Form, OnceForm, filled
from fundapp.rounds.field_data import LONGEST
from fundapp.rounds.fields import MOST_FILES, MOST_ROWS, FieldType

FILL = _l("Fill this in.")
NAME = [DataRequired(FILL), Length(max=200), filled]

KINDS: dict[FieldType, tuple[LazyString, LazyString]] = {
    FieldType.SHORT: (_l("Short text"), _l("One line: a name, a title.")),
    FieldType.LONG: (_l("Long text"), _l("Paragraphs, in Markdown, with an advised length and a limit.")),
    FieldType.YES_NO: (_l("Yes or no"), _l("One of the two.")),
    FieldType.CHOICE: (_l("One of several"), _l("A list of answers to choose one from.")),
    FieldType.SEVERAL: (_l("Several choices"), _l("A list of answers to tick.")),
    FieldType.NUMBER: (_l("Number"), _l("Whole, or with decimals, between bounds.")),
    FieldType.AMOUNT: (_l("Amount of money"), _l("In the fund's currency, as people write amounts.")),
    FieldType.DATE: (_l("Date"), _l("A day, with a calendar where the browser has one.")),
    FieldType.COUNTRY: (_l("Country"), _l("Chosen from the list of countries.")),
    FieldType.URL: (_l("Web address"), _l("One address that can be followed.")),
    FieldType.EMAIL: (_l("E-mail address"), _l("One address, checked for its form.")),
    FieldType.SPDX: (_l("Licence"), _l("An SPDX name, checked against the list.")),
    FieldType.FILE: (_l("Files"), _l("PDF, text, documents or images.")),
    FieldType.CONSENT: (_l("Agreement"), _l("A box that has to be ticked.")),
    FieldType.TABLE: (_l("Table"), _l("Rows with columns of your own: tasks, people, costs.")),
}
"""Kinds of questions, as the builder names them, with what each is for."""


class NamesForm(OnceForm):
    """A form's name in both languages."""

    name_en = StringField(_l("Name in English"), NAME)
    name_nl = StringField(_l("Name in Dutch"), NAME)

    def texts(self) -> dict[str, str]:
        """Give the name."""
        return {"en": self.name_en.data.strip(), "nl": self.name_nl.data.strip()}


class NewForm(NamesForm):
    """A new form, and what it begins with."""

    start = RadioField(_l("Begin with"), [DataRequired(_l("Choose an answer."))])


class SectionForm(OnceForm):
    """One page of the form."""

    base = HiddenField()
    title_en = StringField(_l("Title in English"), NAME)
    title_nl = StringField(_l("Title in Dutch"), NAME)
    intro_en = TextAreaField(_l("Introduction in English"), [Length(max=2000)])
    intro_nl = TextAreaField(_l("Introduction in Dutch"), [Length(max=2000)])
    gate = RadioField(
        _l("Is this a set of checks that comes first?"),
        default="",
        description=_l(
            "Checks are yes/no questions that are asked before anything else is filled in, as a quick scan."
        ),
    )


class NewFieldForm(OnceForm):
    """A new question: what it asks, and what kind of answer it takes."""

    label_en = StringField(_l("Question in English"), [Length(max=300)])
    label_nl = StringField(_l("Question in Dutch"), [Length(max=300)])
    kind = RadioField(_l("Kind of answer"), [DataRequired(_l("Choose an answer."))])


class ReasonForm(Form):
    """Why something that was promised changes."""

    reason = TextAreaField(
        _l("Reason for the change"), [Length(max=2000)],
        description=_l("Applicants with a draft or a sent proposal see it above their proposal."),
    )  # fmt: skip


class ChoiceRow(PlainForm):
    """One answer to choose. value: what is kept; given to a new one by itself."""

    value = HiddenField()
    en = StringField(_l("Answer in English"), [Length(max=200)])
    nl = StringField(_l("Answer in Dutch"), [Length(max=200)])


class ColumnRow(PlainForm):
    """One column of a table."""

    key = HiddenField()
    en = StringField(_l("Heading in English"), [Length(max=100)])
    nl = StringField(_l("Heading in Dutch"), [Length(max=100)])
    kind = SelectField(_l("Kind"))
    required = BooleanField(_l("Required"))


class Rows(FieldList):
    """Choices or columns; each can be taken out or moved, one more is offered."""

    def filled(self) -> list[dict[str, Any]]:
        """Give the rows that say something."""
        return [entry.data for entry in self.entries if entry.data.get("en") or entry.data.get("nl")]

    def put(self, rows: Iterable[dict[str, Any]]) -> None:
        """Show other rows, and an open one after them."""
        while self.entries:
            self.pop_entry()
        for row in rows:
            self.append_entry(row)
        self.offer()

    def offer(self) -> None:
        """Let the list end in an open row, while there is room."""
        if len(self.entries) < (self.max_entries or 0):
            self.append_entry({})


class Boxes(SelectMultipleField):
    """Boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.type = "MultiCheckboxField"


def _length(label: LazyString, hint: LazyString) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(1, LONGEST)], description=hint)


class FieldForm(Form):
    """What every question has; for_kind() adds the settings of its kind.

    base: the digest of the question as it was shown, so that two windows do not overwrite each other.
    """

    base = HiddenField()
    label_en = TextAreaField(_l("Question in English"), [DataRequired(FILL), Length(max=1000), filled])
    label_nl = TextAreaField(_l("Question in Dutch"), [DataRequired(FILL), Length(max=1000), filled])
    help_en = TextAreaField(_l("Explanation in English"), [Length(max=2000)])
    help_nl = TextAreaField(_l("Explanation in Dutch"), [Length(max=2000)])
    required = BooleanField(_l("Has to be answered before the proposal can be sent"))
    identifying = BooleanField(
        _l("Tells who applies"), description=_l("Left out where reviewers judge without names.")
    )
    condition = SelectField(_l("Ask this only when"), validate_choice=True)
    figure = IntegerField(
        _l("The figure it compares with"), [Optional()],
        description=_l("For “above” and “below”; whole euros for an amount."),
    )  # fmt: skip
    feeds = Boxes(_l("Criteria that this answer helps to judge"), validate_choice=False)


def _texts() -> dict[str, Any]:
    return {
        "advised": _length(_l("Advised length"), _l("In characters. Only counts; nobody is stopped.")),
        "hard": _length(_l("Limit"), _l("In characters. A longer answer can't be sent.")),
    }


def _bounds(label_low: LazyString, label_high: LazyString) -> dict[str, Any]:
    return {
        "lowest": IntegerField(label_low, [Optional(), NumberRange(-(10**9), 10**9)]),
        "highest": IntegerField(label_high, [Optional(), NumberRange(-(10**9), 10**9)]),
    }


def _choices() -> dict[str, Any]:
    return {"choices": Rows(FormField(ChoiceRow), _l("Answers to choose from"), max_entries=100)}


EXTRA: dict[FieldType, Callable[[], dict[str, Any]]] = {
    FieldType.SHORT: _texts,
    FieldType.LONG: _texts,
    FieldType.URL: lambda: {"hard": _texts()["hard"]},
    FieldType.EMAIL: lambda: {"hard": _texts()["hard"]},
    FieldType.CHOICE: _choices,
    FieldType.SEVERAL: lambda: _choices() | _bounds(_l("At least so many"), _l("At most so many")),
    FieldType.NUMBER: lambda: {
        **_bounds(_l("Lowest"), _l("Highest")),
        "decimals": IntegerField(_l("Decimals"), [Optional(), NumberRange(0, 3)], default=0),
    },
    FieldType.DATE: lambda: {
        "earliest": DateField(_l("First day"), [Optional()]),
        "latest": DateField(_l("Last day"), [Optional()]),
    },
    FieldType.FILE: lambda: {
        "max_files": IntegerField(_l("At most so many files"), [NumberRange(1, MOST_FILES)], default=1)
    },
    FieldType.TABLE: lambda: {
        "columns": Rows(FormField(ColumnRow), _l("Columns"), max_entries=20),
        "rows": IntegerField(_l("At most so many rows"), [NumberRange(1, MOST_ROWS)], default=20),
        "total": SelectField(_l("What has to add up")),
    },
    FieldType.YES_NO: lambda: {
        "wanted": RadioField(_l("Answer that lets one through"), default=""),
        "unwanted_en": TextAreaField(
            _l("What is said to whom answers otherwise, in English"), [Length(max=1000)]
        ),
        "unwanted_nl": TextAreaField(
            _l("What is said to whom answers otherwise, in Dutch"), [Length(max=1000)]
        ),
    },
}
"""The settings that only some kinds have."""


def for_kind(kind: FieldType, *, is_check: bool) -> type[FieldForm]:
    """Give the form for one kind of question. is_check: it stands in a section of checks."""
    extra = EXTRA.get(kind, dict)()
    if kind is FieldType.YES_NO and not is_check:
        extra = {}
    made: type[FieldForm] = type("KindForm", (FieldForm,), extra)
    return made
