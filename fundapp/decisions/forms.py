"""What is filled in to propose a decision."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from fundapp.core.forms import EmptyForm, Form, MoneyField, OnceForm, options
from fundapp.decisions.models import Outcome
from fundapp.decisions.workflow import OUTCOME_WORDS


class ProposalForm(OnceForm):
    """Propose what to decide about one application. may_award: whether an amount is asked."""

    may_award = False
    outcome = RadioField(_l("Decision"), [DataRequired(_l("Choose what to decide."))])
    amount = MoneyField(_l("Amount"))
    to_applicant = TextAreaField(_l("Reasons, as the letter says them"), [Length(max=8000)])
    internal = TextAreaField(_l("For the office only"), [Length(max=4000)])

    def offer(self, outcomes: Sequence[Outcome], currency: str) -> None:
        """Fill in which outcomes are open."""
        self.amount.currency = currency
        self.may_award = Outcome.AWARDED in outcomes
        self.outcome.choices = options((one.value, OUTCOME_WORDS[one][1]) for one in outcomes)

    def values(self) -> dict[str, Any]:
        """Give what is proposed, as the service takes it."""
        return {
            "outcome": Outcome(self.outcome.data),
            "amount_cents": self.amount.data,
            "to_applicant": self.to_applicant.data or "",
            "internal": self.internal.data or "",
        }

    def validate_amount(self, field: Any) -> None:
        """An award has an amount."""
        if self.outcome.data == Outcome.AWARDED and not field.data and not field.errors:
            raise ValidationError(_l("Fill in how much is awarded."))

    def validate_to_applicant(self, field: Any) -> None:
        """Who gets nothing is told why."""
        wants = (Outcome.DECLINED, Outcome.INELIGIBLE)
        if self.outcome.data in wants and not (field.data or "").strip():
            raise ValidationError(_l("Give the applicant a reason."))


class ApprovalForm(Form):
    """Say yes to exactly what was shown."""

    shown = HiddenField()


class ReleaseForm(OnceForm):
    """Release; sent twice it works once."""


__all__ = ["ApprovalForm", "EmptyForm", "ProposalForm", "ReleaseForm"]
