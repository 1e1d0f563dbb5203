"""What is filled in to change letters and what they are made of."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from fundapp.core.forms import Form, OnceForm, options
from fundapp.decisions.forms.deciding import TickField
from fundapp.decisions.models import Outcome
from fundapp.decisions.workflow import OUTCOME_WORDS


class LetterForm(Form):
    """The words of one letter. shown: its version on the page."""

    subject = StringField(_l("Subject"), [DataRequired(_l("Fill this in.")), Length(max=200)])
    body = TextAreaField(_l("Letter"), [DataRequired(_l("Fill this in.")), Length(max=12000)])
    shown = IntegerField(validators=[InputRequired()])


class ReasonForm(OnceForm):
    """A standing reason of a fund in both languages."""

    code = StringField(_l("Code"), [DataRequired(_l("Fill this in.")), Length(max=40)])
    name_en = StringField(_l("Name in English"), [DataRequired(_l("Fill this in.")), Length(max=120)])
    name_nl = StringField(_l("Name in Dutch"), [DataRequired(_l("Fill this in.")), Length(max=120)])
    text_en = TextAreaField(
        _l("In letters, in English"), [DataRequired(_l("Fill this in.")), Length(max=2000)]
    )
    text_nl = TextAreaField(_l("In letters, in Dutch"), [DataRequired(_l("Fill this in.")), Length(max=2000)])
    outcomes = TickField(_l("For"), [Optional()])

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        self.outcomes.choices = options((one.value, OUTCOME_WORDS[one][1]) for one in Outcome)

    def values(self) -> dict[str, Any]:
        """Give the reason as the service takes it."""
        return {
            "name": {"en": self.name_en.data, "nl": self.name_nl.data},
            "text": {"en": self.text_en.data, "nl": self.text_nl.data},
            "outcomes": [Outcome(one) for one in self.outcomes.data or []],
        }


class TextForm(OnceForm):
    """What a fund writes around the reasons of one outcome, in both languages."""

    opening_en = TextAreaField(
        _l("Before the reasons, in English"), [DataRequired(_l("Fill this in.")), Length(max=4000)]
    )
    opening_nl = TextAreaField(
        _l("Before the reasons, in Dutch"), [DataRequired(_l("Fill this in.")), Length(max=4000)]
    )
    closing_en = TextAreaField(_l("After the reasons, in English"), [Length(max=4000)])
    closing_nl = TextAreaField(_l("After the reasons, in Dutch"), [Length(max=4000)])

    def values(self) -> dict[str, Any]:
        """Give the words as the service takes them."""
        return {
            "opening": {"en": self.opening_en.data, "nl": self.opening_nl.data},
            "closing": {"en": self.closing_en.data or "", "nl": self.closing_nl.data or ""},
        }
