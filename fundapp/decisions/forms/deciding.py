"""What is filled in to propose, approve and release decisions."""

from collections.abc import Sequence
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from fundapp.core.forms import Form, MoneyField, OnceForm, ZonedField, options
from fundapp.core.words import pick
from fundapp.decisions.models import Outcome, Reason
from fundapp.decisions.workflow import OUTCOME_WORDS


class TickField(SelectMultipleField):
    """Several of a list, as ticks."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def reason_choices(reasons: Sequence[Reason]) -> Any:
    """Give standing reasons as choices, in the reader's language."""
    language = str(get_locale() or "en").split("_")[0]
    return options((one.code, pick(one.name, language)) for one in reasons)


class ProposalForm(OnceForm):
    """Propose what to decide about one application. may_award: whether an amount is asked."""

    may_award = False
    outcome = RadioField(_l("Decision"), [DataRequired(_l("Choose what to decide."))])
    amount = MoneyField(_l("Amount"))
    codes = TickField(_l("Standing reasons"), [Optional()])
    to_applicant = TextAreaField(_l("Reasons, as the letter says them"), [Length(max=8000)])
    internal = TextAreaField(_l("For the office only"), [Length(max=4000)])

    def offer(self, outcomes: Sequence[Outcome], currency: str, reasons: Sequence[Reason] = ()) -> None:
        """Fill in which outcomes and standing reasons are open."""
        self.amount.currency = currency
        self.may_award = Outcome.AWARDED in outcomes
        self.outcome.choices = options((one.value, OUTCOME_WORDS[one][1]) for one in outcomes)
        self.codes.choices = reason_choices(reasons)

    def values(self) -> dict[str, Any]:
        """Give what is proposed, as the service takes it."""
        return {
            "outcome": Outcome(self.outcome.data),
            "amount_cents": self.amount.data,
            "to_applicant": self.to_applicant.data or "",
            "internal": self.internal.data or "",
            "codes": self.codes.data or [],
        }

    def validate_amount(self, field: Any) -> None:
        """An award has an amount."""
        if self.outcome.data == Outcome.AWARDED and not field.data and not field.errors:
            raise ValidationError(_l("Fill in how much is awarded."))

    def validate_to_applicant(self, field: Any) -> None:
        """Who gets nothing is told why."""
        wants = (Outcome.DECLINED, Outcome.INELIGIBLE)
        if self.outcome.data in wants and not (field.data or "").strip() and not self.codes.data:
            raise ValidationError(_l("Give the applicant a reason."))


class ApprovalForm(Form):
    """Say yes to exactly what was shown: the decision and its letters."""

    shown = HiddenField()
    letters = HiddenField()


class ReleaseForm(OnceForm):
    """Release; sent twice it works once."""


class ManyForm(OnceForm):
    """What to propose for all that is ticked."""

    outcome = SelectField(_l("Propose for what is ticked"), [DataRequired(_l("Choose what to decide."))])
    codes = TickField(_l("Standing reasons"), [Optional()])
    text = TextAreaField(_l("Standard text, at the end of the reasons"), [Length(max=4000)])

    def offer(self, reasons: Sequence[Reason]) -> None:
        """Fill in the outcomes and the standing reasons."""
        self.outcome.choices = options((one.value, OUTCOME_WORDS[one][1]) for one in Outcome)
        self.codes.choices = reason_choices(reasons)


class PreviewForm(OnceForm):
    """Confirm what was prepared; each application has fields of its own beside these."""

    outcome = HiddenField(validators=[DataRequired()])


class EmbargoForm(Form):
    """Until when decisions stay inside."""

    until = ZonedField(_l("Nothing goes out before"), [Optional()])


class PlaceForm(Form):
    """Move one on the reserve list. shown: the place on the page."""

    up = HiddenField()
    shown = IntegerField(validators=[InputRequired()])
    note = StringField(_l("Reason"), [Length(max=500)])


class ReadForm(OnceForm):
    """Say of what is ticked that it was read."""
