"""What is asked, answered, found, joined and moved while an application is handled."""

from collections.abc import Iterable
from datetime import date
from typing import Any

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
    ValidationError,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from fundapp.applications.conditions import MOST
from fundapp.core.forms import Form, OnceForm, filled, options

FILL, CHOOSE = _l("Fill this in."), _l("Choose an answer.")
MOST_QUESTIONS = 10
LONGEST = 20_000


def _text(label: Any, most: int = 2000) -> TextAreaField:
    return TextAreaField(label, [DataRequired(FILL), Length(max=most), filled])


class Ticks(SelectMultipleField):
    """Several choices, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.type = "MultiCheckboxField"


class ReplyForm(Form):
    """An applicant's answer."""

    body = _text(_l("Your answer"), LONGEST)


class SayForm(OnceForm):
    """A turn in a conversation."""

    body = _text(_l("Your message"), LONGEST)


class OneQuestionForm(PlainForm):
    """One question to the applicants."""

    subject = StringField(_l("In a few words"), [DataRequired(FILL), Length(max=200), filled])
    body = _text(_l("What do you want to know?"), LONGEST)
    about = SelectField(_l("About which answer?"), validate_choice=True, default="")
    unlocks = Ticks(_l("What may be changed with the answer?"), validate_choice=True)


class AskForm(OnceForm):
    """One or several questions, with one date."""

    questions = FieldList(FormField(OneQuestionForm), min_entries=1, max_entries=MOST_QUESTIONS)
    due_on = DateField(_l("Answer before the end of"), [DataRequired(FILL)])

    def offer(self, fields: Iterable[tuple[str, str]]) -> None:
        """Let every question choose among the questions of the round's form: (key, label)."""
        listed = list(fields)
        for entry in self.questions:
            entry.form.about.choices = options([("", _l("The proposal as a whole")), *listed])
            entry.form.unlocks.choices = options(listed)


class CompletionForm(OnceForm):
    """What is missing, and until when it can be sent."""

    body = _text(_l("What is missing?"), LONGEST)
    unlocks = Ticks(_l("Which answers may be changed?"), validate_choice=True)
    due_on = DateField(_l("Send it before the end of"), [DataRequired(FILL)])


class ExtendForm(Form):
    """More time for an answer."""

    due_on = DateField(_l("Answer before the end of"), [DataRequired(FILL)])
    reason = _text(_l("Why more time?"))


class DeferForm(OnceForm):
    """To which call an application moves, and why."""

    round = RadioField(_l("To which call?"), [DataRequired(CHOOSE)])
    reason = _text(_l("Why? The applicants read this."))


class SameForm(OnceForm):
    """With which application another is joined."""

    into = HiddenField()
    lets_read = BooleanField(_l("Let the applicants read the proposal that goes on"))
    note = TextAreaField(_l("Note for the office"), [Length(max=2000)])


class FindForm(Form):
    """The number of an application to compare with."""

    code = StringField(_l("Number of the other application"), [DataRequired(FILL), Length(max=40)])


class DifferentForm(Form):
    """Why two applications are not the same."""

    note = TextAreaField(_l("Note for the office"), [Length(max=2000)])


YES_NO = options([("yes", _l("Met")), ("no", _l("Not met"))])


class OneCheckForm(PlainForm):
    """What is found of one condition."""

    key = HiddenField()
    passed = RadioField(_l("Is it met?"), [InputRequired(CHOOSE)], choices=YES_NO)
    reason = TextAreaField(_l("Reason"), [Length(max=2000)])

    def validate_reason(self, field: Any) -> None:
        """A refusal has a reason, which the applicant will read."""
        if self.passed.data == "no" and not (field.data or "").strip():
            raise ValidationError(_l("Give a reason: the applicant will read it."))


class CheckForm(Form):
    """What one person finds of every condition. look: 1 or 2."""

    look = HiddenField()
    lines = FieldList(FormField(OneCheckForm))


class RulingForm(Form):
    """What counts where two people differ."""

    passed = RadioField(_l("What counts?"), [InputRequired(CHOOSE)], choices=YES_NO)
    reason = _text(_l("Reason"))


class ConditionForm(PlainForm):
    """One condition of a round, in both languages."""

    key = HiddenField()
    label_en = StringField(_l("Name in English"), [Length(max=200)])
    label_nl = StringField(_l("Name in Dutch"), [Length(max=200)])
    help_en = TextAreaField(_l("How to judge it, in English"), [Length(max=1000)])
    help_nl = TextAreaField(_l("How to judge it, in Dutch"), [Length(max=1000)])

    def is_blank(self) -> bool:
        """Tell whether nothing was filled in: such a row is left out."""
        return not any((field.data or "").strip() for field in self if field.name != self.key.name)

    def validate_label_en(self, field: Any) -> None:
        """A condition that says anything has a name in both languages."""
        if not self.is_blank() and not ((field.data or "").strip() and (self.label_nl.data or "").strip()):
            raise ValidationError(_l("Give every condition a name in both languages."))


class ConditionsForm(Form):
    """The conditions of a round, and how many of those that pass are looked at again."""

    conditions = FieldList(FormField(ConditionForm), max_entries=MOST + 1)
    second_look_percent = IntegerField(
        _l("Share that is looked at again, in per cent"),
        [InputRequired(FILL), NumberRange(0, 100, _l("The share is a number from 0 to 100."))],
    )


def holds(form: Any, today: date) -> bool:
    """Tell whether a form with a date `due_on` is filled in well, the date not before today."""
    is_valid = bool(form.validate())
    if form.due_on.data is None or form.due_on.data >= today:
        return is_valid
    form.due_on.errors = [*form.due_on.errors, _l("The date has to be in the future.")]
    return False
