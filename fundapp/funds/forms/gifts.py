"""What is asked about a gift: to write it down, to say that it came in, for which theme, to pay it back."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from fundapp.core.forms import Form, MoneyField, OnceForm, filled, options
from fundapp.funds.forms.funds import FILL, GIVERS

HOW = (("pledged", _l("It is promised")), ("received", _l("It is in the bank already")))
LANGUAGES = (("en", _l("English")), ("nl", _l("Dutch")))


def above_zero(form: Any, field: Any) -> None:
    """Refuse nothing and less."""
    if field.data is None or field.data <= 0:
        raise ValidationError(_l("Fill in an amount above zero."))


def not_yet_to_come(form: Any, field: Any) -> None:
    """Refuse a day of the bank that has not come."""
    if field.data and field.data > date.today():  # noqa: DTZ011 a day of the bank, no instant
        raise ValidationError(_l("This day has not come yet. Book money once it is in the bank."))


class NewGiftForm(OnceForm):
    """Write down a gift: promised, or come in."""

    how = RadioField(_l("Where it stands"), [InputRequired(FILL)], choices=options(HOW), default="pledged")
    giver = StringField(_l("Giver"), [DataRequired(FILL), Length(max=200), filled])
    giver_kind = SelectField(_l("Kind of giver"), choices=options(GIVERS))
    amount = MoneyField(_l("Amount"), [InputRequired(FILL), above_zero])
    on = DateField(_l("Promised or received on"), [InputRequired(FILL), not_yet_to_come])
    expected_on = DateField(_l("Expected in the bank by"), [Optional()])
    theme = SelectField(_l("Earmarked for"), [Optional()], choices=[])
    email = StringField(
        _l("Address for thanks and for how to transfer"),
        [Optional(), Length(max=254), Email(_l("This is not an e-mail address."))],
        render_kw={"autocomplete": "off", "type": "email"},
    )
    language = SelectField(_l("Language of the giver"), choices=options(LANGUAGES))
    is_anonymous = BooleanField(_l("Do not name the giver in public"))


class CameInForm(OnceForm):
    """Say that a promised gift is in the bank."""

    received_on = DateField(_l("Received on"), [InputRequired(FILL), not_yet_to_come])
    amount = MoneyField(_l("Amount that came in"), [InputRequired(FILL), above_zero])
    expects_rest = BooleanField(_l("If it is less: the rest is still to come"))


class ThemeForm(OnceForm):
    """Restrict a gift to a theme, or lift it."""

    theme = SelectField(_l("Earmarked for"), [Optional()], choices=[])
    note = TextAreaField(_l("Reason"), [DataRequired(FILL), Length(max=600), filled])


class RefundForm(OnceForm):
    """Ask that money goes back."""

    amount = MoneyField(_l("Amount that goes back"), [InputRequired(FILL), above_zero])
    reason = TextAreaField(_l("Reason"), [DataRequired(FILL), Length(max=600), filled])


class PaidBackForm(OnceForm):
    """Say that it left the bank."""

    paid_on = DateField(_l("Paid back on"), [InputRequired(FILL), not_yet_to_come])


class NoteForm(Form):
    """A step with its reason."""

    note = TextAreaField(_l("Reason"), [DataRequired(FILL), Length(max=600), filled])
