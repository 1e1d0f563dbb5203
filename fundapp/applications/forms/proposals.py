"""Beginning and withdrawing a proposal, filing it, and deciding about a tie."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from fundapp.core.forms import Form, OnceForm, filled


class BeginForm(OnceForm):
    """The button that begins a proposal."""


class CopyForm(OnceForm):
    """For which call an earlier proposal is used."""

    round = RadioField(_l("For which call?"), validate_choice=False)


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
