"""What is filled in to ask for a second opinion, to answer, and to give one."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    EmailField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length

from fundapp.applications.models import ConflictKind
from fundapp.applications.tie_words import OWN_KINDS
from fundapp.core.forms import Form, filled, options
from fundapp.payouts.models import Verdict
from fundapp.reviews.forms.pool import NewcomerForm

FILL = _l("Fill this in.")
NO_TIE = "none"


class AskOpinionForm(Form):
    """Whom to ask, and what."""

    email = EmailField(_l("Their e-mail address"), [DataRequired(FILL), Email(), Length(max=320)])
    name = StringField(_l("Their name"), [DataRequired(FILL), Length(max=100), filled])
    language = SelectField(
        _l("Language of the mail"), choices=options([("en", "English"), ("nl", "Nederlands")])
    )
    question = TextAreaField(_l("What do you want to know?"), [DataRequired(FILL), Length(max=2000)])
    due_on = DateField(_l("Answer before"), [DataRequired(FILL)])


class AskAgainForm(Form):
    """By when an answer is wanted now."""

    due_on = DateField(_l("Answer before"), [DataRequired(FILL)])


class TieForm(Form):
    """Whether there is a tie, asked before anything is shown."""

    tie = RadioField(
        _l("Do you have a tie with the people behind this project?"),
        [InputRequired(_l("Choose one."))],
        choices=options(
            [(NO_TIE, _l("No, I have none")), *((kind.value, words) for kind, words in OWN_KINDS.items())]
        ),
    )
    reason = TextAreaField(_l("A word about it"), [Length(max=500)])

    def kind(self) -> ConflictKind | None:
        """Give the kind of tie; None where there is none."""
        return None if self.tie.data == NO_TIE else ConflictKind(self.tie.data)


class NewExpertForm(TieForm, NewcomerForm):
    """The same, with an account on the way; who has a tie needs none."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a name and a password only of who says yes."""
        if self.tie.data != NO_TIE:
            del self.name, self.password
        return bool(super().validate(extra_validators))


class AdviceForm(Form):
    """The advice itself."""

    verdict = RadioField(
        _l("What do you advise?"),
        [InputRequired(_l("Choose one."))],
        choices=options(
            [
                (Verdict.APPROVE, _l("Approve it: this is what was agreed")),
                (Verdict.DOUBT, _l("I have doubts")),
                (Verdict.REFUSE, _l("Refuse it: this is not what was agreed")),
            ]
        ),
    )
    advice = TextAreaField(_l("Why?"), [DataRequired(FILL), Length(max=5000)])

    def validate_advice(self, field: Any) -> None:
        """Want words, not spaces."""
        if not (field.data or "").strip():
            raise ValidationError(_l("Say in a few words why."))


class SayForm(Form):
    """A question, or an answer to one."""

    body = TextAreaField(_l("Your question"), [DataRequired(_l("Write something first.")), Length(max=5000)])
